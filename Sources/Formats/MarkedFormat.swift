/// The kinds of files that are told by their first bytes.
package enum MarkedFormat: Sendable {
  case npy, npz, idx, gzip, png, svg, html

  /// Whether a file of this kind begins so.
  package func describes(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .npy: bytes.starts(with: [0x93] + Array("NUMPY".utf8))
    // An archive, or one of nothing.
    case .npz: bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    case .gzip: bytes.starts(with: [0x1F, 0x8B])
    case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    case .idx:
      bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && (8...14).contains(bytes[2]) && bytes[3] > 0
    case .svg: Self.isPicture(bytes)
    // A page of ours: what else is HTML may be anything.
    case .html:
      String(decoding: bytes.prefix(4096), as: UTF8.self).contains("<meta name=\"generator\" content=\"nabla")
    }
  }

  /// A declaration and comments may stand before the root of an SVG.
  private static func isPicture(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    guard let first = text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }), first == "<" else {
      return false
    }
    return text.contains("<svg") && !text.contains("<html")
  }
}
