import CMarkdown

/// A Markdown text as HTML: CommonMark with tables, and formulas as Jupyter knows them. Of HTML in it what is safe
/// stays.
public struct Markdown: Sendable {
  public struct Heading: Equatable, Sendable {
    public var level: Int
    public var anchor: String
    /// What it says, without marks.
    public var text: String
    /// The same as HTML that may stand in a link.
    public var markup: String
  }

  /// What the text alone does not say.
  public struct Surroundings {
    /// A picture's data, from its address: `data:…`, or `nil` where there is none.
    public var picture: (String) -> String?
    /// A block of code in a language, as HTML; `nil` for one in another.
    public var code: (_ source: String, _ language: String) -> String?

    public init(
      picture: @escaping (String) -> String? = { _ in nil },
      code: @escaping (String, String) -> String? = { _, _ in nil }
    ) {
      self.picture = picture
      self.code = code
    }
  }

  public private(set) var markup: String
  public private(set) var headings: [Heading]
  /// What could not be shown, in words.
  public private(set) var warnings: [String]

  public init(_ source: String, anchors: inout Anchors, surroundings: Surroundings = Surroundings()) {
    let formulas = FormulaSpans(source)
    let writer = MarkdownWriter(formulas: formulas, surroundings: surroundings)
    // Lent, not copied: a page is made of many texts.
    swap(&writer.anchors, &anchors)
    var parser = MD_PARSER()
    parser.flags = UInt32(
      MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS)
    parser.enter_block = { type, detail, writer in MarkdownWriter.of(writer).enter(block: type, detail) }
    parser.leave_block = { type, detail, writer in MarkdownWriter.of(writer).leave(block: type, detail) }
    parser.enter_span = { type, detail, writer in MarkdownWriter.of(writer).enter(span: type, detail) }
    parser.leave_span = { type, detail, writer in MarkdownWriter.of(writer).leave(span: type, detail) }
    parser.text = { type, text, size, writer in MarkdownWriter.of(writer).text(type, text, size) }
    var text = formulas.text
    let status = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        md_parse($0.baseAddress, MD_SIZE($0.count), &parser, Unmanaged.passUnretained(writer).toOpaque())
      }
    }
    swap(&writer.anchors, &anchors)
    headings = writer.headings
    warnings = writer.warnings
    markup = writer.markup
    if status != 0 {
      // Out of memory; the words at least are kept.
      markup = "<pre>\(escaped(source))</pre>"
      warnings.append("the text cannot be read as Markdown")
    }
  }
}
