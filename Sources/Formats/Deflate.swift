import CZlib
import Numerics

/// zlib's streams.
package enum Deflate {
  package enum Wrapping: Int32 {
    /// As in zip files.
    case raw = -15
    case gzip = 31
  }

  /// The bytes that were compressed. `size` is how many there must be, if that is known.
  package static func inflate(_ bytes: ArraySlice<UInt8>, _ wrapping: Wrapping, size: Int? = nil) throws
    -> [UInt8]
  {
    var stream = z_stream()
    let version = ZLIB_VERSION
    guard inflateInit2_(&stream, wrapping.rawValue, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw FormatFault.cannotDecompress
    }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    if let size {
      // Deflate packs at most 1032 bytes in one.
      guard size >= 0, size / 1032 <= bytes.count else { throw FormatFault.tooShort }
      try Memory.reserve(size)
      result.reserveCapacity(size)
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var input = bytes
    while true {
      try NumericsInterruption.poll()
      let (status, written, used) = step(&stream, input, &chunk)
      input = input.dropFirst(used)
      // An array that has no room left is copied into one of twice its size.
      let isFull = result.count + written > result.capacity
      try Memory.reserve(isFull ? 3 * result.count + written : result.count + written)
      result += chunk[..<written]
      if let size, result.count > size { throw FormatFault.longerThanSaid }
      if status == Z_STREAM_END {
        if let size, result.count < size { throw FormatFault.tooShort }
        // A gzip file may be several ones after each other.
        guard wrapping == .gzip, input.starts(with: [0x1F, 0x8B]) else { return result }
        guard inflateReset(&stream) == Z_OK else { throw FormatFault.cannotDecompress }
      } else if status == Z_BUF_ERROR || status == Z_OK && written == 0 && used == 0 {
        throw FormatFault.tooShort
      } else if status != Z_OK {
        throw FormatFault.damagedCompression
      }
    }
  }

  /// The first bytes of what a gzip file holds, of which only the first are there; `nil` where it is none.
  package static func beginning(of bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, Wrapping.gzip.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let (status, written, _) = step(&stream, bytes[...], &chunk)
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
    return Array(chunk[..<written])
  }

  private static func step(
    _ stream: inout z_stream, _ input: ArraySlice<UInt8>, _ chunk: inout [UInt8]
  ) -> (status: Int32, written: Int, used: Int) {
    input.withUnsafeBufferPointer { source in
      chunk.withUnsafeMutableBufferPointer { target in
        let given = min(source.count, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(given)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (status, target.count - Int(stream.avail_out), given - Int(stream.avail_in))
      }
    }
  }

  /// A gzip file of the bytes.
  package static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, Wrapping.gzip.rawValue, 8, Z_DEFAULT_STRATEGY,
        ZLIB_VERSION,
        size) == Z_OK
    else { throw FormatFault.cannotCompress }
    defer { deflateEnd(&stream) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var position = 0
    var status = Z_OK
    while status == Z_OK || status == Z_BUF_ERROR {
      try NumericsInterruption.poll()
      let given = min(bytes.count - position, 1 << 20)
      let written = bytes.withUnsafeBufferPointer { source in
        chunk.withUnsafeMutableBufferPointer { target in
          stream.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
          stream.avail_in = UInt32(given)
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          status = deflate(&stream, position + given == source.count ? Z_FINISH : Z_NO_FLUSH)
          return target.count - Int(stream.avail_out)
        }
      }
      position += given - Int(stream.avail_in)
      result += chunk[..<written]
    }
    guard status == Z_STREAM_END else { throw FormatFault.cannotCompress }
    return result
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> Int {
    var sum: UInt = 0
    var rest = bytes
    while !rest.isEmpty {
      let part = rest.prefix(1 << 30)
      sum = part.withUnsafeBufferPointer { crc32(sum, $0.baseAddress, UInt32($0.count)) }
      rest = rest.dropFirst(part.count)
    }
    return Int(sum)
  }
}
