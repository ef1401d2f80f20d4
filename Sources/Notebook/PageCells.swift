import JSON
import Markup

/// The cells of a notebook as HTML, one after the other; remembers their headings and what could not be shown.
struct PageCells {
  private(set) var headings: [Markdown.Heading] = []
  /// What could not be shown, with its place.
  private(set) var warnings: [String] = []
  private var anchors = Anchors()
  private let file: (String) -> [UInt8]?

  /// `file` reads a file beside the notebook.
  init(file: @escaping (String) -> [UInt8]?) { self.file = file }

  /// Where each cell stands, in words: its number, or that of the code beside it.
  static func places(of cells: [Cell]) -> [String] {
    // The number of the first cell from each on that has one.
    var next: Int?
    let following = Array(
      cells.reversed().map { cell in
        next = cell.executionCount ?? next
        return next
      }.reversed())
    var last: Int?
    return zip(cells, following).map { cell, next in
      if cell.isCode { last = cell.executionCount ?? last }
      return next.map { "text before cell [\($0)]" } ?? last.map { "text after cell [\($0)]" } ?? "text"
    }
  }

  /// A text, or a part of one: `source` of the cell.
  mutating func text(_ source: String, of cell: Cell, place: String) -> String {
    let file = file
    let surroundings = Markdown.Surroundings(
      picture: { pictureData(at: $0, of: cell, file: file) },
      code: { ["julia", "nabla"].contains($1.lowercased()) ? colouredMarkup($0) : nil })
    let text = Markdown(source, anchors: &anchors, surroundings: surroundings)
    headings += text.headings
    warnings += text.warnings.map { "\(place): \($0)" }
    return "<div class=\"text\">\n\(text.markup)</div>\n"
  }

  /// Code with what it put out; nothing of an empty cell.
  func code(_ cell: Cell) -> String { code(cell, outputs: PageOutput.markup(cell.outputs)) }

  /// Code with some of what it put out.
  func code(_ cell: Cell, outputs: String) -> String {
    guard !cell.source.allSatisfy(\.isWhitespace) else { return "" }
    let number = cell.executionCount.map { "<span class=\"count\">[\($0)]</span>" } ?? ""
    let source =
      "<div class=\"source\">\(number)<pre><code>\(colouredMarkup(cell.source))</code></pre></div>\n"
    if let summary = cell.foldedWhole {
      return "<div class=\"cell\">\(folded(summary, source + outputs))</div>\n"
    }
    return "<div class=\"cell\">\(cell.isSourceHidden ? folded("Code", source) : source)"
      + (cell.areOutputsHidden && !outputs.isEmpty ? folded("Output", outputs) : outputs) + "</div>\n"
  }

  private func folded(_ summary: String, _ content: String) -> String {
    "<details><summary>\(summary)</summary>\n\(content)</details>\n"
  }
}

extension Cell {
  /// Assertions that what was said holds: they are for who doubts it.
  var isProof: Bool { isCode && tags.contains("proof") }

  /// What a cell is called that is seen only when a reader opens it, outputs and all; `nil` for others.
  var foldedWhole: String? {
    // What a solution puts out would tell it.
    tags.contains("solution") ? "Solution" : isProof ? "Proof" : nil
  }
}
