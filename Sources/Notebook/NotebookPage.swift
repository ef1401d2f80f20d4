import Explorables
import Interpreter
import Markup

/// Who made a page.
let generator = "nabla \(Language.version)"

/// A notebook as one page of HTML that needs neither Jupyter nor a network: texts and formulas, code in its colours,
/// what it put out.
public struct NotebookPage: Sendable {
  public let markup: String
  /// What could not be shown, with its place.
  public let warnings: [String]

  /// `name` is the page's title if the notebook has no heading; `file` reads a file beside the notebook.
  public init(_ document: Document, name: String, file: (String) -> [UInt8]?) {
    (markup, warnings) = withoutActuallyEscaping(file) { file in
      var cells = PageCells(file: file)
      var body = ""
      for (cell, place) in zip(document.cells, PageCells.places(of: document.cells)) {
        if cell.isCode {
          body += cells.code(cell)
        } else if cell.isMarkdown {
          body += cells.text(cell.source, of: cell, place: place)
        }
      }
      let title = cells.headings.first { $0.level == 1 }?.text ?? name
      let frame = PageFrame(title: title, generator: generator, styles: [PackageResources.Page_css])
      return (
        frame.markup(around: "\(Self.contents(cells.headings))<main>\n\(body)</main>\n"), cells.warnings
      )
    }
  }

  /// Links to the sections, if there are several; those below them too where they are few.
  private static func contents(_ headings: [Markdown.Heading]) -> String {
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
}
