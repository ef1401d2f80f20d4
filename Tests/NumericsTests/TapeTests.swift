import XCTest

@testable import Numerics

/// The gradient of a function of one number or tensor, as `∇` computes it.
func gradient(_ x: Tensor, _ f: (Tensor) throws -> Tensor) throws -> Tensor {
  let tape = try Tape.open(.reverse)
  defer { tape.close() }
  let variable = tape.variable(x)
  let y = try f(variable)
  return try tape.pullback(of: y, cotangent: Tensor(1, type: y.type), to: variable)
}

/// The velocity of `f(x)` where `x` moves with `v`.
func velocity(_ x: Tensor, _ v: Tensor, _ f: (Tensor) throws -> Tensor) throws -> Tensor {
  let tape = try Tape.open(.forward)
  defer { tape.close() }
  return try tape.tangent(of: f(tape.dual(x, v)))
}

final class TapeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  func testNestedDerivativesDoNotConfuseTheirVariables() throws {
    let result = try gradient(1) { x in
      let inner = try gradient(1) { y in try Operations.add(x, y) }
      return try Operations.multiply(x, inner)
    }
    XCTAssertEqual(result.value(), 1)
    let mixed = try velocity(1, 1) { x in
      try Operations.multiply(x, velocity(1, 1) { y in try Operations.add(x, y) })
    }
    XCTAssertEqual(mixed.value(), 1)
  }

  func testThirdDerivativeOfSine() throws {
    for x in [0.3, 1.0, -2.0] {
      let third = try gradient(Tensor(x)) { a in
        try gradient(a) { b in try gradient(b) { try Operations.sin($0) } }
      }
      XCTAssertEqual(third.value(), -cos(x), accuracy: 1e-14)
      let mixed = try velocity(Tensor(x), 1) { a in
        try gradient(a) { b in try velocity(b, 1) { try Operations.sin($0) } }
      }
      XCTAssertEqual(mixed.value(), -cos(x), accuracy: 1e-14)
    }
  }

  func testMixedPartialDerivative() throws {
    // ∂²(x² y)/∂x∂y = 2x
    let result = try gradient(3) { x in
      try gradient(5) { y in try Operations.multiply(Operations.power(x, 2), y) }
    }
    XCTAssertEqual(result.value(), 6)
  }

  func testTensorGradient() throws {
    let x = Tensor([1, 2, 3])
    let g = try gradient(x) { try Operations.inner($0, $0) }
    XCTAssertEqual(g.doubles, [2, 4, 6])
    let second = try gradient(x) { x in
      let g = try gradient(x) { try Operations.inner($0, Operations.multiply($0, $0)) }
      return try Operations.index(g, 2)
    }
    XCTAssertEqual(second.doubles, [0, 12, 0])
  }
}
