import XCTest

@testable import Numerics

final class ProductTests: XCTestCase {
  override func tearDown() {
    Tape.closeAll()
    NumericsInterruption.clear()
    Memory.limit = Int.max
  }

  private func numbers(_ shape: Shape, _ offset: Int = 0) -> Tensor {
    Tensor((0..<shape.elementCount).map { Double(($0 * 37 + offset) % 23) / 8 - 1.25 }, shape: shape)
  }

  /// op(A) op(B) by the definition.
  private func naive(_ a: Tensor, _ b: Tensor, _ m: Int, _ n: Int, _ k: Int) -> [Double] {
    (0..<m * n).map { place in
      (0..<k).reduce(0) { $0 + a.element(place / n * k + $1) * b.element($1 * n + place % n) }
    }
  }

  private func assertClose(_ a: [Double], _ b: [Double], _ label: String) {
    XCTAssertEqual(a.count, b.count, label)
    for (x, y) in zip(a, b) { XCTAssertEqual(x, y, accuracy: 1e-11 * max(1, abs(y)), label) }
  }

  func testMatrices() throws {
    for (m, k, n) in [
      (1, 1, 1), (2, 3, 4), (7, 1, 5), (5, 8, 9), (17, 19, 23), (64, 64, 64), (130, 70, 90), (3, 0, 2),
      (40, 50, 1), (1, 50, 40),
    ] {
      let a = numbers([m, k])
      let b = numbers([k, n], 5)
      assertClose(try Operations.product(a, b).doubles, naive(a, b, m, n, k), "\(m)×\(k) * \(k)×\(n)")
      for (flipA, flipB) in [(true, false), (false, true), (true, true)] {
        let x = flipA ? try Operations.transpose(a) : a
        let y = flipB ? try Operations.transpose(b) : b
        let result = try Operations.matrixProduct(x, y, transposedA: flipA, transposedB: flipB)
        assertClose(result.doubles, naive(a, b, m, n, k), "\(m)×\(k) * \(k)×\(n), \(flipA), \(flipB)")
      }
    }
  }

  /// Products large enough to be divided among workers agree with their parts.
  func testTiles() throws {
    let (m, k, n) = (700, 1100, 600)
    let a = numbers([m, k])
    let b = numbers([k, n], 3)
    let whole = try Operations.product(a, b)
    for (row, column) in [(0, 0), (255, 255), (256, 256), (511, 513), (699, 599), (3, 512)] {
      let expected = (0..<k).reduce(0.0) { $0 + a.element(row * k + $1) * b.element($1 * n + column) }
      XCTAssertEqual(whole.element(row * n + column), expected, accuracy: 1e-10)
    }
    XCTAssertEqual(whole.doubles, try Operations.product(a, b).doubles)
  }

  func testShapes() throws {
    let table: [(Shape, Shape, Shape)] = [
      ([], [2, 3], [2, 3]), ([2, 3], [], [2, 3]), ([2, 3], [3], [2]), ([2], [2, 3], [3]),
      ([2, 3], [3, 4], [2, 4]),
      ([5, 2, 3], [3, 4], [5, 2, 4]), ([5, 2, 3], [5, 3, 4], [5, 2, 4]), ([1, 2, 3], [5, 3, 4], [5, 2, 4]),
      ([2, 3], [5, 3, 4], [5, 2, 4]), ([5, 2, 3], [3], [5, 2]), ([3], [5, 3, 4], [5, 4]),
      ([6, 1, 2, 3], [5, 3, 4], [6, 5, 2, 4]),
    ]
    for (a, b, expected) in table {
      XCTAssertEqual(try Operations.product(numbers(a), numbers(b)).shape, expected, "\(a) * \(b)")
    }
    let batch = try Operations.product(numbers([5, 2, 3]), numbers([5, 3, 4], 2))
    for i in 0..<5 {
      let one = try Operations.product(numbers([5, 2, 3]).row(i), numbers([5, 3, 4], 2).row(i))
      assertClose(try batch.row(i).doubles, one.doubles, "entry \(i)")
    }
    let faults: [(Shape, Shape, Fault)] = [
      ([3], [3], .vectorTimesVector([3], [3])),
      ([2, 3], [2], .innerLengths(operation: "*", a: [2, 3], b: [2])),
      ([2, 3], [2, 3], .innerLengths(operation: "*", a: [2, 3], b: [2, 3])),
      ([5, 2, 3], [4, 3, 2], .broadcast(operation: "*", a: [5, 2, 3], b: [4, 3, 2], wouldBe: nil)),
    ]
    for (a, b, fault) in faults {
      XCTAssertThrowsError(try Operations.product(numbers(a), numbers(b))) {
        XCTAssertEqual($0 as? Fault, fault)
      }
    }
    XCTAssertThrowsError(try Operations.transpose(numbers([3]))) {
      XCTAssertEqual($0 as? Fault, .vectorTranspose([3]))
    }
    XCTAssertEqual(try Operations.outer(numbers([2, 3]), numbers([4])).shape, [2, 3, 4])
    XCTAssertThrowsError(try Operations.inner(numbers([2]), numbers([3])))
  }

  func testSolving() throws {
    let a = Linear.sample
    let b = Tensor([1, 2, 3])
    assertClose(try Operations.product(a, Operations.solve(a, b)).doubles, b.doubles, "A * (A \\ b)")
    assertClose(
      try Operations.product(Operations.inverse(a), a).doubles, [1, 0, 0, 0, 1, 0, 0, 0, 1], "inv(A) * A")
    XCTAssertThrowsError(try Operations.solve(Tensor([1, 2, 2, 4], shape: [2, 2]), Tensor([1, 2]))) {
      XCTAssertEqual($0 as? Fault, .singular(operation: "\\", shape: [2, 2]))
    }
    // Symmetric but indefinite goes on to LU.
    let indefinite = Tensor([1, 2, 2, 1], shape: [2, 2])
    assertClose(try Operations.solve(indefinite, Tensor([3, 3])).doubles, [1, 1], "indefinite")
    let tall = numbers([5, 2])
    let least = try Operations.solve(tall, Tensor([1, 2, 3, 4, 5]))
    let residual = try Operations.subtract(Operations.product(tall, least), Tensor([1, 2, 3, 4, 5]))
    let normal = try Operations.product(Operations.transpose(tall), residual)
    for value in normal.doubles { XCTAssertEqual(value, 0, accuracy: 1e-12) }
    XCTAssertThrowsError(
      try Operations.named("cholesky")!.call(positional: [indefinite])
    ) { XCTAssertEqual($0 as? Fault, .notPositiveDefinite(operation: "cholesky", shape: [2, 2])) }
  }

  func testInterruption() throws {
    NumericsInterruption.raise()
    let a = numbers([400, 400])
    XCTAssertThrowsError(try Operations.product(a, a)) { XCTAssertTrue($0 is NumericsInterrupted) }
    NumericsInterruption.clear()
    // From another thread, while products run.
    let thread = Thread {
      usleep(30_000)
      NumericsInterruption.raise()
    }
    thread.start()
    XCTAssertThrowsError(
      try {
        let large = try Tensor.filled(0.5, [1500, 1500], .f64)
        while true { _ = try Operations.product(large, large) }
      }()
    ) { XCTAssertTrue($0 is NumericsInterrupted) }
    NumericsInterruption.clear()
    XCTAssertEqual(try Operations.product(Linear.sample, Tensor([1, 0, 0])).doubles, [2, 1, 0.25])
  }

  func testMemoryLimit() throws {
    Memory.limit = Memory.live + 1 << 20
    XCTAssertThrowsError(try Tensor.zeros([1 << 20], .f64)) { error in
      guard case .memory(let bytes, _)? = error as? Fault else { return XCTFail("\(error)") }
      XCTAssertEqual(bytes, 8 << 20)
    }
    XCTAssertThrowsError(try Tensor.zeros([1 << 40, 1 << 40], .f64))
    let live = Memory.live
    do {
      let half = try Tensor.zeros([1 << 16], .f64)
      XCTAssertEqual(Memory.live, live + 8 << 16)
      _ = half
    }
    XCTAssertEqual(Memory.live, live)
  }
}
