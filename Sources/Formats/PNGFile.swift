import CPNG
import Glibc
import Numerics

/// Pictures as tensors of 0 … 1: a grey one is h×w, one with colours h×w×3. What is transparent lies over white.
package enum PNGFile {
  package static func read(_ bytes: [UInt8]) throws -> Tensor {
    var picture = Picture()
    guard picture_header(bytes, bytes.count, &picture) != 0 else { throw malformed(&picture) }
    let (height, width, channels) = (Int(picture.height), Int(picture.width), Int(picture.channels))
    let count = height * width * channels
    let sampleSize = Int(picture.bits) / 8
    // Deflate packs at most 1032 bytes in one; a picture may have 8 pixels in a byte.
    guard count / (channels * 8) <= bytes.count * 1032 else { throw FormatFault.tooShort }
    try Memory.reserve(count * sampleSize)
    var isRead = false
    let samples = [UInt8](unsafeUninitializedCapacity: count * sampleSize) { buffer, initialized in
      isRead = picture_read(bytes, bytes.count, &picture, buffer.baseAddress) != 0
      initialized = isRead ? buffer.count : 0
    }
    guard isRead else { throw malformed(&picture) }

    func sample(_ index: Int) -> Double {
      sampleSize == 1
        ? Double(samples[index]) / 255
        : Double(Int(samples[2 * index]) << 8 | Int(samples[2 * index + 1])) / 65535
    }
    let colours = channels < 3 ? 1 : 3
    let shape = colours == 1 ? Shape(height, width) : Shape([height, width, 3])
    return try Tensor(shape, .f64) { target in
      let target = target.assumingMemoryBound(to: Double.self)
      for pixel in 0..<(height * width) {
        if pixel & 0xFFFFF == 0 { try NumericsInterruption.poll() }
        let alpha = channels == colours ? 1 : sample(pixel * channels + colours)
        for colour in 0..<colours {
          let value = sample(pixel * channels + colour)
          target[pixel * colours + colour] = alpha == 1 ? value : value * alpha + (1 - alpha)
        }
      }
    }
  }

  /// A picture of 8 bits a sample.
  package static func bytes(of tensor: Tensor) throws -> [UInt8] {
    let shape = tensor.shape
    guard shape.rank == 2 || shape.rank == 3 && shape[2] == 3, !shape.contains(0) else {
      throw UnfitValue.picture(.tensor(tensor))
    }
    let values = tensor.doubles
    if let stranger = values.first(where: { !($0 >= 0 && $0 <= 1) }) {
      throw UnfitValue.outsidePicture(stranger)
    }
    return try bytes(
      of: values.map { UInt8(clamping: Int(clamping: ($0 * 255).rounded())) }, height: shape[0],
      width: shape[1],
      channels: shape.rank == 2 ? 1 : 3)
  }

  /// A picture of `height` rows of `width` pixels; 1 sample of a pixel is grey, 3 are red, green and blue.
  package static func bytes(of samples: [UInt8], height: Int, width: Int, channels: Int) throws -> [UInt8] {
    guard height <= 1_000_000, width <= 1_000_000 else { throw FormatFault.pictureTooLarge }
    var picture = Picture()
    picture.height = UInt32(height)
    picture.width = UInt32(width)
    picture.channels = Int32(channels)
    picture.bits = 8
    var count = 0
    guard let bytes = picture_write(samples, &picture, &count) else { throw malformed(&picture) }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  private static func malformed(_ picture: inout Picture) -> FormatFault {
    let message = withUnsafeBytes(of: &picture.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return message == "it ends too early" ? .tooShort : .picture(message)
  }
}
