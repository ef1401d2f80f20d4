// arrow: vectors with their feet at points, as long as they are in the units of the axes.

extension Marks {
  static let arrow = MarkRow(
    "arrow",
    signatures: ["arrow(x, y, u, v)"],
    documentation: """
      An arrow from (x, y) to (x + u, y + v), in the units of the axes; of vectors one for each of their elements. \
      Those that are not finite are left out. A label goes into the key above the frame.

      > arrow(0, 0, 3, 4; label = "v")
      The arrow v from (0, 0) to (3, 4), 5 long.
      > arrow([0, 0], [0, 0], [1, 0], [0, 2])
      2 arrows, from 1 to 2 long.

      See also: field, track, text
      """
  ) { arguments in
    let columns = try arguments.channels.map { channel in
      guard case .numbers(let values) = channel else { throw arguments.wrongChannels }
      return values
    }
    guard columns.count == 4 else { throw arguments.wrongChannels }
    for other in columns.dropFirst() where other.count != columns[0].count {
      throw FigureFault.lengths(mark: arguments.mark, x: columns[0].count, y: other.count)
    }
    let arrows = columns[0].indices.map {
      FieldLayer.Arrow(x: columns[0][$0], y: columns[1][$0], u: columns[2][$0], v: columns[3][$0])
    }.filter { ($0.x + $0.u).isFinite && ($0.y + $0.v).isFinite }
    guard !arrows.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    return try arguments.figure([ArrowLayer(arrows: arrows, style: try arguments.style())], aspect: 1)
  }
}

/// Vectors in one look.
struct ArrowLayer: Layer {
  let arrows: [FieldLayer.Arrow]
  let style: LayerStyle

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  var extent: Extent {
    var extent = Extent()
    for arrow in arrows {
      extent.x.include(arrow.x)
      extent.x.include(arrow.x + arrow.u)
      extent.y.include(arrow.y)
      extent.y.include(arrow.y + arrow.v)
    }
    extent.airX = 0.06
    return extent
  }

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard let label = style.label, !label.isEmpty else { return [] }
    let paint = style.color ?? SeriesLook(firstSeries).paint
    return [KeyEntry(glyph: .line(paint, style.dash ?? .solid), text: label)]
  }

  private func paint(_ frame: Frame) -> Paint { style.color ?? SeriesLook(frame.firstSeries).paint }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) {
    for arrow in arrows { draw(arrow, in: frame, on: &canvas) }
  }

  private func draw(_ arrow: FieldLayer.Arrow, in frame: Frame, on canvas: inout Canvas) {
    guard let start = frame.point(arrow.x, arrow.y),
      let end = frame.point(arrow.x + arrow.u, arrow.y + arrow.v)
    else { return }
    let paint = paint(frame)
    let width = style.width ?? (arrows.count == 1 ? 2.4 : 1.6)
    let length = start.distance(to: end)
    guard length > 0 else {
      canvas.circle(start, radius: width, Style(fill: paint, opacity: style.opacity))
      return
    }
    let (ux, uy) = ((end.x - start.x) / length, (end.y - start.y) / length)
    let size = min(4 * width, length * 0.6)
    let base = Point(x: end.x - ux * size, y: end.y - uy * size)
    canvas.clipped(to: frame.box) { canvas in
      canvas.line(
        start, base,
        Style(stroke: paint, width: width, dash: style.dash ?? .solid, opacity: style.opacity))
      var head = PathText()
      head.polyline(
        [
          end, Point(x: base.x - uy * size * 0.45, y: base.y + ux * size * 0.45),
          Point(x: base.x + uy * size * 0.45, y: base.y - ux * size * 0.45),
        ], closed: true)
      canvas.path(head.text, Style(fill: paint, opacity: style.opacity))
    }
  }

  var sentence: String {
    let name = style.label.map { " \($0)" } ?? ""
    guard arrows.count == 1, let arrow = arrows.first else {
      let lengths = DataRange(arrows.map(\.magnitude))
      return "\(arrows.count) arrows\(name), from \(rangeText(lengths.low, lengths.high)) long"
    }
    return "\(name.isEmpty ? "An" : "The") arrow\(name) from (\(plainText(arrow.x)), \(plainText(arrow.y)))"
      + " to (\(plainText(arrow.x + arrow.u)), \(plainText(arrow.y + arrow.v))),"
      + " \(plainText(arrow.magnitude)) long"
  }
}
