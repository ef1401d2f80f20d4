// Values on isolines: where a line runs level, and no other line passes through the text.

enum IsolineLabels {
  static let size = 10.0
  private static let cell = 4.0

  /// A place for the text of each level that has one, in the order in which they should be drawn.
  static func places(
    _ lines: [[[Point]]], texts: [String], in frame: Rectangle, clearOf courses: [[Point?]] = []
  ) throws -> [(level: Int, at: Point)] {
    var owners = try cells(lines)
    for place in try courses.flatMap({ try Courses.places($0, in: frame, apart: cell) }) {
      owners[key(Int(place: place.x / cell), Int(place: place.y / cell))] = -1
    }
    var taken = Occupancy()
    var places: [(level: Int, at: Point)] = []
    for (level, rings) in lines.enumerated().reversed() {
      let width = TextWidth.of(texts[level], size: size)
      var best: (at: Point, cost: Double)?
      for points in rings where points.count >= 12 {
        try FigureWork.poll()
        let span = DataRange(points.map(\.x))
        if span.high - span.low < 1.6 * max(width, 24) { continue }
        let step = max(2, points.count / 60)
        for i in stride(from: 0, to: points.count, by: step) {
          let at = points[i]
          let before = points[(i + points.count - step) % points.count]
          let after = points[(i + step) % points.count]
          let cost = cost(at, before, after, frame)
          if cost >= best?.cost ?? 1.6 { continue }
          let box = Rectangle(left: at.x - width / 2 - 5, top: at.y - 9, width: width + 10, height: 18)
          let inside =
            box.left > frame.left + 6 && box.right < frame.right - 6 && box.top > frame.top + 6
            && box.bottom < frame.bottom - 6
          if inside, taken.isFree(box), isOwn(box, level, owners) { best = (at, cost) }
        }
      }
      guard let best else { continue }
      taken.take(
        Rectangle(left: best.at.x - width / 2 - 9, top: best.at.y - 12, width: width + 18, height: 24))
      places.append((level, best.at))
    }
    return places
  }

  /// Level places cost little, places near the middle less; at a bend, a saddle's above all, a label would
  /// hide where the line goes.
  private static func cost(_ at: Point, _ before: Point, _ after: Point, _ frame: Rectangle) -> Double {
    let length = max(after.distance(to: before), 1e-9)
    let slope = abs(after.y - before.y) / length
    let chord = Point(x: (before.x + after.x) / 2, y: (before.y + after.y) / 2)
    let aside = abs(at.x - frame.left - frame.width / 2) / frame.width
    return slope + 0.3 * aside + 4 * chord.distance(to: at) / length
  }

  /// Which level passes through each small cell; -1 where several do.
  private static func cells(_ lines: [[[Point]]]) throws -> [Int: Int] {
    var owners: [Int: Int] = [:]
    func mark(_ point: Point, _ level: Int) {
      let key = key(Int(place: point.x / cell), Int(place: point.y / cell))
      owners[key] = owners[key, default: level] == level ? level : -1
    }
    for (level, rings) in lines.enumerated() {
      for points in rings {
        try FigureWork.poll()
        for (a, b) in zip(points, points.dropFirst()) {
          let count = Int(clamping: a.distance(to: b) / cell, to: 1...10_000)
          for i in 0..<min(count, 400) {
            let share = Double(i) / Double(count)
            mark(Point(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share), level)
          }
        }
      }
    }
    return owners
  }

  private static func isOwn(_ box: Rectangle, _ level: Int, _ owners: [Int: Int]) -> Bool {
    let rows = Int(place: box.top / cell)...Int(place: max(box.top, box.bottom) / cell)
    let columns = Int(place: box.left / cell)...Int(place: max(box.left, box.right) / cell)
    for row in rows {
      for column in columns {
        if let owner = owners[key(column, row)], owner != level { return false }
      }
    }
    return true
  }

  private static func key(_ column: Int, _ row: Int) -> Int { row << 24 ^ column }
}
