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
    let kind = try arguments.axes().xscale ?? .linear
    var layer = try BarLayer(bars: bars, kind: kind, style: try arguments.style())
    layer.tickNames.x = try arguments.names("names", count: bars.y.count)
    return try arguments.figure([layer])
  }
}

/// Bars of equal width on their axis, as wide as their least distance allows.
struct BarLayer: Layer {
  let bars: Line
  let style: LayerStyle
  var tickNames = TickNames()
  let extent: Extent
  private let measure: HistogramBins.Measure
  /// In the measure of the axis.
  private let spacing: Double
  private let heights: DataRange

  init(bars: Line, kind: ScaleKind, style: LayerStyle) throws {
    self.bars = bars
    self.style = style
    let measure = HistogramBins.Measure(kind, try DataRange(all: bars.x))
    self.measure = measure
    let spacing = try BarLayer.spacing(bars.x.map(measure.forward))
    var extent = Extent()
    var heights = DataRange()
    extent.airX = 0
    try FigureWork.each(bars.x.count) { index in
      let (x, y) = (bars.x[index], bars.y[index])
      if y.isFinite { heights.include(y) }
      guard x.isFinite, y.isFinite else { return }
      extent.x.include(x)
      extent.x.include(BarLayer.place(x, aside: -0.6 * spacing, measure))
      extent.x.include(BarLayer.place(x, aside: 0.6 * spacing, measure))
      extent.y.include(y)
    }
    extent.y.include(0)
    self.spacing = spacing
    self.extent = extent
    self.heights = heights
  }

  /// So far to the side of a bar's middle.
  private static func place(_ x: Double, aside: Double, _ measure: HistogramBins.Measure) -> Double {
    Scale.finite(measure.backward(measure.forward(x) + aside))
  }

  private static func spacing(_ x: [Double]) throws -> Double {
    let sorted = try FigureWork.sorted(x)
    var least = Double.infinity
    for (a, b) in zip(sorted, sorted.dropFirst()) where b > a { least = min(least, b - a) }
    guard sorted.first != sorted.last else { return 1 }
    return Scale.finite(least)
  }

  var valueCount: Int { 2 * bars.x.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    let half = spacing * 0.4
    var boxes = BarBoxes(in: frame)
    try FigureWork.each(bars.x.count) { index in
      let x = bars.x[index]
      boxes.include(
        from: BarLayer.place(x, aside: -half, measure), to: BarLayer.place(x, aside: half, measure),
        height: bars.y[index])
    }
    boxes.draw(Style(fill: paint, opacity: style.opacity), on: &canvas)
    canvas.line(
      Point(x: frame.box.left, y: boxes.zero), Point(x: frame.box.right, y: boxes.zero), Style(stroke: .axis))
  }

  var sentence: String {
    "\(bars.y.count) bars\(style.label.map { " \($0)" } ?? ""), from \(rangeText(heights.low, heights.high))"
  }
}
