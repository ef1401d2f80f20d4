// Bytes to tree by recursive descent: exactly the grammar of RFC 8259, nothing more. What comes in may be
// hostile (an unsigned message, a stranger's notebook), so depth is bounded and every byte is checked.

extension JSONValue {
  public init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    var parser = JSONParser(bytes.bindMemory(to: UInt8.self))
    self = try parser.document()
  }

  public init(parsing bytes: [UInt8]) throws(JSONError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try JSONValue(parsing: buffer) }
    }
    self = try result.get()
  }

  /// Reads the bytes of a file, where some programs put a byte order mark first: a reader may ignore it (RFC 8259, 8.1).
  public init(parsingFile bytes: [UInt8]) throws(JSONError) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard bytes.starts(with: mark) else {
      try self.init(parsing: bytes)
      return
    }
    do {
      try self.init(parsing: Array(bytes[mark.count...]))
    } catch {
      throw JSONError(error.kind, at: error.offset + mark.count)
    }
  }

  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}

struct JSONParser {
  static let deepest = 500

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw JSONError(.trailingText, at: position) }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    switch try nextAfterSpace() {
    case UInt8(ascii: "\""):
      position += 1
      return .string(try string())
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw unexpected()
    }
  }

  /// Steps over the opening bracket and reads what it opens one level deeper.
  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < Self.deepest else { throw JSONError(.tooDeep, at: position) }
    position += 1
    depth += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    var elements: [JSONValue] = []
    if try take(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value())
    } while try separated(closing: UInt8(ascii: "]"))
    return .array(elements)
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var object = JSONObject()
    if try take(UInt8(ascii: "}")) { return .object(object) }
    repeat {
      guard try take(UInt8(ascii: "\"")) else { throw unexpected() }
      let key = try string()
      guard try take(UInt8(ascii: ":")) else { throw unexpected() }
      object[key] = try value()
    } while try separated(closing: UInt8(ascii: "}"))
    return .object(object)
  }

  /// Whether a comma follows; `false` after the closing bracket, an error for anything else.
  private mutating func separated(closing: UInt8) throws(JSONError) -> Bool {
    if try take(UInt8(ascii: ",")) { return true }
    if try take(closing) { return false }
    throw unexpected()
  }

  private mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
    guard try nextAfterSpace() == byte else { return false }
    position += 1
    return true
  }

  private func unexpected() -> JSONError { JSONError(.unexpectedByte(bytes[position]), at: position) }

  private mutating func nextAfterSpace() throws(JSONError) -> UInt8 {
    skipSpace()
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
    return bytes[position]
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
      guard bytes[position] == word.utf8Start[offset] else { throw unexpected() }
      position += 1
    }
    return value
  }
}
