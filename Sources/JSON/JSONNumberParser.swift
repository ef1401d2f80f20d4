extension JSONParser {
  /// `-`? (0 | digits without a leading zero) fraction? exponent?
  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = skip(UInt8(ascii: "-"))

    let whole = position
    // The decimal digits as one whole number, exact until they overflow.
    var digits = Digits()
    readDigits(into: &digits)
    let wholeCount = position - whole
    guard wholeCount == 1 || (wholeCount > 1 && bytes[whole] != UInt8(ascii: "0")) else {
      throw malformed(at: wholeCount == 0 ? position : whole + 1)
    }

    // The power of ten that the digits want.
    var exponent = 0
    var isWhole = true
    if skip(UInt8(ascii: ".")) {
      isWhole = false
      let fraction = position
      readDigits(into: &digits)
      guard position > fraction else { throw malformed(at: position) }
      exponent = fraction - position
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      isWhole = false
      exponent += try self.exponent()
    }

    if isWhole, let value = digits.integer(isNegative: isNegative) { return .integer(value) }
    if let value = digits.double(timesTenTo: exponent) { return .number(isNegative ? -value : value) }
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    guard let value = Double(text), value.isFinite else { throw JSONError(.numberOutOfRange, at: start) }
    return .number(value)
  }

  private mutating func exponent() throws(JSONError) -> Int {
    let isNegative = skip(UInt8(ascii: "-"))
    if !isNegative { _ = skip(UInt8(ascii: "+")) }
    let first = position
    var digits = Digits()
    readDigits(into: &digits)
    guard position > first else { throw malformed(at: position) }
    // Past a million the exact power no longer matters, and sums with it cannot overflow.
    let magnitude = digits.overflowed ? 1_000_000 : Int(min(digits.value, 1_000_000))
    return isNegative ? -magnitude : magnitude
  }

  private mutating func readDigits(into digits: inout Digits) {
    while position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      digits.append(digit)
      position += 1
    }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func malformed(at offset: Int) -> JSONError {
    JSONError(offset < bytes.count ? .invalidNumber : .unexpectedEnd, at: offset)
  }
}

/// Decimal digits as a whole number.
private struct Digits {
  var value: UInt64 = 0
  var overflowed = false

  mutating func append(_ digit: UInt8) {
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
    overflowed = overflowed || overflow || carry
    value = sum
  }

  func integer(isNegative: Bool) -> Int64? {
    guard !overflowed else { return nil }
    guard isNegative else { return Int64(exactly: value) }
    return value <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- value) : nil
  }

  /// Where digits and power of ten are exact doubles, one operation rounds correctly (Clinger 1990).
  func double(timesTenTo exponent: Int) -> Double? {
    guard !overflowed, value <= 1 << 53, abs(exponent) < exactPowersOfTen.count else { return nil }
    let power = exactPowersOfTen[abs(exponent)]
    return exponent < 0 ? Double(value) / power : Double(value) * power
  }
}

private let exactPowersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19, 1e20, 1e21, 1e22,
]
