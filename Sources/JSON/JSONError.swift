/// Why a text is not JSON, and where.
public struct JSONError: Error, Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case unexpectedEnd
    case unexpectedByte(UInt8)
    case controlCharacterInString
    case invalidEscape
    case loneSurrogate
    case invalidUTF8
    case invalidNumber
    case numberOutOfRange
    case tooDeep
    case trailingText
  }

  public var kind: Kind
  /// Bytes before the place.
  public var offset: Int

  public init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "\(kind) at byte \(offset)" }
}

extension JSONError.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedEnd: "the text ends too early"
    case .unexpectedByte(let byte) where byte > 0x20 && byte < 0x7F:
      "unexpected '\(Character(Unicode.Scalar(byte)))'"
    case .unexpectedByte(let byte): "unexpected byte \(byte)"
    case .controlCharacterInString: "a control character inside a string"
    case .invalidEscape: "an unknown escape in a string"
    case .loneSurrogate: "half of a surrogate pair"
    case .invalidUTF8: "text that is not UTF-8"
    case .invalidNumber: "a malformed number"
    case .numberOutOfRange: "a number too large"
    case .tooDeep: "nested more than \(JSONParser.deepest) levels"
    case .trailingText: "text after the value"
    }
  }
}
