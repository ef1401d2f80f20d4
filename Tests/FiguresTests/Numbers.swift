// Numbers for properties of figures: at every magnitude, apart by as little and by as much as f64 has, the same each run.
import Foundation

enum Numbers {
  /// A generator of 64 bits (SplitMix).
  struct Source {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return bits ^ (bits >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// Any finite number: all magnitudes are as likely.
    mutating func number() -> Double {
      while true {
        let value = Double(bitPattern: next())
        if value.isFinite { return value }
      }
    }

    /// Another number: any, a multiple, the negative, or so many neighbours away.
    mutating func partner(of value: Double) -> Double {
      switch below(6) {
      case 0: return number()
      case 1: return -value
      case 2: return value * (1 + Double(below(1000)) / 1000)
      case 3: return value + value.ulp * Double(below(4))
      case 4: return value + value.ulp * Double(1 << below(40))
      default: return 0
      }
    }

    /// Two different finite numbers, the lower first.
    mutating func interval() -> (low: Double, high: Double) {
      while true {
        let value = number()
        let other = partner(of: value)
        if other.isFinite, other != value { return (min(value, other), max(value, other)) }
      }
    }
  }

  /// The ends of f64 and what lies between.
  static let extremes: [Double] = [
    0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-300, 1, -1, 1e15,
    1e300,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
  ]

  /// What a label says, without its offset; nil where it says no number.
  static func said(_ label: String) -> Double? {
    var text = label
    var exponent = 0
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    if let raised = text.range(of: "10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$", options: .regularExpression) {
      let power = text[raised].dropFirst(2)
      let magnitude = power.compactMap { digits.firstIndex(of: $0) }.reduce(0) { 10 * $0 + $1 }
      exponent = power.hasPrefix("⁻") ? -magnitude : magnitude
      text.removeSubrange(raised)
      if text.hasSuffix("×") { text.removeLast() } else { text += "1" }
    }
    return Double(text.replacing("−", with: "-") + "e\(exponent)")
  }
}
