import XCTest

@testable import Numerics

/// Every differentiable row as a function of all its inputs together, mixed second derivatives included: both
/// directions and all four nestings of them against central differences, and f32 against f64, with operands that
/// stretch in every way they can.
final class JointDerivativeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  /// A call whose inputs are parts of one vector.
  private struct Case {
    let label: String
    let point: Tensor
    let shapes: [Shape]
    let call: ([Tensor]) throws -> Tensor

    init(_ label: String, _ inputs: [Tensor], _ call: @escaping ([Tensor]) throws -> Tensor) {
      self.label = label
      point = Tensor(inputs.flatMap(\.doubles))
      shapes = inputs.map(\.shape)
      self.call = call
    }

    /// A number made of the result at `z`, with weights that let no error cancel.
    func callAsFunction(_ z: Tensor) throws -> Tensor {
      var start = 1
      let inputs = try shapes.map { shape -> Tensor in
        defer { start += shape.elementCount }
        let part = try Operations.index(z, [.range(start: start, step: 1, count: shape.elementCount)])
        return try Operations.reshape(part, shape)
      }
      let y = try Operations.convert(call(inputs), to: .f64)
      let weights = Self.numbers(y.shape, 0.3, 0.17, 3, 7)
      let square = try Operations.multiply(y, y)
      return try Operations.sum(
        Operations.multiply(Operations.add(y, Operations.multiply(0.5, square)), weights))
    }

    var direction: Tensor { Self.numbers(point.shape, 0.7, -0.31, 3, 5) }
    var other: Tensor { Self.numbers(point.shape, -0.9, 0.4, 2, 7) }

    /// Numbers that repeat after `period`.
    private static func numbers(
      _ shape: Shape, _ start: Double, _ step: Double, _ factor: Int, _ period: Int
    ) -> Tensor {
      let values = (0..<shape.elementCount).map { (i: Int) -> Double in
        let place = (i * factor) % period
        return start + step * Double(place)
      }
      return Tensor(values, shape: shape)
    }
  }

  /// The samples of the rows, all their f64 operands at once.
  private func sampleCases() -> [Case] {
    _ = Operations.all
    var cases: [Case] = []
    for row in (0..<Registry.count).map({ Registry[$0] }) where row.isDifferentiable && row.name != "convert"
    {
      for (number, sample) in row.samples.enumerated() {
        let variables = sample.positional.indices.filter { input in
          sample.positional[input].type == .f64 && row.isVariable(input)
        }
        guard !variables.isEmpty else { continue }
        cases.append(
          Case("\(row.name), sample \(number)", variables.map { sample.positional[$0] }) { inputs in
            var positional = sample.positional
            for (variable, input) in zip(variables, inputs) { positional[variable] = input }
            return try row.call(positional: positional, named: sample.named)
          })
      }
    }
    return cases
  }

  /// Rows of two operands that broadcast, at all pairs of shapes that do.
  private func broadcastCases() -> [Case] {
    let shapes: [(Shape, Shape)] = [
      ([], []), ([], [3]), ([3], []), ([], [2, 3]), ([2, 3], []), ([1], [1]), ([3], [3]), ([1], []),
      ([], [1]),
      ([3], [2, 3]), ([2, 3], [3]), ([1], [2, 3]), ([2, 3], [1]), ([1, 3], [2, 3]), ([2, 3], [1, 3]),
      ([2, 1], [2, 3]), ([2, 3], [2, 1]), ([2, 1], [1, 3]), ([1, 3], [2, 1]), ([1, 1], [2, 3]),
      ([2, 3], [1, 1]),
      ([2, 1, 2], [1, 3, 1]), ([1, 2], [3, 1, 2]), ([2, 2, 3], [2, 3]), ([3], [2, 2, 3]),
      ([2, 1, 1], [2, 2, 3]),
    ]
    func values(_ shape: Shape, from start: Double, step: Double) -> Tensor {
      let values = (0..<shape.elementCount).map { (i: Int) -> Double in start + step * Double(i) }
      return Tensor(values, shape: shape)
    }
    let names = ["max", "min", "atan2", "remainder"]
    let rows: [(String, (Tensor, Tensor) throws -> Tensor)] =
      [
        ("add", Operations.add), ("subtract", Operations.subtract), ("multiply", Operations.multiply),
        ("divide", Operations.divide), ("power", Operations.power),
        ("where", { try Operations.choose(Operations.compare(.less, $0, Tensor(1.4)), $0, $1) }),
        ("clamp", { try Operations.named("clamp")!.call(positional: [$0, $1, Tensor(2.11)]) }),
      ] + names.map { name in (name, { try Operations.named(name)!.call(positional: [$0, $1]) }) }
    return rows.flatMap { name, f in
      shapes.map { a, b in
        // No two elements are equal, so no pair is at a kink.
        Case(
          "\(name) of \(a) and \(b)", [values(a, from: 0.83, step: 0.27), values(b, from: 1.07, step: 0.231)]
        ) {
          try f($0[0], $0[1])
        }
      }
    }
  }

  private func assertClose(_ a: Double, _ b: Double, _ label: String, tolerance: Double) {
    XCTAssertEqual(a, b, accuracy: tolerance * max(1, abs(a), abs(b)), label)
  }

  private func slope(_ x: Tensor, along v: Tensor, _ f: (Tensor) throws -> Tensor) throws -> Double {
    let h = Tensor(1e-5)
    let up = try f(Operations.add(x, Operations.multiply(v, h))).value()
    let down = try f(Operations.subtract(x, Operations.multiply(v, h))).value()
    return (up - down) / 2e-5
  }

  private func check(_ c: Case) throws {
    let (x, v, w) = (c.point, c.direction, c.other)
    let first = try slope(x, along: v) { try c($0) }
    assertClose(
      try Operations.inner(gradient(x) { try c($0) }, v).value(), first, "\(c.label), vjp", tolerance: 1e-6)
    assertClose(try velocity(x, v) { try c($0) }.value(), first, "\(c.label), jvp", tolerance: 1e-6)

    let forward: (Tensor) throws -> Tensor = { x in try velocity(x, v) { try c($0) } }
    let reverse: (Tensor) throws -> Tensor = { x in try Operations.inner(gradient(x) { try c($0) }, v) }
    let second = try slope(x, along: w, reverse)
    for (name, inner) in [("jvp", forward), ("vjp", reverse)] {
      let pulled = try Operations.inner(gradient(x, inner), w).value()
      let pushed = try velocity(x, w, inner).value()
      assertClose(pulled, second, "\(c.label), vjp of \(name)", tolerance: 5e-6)
      assertClose(pushed, second, "\(c.label), jvp of \(name)", tolerance: 5e-6)
    }
  }

  func testSamples() throws {
    let cases = sampleCases()
    XCTAssertGreaterThan(cases.count, 200)
    for c in cases { try check(c) }
  }

  func testBroadcasts() throws {
    let cases = broadcastCases()
    XCTAssertEqual(cases.count, 286)
    for c in cases { try check(c) }
  }

  func testBroadcastsInSinglePrecision() throws {
    for c in broadcastCases() {
      // Compared where both are exact: at the numbers that f32 has.
      let narrow = try Operations.convert(c.point, to: .f32)
      let wide = try Operations.convert(narrow, to: .f64)
      let scale = try gradient(wide) { try c($0) }
      let short = try gradient(narrow) { try c($0) }
      XCTAssertEqual(short.type, .f32, c.label)
      for (a, b) in zip(short.doubles, scale.doubles) { assertClose(a, b, c.label, tolerance: 1e-5) }
      let v = c.direction
      let moved = try velocity(narrow, Operations.convert(v, to: .f32)) { try c($0) }.value()
      assertClose(moved, try velocity(wide, v) { try c($0) }.value(), "\(c.label), jvp", tolerance: 1e-4)
    }
  }
}
