// arrow: one vector with its foot at a point.

import Glibc

extension Marks {
  static let arrow = MarkRow(
    "arrow",
    signatures: ["arrow(x, y, u, v)"],
    documentation: """
      An arrow from (x, y) to (x + u, y + v). A label goes into the key above the frame.

      > arrow(0, 0, 3, 4; label = "v")
      The arrow v from (0, 0) to (3, 4), 5 long.

      See also: field, track, text
      """
  ) { arguments in
    let numbers = try arguments.channels.map { channel in
      guard case .numbers(let values) = channel, values.count == 1 else { throw arguments.wrongChannels }
      return values[0]
    }
    guard numbers.count == 4 else { throw arguments.wrongChannels }
    guard numbers.allSatisfy(\.isFinite) else { throw FigureFault.emptyData(mark: arguments.mark) }
    let layer = ArrowLayer(
      foot: (numbers[0], numbers[1]), tip: (numbers[0] + numbers[2], numbers[1] + numbers[3]),
      style: try arguments.style())
    return try arguments.figure([layer], aspect: 1)
  }
}

/// A vector.
struct ArrowLayer: Layer {
  let foot: (x: Double, y: Double)
  let tip: (x: Double, y: Double)
  let style: LayerStyle

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  var extent: Extent {
    var extent = Extent()
    for end in [foot, tip] {
      extent.x.include(end.x)
      extent.y.include(end.y)
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
    guard let start = frame.point(foot.x, foot.y), let end = frame.point(tip.x, tip.y) else { return }
    let paint = paint(frame)
    let width = style.width ?? 2.4
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
    let length = hypot(tip.x - foot.x, tip.y - foot.y)
    return "\(name.isEmpty ? "An" : "The") arrow\(name) from (\(plainText(foot.x)), \(plainText(foot.y)))"
      + " to (\(plainText(tip.x)), \(plainText(tip.y))), \(plainText(length)) long"
  }
}
