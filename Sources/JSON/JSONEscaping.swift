/// Appends a text as a JSON string, quotes included. Only what JSON requires is escaped.
public func appendEscaped(_ text: String, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "\""))
  var text = text
  text.withUTF8 { utf8 in
    var start = 0
    for position in utf8.indices {
      let byte = utf8[position]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      bytes.append(contentsOf: utf8[start..<position])
      appendEscape(byte, to: &bytes)
      start = position + 1
    }
    bytes.append(contentsOf: utf8[start...])
  }
  bytes.append(UInt8(ascii: "\""))
}

private func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "\\"))
  switch byte {
  case 0x0A: bytes.append(UInt8(ascii: "n"))
  case 0x0D: bytes.append(UInt8(ascii: "r"))
  case 0x09: bytes.append(UInt8(ascii: "t"))
  case 0x08: bytes.append(UInt8(ascii: "b"))
  case 0x0C: bytes.append(UInt8(ascii: "f"))
  case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
  default:
    let hexadecimal = Array("0123456789abcdef".utf8)
    bytes.append(contentsOf: "u00".utf8)
    bytes.append(hexadecimal[Int(byte >> 4)])
    bytes.append(hexadecimal[Int(byte & 15)])
  }
}
