// Of what would be drawn over itself a part is enough: it looks the same, and a figure of millions of values has the
// size of one of thousands.

/// Cells of a rectangle, each taken once.
struct CellGrid {
  private let box: Rectangle
  private let size: Double
  private let columns: Int
  private let rows: Int
  private var isTaken: [Bool]

  /// Cells of so many pixels over the rectangle and half a pixel around it.
  init(_ box: Rectangle, size: Double) {
    self.box = box
    self.size = size
    columns = Int(clamping: (box.width + 1) / size, to: 0...20_000) + 1
    rows = Int(clamping: (box.height + 1) / size, to: 0...20_000) + 1
    isTaken = [Bool](repeating: false, count: columns * rows)
  }

  /// Whether the point's cell was free; it no longer is. Points outside count for the cell at the edge.
  mutating func take(_ point: Point) -> Bool {
    let column = Int(clamping: (point.x - box.left + 0.5) / size, to: 0...(columns - 1))
    let row = Int(clamping: (point.y - box.top + 0.5) / size, to: 0...(rows - 1))
    let index = row * columns + column
    defer { isTaken[index] = true }
    return !isTaken[index]
  }
}

enum Thinning {
  /// Up to here points stay as they are.
  private static let untouched = 2000
  /// So many markers take 160 kB, of the 250 kB that a figure may have.
  static let mostMarkers = 12_000

  /// One point for each cell that has any, of cells as large as it takes. The points are those in the box.
  static func spread(_ points: [Point], in box: Rectangle, most: Int = mostMarkers) throws -> [Point] {
    guard points.count > min(untouched, most) else { return points }
    var cell = 0.5
    var shown = points
    repeat {
      var grid = CellGrid(box, size: cell)
      var kept: [Point] = []
      try FigureWork.each(shown.count) { index in
        if grid.take(shown[index]) { kept.append(shown[index]) }
      }
      shown = kept
      cell *= 1.5
    } while shown.count > most
    return shown
  }

  /// The places of those vectors that differ from the ones before in where they begin or end.
  static func spread(_ vectors: [(start: Point, end: Point)], most: Int) throws -> [(
    start: Point, end: Point
  )] {
    struct Place: Hashable {
      let start: Cell
      let end: Cell
    }
    var shown = vectors
    var cell = 1.0
    while shown.count > most {
      var taken = Set<Place>()
      var kept: [(start: Point, end: Point)] = []
      try FigureWork.each(shown.count) { index in
        let place = Place(
          start: Cell(shown[index].start, size: cell), end: Cell(shown[index].end, size: cell))
        if taken.insert(place).inserted { kept.append(shown[index]) }
      }
      shown = kept
      cell *= 1.5
    }
    return shown
  }
}

/// Spans of values in columns of one pixel, for what is narrower than that: it would vanish, or be drawn thousands of times.
struct PixelColumns {
  private var spans: [Int: DataRange] = [:]

  mutating func include(_ x: Double, _ heights: Double...) {
    let column = Int(place: x.rounded(.down))
    for height in heights { spans[column, default: DataRange()].include(height) }
  }

  /// The columns from left to right.
  var boxes: [Rectangle] {
    spans.sorted { $0.key < $1.key }.map { column, span in
      Rectangle(left: Double(column), top: span.low, width: 1, height: span.high - span.low)
    }
  }
}
