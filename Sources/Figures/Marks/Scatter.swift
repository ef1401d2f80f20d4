// scatter: points in the plane.

extension Marks {
  static let scatter = MarkRow(
    "scatter",
    signatures: ["scatter(y)", "scatter(x, y)", "scatter(points)"],
    documentation: """
      Points: y against its index or against x, or given whole, a row of two numbers for each. Points that are not
      finite are left out. A label goes into the key above the frame. Many points are thinned to those that can be told apart.

      > scatter([1, 2, 3], [1, 4, 9])
      3 points, x from 1 to 3, y from 1 to 9.

      > scatter([1 1; 2 4; 3 9])
      3 points, x from 1 to 3, y from 1 to 9.

      See also: plot, text
      """,
    options: [
      OptionRow("radius", "3", "the radius of a point in pixels"),
      OptionRow(
        "marker", "the next of the palette",
        Marker.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")),
    ]
  ) { arguments in
    let points: Line
    if arguments.channels.count == 1, case .matrix = arguments.channels[0],
      let whole = arguments.wholePoints(0)
    {
      points = Line(x: whole.map(\.x), y: whole.map(\.y))
      guard points.isVisible else { throw FigureFault.emptyData(mark: arguments.mark) }
    } else {
      points = try arguments.points()
    }
    let radius = try arguments.number("radius") ?? 3
    guard radius > 0, radius <= 50 else { throw arguments.bad("radius", "a number of pixels from 0 to 50") }
    var layer = try ScatterLayer(points: points, radius: radius, style: try arguments.style())
    if let name = try arguments.text("marker") {
      guard let marker = Marker(rawValue: name) else {
        throw arguments.bad("marker", Marker.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
      }
      layer.marker = marker
    }
    return try arguments.figure([layer])
  }
}

/// Points in one look.
struct ScatterLayer: Layer {
  let points: Line
  let radius: Double
  let style: LayerStyle
  var marker: Marker?
  let extent: Extent
  /// How many points have a place.
  private let count: Int

  init(points: Line, radius: Double, style: LayerStyle) throws {
    self.points = points
    self.radius = radius
    self.style = style
    var extent = Extent()
    var count = 0
    extent.airX = 0.04
    try FigureWork.each(points.x.count) { index in
      let (x, y) = (points.x[index], points.y[index])
      guard x.isFinite, y.isFinite else { return }
      extent.x.include(x)
      extent.y.include(y)
      count += 1
    }
    self.extent = extent
    self.count = count
  }

  var valueCount: Int { 2 * points.x.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard let label = style.label, !label.isEmpty else { return [] }
    let look = SeriesLook(firstSeries)
    return [KeyEntry(glyph: .marker(marker ?? look.marker, style.color ?? look.paint), text: label)]
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws {
    let look = SeriesLook(frame.firstSeries)
    var all: [Point] = []
    var zeros: [Point] = []
    try FigureWork.each(points.x.count) { index in
      if frame.isZero(points.y[index]) {
        if let zero = frame.pointOrZero(points.x[index], points.y[index]) { zeros.append(zero) }
        return
      }
      guard let point = frame.point(points.x[index], points.y[index]),
        frame.box.contains(point, margin: 0.5)
      else { return }
      all.append(point)
    }
    let shown = try Thinning.spread(all, in: frame.box)
    // Many points cover each other; light ones still show where they are dense.
    let size = all.count > 1500 ? min(radius, 2) : radius
    (marker ?? look.marker).draw(
      shown, radius: size, paint: style.color ?? look.paint, opacity: style.opacity, on: &canvas)
    ZeroMark.draw(zeros, in: frame, paint: style.color ?? look.paint, on: &canvas)
  }

  func obstacles(in frame: Frame) throws -> [[Point?]] {
    var places: [Point?] = []
    for index in points.x.indices.prefix(ScatterLayer.mostObstacles) {
      places += [frame.point(points.x[index], points.y[index]), nil]
    }
    return [places]
  }

  /// Among more points than these no text finds a place, and lies on them.
  private static let mostObstacles = 2000

  var sentence: String {
    let extent = extent
    let name = style.label.map { " \($0)" } ?? ""
    return
      "\(count) \(count == 1 ? "point" : "points")\(name), x from \(rangeText(extent.x.low, extent.x.high)),"
      + " y from \(rangeText(extent.y.low, extent.y.high))"
  }
}
