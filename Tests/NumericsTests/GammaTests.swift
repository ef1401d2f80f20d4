import XCTest

@testable import Numerics

/// The gamma family against reference values, at its poles, and the identities between its members.
final class GammaTests: XCTestCase {
  private func check(
    _ name: String, _ references: [(Double, Double)], tolerance: Double = 1e-14,
    _ function: (Double) throws -> Double
  ) rethrows {
    XCTAssertGreaterThan(references.count, 5, name)
    for (x, expected) in references {
      let value = try function(x)
      XCTAssertLessThanOrEqual(
        abs(value - expected), tolerance * abs(expected), "\(name)(\(x)) = \(value), not \(expected)")
    }
  }

  private func row(_ name: String) throws -> (Double) throws -> Double {
    let row = try XCTUnwrap(Operations.named(name))
    return { try row.call(Tensor($0)).value() }
  }

  func testReferences() throws {
    try check("gamma", GammaReferences.gamma, row("gamma"))
    try check("lgamma", GammaReferences.lgamma, row("lgamma"))
    try check("digamma", GammaReferences.digamma, row("digamma"))
    for (order, references) in GammaReferences.polygamma.sorted(by: { $0.key < $1.key }) {
      check("polygamma \(order)", references) { Polygamma.call(order, $0) }
    }
  }

  /// As SciPy has them.
  func testPolesAndTheEndsOfTheLine() throws {
    let (inf, nan) = (Double.infinity, Double.nan)
    let xs = [0, -0.0, -1, -2, -1e300, inf, nan, 172]
    let table: [(String, (Double) throws -> Double, [Double])] = [
      ("gamma", try row("gamma"), [inf, -inf, nan, nan, nan, inf, nan, inf]),
      ("lgamma", try row("lgamma"), [inf, inf, inf, inf, inf, inf, nan, 711.7147258022900]),
      ("digamma", try row("digamma"), [-inf, inf, nan, nan, nan, inf, nan, 5.144584683240858]),
      ("1", { Polygamma.call(1, $0) }, [inf, inf, inf, inf, inf, 0, nan, 0.005830887269662568]),
      ("2", { Polygamma.call(2, $0) }, [-inf, -inf, -inf, -inf, -inf, 0, nan, -3.3999150024524444e-05]),
      ("0", { Polygamma.call(0, $0) }, [-inf, inf, nan, nan, nan, inf, nan, 5.144584683240858]),
    ]
    for (name, function, expected) in table {
      for (x, value) in zip(xs, expected) {
        let got = try function(x)
        XCTAssertTrue(
          got == value || got.isNaN && value.isNaN || abs(got - value) <= 1e-14 * abs(value),
          "\(name) at \(x): \(got)")
      }
    }
    XCTAssertEqual(try row("gamma")(-200.5), 0)
    XCTAssertTrue(try row("gamma")(-.infinity).isNaN)
    XCTAssertTrue(try row("digamma")(-.infinity).isNaN)
  }

  /// ψ⁽ⁿ⁾(x + 1) - ψ⁽ⁿ⁾(x) = (-1)ⁿ n! / xⁿ⁺¹, across 0 too.
  func testRecurrence() throws {
    for order in [0, 1, 2, 5, 9] {
      let factorial = tgamma(Double(order) + 1)
      for x in stride(from: -3.9, through: 6, by: 0.37) {
        let step = (order % 2 == 0 ? 1 : -1) * factorial / pow(x, Double(order + 1))
        let (here, next) = (Polygamma.call(order, x), Polygamma.call(order, x + 1))
        // x + 1 is rounded, and near a pole that is felt.
        let size = max(abs(here), abs(next), abs(step))
        XCTAssertEqual(next - here, step, accuracy: 1e-13 * Double(order + 2) * size, "\(order) at \(x)")
      }
    }
  }

  func testElementTypes() throws {
    for name in ["gamma", "lgamma", "digamma"] {
      let row = try XCTUnwrap(Operations.named(name))
      let wide = try row.call(Tensor([0.5, -2.25, 7]))
      for type in [ElementType.f32, .f16] {
        let narrow = try row.call(Tensor([0.5, -2.25, 7], type: type))
        XCTAssertEqual(narrow.type, type)
        XCTAssertEqual(narrow.doubles, wide.doubles.map { type.rounded($0) }, name)
      }
      XCTAssertEqual(try row.call(Tensor([true])).doubles, try row.call(Tensor([1])).doubles)
    }
    let row = try XCTUnwrap(Operations.named("polygamma"))
    XCTAssertEqual(try row.call(Tensor(1), Tensor([1], type: .f16)).doubles, [Half(.pi * .pi / 6).value])
    XCTAssertEqual(try row.call(Tensor(1), Tensor([true, true])).type, .f64)
  }

  func testTwiceTheDigits() {
    let third = DoubleDouble(1) / DoubleDouble(3)
    let rest = third * DoubleDouble(3) - DoubleDouble(1)
    XCTAssertLessThan(abs(rest.high), 1e-31)
    // log 10 to 32 digits.
    let logarithm = DoubleDouble(10).logarithm
    XCTAssertEqual(logarithm.high, 2.302585092994046)
    XCTAssertEqual(logarithm.low, -2.1707562233822494e-16, accuracy: 1e-31)
    XCTAssertEqual((DoubleDouble(1) + DoubleDouble(1e-25) - DoubleDouble(1)).high, 1e-25)
  }
}
