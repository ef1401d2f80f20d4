import CVector
import XCTest

@testable import Numerics

/// The functions of one and two numbers that have no loops: against mpmath, at the ends of their domains, and
/// exact where the result is a number of f64.
final class FunctionTests: XCTestCase {
  private let functions: [String: (Double) -> Double] = [
    "log2": vector_log2_f64, "log10": vector_log10_f64, "tan": vector_tan_f64, "asin": vector_asin_f64,
    "acos": vector_acos_f64, "atan": vector_atan_f64, "sinh": vector_sinh_f64, "cosh": vector_cosh_f64,
    "asinh": vector_asinh_f64, "acosh": vector_acosh_f64, "atanh": vector_atanh_f64, "cbrt": vector_cbrt_f64,
    "gamma": vector_gamma_f64, "lgamma": vector_lgamma_f64,
  ]
  private let pairs: [String: (Double, Double) -> Double] = [
    "pow": vector_pow_f64, "atan2": vector_atan2_f64, "hypot": vector_hypot_f64,
  ]
  private let inf = Double.infinity
  private let nan = Double.nan

  /// The distance from value + rest, in units of the last place of the value.
  private func error(_ got: Double, _ value: Double, _ rest: Double) -> Double {
    let unit = max(value.magnitude, value.magnitude.nextDown).ulp
    return ((got - value) - rest).magnitude / max(unit, .leastNonzeroMagnitude)
  }

  private func assertSame(_ got: Double, _ expected: Double, _ name: String, line: UInt = #line) {
    // The NaN of these functions is one, whatever the processor.
    XCTAssertEqual(got.bitPattern, expected.bitPattern, "\(name) is \(got), not \(expected)", line: line)
  }

  func testReferences() throws {
    // The tangent and the gamma function, whose parts are products of a few roundings each, may be off by a
    // little more than the others.
    let bounds = ["tan": 0.75, "asin": 0.7, "acos": 0.7, "gamma": 0.8, "lgamma": 0.7, "atan": 0.7]
    for (name, references) in FunctionReferences.values {
      let function = try XCTUnwrap(functions[name.split(separator: " ").first.map(String.init) ?? ""])
      let bound = name == "lgamma near its zeros" ? 1.5 : bounds[name] ?? 0.6
      for (x, value, rest) in references {
        XCTAssertLessThan(error(function(x), value, rest), bound, "\(name)(\(x))")
        // What is odd or even is so to the bit.
        let odd = ["tan", "asin", "atan", "sinh", "asinh", "atanh", "cbrt"].contains(name)
        if odd { assertSame(function(-x), -function(x), "\(name)(-\(x))") }
        if name == "cosh" { assertSame(function(-x), function(x), "\(name)(-\(x))") }
      }
    }
    for (name, references) in FunctionReferences.pairs {
      let function = try XCTUnwrap(pairs[name])
      for (x, y, value, rest) in references {
        XCTAssertLessThan(error(function(x, y), value, rest), 0.6, "\(name)(\(x), \(y))")
        guard name != "pow" else { continue }
        assertSame(
          function(-x, y), name == "hypot" ? function(x, y) : -function(x, y), "\(name)(-\(x), \(y))")
      }
    }
    XCTAssertEqual(FunctionReferences.values.count, functions.count + 1)
    XCTAssertEqual(FunctionReferences.pairs.count, pairs.count)
  }

  func testSpecialValues() throws {
    let quarter = Double.pi / 2
    let table: [(String, [(Double, Double)])] = [
      ("log2", [(0, -inf), (-0.0, -inf), (-1, nan), (inf, inf), (-inf, nan), (1, 0)]),
      ("log10", [(0, -inf), (-0.0, -inf), (-1, nan), (inf, inf), (-inf, nan), (1, 0)]),
      ("tan", [(-0.0, -0.0), (inf, nan), (-inf, nan)]),
      ("asin", [(-0.0, -0.0), (1, quarter), (-1, -quarter), (1.0.nextUp, nan), (-inf, nan)]),
      ("acos", [(1, 0), (-1, .pi), (0, quarter), (-0.0, quarter), ((-1.0).nextDown, nan), (inf, nan)]),
      ("atan", [(-0.0, -0.0), (inf, quarter), (-inf, -quarter), (1, .pi / 4)]),
      ("sinh", [(-0.0, -0.0), (inf, inf), (-inf, -inf), (710.4758600739440, inf), (-711, -inf)]),
      ("cosh", [(0, 1), (-0.0, 1), (inf, inf), (-inf, inf), (-710.4758600739440, inf)]),
      ("asinh", [(-0.0, -0.0), (inf, inf), (-inf, -inf)]),
      ("acosh", [(1, 0), (1.0.nextDown, nan), (-inf, nan), (inf, inf)]),
      ("atanh", [(-0.0, -0.0), (1, inf), (-1, -inf), (1.0.nextUp, nan), (-inf, nan)]),
      ("cbrt", [(-0.0, -0.0), (inf, inf), (-inf, -inf), (-27, -3), (0x1p-1074, 0x1p-358), (1e-3, 0.1)]),
      (
        "gamma",
        [
          (0, inf), (-0.0, -inf), (-1, nan), (-1e300, nan), (inf, inf), (-inf, nan), (171.7, inf), (5, 24),
          (-200.5, -0.0), (-201.5, 0), (0x1p-1074, inf), (-0x1p-1074, -inf),
        ]
      ),
      (
        "lgamma",
        [
          (0, inf), (-0.0, inf), (-3, inf), (-1e300, inf), (inf, inf), (-inf, inf), (1, 0), (2, 0),
          (3e305, inf),
        ]
      ),
    ]
    XCTAssertEqual(Set(table.map(\.0)), Set(functions.keys))
    for (name, values) in table {
      let function = try XCTUnwrap(functions[name])
      for (x, y) in values { assertSame(function(x), y, "\(name)(\(x))") }
      assertSame(function(nan), nan, "\(name)(NaN)")
      assertSame(function(-nan), nan, "\(name)(-NaN)")
    }
  }

  func testSpecialPowers() {
    let odd = 9_007_199_254_740_991.0
    let table: [(Double, Double, Double)] = [
      (nan, 0, 1), (nan, -0.0, 1), (inf, 0, 1), (0, 0, 1), (1, nan, 1), (1, inf, 1), (nan, 1.5, nan),
      (2, nan, nan),
      (-1, inf, 1), (-1, -inf, 1), (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 4, 0), (-0.0, 0.5, 0), (0, -3, inf),
      (-0.0, -3, -inf), (-0.0, -2, inf), (-0.0, -0.5, inf), (0.5, inf, 0), (0.5, -inf, inf), (2, inf, inf),
      (2, -inf, 0), (-2, inf, inf), (-0.5, inf, 0), (inf, 2, inf), (inf, -2, 0), (-inf, 3, -inf),
      (-inf, 2, inf),
      (-inf, -3, -0.0), (-inf, -2, 0), (-inf, 0.5, inf), (-8, 1.0 / 3, nan), (-2, 0.5, nan), (-1, odd, -1),
      (-1, odd + 1, 1), (-1.5, odd, -inf), (-0.5, odd, -0.0), (-2, 1e300, inf), (1.0.nextUp, 1e300, inf),
      (1.0.nextDown, 1e300, 0), (1.0.nextUp, -1e300, 0), (2, 1e-300, 1), (2, 1024, inf), (2, -1075, 0),
      (-2, 1025, -inf), (-2, -1077, -0.0),
    ]
    for (x, y, value) in table { assertSame(vector_pow_f64(x, y), value, "pow(\(x), \(y))") }
  }

  func testSpecialAngles() {
    let (half, quarter) = (Double.pi / 2, Double.pi / 4)
    let table: [(Double, Double, Double)] = [
      (0, 0, 0), (-0.0, 0, -0.0), (0, -0.0, .pi), (-0.0, -0.0, -.pi), (0, 1, 0), (-0.0, -1, -.pi),
      (0, -1, .pi),
      (1, 0, half), (-1, -0.0, -half), (1, inf, 0), (-1, inf, -0.0), (1, -inf, .pi), (-1, -inf, -.pi),
      (inf, 1, half), (-inf, -1, -half), (inf, inf, quarter), (-inf, inf, -quarter), (inf, -inf, 3 * quarter),
      (-inf, -inf, -3 * quarter), (nan, 1, nan), (1, -nan, nan), (nan, inf, nan), (-1, 1, -quarter),
    ]
    for (y, x, angle) in table { assertSame(vector_atan2_f64(y, x), angle, "atan2(\(y), \(x))") }
    for (x, y, length) in [
      (inf, nan, inf), (nan, -inf, inf), (nan, 1, nan), (0, -0.0, 0), (-3, 0, 3), (1.5e308, 1.5e308, inf),
    ] { assertSame(vector_hypot_f64(x, y), length, "hypot(\(x), \(y))") }
  }

  func testWholePowersOfTenAreTheNearestNumbers() throws {
    for exponent in -340...320 {
      let nearest = try XCTUnwrap(Double("1e\(exponent)"))
      assertSame(vector_powerOfTen(Int32(exponent)), nearest, "10^\(exponent)")
      assertSame(vector_pow_f64(10, Double(exponent)), nearest, "pow(10, \(exponent))")
      guard nearest > 0x1p-1022, nearest.isFinite else { continue }
      assertSame(vector_log10_f64(nearest), Double(exponent), "log10(1e\(exponent))")
    }
  }

  /// Many powers of one number are those of one after the other.
  func testPowersOfOneNumber() {
    let numbers: [Double] = [
      0, -0.0, 1, -1, 2, 3, 0.9, 0.999, -2, 10, 0x1p-1030, .leastNonzeroMagnitude, 1e308, .infinity,
      -.infinity, .nan,
      1.0000000001, 0.5,
      -0.5, 1e-20, 1e19, 1e22, 700, -700, 1074, -1074.5, 17.25,
    ]
    for base in numbers {
      var powers = [Double](repeating: 0, count: numbers.count)
      vector_powersOf_f64(base, numbers, &powers, numbers.count)
      for (exponent, power) in zip(numbers, powers) {
        assertSame(power, Power.call(base, exponent), "\(base)^\(exponent)")
      }
    }
    for step in 0..<2000 {
      let (base, exponent) = (Double(step % 40) / 16 + 0.03, Double(step) * 0.37 - 300)
      var power = 0.0
      vector_powersOf_f64(base, [exponent], &power, 1)
      assertSame(power, Power.call(base, exponent), "\(base)^\(exponent)")
    }
  }

  func testExactResults() {
    for exponent in -1074...1023 {
      let power = Double(sign: .plus, exponent: exponent, significand: 1)
      assertSame(vector_pow_f64(2, Double(exponent)), power, "2^\(exponent)")
      assertSame(vector_pow_f64(0.5, Double(-exponent)), power, "0.5^\(-exponent)")
      assertSame(vector_log2_f64(power), Double(exponent), "log2(2^\(exponent))")
    }
    for base in 3...40 {
      var power = 1.0
      for exponent in 1...60 {
        power *= Double(base)
        guard power < 0x1p53 else { break }
        let sign: Double = exponent % 2 == 0 ? 1 : -1
        assertSame(vector_pow_f64(Double(-base), Double(exponent)), sign * power, "(-\(base))^\(exponent)")
        assertSame(
          vector_pow_f64(power, 1 / Double(exponent)).rounded(), Double(base), "\(power)^(1/\(exponent))")
      }
      assertSame(vector_cbrt_f64(Double(-base * base * base)), Double(-base), "cbrt(-\(base)³)")
      assertSame(vector_pow_f64(Double(base * base), 0.5), Double(base), "(\(base)²)^0.5")
    }
    var factorial = 1.0
    for n in 1...22 {
      assertSame(vector_gamma_f64(Double(n)), factorial, "gamma(\(n))")
      factorial *= Double(n)
    }
    for (a, b, c) in [
      (3.0, 4.0, 5.0), (5, 12, 13), (8, 15, 17), (0x1p-1074 * 20, 0x1p-1074 * 21, 0x1p-1074 * 29),
    ] {
      assertSame(vector_hypot_f64(a, b), c, "hypot(\(a), \(b))")
      assertSame(vector_hypot_f64(-b, a), c, "hypot(-\(b), \(a))")
    }
  }
}
