import Explorables
import Markup

/// A notebook as a page that presents: a view at a time, by keys, by touch or by its buttons. It needs neither Jupyter
/// nor a network; where scripts are off, and on paper, the views stand one after the other.
public struct SlidePage: Sendable {
  public let markup: String
  /// What could not be shown, with its place.
  public let warnings: [String]

  /// `name` is the page's title if the notebook has no heading; `file` reads a file beside the notebook.
  public init(_ document: Document, name: String, file: (String) -> [UInt8]?) {
    (markup, warnings) = withoutActuallyEscaping(file) { file in
      var deck = SlideDeck(PageCells(file: file))
      deck.add(document.cells)
      let title = deck.cells.headings.first { $0.level == 1 }?.text ?? name
      let frame = PageFrame(
        title: title, generator: generator, styles: [PackageResources.Page_css, PackageResources.Slides_css],
        scripts: [PackageResources.Slides_js])
      let views = deck.views.enumerated().map { $1.markup(number: $0 + 1, of: deck.views.count) }.joined()
      return (frame.markup(around: "<main>\n\(views)</main>\n\(Self.controls)"), deck.cells.warnings)
    }
  }

  /// What the script shows once it runs.
  private static let controls = """
    <div id="controls" role="group" aria-label="Slides" hidden>
    <button id="back" type="button" aria-label="Back">‹</button>
    <output id="position" aria-live="polite"></output>
    <button id="on" type="button" aria-label="On">›</button>
    </div>

    """
}

/// How JupyterLab says what a cell is in a presentation.
enum SlideType: String {
  case slide, subslide, fragment, skip, notes
  /// Goes on where the cell before it was.
  case none = "-"
}

/// What is seen at once.
struct SlideView {
  var content = ""
  var notes = ""
  /// Whether there is a figure in it, which takes all the room that is left.
  var hasFigure = false
  /// Whether there is code in it that is a step of its own.
  var hasStep = false
  /// Whether it begins a slide, rather than a step within one.
  var isSlide = true

  var isEmpty: Bool { content.isEmpty && notes.isEmpty }

  func markup(number: Int, of count: Int) -> String {
    let aside =
      notes.isEmpty ? "" : "<aside class=\"notes\" aria-label=\"Notes\">\n\(notes)</aside>\n"
    let classes = ["view"] + (hasFigure ? ["figured"] : []) + (isSlide ? ["begins"] : [])
    return """
      <section class="\(classes.joined(separator: " "))" id="view-\(number)" aria-label="\(number) of \(count)" tabindex="-1">
      <div class="content">
      \(content)</div>
      \(aside)</section>

      """
  }
}

/// Cuts a notebook into views.
struct SlideDeck {
  private(set) var cells: PageCells
  private(set) var views: [SlideView] = []
  private var view = SlideView()

  init(_ cells: PageCells) { self.cells = cells }

  /// By the types that JupyterLab sets; where no cell has one, by headings and figures.
  mutating func add(_ cells: [Cell]) {
    let isTyped = cells.contains { $0.slideType != nil }
    for (cell, place) in zip(cells, PageCells.places(of: cells)) {
      if isTyped {
        add(cell, as: cell.slideType ?? .none, place)
      } else if cell.isProof {
        // Nobody reads assertions from a screen; who wants them on one gives them a type.
        continue
      } else if cell.isCode {
        addStep(cell)
      } else if cell.isMarkdown {
        addText(cell, place)
      }
    }
    begin(isSlide: true)
  }

  private mutating func begin(isSlide: Bool) {
    if !view.isEmpty { views.append(view) }
    view = SlideView()
    view.isSlide = isSlide
  }

  // MARK: By types

  private mutating func add(_ cell: Cell, as type: SlideType, _ place: String) {
    switch type {
    case .skip: return
    case .slide: begin(isSlide: true)
    case .subslide: begin(isSlide: false)
    case .notes, .fragment, .none: break
    }
    let markup =
      cell.isCode ? cells.code(cell) : cell.isMarkdown ? cells.text(cell.source, of: cell, place: place) : ""
    guard !markup.isEmpty else { return }
    if type == .notes {
      view.notes += markup
      return
    }
    view.content += type == .fragment ? "<div class=\"fragment\">\n\(markup)</div>\n" : markup
    if cell.isCode, cell.outputs.contains(where: PageOutput.isFigure) { view.hasFigure = true }
  }

  // MARK: By headings and figures

  /// A heading of level 1 or 2 begins a slide, wherever in a text it stands.
  private mutating func addText(_ cell: Cell, _ place: String) {
    for part in SlideDeck.parts(of: cell.source) {
      if part.beginsSlide {
        begin(isSlide: true)
      } else if view.hasFigure || view.hasStep {
        begin(isSlide: false)
      }
      view.content += cells.text(part.text, of: cell, place: place)
    }
  }

  /// A figure is a view of its own. A few lines of code stand over it; more stay with the text before them.
  private mutating func addStep(_ cell: Cell) {
    let figures = cell.outputs.indices.filter { PageOutput.isFigure(cell.outputs[$0]) }
    // A folded solution stays whole.
    guard let first = figures.first, cell.foldedWhole == nil, !cell.areOutputsHidden else {
      let markup = cells.code(cell)
      guard !markup.isEmpty else { return }
      if view.hasFigure || view.hasStep { begin(isSlide: false) }
      view.content += markup
      view.hasStep = true
      return
    }
    let isShort = cell.isSourceHidden || cell.source.split(separator: "\n").count <= SlideDeck.fewLines
    // A heading alone goes with what follows it.
    if view.hasFigure || view.hasStep || (isShort && !view.isOnlyHeading) { begin(isSlide: false) }
    view.hasStep = true
    let starts = isShort ? [0] + figures.dropFirst() : [0] + figures
    let ends = starts.dropFirst() + [cell.outputs.count]
    for (place, (start, end)) in zip(starts, ends).enumerated() {
      let outputs = PageOutput.markup(Array(cell.outputs[start..<end]))
      if place == 0 {
        view.content += cells.code(cell, outputs: outputs)
      } else {
        begin(isSlide: false)
        view.content += "<div class=\"cell\">\(outputs)</div>\n"
      }
      view.hasFigure = end > first
    }
  }

  /// Lines of code that leave a figure its room.
  private static let fewLines = 4

  /// A text cut before its headings of level 1 and 2; those within blocks of code are none.
  static func parts(of source: String) -> [(text: String, beginsSlide: Bool)] {
    var parts: [(text: String, beginsSlide: Bool)] = []
    var lines: [Substring] = []
    var begins = false
    var fence: Substring?
    func isBlank(_ lines: [Substring]) -> Bool { lines.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let start = line.drop { $0 == " " }
      if let open = fence {
        if start.hasPrefix(open) { fence = nil }
      } else if start.hasPrefix("```") || start.hasPrefix("~~~") {
        fence = start.prefix(3)
      } else if line.hasPrefix("# ") || line.hasPrefix("## ") {
        if !isBlank(lines) { parts.append((lines.joined(separator: "\n"), begins)) }
        lines = []
        begins = true
      }
      lines.append(line)
    }
    if !isBlank(lines) { parts.append((lines.joined(separator: "\n"), begins)) }
    return parts
  }
}

extension SlideView {
  /// Whether it has nothing yet, or nothing but a heading.
  fileprivate var isOnlyHeading: Bool {
    notes.isEmpty && content.utf8.count < 300 && !content.contains("<p>")
      && !content.contains("class=\"cell\"")
  }
}

extension Cell {
  /// What JupyterLab was told that the cell is in a presentation.
  var slideType: SlideType? { slideName.flatMap(SlideType.init) }
}
