// ribbon: the band between two curves.

extension Marks {
  static let ribbon = MarkRow(
    "ribbon",
    signatures: ["ribbon(low, high)", "ribbon(x, low, high)"],
    documentation: """
      The band from low to high against the index or x, say of a mean plus and minus its deviation.

      > ribbon([0, 1, 2], [0, 1, 2], [1, 3, 5])
      Band over x from 0 to 2, between 0 and 5.

      See also: errorbars, plot
      """
  ) { arguments in
    var channels: [[Double]] = []
    for channel in arguments.channels {
      guard case .numbers(let values) = channel else { throw arguments.wrongChannels }
      channels.append(values)
    }
    if channels.count == 2 { channels.insert(indices(channels[0].count), at: 0) }
    guard channels.count == 3 else { throw arguments.wrongChannels }
    for (name, other) in zip(["low", "high"], channels.dropFirst()) where other.count != channels[0].count {
      throw FigureFault.otherLength(
        mark: arguments.mark, name: name, count: other.count, x: channels[0].count)
    }
    let layer = try RibbonLayer(
      x: channels[0], low: channels[1], high: channels[2], style: try arguments.style())
    guard !layer.pieces.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    return try arguments.figure([layer])
  }
}

/// A band, broken where a value is not finite.
struct RibbonLayer: Layer {
  let x: [Double]
  let low: [Double]
  let high: [Double]
  let style: LayerStyle
  let extent: Extent
  /// The runs of places at which all three are finite.
  let pieces: [Range<Int>]

  init(x: [Double], low: [Double], high: [Double], style: LayerStyle) throws {
    self.x = x
    self.low = low
    self.high = high
    self.style = style
    var extent = Extent()
    var pieces: [Range<Int>] = []
    var start: Int?
    extent.airX = 0.015
    try FigureWork.each(x.count) { index in
      guard x[index].isFinite, low[index].isFinite, high[index].isFinite else {
        if let first = start { pieces.append(first..<index) }
        start = nil
        return
      }
      if start == nil { start = index }
      extent.x.include(x[index])
      extent.y.include(low[index])
      extent.y.include(high[index])
    }
    if let first = start { pieces.append(first..<x.count) }
    self.extent = extent
    self.pieces = pieces
  }

  var valueCount: Int { 3 * x.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    var path = PathText()
    var columns = PixelColumns()
    for piece in pieces {
      var above: [Point] = []
      var below: [Point] = []
      try FigureWork.each(piece.count) { step in
        let index = piece.lowerBound + step
        guard let left = frame.x.position(x[index]) else { return }
        if let top = frame.point(x[index], high[index]) { above.append(top) }
        // On a logarithmic axis what is not positive lies below the frame.
        below.append(frame.point(x[index], low[index]) ?? Point(x: left, y: frame.box.bottom))
      }
      // Pieces that a pixel holds are drawn together.
      if pieces.count > 1000, let first = below.first, let last = below.last, abs(last.x - first.x) < 1 {
        for point in above + below { columns.include(point.x, point.y) }
      } else {
        path.polyline(try edge(above, in: frame) + edge(below, in: frame).reversed(), closed: true)
      }
    }
    for box in columns.boxes {
      path.polyline(
        [
          Point(x: box.left, y: box.top), Point(x: box.right, y: box.top), Point(x: box.right, y: box.bottom),
          Point(x: box.left, y: box.bottom),
        ], closed: true)
    }
    canvas.path(path.text, Style(fill: paint, opacity: style.opacity < 1 ? style.opacity : 0.25))
  }

  /// One edge of a piece. Thinned by what it covers it would have gaps, through which nothing can be filled.
  private func edge(_ points: [Point], in frame: Frame) throws -> [Point] {
    if Double(points.count) > 2 * frame.box.width, Polyline.isRising(points) {
      return Polyline.columns(points)
    }
    var tolerance = 0.25
    var edge = try Polyline.simplified(points)
    while edge.count > Polyline.mostPoints {
      tolerance *= 2
      edge = try Polyline.simplified(edge, tolerance: tolerance)
    }
    return edge
  }

  var sentence: String {
    let extent = extent
    let name = style.label.map { " \($0)" } ?? ""
    return "Band\(name) over x from \(rangeText(extent.x.low, extent.x.high)), between"
      + " \(plainTexts([extent.y.low, extent.y.high]).joined(separator: " and "))"
  }
}
