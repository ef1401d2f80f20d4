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
        throw FigureFault.lengths(mark: arguments.mark, x: count, y: channels[index].count)
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
    let bars = ErrorBarLayer(
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

  var seriesCount: Int { marks.seriesCount }

  var extent: Extent {
    var extent = marks.extent
    for value in low + high where value.isFinite { extent.y.include(value) }
    return extent
  }

  func keys(firstSeries: Int) -> [KeyEntry] { marks.keys(firstSeries: firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let paint = marks.style.color ?? SeriesLook(frame.firstSeries).paint
    var path = PathText()
    for index in points.x.indices {
      guard let top = frame.point(points.x[index], high[index]) else { continue }
      let bottom = frame.point(points.x[index], low[index]) ?? Point(x: top.x, y: frame.box.bottom)
      path.polyline([Point(x: top.x - 3.5, y: top.y), Point(x: top.x + 3.5, y: top.y)])
      path.polyline([top, bottom])
      path.polyline([Point(x: bottom.x - 3.5, y: bottom.y), Point(x: bottom.x + 3.5, y: bottom.y)])
    }
    canvas.path(
      path.text, Style(stroke: paint, width: marks.style.width ?? 1.2, opacity: marks.style.opacity))
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) { marks.drawAbove(in: frame, on: &canvas) }

  var sentence: String {
    let widths = zip(low, high).map { $1 - $0 }.filter(\.isFinite)
    let mean = widths.isEmpty ? 0 : widths.reduce(0, +) / Double(widths.count)
    return "\(marks.sentence), bars of \(plainText(mean)) on average"
  }
}
