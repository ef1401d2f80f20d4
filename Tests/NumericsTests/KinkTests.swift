import XCTest

@testable import Numerics

/// The conventions at points without a derivative, and zeros that must stay zeros.
final class KinkTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private func call(_ name: String, _ x: Tensor..., named: [String: Tensor] = [:]) throws -> Tensor {
    try Operations.named(name)!.call(positional: x, named: named)
  }

  private func slope(_ name: String, at x: Double) throws -> Double {
    let number = try gradient(Tensor(x)) { try self.call(name, $0) }.value()
    let entry = try gradient(Tensor([x, x])) { try Operations.sum(self.call(name, $0)) }.element(1)
    let forward = try velocity(Tensor(x), 1) { try self.call(name, $0) }.value()
    XCTAssertEqual(number.bitPattern, entry.bitPattern, name)
    XCTAssertEqual(number.bitPattern, forward.bitPattern, name)
    return number
  }

  func testSlopesAtTheKink() throws {
    let table: [(String, Double, Double)] = [
      ("relu", 0, 0), ("abs", 0, 0), ("sign", 0, 0), ("sqrt", 0, .infinity), ("norm", 0, 0),
      ("floor", 1.5, 0),
      ("leakyrelu", 0, 0.01), ("elu", 0, 1), ("round", 0.2, 0),
    ]
    for (name, x, expected) in table where name != "norm" {
      XCTAssertEqual(try slope(name, at: x), expected, name)
    }
    let zero = Tensor([0, 0])
    XCTAssertEqual(try gradient(zero) { try Operations.norm($0) }.doubles, [0, 0])
    XCTAssertEqual(try velocity(zero, Tensor([1, 1])) { try Operations.norm($0) }.value(), 0)
    XCTAssertEqual(try gradient(Tensor([2, 2, 2])) { try self.call("std", $0) }.doubles, [0, 0, 0])
  }

  func testTiesGoToTheFirstWinner() throws {
    for name in ["max", "min"] {
      XCTAssertEqual(try gradient(2) { try self.call(name, $0, 2) }.value(), 1, name)
      XCTAssertEqual(try gradient(2) { try self.call(name, 2, $0) }.value(), 0, name)
      XCTAssertEqual(try gradient(2) { try self.call(name, $0, $0) }.value(), 1, name)
    }
    for name in ["maximum", "minimum"] {
      XCTAssertEqual(try gradient(Tensor([3, 3, 3])) { try self.call(name, $0) }.doubles, [1, 0, 0])
    }
    XCTAssertEqual(try gradient(2) { try self.call("clamp", $0, 2, 3) }.value(), 1)
  }

  func testPowersAtZero() throws {
    let table: [(Double, Double, Double)] = [
      // n, first and second derivative of x^n at 0
      (1, 1, 0), (2, 0, 2), (3, 0, 0), (1.5, 0, .infinity), (4, 0, 0), (0, 0, 0),
    ]
    for (n, first, second) in table {
      let f: (Tensor) throws -> Tensor = { try Operations.power($0, Tensor(n)) }
      XCTAssertEqual(try gradient(0, f).value(), first, "x^\(n)")
      XCTAssertEqual(try gradient(0) { try gradient($0, f) }.value(), second, "x^\(n), twice")
      XCTAssertEqual(try velocity(0, 1) { try velocity($0, 1, f) }.value(), second, "x^\(n), forward")
      XCTAssertEqual(
        try gradient(Tensor([0, 0])) { x in
          try Operations.sum(gradient(x) { try Operations.sum(f($0)) })
        }.doubles, [second, second], "[x, x]^\(n)")
    }
    // 0^n by n, and both at once.
    XCTAssertEqual(try gradient(2) { try Operations.power(0, $0) }.value(), 0)
    XCTAssertEqual(try gradient(0) { try Operations.power($0, $0) }.value(), -.infinity)
    XCTAssertEqual(try gradient(-2) { try Operations.power($0, 3) }.value(), 12)
  }

  func testNoGradientReachesTheSideNotTaken() throws {
    let x = Tensor([0, 4])
    let positive = try Operations.compare(.greater, x, 0)
    let roots: (Tensor) throws -> Tensor = { x in
      try Operations.sum(Operations.choose(positive, Operations.sqrt(x), 0))
    }
    XCTAssertEqual(try gradient(x, roots).doubles, [0, 0.25])
    XCTAssertEqual(try velocity(x, Tensor([1, 1]), roots).value(), 0.25)
    let logarithms: (Tensor) throws -> Tensor = { x in
      try Operations.sum(Operations.choose(positive, Operations.log(x), x))
    }
    XCTAssertEqual(try gradient(x, logarithms).doubles, [1, 0.25])
    let quotients: (Tensor) throws -> Tensor = { x in
      try Operations.sum(Operations.choose(positive, Operations.divide(1, x), 0))
    }
    XCTAssertEqual(try gradient(x, quotients).doubles, [0, -0.0625])
    // To the second order, and through a chain.
    let chain: (Tensor) throws -> Tensor = { x in
      try Operations.sum(
        Operations.choose(positive, Operations.power(Operations.sqrt(x), 3), Operations.multiply(x, x)))
    }
    let second = try gradient(x) { x in try Operations.sum(gradient(x, chain)) }
    XCTAssertEqual(second.doubles, [2, 0.375])
    // Numbers alone, on the quick path.
    let number = try gradient(0) { x in
      try Operations.choose(Tensor(false), Operations.sqrt(x), Operations.multiply(3, x))
    }
    XCTAssertEqual(number.value(), 3)
  }

  func testZeroCotangentStaysZero() throws {
    for name in ["sqrt", "log", "exp", "sin", "tanh", "sigmoid", "abs"] {
      let g = try gradient(Tensor([0, -0.0])) { x in
        try Operations.sum(Operations.multiply(self.call(name, x), 0))
      }
      XCTAssertEqual(g.doubles, [0, 0], name)
      let number = try gradient(0) { try Operations.multiply(self.call(name, $0), 0) }
      XCTAssertEqual(number.value(), 0, name)
    }
    for name in ["norm", "prod", "maximum", "logsumexp", "std", "var", "median"] {
      let g = try gradient(Tensor([0, 0, 0])) { try Operations.multiply(self.call(name, $0), 0) }
      XCTAssertEqual(g.doubles, [0, 0, 0], name)
    }
    // A zero that moves is no such zero: the second derivative sees through it.
    let second = try gradient(0) { x in
      try gradient(x) { try Operations.power(Operations.sin($0), 2) }
    }
    XCTAssertEqual(second.value(), 2)
  }

  func testProductOfZeros() throws {
    let g = try gradient(Tensor([2, 0, 3])) { try self.call("prod", $0) }
    XCTAssertEqual(g.doubles, [0, 6, 0])
    XCTAssertEqual(try gradient(Tensor([2, 0, 0])) { try self.call("prod", $0) }.doubles, [0, 0, 0])
  }

  func testStopAndConstants() throws {
    let g = try gradient(3) { x in
      try Operations.add(Operations.multiply(x, x.primal), self.call("floor", x))
    }
    XCTAssertEqual(g.value(), 3)
    XCTAssertEqual(try gradient(3) { _ in 7 }.value(), 0)
    XCTAssertEqual(try gradient(Tensor([1, 2])) { _ in 7 }.doubles, [0, 0])
  }
}
