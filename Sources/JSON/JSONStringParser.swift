extension JSONParser {
  /// The rest of a string whose opening quote was read. Most strings have no escape and are taken whole.
  mutating func string() throws(JSONError) -> String {
    let start = position
    try skipPlain()
    if bytes[position] == UInt8(ascii: "\"") {
      let text = String(validating: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
      guard let text else { throw JSONError(.invalidUTF8, at: start) }
      position += 1
      return text
    }
    var decoded = Array(bytes[start..<position])
    while bytes[position] != UInt8(ascii: "\"") {
      try appendEscape(to: &decoded)
      let next = position
      try skipPlain()
      decoded.append(contentsOf: bytes[next..<position])
    }
    position += 1
    guard let text = String(validating: decoded, as: UTF8.self) else {
      throw JSONError(.invalidUTF8, at: start)
    }
    return text
  }

  /// Moves on to the next quote or backslash.
  private mutating func skipPlain() throws(JSONError) {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      guard byte >= 0x20 else { throw JSONError(.controlCharacterInString, at: position) }
      position += 1
    }
    throw JSONError(.unexpectedEnd, at: position)
  }

  private mutating func appendEscape(to decoded: inout [UInt8]) throws(JSONError) {
    let start = position
    guard position + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    let kind = bytes[position + 1]
    position += 2
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(kind)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "u"): decoded.append(contentsOf: String(Character(try scalar(from: start))).utf8)
    default: throw JSONError(.invalidEscape, at: start)
    }
  }

  /// The scalar of `\uXXXX`, or of two of them that are a surrogate pair.
  private mutating func scalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw JSONError(.loneSurrogate, at: start) }
    position += 2
    let trail = try codeUnit()
    guard UTF16.isTrailSurrogate(trail) else { throw JSONError(.loneSurrogate, at: start) }
    return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
      guard bytes[position] < 0x80, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw JSONError(.invalidEscape, at: position) }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
