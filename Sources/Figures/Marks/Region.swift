// region: where a function of two numbers is at least 0, as an area and its border.

extension Marks {
  static let region = MarkRow(
    "region",
    signatures: ["region(f, a..b, c..d)", "region(A, a..b, c..d)"],
    documentation: """
      The part of a rectangle where f is at least 0: a tinted area with its border, f traced on the function \
      itself. A matrix holds the values at the nodes of a regular grid, a row for each y, the lowest first.

      > region((x, y) -> 1 - x² - y², -2..2, -2..2)
      Region of 19 % of (-2..2) × (-2..2).

      See also: contour, decision_boundary
      """,
    function: .surface
  ) { arguments in
    let (x, y) = try arguments.rectangle()
    let surface: SampledSurface
    let rings: [[Point]]
    switch arguments.channels[0] {
    case .surface(let f, let atOnce):
      surface = try SampledSurface(f, atOnce: atOnce, x: x, y: y, columns: 81, rows: 81)
      rings = try MarchingSquares.rings(surface, level: 0, on: f)
    case .matrix(let rows, let columns, let values) where rows > 1 && columns > 1:
      let given = SampledSurface(values, x: x, y: y, columns: columns, rows: rows)
      // A border of more nodes than pixels is none.
      surface =
        max(rows, columns) <= mostNodes
        ? given
        : try SampledSurface(
          given.interpolated, x: x, y: y, columns: min(columns, mostNodes), rows: min(rows, mostNodes))
      rings = try MarchingSquares.rings(surface, level: 0, on: given.interpolated)
    case .matrix(let rows, let columns, _):
      throw FigureFault.smallMatrix(mark: arguments.mark, rows: rows, columns: columns)
    default: throw arguments.wrongChannels
    }
    guard !surface.finite.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    let share = Double(surface.values.count { $0 >= 0 }) / Double(surface.values.count)
    let layer = RegionLayer(
      rings: rings, x: x, y: y, share: share, style: try arguments.style())
    return try arguments.figure([layer], aspect: 1, framed: true)
  }

  private static let mostNodes = 161
}

/// Closed rings, filled lightly and outlined.
struct RegionLayer: Layer {
  let rings: [[Point]]
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  let share: Double
  let style: LayerStyle

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  var spansPlane: Bool { true }

  var extent: Extent { .filling(x, y) }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    var area = PathText()
    var border = PathText()
    for ring in rings {
      let points = ring.compactMap { frame.point($0.x, $0.y) }
      guard let first = points.first else { continue }
      area.polyline(try Polyline.simplified(points + [first]).dropLast(), closed: true)
      // The border is where the function is 0, not where the rectangle ends.
      var run: [Point] = []
      for (a, b) in zip(ring, ring.dropFirst() + [ring[0]]) {
        if isEdge(a, b) {
          border.polyline(try Polyline.simplified(run))
          run = []
        } else {
          if run.isEmpty, let start = frame.point(a.x, a.y) { run.append(start) }
          if let end = frame.point(b.x, b.y) { run.append(end) }
        }
      }
      border.polyline(try Polyline.simplified(run))
    }
    canvas.path(
      area.text, Style(fill: paint, opacity: style.opacity < 1 ? style.opacity : 0.16),
      more: [("fill-rule", "evenodd")])
    canvas.path(border.text, Style(stroke: paint, width: style.width ?? 1.6, dash: style.dash ?? .solid))
  }

  private func isEdge(_ a: Point, _ b: Point) -> Bool {
    (a.x == b.x && (a.x == x.lowerBound || a.x == x.upperBound))
      || (a.y == b.y && (a.y == y.lowerBound || a.y == y.upperBound))
  }

  var sentence: String {
    let name = style.label.map { " \($0)" } ?? ""
    return "Region\(name) of \(percent(share)) of"
      + " (\(intervalText(x))) × (\(intervalText(y)))"
  }
}
