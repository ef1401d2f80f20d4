import Explorables

/// What must hold for every page, picture and formula: elements close in the order they opened, attributes stand in
/// quotes, numbers are numbers, and nothing is active.
struct MarkupCheck {
  /// What elements may be; nil where any may.
  var allowed: Set<String>?
  /// Whether elements without content need no end.
  var isHTML = true

  private static let void: Set<String> = ["br", "hr", "img", "meta", "link", "input", "col", "wbr"]
  private static let active: Set<String> = [
    "script", "iframe", "object", "embed", "form", "base", "frame", "applet", "foreignobject",
  ]

  func faults(of markup: String, _ what: String) -> [Fault] {
    let markup = MarkupCheck.withoutOwnScripts(markup)
    var reader = Reader(Array(markup.utf8))
    var open: [String] = []
    while let tag = reader.next() {
      if let fault = fault(of: tag) { return [Fault("\(what): \(fault)", excerpt(markup, reader.place))] }
      if tag.isEnd {
        guard open.popLast() == tag.name else {
          return [Fault("\(what): </\(tag.name)> ends what has not begun", excerpt(markup, reader.place))]
        }
      } else if !tag.isAlone, !(isHTML && MarkupCheck.void.contains(tag.name)) {
        open.append(tag.name)
      }
    }
    return open.isEmpty ? [] : [Fault("\(what): <\(open[0])> does not end", excerpt(markup, reader.place))]
  }

  /// Without the script that moves explorables, to the byte, and the states that it reads, which are base 64.
  private static func withoutOwnScripts(_ page: String) -> String {
    guard page.contains("nabla-states") else { return page }
    return page.replacing("<script>\(Explorable.script(of: page) ?? "")</script>", with: "")
      .replacing(
        /<script class="nabla-states( nabla-computed)?" type="text\/plain">[A-Za-z0-9+\/=]*<\/script>/,
        with: "")
  }

  private func excerpt(_ markup: String, _ place: Int) -> String {
    let bytes = Array(markup.utf8)
    return String(decoding: bytes[max(0, place - 200)..<min(bytes.count, place + 60)], as: UTF8.self)
  }

  private func fault(of tag: Tag) -> String? {
    if MarkupCheck.active.contains(tag.name.lowercased()) { return "has <\(tag.name)>" }
    if let allowed, !allowed.contains(tag.name) { return "has <\(tag.name)>" }
    for (name, value) in tag.attributes {
      let name = name.lowercased()
      if name.hasPrefix("on") { return "has the attribute \(name)" }
      if name.isEmpty { return "has an attribute without a name in <\(tag.name)>" }
      guard name.contains("href") || name == "src" else {
        let isText = ["alt", "alttext", "title", "aria-label", "id", "class", "style", "lang"].contains(name)
        // A formula's operators are "infix".
        let isNumber = !value.contains("nan") && !value.replacing("infix", with: "").contains("inf")
        if !isText, !isNumber { return "\(name) is not a number" }
        continue
      }
      let address = value.lowercased().filter { !$0.isWhitespace }
      if address.hasPrefix("javascript:") || address.hasPrefix("vbscript:") || address.hasPrefix("data:text")
      {
        return "\(name) is active"
      }
    }
    return nil
  }

  private struct Tag {
    var name = ""
    var attributes: [(name: String, value: String)] = []
    var isEnd = false
    /// `<name/>`
    var isAlone = false
  }

  /// Goes from tag to tag; of what is no tag it makes one without a name.
  private struct Reader {
    let bytes: [UInt8]
    var place = 0
    /// Up to whose end nothing is a tag.
    private var raw: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func matches(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private mutating func skip(past text: String) {
      let end = Array(text.utf8)
      while place < bytes.count, !bytes[place...].starts(with: end) { place += 1 }
      place = min(place + end.count, bytes.count)
    }

    private mutating func word(while belongs: (UInt8) -> Bool) -> String {
      let start = place
      while place < bytes.count, belongs(bytes[place]) { place += 1 }
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    mutating func next() -> Tag? {
      if let name = raw {
        raw = nil
        skip(past: "</\(name)")
        place -= name.utf8.count + 2
      }
      while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
      guard place < bytes.count else { return nil }
      if matches("<!--") {
        skip(past: "-->")
        return next()
      }
      if matches("<!") || matches("<?") {
        skip(past: ">")
        return next()
      }
      place += 1
      var tag = Tag()
      if place < bytes.count, bytes[place] == UInt8(ascii: "/") { (tag.isEnd, place) = (true, place + 1) }
      let ends: Set<UInt8> = [0x20, 0x0A, 0x3E, 0x2F, 0x3D, 0x22, 0x3C]
      tag.name = word { !ends.contains($0) }
      while place < bytes.count, bytes[place] != UInt8(ascii: ">") {
        switch bytes[place] {
        case 0x20, 0x0A: place += 1
        case UInt8(ascii: "/"): (tag.isAlone, place) = (true, place + 1)
        default:
          let name = word { !ends.contains($0) }
          var value = ""
          if place < bytes.count, bytes[place] == UInt8(ascii: "=") {
            place += 1
            if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
              place += 1
              value = word { $0 != 0x22 }
              place += 1
            } else {
              tag.attributes.append(("", ""))
              place += 1
            }
          } else if name.isEmpty {
            tag.attributes.append(("", ""))
            place += 1
          }
          tag.attributes.append((name.isEmpty ? "" : name, value))
        }
      }
      place = min(place + 1, bytes.count)
      if !tag.isEnd, ["style", "script"].contains(tag.name) { raw = tag.name }
      return tag
    }
  }
}
