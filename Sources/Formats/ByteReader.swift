/// Goes through bytes and never past their end.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var left: Int { bytes.endIndex - position }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else { throw FormatFault.tooShort }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws { _ = try take(count) }

  /// A whole number of `size` bytes without sign; one that fits no Int is malformed.
  mutating func number(_ size: Int, isBigEndian: Bool = false) throws -> Int {
    var value: UInt64 = 0
    let part = try take(size)
    for byte in isBigEndian ? Array(part) : part.reversed() { value = value << 8 | UInt64(byte) }
    guard let number = Int(exactly: value) else { throw FormatFault.impossibleLength }
    return number
  }
}

extension [UInt8] {
  /// Appends the low `size` bytes of a number, the lowest first.
  mutating func append(_ value: Int, size: Int, isBigEndian: Bool = false) {
    for index in 0..<size {
      append(UInt8(truncatingIfNeeded: value >> (8 * (isBigEndian ? size - 1 - index : index))))
    }
  }
}
