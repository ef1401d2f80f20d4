// A matrix as coloured cells: rectangles with their numbers where there is room, else a picture.

/// A matrix, row by row; row 1 stands at the top.
struct CellMatrix: Sendable {
  let rows: Int
  let columns: Int
  let values: [Double]

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

  /// The means of blocks, where there are more cells than a picture needs.
  func reduced(to most: Int) -> CellMatrix {
    let step = (max(rows, columns) + most - 1) / most
    if step <= 1 { return self }
    let height = (rows + step - 1) / step
    let width = (columns + step - 1) / step
    var means: [Double] = []
    means.reserveCapacity(height * width)
    for row in 0..<height {
      for column in 0..<width {
        var sum = 0.0
        var count = 0.0
        for i in (row * step)..<min((row + 1) * step, rows) {
          for j in (column * step)..<min((column + 1) * step, columns) {
            sum += self[i, j]
            count += 1
          }
        }
        means.append(sum / count)
      }
    }
    return CellMatrix(rows: height, columns: width, values: means)
  }

  /// The greatest value and its place, counted from 1.
  var greatest: (value: Double, row: Int, column: Int)? {
    let finite = values.enumerated().filter { $0.element.isFinite }
    guard let best = finite.max(by: { $0.element < $1.element }) else { return nil }
    return (best.element, best.offset / columns + 1, best.offset % columns + 1)
  }
}

/// Cells around the whole numbers of both axes.
struct MatrixLayer: Layer {
  let matrix: CellMatrix
  let colors: ColorScale
  var opacity = 1.0
  var label: String?
  var names = TickNames()
  var showsBar = true
  /// Whether each cell holds its number; nil where there is room.
  var showsNumbers: Bool?
  /// Whether what is not a number is only a gap between pictures.
  var hasGaps = false
  /// Whether cells are pixels: never rectangles, never with numbers.
  var isPicture = false
  /// What the sentence calls it.
  var kind = "Heatmap"

  /// Up to here cells are rectangles, whose edges stay sharp at any size.
  private static let mostRectangles = 12
  private static let mostPixels = 400

  private var isSmall: Bool { !isPicture && max(matrix.rows, matrix.columns) <= MatrixLayer.mostRectangles }

  var extent: Extent { .cells(columns: matrix.columns, rows: matrix.rows) }

  var colorBar: ColorBar? { showsBar ? ColorBar(colors: colors, label: label) : nil }

  var tickNames: TickNames {
    func counted(_ count: Int) -> [String]? {
      count <= MatrixLayer.mostRectangles ? (1...count).map { String($0) } : nil
    }
    return TickNames(x: names.x ?? counted(matrix.columns), y: names.y ?? counted(matrix.rows))
  }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    guard let first = frame.point(0.5, 0.5),
      let last = frame.point(Double(matrix.columns) + 0.5, Double(matrix.rows) + 0.5)
    else { return }
    let box = Rectangle(left: first.x, top: first.y, width: last.x - first.x, height: last.y - first.y)
    if isSmall {
      drawCells(box, on: &canvas)
    } else {
      let shown = matrix.reduced(to: MatrixLayer.mostPixels)
      let picture = PixelImage(
        indices: shown.values.map(colors.index), width: shown.columns, palette: colors.palette)
      canvas.image(picture, in: box, opacity: opacity)
    }
  }

  private func drawCells(_ box: Rectangle, on canvas: inout Canvas) {
    let width = box.width / Double(matrix.columns)
    let height = box.height / Double(matrix.rows)
    let texts = showsNumbers == false ? nil : texts(width: width, height: height)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns {
        let color = colors.color(matrix[row, column])
        let left = box.left + Double(column) * width
        let top = box.top + Double(row) * height
        canvas.rectangle(
          Rectangle(left: left, top: top, width: width, height: height),
          Style(fill: color.paint, opacity: opacity), isCrisp: true)
        guard let texts else { continue }
        let ink = color.luminance > 0.3 ? Paint("#1f2328", "#1f2328") : Paint("#ffffff", "#ffffff")
        canvas.text(
          texts[row * matrix.columns + column], at: Point(x: left + width / 2, y: top + height / 2 + 4),
          TextStyle(anchor: .middle, paint: ink))
      }
    }
  }

  /// The numbers with as many digits as fit a cell, three at most; nil where two do not.
  private func texts(width: Double, height: Double) -> [String]? {
    for digits in [3, 2] {
      let texts = matrix.values.map { labelText($0, digits: digits) }
      let widest = texts.map { TextWidth.of($0, size: Type.tick) }.max() ?? 0
      if showsNumbers == true || (widest + 2 <= width && Type.tick + 4 <= height) { return texts }
    }
    return nil
  }

  var sentence: String {
    let name = label.map { " of \($0)" } ?? ""
    let size = "\(matrix.rows)×\(matrix.columns)"
    let span = DataRange(matrix.values)
    guard let greatest = matrix.greatest else { return "\(kind)\(name), \(size), without a finite value" }
    let missing = hasGaps ? 0 : matrix.values.count { !$0.isFinite }
    let left = missing > 0 ? ", \(missing) not finite (grey)" : ""
    return "\(kind)\(name), \(size), from \(rangeText(span.low, span.high)), greatest at row \(greatest.row),"
      + " column \(greatest.column)\(left)"
  }
}
