// Points, sizes and rectangles in pixels; y grows downwards.

struct Point: Equatable, Sendable {
  var x: Double
  var y: Double

  var isFinite: Bool { x.isFinite && y.isFinite }

  func distance(to other: Point) -> Double {
    let dx = x - other.x
    let dy = y - other.y
    return (dx * dx + dy * dy).squareRoot()
  }
}

/// A square of some pixels, for asking whether something is there already.
struct Cell: Hashable, Sendable {
  let column: Int
  let row: Int

  init(_ point: Point, size: Double) {
    column = Int(place: (point.x / size).rounded(.down))
    row = Int(place: (point.y / size).rounded(.down))
  }

  init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  // One number to mix: cells are asked for by the million.
  func hash(into hasher: inout Hasher) { hasher.combine(row << 24 ^ column) }
}

struct Size: Equatable, Sendable {
  var width: Double
  var height: Double
}

struct Rectangle: Equatable, Sendable {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }

  func contains(_ point: Point, margin: Double = 0) -> Bool {
    point.x >= left - margin && point.x <= right + margin && point.y >= top - margin
      && point.y <= bottom + margin
  }

  func intersects(_ other: Rectangle) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }
}

/// The space around a frame that its texts need.
struct Margins: Equatable, Sendable {
  var left = 0.0
  var right = 0.0
  var top = 0.0
  var bottom = 0.0

  mutating func cover(_ other: Margins) {
    left = max(left, other.left)
    right = max(right, other.right)
    top = max(top, other.top)
    bottom = max(bottom, other.bottom)
  }
}
