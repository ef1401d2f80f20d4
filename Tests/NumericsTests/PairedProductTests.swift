import XCTest

@testable import Numerics

/// The cotangents of a product of matrices are the same whether two threads compute them or one.
final class PairedProductTests: XCTestCase {
  override func tearDown() {
    Workers.areUsed = Workers.count > 1
    Tape.closeAll()
  }

  private func matrix(_ rows: Int, _ columns: Int, _ type: ElementType, seed: Int) throws -> Tensor {
    let numbers = Tensor(
      (0..<rows * columns).map { Double(($0 &* 7919 &+ seed) % 1009) / 500 - 1 }, type: type)
    return try Operations.reshape(numbers, [rows, columns])
  }

  private func gradients(_ a: Tensor, _ b: Tensor, _ transposedA: Bool, _ transposedB: Bool) throws
    -> [Tensor]
  {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let (x, y) = (tape.variable(a), tape.variable(b))
    let product = try Operations.matrixProduct(x, y, transposedA: transposedA, transposedB: transposedB)
    let value = try Operations.sum(Operations.multiply(product, product))
    return try tape.pullback(of: value, cotangent: 1, to: [x, y])
  }

  func testOneThreadAndTwo() throws {
    try XCTSkipIf(Workers.count == 1)
    for (m, k, n) in [
      (64, 64, 64), (128, 70, 65), (33, 260, 40), (120, 120, 120), (128, 128, 128), (1, 1400, 1400),
      (1300, 1, 1400), (96, 0, 96),
    ] {
      for type in [ElementType.f64, .f32] {
        for (transposedA, transposedB) in [(false, false), (true, false), (false, true), (true, true)] {
          let a = try transposedA ? matrix(k, m, type, seed: 3) : matrix(m, k, type, seed: 3)
          var b = try transposedB ? matrix(n, k, type, seed: 8) : matrix(k, n, type, seed: 8)
          for hasIdentity in [false, true] {
            if hasIdentity {
              guard k == n else { continue }
              b = Tensor((0..<k * k).map { $0 % (k + 1) == 0 ? 1 : 0 }, type: type)
              b = try Operations.reshape(b, [k, k])
            }
            let together = try gradients(a, b, transposedA, transposedB)
            Workers.areUsed = false
            let alone = try gradients(a, b, transposedA, transposedB)
            Workers.areUsed = true
            for i in 0..<2 {
              XCTAssertEqual(together[i].shape, alone[i].shape)
              XCTAssertEqual(together[i].doubles.map(\.bitPattern), alone[i].doubles.map(\.bitPattern))
            }
          }
        }
      }
    }
  }

  /// A matrix times itself: both cotangents go to one place, in their order.
  func testASquare() throws {
    try XCTSkipIf(Workers.count == 1)
    let a = try matrix(120, 120, .f64, seed: 5)
    func gradient() throws -> Tensor {
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let x = tape.variable(a)
      return try tape.pullback(of: Operations.sum(Operations.product(x, x)), cotangent: 1, to: x)
    }
    let together = try gradient()
    Workers.areUsed = false
    XCTAssertEqual(try gradient().doubles, together.doubles)
  }
}
