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

/// The quick paths against the general ones, and what a tape says of itself.
final class RecordingTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private let functions: [(String, (Tensor) throws -> Tensor)] = [
    (
      "rational",
      { x in
        try Operations.divide(
          Operations.subtract(Operations.power(x, 3), Operations.multiply(2.1, x)),
          Operations.add(1.7, Operations.multiply(x, x)))
      }
    ),
    (
      "transcendental",
      { x in
        try Operations.add(
          Operations.exp(Operations.negate(Operations.sin(x))),
          Operations.log(Operations.add(3, Operations.cos(Operations.multiply(x, 1.3)))))
      }
    ),
    (
      "powers",
      { x in
        try Operations.add(
          Operations.power(Operations.add(Operations.abs(x), 0.3), x), Operations.power(1.9, x))
      }
    ),
    (
      "chosen",
      { x in
        try Operations.maximum2(
          Operations.sqrt(Operations.abs(x)), Operations.minimum2(x, Operations.multiply(0.3, x)))
      }
    ),
  ]

  func testNumbersAgreeWithTensorsToTheBit() throws {
    for (name, f) in functions {
      for x in [-2.3, -0.4, 0.1, 0.7, 1.9] {
        let number = try gradient(Tensor(x), f).value()
        let tensor = try gradient(Tensor([x, x])) { try Operations.sum(f($0)) }
        XCTAssertEqual(number.bitPattern, tensor.element(1).bitPattern, "\(name) at \(x)")
        // Inside another derivative the same tape takes the general way.
        let nested = try gradient(1) { outer in
          let moved = try Operations.multiply(outer, Tensor(x))
          let inner = try gradient(moved, f)
          XCTAssertEqual(inner.value().bitPattern, number.bitPattern, "\(name) at \(x), nested")
          return inner
        }
        XCTAssertTrue(nested.value().isFinite)
      }
    }
  }

  func testPullbackMayBeCalledAgain() throws {
    let tape = try Tape.open(.reverse)
    let x = tape.variable(Tensor([1, 2, 3]))
    let y = try Operations.multiply(x, x)
    for i in 0..<3 {
      var basis = [0.0, 0, 0]
      basis[i] = 1
      let row = try tape.pullback(of: y, cotangent: Tensor(basis), to: [x])[0]
      XCTAssertEqual(row.element(i), 2 * Double(i + 1))
      XCTAssertEqual(row.doubles.reduce(0, +), 2 * Double(i + 1))
    }
    let number = try Operations.sum(y)
    XCTAssertEqual(try tape.pullback(of: number, cotangent: 1, to: x).doubles, [2, 4, 6])
    XCTAssertEqual(try tape.pullback(of: number, cotangent: 1, to: x).doubles, [2, 4, 6])
    tape.close()
    XCTAssertFalse(y.isTraced)
  }

  func testEscapedValueIsAConstant() throws {
    var escaped = Tensor(0)
    _ = try gradient(3) { x in
      escaped = try Operations.multiply(x, x)
      return escaped
    }
    XCTAssertFalse(escaped.isTraced)
    XCTAssertEqual(escaped.value(), 9)
    let g = try gradient(2) { try Operations.multiply($0, escaped) }
    XCTAssertEqual(g.value(), 9)
    XCTAssertEqual(try Operations.add(escaped, 1).meta, 0)
  }

  func testEntriesForDiagnosis() throws {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    tape.keepsAdjoints = true
    let x = tape.variable(Tensor([1, 4]))
    Tape.site = 11
    let root = try Operations.sqrt(x)
    Tape.site = 12
    let y = try Operations.sum(root)
    Tape.site = 99
    _ = try tape.pullback(of: y, cotangent: 1, to: x)
    XCTAssertEqual(Tape.site, 99)
    let entry = tape.entry(tape.index(of: root)!)
    XCTAssertEqual(entry.operation?.name, "sqrt")
    XCTAssertEqual(entry.site, 11)
    XCTAssertEqual(entry.value.doubles, [1, 2])
    XCTAssertEqual(entry.adjoint?.doubles, [1, 1])
    XCTAssertEqual(entry.inputs, [tape.index(of: x)!])
    XCTAssertEqual(tape.entry(tape.index(of: y)!).site, 12)
    XCTAssertEqual(tape.entry(tape.index(of: x)!).adjoint?.doubles, [0.5, 0.25])
  }

  func testDepthIsLimited() throws {
    for _ in 0..<Tape.deepest { _ = try Tape.open(.reverse) }
    XCTAssertThrowsError(try Tape.open(.reverse)) {
      XCTAssertEqual($0 as? Fault, .depth(limit: Tape.deepest))
    }
  }

  func testNumberNodesLieLikeNodes() {
    XCTAssertEqual(MemoryLayout<TapeNode>.size, 48)
    XCTAssertEqual(MemoryLayout<NumberNode>.size, 48)
    XCTAssertEqual(MemoryLayout<Tensor>.size, 24)
    let value = MemoryLayout<TapeNode>.offset(of: \.value)!
    XCTAssertEqual(MemoryLayout<NumberNode>.offset(of: \.number)!, value)
    XCTAssertEqual(
      MemoryLayout<NumberNode>.offset(of: \.storage)!, value + MemoryLayout<Tensor>.offset(of: \.storage)!)
    XCTAssertEqual(
      MemoryLayout<NumberNode>.offset(of: \.meta)!, value + MemoryLayout<Tensor>.offset(of: \.meta)!)
    XCTAssertEqual(
      MemoryLayout<NumberNode>.offset(of: \.attributes)!, MemoryLayout<TapeNode>.offset(of: \.attributes)!)
  }

  func testRowsKnownByNumber() {
    _ = Operations.all
    let table: [(UInt16, String)] = [
      (Code.constant, "constant"), (Code.variable, "variable"), (Code.add, "add"),
      (Code.subtract, "subtract"),
      (Code.multiply, "multiply"), (Code.divide, "divide"), (Code.power, "power"), (Code.negate, "negate"),
      (Code.element, "element"), (Code.row, "row"),
      (Code.annihilate, "annihilate"), (Code.select, "select"),
    ]
    for (code, name) in table { XCTAssertEqual(Registry[code].name, name) }
    XCTAssertEqual(Set(Operations.all.map(\.name)).count, Operations.all.count)
  }

  func testLongTapes() throws {
    let n = 200_000
    let g = try gradient(1) { x in
      var y = x
      for _ in 0..<n { y = try Operations.add(y, x) }
      return y
    }
    XCTAssertEqual(g.value(), Double(n + 1))
  }

  func testInterruptedTapeLeavesNothingBehind() throws {
    XCTAssertThrowsError(
      try gradient(1) { x in
        _ = try Operations.multiply(x, x)
        throw Fault.notWhole(value: 1)
      })
    XCTAssertEqual(Tape.depth, 0)
    XCTAssertEqual(try gradient(3) { try Operations.multiply($0, $0) }.value(), 6)
  }
}

final class CustomDerivativeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  func testGradientOfTheProgramsOwn() throws {
    var calls = 0
    let f: (Tensor) throws -> Tensor = { x in
      try Operations.custom(
        [x], compute: { try Operations.multiply($0[0], $0[0]) },
        pullback: { c, y, inputs in
          calls += 1
          XCTAssertEqual(y.value(), 9)
          XCTAssertEqual(inputs[0].value(), 3)
          return [try Operations.multiply(c, 100)]
        })
    }
    XCTAssertEqual(try gradient(3) { try Operations.multiply(f($0), 2) }.value(), 200)
    XCTAssertEqual(calls, 1)
    XCTAssertEqual(try velocity(3, 1, f).value(), 6)
  }

  /// What is computed again instead of remembered has the same derivatives, to any order.
  func testRecomputation() throws {
    let body: (Tensor) throws -> Tensor = { try Operations.sin(Operations.multiply($0, $0)) }
    let f: (Tensor) throws -> Tensor = { x in
      try Operations.custom(
        [x], compute: { try body($0[0]) },
        pullback: { c, _, inputs in
          let tape = try Tape.open(.reverse)
          defer { tape.close() }
          let variable = tape.variable(inputs[0])
          return [try tape.pullback(of: body(variable), cotangent: c, to: variable)]
        })
    }
    let x = Tensor(0.7)
    XCTAssertEqual(try gradient(x, f).value(), try gradient(x, body).value())
    XCTAssertEqual(
      try gradient(x) { try gradient($0, f) }.value(), try gradient(x) { try gradient($0, body) }.value(),
      accuracy: 1e-14)
    XCTAssertEqual(
      try velocity(x, 1) { try gradient($0, f) }.value(), try gradient(x) { try gradient($0, body) }.value(),
      accuracy: 1e-14)
  }
}
