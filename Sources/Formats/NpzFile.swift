import Numerics

/// NumPy's file of several arrays: a record with a field for each.
package enum NpzFile {
  package static func read(_ bytes: [UInt8]) throws -> FileContent {
    var names: [String] = []
    var items: [FileContent] = []
    var seen: Set<String> = []
    try ZipFile.members(bytes) { member in
      guard member.name.hasSuffix(".npy") else { throw FormatFault.memberIsNoArray(member.name) }
      let name = String(member.name.dropLast(4))
      guard seen.insert(name).inserted else { throw FormatFault.repeatedArray(name) }
      do {
        items.append(.tensor(try NpyFile.read(member.bytes[...])))
      } catch let fault as FormatFault { throw FormatFault.inArray(name, fault) }
      names.append(name)
    }
    return .fields(names: names, items: items)
  }

  /// Fields under their names; a tensor alone, or the items of a tuple, as NumPy names them: arr_0, arr_1, …
  package static func bytes(of content: FileContent) throws -> [UInt8] {
    let parts: [(name: String, content: FileContent)]
    switch content {
    case .fields(let names, let items): parts = Array(zip(names, items))
    case .list(let items): parts = items.enumerated().map { ("arr_\($0)", $1) }
    default: parts = [("arr_0", content)]
    }
    return try ZipFile.bytes(
      of: parts.map { part in
        guard let tensor = part.content.tensor else {
          throw parts.count == 1
            ? UnfitValue.archive(content) : UnfitValue.archivePart(part.content)
        }
        return (part.name + ".npy", try NpyFile.bytes(of: tensor))
      })
  }
}
