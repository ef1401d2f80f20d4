/// HTML of others with what shows something and nothing that does something: tables, lists, emphasis and pictures
/// that bring their data. It is written anew from the list below, so what is not understood cannot slip through.
public func safeMarkup(_ html: String) -> String {
  var reader = TagReader(html)
  var result = ""
  var open: [String] = []
  var hidden: String?
  while let piece = reader.next() {
    switch piece {
    case .text(let text):
      if hidden == nil { result += text }
    case .opening(let name, let attributes):
      if hidden == nil, unseen.contains(name) { hidden = name }
      guard hidden == nil, let allowed = elements[name] else { continue }
      let kept = attributes.compactMap { attribute -> String? in
        let (key, value) = attribute
        guard allowed.contains(key), key != "src" || isPictureData(value) else { return nil }
        return " \(key)=\"\(escaped(value))\""
      }
      if name == "img", !kept.contains(where: { $0.hasPrefix(" src=") }) { continue }
      result += "<\(name)\(kept.joined())>"
      if !empty.contains(name) { open.append(name) }
    case .closing(let name):
      if hidden == name { hidden = nil }
      guard hidden == nil, let index = open.lastIndex(of: name) else { continue }
      while open.count > index { result += "</\(open.removeLast())>" }
    }
  }
  while let name = open.popLast() { result += "</\(name)>" }
  return result
}

/// Elements that may stay, with the attributes they may keep.
private let elements: [String: Set<String>] = {
  let plain = """
    table thead tbody tfoot tr caption p div span b i em strong code pre br hr ul ol li sub sup small h1 h2 h3 h4 h5 h6 \
    blockquote dl dt dd del
    """
  var elements: [String: Set<String>] = [:]
  for name in plain.split(separator: " ") { elements[String(name)] = ["title"] }
  for name in ["td", "th"] { elements[name] = ["title", "colspan", "rowspan"] }
  elements["img"] = ["alt", "height", "src", "title", "width"]
  return elements
}()

private let empty: Set<String> = ["br", "hr", "img"]

/// Their text is not meant to be read either.
private let unseen: Set<String> = [
  "script", "style", "template", "title", "textarea", "noscript", "iframe", "svg", "math",
]

private func isPictureData(_ address: String) -> Bool {
  ["png", "jpeg", "gif", "webp", "svg+xml"].contains { address.hasPrefix("data:image/\($0);base64,") }
}

/// Cuts HTML into tags and text.
private struct TagReader {
  enum Piece {
    /// Escaped already.
    case text(String)
    case opening(String, [(String, String)])
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
    return .text(text(start..<position))
  }

  private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  /// Text with its entities read and written anew.
  private func text(_ range: Range<Int>) -> String { escaped(decoded(string(range))) }

  private func decoded(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      rest = rest[start...]
      guard let end = rest.prefix(32).firstIndex(of: ";") else {
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
    var attributes: [(String, String)] = []
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

  private func attribute(_ index: inout Int) -> (String, String) {
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
