import Explorables
import JSON
import Markup

/// What a cell put out, as HTML.
enum PageOutput {
  static func markup(_ outputs: [JSONValue]) -> String {
    outputs.map(markup).filter { !$0.isEmpty }.map { "<div class=\"output\">\($0)</div>\n" }.joined()
  }

  private static func markup(_ output: JSONValue) -> String {
    switch output["output_type"]?.string {
    case "stream":
      let text = output["text"]?.string ?? ""
      let kind = output["name"]?.string == "stderr" ? " class=\"stderr\"" : ""
      return "<pre\(kind)>\(terminalMarkup(text))</pre>"
    case "error": return "<pre class=\"error\">\(terminalMarkup(report(output)))</pre>"
    default: return markup(bundle: output["data"]?.object ?? [:])
    }
  }

  /// Whether it is a picture before anything else.
  static func isFigure(_ output: JSONValue) -> Bool {
    let types = output["data"]?.object?.map(\.key) ?? []
    return types.contains { $0.hasPrefix("image/") }
  }

  private static func report(_ error: JSONValue) -> String {
    let lines = error["traceback"]?.array?.compactMap(\.string) ?? []
    guard lines.isEmpty else { return lines.joined(separator: "\n") }
    return "\(error["ename"]?.string ?? "Error"): \(error["evalue"]?.string ?? "")"
  }

  /// The richest form that a page can show without running anything.
  private static func markup(bundle: JSONObject) -> String {
    let plain = bundle["text/plain"]?.string ?? ""
    if let html = bundle["text/html"]?.string, let moving = explorable(html) { return moving }
    if let svg = bundle["image/svg+xml"]?.string { return figure(svg, words: plain) }
    for type in ["image/png", "image/jpeg", "image/gif", "image/webp"] {
      guard let data = bundle[type]?.string else { continue }
      let digits = data.filter { !$0.isWhitespace }
      return "<img src=\"data:\(type);base64,\(escaped(digits))\" alt=\"\(escaped(plain))\">"
    }
    if let html = bundle["text/html"]?.string { return "<div class=\"wide\">\(safeMarkup(html))</div>" }
    if let text = bundle["text/markdown"]?.string {
      var anchors = Anchors()
      return Markdown(text, anchors: &anchors).markup
    }
    if let latex = bundle["text/latex"]?.string {
      var anchors = Anchors()
      return Markdown(latex.contains("$") ? latex : "$$\(latex)$$", anchors: &anchors).markup
    }
    return plain.isEmpty ? "" : "<pre>\(terminalMarkup(plain))</pre>"
  }

  /// What moves: the states, read and written anew, for the script that the page has itself.
  private static func explorable(_ html: String) -> String? {
    guard let packed = Explorable.packed(in: html), let explorable = Explorable(packed: packed),
      let again = try? explorable.packed()
    else { return nil }
    var picture = ""
    if case .figure(let svg, let sentence) = explorable.states[explorable.start] {
      picture = figure(svg, words: sentence)
    }
    return explorable.html(packed: again, picture: picture, withScript: false)
  }

  /// A picture of its own, so that its styles stay within it and nothing in it can act.
  private static func figure(_ svg: String, words: String) -> String {
    let size = ["width", "height"].compactMap { name in
      rootAttribute(name, of: svg).map { " \(name)=\"\($0)\"" }
    }.joined()
    return "<img src=\"\(dataAddress("svg+xml", Array(svg.utf8)))\" alt=\"\(escaped(words))\"\(size)>"
  }

  /// Whole pixels of the figure's size.
  private static func rootAttribute(_ name: String, of svg: String) -> Int? {
    guard let start = svg.firstRange(of: "<svg"), let end = svg[start.upperBound...].firstIndex(of: ">"),
      let attribute = svg[start.upperBound..<end].firstRange(of: " \(name)=\"")
    else { return nil }
    let digits = svg[attribute.upperBound...].prefix { $0 != "\"" }
    return Double(digits).flatMap { $0 > 0 && $0 < 1e5 ? Int(clamping: $0.rounded()) : nil }
  }
}
