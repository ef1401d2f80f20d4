import CMarkdown

/// Writes HTML as the parser tells of blocks, spans and text.
final class MarkdownWriter {
  private let formulas: FormulaSpans
  private let surroundings: Markdown.Surroundings
  var anchors = Anchors()
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
  /// HTML of the block that is being read.
  private var html: String?
  /// Elements that blocks of HTML left open: those of the text, then those of each quote and item around the place.
  private var openElements: [[String]] = [[]]
  /// Spans around the place, innermost last: what closes them, and whether it was written as HTML.
  private var spans: [(closing: String, isHTML: Bool)] = []
  /// Words instead of the picture, for those who cannot see it.
  private var alternative = ""
  private var pictureDepth = 0

  init(formulas: FormulaSpans, surroundings: Markdown.Surroundings) {
    self.formulas = formulas
    self.surroundings = surroundings
  }

  /// The writer that a call from C is for.
  static func of(_ pointer: UnsafeMutableRawPointer?) -> MarkdownWriter {
    Unmanaged.fromOpaque(pointer!).takeUnretainedValue()
  }

  // MARK: Blocks

  func enter(block type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    // An item of a list has words without a paragraph, and another list may follow them.
    closeSpans()
    switch type {
    case MD_BLOCK_QUOTE:
      markup += "<blockquote>\n"
      openElements.append([])
    case MD_BLOCK_UL: markup += "<ul>\n"
    case MD_BLOCK_OL:
      let start = detail?.load(as: MD_BLOCK_OL_DETAIL.self).start ?? 1
      markup += start == 1 ? "<ol>\n" : "<ol start=\"\(start)\">\n"
    case MD_BLOCK_LI:
      markup += "<li>"
      openElements.append([])
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
    case MD_BLOCK_HTML: html = ""
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
    closeSpans()
    switch type {
    case MD_BLOCK_DOC: closeElements()
    case MD_BLOCK_QUOTE:
      closeElements()
      markup += "</blockquote>\n"
    case MD_BLOCK_UL: markup += "</ul>\n"
    case MD_BLOCK_OL: markup += "</ol>\n"
    case MD_BLOCK_LI:
      closeElements()
      markup += "</li>\n"
    case MD_BLOCK_H: leaveHeading(Int(detail?.load(as: MD_BLOCK_H_DETAIL.self).level ?? 1))
    case MD_BLOCK_CODE:
      let language = (detail?.load(as: MD_BLOCK_CODE_DETAIL.self).lang).map(text) ?? ""
      let source = code ?? ""
      code = nil
      markup += "<pre><code>\(surroundings.code(source, language) ?? escapedSigns(source))</code></pre>\n"
    case MD_BLOCK_HTML:
      markup += safe.block(html ?? "", &openElements[openElements.count - 1])
      html = nil
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

  /// What HTML left open ends with the block that it stands in.
  private func closeElements() {
    var open = openElements.popLast() ?? []
    let closing = SafeMarkup.closing(&open)
    if !closing.isEmpty { markup += closing + "\n" }
  }

  private func leaveHeading(_ level: Int) {
    let anchor = anchors.anchor(of: headingText)
    let content = markup
    // Not copied: there may be thousands of headings.
    markup = beforeHeading
    beforeHeading = ""
    markup += "<h\(level) id=\"\(escaped(anchor))\">\(content)</h\(level)>\n"
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
      spans.append((address == nil ? "" : "</a>", false))
      if let address { markup += "<a href=\"\(escaped(address))\"\(title(link.title))>" }
    } else if let tag = Self.tags[type.rawValue] {
      spans.append(("</\(tag)>", false))
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
    } else if Self.tags[type.rawValue] != nil || type == MD_SPAN_A {
      // What HTML opened within the span ends with it.
      while let span = spans.popLast() {
        markup += span.closing
        if !span.isHTML { break }
      }
    }
    return 0
  }

  /// What HTML left open ends with its paragraph.
  private func closeSpans() {
    while let span = spans.popLast() { markup += span.closing }
  }

  /// A tag within a line.
  private func tag(_ text: String) {
    var reader = TagReader(text)
    switch reader.next() {
    case .opening(let name, let attributes)?:
      guard SafeMarkup.inlineElements.contains(name), name != "a" || !isInLink,
        let opening = safe.opening(name, attributes)
      else { return }
      if name == "a" { headingHasLink = true }
      markup += opening
      if !SafeMarkup.empty.contains(name) { spans.append(("</\(name)>", true)) }
    case .closing(let name)?:
      guard spans.last?.closing == "</\(name)>", spans.last?.isHTML == true else { return }
      markup += spans.removeLast().closing
    default: return
    }
  }

  private var isInLink: Bool { spans.contains { $0.closing == "</a>" } }

  private var safe: SafeMarkup {
    SafeMarkup(
      text: { self.markup(words: $0) }, value: { self.withSources($0) }, picture: surroundings.picture)
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
    if isRemote(address), !isInLink, let link = linkAddress(address) {
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
      if code != nil { code! += source } else { append(escapedSigns(source), plain: source) }
    case MD_TEXT_HTML:
      if html != nil { html! += text } else if pictureDepth == 0 { tag(text) }
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

  private func words(_ text: String) { append(markup(words: text), plain: withLatex(text)) }

  /// Text with formulas among it.
  private func markup(words: String) -> String {
    var result = ""
    var plain = String.UnicodeScalarView()
    for scalar in words.unicodeScalars {
      guard let span = formulas.span(scalar) else {
        plain.append(scalar)
        continue
      }
      result += escaped(String(plain))
      plain.removeAll()
      // In the words for a picture there is no place for a formula.
      guard pictureDepth == 0 else { continue }
      let formula = Formula(span.latex, isDisplayed: span.isDisplayed)
      warnings += formula.warnings
      result += span.isDisplayed ? "<span class=\"formula\">\(formula.markup)</span>" : formula.markup
    }
    return result + escaped(String(plain))
  }

  /// Formulas in words, without their dollars.
  private func withLatex(_ text: String) -> String {
    text.unicodeScalars.map { formulas.span($0)?.latex ?? String($0) }.joined()
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
