import Figures
import JSON

/// A picture with all its data: `data:image/png;base64,…`.
func dataAddress(_ subtype: String, _ bytes: [UInt8]) -> String {
  "data:image/\(subtype);base64,\(base64(bytes))"
}

/// The data of a picture that a Markdown text names: attached to its cell, or a file beside the notebook.
func pictureData(at address: String, of cell: Cell, file: (String) -> [UInt8]?) -> String? {
  if address.hasPrefix("attachment:") {
    return cell.attachment(String(address.dropFirst("attachment:".count))).flatMap { type, data in
      guard type.hasPrefix("image/") else { return nil }
      return "data:\(type);base64,\(data.filter { !$0.isWhitespace })"
    }
  }
  if address.hasPrefix("data:image/") { return address }
  let types = [
    "svg": "svg+xml", "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp",
  ]
  guard let point = address.lastIndex(of: "."),
    let type = types[address[address.index(after: point)...].lowercased()]
  else { return nil }
  return file(address).map { dataAddress(type, $0) }
}

/// The pictures beside a notebook that its page may take in: regular files in its folder or below, none of them hidden,
/// and not more than a browser opens.
final class PagePictures {
  /// Bytes of one, and of all together; what is drawn or photographed for a page is far smaller.
  static let largest = 16 << 20
  static let most = 64 << 20

  private let folder: String
  private var left = PagePictures.most

  init(folder: String) { self.folder = folder }

  /// The bytes of the picture at an address within the folder.
  func file(_ address: String) -> [UInt8]? {
    guard !address.contains(":"), let path = resolved("\(folder)/\(address)"), path.hasPrefix(folder + "/"),
      !path.dropFirst(folder.count).split(separator: "/").contains(where: { $0.hasPrefix(".") }),
      let bytes = readRegularFile(path, atMost: min(left, Self.largest))
    else { return nil }
    left -= bytes.count
    return bytes
  }
}
