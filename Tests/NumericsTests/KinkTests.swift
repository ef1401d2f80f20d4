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

  /// A zero that arithmetic made obeys IEEE 754; one that was not selected is nothing, whatever it meets.
  func testOnlyWhatIsNotSelectedStaysZero() throws {
    for (name, slope) in [("sqrt", Double.infinity), ("log", .infinity), ("exp", 1), ("tanh", 1)] {
      let f: (Tensor) throws -> Tensor = { try Operations.multiply(self.call(name, $0), 0) }
      let isNumber = slope.isFinite
      XCTAssertEqual(try gradient(0, f).value().isNaN, !isNumber, name)
      XCTAssertEqual(try velocity(0, 1, f).value().isNaN, !isNumber, name)
      let both = try gradient(Tensor([0, -0.0])) { try Operations.sum(f($0)) }
      XCTAssertEqual(both.doubles.map(\.isNaN), [!isNumber, !isNumber], name)
    }
    let selections: [(String, (Tensor) throws -> Tensor)] = [
      ("where", { try Operations.choose(Tensor([true, false]), 7, $0) }),
      ("max", { try Operations.maximum2(Tensor([1, 0]), $0) }),
      ("relu", { try self.call("relu", Operations.subtract($0, Tensor([1, 0]))) }),
      ("[2]", { try Operations.index($0, [.value(2)]) }),
      ("[2:2]", { try Operations.index($0, [.range(start: 2, step: 1, count: 1)]) }),
      ("maximum", { try self.call("maximum", $0) }), ("gather", { try self.call("gather", $0, 2) }),
      ("sort", { try self.call("sort", $0).row(1) }),
    ]
    for (name, select) in selections {
      // The first element lies at an infinite slope, and nothing depends on it, in front of it and behind.
      let x = Tensor([0, 4])
      let behind: (Tensor) throws -> Tensor = { try Operations.sum(select(Operations.sqrt($0))) }
      XCTAssertEqual(try gradient(x, behind).doubles, [0, 0.25], name)
      XCTAssertEqual(try velocity(x, Tensor([1, 1]), behind).value(), 0.25, name)
      let second = try gradient(x) { try Operations.sum(gradient($0, behind)) }
      XCTAssertEqual(second.doubles, [0, -0.03125], name)
      let pushed = try velocity(x, Tensor([1, 1])) { try Operations.sum(gradient($0, behind)) }
      XCTAssertEqual(pushed.value(), -0.03125, name)
    }
    // What moves not at all stays so through an infinite slope.
    let still: (Tensor) throws -> Tensor = {
      try Operations.sqrt(self.call("relu", Operations.subtract($0, 1)))
    }
    XCTAssertEqual(try gradient(0, still).value(), 0)
    XCTAssertEqual(try velocity(0, 1, still).value(), 0)
    let part: (Tensor) throws -> Tensor = { try Operations.sum(Operations.sqrt(Operations.stack([0, $0]))) }
    XCTAssertEqual(try gradient(4, part).value(), 0.25)
    XCTAssertEqual(try velocity(4, 1, part).value(), 0.25)
    let product: (Tensor) throws -> Tensor = { x in
      let rows = try Operations.reshape(Operations.stack([Operations.divide(1, x), x, x, x]), [2, 2])
      return try Operations.matrixProduct(rows, Tensor([1, 2])).row(1)
    }
    XCTAssertEqual(try gradient(0, product).value(), 3)
    XCTAssertEqual(try velocity(0, 1, product).value(), 3)
    // A zero that moves is no such zero: the second derivative sees through it.
    let second = try gradient(0) { x in
      try gradient(x) { try Operations.power(Operations.sin($0), 2) }
    }
    XCTAssertEqual(second.value(), 2)
  }

  /// What was infinite on the way is not lost: both ways say NaN where the other would.
  func testBothWaysAgreeWhereAChainMeetsAnInfiniteSlope() throws {
    let table: [(String, (Tensor) throws -> Tensor)] = [
      ("1 / x²", { try Operations.divide(1, Operations.power($0, 2)) }),
      ("(x³)^(1/3)", { try Operations.power(Operations.power($0, 3), Tensor(1.0 / 3)) }),
      ("√x²", { try Operations.power(Operations.sqrt($0), 2) }),
      ("√(x²)", { try Operations.sqrt(Operations.power($0, 2)) }),
      ("x log(x)", { try Operations.multiply($0, Operations.log($0)) }),
      ("norm of √x", { try Operations.norm(Operations.stack([Operations.sqrt($0), 0])) }),
    ]
    for (name, f) in table {
      let (back, forth) = (try gradient(0, f).value(), try velocity(0, 1, f).value())
      XCTAssertTrue(back == forth || back.isNaN && forth.isNaN, "\(name): \(back), \(forth)")
      XCTAssertNotEqual(back, 0, name)
    }
  }

  /// At a kink whose slope is a convention, the second derivative is none; where a side was selected, it is that side's.
  func testConventionsHaveNoSlopeOfTheirOwn() throws {
    func second(_ f: (Tensor) throws -> Tensor) throws -> Double {
      let twice = try gradient(0) { try gradient($0, f) }.value()
      let forth = try velocity(0, 1) { try velocity($0, 1, f) }.value()
      let mixed = try velocity(0, 1) { try gradient($0, f) }.value()
      for other in [forth, mixed] { XCTAssertTrue(other == twice || other.isNaN && twice.isNaN) }
      return twice
    }
    XCTAssertTrue(try second { try self.call("abs", $0) }.isNaN)
    XCTAssertTrue(try second { try Operations.power(self.call("abs", $0), 2) }.isNaN)
    XCTAssertTrue(try second { try Operations.norm(Operations.stack([$0, 0])) }.isNaN)
    XCTAssertTrue(
      try second { x in
        try Operations.exp(Operations.negate(Operations.power(Operations.norm(Operations.stack([x, x])), 2)))
      }.isNaN)
    XCTAssertEqual(try second { try Operations.power(self.call("relu", $0), 2) }, 0)
    XCTAssertEqual(try second { try Operations.power(Operations.maximum2($0, 0), 2) }, 2)
    XCTAssertEqual(try second { try self.call("sign", $0) }, 0)
    XCTAssertEqual(try second { try Operations.sqrt($0) }, -.infinity)
    XCTAssertEqual(try second { try Operations.power($0, 1.5) }, .infinity)
  }

  func testPowersOfBothAtZero() throws {
    func hessian(_ a: Double, _ b: Double) throws -> [Double] {
      let f: (Tensor) throws -> Tensor = { try Operations.power($0.row(0), $0.row(1)) }
      return try (0..<2).flatMap { row in
        try gradient(Tensor([a, b])) { try gradient($0, f).row(row) }.doubles
      }
    }
    XCTAssertEqual(try hessian(0, 2), [2, 0, 0, 0])
    XCTAssertEqual(try hessian(0, 3), [0, 0, 0, 0])
    // x^y at (1, y): y (y - 1), 1, 1 and 0.
    XCTAssertEqual(try hessian(1, 2.5), [3.75, 1, 1, 0])
    // A sum of powers, the first of them constant.
    let polynomial: (Tensor) throws -> Tensor = { x in
      try Operations.sum(
        Operations.multiply(Tensor([7, 3, 5, 2]), Operations.power(x, Tensor([0, 1, 2, 3]))))
    }
    XCTAssertEqual(try gradient(0, polynomial).value(), 3)
    XCTAssertEqual(try gradient(0) { try gradient($0, polynomial) }.value(), 10)
    XCTAssertEqual(try gradient(0) { try gradient($0) { try gradient($0, polynomial) } }.value(), 12)
    XCTAssertEqual(try velocity(0, 1) { try velocity($0, 1, polynomial) }.value(), 10)
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
