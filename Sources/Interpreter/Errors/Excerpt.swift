import Syntax

/// Lines of the source with their culprits underlined and a note under each:
///
///       3 │   h = W * x + b
///         │       ─   ─
///         │       │   └ x: 4        made in cell [2]
///         │       └ W: 3×5          made in cell [5]
struct Excerpt {
  /// A part of the source worth underlining.
  struct Mark {
    var span: Span
    /// What it was; `nil` leaves it underlined only.
    var note: String?
    /// Where that came from.
    var origin: String?
    /// The operand's number, which its colour follows.
    var index = 0
  }

  /// Columns of the source that are shown of a long line.
  private static let width = 100
  /// The space between the longest note and where things were made.
  private static let originGap = 8

  let source: Source
  let marks: [Mark]

  var lines: [StyledLine] {
    let numbers = Set(marks.map { source.line(of: $0.span.start) }).sorted()
    let gutter = String(numbers.last ?? 1).count
    var lines: [StyledLine] = []
    var previous: Int?
    for number in numbers {
      if let previous, number > previous + 1 {
        lines.append(StyledLine(String(repeating: " ", count: gutter + 2) + " ⋮", .gutter))
      }
      previous = number
      let inLine = marks.filter { source.line(of: $0.span.start) == number }
      lines += ExcerptLine(source: source, number: number, marks: inLine, gutter: gutter, width: Self.width)
        .lines(originGap: Self.originGap)
    }
    return lines
  }
}

/// One line of an excerpt. Columns are those of a terminal: none for a combining mark, two for a wide character.
private struct ExcerptLine {
  struct Placed {
    var mark: Excerpt.Mark
    /// The part of the span in this line, in scalars of the source.
    var span: Span
    var column: Int
    var width: Int
  }

  let source: Source
  let number: Int
  let gutter: Int
  /// The part of the line that is shown.
  let window: Span
  let isCutBefore: Bool
  let isCutAfter: Bool
  let placed: [Placed]

  init(source: Source, number: Int, marks: [Excerpt.Mark], gutter: Int, width: Int) {
    self.source = source
    self.number = number
    self.gutter = gutter
    let line = source.lineSpan(number)
    let spans = marks.map {
      Span(min($0.span.start, line.end), min(max($0.span.end, $0.span.start), line.end))
    }
    var window = line
    if source.displayWidth(line) > width {
      let first = spans.map(\.start).min() ?? line.start
      let last = spans.map(\.end).max() ?? line.start
      if source.displayWidth(Span(line.start, last)) > width - 2 {
        window.start = max(line.start, first - 20)
      }
      if source.displayWidth(Span(window.start, last)) > width - 2, let lastStart = spans.map(\.start).max() {
        window.start = max(line.start, lastStart - 60)
      }
      window.end = window.start
      while window.end < line.end, source.displayWidth(window) < width { window.end += 1 }
    }
    self.window = window
    isCutBefore = window.start > line.start
    isCutAfter = window.end < line.end
    let indent = isCutBefore ? 2 : 0
    var placed: [Placed] = []
    for (mark, span) in zip(marks, spans) {
      guard span.start <= window.end, span.end >= window.start else { continue }
      let start = max(span.start, window.start)
      let end = min(max(span.end, start), window.end)
      let column = indent + source.displayWidth(Span(window.start, start))
      placed.append(
        Placed(
          mark: mark, span: Span(start, end), column: column,
          width: max(1, source.displayWidth(Span(start, end)))))
    }
    placed.sort { $0.column < $1.column }
    // Of two marks that begin together the first stays.
    var distinct: [Placed] = []
    for mark in placed where distinct.last.map({ $0.column + $0.width <= mark.column }) ?? true {
      distinct.append(mark)
    }
    self.placed = distinct
  }

  func lines(originGap: Int) -> [StyledLine] {
    var lines = [sourceLine, underlines]
    let noted = placed.filter { $0.mark.note != nil }
    let originColumn =
      noted.map { $0.column + 2 + terminalWidth($0.mark.note!) }.max().map { $0 + originGap } ?? 0
    for index in noted.indices.reversed() {
      var line = rule
      var column = 0
      for other in noted[..<index] {
        line.append(String(repeating: " ", count: other.column - column))
        line.append("│", .operand(other.mark.index, isUnderlined: false))
        column = other.column + 1
      }
      let mark = noted[index]
      line.append(String(repeating: " ", count: mark.column - column))
      line.append("└ " + mark.mark.note!, .operand(mark.mark.index, isUnderlined: false))
      if let origin = mark.mark.origin {
        let end = mark.column + 2 + terminalWidth(mark.mark.note!)
        line.append(String(repeating: " ", count: originColumn - end) + "made in " + origin)
      }
      lines.append(line)
    }
    return lines
  }

  private var rule: StyledLine {
    StyledLine(String(repeating: " ", count: gutter + 2) + " │ ", .gutter)
  }

  private var sourceLine: StyledLine {
    let label = String(number)
    var line = StyledLine(
      "  " + String(repeating: " ", count: gutter - label.count) + label + " │ ", .gutter)
    // Where a character takes two columns, fonts disagree on the place of the underline; the colour does not.
    let isUnderlined = source.displayWidth(window) != window.end - window.start
    if isCutBefore { line.append("… ") }
    var position = window.start
    for mark in placed {
      line.append(shown(Span(position, mark.span.start)))
      line.append(shown(mark.span), .operand(mark.mark.index, isUnderlined: isUnderlined))
      position = mark.span.end
    }
    line.append(shown(Span(position, window.end)))
    if isCutAfter { line.append(" …") }
    return line
  }

  private var underlines: StyledLine {
    var line = rule
    var column = 0
    for mark in placed {
      line.append(String(repeating: " ", count: mark.column - column))
      line.append(String(repeating: "─", count: mark.width), .operand(mark.mark.index, isUnderlined: false))
      column = mark.column + mark.width
    }
    return line
  }

  /// The text of a span with tabs and control characters as one space each, so that columns stay.
  private func shown(_ span: Span) -> String {
    guard span.start < span.end else { return "" }
    var text = String.UnicodeScalarView()
    for scalar in source.text(span).unicodeScalars {
      text.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
    }
    return String(text)
  }
}

/// The columns of a text in a terminal.
private func terminalWidth(_ text: String) -> Int {
  let source = Source(text, name: "")
  return source.displayWidth(Span(0, source.scalars.count))
}
