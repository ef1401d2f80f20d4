// A path in the plane: where it can be seen, and where it leaves.

/// Positions of a descent in two coordinates, one an iterate.
struct PlanePath: Sendable {
  var points: [Point]
  var look: SeriesLook

  /// How a path leaves a frame for good.
  struct Exit: Equatable, Sendable {
    /// Where it was last seen, in pixels.
    var at: Point
    /// The direction of its last step, of length one.
    var direction: Point
    /// The first step whose point is outside.
    var step: Int
  }

  /// The way out, when the last point is not in the frame.
  static func exit(_ positions: [Point?], from box: Rectangle) -> Exit? {
    let inside = positions.map { $0.map { box.contains($0, margin: 0.5) } ?? false }
    guard inside.last == false, let last = inside.lastIndex(of: true), let seen = positions[last] else {
      return nil
    }
    guard let next = positions[last + 1] else {
      // The next point is no number at all, so there is nothing to point to.
      return Exit(at: seen, direction: Point(x: 0, y: 0), step: last + 1)
    }
    // Far enough away the square of a distance is no number.
    let far = max(abs(next.x - seen.x), abs(next.y - seen.y), 1)
    let way = Point(x: (next.x - seen.x) / far, y: (next.y - seen.y) / far)
    let length = max(Point(x: 0, y: 0).distance(to: way), .leastNormalMagnitude)
    let direction = Point(x: way.x / length, y: way.y / length)
    // The share of the way at which the first side is reached.
    var share = 1.0
    if next.x > box.right { share = min(share, (box.right - seen.x) / (next.x - seen.x)) }
    if next.x < box.left { share = min(share, (box.left - seen.x) / (next.x - seen.x)) }
    if next.y > box.bottom { share = min(share, (box.bottom - seen.y) / (next.y - seen.y)) }
    if next.y < box.top { share = min(share, (box.top - seen.y) / (next.y - seen.y)) }
    share = max(share, 0)
    let at = Point(x: seen.x + (next.x - seen.x) * share, y: seen.y + (next.y - seen.y) * share)
    return Exit(at: at, direction: direction, step: last + 1)
  }

  /// Small boxes along the visible line, for texts to keep clear of.
  static func covered(_ positions: [Point?], in box: Rectangle) throws -> [Rectangle] {
    let seen = exit(positions, from: box).map { Array(positions[...$0.step]) } ?? positions
    var boxes: [Rectangle] = []
    for part in try Polyline.runs(seen).flatMap({ try Polyline.clipped($0, near: box, margin: 0) }) {
      let simplified = try Polyline.simplified(part, tolerance: 1)
      for (a, b) in zip(simplified, simplified.dropFirst()) where boxes.count < 2000 {
        let count = Int(clamping: a.distance(to: b) / 5, to: 1...2000)
        for i in 0...count {
          let share = Double(i) / Double(count)
          let x = a.x + (b.x - a.x) * share
          let y = a.y + (b.y - a.y) * share
          boxes.append(Rectangle(left: x - 2, top: y - 2, width: 4, height: 4))
        }
      }
    }
    return boxes
  }

  /// The positions that get a dot: all of them, or where they crowd, those a few pixels apart.
  static func dots(_ positions: [Point?], in box: Rectangle, apart: Double = 5) throws -> [Point] {
    var dots: [Point] = []
    try FigureWork.each(positions.count) { index in
      guard let position = positions[index], box.contains(position) else { return }
      if let last = dots.last, last.distance(to: position) < apart { return }
      dots.append(position)
    }
    // A path that circles in one place would still have thousands.
    var cells = Set<Cell>()
    return dots.filter { cells.insert(Cell($0, size: 3)).inserted }
  }
}
