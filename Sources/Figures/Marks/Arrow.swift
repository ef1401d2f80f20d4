// arrow: vectors with their feet at points, as long as they are in the units of the axes.

extension Marks {
  static let arrow = MarkRow(
    "arrow",
    signatures: ["arrow(x, y, u, v)", "arrow(from, to)"],
    documentation: """
      An arrow from (x, y) to (x + u, y + v), in the units of the axes; of vectors one for each of their elements. \
      Both ends may be given whole, as points or a row for each of several. Those that are not finite are left out. \
      An arrow that leaves the frame has its head where it does. A label goes into the key above the frame.

      > arrow(0, 0, 3, 4; label = "v")
      The arrow v from (0, 0) to (3, 4), 5 long.
      > arrow([0, 0], [0, 0], [1, 0], [0, 2])
      2 arrows, from 1 to 2 long.
      > arrow([1, 1], [4, 5])
      An arrow from (1, 1) to (4, 5), 5 long.

      See also: field, track, text
      """
  ) { arguments in
    let columns =
      try arrowsOfPoints(arguments)
      ?? arguments.channels.map { channel in
        guard case .numbers(let values) = channel else { throw arguments.wrongChannels }
        return values
      }
    guard columns.count == 4 else { throw arguments.wrongChannels }
    for (name, other) in zip(["y", "u", "v"], columns.dropFirst()) where other.count != columns[0].count {
      throw FigureFault.otherLength(
        mark: arguments.mark, name: name, count: other.count, x: columns[0].count)
    }
    var arrows: [FieldLayer.Arrow] = []
    try FigureWork.each(columns[0].count) { index in
      let arrow = FieldLayer.Arrow(
        x: columns[0][index], y: columns[1][index], u: columns[2][index], v: columns[3][index])
      if (arrow.x + arrow.u).isFinite, (arrow.y + arrow.v).isFinite { arrows.append(arrow) }
    }
    guard !arrows.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    return try arguments.figure([try ArrowLayer(arrows: arrows, style: try arguments.style())], aspect: 1)
  }

  /// The feet and the vectors of arrows between points; one point is an end of all.
  private static func arrowsOfPoints(_ arguments: MarkArguments) throws -> [[Double]]? {
    guard arguments.channels.count == 2, let from = arguments.wholePoints(0),
      let to = arguments.wholePoints(1)
    else { return nil }
    let count = max(from.count, to.count)
    guard [1, count].contains(from.count), [1, count].contains(to.count) else {
      throw FigureFault.lengths(mark: arguments.mark, x: from.count, y: to.count)
    }
    let pairs = (0..<count).map { (from[from.count > 1 ? $0 : 0], to[to.count > 1 ? $0 : 0]) }
    return [pairs.map(\.0.x), pairs.map(\.0.y), pairs.map { $1.x - $0.x }, pairs.map { $1.y - $0.y }]
  }
}

/// Vectors in one look.
struct ArrowLayer: Layer {
  let arrows: [FieldLayer.Arrow]
  let style: LayerStyle
  let extent: Extent
  private let lengths: DataRange

  init(arrows: [FieldLayer.Arrow], style: LayerStyle) throws {
    self.arrows = arrows
    self.style = style
    var extent = Extent()
    var lengths = DataRange()
    try FigureWork.each(arrows.count) { index in
      let arrow = arrows[index]
      extent.x.include(arrow.x)
      extent.x.include(arrow.x + arrow.u)
      extent.y.include(arrow.y)
      extent.y.include(arrow.y + arrow.v)
      lengths.include(arrow.magnitude)
    }
    extent.airX = 0.06
    self.extent = extent
    self.lengths = lengths
  }

  var valueCount: Int { 4 * arrows.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard let label = style.label, !label.isEmpty else { return [] }
    let paint = style.color ?? SeriesLook(firstSeries).paint
    return [KeyEntry(glyph: .line(paint, style.dash ?? .solid), text: label)]
  }

  func obstacles(in frame: Frame) -> [[Point?]] {
    arrows.prefix(ArrowLayer.mostElements).map { arrow in
      [frame.point(arrow.x, arrow.y), frame.point(arrow.x + arrow.u, arrow.y + arrow.v)]
    }
  }

  /// So many arrows have an element each; more are drawn as two paths, which no one tells apart.
  private static let mostElements = 300
  /// More than this cover each other.
  private static let most = 4000

  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws {
    var vectors: [(start: Point, end: Point)] = []
    try FigureWork.each(arrows.count) { index in
      let arrow = arrows[index]
      if let start = frame.point(arrow.x, arrow.y),
        let end = frame.point(arrow.x + arrow.u, arrow.y + arrow.v)
      {
        vectors.append((start, end))
      }
    }
    vectors = try Thinning.spread(vectors, most: ArrowLayer.most)
    let each = vectors.count > ArrowLayer.mostElements ? vectors.count : 1
    for first in stride(from: 0, to: vectors.count, by: each) {
      draw(vectors[first..<(first + each)], in: frame, on: &canvas)
    }
  }

  /// Draws vectors: what they have in common is one path.
  private func draw(
    _ vectors: ArraySlice<(start: Point, end: Point)>, in frame: Frame, on canvas: inout Canvas
  ) {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    let width = style.width ?? (arrows.count == 1 ? 2.4 : 1.6)
    var shafts = PathText()
    var heads = PathText()
    var points: [Point] = []
    for (start, tip) in vectors {
      let end = ArrowLayer.seenEnd(from: start, to: tip, in: frame.box)
      let length = start.distance(to: end)
      guard length > 0, length.isFinite else {
        if length == 0 { points.append(start) }
        continue
      }
      let (ux, uy) = ((end.x - start.x) / length, (end.y - start.y) / length)
      let size = min(4 * width, length * 0.6)
      let base = Point(x: end.x - ux * size, y: end.y - uy * size)
      shafts.polyline([start, base])
      heads.polyline(
        [
          end, Point(x: base.x - uy * size * 0.45, y: base.y + ux * size * 0.45),
          Point(x: base.x + uy * size * 0.45, y: base.y - ux * size * 0.45),
        ], closed: true)
    }
    canvas.clipped(to: frame.box) { canvas in
      canvas.path(
        shafts.text, Style(stroke: paint, width: width, dash: style.dash ?? .solid, opacity: style.opacity))
      canvas.path(heads.text, Style(fill: paint, opacity: style.opacity))
    }
    if points.count == 1, let point = points.first {
      canvas.circle(point, radius: width, Style(fill: paint, opacity: style.opacity))
    } else if !points.isEmpty {
      Marker.circle.draw(points, radius: width, paint: paint, opacity: style.opacity, on: &canvas)
    }
  }

  /// Where an arrow that starts in the frame is last seen.
  private static func seenEnd(from start: Point, to tip: Point, in box: Rectangle) -> Point {
    guard box.contains(start), !box.contains(tip, margin: 0.5) else { return tip }
    return PlanePath.exit([start, tip], from: box)?.at ?? tip
  }

  var sentence: String {
    let name = style.label.map { " \($0)" } ?? ""
    guard arrows.count == 1, let arrow = arrows.first else {
      return "\(arrows.count) arrows\(name), from \(rangeText(lengths.low, lengths.high)) long"
    }
    return "\(name.isEmpty ? "An" : "The") arrow\(name) from (\(plainText(arrow.x)), \(plainText(arrow.y)))"
      + " to (\(plainText(arrow.x + arrow.u)), \(plainText(arrow.y + arrow.v))),"
      + " \(plainText(arrow.magnitude)) long"
  }
}
