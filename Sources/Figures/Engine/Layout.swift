// Panels on the page. Texts are measured, margins set from them, frames cut from what is left; then once
// more, since ticks depend on the size of the frame. In a grid the frames of a row or a column align.

/// Something with a height of its own above or below panels: a title, a table.
protocol Note: Sendable {
  func height(width: Double) -> Double
  func draw(in box: Rectangle, on canvas: inout Canvas) throws
  /// The note with room for what these hold, which are seen in its place one after the other: its columns stand still.
  func steadied(among others: [any Note]) -> any Note
  /// What it adds to the sentence of the figure.
  var sentence: String { get }
}

extension Note {
  func steadied(among others: [any Note]) -> any Note { self }
}

/// A figure being laid out.
struct Layout: Sendable {
  enum Content: Sendable {
    case panel(Panel)
    case grid([[Layout]], columnWeights: [Double], rowWeights: [Double])
  }

  var content: Content
  var header: (any Note)?
  var footer: (any Note)?
  var margins = Margins()
  var box = Rectangle(left: 0, top: 0, width: 400, height: 300)
  /// How far left of the frame a panel's own texts begin, where a column sets it.
  var inset: Double?
  /// What a panel and all around its frame may take of the width.
  private var room = Double.infinity
  /// The labels of lines that stand within the frame of a panel, as its margins have them.
  private var inside: Set<Int> = []
  var headerHeight = 0.0
  var footerHeight = 0.0

  init(_ figure: Figure) {
    header = figure.header
    footer = figure.footer
    switch figure.content {
    case .panel(let panel): content = .panel(panel)
    case .grid(let grid):
      content = .grid(
        grid.rows.map { $0.map(Layout.init) }, columnWeights: grid.columnWeights,
        rowWeights: grid.rowWeights)
    }
  }

  /// Fits everything into the page.
  mutating func settle(in page: Size) throws {
    assign(room: page.width)
    for _ in 0..<3 {
      try measure()
      place(inner(of: page))
    }
  }

  /// The height at which the frame of a single panel has the ratio of height to width.
  mutating func height(width: Double, ratio: Double) throws -> Double {
    try settle(in: Size(width: width, height: width))
    return ((width - margins.left - margins.right) * ratio + margins.top + margins.bottom).rounded()
  }

  /// The axes of all panels, in their order.
  var frames: [Frame] {
    switch content {
    case .panel(let panel): [panel.frame(panel.fitted(box))]
    case .grid(let rows, _, _): rows.joined().flatMap(\.frames)
    }
  }

  func inner(of page: Size) -> Rectangle {
    Rectangle(
      left: margins.left.rounded(.up), top: margins.top.rounded(.up),
      width: max(20, (page.width - margins.left - margins.right).rounded(.down)),
      height: max(20, (page.height - margins.top - margins.bottom).rounded(.down)))
  }

  /// Cuts the width of the page among the columns by their weights, whatever they will need.
  mutating func assign(room: Double) {
    self.room = room
    guard case .grid(var rows, let columnWeights, let rowWeights) = content else { return }
    let total = columnWeights.reduce(0, +)
    for i in rows.indices {
      for j in rows[i].indices { rows[i][j].assign(room: room * columnWeights[j] / total) }
    }
    content = .grid(rows, columnWeights: columnWeights, rowWeights: rowWeights)
  }

  mutating func measure() throws {
    switch content {
    case .panel(let panel):
      let drawing = try PanelDrawing(panel, box: box, inset: inset, room: room)
      margins = drawing.margins
      inside = drawing.insideLabels
    case .grid(var rows, let columnWeights, let rowWeights):
      for i in rows.indices {
        for j in rows[i].indices { try rows[i][j].measure() }
      }
      content = .grid(rows, columnWeights: columnWeights, rowWeights: rowWeights)
      let (columns, lines) = tracks(rows)
      margins = Margins(
        left: columns.first?.left ?? 0, right: columns.last?.right ?? 0, top: lines.first?.top ?? 0,
        bottom: lines.last?.bottom ?? 0)
    }
    let width = box.width + margins.left + margins.right
    headerHeight = header?.height(width: width) ?? 0
    footerHeight = footer?.height(width: width) ?? 0
    margins.top += headerHeight
    margins.bottom += footerHeight
  }

  /// The greatest margins of each column and of each row.
  func tracks(_ rows: [[Layout]]) -> (columns: [Margins], rows: [Margins]) {
    var columns = [Margins](repeating: Margins(), count: rows.map(\.count).max() ?? 0)
    var lines = [Margins](repeating: Margins(), count: rows.count)
    for (i, row) in rows.enumerated() {
      for (j, cell) in row.enumerated() {
        columns[j].cover(cell.margins)
        lines[i].cover(cell.margins)
      }
    }
    return (columns, lines)
  }

  mutating func place(_ inner: Rectangle) {
    box = inner
    guard case .grid(var rows, let columnWeights, let rowWeights) = content else { return }
    let (columns, lines) = tracks(rows)
    let gap = 6.0
    let horizontal = Layout.share(
      inner.width, weights: columnWeights,
      gutters: zip(columns, columns.dropFirst()).map { $0.right + $1.left + gap })
    let vertical = Layout.share(
      inner.height, weights: rowWeights,
      gutters: zip(lines, lines.dropFirst()).map { $0.bottom + $1.top + gap })
    for i in rows.indices {
      for j in rows[i].indices {
        rows[i][j].inset = columns[j].left - 12
        rows[i][j].place(
          Rectangle(
            left: inner.left + horizontal[j].start, top: inner.top + vertical[i].start,
            width: horizontal[j].length, height: vertical[i].length))
      }
    }
    content = .grid(rows, columnWeights: columnWeights, rowWeights: rowWeights)
  }

  /// Cuts a length into tracks by weight with gutters between them.
  private static func share(
    _ length: Double, weights: [Double], gutters: [Double]
  ) -> [(start: Double, length: Double)] {
    let free = max(20, length - gutters.reduce(0, +))
    let total = weights.reduce(0, +)
    var start = 0.0
    var tracks: [(start: Double, length: Double)] = []
    for (index, weight) in weights.enumerated() {
      let own = max(20, (free * weight / total).rounded(.down))
      tracks.append((start, own))
      start += own + (index < gutters.count ? gutters[index].rounded() : 0)
    }
    return tracks
  }

  /// Where what stands above and below the panels is drawn.
  var headerBox: Rectangle {
    Rectangle(
      left: box.left - margins.left, top: box.top - margins.top,
      width: box.width + margins.left + margins.right, height: headerHeight)
  }

  var footerBox: Rectangle {
    Rectangle(
      left: box.left - margins.left, top: box.bottom + margins.bottom - footerHeight,
      width: box.width + margins.left + margins.right, height: footerHeight)
  }

  func draw(on canvas: inout Canvas) throws {
    try header?.draw(in: headerBox, on: &canvas)
    switch content {
    case .panel(let panel):
      try PanelDrawing(panel, box: box, inset: inset, room: room, inside: inside).draw(on: &canvas)
    case .grid(let rows, _, _):
      for row in rows {
        for cell in row { try cell.draw(on: &canvas) }
      }
    }
    try footer?.draw(in: footerBox, on: &canvas)
  }
}

/// A title above a grid.
struct TitleNote: Note {
  let text: String
  var sentence: String { text }

  func height(width: Double) -> Double {
    Double(lines(width).count) * Type.titleLine + 8
  }

  func draw(in box: Rectangle, on canvas: inout Canvas) {
    for (index, line) in lines(box.width).enumerated() {
      canvas.moving {
        $0.text(
          line, at: Point(x: box.left + 12, y: box.top + 24 + Double(index) * Type.titleLine),
          TextStyle(size: Type.title, bold: true))
      }
    }
  }

  private func lines(_ width: Double) -> [String] {
    TextWidth.wrapped(text, size: Type.title, limit: width - 24, bold: true, most: Type.mostTitleLines)
  }
}
