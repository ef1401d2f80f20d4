import Glibc
import Numerics

extension Printer {
  /// A number by itself: whole without a point, else the shortest digits that read back.
  package static func number(_ value: Double, _ type: ElementType = .f64) -> String {
    number(value, type, pointed: false)
  }

  /// The same; `pointed` writes whole numbers as `2.0`, as a tensor does that has others.
  package static func number(_ value: Double, _ type: ElementType, pointed: Bool) -> String {
    if type == .bool { return value == 0 ? "false" : "true" }
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "Inf" }
    let whole = abs(value) < 1e15 ? Int(clamping: value) : 0
    if abs(value) < 1e15, Double(whole) == value {
      // −0 keeps its sign: it is what reads back.
      let sign = value == 0 && value.sign == .minus ? "-" : ""
      return sign + String(whole) + (pointed ? ".0" : "")
    }
    return Decimal(value, type).text
  }

  /// Whether it prints without a point. What is not finite has none to print.
  static func isWhole(_ value: Double) -> Bool {
    !value.isFinite || (value == value.rounded() && abs(value) < 1e15)
  }
}

/// The shortest decimal digits of a number, and where the point stands.
private struct Decimal {
  var isNegative: Bool
  /// Without zeros at either end.
  var digits: [UInt8]
  /// The number is `d.ddd × 10^exponent`.
  var exponent: Int

  /// Takes apart what the standard library prints, which is the shortest text that reads back.
  init(_ value: Double, _ type: ElementType) {
    let text = type.shortestText(value)
    isNegative = false
    digits = []
    exponent = 0
    var wholeCount = 0
    var isBeforePoint = true
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isBeforePoint = false
      case UInt8(ascii: "e"):
        var rest = ""
        while let next = bytes.next() { rest.unicodeScalars.append(Unicode.Scalar(next)) }
        exponent = Int(rest) ?? 0
      default:
        digits.append(byte)
        if isBeforePoint { wholeCount += 1 }
      }
    }
    exponent += wholeCount - 1
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(leading)
    exponent -= leading
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.isEmpty {
      digits = [UInt8(ascii: "0")]
      exponent = 0
    }
  }

  var text: String {
    let sign = isNegative ? "-" : ""
    func string(_ part: some Sequence<UInt8>) -> String { String(decoding: Array(part), as: UTF8.self) }
    if exponent >= 15 || exponent < -4 {
      let fraction = digits.count > 1 ? "." + string(digits.dropFirst()) : ""
      return sign + string(digits.prefix(1)) + fraction + "e\(exponent)"
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + string(digits)
    }
    let missing = exponent + 1 - digits.count
    if missing >= 0 { return sign + string(digits) + String(repeating: "0", count: missing) }
    return sign + string(digits.prefix(exponent + 1)) + "." + string(digits.dropFirst(exponent + 1))
  }
}

extension Printer {
  /// With exactly so many digits after the point; a tensor inline. A number that would show no digit but zeros is
  /// written with a power of ten, so that only 0 reads as 0.
  package static func fixed(_ tensor: Tensor, digits: Int) -> String {
    if tensor.isScalar { return fixed(tensor.value(), digits: digits) }
    return inline(tensor) { fixed($0, digits: digits) }
  }

  private static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return number(value) }
    if value == 0 { return printed("%.*f", 0, digits) }
    let text = printed("%.*f", value, digits)
    guard !text.contains(where: { ("1"..."9").contains($0) }) else { return text }
    // "1.20e-04" as the language prints it.
    let parts = printed("%.*e", value, digits).split(separator: "e")
    return "\(parts[0])e\(Int(parts[1]) ?? 0)"
  }

  private static func printed(_ format: String, _ value: Double, _ digits: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 400 + digits)
    let length = withVaList([Int32(clamping: digits), value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
