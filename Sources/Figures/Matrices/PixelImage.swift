// A picture inside a figure: a PNG file, by libpng. A matrix of 28×28 is 45 kB as rectangles and 2 kB so.

import CPNG
import Glibc

/// Pixels, row by row.
struct PixelImage: Sendable {
  let width: Int
  /// Bytes of a pixel: 1 is a place in the palette, 3 are red, green and blue, 4 have opacity too.
  let channels: Int
  let samples: [UInt8]
  /// Red, green and blue of each colour that a place may name.
  var palette: [UInt8] = []

  /// A picture of places in a palette.
  init(indices: [UInt8], width: Int, palette: [UInt8]) {
    self.width = width
    channels = 1
    samples = indices
    self.palette = palette
  }

  init(samples: [UInt8], width: Int, channels: Int) {
    self.width = width
    self.channels = channels
    self.samples = samples
  }

  var height: Int { width > 0 ? samples.count / (width * channels) : 0 }

  /// Each pixel as so many in both directions.
  func enlarged(_ factor: Int) -> PixelImage {
    var larger: [UInt8] = []
    larger.reserveCapacity(samples.count * factor * factor)
    for row in 0..<height {
      var line: [UInt8] = []
      line.reserveCapacity(width * channels * factor)
      for column in 0..<width {
        let start = (row * width + column) * channels
        for _ in 0..<factor { line += samples[start..<(start + channels)] }
      }
      for _ in 0..<factor { larger += line }
    }
    var result = PixelImage(samples: larger, width: width * factor, channels: channels)
    result.palette = palette
    return result
  }

  /// The bytes of a PNG file; none where there are no pixels.
  var file: [UInt8] {
    var picture = Picture()
    picture.width = UInt32(width)
    picture.height = UInt32(height)
    picture.channels = Int32(channels)
    picture.bits = 8
    var count = 0
    let bytes =
      palette.isEmpty
      ? picture_write(samples, &picture, &count)
      : picture_write_indexed(samples, palette, Int32(palette.count / 3), &picture, &count)
    guard let bytes else { return [] }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
