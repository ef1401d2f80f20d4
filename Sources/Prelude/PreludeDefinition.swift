/// A definition at the top of a prelude file: the lines from its comment to the next one's.
struct PreludeDefinition {
  let name: String
  let text: ArraySlice<UInt8>

  /// Found without parsing: a definition begins a line with its name, or with `function` and its name; whatever else
  /// begins a line with a letter is `end`.
  static func all(in bytes: [UInt8]) -> [PreludeDefinition] {
    var found: [(name: String, start: Int)] = []
    var line = bytes.startIndex
    /// Where the comment lines right above began.
    var comment: Int?
    while line < bytes.endIndex {
      let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      if bytes[line] == UInt8(ascii: "#") {
        comment = comment ?? line
      } else {
        if let name = name(definedIn: bytes[line..<end]) { found.append((name, comment ?? line)) }
        comment = nil
      }
      line = end + 1
    }
    return found.indices.map { index in
      let end = index + 1 < found.count ? found[index + 1].start : bytes.endIndex
      return PreludeDefinition(name: found[index].name, text: bytes[found[index].start..<end])
    }
  }

  private static func name(definedIn line: ArraySlice<UInt8>) -> String? {
    var rest = line
    let keyword = Array("function ".utf8)
    if rest.starts(with: keyword) { rest = rest.dropFirst(keyword.count) }
    let ends: [UInt8] = [UInt8(ascii: "("), UInt8(ascii: " "), UInt8(ascii: "=")]
    let name = rest.prefix { !ends.contains($0) }
    guard let first = name.first, first != UInt8(ascii: ")"), first != UInt8(ascii: "]"),
      name.count < rest.count, !name.elementsEqual("end".utf8)
    else { return nil }
    return String(decoding: name, as: UTF8.self)
  }
}
