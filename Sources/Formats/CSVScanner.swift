import Glibc
import Numerics

/// Goes through the fields of a table in text (RFC 4180): quotes protect separators, line ends and, doubled,
/// themselves. Line ends may be of any system; empty lines are skipped.
struct CSVScanner {
  /// A field's bytes, without its quotes.
  struct Field {
    var range: Range<Int>
    var isQuoted: Bool
  }

  /// The text and a zero, where the C library's number parser stops at the latest.
  private let bytes: [UInt8]
  private let end: Int
  private let separator: UInt8
  private var position: Int
  private(set) var line = 1

  init(_ bytes: [UInt8], separator: UInt8) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    self.bytes = bytes + [0]
    self.separator = separator
    end = bytes.count
    position = bytes.starts(with: mark) ? mark.count : 0
  }

  /// Calls `body` with the fields of each row, or of the first rows; the array is used again for the next one.
  mutating func rows(atMost limit: Int = .max, _ body: (inout [Field], Int) throws -> Void) throws {
    var fields: [Field] = []
    var count = 0
    var looked = position
    while count < limit {
      skipSpaces()
      while position < end, isLineEnd(bytes[position]) {
        skipLineEnd()
        skipSpaces()
      }
      guard position < end else { return }
      let first = line
      fields.removeAll(keepingCapacity: true)
      repeat {
        if fields.count == fields.capacity {
          try Memory.reserve(2 * fields.count * MemoryLayout<Field>.stride)
        }
        fields.append(try field())
        if position - looked > 1 << 16 {
          try NumericsInterruption.poll()
          looked = position
        }
      } while takeSeparator()
      count += 1
      try body(&fields, first)
    }
  }

  private mutating func field() throws -> Field {
    guard position < end, bytes[position] == quote else {
      let start = position
      while position < end, bytes[position] != separator, !isLineEnd(bytes[position]) { position += 1 }
      return Field(range: start..<position, isQuoted: false)
    }
    let opened = line
    position += 1
    let start = position
    while position < end {
      if bytes[position] == quote {
        guard bytes[position + 1] == quote else { break }
        position += 1
      } else if bytes[position] == newline {
        line += 1
      }
      position += 1
    }
    guard position < end else { throw FormatFault.openQuote(line: opened) }
    let range = start..<position
    position += 1
    guard position == end || bytes[position] == separator || isLineEnd(bytes[position]) else {
      throw FormatFault.textAfterQuote(line: line)
    }
    return Field(range: range, isQuoted: true)
  }

  private mutating func takeSeparator() -> Bool {
    guard position < end, bytes[position] == separator else { return false }
    position += 1
    skipSpaces()
    // Those before the end of a line separate nothing.
    return separator != space || position < end && !isLineEnd(bytes[position])
  }

  /// Spaces that separate fields come in any number, so that columns stand below each other.
  private mutating func skipSpaces() {
    guard separator == space else { return }
    while position < end, bytes[position] == space { position += 1 }
  }

  private mutating func skipLineEnd() {
    if bytes[position] == newline || bytes[position + 1] != newline { line += 1 }
    position += 1
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == newline || byte == 0x0D }
  private var newline: UInt8 { 0x0A }
  private var quote: UInt8 { 0x22 }
  private var space: UInt8 { 0x20 }

  func text(_ field: Field) throws -> String {
    guard let text = String(validating: bytes[field.range], as: UTF8.self) else {
      throw FormatFault.notUTF8
    }
    return field.isQuoted ? text.replacing("\"\"", with: "\"") : text
  }

  /// The number that a field spells; an empty field and NA are NaN.
  func number(_ field: Field) -> Double? {
    var range = field.range
    while let first = range.first, bytes[first] == 0x20 || bytes[first] == 0x09 {
      range = first + 1..<range.upperBound
    }
    while let last = range.last, bytes[last] == 0x20 || bytes[last] == 0x09 {
      range = range.lowerBound..<last
    }
    guard let first = range.first else { return .nan }
    let part = bytes[range]
    if part.elementsEqual("NA".utf8) { return .nan }
    // Hexadecimal numbers are rather names, and so is what strtod reads beyond a number's letters.
    guard "+-.0123456789iInN".utf8.contains(bytes[first]), !part.contains(0x78), !part.contains(0x58),
      !part.contains(0x28)
    else { return nil }
    return bytes.withUnsafeBytes { buffer in
      let start = buffer.baseAddress!.assumingMemoryBound(to: CChar.self) + first
      var stop: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &stop)
      return stop.map { UnsafePointer($0) - start } == range.count ? value : nil
    }
  }

  /// Whether a field holds nothing but white space.
  func isEmpty(_ field: Field) -> Bool { bytes[field.range].allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}
