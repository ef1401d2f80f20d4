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

/// "low to high" in ASCII, with the digits it takes to tell the two apart.
func rangeText(_ low: Double, _ high: Double) -> String {
  var digits = 4
  while low != high, digits < 17, plainText(low, digits: digits) == plainText(high, digits: digits) {
    digits += 1
  }
  return "\(plainText(low, digits: digits)) to \(plainText(high, digits: digits))"
}

/// The value to so many significant digits for a label, as −0.0125 or 1.25×10⁻⁹.
func labelText(_ value: Double, digits: Int = 4) -> String {
  let text = notation(value, digits: digits) { mantissa, exponent in
    mantissa == "1" ? powerOfTen(exponent) : "\(mantissa)×\(powerOfTen(exponent))"
  }
  return typographic(text)
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
  let exponent = Int(vector_log10_f64(abs(value)).rounded(.down))
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

private func printed(_ format: String, _ value: Double) -> String {
  var buffer = [CChar](repeating: 0, count: 400)
  let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  let bytes = buffer.prefix(min(Int(length), buffer.count - 1)).map { UInt8(bitPattern: $0) }
  return String(decoding: bytes, as: UTF8.self)
}

/// The number nearest to a power of ten.
func powerOf10(_ exponent: Int) -> Double { vector_powerOfTen(Int32(clamping: exponent)) }
