/// HTML of others with what shows something and nothing that does something: tables, lists, emphasis and pictures
/// that bring their data. It is written anew from the list below, so what is not understood cannot slip through.
public func safeMarkup(_ html: String) -> String { SafeMarkup().markup(html) }

struct SafeMarkup {
  /// How text between tags is written.
  var text: (String) -> String = { escaped($0) }
  /// How the value of an attribute is meant.
  var value: (String) -> String = { $0 }
  /// A picture's data, from its address.
  var picture: (String) -> String? = { _ in nil }

  func markup(_ html: String) -> String {
    var open: [String] = []
    return block(html, &open) + Self.closing(&open)
  }

  /// One block of several, between which other text may stand: elements that hold blocks stay open beyond it, as the
  /// solution does in `<details>`.
  ///
  /// - Parameter open: the elements that earlier blocks left open, the innermost last.
  func block(_ html: String, _ open: inout [String]) -> String {
    let result = pieces(html, &open)
    guard let first = open.firstIndex(where: { !Self.holdsBlocks.contains($0) }) else { return result }
    return result + Self.closing(&open, downTo: first)
  }

  /// The tags that close what is open.
  static func closing(_ open: inout [String], downTo count: Int = 0) -> String {
    var result = ""
    while open.count > count { result += "</\(open.removeLast())>" }
    return result
  }

  private func pieces(_ html: String, _ open: inout [String]) -> String {
    var reader = TagReader(html)
    var result = ""
    var hidden: String?
    while let piece = reader.next() {
      switch piece {
      case .text(let words):
        if hidden == nil { result += text(words) }
      case .opening(let name, let attributes):
        if hidden == nil, Self.unseen.contains(name) { hidden = name }
        guard hidden == nil, let tag = opening(name, attributes) else { continue }
        result += tag
        if !Self.empty.contains(name) { open.append(name) }
      case .closing(let name):
        if hidden == name { hidden = nil }
        guard hidden == nil, let index = open.lastIndex(of: name) else { continue }
        result += Self.closing(&open, downTo: index)
      }
    }
    return result
  }

  /// The tag with the attributes that it may keep; `nil` for an element that may not stay.
  func opening(_ name: String, _ attributes: [(name: String, value: String)]) -> String? {
    guard let allowed = Self.elements[name] else { return nil }
    var kept: [String: String] = [:]
    for (name, value) in attributes where allowed.contains(name) && kept[name] == nil {
      kept[name] = self.value(value)
    }
    if let address = kept["src"] { kept["src"] = isPictureData(address) ? address : picture(address) }
    if let address = kept["href"] { kept["href"] = linkAddress(address) }
    if name == "img" && kept["src"] == nil || name == "a" && kept["href"] == nil { return nil }
    return "<\(name)" + kept.sorted { $0.key < $1.key }.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
      + ">"
  }

  /// Elements that may stay, with the attributes they may keep.
  private static let elements: [String: Set<String>] = {
    var elements: [String: Set<String>] = [:]
    for name in (inline + " " + block).split(separator: " ") { elements[String(name)] = ["title"] }
    for name in ["td", "th"] { elements[name] = ["title", "colspan", "rowspan"] }
    elements["img"] = ["alt", "height", "src", "title", "width"]
    elements["a"] = ["href", "title"]
    return elements
  }()

  static let inlineElements = Set(inline.split(separator: " ").map(String.init))

  /// Those that may stand within a line.
  private static let inline = "a b i em strong code br span sub sup small kbd mark u s del ins img"

  private static let block = """
    table thead tbody tfoot tr td th caption p div pre hr ul ol li dl dt dd blockquote h1 h2 h3 h4 h5 h6 details \
    summary
    """

  private static let holdsBlocks: Set<String> = [
    "blockquote", "dd", "details", "div", "dl", "dt", "li", "ol", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr",
    "ul",
  ]

  static let empty: Set<String> = ["br", "hr", "img"]

  /// Their text is not meant to be read either.
  private static let unseen: Set<String> = [
    "script", "style", "template", "title", "textarea", "noscript", "iframe", "svg", "math", "object",
  ]
}

private func isPictureData(_ address: String) -> Bool {
  ["png", "jpeg", "gif", "webp", "svg+xml"].contains { address.hasPrefix("data:image/\($0);base64,") }
}
