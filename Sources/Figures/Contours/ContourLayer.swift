// A contour map on the canvas: quiet bands and isolines, so that what lies on them speaks.

/// Bands with their isolines, and the values of some of the lines.
struct ContourLayer: Layer {
  let map: ContourMap
  var isLabelled = true
  var label: String?

  private static let low = Paint("#fbfcfd", "#323c49")
  private static let high = Paint("#cdd8e4", "#14181d")
  private static let line = Paint("#9aacbf", "#5d6d80")
  /// The middle of the bands, for what needs to stand out from them.
  static let ground = Paint.between(low, high, 0.4)

  var extent: Extent {
    var extent = Extent.filling(map.x, map.y)
    if map.x.contains(0) { extent.x.leastMagnitude = .infinity }
    if map.y.contains(0) { extent.y.leastMagnitude = .infinity }
    return extent
  }

  private func band(_ index: Int) -> Paint {
    let share = map.bands.isEmpty ? 0 : Double(index) / Double(map.bands.count)
    return Paint.between(ContourLayer.low, ContourLayer.high, share)
  }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    if let domain = map.domain {
      canvas.path(try outline(domain, in: frame), Style(fill: band(0)), more: [("fill-rule", "evenodd")])
    } else {
      canvas.path(try outline([edge], in: frame), Style(fill: band(0)))
    }
    for (index, level) in map.bands.enumerated() {
      let width = level.isStart ? 1.4 : 0.7
      canvas.path(
        try outline(level.rings, in: frame),
        Style(fill: band(index + 1), stroke: ContourLayer.line, width: width),
        more: [("fill-rule", "evenodd")])
    }
  }

  var spansPlane: Bool { true }

  var placesTexts: Bool { isLabelled }

  func drawTexts(in frame: Frame, clearOf courses: [[Point?]], on canvas: inout Canvas) throws {
    let lines = map.bands.map { band in band.rings.map { positions($0, in: frame) } }
    let texts = tellingTexts(map.bands.map(\.level))
    for (index, place) in try IsolineLabels.places(
      lines, texts: texts, in: frame.box, clearOf: courses)
    {
      canvas.text(
        texts[index], at: Point(x: place.x, y: place.y + 3.5),
        TextStyle(size: IsolineLabels.size, anchor: .middle, paint: .muted, halo: band(index)))
    }
  }

  private var edge: [Point] {
    [
      Point(x: map.x.lowerBound, y: map.y.lowerBound), Point(x: map.x.upperBound, y: map.y.lowerBound),
      Point(x: map.x.upperBound, y: map.y.upperBound), Point(x: map.x.lowerBound, y: map.y.upperBound),
    ]
  }

  private func positions(_ ring: [Point], in frame: Frame) -> [Point] {
    // Rings may reach far beyond limits that the user set narrower than the map.
    ring.compactMap { frame.point($0.x, $0.y) }.map {
      Point(x: min(max($0.x, -10_000), 10_000), y: min(max($0.y, -10_000), 10_000))
    }
  }

  private func outline(_ rings: [[Point]], in frame: Frame) throws -> String {
    var path = PathText()
    for ring in rings {
      try FigureWork.poll()
      let points = positions(ring, in: frame)
      guard let first = points.first else { continue }
      let simplified = try Polyline.simplified(points + [first])
      // What is smaller than a pixel would be a speck.
      let widths = DataRange(simplified.map(\.x))
      let heights = DataRange(simplified.map(\.y))
      if widths.high - widths.low < 1, heights.high - heights.low < 1 { continue }
      path.polyline(simplified.dropLast(), closed: true)
    }
    return path.text
  }

  var sentence: String {
    let name = label.map { " of \($0)" } ?? ""
    let heights = plainTexts([map.least.inside ? map.least.value : map.range.low, map.range.high])
    let place =
      map.least.inside ? "at (\(plainText(map.least.at.x)), \(plainText(map.least.at.y)))" : "at the edge"
    return "Contours\(name) over (\(intervalText(map.x))) × (\(intervalText(map.y))): \(map.bands.count)"
      + " \(map.levels.best == nil ? "" : "logarithmic ")levels, least \(heights[0]) \(place),"
      + " greatest \(heights[1])"
  }
}
