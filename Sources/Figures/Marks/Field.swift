// field: arrows along a vector field.

import CVector

extension Marks {
  static let field = MarkRow(
    "field",
    signatures: ["field(g, a..b, c..d)"],
    documentation: """
      Arrows of a vector field, say of ∇f, over a rectangle. Their lengths grow with the root of the magnitude, \
      so that weak ones are still seen; where the field is 0 there is a dot, where it is not finite nothing.

      > f(x, y) = x² - y²
      > field(∇f, -1..1, -1..1, arrows = 4)
      Field of 16 arrows over (-1..1) × (-1..1), magnitude from 0.7071 to 2.121.

      See also: contour, descent
      """,
    options: [
      OptionRow("arrows", "18", "how many arrows stand side by side"),
      OptionRow("unit", "false", "all arrows equally long, for the direction alone"),
    ],
    function: .vectorField
  ) { arguments in
    guard case .vectorField(let field, let atOnce)? = arguments.channels.first else {
      throw arguments.wrongChannels
    }
    let (x, y) = try arguments.rectangle()
    let (width, height) = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    let across = try arguments.number("arrows") ?? 18
    guard across >= 2, across <= 80 else { throw arguments.bad("arrows", "a number from 2 to 80") }
    let ratio = height / width
    let columns = Int(clamping: across, to: 2...80)
    let rows =
      (0.25...2).contains(ratio) ? Int(clamping: (across * ratio).rounded(), to: 2...160) : columns
    var places: [Point] = []
    for row in 0..<rows {
      for column in 0..<columns {
        places.append(
          Point(
            x: x.lowerBound + width * (Double(column) + 0.5) / Double(columns),
            y: y.lowerBound + height * (Double(row) + 0.5) / Double(rows)))
      }
    }
    let values = try atOnce?([places.map(\.x), places.map(\.y)])
    var arrows: [FieldLayer.Arrow] = []
    for (index, place) in places.enumerated() {
      let (u, v) = try values.map { ($0[2 * index], $0[2 * index + 1]) } ?? field(place.x, place.y)
      if u.isFinite, v.isFinite { arrows.append(FieldLayer.Arrow(x: place.x, y: place.y, u: u, v: v)) }
    }
    guard !arrows.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    let layer = FieldLayer(
      arrows: arrows, x: x, y: y, columns: columns, rows: rows,
      isUnit: try arguments.flag("unit") ?? false, style: try arguments.style())
    return try arguments.figure([layer], aspect: 1, framed: true)
  }
}

/// Arrows whose middles stand on a grid.
struct FieldLayer: Layer {
  struct Arrow: Sendable {
    let x: Double
    let y: Double
    let u: Double
    let v: Double
    var magnitude: Double { vector_hypot_f64(u, v) }
  }

  let arrows: [Arrow]
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  let columns: Int
  let rows: Int
  let isUnit: Bool
  let style: LayerStyle

  var spansPlane: Bool { true }

  var extent: Extent { .filling(x, y) }

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard let label = style.label, !label.isEmpty else { return [] }
    return [KeyEntry(glyph: .line(style.color ?? .blue, .solid), text: label)]
  }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let cell = min(frame.box.width / Double(columns), frame.box.height / Double(rows))
    let greatest = arrows.map(\.magnitude).max() ?? 0
    var shafts = PathText()
    var heads = PathText()
    var dots = PathText()
    for arrow in arrows {
      guard let middle = frame.point(arrow.x, arrow.y) else { continue }
      if arrow.magnitude == 0 || greatest == 0 {
        dots.dot(middle)
        continue
      }
      let (dx, dy) = onPage(arrow, in: frame)
      let long = vector_hypot_f64(dx, dy)
      guard long > 0, long.isFinite else { continue }
      let share = isUnit ? 1 : (arrow.magnitude / greatest).squareRoot()
      let length = max(2.5, 0.92 * cell * share)
      let (ux, uy) = (dx / long, dy / long)
      let tail = Point(x: middle.x - ux * length / 2, y: middle.y - uy * length / 2)
      let tip = Point(x: middle.x + ux * length / 2, y: middle.y + uy * length / 2)
      let size = min(5, length * 0.45)
      let base = Point(x: tip.x - ux * size, y: tip.y - uy * size)
      shafts.polyline([tail, base])
      heads.polyline(
        [
          tip, Point(x: base.x - uy * size * 0.5, y: base.y + ux * size * 0.5),
          Point(x: base.x + uy * size * 0.5, y: base.y - ux * size * 0.5),
        ],
        closed: true)
    }
    let paint = style.color ?? .blue
    canvas.path(shafts.text, Style(stroke: paint, width: style.width ?? 1.3, opacity: style.opacity))
    canvas.path(heads.text, Style(fill: paint, opacity: style.opacity))
    canvas.path(dots.text, Style(stroke: paint, width: 3, opacity: style.opacity))
  }

  /// On the page the direction is that of the pixels, which for unequal axes is not the data's.
  private func onPage(_ arrow: Arrow, in frame: Frame) -> (x: Double, y: Double) {
    let perX = (frame.x.end - frame.x.start) / (frame.x.high - frame.x.low)
    let perY = (frame.y.end - frame.y.start) / (frame.y.high - frame.y.low)
    let (dx, dy) = (arrow.u * abs(perX), arrow.v * perY)
    let usual = vector_hypot_f64(dx, dy)
    if usual.isFinite, usual > .leastNormalMagnitude { return (dx, dy) }
    // At the ends of the numbers one scale measured by the other says as much, and is a number.
    let ratio = abs(perY / perX)
    let (u, v) = (arrow.u / arrow.magnitude, arrow.v / arrow.magnitude)
    return ratio <= 1 ? (u, -v * ratio) : (u / ratio, -v)
  }

  var sentence: String {
    let magnitudes = DataRange(arrows.map(\.magnitude))
    return "Field of \(arrows.count) arrows over (\(intervalText(x))) × (\(intervalText(y))), magnitude from"
      + " \(rangeText(magnitudes.low, magnitudes.high))"
  }
}
