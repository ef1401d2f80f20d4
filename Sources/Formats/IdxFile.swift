import Numerics

/// The format of the MNIST files: two zeros, the type of the elements, the rank, the lengths, the elements.
/// The format's numbers have their high byte first; files that some programs wrote the other way round are told by
/// their length.
package enum IdxFile {
  package static func read(_ bytes: [UInt8]) throws -> Tensor {
    guard bytes.starts(with: [0, 0].prefix(bytes.count)) else { throw FormatFault.otherKind(than: .idx) }
    var reader = ByteReader(bytes[...])
    try reader.skip(2)
    let elements: [Int: BinaryElement] = [
      8: .uint8, 9: .int8, 0xB: .int16, 0xC: .int32, 0xD: .float32, 0xE: .float64,
    ]
    let code = try reader.number(1)
    guard let element = elements[code] else {
      throw FormatFault.elementCode(code)
    }
    let rank = try reader.number(1)
    guard rank > 0, rank <= 64 else { throw FormatFault.impossibleShape }
    var other = reader
    let lengths = try (0..<rank).map { _ in try reader.number(4, isBigEndian: true) }
    if lengths.reduce(element.size, saturatingProduct) == reader.left {
      return try element.tensor(try reader.take(reader.left), lengths, isBigEndian: true)
    }
    let swapped = try (0..<rank).map { _ in try other.number(4) }
    if swapped.reduce(element.size, saturatingProduct) == other.left {
      return try element.tensor(try other.take(other.left), swapped)
    }
    guard lengths.reduce(element.size, saturatingProduct) < reader.left else { throw FormatFault.tooShort }
    throw FormatFault.longerThanItsHeader
  }

  /// Whole numbers of a byte as bytes, else f32 (which holds every f16) or f64.
  package static func bytes(of tensor: Tensor) throws -> [UInt8] {
    guard tensor.rank > 0 else { throw FormatFault.idxOfRankZero }
    // One byte counts the axes, four hold a length.
    guard let rank = UInt8(exactly: tensor.rank), tensor.shape.allSatisfy({ $0 <= UInt32.max }) else {
      throw FormatFault.idxOfTooManyAxes
    }
    let values = tensor.doubles
    let areBytes = values.allSatisfy { $0 >= 0 && $0 <= 255 && $0 == $0.rounded() && $0.sign == .plus }
    let isShort = tensor.type.isShortFloat
    var bytes: [UInt8] = [0, 0, areBytes ? 8 : isShort ? 0xD : 0xE, rank]
    for length in tensor.shape { bytes.append(length, size: 4, isBigEndian: true) }
    for element in values {
      // One of its bit patterns.
      let value = element.isNaN ? .nan : element
      if areBytes {
        bytes.append(UInt8(clamping: Int(clamping: value)))
      } else if isShort {
        bytes.append(Int(Float(value).bitPattern), size: 4, isBigEndian: true)
      } else {
        bytes.append(Int(bitPattern: UInt(value.bitPattern)), size: 8, isBigEndian: true)
      }
    }
    return bytes
  }
}

private func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? Int.max : product
}
