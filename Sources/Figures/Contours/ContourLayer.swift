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
    var extent = Extent()
    extent.airX = 0
    extent.airY = 0
    extent.fixedX = map.x
    extent.fixedY = map.y
    for x in [map.x.lowerBound, map.x.upperBound] { extent.x.include(x) }
    for y in [map.y.lowerBound, map.y.upperBound] { extent.y.include(y) }
    return extent
  }

  private func band(_ index: Int) -> Paint {
    let share = map.bands.isEmpty ? 0 : Double(index) / Double(map.bands.count)
    return Paint.between(ContourLayer.low, ContourLayer.high, share)
  }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    if let domain = map.domain {
      canvas.path(outline(domain, in: frame), Style(fill: band(0)), more: [("fill-rule", "evenodd")])
    } else {
      canvas.path(outline([edge], in: frame), Style(fill: band(0)))
    }
    for (index, level) in map.bands.enumerated() {
      let width = level.isStart ? 1.4 : 0.7
      canvas.path(
        outline(level.rings, in: frame),
        Style(fill: band(index + 1), stroke: ContourLayer.line, width: width),
        more: [("fill-rule", "evenodd")])
    }
    if isLabelled { drawValues(in: frame, on: &canvas) }
  }

  private var edge: [Point] {
    [
      Point(x: map.x.lowerBound, y: map.y.lowerBound), Point(x: map.x.upperBound, y: map.y.lowerBound),
      Point(x: map.x.upperBound, y: map.y.upperBound), Point(x: map.x.lowerBound, y: map.y.upperBound),
    ]
  }

  private func positions(_ ring: [Point], in frame: Frame) -> [Point] {
    ring.compactMap { frame.point($0.x, $0.y) }
  }

  private func outline(_ rings: [[Point]], in frame: Frame) -> String {
    var path = PathText()
    for ring in rings {
      let points = positions(ring, in: frame)
      guard let first = points.first else { continue }
      let simplified = Polyline.simplified(points + [first])
      // What is smaller than a pixel would be a speck.
      let widths = Span(simplified.map(\.x))
      let heights = Span(simplified.map(\.y))
      if widths.high - widths.low < 1, heights.high - heights.low < 1 { continue }
      path.polyline(simplified.dropLast(), closed: true)
    }
    return path.text
  }

  /// Values on the isolines where these run level and there is room.
  private func drawValues(in frame: Frame, on canvas: inout Canvas) {
    var taken = Occupancy()
    let inner = Rectangle(
      left: frame.box.left + 6, top: frame.box.top + 6, width: frame.box.width - 12,
      height: frame.box.height - 12)
    for (index, band) in map.bands.enumerated().reversed() {
      let text = labelText(band.level, digits: 3)
      let width = TextWidth.of(text, size: 10)
      let reach = max(width, 24)
      var best: (point: Point, cost: Double)?
      for ring in band.rings {
        let points = positions(ring, in: frame)
        if points.count < 12 { continue }
        let span = max(2, points.count / 60)
        for i in stride(from: 0, to: points.count, by: span) {
          let point = points[i]
          let box = Rectangle(left: point.x - width / 2 - 4, top: point.y - 9, width: width + 8, height: 18)
          guard inner.contains(Point(x: box.left, y: box.top)),
            inner.contains(Point(x: box.right, y: box.bottom)), taken.isFree(box)
          else { continue }
          let before = points[(i + points.count - span) % points.count]
          let after = points[(i + span) % points.count]
          let slope = abs(after.y - before.y) / max(after.distance(to: before), 1e-9)
          let middle = abs(point.x - frame.box.left - frame.box.width * 0.5) / frame.box.width
          let ringWidth = Span(points.map(\.x))
          if ringWidth.high - ringWidth.low < reach * 1.6 { continue }
          // At a bend, a saddle's above all, a label would hide where the line goes.
          let chord = Point(x: (before.x + after.x) / 2, y: (before.y + after.y) / 2)
          let bend = chord.distance(to: point) / max(after.distance(to: before), 1e-9)
          let cost = slope + 0.3 * middle + 4 * bend
          if cost < best?.cost ?? 0.5 { best = (point, cost) }
        }
      }
      guard let best else { continue }
      taken.take(
        Rectangle(
          left: best.point.x - width / 2 - 8, top: best.point.y - 11, width: width + 16, height: 22))
      canvas.text(
        text, at: Point(x: best.point.x, y: best.point.y + 3.5),
        TextStyle(size: 10, anchor: .middle, paint: .muted, halo: self.band(index)))
    }
  }

  var sentence: String {
    let name = label.map { " of \($0)" } ?? ""
    let least =
      map.least.inside
      ? "least \(plainText(map.least.value)) at (\(plainText(map.least.at.x)), \(plainText(map.least.at.y)))"
      : "least \(plainText(map.range.low)) at the edge"
    return "contours\(name) over (\(plainText(map.x.lowerBound))..\(plainText(map.x.upperBound))) ×"
      + " (\(plainText(map.y.lowerBound))..\(plainText(map.y.upperBound))): \(map.bands.count)"
      + " \(map.levels.best == nil ? "" : "logarithmic ")levels, \(least), greatest \(plainText(map.range.high))"
  }
}
