import CVector
import Glibc

// The gamma function, which CVector computes, and the derivatives of its logarithm, ψ and its own.
//
// For x > 0 the sum over k of what a pole at -k adds is taken term by term up to where Euler and Maclaurin's
// formula gives the rest. For x < 0 the poles near x are summed over both directions without end, and those
// beyond 0 taken away again:  ψ(x) = ψ(1 - x) - 1/r + ψ(1 + r) - ψ(1 - r)  with r = x - round(x), and the same
// differentiated. Between two negative poles that has a zero, and there the terms cancel: where the result
// is small beside them everything is computed again with twice the digits.

enum Digamma {
  static func call(_ x: Double) -> Double {
    guard x <= 0 else { return x < .infinity ? Polygamma.accurate(0, x) : x }
    // The poles: at 0 from the side that its sign says, at the others from neither.
    if x == 0 { return -1 / x }
    return x == x.rounded() ? .nan : Polygamma.accurate(0, x)
  }
}

/// The derivative of ψ of some order; of order 0, ψ itself.
enum Polygamma {
  static func call(_ order: Int, _ x: Double) -> Double {
    if order == 0 { return Digamma.call(x) }
    if x.isNaN { return x }
    let sign: Double = order % 2 == 0 ? -1 : 1
    if x == .infinity { return sign * 0 }
    // The poles.
    if x <= 0, x == x.rounded() { return sign * .infinity }
    return accurate(order, x)
  }

  fileprivate static func accurate(_ order: Int, _ x: Double) -> Double {
    let (value, size) = order == 0 ? quickDigamma(x) : polygamma(order, x, as: Double.self)
    if !size.isFinite { return value }
    // ψ is off by up to 1.5 units in the last place then, measured; with a 32nd by 9. In high orders the errors of many
    // factors add up.
    if order == 0 ? value.magnitude >= size / 4 : order <= 12 && value.magnitude >= size / 8 { return value }
    let (precise, _) = polygamma(order, x, as: DoubleDouble.self)
    return precise.nearest.isFinite ? precise.nearest : value
  }

  /// ψ in f64, below 0 with the cotangent that the poles on both sides add up to.
  private static func quickDigamma(_ x: Double) -> (Double, Double) {
    guard x < 0 else { return digamma(x) }
    let (value, size) = digamma(1 - x)
    let poles = Double.pi / vector_tan_f64(.pi * (x - x.rounded()))
    return (value - poles, size + poles.magnitude)
  }

  /// The value, and the size of the terms that it is made of.
  private static func polygamma<T: GammaNumber>(_ order: Int, _ x: Double, as: T.Type) -> (T, Double) {
    let one = T(1)
    if order == 0 {
      guard x < 0 else { return digamma(T(x)) }
      let rest = T(x - x.rounded())
      let far = digamma(one - T(x))
      let above = digamma(one + rest)
      let below = digamma(one - rest)
      let pole = one / rest
      return (
        far.value - pole + (above.value - below.value),
        far.size + pole.nearest.magnitude + above.size + below.size
      )
    }
    let power = order + 1
    let isOdd = power % 2 == 1
    let rest = T(x - x.rounded())
    // In the middle between two poles those on both sides cancel in odd powers, and exactly.
    let isBalanced = isOdd && rest.nearest.magnitude == 0.5
    guard x < 0, !isBalanced else {
      let positive = x < 0 ? one - T(x) : T(x)
      let value = factorial(order, over: positive) * (scaledZeta(power, positive) / positive)
      return (isOdd ? T(0) - value : value, value.nearest.magnitude)
    }
    // All in units of the nearest pole's share.
    let distance = rest.nearest < 0 ? T(0) - rest : rest
    func share(_ a: T) -> T { (distance / a).raised(to: power) * scaledZeta(power, a) }
    let pole = T(isOdd && rest.nearest < 0 ? -1 : 1)
    let above = share(one + rest)
    let below = share(one - rest) - share(one - T(x))
    let sum = isOdd ? pole + above - below : pole + above + below
    let unit = factorial(order, over: distance)
    let value = unit * (sum / distance)
    let size = unit.nearest * ((1 + above.nearest + below.nearest) / distance.nearest)
    return (isOdd ? T(0) - value : value, size)
  }

  /// ψ(x) for x > 0.
  private static func digamma<T: GammaNumber>(_ x: T) -> (value: T, size: Double) {
    let one = T(1)
    var terms = T(0)
    var y = x
    while y.nearest < T.asymptotic {
      terms = terms + one / y
      y = y + one
    }
    let inverse = one / y
    let square = inverse * inverse
    var series = T(0)
    for (j, number) in T.bernoulli.enumerated().reversed() {
      series = (series + number / T(Double(2 * j + 2))) * square
    }
    let logarithm = y.logarithm
    return (
      logarithm - inverse / T(2) - series - terms, logarithm.nearest.magnitude + terms.nearest.magnitude
    )
  }

  /// x^s ζ(s, x) for x > 0, where ζ(s, x) is the sum of all (x + k)^-s. Near 1 where s is large: nothing in it
  /// overflows.
  private static func scaledZeta<T: GammaNumber>(_ s: Int, _ x: T) -> T {
    let one = T(1)
    var sum = T(0)
    var y = x
    while y.nearest < T.asymptotic + 2 * Double(s) {
      let term = (x / y).raised(to: s)
      if term.nearest < 0x1p-120 { return sum }
      sum = sum + term
      y = y + one
    }
    let inverse = one / y
    // B₂ⱼ / (2j)! · s (s + 1) … (s + 2j - 2) / y^(2j - 1)
    var factor = T(Double(s)) * inverse / T(2)
    var series = one / T(2)
    for (j, number) in T.bernoulli.enumerated() {
      series = series + number * factor
      let place = Double(2 * j + 2)
      factor =
        factor * (T(Double(s) + place - 1) * inverse) * (T(Double(s) + place) * inverse)
        / T((place + 1) * (place + 2))
    }
    return sum + (x / y).raised(to: s) * (y / T(Double(s - 1)) + series)
  }

  /// n! / x^n, factor by factor, since either alone may overflow where the quotient does not.
  private static func factorial<T: GammaNumber>(_ n: Int, over x: T) -> T {
    var product = T(1)
    var exponent = 0
    for k in 1...n {
      product = product * (T(Double(k)) / x)
      // Kept near 1, and the power of 2 counted.
      if n > 100, product.nearest.isNormal, product.nearest.exponent.magnitude > 300 {
        let shift = Int(product.nearest.exponent)
        product = product * T(scalbn(1, Int32(-shift)))
        exponent += shift
      }
    }
    return exponent == 0 ? product : product * T(scalbn(1, Int32(clamping: exponent)))
  }
}

/// What ψ and its derivatives are computed in.
private protocol GammaNumber {
  init(_ value: Double)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  var nearest: Double { get }
  var logarithm: Self { get }
  /// From where on the asymptotic series has all digits.
  static var asymptotic: Double { get }
  /// The Bernoulli numbers B₂, B₄, … that it takes.
  static var bernoulli: [Self] { get }
}

extension GammaNumber {
  fileprivate func raised(to power: Int) -> Self {
    var result = Self(1)
    var square = self
    var rest = power
    while true {
      if rest & 1 == 1 { result = result * square }
      rest >>= 1
      if rest == 0 { return result }
      square = square * square
    }
  }
}

extension Double: GammaNumber {
  fileprivate var nearest: Double { self }
  fileprivate var logarithm: Double { vector_log_f64(self) }
  fileprivate static var asymptotic: Double { 10 }
  fileprivate static let bernoulli = bernoulliFractions.prefix(8).map { $0 / $1 }
}

extension DoubleDouble: GammaNumber {
  init(_ value: Double) { self.init(value, 0) }
  fileprivate var nearest: Double { high + low }
  fileprivate static var asymptotic: Double { 25 }
  fileprivate static let bernoulli = bernoulliFractions.map { DoubleDouble($0) / DoubleDouble($1) }
}

private let bernoulliFractions: [(Double, Double)] = [
  (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510), (43867, 798),
  (-174_611, 330), (854_513, 138), (-236_364_091, 2730), (8_553_103, 6), (-23_749_461_029, 870),
  (8_615_841_276_005, 14_322),
]
