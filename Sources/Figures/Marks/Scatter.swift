// scatter: points in the plane.

extension Marks {
  static let scatter = MarkRow(
    "scatter",
    signatures: ["scatter(y)", "scatter(x, y)"],
    documentation: """
      Points: y against its index or against x. Points that are not finite are left out. A label goes into
      the key above the frame. Many points are thinned to those that can be told apart.

      > scatter([1, 2, 3], [1, 4, 9])
      3 points, x from 1 to 3, y from 1 to 9.

      See also: plot, text
      """,
    options: [
      OptionRow("radius", "3", "the radius of a point in pixels"),
      OptionRow(
        "marker", "the next of the palette",
        "\"circle\", \"square\", \"triangle\", \"diamond\" or \"cross\""),
    ]
  ) { arguments in
    let points = try arguments.points()
    let radius = try arguments.number("radius") ?? 3
    guard radius > 0, radius <= 50 else { throw arguments.bad("radius", "a number of pixels from 0 to 50") }
    var layer = ScatterLayer(points: points, radius: radius, style: try arguments.style())
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
  /// So many markers take 160 kB, of the 250 kB that a figure may have.
  private static let most = 12_000

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  var extent: Extent {
    var extent = Extent()
    extent.airX = 0.04
    for (x, y) in zip(points.x, points.y) where x.isFinite && y.isFinite {
      extent.x.include(x)
      extent.y.include(y)
    }
    return extent
  }

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard let label = style.label, !label.isEmpty else { return [] }
    let look = SeriesLook(firstSeries)
    return [KeyEntry(glyph: .marker(marker ?? look.marker, style.color ?? look.paint), text: label)]
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) {
    let look = SeriesLook(frame.firstSeries)
    let all = zip(points.x, points.y).compactMap { frame.point($0, $1) }
      .filter { frame.box.contains($0, margin: 0.5) }
    var shown = all
    var cell = 0.5
    while shown.count > (cell > 0.5 ? ScatterLayer.most : 2000), cell < 8 {
      shown = ScatterLayer.thinned(all, cell: cell)
      if shown.count <= ScatterLayer.most { break }
      cell *= 1.5
    }
    // Many points cover each other; light ones still show where they are dense.
    let size = all.count > 1500 ? min(radius, 2) : radius
    (marker ?? look.marker).draw(
      shown, radius: size, paint: style.color ?? look.paint, opacity: style.opacity, on: &canvas)
  }

  /// One point for each cell that has any.
  private static func thinned(_ points: [Point], cell: Double) -> [Point] {
    var taken = Set<Int>()
    return points.filter { taken.insert(Int($0.x / cell) << 20 | Int($0.y / cell)).inserted }
  }

  var sentence: String {
    let extent = extent
    let count = zip(points.x, points.y).count { $0.isFinite && $1.isFinite }
    let name = style.label.map { " \($0)" } ?? ""
    return
      "\(count) \(count == 1 ? "point" : "points")\(name), x from \(rangeText(extent.x.low, extent.x.high)),"
      + " y from \(rangeText(extent.y.low, extent.y.high))"
  }
}
