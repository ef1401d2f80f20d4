import Glibc

/// A number as the sum of two f64, the second below half the last place of the first: about 32 digits. For the
/// few places where terms cancel so far that f64 would keep none of what is left.
struct DoubleDouble {
  var high: Double
  var low: Double

  init(_ high: Double, _ low: Double = 0) {
    self.high = high
    self.low = low
  }

  /// The sum of two f64 exactly, whichever is greater.
  @inline(__always)
  private static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
    let total = a + b
    let part = total - a
    return DoubleDouble(total, (a - (total - part)) + (b - part))
  }

  /// The product of two f64 exactly, by halves of 26 digits.
  @inline(__always)
  private static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    func halves(_ x: Double) -> (Double, Double) {
      let shifted = 134_217_729 * x
      let high = shifted - (shifted - x)
      return (high, x - high)
    }
    let total = a * b
    let (p, q) = halves(a)
    let (r, s) = halves(b)
    return DoubleDouble(total, ((p * r - total) + p * s + q * r) + q * s)
  }

  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let high = sum(a.high, b.high)
    let low = sum(a.low, b.low)
    let first = sum(high.high, high.low + low.high)
    return sum(first.high, first.low + low.low)
  }

  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + DoubleDouble(-b.high, -b.low) }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let total = product(a.high, b.high)
    return sum(total.high, total.low + (a.high * b.low + a.low * b.high))
  }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    // Three digits of a long division, each an f64.
    let first = a.high / b.high
    var rest = a - b * DoubleDouble(first)
    let second = rest.high / b.high
    rest = rest - b * DoubleDouble(second)
    return sum(first, second) + DoubleDouble(rest.high / b.high)
  }

  /// The natural logarithm: of a power of 2, and of what is left by the series of artanh.
  var logarithm: DoubleDouble {
    let power = Int32(clamping: high.exponent) + (high.significand > 2.0.squareRoot() ? 1 : 0)
    let exponent = Double(power)
    let scale = scalbn(1, 0 &- power)
    let rest = DoubleDouble(high * scale, low * scale)
    let ratio = (rest - DoubleDouble(1)) / (rest + DoubleDouble(1))
    let square = ratio * ratio
    var series = DoubleDouble(0)
    for term in stride(from: 43.0, through: 1, by: -2) {
      series = series * square + DoubleDouble(1) / DoubleDouble(term)
    }
    let logarithmOf2 = DoubleDouble(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
    return logarithmOf2 * DoubleDouble(exponent) + DoubleDouble(2) * ratio * series
  }
}
