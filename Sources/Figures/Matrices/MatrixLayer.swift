// A matrix as coloured cells: rectangles with their numbers where there is room, else a picture.

/// A matrix, row by row; row 1 stands at the top.
struct CellMatrix: Sendable {
  let rows: Int
  let columns: Int
  let values: [Double]

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

  /// The matrix with the order of its rows or columns turned.
  func turned(rows turnsRows: Bool, columns turnsColumns: Bool) -> CellMatrix {
    guard turnsRows || turnsColumns else { return self }
    var turned: [Double] = []
    turned.reserveCapacity(values.count)
    for row in 0..<rows {
      let own = values[
        (turnsRows ? rows - 1 - row : row) * columns..<(turnsRows ? rows - row : row + 1) * columns]
      turned += turnsColumns ? Array(own.reversed()) : Array(own)
    }
    return CellMatrix(rows: rows, columns: columns, values: turned)
  }

  /// As many cells in a row or column as a picture needs: it is seldom wider, and finer ones are too large a file.
  static let mostPixels = 400

  /// The means of blocks, where there are more cells than a picture needs.
  func reduced(to most: Int, of measure: (Double) -> Double = { $0 }) throws -> CellMatrix {
    let step = max(1, (max(rows, columns) + most - 1) / most)
    let height = (rows + step - 1) / step
    let width = (columns + step - 1) / step
    var means: [Double] = []
    means.reserveCapacity(height * width)
    for row in 0..<height {
      try FigureWork.poll()
      for column in 0..<width {
        var sum = 0.0
        var halves = 0.0
        var count = 0.0
        for i in (row * step)..<min((row + 1) * step, rows) {
          for j in (column * step)..<min((column + 1) * step, columns) {
            sum += measure(self[i, j])
            halves += measure(self[i, j]) / 4096
            count += 1
          }
        }
        // The sum of great numbers may be none.
        means.append(sum.isFinite || !halves.isFinite ? sum / count : halves / count * 4096)
      }
    }
    return CellMatrix(rows: height, columns: width, values: means)
  }
}

/// What is said of all the cells.
struct CellSummary: Sendable {
  private(set) var span = DataRange()
  /// How many are not finite.
  private(set) var missing = 0
  /// The place of the greatest value, counted from 1; nil where none is finite.
  private(set) var greatest: (row: Int, column: Int)?

  init(_ matrix: CellMatrix, of measure: (Double) -> Double = { $0 }) throws {
    var place: Int?
    try FigureWork.each(matrix.values.count) { index in
      let value = measure(matrix.values[index])
      guard value.isFinite else {
        missing += 1
        return
      }
      if value > span.high { place = index }
      span.include(value)
    }
    greatest = place.map { ($0 / matrix.columns + 1, $0 % matrix.columns + 1) }
  }
}

/// Cells around the whole numbers of both axes, or around coordinates of their own.
struct MatrixLayer: Layer {
  let matrix: CellMatrix
  let colors: ColorScale
  var opacity = 1.0
  var label: String?
  var names = TickNames()
  /// Where the columns and the rows are, if not at the whole numbers.
  var x: CellCoordinates?
  var y: CellCoordinates?
  var showsBar = true
  /// Whether each cell holds its number; nil where there is room.
  var showsNumbers: Bool?
  /// Whether what is not a number is only a gap between pictures.
  var hasGaps = false
  /// Whether cells are pixels: never rectangles, never with numbers.
  var isPicture = false
  /// What the sentence calls it.
  var kind = "Heatmap"
  private let summary: CellSummary

  init(matrix: CellMatrix, colors: ColorScale) throws {
    self.matrix = matrix
    self.colors = colors
    summary = try CellSummary(matrix)
  }

  var valueCount: Int { matrix.values.count }

  /// Up to here cells are rectangles, whose edges stay sharp at any size.
  private static let mostRectangles = 12

  private var isSmall: Bool { !isPicture && max(matrix.rows, matrix.columns) <= MatrixLayer.mostRectangles }

  var extent: Extent {
    .filling(x?.edges ?? 0.5...(Double(matrix.columns) + 0.5), y?.edges ?? 0.5...(Double(matrix.rows) + 0.5))
  }

  var colorBar: ColorBar? { showsBar ? ColorBar(colors: colors, label: label) : nil }

  var tickNames: TickNames {
    func counted(_ count: Int) -> [String]? {
      count <= MatrixLayer.mostRectangles ? (1...count).map { String($0) } : nil
    }
    return TickNames(
      x: names.x ?? (x == nil ? counted(matrix.columns) : nil),
      y: names.y ?? (y == nil ? counted(matrix.rows) : nil))
  }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    guard let low = extent.fixedX, let up = extent.fixedY,
      let first = frame.point(low.lowerBound, up.lowerBound),
      let last = frame.point(low.upperBound, up.upperBound)
    else { return }
    let box = Rectangle(
      left: first.x, top: min(first.y, last.y), width: last.x - first.x, height: abs(last.y - first.y))
    let matrix = matrix.turned(
      rows: (y?.isFalling == false) == (last.y < first.y) && y != nil, columns: x?.isFalling == true)
    if isSmall {
      drawCells(matrix, box, on: &canvas)
    } else {
      // Two pictures for the two cards are to be no larger a file than one.
      let most = colors.map.followsCard ? CellMatrix.mostPixels * 7 / 10 : CellMatrix.mostPixels
      let shown = try matrix.reduced(to: most)
      var indices: [UInt8] = []
      indices.reserveCapacity(shown.values.count)
      try FigureWork.each(shown.values.count) { indices.append(colors.index(shown.values[$0])) }
      colors.draw(indices, width: shown.columns, in: box, opacity: opacity, on: &canvas)
    }
  }

  private func drawCells(_ matrix: CellMatrix, _ box: Rectangle, on canvas: inout Canvas) {
    let width = box.width / Double(matrix.columns)
    let height = box.height / Double(matrix.rows)
    let texts = showsNumbers == false ? nil : texts(matrix, width: width, height: height)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns {
        let left = box.left + Double(column) * width
        let top = box.top + Double(row) * height
        canvas.rectangle(
          Rectangle(left: left, top: top, width: width, height: height),
          Style(fill: colors.paint(matrix[row, column]), opacity: opacity), isCrisp: true)
        guard let texts else { continue }
        canvas.text(
          texts[row * matrix.columns + column], at: Point(x: left + width / 2, y: top + height / 2 + 4),
          TextStyle(anchor: .middle, paint: colors.ink(matrix[row, column])))
      }
    }
  }

  /// The numbers as long as it takes to tell them apart, as far as they fit a cell, but to a hundredth of what they span;
  /// nil where that does not fit.
  private func texts(_ matrix: CellMatrix, width: Double, height: Double) -> [String]? {
    let telling = tellingTexts(matrix.values)
    func fits(_ texts: [String]) -> Bool {
      let widest = texts.map { TextWidth.of($0, size: Type.tick) }.max() ?? 0
      return widest + 2 <= width && Type.tick + 4 <= height
    }
    if showsNumbers == true || fits(telling) { return telling }
    let (span, reach) = (
      summary.span.high - summary.span.low, max(abs(summary.span.low), abs(summary.span.high))
    )
    // The first digits that all have in common say nothing of how they differ.
    let common = span > 0 && (reach / span).isFinite ? max(0, decade(reach / span)) : 0
    guard common < 12 else { return nil }
    return [3, 2].lazy.map { digits in matrix.values.map { numeral($0, digits: common + digits).text } }
      .first(where: fits)
  }

  var sentence: String {
    let name = label.map { " of \($0)" } ?? ""
    let size = "\(matrix.rows)×\(matrix.columns)"
    guard let greatest = summary.greatest else { return "\(kind)\(name), \(size), without a finite value" }
    let missing = hasGaps ? 0 : summary.missing
    let left = missing > 0 ? ", \(missing) not finite (grey)" : ""
    return "\(kind)\(name), \(size), from \(rangeText(summary.span.low, summary.span.high)),"
      + " greatest at row \(greatest.row), column \(greatest.column)\(left)"
  }
}
