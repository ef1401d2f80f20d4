// Long lines made short without a visible difference.

enum Polyline {
  /// Ramer–Douglas–Peucker: drops what lies within the tolerance of the line through what is kept.
  static func simplified(_ points: [Point], tolerance: Double = 0.25) -> [Point] {
    if points.count < 3 { return points }
    var kept = [Bool](repeating: false, count: points.count)
    kept[0] = true
    kept[points.count - 1] = true
    var pending = [(0, points.count - 1)]
    while let (first, last) = pending.popLast() {
      if last - first < 2 { continue }
      var farthest = first
      var greatest = tolerance
      for i in (first + 1)..<last {
        let distance = distance(points[i], points[first], points[last])
        if distance > greatest {
          greatest = distance
          farthest = i
        }
      }
      if farthest == first { continue }
      kept[farthest] = true
      pending.append((first, farthest))
      pending.append((farthest, last))
    }
    return points.indices.filter { kept[$0] }.map { points[$0] }
  }

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
  static func uncovered(_ points: [Point], cell: Double = 2.5) -> [[Point]] {
    var covered = Set<Int>()
    return uncovered(points, cell: cell, covered: &covered)
  }

  /// The same where other lines have covered cells already.
  static func uncovered(_ points: [Point], cell: Double, covered: inout Set<Int>) -> [[Point]] {
    var runs: [[Point]] = []
    var joined = false
    for (a, b) in zip(points, points.dropFirst()) {
      let count = max(1, Int(a.distance(to: b) / cell))
      var reaches = false
      for i in 0...min(count, 4000) {
        let share = Double(i) / Double(count)
        let column = Int((a.x + (b.x - a.x) * share) / cell)
        let row = Int((a.y + (b.y - a.y) * share) / cell)
        if covered.insert(row << 24 ^ column).inserted { reaches = true }
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
  static func clipped(_ run: [Point], near box: Rectangle, margin: Double = 30) -> [[Point]] {
    let low = Point(x: box.left - margin, y: box.top - margin)
    let high = Point(x: box.right + margin, y: box.bottom + margin)
    var parts: [[Point]] = []
    for (a, b) in zip(run, run.dropFirst()) {
      guard let (from, to) = cut(a, b, low, high) else { continue }
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
