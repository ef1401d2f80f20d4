import XCTest

@testable import Numerics

/// Elementwise operations on large tensors are pulled back block by block: the same as on small ones.
final class BlockedPullbackTests: XCTestCase {
  override func tearDown() {
    Workers.areUsed = Workers.count > 1
    NumericsInterruption.clear()
    Tape.closeAll()
  }

  private let count = 700_001

  private func tensor(_ range: Range<Int>, _ type: ElementType) -> Tensor {
    Tensor(range.map { Double(($0 &* 7919) % 10007) / 2500 - 2 }, type: type)
  }

  /// Every kind of rule, a node that is used twice, numbers and tensors, and something after the stretch.
  private func f(_ a: Tensor, _ c: Tensor, _ x: Tensor) throws -> Tensor {
    let u = try Operations.add(Operations.multiply(a, x), c)
    let t = try Operations.named("tanh")!.call(u)
    let s = try Operations.named("sigmoid")!.call(Operations.subtract(t, x))
    let r = try Operations.named("relu")!.call(Operations.divide(u, Operations.add(3, s)))
    let m = try Operations.maximum2(Operations.power(t, 2), Operations.multiply(r, c))
    let e = try Operations.exp(Operations.negate(Operations.multiply(x, x)))
    let p = try Operations.power(Operations.abs(Operations.subtract(x, 9)), a)
    return try Operations.add(Operations.multiply(m, e), Operations.divide(p, 100))
  }

  private func gradients(_ range: Range<Int>, _ type: ElementType, inBlocks: Bool = true) throws -> [Tensor] {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    // What is kept is whole, so nothing is pulled back in blocks.
    tape.keepsAdjoints = !inBlocks
    let variables = [tape.variable(0.8), tape.variable(0.3), tape.variable(tensor(range, type))]
    let y = try f(variables[0], variables[1], variables[2])
    // A cotangent with zeros.
    let cotangent = try Operations.maximum2(tensor(range, type), 0)
    return try tape.pullback(of: y, cotangent: cotangent, to: variables)
  }

  func testBlocksAgreeWithSmallTensors() throws {
    for type in [ElementType.f64, .f32] {
      let whole = try gradients(0..<count, type)
      var sums = [0.0, 0.0]
      for start in stride(from: 0, to: count, by: 100_000) {
        let end = min(count, start + 100_000)
        let part = try gradients(start..<end, type)
        XCTAssertEqual(Array(whole[2].doubles[start..<end]), part[2].doubles)
        sums[0] += part[0].scalar
        sums[1] += part[1].scalar
      }
      let accuracy = type == .f64 ? 1e-12 : 1e-6
      for i in 0..<2 {
        XCTAssertEqual(whole[i].scalar, sums[i], accuracy: accuracy * abs(sums[i]) + accuracy)
        XCTAssertEqual(whole[i].type, .f64)
      }
      // Block by block or operation by operation, the bits are the same.
      let unblocked = try gradients(0..<count, type, inBlocks: false)
      for i in 0..<3 { XCTAssertEqual(whole[i].doubles, unblocked[i].doubles, "\(type) \(i)") }
      Workers.areUsed = false
      let alone = try gradients(0..<count, type)
      Workers.areUsed = Workers.count > 1
      for i in 0..<3 { XCTAssertTrue(alone[i].doubles == whole[i].doubles) }
    }
  }

  func testWhatIsKeptIsWhole() throws {
    let tape = try Tape.open(.reverse)
    tape.keepsAdjoints = true
    let x = tape.variable(tensor(0..<count, .f64))
    let t = try Operations.exp(x)
    let y = try Operations.sum(Operations.multiply(t, t))
    try tape.pullback(of: y, cotangent: 1)
    XCTAssertEqual(try tape.cotangent(of: t, from: y).count, count)
    tape.close()
  }

  func testInterruption() throws {
    let tape = try Tape.open(.reverse)
    let x = tape.variable(tensor(0..<count, .f64))
    let y = try f(0.8, 0.3, x)
    NumericsInterruption.raise()
    XCTAssertThrowsError(try tape.pullback(of: y, cotangent: x.primal, to: x)) {
      XCTAssertTrue($0 is NumericsInterrupted)
    }
  }
}
