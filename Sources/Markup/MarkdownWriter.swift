import CMarkdown

/// Writes HTML as the parser tells of blocks, spans and text.
final class MarkdownWriter {
  private let formulas: FormulaSpans
  private let surroundings: Markdown.Surroundings
  private(set) var anchors: Anchors
  private(set) var markup = ""
  private(set) var headings: [Markdown.Heading] = []
  private(set) var warnings: [String] = []

  /// What was written before the heading that is being read.
  private var beforeHeading = ""
  /// The words of the heading.
  private var headingText = ""
  private var headingHasLink = false
  /// Source of the block of code that is being read.
  private var code: String?
  /// Whether each of the links around the place is one on the page too.
  private var links: [Bool] = []
  /// Words instead of the picture, for those who cannot see it.
  private var alternative = ""
  private var pictureDepth = 0

  init(formulas: FormulaSpans, anchors: Anchors, surroundings: Markdown.Surroundings) {
    self.formulas = formulas
    self.anchors = anchors
    self.surroundings = surroundings
  }

  /// The writer that a call from C is for.
  static func of(_ pointer: UnsafeMutableRawPointer?) -> MarkdownWriter {
    Unmanaged.fromOpaque(pointer!).takeUnretainedValue()
  }

  // MARK: Blocks

  func enter(block type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    switch type {
    case MD_BLOCK_QUOTE: markup += "<blockquote>\n"
    case MD_BLOCK_UL: markup += "<ul>\n"
    case MD_BLOCK_OL:
      let start = detail?.load(as: MD_BLOCK_OL_DETAIL.self).start ?? 1
      markup += start == 1 ? "<ol>\n" : "<ol start=\"\(start)\">\n"
    case MD_BLOCK_LI:
      markup += "<li>"
      if let item = detail?.load(as: MD_BLOCK_LI_DETAIL.self), item.is_task != 0 {
        markup += item.task_mark == CChar(UInt8(ascii: " ")) ? "☐ " : "☑ "
      }
    case MD_BLOCK_HR: markup += "<hr>\n"
    case MD_BLOCK_H:
      beforeHeading = markup
      markup = ""
      headingText = ""
      headingHasLink = false
    case MD_BLOCK_CODE: code = ""
    case MD_BLOCK_P: markup += "<p>"
    case MD_BLOCK_TABLE: markup += "<div class=\"wide\"><table>\n"
    case MD_BLOCK_THEAD: markup += "<thead>\n"
    case MD_BLOCK_TBODY: markup += "<tbody>\n"
    case MD_BLOCK_TR: markup += "<tr>"
    case MD_BLOCK_TH: markup += "<th\(alignment(detail))>"
    case MD_BLOCK_TD: markup += "<td\(alignment(detail))>"
    default: break
    }
    return 0
  }

  func leave(block type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    switch type {
    case MD_BLOCK_QUOTE: markup += "</blockquote>\n"
    case MD_BLOCK_UL: markup += "</ul>\n"
    case MD_BLOCK_OL: markup += "</ol>\n"
    case MD_BLOCK_LI: markup += "</li>\n"
    case MD_BLOCK_H: leaveHeading(Int(detail?.load(as: MD_BLOCK_H_DETAIL.self).level ?? 1))
    case MD_BLOCK_CODE:
      let language = (detail?.load(as: MD_BLOCK_CODE_DETAIL.self).lang).map(text) ?? ""
      let source = code ?? ""
      code = nil
      markup += "<pre><code>\(surroundings.code(source, language) ?? escaped(source))</code></pre>\n"
    case MD_BLOCK_P: markup += "</p>\n"
    case MD_BLOCK_TABLE: markup += "</table></div>\n"
    case MD_BLOCK_THEAD: markup += "</thead>\n"
    case MD_BLOCK_TBODY: markup += "</tbody>\n"
    case MD_BLOCK_TR: markup += "</tr>\n"
    case MD_BLOCK_TH: markup += "</th>"
    case MD_BLOCK_TD: markup += "</td>"
    default: break
    }
    return 0
  }

  private func leaveHeading(_ level: Int) {
    let anchor = anchors.anchor(of: headingText)
    let content = markup
    markup = beforeHeading + "<h\(level) id=\"\(escaped(anchor))\">\(content)</h\(level)>\n"
    headings.append(
      Markdown.Heading(
        level: level, anchor: anchor, text: headingText,
        markup: headingHasLink ? escaped(headingText) : content))
  }

  private func alignment(_ detail: UnsafeMutableRawPointer?) -> String {
    switch detail?.load(as: MD_BLOCK_TD_DETAIL.self).align {
    case MD_ALIGN_LEFT: " style=\"text-align:left\""
    case MD_ALIGN_CENTER: " style=\"text-align:center\""
    case MD_ALIGN_RIGHT: " style=\"text-align:right\""
    default: ""
    }
  }

  // MARK: Spans

  private static let tags: [MD_SPANTYPE.RawValue: String] = [
    MD_SPAN_EM.rawValue: "em", MD_SPAN_STRONG.rawValue: "strong", MD_SPAN_CODE.rawValue: "code",
    MD_SPAN_DEL.rawValue: "del",
  ]

  func enter(span type: MD_SPANTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    if type == MD_SPAN_IMG {
      if pictureDepth == 0 { alternative = "" }
      pictureDepth += 1
    } else if pictureDepth > 0 {
      return 0
    } else if type == MD_SPAN_A, let link = detail?.load(as: MD_SPAN_A_DETAIL.self) {
      headingHasLink = true
      let address = linkAddress(text(link.href))
      links.append(address != nil)
      if let address { markup += "<a href=\"\(escaped(address))\"\(title(link.title))>" }
    } else if let tag = Self.tags[type.rawValue] {
      markup += "<\(tag)>"
    }
    return 0
  }

  func leave(span type: MD_SPANTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    if type == MD_SPAN_IMG, let picture = detail?.load(as: MD_SPAN_IMG_DETAIL.self) {
      pictureDepth -= 1
      if pictureDepth == 0 { show(text(picture.src), title: title(picture.title)) }
    } else if pictureDepth > 0 {
      return 0
    } else if type == MD_SPAN_A {
      if links.popLast() == true { markup += "</a>" }
    } else if let tag = Self.tags[type.rawValue] {
      markup += "</\(tag)>"
    }
    return 0
  }

  private func title(_ attribute: MD_ATTRIBUTE) -> String {
    let title = text(attribute)
    return title.isEmpty ? "" : " title=\"\(escaped(title))\""
  }

  /// A picture is on the page with all its data, or not at all.
  private func show(_ address: String, title: String) {
    if let data = surroundings.picture(address) {
      markup += "<img src=\"\(escaped(data))\" alt=\"\(escaped(alternative))\"\(title)>"
      return
    }
    let words = escaped(alternative.isEmpty ? address : alternative)
    warnings.append("the picture \(address) is not on the page")
    if isRemote(address), links.isEmpty, let link = linkAddress(address) {
      markup += "<a href=\"\(escaped(link))\">\(words)</a>"
    } else {
      markup += "<em>\(words)</em>"
    }
  }

  // MARK: Text

  func text(_ type: MD_TEXTTYPE, _ start: UnsafePointer<MD_CHAR>?, _ size: MD_SIZE) -> Int32 {
    let text = start.map { string($0, Int(size)) } ?? ""
    switch type {
    case MD_TEXT_BR: append("<br>\n", plain: " ")
    case MD_TEXT_SOFTBR: append("\n", plain: " ")
    case MD_TEXT_NULLCHAR: append("\u{FFFD}", plain: "\u{FFFD}")
    case MD_TEXT_ENTITY:
      let character = character(ofEntity: text)
      append(escaped(character), plain: character)
    case MD_TEXT_CODE:
      let source = withSources(text)
      if code != nil { code! += source } else { append(escaped(source), plain: source) }
    default: words(text)
    }
    return 0
  }

  private func append(_ html: String, plain: String) {
    if pictureDepth > 0 {
      alternative += plain
    } else {
      markup += html
      headingText += plain
    }
  }

  /// Text with formulas among it.
  private func words(_ text: String) {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard let span = formulas.span(scalar) else {
        plain.append(scalar)
        continue
      }
      append(escaped(String(plain)), plain: String(plain))
      plain.removeAll()
      let formula = Formula(span.latex, isDisplayed: span.isDisplayed)
      warnings += formula.warnings
      let markup = span.isDisplayed ? "<span class=\"formula\">\(formula.markup)</span>" : formula.markup
      append(markup, plain: span.latex)
    }
    append(escaped(String(plain)), plain: String(plain))
  }

  /// What was no formula after all, as it was written.
  private func withSources(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { formulas.span($0) != nil }) else { return text }
    return text.unicodeScalars.map { formulas.span($0)?.source ?? String($0) }.joined()
  }

  /// The text of an attribute, its entities read.
  private func text(_ attribute: MD_ATTRIBUTE) -> String {
    guard let start = attribute.text, let types = attribute.substr_types,
      let offsets = attribute.substr_offsets
    else { return "" }
    var result = ""
    var index = 0
    while offsets[index] < attribute.size {
      let (from, to) = (Int(offsets[index]), Int(offsets[index + 1]))
      let piece = string(start + from, to - from)
      result += types[index] == MD_TEXT_ENTITY ? character(ofEntity: piece) : withSources(piece)
      index += 1
    }
    return result
  }

  private func string(_ start: UnsafePointer<MD_CHAR>, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
