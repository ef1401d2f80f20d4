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
