extension Signature {
  /// Reads "f(x, y, rest...; a, b = 1)".
  package init(parsing text: String) {
    let open = text.firstIndex(of: "(") ?? text.endIndex
    name = String(text[..<open])
    positional = []
    named = []
    guard open < text.endIndex else { return }
    let inside = text[text.index(after: open)...].dropLast()
    for (section, part) in inside.split(separator: ";", omittingEmptySubsequences: false).enumerated() {
      for item in part.split(separator: ",") {
        let parts = item.split(separator: "=", maxSplits: 1)
        let word = parts[0].filter { $0 != " " }
        if parts.count > 1 { fallbacks[word] = String(parts[1].drop { $0 == " " }) }
        if word.hasSuffix("...") {
          rest = String(word.dropLast(3))
        } else if section > 0 {
          named.append(word)
        } else {
          positional.append(word)
        }
      }
    }
  }
}
