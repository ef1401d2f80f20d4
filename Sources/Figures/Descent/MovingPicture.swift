// A descent for pages that compute it: what stays of its picture, and where the page draws the path, the curves and the
// texts of other numbers.

/// The figure of one path in the plane, without what is other for another path.
package struct MovingPicture: Sendable {
  /// What the figure knows when it is made.
  struct Parts: Sendable {
    var least: Least?
    var limits: PathLimits.Limits
    var paint: Paint
    var width: Double
    var title: String?
  }

  /// The least value known of the surface, and whether it is a minimum rather than the edge of the map.
  package struct Least: Sendable {
    package let x, y, value: Double
    package let isInside: Bool

    init(_ least: (at: Point, value: Double, inside: Bool)) {
      (x, y, value, isInside) = (least.at.x, least.at.y, least.value, least.inside)
    }
  }

  /// From data to pixels: `kind` is linear or log.
  package struct Axis: Sendable {
    package let kind: String
    package let low, high, start, end: Double

    fileprivate init(_ scale: Scale) {
      (kind, low, high, start, end) = (scale.kind.rawValue, scale.low, scale.high, scale.start, scale.end)
    }
  }

  package struct Plane: Sendable {
    package let left, top, width, height: Double
    package let x, y: Axis

    fileprivate init(_ frame: Frame) {
      (left, top, width, height) = (frame.box.left, frame.box.top, frame.box.width, frame.box.height)
      (x, y) = (Axis(frame.x), Axis(frame.y))
    }
  }

  /// An SVG document without what moves.
  package let ground: String
  /// The plane, and the loss and the gradient norm against the step.
  package let planes: [Plane]
  package let least: Least?
  /// The part of the plane that is seen, in data: the ends of x, then those of y.
  package let limits: [Double]
  /// The colours on the light card and the dark one, by what they are for.
  package let paints: [(name: String, light: String, dark: String)]
  package let width: Double
  package let title: String?
  /// Left, top and width of the table.
  package let table: [Double]
  /// Left and top of the title.
  package let head: [Double]
}

extension Figure {
  /// The figure for a page that draws the path itself; `nil` where more would have to change.
  package func moving() throws -> MovingPicture? {
    guard let parts = reframing?.parts else { return nil }
    let (width, height) = try size
    let page = Size(width: width, height: height)
    var layout = Layout(self)
    try layout.settle(in: page)
    let frames = layout.frames
    let (head, foot) = (layout.headerBox, layout.footerBox)
    // A title of one line; a table of one row with one remark.
    let isUsual =
      (header == nil) == (parts.title == nil) && head.height <= Type.titleLine + 8
      && footer is DescentTable && foot.height == DescentTable.height(lines: 3)
    guard isUsual, frames.count == 3,
      frames.allSatisfy({ $0.x.kind != .symlog && $0.y.kind != .symlog && $0.y.start > $0.y.end })
    else { return nil }
    var canvas = Canvas()
    canvas.rectangle(
      Rectangle(left: 0, top: 0, width: width, height: height), Style(fill: .card), radius: 4)
    try layout.draw(on: &canvas)
    let document = Document(size: page, title: "", description: "", canvas: canvas)
    let paints: [(String, Paint)] = [
      ("path", parts.paint), ("ground", ContourLayer.ground), ("card", .card), ("ink", .ink),
      ("muted", .muted),
    ]
    return MovingPicture(
      ground: try document.ground(), planes: frames.map(MovingPicture.Plane.init), least: parts.least,
      limits: [
        parts.limits.x.lowerBound, parts.limits.x.upperBound, parts.limits.y.lowerBound,
        parts.limits.y.upperBound,
      ],
      paints: paints.map { ($0, $1.light, $1.dark) }, width: parts.width, title: parts.title,
      table: [foot.left, foot.top, foot.width], head: [head.left, head.top])
  }
}
