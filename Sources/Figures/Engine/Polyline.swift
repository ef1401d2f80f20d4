// Long lines made short without a visible difference.

enum Polyline {
  /// Lines are cut at their farthest point so many times, then in their middle: a spiral would else be cut point by point.
  private static let mostCuts = 64

  /// Ramer–Douglas–Peucker: drops what lies within the tolerance of the line through what is kept.
  static func simplified(_ points: [Point], tolerance: Double = 0.25) throws -> [Point] {
    if points.count < 3 { return points }
    var kept = [Bool](repeating: false, count: points.count)
    kept[0] = true
    kept[points.count - 1] = true
    var pending = [(0, points.count - 1, 0)]
    while let (first, last, depth) = pending.popLast() {
      if last - first < 2 { continue }
      var farthest = first
      var greatest = tolerance
      try FigureWork.each(last - first - 1) { step in
        let distance = distance(points[first + 1 + step], points[first], points[last])
        if distance > greatest {
          greatest = distance
          farthest = first + 1 + step
        }
      }
      if farthest == first { continue }
      if depth > mostCuts { farthest = first + (last - first) / 2 }
      kept[farthest] = true
      pending.append((first, farthest, depth + 1))
      pending.append((farthest, last, depth + 1))
    }
    return points.indices.filter { kept[$0] }.map { points[$0] }
  }

  /// A run of a line as it is drawn: what rises steadily by pixel columns, a scribble without what it covers.
  static func thinned(_ run: [Point], width: Double) throws -> [[Point]] {
    try FigureWork.poll()
    if Double(run.count) > 2 * width, isRising(run) { return [columns(run)] }
    let simplified = try simplified(run)
    return simplified.count > mostPoints ? try uncovered(simplified) : [simplified]
  }

  /// More points than this, in a line that runs to and fro, are thinned by what they cover.
  static let mostPoints = 12_000

  /// First, least, greatest and last of each pixel column, in their order: no spike is lost.
  /// For lines whose x does not decrease.
  static func columns(_ points: [Point]) -> [Point] {
    var result: [Point] = []
    var start = 0
    while start < points.count {
      let column = points[start].x.rounded(.down)
      var end = start
      var least = start
      var greatest = start
      while end < points.count, points[end].x.rounded(.down) == column {
        if points[end].y < points[least].y { least = end }
        if points[end].y > points[greatest].y { greatest = end }
        end += 1
      }
      var previous = -1
      for index in [start, min(least, greatest), max(least, greatest), end - 1] where index > previous {
        result.append(points[index])
        previous = index
      }
      start = end
    }
    return result
  }

  /// A scribble of many points without what it draws over itself: a segment is kept where it reaches a cell
  /// that nothing before it has reached.
  static func uncovered(_ points: [Point], cell: Double = 2.5) throws -> [[Point]] {
    var covered = Set<Cell>()
    return try uncovered(points, cell: cell, covered: &covered)
  }

  /// The same where other lines have covered cells already.
  static func uncovered(_ points: [Point], cell: Double, covered: inout Set<Cell>) throws -> [[Point]] {
    var runs: [[Point]] = []
    var joined = false
    try FigureWork.each(points.count - 1) { index in
      let (a, b) = (points[index], points[index + 1])
      let count = Int(clamping: a.distance(to: b) / cell, to: 1...4000)
      var reaches = false
      for i in 0...count {
        let share = Double(i) / Double(count)
        let place = Point(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share)
        if covered.insert(Cell(place, size: cell)).inserted { reaches = true }
      }
      if reaches, joined {
        runs[runs.count - 1].append(b)
      } else if reaches {
        runs.append([a, b])
      }
      joined = reaches
    }
    return runs
  }

  /// The parts of a line near a box, cut where they leave its surroundings: a point a million pixels away must
  /// neither overflow nor bend the segment that leads to it.
  static func clipped(_ run: [Point], near box: Rectangle, margin: Double = 30) throws -> [[Point]] {
    let low = Point(x: box.left - margin, y: box.top - margin)
    let high = Point(x: box.right + margin, y: box.bottom + margin)
    var parts: [[Point]] = []
    try FigureWork.each(run.count - 1) { index in
      guard let (from, to) = cut(run[index], run[index + 1], low, high) else { return }
      if let last = parts.last?.last, last == from {
        parts[parts.count - 1].append(to)
      } else {
        parts.append([from, to])
      }
    }
    return parts
  }

  /// Liang and Barsky's: the part of a segment inside a box.
  private static func cut(_ a: Point, _ b: Point, _ low: Point, _ high: Point) -> (Point, Point)? {
    let dx = b.x - a.x
    let dy = b.y - a.y
    guard dx.isFinite, dy.isFinite else { return nil }
    var start = 0.0
    var end = 1.0
    for (speed, room) in [(-dx, a.x - low.x), (dx, high.x - a.x), (-dy, a.y - low.y), (dy, high.y - a.y)] {
      if speed == 0 {
        if room < 0 { return nil }
      } else if speed < 0 {
        start = max(start, room / speed)
      } else {
        end = min(end, room / speed)
      }
    }
    if start > end { return nil }
    let from = start == 0 ? a : Point(x: a.x + start * dx, y: a.y + start * dy)
    let to = end == 1 ? b : Point(x: a.x + end * dx, y: a.y + end * dy)
    return (from, to)
  }

  /// The runs of positions that are there; a missing one is a gap.
  static func runs(_ points: [Point?]) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    for point in points {
      if let point, point.isFinite {
        run.append(point)
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }

  static func isRising(_ points: [Point]) -> Bool {
    zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x }
  }

  private static func distance(_ point: Point, _ a: Point, _ b: Point) -> Double {
    let length = a.distance(to: b)
    if length == 0 { return point.distance(to: a) }
    let share = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / (length * length)
    let clamped = min(max(share, 0), 1)
    return point.distance(to: Point(x: a.x + clamped * (b.x - a.x), y: a.y + clamped * (b.y - a.y)))
  }
}
