// Round numbers in an interval, exact at every magnitude: between two neighbours of 10¹⁵ as between -1.7e308 and 1.7e308.
// Everything is counted in units of a power of ten, in whole numbers, and C's printf says how many units a number is.

import Glibc

/// A finite number as units of a power of ten: whole ones, and a part of one.
struct UnitCount {
  private let isNegative: Bool
  private let whole: Int
  /// From 0 to 1, to 18 digits.
  private let part: Double

  /// Nil where there are more units than 18 digits say.
  init?(_ value: Double, power: Int) {
    isNegative = value < 0
    let magnitude = abs(value)
    let precision = decade(magnitude) - power + 18
    guard magnitude > 0, precision >= 0 else {
      // So small that no tick comes near enough to ask.
      (whole, part) = (0, magnitude > 0 ? .leastNonzeroMagnitude : 0)
      return
    }
    guard precision <= 36, let (digits, exponent) = scientific(magnitude, decimals: precision) else {
      return nil
    }
    let count = exponent - power + 1
    guard count > 0 else {
      (whole, part) = (0, Double("0.\(digits)e\(count)") ?? 0)
      return
    }
    guard count <= 18, count <= digits.count, let units = Int(digits.prefix(count)) else { return nil }
    (whole, part) = (units, Double("0.\(digits.dropFirst(count))") ?? 0)
  }

  /// The greatest whole number of units that is at most `slack` above.
  func floor(slack: Double = 0) -> Int { isNegative ? -inner(slack) : outer(slack) }

  /// The least whole number of units that is at most `slack` below.
  func ceiling(slack: Double = 0) -> Int { isNegative ? -outer(slack) : inner(slack) }

  /// The magnitude rounded up, unless it is hardly more than whole.
  private func inner(_ slack: Double) -> Int { whole + (part > slack ? 1 : 0) }
  /// The magnitude rounded down, unless it is hardly less than whole.
  private func outer(_ slack: Double) -> Int { whole + (part + slack >= 1 ? 1 : 0) }

  /// How many units lie between this number and so many whole ones.
  func distance(to units: Int) -> Double {
    isNegative ? Double(units + whole) + part : Double(units - whole) - part
  }

  func distance(to other: UnitCount) -> Double {
    let signed = other.isNegative ? -other.whole : other.whole
    return distance(to: signed) + (other.isNegative ? -other.part : other.part)
  }
}

/// The multiples of a step of 1, 2 or 5 times a power of ten in an interval.
struct Ladder {
  /// The decade of the step.
  let power: Int
  /// The step in units of 10 to that power.
  let step: Int
  private let low: UnitCount
  private let high: UnitCount
  /// What numbers here are apart, in units.
  private let spacing: Double

  /// Steps so that about `count` of them make up the interval, and two of their multiples lie in it.
  init?(_ low: Double, _ high: Double, count: Int) {
    guard low < high, low.isFinite, high.isFinite else { return nil }
    var count = Swift.max(count, 1)
    // More steps have their two multiples sooner, fewer are counted in fewer digits.
    for _ in 0..<12 {
      guard let step = Ladder.step(low, high, count: count) else { return nil }
      guard let first = UnitCount(low, power: step.power), let last = UnitCount(high, power: step.power)
      else {
        count = Swift.max(count / 2, 1)
        continue
      }
      let spacing = Swift.max(abs(low), abs(high)).ulp / powerOf10(step.power)
      self.init(power: step.power, step: step.digit, low: first, high: last, spacing: spacing)
      if within.count > 1 || count > 8 { return }
      count *= 2
    }
    return nil
  }

  private init(power: Int, step: Int, low: UnitCount, high: UnitCount, spacing: Double) {
    (self.power, self.step, self.low, self.high, self.spacing) = (power, step, low, high, spacing)
  }

  private static func step(_ low: Double, _ high: Double, count: Int) -> (digit: Int, power: Int)? {
    let length = high - low
    // The length of nearly all numbers is more than a number can say.
    let (half, doubling) = length.isFinite ? (length, 1.0) : (high / 2 - low / 2, 2)
    guard let (digits, exponent) = scientific(half, decimals: 17), let first = digits.first,
      let mantissa = Double("\(first).\(digits.dropFirst())")
    else { return nil }
    var rough = mantissa * doubling / Double(count)
    var power = exponent
    while rough >= 10 { (rough, power) = (rough / 10, power + 1) }
    while rough < 1 { (rough, power) = (rough * 10, power - 1) }
    let thresholds: [(square: Double, digit: Int, power: Int)] = [(50, 1, 1), (10, 5, 0), (2, 2, 0)]
    let choice = thresholds.first { rough >= $0.square.squareRoot() }
    return (choice?.digit ?? 1, power + (choice?.power ?? 0))
  }

  /// The length of the interval in units.
  var length: Double { low.distance(to: high) }

  /// The multiples inside, in units. What misses the interval by rounding alone is inside.
  var within: [Int] {
    let slack = Swift.max(1e-10 * Swift.max(Double(step), length), spacing < 1e-4 ? spacing : 0)
    return multiples(from: low.ceiling(slack: slack), through: high.floor(slack: slack))
  }

  /// The multiples inside and one beyond each end that is no multiple, in units.
  var around: [Int] {
    let first = Ladder.multiple(of: step, atMost: low.floor())
    let last = -Ladder.multiple(of: step, atMost: -high.ceiling())
    return Array(stride(from: first, through: last, by: step))
  }

  private func multiples(from first: Int, through last: Int) -> [Int] {
    let least = -Ladder.multiple(of: step, atMost: -first)
    let greatest = Ladder.multiple(of: step, atMost: last)
    return least <= greatest ? Array(stride(from: least, through: greatest, by: step)) : []
  }

  /// The greatest multiple that is not above a number.
  static func multiple(of step: Int, atMost number: Int) -> Int {
    let rest = number % step
    return number - (rest < 0 ? rest + step : rest)
  }

  /// The number nearest to so many units.
  func value(_ units: Int) -> Double { Double("\(units)e\(power)") ?? 0 }

  /// Where so many units lie in the interval: 0 at its low end, 1 at its high end.
  func share(_ units: Int) -> Double { low.distance(to: units) / length }
}

/// The digits of a positive number and the exponent of its first one, rounded exactly to so many decimals.
private func scientific(_ value: Double, decimals: Int) -> (digits: String, exponent: Int)? {
  let parts = printed("%.\(decimals)e", value).split(separator: "e")
  guard parts.count == 2, let exponent = Int(parts[1]) else { return nil }
  return (parts[0].filter { $0 != "." }, exponent)
}
