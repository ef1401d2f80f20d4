import Explorables
import Interpreter
import JSON
import Markup

/// A notebook as one page of HTML that needs neither Jupyter nor a network: texts and formulas, code in its colours,
/// what it put out.
public struct NotebookPage: Sendable {
  public private(set) var markup = ""
  /// What could not be shown, with its place.
  public private(set) var warnings: [String] = []

  private var anchors = Anchors()
  private var headings: [Markdown.Heading] = []
  private var body = ""

  /// `name` is the page's title if the notebook has no heading; `file` reads a file beside the notebook.
  public init(_ document: Document, name: String, file: (String) -> [UInt8]?) {
    var lastNumber: Int?
    // The number of the first cell from each on that has one.
    var next: Int?
    let following = Array(
      document.cells.reversed().map { cell in
        next = cell.executionCount ?? next
        return next
      }.reversed())
    for (cell, next) in zip(document.cells, following) {
      if cell.isCode {
        lastNumber = cell.executionCount ?? lastNumber
        add(code: cell)
      } else if cell.isMarkdown {
        let place =
          next.map { "text before cell [\($0)]" } ?? lastNumber.map { "text after cell [\($0)]" } ?? "text"
        add(text: cell, place: place, file: file)
      }
    }
    let title = headings.first { $0.level == 1 }?.text ?? name
    markup = Self.page(title: title, contents: contents, body: body)
  }

  // MARK: Cells

  private mutating func add(text cell: Cell, place: String, file: (String) -> [UInt8]?) {
    let source = cell.source
    withoutActuallyEscaping(file) { file in
      let surroundings = Markdown.Surroundings(
        picture: { pictureData(at: $0, of: cell, file: file) },
        code: { ["julia", "nabla"].contains($1.lowercased()) ? colouredMarkup($0) : nil })
      let text = Markdown(source, anchors: &anchors, surroundings: surroundings)
      headings += text.headings
      warnings += text.warnings.map { "\(place): \($0)" }
      body += "<div class=\"text\">\n\(text.markup)</div>\n"
    }
  }

  private mutating func add(code cell: Cell) {
    guard !cell.source.allSatisfy(\.isWhitespace) else { return }
    let number = cell.executionCount.map { "<span class=\"count\">[\($0)]</span>" } ?? ""
    let source =
      "<div class=\"source\">\(number)<pre><code>\(colouredMarkup(cell.source))</code></pre></div>\n"
    let outputs = PageOutput.markup(cell.outputs)
    if cell.tags.contains("solution") {
      // What a solution puts out would tell it.
      body += "<div class=\"cell\">\(folded("Solution", source + outputs))</div>\n"
    } else {
      body += "<div class=\"cell\">\(cell.isSourceHidden ? folded("Code", source) : source)"
      body += (cell.areOutputsHidden && !outputs.isEmpty ? folded("Output", outputs) : outputs) + "</div>\n"
    }
  }

  private func folded(_ summary: String, _ content: String) -> String {
    "<details><summary>\(summary)</summary>\n\(content)</details>\n"
  }

  // MARK: Page

  /// Links to the sections, if there are several; those below them too where they are few.
  private var contents: String {
    let below = headings.count { $0.level == 3 } <= 40 ? 3 : 2
    let listed = headings.filter { (2...below).contains($0.level) }
    guard listed.count > 1 else { return "" }
    let items = listed.map { heading in
      "<li class=\"level\(heading.level)\"><a href=\"#\(escaped(heading.anchor))\">\(heading.markup)</a></li>"
    }
    return """
      <nav aria-label="Contents"><details open><summary>Contents</summary>
      <ul>
      \(items.joined(separator: "\n"))
      </ul>
      </details></nav>

      """
  }

  /// Neither scripts nor anything from elsewhere can take part, even if a text should try; but for the one that moves
  /// explorables, where there are some.
  private static let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

  private static func page(title: String, contents: String, body: String) -> String {
    let moves = body.contains("<div class=\"nabla-explore\">")
    let policy = moves ? Explorable.policy : policy
    let script = moves ? "<script>\(Explorable.script)</script>\n" : ""
    return """
      <!DOCTYPE html>
      <html>
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="nabla \(Language.version)">
      <title>\(escaped(title))</title>
      <link rel="icon" href="data:,">
      <style>
      \(String(decoding: PackageResources.Page_css, as: UTF8.self))</style>
      </head>
      <body>
      \(contents)<main>
      \(body)</main>
      \(script)</body>
      </html>

      """
  }
}
