// Base64 (RFC 4648) for the data URI of a picture.

/// The bytes in base 64, padded.
public func base64(_ bytes: some Collection<UInt8>) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var output: [UInt8] = []
  output.reserveCapacity((bytes.count + 2) / 3 * 4)
  var bits: UInt32 = 0
  var pending = 0
  for byte in bytes {
    bits = bits << 8 | UInt32(byte)
    pending += 1
    if pending == 3 {
      for shift in [18, 12, 6, 0] as [UInt32] { output.append(alphabet[Int(bits >> shift & 63)]) }
      bits = 0
      pending = 0
    }
  }
  if pending > 0 {
    bits <<= UInt32(8 * (3 - pending))
    for index in 0..<4 {
      let shift = UInt32(18 - 6 * index)
      output.append(index <= pending ? alphabet[Int(bits >> shift & 63)] : UInt8(ascii: "="))
    }
  }
  return String(decoding: output, as: UTF8.self)
}
