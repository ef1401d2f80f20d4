// errorbars: points with what they may be off by.

extension Marks {
  static let errorBars = MarkRow(
    "errorbars",
    signatures: ["errorbars(x, y, e)", "errorbars(x, y, low, high)"],
    documentation: """
      Points with bars: from y - e to y + e, e a vector or a number, or between the values low and high.

      > errorbars([1, 2], [3, 4], 0.5)
      2 points, x from 1 to 2, y from 3 to 4, bars of 1 on average.

      See also: ribbon, scatter
      """,
    options: [OptionRow("radius", "3", "the radius of a point in pixels")]
  ) { arguments in
    var channels: [[Double]] = []
    for channel in arguments.channels {
      guard case .numbers(let values) = channel else { throw arguments.wrongChannels }
      channels.append(values)
    }
    guard channels.count == 3 || channels.count == 4 else { throw arguments.wrongChannels }
    let count = channels[0].count
    for index in channels.indices.dropFirst() {
      if index > 1, channels[index].count == 1 {
        channels[index] = [Double](repeating: channels[index][0], count: count)
      }
      guard channels[index].count == count else {
        let names = channels.count == 3 ? ["x", "y", "e"] : ["x", "y", "low", "high"]
        throw FigureFault.otherLength(
          mark: arguments.mark, name: names[index], count: channels[index].count, x: count)
      }
    }
    let y = channels[1]
    let low = channels.count == 3 ? zip(y, channels[2]).map { $0 - $1 } : channels[2]
    let high = channels.count == 3 ? zip(y, channels[2]).map { $0 + $1 } : channels[3]
    let points = Line(x: channels[0], y: y)
    guard points.isVisible else { throw FigureFault.emptyData(mark: arguments.mark) }
    let radius = try arguments.number("radius") ?? 3
    guard radius > 0, radius <= 50 else { throw arguments.bad("radius", "a number of pixels from 0 to 50") }
    let style = try arguments.style()
    let bars = try ErrorBarLayer(
      points: points, low: low, high: high, marks: ScatterLayer(points: points, radius: radius, style: style))
    return try arguments.figure([bars])
  }
}

/// Points with vertical bars that end in short strokes.
struct ErrorBarLayer: Layer {
  let points: Line
  let low: [Double]
  let high: [Double]
  let marks: ScatterLayer
  let extent: Extent
  private let meanLength: Double

  init(points: Line, low: [Double], high: [Double], marks: ScatterLayer) throws {
    self.points = points
    self.low = low
    self.high = high
    self.marks = marks
    var extent = marks.extent
    var mean = 0.0
    var count = 0.0
    try FigureWork.each(low.count) { index in
      extent.y.include(low[index])
      extent.y.include(high[index])
      let length = high[index] - low[index]
      guard length.isFinite else { return }
      count += 1
      mean += length / Double(low.count)
    }
    self.extent = extent
    meanLength = count > 0 ? mean / count * Double(low.count) : 0
  }

  var valueCount: Int { 2 * low.count + marks.valueCount }
  var seriesCount: Int { marks.seriesCount }

  /// More bars than this are drawn as one in each pixel column.
  private static let most = 4000

  func keys(firstSeries: Int) -> [KeyEntry] { marks.keys(firstSeries: firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = marks.style.color ?? SeriesLook(frame.firstSeries).paint
    var path = PathText()
    func bar(from top: Point, to bottom: Point) {
      path.polyline([Point(x: top.x - 3.5, y: top.y), Point(x: top.x + 3.5, y: top.y)])
      path.polyline([top, bottom])
      path.polyline([Point(x: bottom.x - 3.5, y: bottom.y), Point(x: bottom.x + 3.5, y: bottom.y)])
    }
    var columns = PixelColumns()
    try FigureWork.each(points.x.count) { index in
      guard let top = frame.point(points.x[index], high[index]) else { return }
      let bottom = frame.point(points.x[index], low[index]) ?? Point(x: top.x, y: frame.box.bottom)
      if points.x.count > ErrorBarLayer.most {
        columns.include(top.x, top.y, bottom.y)
      } else {
        bar(from: top, to: bottom)
      }
    }
    for box in columns.boxes {
      // The strokes at their ends would only cover the bars beside them.
      path.polyline([Point(x: box.left, y: box.top), Point(x: box.left, y: box.bottom)])
    }
    canvas.path(
      path.text, Style(stroke: paint, width: marks.style.width ?? 1.2, opacity: marks.style.opacity))
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws {
    try marks.drawAbove(in: frame, on: &canvas)
  }

  var sentence: String { "\(marks.sentence), bars of \(plainText(meanLength)) on average" }
}
