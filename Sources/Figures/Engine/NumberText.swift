// Numbers as text. C's printf rounds exactly; what it leaves to us is the notation.

import CVector
import Glibc

/// The value with so many decimals, never "-0".
func fixed(_ value: Double, _ decimals: Int) -> String {
  let text = printed("%.\(max(0, decimals))f", value)
  if text.hasPrefix("-"), !text.contains(where: { ("1"..."9").contains($0) }) {
    return String(text.dropFirst())
  }
  return text
}

/// The value to so many significant digits in ASCII, as 0.0125 or 1.25e-9.
func plainText(_ value: Double, digits: Int = 4) -> String {
  notation(value, digits: digits) { "\($0)e\($1)" }
}

/// The value to so many significant digits in ASCII, as sentences about figures say it.
public func significantText(_ value: Double, digits: Int = 3) -> String { plainText(value, digits: digits) }

/// Values in ASCII, with the digits it takes to tell them apart; four at least.
func plainTexts(_ values: [Double]) -> [String] {
  let different = Set(values.filter(\.isFinite))
  let digits = (4...17).first { digits in
    Set(different.map { plainText($0, digits: digits) }).count == different.count
  }
  return values.map { plainText($0, digits: digits ?? 17) }
}

/// "low to high" in ASCII, with the digits it takes to say how far the two are apart.
func rangeText(_ low: Double, _ high: Double) -> String { endTexts(low, high).joined(separator: " to ") }

/// "low..high", likewise.
func intervalText(_ range: ClosedRange<Double>) -> String {
  endTexts(range.lowerBound, range.upperBound).joined(separator: "..")
}

/// Both ends of a range, each much nearer to its own value than to the other; of four digits at least.
private func endTexts(_ low: Double, _ high: Double) -> [String] {
  guard low.isFinite, high.isFinite, low != high else { return plainTexts([low, high]) }
  // Halves, since the whole may be out of range.
  let gap = high / 2 - low / 2
  let digits = (4...17).first { digits in
    [low, high].allSatisfy { abs(numeral($0, digits: digits).said - $0) <= abs(gap) / 4 }
  }
  return [low, high].map { plainText($0, digits: digits ?? 17) }
}

/// The value to so many significant digits for a label, as −0.0125 or 1.25×10⁻⁹.
func labelText(_ value: Double, digits: Int = 4) -> String {
  typographic(notation(value, digits: digits, times))
}

/// The value in as few digits as say it to the last bit.
func shortestText(_ value: Double) -> String {
  let digits = (1...17).first { Double(printed("%.\($0 - 1)e", value)) == value }
  return labelText(value, digits: digits ?? 17)
}

/// A mantissa with its power of ten, which stands alone where it is multiplied by one.
private func times(_ mantissa: String, _ exponent: Int) -> String {
  mantissa == "1" ? powerOfTen(exponent) : "\(mantissa)×\(powerOfTen(exponent))"
}

/// What rounding may put between two values that are one.
let alike = 1e-12

/// Labels for values that stand beside each other, each as long as it must be to differ from its neighbours in value
/// and to be much nearer to its own value than to theirs; of `digits` at least. What is apart by less than `alike` of
/// itself and of all that the values span counts as one: no picture shows that, and rounding makes such pairs.
func tellingTexts(_ values: [Double], digits: Int = 3) -> [String] {
  let sorted = Set(values.filter(\.isFinite)).sorted()
  // Halves, since the whole may be out of range.
  let span = (sorted.last ?? 0) / 2 - (sorted.first ?? 0) / 2
  var groups: [[Double]] = []
  for value in sorted {
    if let last = groups.last?.last, value / 2 - last / 2 <= alike * span,
      value - last <= alike * max(abs(last), abs(value))
    {
      groups[groups.count - 1].append(value)
    } else {
      groups.append([value])
    }
  }
  var needed: [Double: Int] = [:]
  for (lower, upper) in zip(groups, groups.dropFirst()) {
    guard let low = lower.last, let high = upper.first else { continue }
    let least = (digits...17).first { digits in
      let (a, b) = (numeral(low, digits: digits), numeral(high, digits: digits))
      return a.text != b.text && max(abs(a.said - low), abs(b.said - high)) <= (high - low) / 8
    }
    for value in lower + upper { needed[value] = max(needed[value] ?? digits, least ?? 17) }
  }
  return values.map { numeral($0, digits: needed[$0] ?? digits).text }
}

/// A label and the number that it says. What has decimals is written without a power of ten up to 10¹⁵: of numbers that
/// agree in their first digits the last ones are read.
func numeral(_ value: Double, digits: Int) -> (text: String, said: Double) {
  let said = value.isFinite ? Double(printed("%.\(digits - 1)e", value)) ?? value : value
  if abs(said) >= 1e6, abs(said) < 1e15, decade(said) < digits - 1 {
    return (typographic(trimmed(fixed(value, digits - 1 - decade(said)))), said)
  }
  return (labelText(value, digits: digits), said)
}

/// Whole units of a power of ten with their decimals, all of them: 12 units of 10⁻¹ are 1.2, and −5 of 10⁻¹ are −0.5.
func decimalText(_ units: Int, power: Int) -> String {
  var digits = String(units.magnitude)
  if power >= 0 {
    digits += units == 0 ? "" : String(repeating: "0", count: power)
  } else {
    digits = String(repeating: "0", count: max(0, 1 - power - digits.count)) + digits
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: power))
  }
  return (units < 0 ? "−" : "") + digits
}

/// Whole units of a power of ten for a label, without any rounding.
func exactText(_ units: Int, power: Int) -> String {
  let digits = String(units.magnitude)
  let exponent = digits.count - 1 + power
  let significant = digits.reversed().drop { $0 == "0" }.reversed()
  guard exponent >= 6 || exponent < -4, units != 0 else {
    return power < 0 ? trimmed(decimalText(units, power: power)) : decimalText(units, power: power)
  }
  let decimals = significant.dropFirst()
  return (units < 0 ? "−" : "")
    + times("\(digits.prefix(1))" + (decimals.isEmpty ? "" : "." + decimals), exponent)
}

/// 10 raised to the exponent, in Unicode superscripts.
func powerOfTen(_ exponent: Int) -> String {
  "10" + superscript(exponent)
}

/// An integer in Unicode superscripts.
func superscript(_ value: Int) -> String {
  let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
  let digits = String(value.magnitude).compactMap { $0.wholeNumberValue.map { raised[$0] } }
  return (value < 0 ? "⁻" : "") + String(digits)
}

/// The text with a true minus sign for the ASCII hyphen in front.
func typographic(_ text: String) -> String {
  text.hasPrefix("-") ? "−" + text.dropFirst() : text
}

/// The exponent of the decade the value lies in.
func decade(_ value: Double) -> Int {
  guard value != 0, value.isFinite else { return 0 }
  let exponent = Int(clamping: vector_log10_f64(abs(value)).rounded(.down), to: -324...308)
  // log10 may round up to the next whole number just below a power of ten.
  return powerOf10(exponent) > abs(value) ? exponent - 1 : exponent
}

private func notation(
  _ value: Double, digits: Int, _ scientific: (String, Int) -> String
) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Inf" : "Inf" }
  if value == 0 { return "0" }
  let parts = printed("%.\(digits - 1)e", value).split(separator: "e")
  guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
  if exponent >= 6 || exponent < -4 {
    return scientific(trimmed(String(parts[0])), exponent)
  }
  return trimmed(fixed(value, max(0, digits - 1 - exponent)))
}

/// Without the zeros at the end of its decimals.
private func trimmed(_ text: String) -> String {
  guard text.contains(".") else { return text }
  var characters = Substring(text)
  while characters.last == "0" { characters.removeLast() }
  if characters.last == "." { characters.removeLast() }
  return String(characters)
}

/// What C's printf makes of a number, as far as 400 characters.
func printed(_ format: String, _ value: Double) -> String {
  var buffer = [CChar](repeating: 0, count: 400)
  let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  let bytes = buffer.prefix(min(Int(length), buffer.count - 1)).map { UInt8(bitPattern: $0) }
  return String(decoding: bytes, as: UTF8.self)
}

/// The number nearest to a power of ten.
func powerOf10(_ exponent: Int) -> Double { vector_powerOfTen(Int32(clamping: exponent)) }
