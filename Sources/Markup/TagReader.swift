/// Cuts HTML into tags and text.
struct TagReader {
  enum Piece {
    case text(String)
    case opening(String, [(name: String, value: String)])
    case closing(String)
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ html: String) { scalars = Array(html.unicodeScalars) }

  mutating func next() -> Piece? {
    guard position < scalars.count else { return nil }
    if scalars[position] == "<", let piece = tag() { return piece }
    let start = position
    position += 1
    while position < scalars.count, scalars[position] != "<" { position += 1 }
    return .text(decoded(string(start..<position)))
  }

  private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  private func decoded(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      rest = rest[start...]
      // The longest name has 31 letters.
      guard let end = rest.prefix(33).firstIndex(of: ";") else {
        result.append(rest.removeFirst())
        continue
      }
      result += character(ofEntity: String(rest[...end]))
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// The tag or comment at the position; `nil` where the `<` is only a sign.
  private mutating func tag() -> Piece? {
    if scalars[position...].starts(with: "<!--".unicodeScalars) {
      let end = (position..<scalars.count).first { scalars[$0...].starts(with: "-->".unicodeScalars) }
      position = end.map { $0 + 3 } ?? scalars.count
      return .text("")
    }
    var index = position + 1
    let isClosing = index < scalars.count && scalars[index] == "/"
    if isClosing { index += 1 }
    let nameStart = index
    while index < scalars.count, scalars[index].isASCII,
      scalars[index].properties.isAlphabetic || isDigit(index)
    {
      index += 1
    }
    guard index > nameStart else { return nil }
    let name = string(nameStart..<index).lowercased()
    var attributes: [(name: String, value: String)] = []
    while index < scalars.count, scalars[index] != ">" {
      if isSpace(index) || scalars[index] == "/" {
        index += 1
        continue
      }
      attributes.append(attribute(&index))
    }
    position = min(index + 1, scalars.count)
    return isClosing ? .closing(name) : .opening(name, attributes)
  }

  private func isDigit(_ index: Int) -> Bool { ("0"..."9").contains(scalars[index]) }

  private func isSpace(_ index: Int) -> Bool { scalars[index].properties.isWhitespace }

  private func attribute(_ index: inout Int) -> (name: String, value: String) {
    let start = index
    index += 1
    while index < scalars.count, !isSpace(index), !"=>/".unicodeScalars.contains(scalars[index]) {
      index += 1
    }
    let name = string(start..<index).lowercased()
    while index < scalars.count, isSpace(index) { index += 1 }
    guard index < scalars.count, scalars[index] == "=" else { return (name, "") }
    index += 1
    while index < scalars.count, isSpace(index) { index += 1 }
    guard index < scalars.count else { return (name, "") }
    let quote = scalars[index]
    let isQuoted = quote == "\"" || quote == "'"
    if isQuoted { index += 1 }
    let valueStart = index
    while index < scalars.count, isQuoted ? scalars[index] != quote : !isSpace(index) && scalars[index] != ">"
    {
      index += 1
    }
    let value = decoded(string(valueStart..<index))
    if isQuoted, index < scalars.count { index += 1 }
    return (name, value)
  }
}
