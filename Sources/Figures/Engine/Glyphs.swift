// The shapes of points, on the canvas and in the key.

extension Marker {
  /// The outlines around the points, as one path.
  func outline(_ points: [Point], radius r: Double) -> String {
    var path = PathText()
    for p in points {
      func at(_ x: Double, _ y: Double) -> Point { Point(x: p.x + x * r, y: p.y + y * r) }
      switch self {
      case .circle: path.dot(p)
      case .square: path.polyline([at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)], closed: true)
      case .triangle: path.polyline([at(0, -1.2), at(1.1, 0.8), at(-1.1, 0.8)], closed: true)
      case .diamond: path.polyline([at(0, -1.3), at(1.1, 0), at(0, 1.3), at(-1.1, 0)], closed: true)
      case .down: path.polyline([at(0, 1.2), at(1.1, -0.8), at(-1.1, -0.8)], closed: true)
      case .box: path.polyline([at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)], closed: true)
      case .ring:
        // A circle to the eye, at this size.
        let turns: [(Double, Double)] = [(1, 0), (0.71, 0.71), (0, 1), (-0.71, 0.71)]
        path.polyline((turns + turns.map { (-$0, -$1) }).map { at($0, $1) }, closed: true)
      case .cross:
        path.polyline([at(-0.9, -0.9), at(0.9, 0.9)])
        path.polyline([at(-0.9, 0.9), at(0.9, -0.9)])
      case .plus, .star:
        path.polyline([at(-1.1, 0), at(1.1, 0)])
        path.polyline([at(0, -1.1), at(0, 1.1)])
        guard self == .star else { continue }
        path.polyline([at(-0.8, -0.8), at(0.8, 0.8)])
        path.polyline([at(-0.8, 0.8), at(0.8, -0.8)])
      }
    }
    return path.text
  }

  /// Draws the points; those of one call share one path.
  func draw(_ points: [Point], radius: Double, paint: Paint, opacity: Double = 1, on canvas: inout Canvas) {
    let data = outline(points, radius: radius)
    switch self {
    case .circle: canvas.path(data, Style(stroke: paint, width: radius * 2, opacity: opacity))
    case .cross, .plus: canvas.path(data, Style(stroke: paint, width: 1.6, opacity: opacity))
    case .box, .ring, .star: canvas.path(data, Style(stroke: paint, width: 1.2, opacity: opacity))
    default: canvas.path(data, Style(fill: paint, opacity: opacity))
    }
  }
}

extension KeyEntry {
  static let glyphWidth = 21.0
  static let gap = 16.0

  func drawGlyph(at center: Point, on canvas: inout Canvas) {
    switch glyph {
    case .marker(let marker, let paint): marker.draw([center], radius: 3.5, paint: paint, on: &canvas)
    case .ring(let paint): PathEnds.drawStart(at: center, paint: paint, on: &canvas)
    case .disc(let paint): PathEnds.drawEnd(at: center, paint: paint, on: &canvas)
    case .optimum: PathEnds.drawOptimum(at: center, on: &canvas)
    case .none: break
    case .swatch(let paint):
      canvas.rectangle(
        Rectangle(left: center.x - 6, top: center.y - 5, width: 12, height: 10), Style(fill: paint))
    case .line(let paint, let dash):
      canvas.line(
        Point(x: center.x - 7, y: center.y), Point(x: center.x + 7, y: center.y),
        Style(stroke: paint, width: 2, dash: dash))
    }
  }
}

/// The marks at the ends of a path and at the optimum; told apart by shape, not by colour.
enum PathEnds {
  static func drawStart(at point: Point, paint: Paint, on canvas: inout Canvas) {
    canvas.circle(point, radius: 4.5, Style(fill: .card, stroke: paint, width: 2))
  }

  static func drawEnd(at point: Point, paint: Paint, on canvas: inout Canvas) {
    canvas.circle(point, radius: 4.5, Style(fill: paint, stroke: .card, width: 1.2))
  }

  static func drawOptimum(at point: Point, on canvas: inout Canvas) {
    var arms = PathText()
    let r = 8.0
    arms.polyline([Point(x: point.x - r, y: point.y), Point(x: point.x + r, y: point.y)])
    arms.polyline([Point(x: point.x, y: point.y - r), Point(x: point.x, y: point.y + r)])
    canvas.path(arms.text, Style(stroke: .card, width: 3.5))
    canvas.path(arms.text, Style(stroke: .ink, width: 1.5))
  }
}
