// Tree to bytes. Numbers are written with the shortest digits that read back and in the form of Python's
// `repr`, so that files compare equal to those other Jupyter tools write.

/// How JSON is laid out.
public struct JSONFormat: Sendable {
  /// Spaces a level; `nil` puts everything on one line without spaces.
  public var indent: Int?
  /// Members in the order of their keys' code points instead of their own.
  public var sortsKeys: Bool

  public init(indent: Int? = nil, sortsKeys: Bool = false) {
    self.indent = indent
    self.sortsKeys = sortsKeys
  }

  public static let compact = JSONFormat()
  /// What `nbformat.write` makes.
  public static let notebook = JSONFormat(indent: 1, sortsKeys: true)
}

extension JSONValue {
  public func bytes(_ format: JSONFormat = .compact) -> [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, format)
    return bytes
  }

  public func write(to bytes: inout [UInt8], _ format: JSONFormat = .compact) {
    JSONWriter(format: format).write(self, to: &bytes, level: 0)
  }
}

private struct JSONWriter {
  let format: JSONFormat

  func write(_ value: JSONValue, to bytes: inout [UInt8], level: Int) {
    switch value {
    case .null: append("null", to: &bytes)
    case .bool(let value): append(value ? "true" : "false", to: &bytes)
    case .integer(let value): appendDecimal(value, to: &bytes)
    case .number(let value): appendNumber(value, to: &bytes)
    case .string(let value): appendEscaped(value, to: &bytes)
    case .array(let elements):
      brackets("[", elements, "]", to: &bytes, level) { write($0, to: &$1, level: level + 1) }
    case .object(let object):
      if format.sortsKeys {
        let sorted = object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        brackets("{", sorted, "}", to: &bytes, level) { writeMember($0, to: &$1, level) }
      } else {
        brackets("{", object, "}", to: &bytes, level) { writeMember($0, to: &$1, level) }
      }
    }
  }

  private func writeMember(_ member: JSONObject.Element, to bytes: inout [UInt8], _ level: Int) {
    appendEscaped(member.key, to: &bytes)
    append(format.indent == nil ? ":" : ": ", to: &bytes)
    write(member.value, to: &bytes, level: level + 1)
  }

  private func brackets<Elements: Collection>(
    _ open: StaticString, _ elements: Elements, _ close: StaticString, to bytes: inout [UInt8], _ level: Int,
    _ body: (Elements.Element, inout [UInt8]) -> Void
  ) {
    append(open, to: &bytes)
    var isFirst = true
    for element in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      newline(level + 1, to: &bytes)
      body(element, &bytes)
    }
    if !isFirst { newline(level, to: &bytes) }
    append(close, to: &bytes)
  }

  private func newline(_ level: Int, to bytes: inout [UInt8]) {
    guard let indent = format.indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: indent * level))
  }

  private func append(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private func appendDecimal(_ value: Int64, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  private func appendNumber(_ value: Double, to bytes: inout [UInt8]) {
    // JSON has no word for these; `null` is what JavaScript writes.
    guard value.isFinite else { return append("null", to: &bytes) }
    bytes.append(contentsOf: pythonDescription(value).utf8)
  }

  /// Swift and Python both print the shortest digits; they differ only in where the exponent begins:
  /// Swift at 2^54, Python at 10^16.
  private func pythonDescription(_ value: Double) -> String {
    let text = value.description
    guard value.magnitude >= 1e16, !text.contains("e") else { return text }
    var digits = String(text.dropLast(2))  // ".0"
    while digits.hasSuffix("0") { digits.removeLast() }
    let pointOffset = value < 0 ? 2 : 1
    if digits.utf8.count > pointOffset {
      digits.insert(".", at: digits.index(digits.startIndex, offsetBy: pointOffset))
    }
    return digits + "e+16"
  }
}
