// bars: a bar from zero for each value.

extension Marks {
  static let bars = MarkRow(
    "bars",
    signatures: ["bars(y)", "bars(x, y)"],
    documentation: """
      Bars from zero: y against its index or against x. What is not finite has no bar.

      > bars([3, 1, 2])
      3 bars, from 1 to 3.

      See also: plot
      """,
    options: [OptionRow("names", "the numbers", "a name for each of the bars at 1, 2, …")]
  ) { arguments in
    let bars = try arguments.points()
    var layer = BarLayer(bars: bars, style: try arguments.style())
    layer.tickNames.x = try arguments.names("names", count: bars.y.count)
    return try arguments.figure([layer])
  }
}

/// Bars of equal width, as wide as their least distance allows.
struct BarLayer: Layer {
  let bars: Line
  let style: LayerStyle
  var tickNames = TickNames()

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  private var spacing: Double {
    let sorted = bars.x.filter(\.isFinite).sorted()
    return zip(sorted, sorted.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.min() ?? 1
  }

  var extent: Extent {
    var extent = Extent()
    extent.airX = 0
    let half = spacing * 0.6
    for (x, y) in zip(bars.x, bars.y) where x.isFinite && y.isFinite {
      extent.x.include(x - half)
      extent.x.include(x + half)
      extent.y.include(y)
    }
    extent.y.include(0)
    return extent
  }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    // On a logarithmic axis zero is infinitely far down; the bar starts at the frame.
    let zero = frame.y.position(0) ?? frame.box.bottom
    let half = spacing * 0.4
    var path = PathText()
    func box(_ left: Double, _ right: Double, _ top: Double, _ bottom: Double) {
      path.polyline(
        [
          Point(x: left, y: bottom), Point(x: left, y: top), Point(x: right, y: top),
          Point(x: right, y: bottom),
        ],
        closed: true)
    }
    // Bars thinner than a pixel would vanish; those of one pixel column are drawn as one.
    var columns: [Int: DataRange] = [:]
    for (x, y) in zip(bars.x, bars.y) {
      guard let left = frame.point(x - half, y), let right = frame.point(x + half, y) else { continue }
      if right.x < frame.box.left || left.x > frame.box.right { continue }
      if right.x - left.x >= 1 {
        box(left.x, right.x, left.y, zero)
      } else {
        columns[Int(left.x), default: DataRange([zero])].include(left.y)
      }
    }
    for (column, heights) in columns.sorted(by: { $0.key < $1.key }) {
      box(Double(column), Double(column) + 1, heights.low, heights.high)
    }
    canvas.path(path.text, Style(fill: paint, opacity: style.opacity))
    canvas.line(
      Point(x: frame.box.left, y: zero), Point(x: frame.box.right, y: zero), Style(stroke: .axis))
  }

  var sentence: String {
    let values = DataRange(bars.y)
    return "\(bars.y.count) bars\(style.label.map { " \($0)" } ?? ""),"
      + " from \(rangeText(values.low, values.high))"
  }
}
