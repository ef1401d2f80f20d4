// Where the lines of a panel run: which lie on each other, and what a text must keep clear of.

/// How a line lies to the others of its panel.
struct Overlap: Equatable, Sendable {
  /// How much wider it is drawn, so that those that lie on it leave a rim of it to either side.
  var rim = 0.0
  /// Whether it lies on another.
  var covers = false
}

enum Courses {
  /// What a line is to be wider for each that lies on it.
  private static let rim = 2.4
  private static let mostRims = 3
  /// Lines that are no farther apart look like one.
  private static let cell = 1.0
  /// What others must hide of a line, and it of them: one that runs to and fro across another does not.
  private static let share = (below: 0.75, above: 0.25)
  /// The least that can be told to coincide, in cells.
  private static let shortest = 20
  /// More lines, or longer ones, nobody follows with the eye.
  private static let most = 16
  static let mostPoints = 40_000

  /// How the courses lie to each other, drawn in their order.
  static func overlaps(_ courses: [[Point?]], in box: Rectangle) throws -> [Overlap] {
    var overlaps = courses.map { _ in Overlap() }
    guard courses.count > 1, courses.count <= most,
      courses.reduce(0, { $0 + $1.count }) <= mostPoints
    else { return overlaps }
    let cells = try courses.map { Set(try places($0, in: box).map { Cell($0, size: cell) }) }
    for (below, own) in cells.enumerated() where own.count >= shortest {
      for above in (below + 1)..<max(below + 1, cells.count) {
        try FigureWork.poll()
        func shared(_ some: Set<Cell>, _ others: Set<Cell>) -> Double {
          Double(some.count { $0.isNear(others) }) / Double(max(some.count, 1))
        }
        guard shared(own, cells[above]) >= share.below, shared(cells[above], own) >= share.above else {
          continue
        }
        overlaps[below].rim = min(overlaps[below].rim + rim, Double(mostRims) * rim)
        overlaps[above].covers = true
      }
    }
    return overlaps
  }

  /// Points along a course, at most a cell apart, where it is in the frame.
  static func places(_ course: [Point?], in box: Rectangle, apart: Double = cell) throws -> [Point] {
    var places: [Point] = []
    let runs = Polyline.runs(course)
    for run in runs where run.count == 1 && box.contains(run[0]) { places.append(run[0]) }
    for part in try runs.filter({ $0.count > 1 }).flatMap({
      try Polyline.clipped($0, near: box, margin: 0)
    }) {
      try FigureWork.poll()
      for (a, b) in zip(part, part.dropFirst()) {
        let count = Int(clamping: a.distance(to: b) / apart, to: 1...2000)
        for i in 0...count {
          let share = Double(i) / Double(count)
          let place = Point(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share)
          if box.contains(place) { places.append(place) }
        }
      }
    }
    return places
  }

  /// Small boxes along courses, for texts to keep clear of; nil where there are too many to look for room.
  static func boxes(_ courses: [[Point?]], in box: Rectangle) throws -> [Rectangle]? {
    guard courses.reduce(0, { $0 + $1.count }) <= mostPoints else { return nil }
    var cells = Set<Cell>()
    for course in courses {
      for place in try places(course, in: box, apart: 4) { cells.insert(Cell(place, size: 4)) }
    }
    return cells.map {
      Rectangle(left: Double($0.column) * 4, top: Double($0.row) * 4, width: 4, height: 4)
    }
  }
}

extension Cell {
  /// Whether it or one of those around it is among others.
  func isNear(_ others: Set<Cell>) -> Bool {
    if others.contains(self) { return true }
    for i in -1...1 {
      for j in -1...1 where others.contains(Cell(column: column + i, row: row + j)) { return true }
    }
    return false
  }
}
