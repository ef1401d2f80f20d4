import XCTest

@testable import Numerics

/// Kernels look often whether they are to stop. How often is counted in the elements that they reach in between, so the
/// clock has no part in it; who reaches elements otherwise than through the views is found by the count of polls alone.
final class PaceTests: XCTestCase {
  override func setUp() { Workers.areUsed = false }

  override func tearDown() {
    Workers.areUsed = Workers.count > 1
    Tape.closeAll()
    Random.seed(0)
  }

  /// Elements of a large tensor: several blocks.
  private static let count = 12 * blockLength
  /// The most that may be reached between two polls: a fraction of it.
  private static let longest = 10 * blockLength

  private struct Case {
    let arguments: [Tensor]
    var named: [String: Tensor] = [:]
  }

  private static func numbers(_ shape: Shape, _ type: ElementType = .f64) throws -> Tensor {
    try Elementwise.converted(
      Tensor.numbers(shape) { Double(($0 &* 7919) % 10007 + 1) / 10009 }, type)
  }

  /// Arguments of every row that is not elementwise, large enough for several blocks.
  private static func cases() throws -> [String: [Case]] {
    let n = count
    let (vector, wide, tall) = (try numbers([n]), try numbers([3, n / 3]), try numbers([n / 3, 3]))
    let (square, cube) = (try numbers([384, 768]), try numbers([n / 48, 4, 12]))
    let short = try numbers([n], .f16)
    let bools = try Operations.compare(.less, vector, 0.5)
    let grid = try Operations.compare(.less, square, 0.5)
    let reductions =
      try [vector, wide, tall, cube, short, numbers([n], .f32)].map { Case(arguments: [$0]) }
      + [wide, tall].flatMap { x in [1, 2].map { Case(arguments: [x], named: ["axis": $0]) } }
      + [Case(arguments: [cube], named: ["axis": Tensor([1, 3])])]
    let scans = reductions.filter { $0.named["axis"]?.isScalar ?? true }
    let matrix = try Operations.add(
      numbers([64, 64]), Operations.multiply(64, Operations.named("eye")!.call(64)))
    let definite = try Operations.add(matrix, Operations.transpose(matrix))
    let images = try numbers([2, 3, 128, 128])
    let length = Tensor(Double(n))
    let picks = try Tensor.filled(2, Shape(n / 3), .f64)
    let factors: [Case] = [Case(arguments: [matrix])]
    return [
      "product": [
        Case(arguments: [try numbers([200, 700]), try numbers([700, 100])]),
        Case(arguments: [try numbers([n / 6, 1]), try numbers([1, 2])]),
        Case(arguments: [try numbers([n / 64, 4, 4]), try numbers([4, 4])]),
        Case(arguments: [try numbers([n / 16, 4, 4]), try numbers([n / 16, 4, 4])]),
        Case(arguments: [try Tensor.zeros([500, 0], .f64), try Tensor.zeros([0, 500], .f64)]),
      ],
      "dot": [Case(arguments: [vector, vector]), Case(arguments: [short, short])],
      "outer": [Case(arguments: [try numbers([n / 500]), try numbers([500])])],
      "where": [
        Case(arguments: [bools, vector, 0]), Case(arguments: [bools, short, short]),
        Case(arguments: [bools, bools, bools]),
      ],
      "all": [Case(arguments: [bools]), Case(arguments: [grid], named: ["axis": 1])],
      "any": [Case(arguments: [bools]), Case(arguments: [grid], named: ["axis": 2])],
      "sum": reductions, "norm": reductions, "mean": reductions, "prod": reductions, "maximum": reductions,
      "minimum": reductions, "argmax": reductions, "argmin": reductions, "logsumexp": reductions,
      "var": reductions,
      "std": reductions, "median": reductions,
      "quantile": reductions.map { Case(arguments: $0.arguments + [0.3], named: $0.named) },
      "cumsum": scans, "cumprod": scans, "softmax": scans, "logsoftmax": scans, "sort": scans,
      "argsort": scans,
      "flip": scans, "diff": scans,
      "roll": scans.map { Case(arguments: $0.arguments + [5], named: $0.named) },
      "unique": [Case(arguments: [vector])], "find": [Case(arguments: [bools]), Case(arguments: [grid])],
      "reshape": [Case(arguments: [vector, 3, Tensor(Double(n / 3))])],
      "permute": [Case(arguments: [cube, 3, 1, 2]), Case(arguments: [cube, 2, 1, 3])],
      "transpose": [Case(arguments: [square]), Case(arguments: [wide])],
      "squeeze": [Case(arguments: [vector])],
      "expand": [Case(arguments: [vector, 1])],
      "stack": [Case(arguments: [vector, vector]), Case(arguments: [vector, vector], named: ["axis": 2])],
      "concat": [Case(arguments: [tall, tall]), Case(arguments: [tall, tall], named: ["axis": 2])],
      "push": [Case(arguments: [vector, 1])],
      "repeat": [Case(arguments: [tall, 3]), Case(arguments: [tall, 3], named: ["axis": 2])],
      "tile": [Case(arguments: [tall, 2, 2])], "pad": [Case(arguments: [tall, 2], named: ["value": 3])],
      "gather": [Case(arguments: [tall, picks])], "labelled": [Case(arguments: [tall, picks])],
      "scatteradd": [
        Case(arguments: [tall, picks, 1], named: ["axis": 2]),
        Case(
          arguments: [short, vector, 1].map {
            $0.shape == vector.shape && $0.type == .f64
              ? (try! Operations.named("permutation")!.call(length)) : $0
          }),
      ],
      "diag": [Case(arguments: [try numbers([600])]), Case(arguments: [square])],
      "tril": [Case(arguments: [square])], "triu": [Case(arguments: [square])],
      "trace": [Case(arguments: [try numbers([n / 4, 2, 2])])],
      "inv": factors, "det": factors, "logdet": factors, "cholesky": [Case(arguments: [definite])],
      "qr": factors,
      "svd": factors, "singular_values": factors, "eigh": [Case(arguments: [definite])],
      "eigenvalues": factors, "pinv": factors,
      "solve": [
        Case(arguments: [matrix, try numbers([64, 40])]), Case(arguments: [definite, try numbers([64])]),
      ],
      "lstsq": [Case(arguments: [try numbers([120, 60]), try numbers([120, 5])])],
      "zeros": [Case(arguments: [length])], "ones": [Case(arguments: [length])],
      "fill": [
        Case(arguments: [2, length]), Case(arguments: [try numbers([3]), Tensor(Double(n / 3)), 3]),
      ],
      "eye": [Case(arguments: [600])], "linspace": [Case(arguments: [0, 1, length])],
      "logspace": [Case(arguments: [0, 1, length])],
      "onehot": [Case(arguments: [picks, 3])], "rand": [Case(arguments: [length])],
      "randn": [Case(arguments: [length])],
      "randint": [Case(arguments: [5, length])], "permutation": [Case(arguments: [length])],
      "conv2d": [Case(arguments: [images, try numbers([4, 3, 3, 3])])],
      "conv1d": [Case(arguments: [try numbers([2, 2, 20_000]), try numbers([3, 2, 5])])],
      "maxpool": [Case(arguments: [images, 2]), Case(arguments: [images, 3], named: ["stride": 1])],
      "avgpool": [Case(arguments: [images, 2])],
      "polygamma": [Case(arguments: [1, vector])],
      "rnnsteps": [
        Case(arguments: [
          try numbers([16, 120, 20]), try numbers([16, 32]), try numbers([20, 32]), try numbers([32, 32]),
          try numbers([32]),
        ])
      ],
      "grusteps": [
        Case(arguments: [
          try numbers([16, 60, 20]), try numbers([16, 16]), try numbers([20, 48]), try numbers([16, 48]),
          try numbers([48]), try numbers([48]),
        ])
      ],
      "standardised": [Case(arguments: [tall, 2, 0.1]), Case(arguments: [wide, 2, 0.1])],
      "layernormed": [
        Case(arguments: [tall, try numbers([3]), try numbers([3]), 0.1]),
        Case(arguments: [wide, try numbers([n / 3]), try numbers([n / 3]), 0.1]),
      ],
      "labelledentropy": [
        Case(arguments: [tall, picks]), Case(arguments: [wide, Tensor([1, 2, Double(n / 3)])]),
      ],
      "lstmsteps": [
        Case(arguments: [
          try numbers([16, 60, 20]), try numbers([16, 16]), try numbers([16, 16]), try numbers([20, 64]),
          try numbers([16, 64]), try numbers([64]),
        ])
      ],
    ]
  }

  /// Every row that programs see, with large arguments; of those that are elementwise vectors of each type.
  private func forEachCase(_ body: (Numerics.Operation, Case) throws -> Void) throws {
    let cases = try Self.cases()
    let types: [ElementType] = [.f64, .f16]
    for row in Operations.all {
      if let cases = cases[row.name] {
        for one in cases { try body(row, one) }
      } else {
        let count = row.parameters.count { !$0.isNamed && !$0.isVariadic }
        XCTAssertTrue(
          row.isElementwise || row.unary != nil || count == 1 || row.name == "clamp",
          "\(row.name) has no case")
        for type in types {
          let x = try Self.numbers([Self.count], type)
          try body(row, Case(arguments: [Tensor](repeating: x, count: count)))
          if count == 2, type == .f64 {
            try body(row, Case(arguments: [x, 2]))
            try body(
              row, Case(arguments: [try Self.numbers([3, Self.count / 3]), try Self.numbers([3, 1])]))
          }
        }
      }
    }
    XCTAssertTrue(cases.keys.allSatisfy { Operations.named($0) != nil })
  }

  private func label(_ row: Numerics.Operation, _ one: Case) -> String {
    "\(row.name) of \(one.arguments.map { "\($0.shape) \($0.type)" }) \(one.named.keys.sorted())"
  }

  func testKernelsLookBetweenBlocks() throws {
    try forEachCase { row, one in
      let pace = try NumericsInterruption.measured {
        _ = try row.call(positional: one.arguments, named: one.named)
      }
      XCTAssertLessThanOrEqual(pace.longest, Self.longest, label(row, one))
    }
  }

  func testTheWayBackLooksBetweenBlocks() throws {
    try forEachCase { row, one in
      guard row.isDifferentiable else { return }
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let variables = one.arguments.enumerated().map { place, x in
        x.type != .bool && row.isVariable(place) ? tape.variable(x) : x
      }
      let y = try row.call(positional: variables, named: one.named)
      guard tape.follows(y) else { return }
      let ones = try Tensor.filled(1, y.shape, y.type)
      let pace = try NumericsInterruption.measured { try tape.pullback(of: y, cotangent: ones) }
      XCTAssertLessThanOrEqual(pace.longest, Self.longest, label(row, one))
    }
  }

  /// At whichever look it is told so, a kernel stops, and what it had made is freed.
  func testKernelsStopAtEveryLook() throws {
    var state: UInt64 = 1
    try forEachCase { row, one in
      let call = { _ = try row.call(positional: one.arguments, named: one.named) }
      let polls = try NumericsInterruption.measured(call).polls
      let live = Memory.live
      if polls > 0 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let patience = Int(state >> 33) % polls
        XCTAssertThrowsError(try NumericsInterruption.measured(patience: patience, call), label(row, one)) {
          XCTAssertTrue($0 is NumericsInterrupted, "\(label(row, one)): \($0)")
        }
        XCTAssertEqual(Memory.live, live, label(row, one))
      }
    }
  }

  /// Factorisations look while LAPACK runs, all the way.
  func testFactorisationsLookThroughout() throws {
    let matrix = try Self.numbers([160, 160])
    let definite = try Operations.add(
      Operations.matrixProduct(matrix, matrix, transposedB: true), Operations.named("eye")!.call(160))
    for name in ["inv", "det", "cholesky", "qr", "svd", "singular_values", "eigh", "eigenvalues", "pinv"] {
      let row = Operations.named(name)!
      let pace = try NumericsInterruption.measured { _ = try row.call(definite) }
      XCTAssertGreaterThan(pace.polls, 100, name)
    }
  }

  func testRangesAndAssignments() throws {
    let n = Double(Self.count)
    var x = try Tensor.zeros(Shape(Self.count), .f64)
    let mask = try Operations.compare(.less, Self.numbers([Self.count]), 0.5)
    let steps: [(String, () throws -> Void)] = [
      ("range", { _ = try Operations.range(1, 1, n) }),
      ("mask", { _ = try Operations.index(x, [.mask(mask)]) }),
      ("list", { _ = try Operations.index(x, Operations.range(n, -1, 1)) }),
      ("assignment", { try Operations.assign(&x, [.mask(mask)], 2) }),
      (
        "assignment of many", { try Operations.assign(&x, [.range(start: 1, step: 1, count: Self.count)], x) }
      ),
      ("close", { _ = try Operations.close(x, x, relative: 1e-9, absolute: 0) }),
      ("not", { _ = try Operations.not(mask) }), ("and", { _ = try Operations.and(mask, mask) }),
      ("comparison", { _ = try Operations.compare(.less, x, x) }),
      ("row", { _ = try Operations.reshape(x, Shape(3, Self.count / 3)).row(1) }),
    ]
    for (name, step) in steps {
      let pace = try NumericsInterruption.measured(step)
      XCTAssertGreaterThan(pace.polls, 2, name)
      XCTAssertLessThanOrEqual(pace.longest, Self.longest, name)
    }
  }
}
