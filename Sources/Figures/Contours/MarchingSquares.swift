// Where a surface is at least a level: marching squares, the rings stitched, the crossings found on the
// function itself. The grid is continued by a border below every level, so every ring is closed.

/// Closed rings around the region where a surface is at least `level`.
struct MarchingSquares {
  private let surface: SampledSurface
  private let level: Double
  private let function: (Double, Double) throws -> Double
  /// With the border there are this many nodes.
  private let columns: Int
  private let rows: Int

  static func rings(
    _ surface: SampledSurface, level: Double, on function: (Double, Double) throws -> Double
  ) throws -> [[Point]] {
    try withoutActuallyEscaping(function) { function in
      let squares = MarchingSquares(
        surface: surface, level: level, function: function, columns: surface.columns + 2,
        rows: surface.rows + 2)
      return try squares.traced()
    }
  }

  private func isHigh(_ column: Int, _ row: Int) -> Bool {
    let value = value(column, row)
    return value >= level
  }

  private func value(_ column: Int, _ row: Int) -> Double {
    guard column > 0, row > 0, column < columns - 1, row < rows - 1 else { return -.infinity }
    let value = surface[column - 1, row - 1]
    return value.isNaN ? -.infinity : value
  }

  // An edge is a number: the horizontal one right of node (c, r) is 2n, the vertical one above it 2n + 1.
  private func horizontal(_ column: Int, _ row: Int) -> Int { 2 * (row * columns + column) }
  private func vertical(_ column: Int, _ row: Int) -> Int { 2 * (row * columns + column) + 1 }

  private func traced() throws -> [[Point]] {
    // From each edge the ring goes on to one other, with the high side always to its left.
    var next = [Int](repeating: -1, count: 2 * columns * rows)
    var starts: [Int] = []
    func join(_ from: Int, _ to: Int) {
      next[from] = to
      starts.append(from)
    }
    for row in 0..<(rows - 1) {
      try FigureWork.poll()
      for column in 0..<(columns - 1) {
        let bottom = horizontal(column, row)
        let top = horizontal(column, row + 1)
        let left = vertical(column, row)
        let right = vertical(column + 1, row)
        let corners =
          (isHigh(column, row) ? 1 : 0) | (isHigh(column + 1, row) ? 2 : 0)
          | (isHigh(column + 1, row + 1) ? 4 : 0) | (isHigh(column, row + 1) ? 8 : 0)
        switch corners {
        case 1: join(bottom, left)
        case 2: join(right, bottom)
        case 3: join(right, left)
        case 4: join(top, right)
        case 6: join(top, bottom)
        case 7: join(top, left)
        case 8: join(left, top)
        case 9: join(bottom, top)
        case 11: join(right, top)
        case 12: join(left, right)
        case 13: join(bottom, right)
        case 14: join(left, bottom)
        case 5:
          if meanIsHigh(column, row) {
            join(bottom, right)
            join(top, left)
          } else {
            join(bottom, left)
            join(top, right)
          }
        case 10:
          if meanIsHigh(column, row) {
            join(left, bottom)
            join(right, top)
          } else {
            join(right, bottom)
            join(left, top)
          }
        default: break
        }
      }
    }
    var rings: [[Point]] = []
    for start in starts where next[start] >= 0 {
      var ring: [Point] = []
      var edge = start
      try FigureWork.poll()
      while next[edge] >= 0 {
        ring.append(try crossing(edge))
        let following = next[edge]
        next[edge] = -1
        edge = following
      }
      rings.append(ring)
    }
    return rings
  }

  /// A saddle is settled by the mean of its corners.
  private func meanIsHigh(_ column: Int, _ row: Int) -> Bool {
    let sum =
      value(column, row) + value(column + 1, row) + value(column, row + 1) + value(column + 1, row + 1)
    return sum / 4 >= level
  }

  /// Where the surface crosses the level on an edge, in the coordinates of the function.
  private func crossing(_ edge: Int) throws -> Point {
    let node = edge / 2
    let upright = edge % 2 == 1
    let (c0, r0) = (node % columns, node / columns)
    let (c1, r1) = upright ? (c0, r0 + 1) : (c0 + 1, r0)
    let a = place(c0, r0)
    let b = place(c1, r1)
    // Both nodes are in one place where the edge leads into the border.
    if a == b { return a }
    func at(_ share: Double) -> Point {
      Point(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share)
    }
    var low = 0.0
    var high = 1.0
    var atLow = value(c0, r0) - level
    var atHigh = value(c1, r1) - level
    var share = 0.5
    // Illinois' false position; where a side is not finite, halving.
    for round in 0..<5 {
      let finite = atLow.isFinite && atHigh.isFinite && atLow != atHigh
      share = finite ? low + (high - low) * (atLow / (atLow - atHigh)) : (low + high) / 2
      if round == 4 || high - low < 0.02 { break }
      let point = at(share)
      var value = try function(point.x, point.y) - level
      if value.isNaN { value = -.infinity }
      if value == 0 { break }
      if (value < 0) == (atLow < 0) {
        if value.isFinite, abs(value) < 1e-3 * abs(atLow - atHigh) { break }
        low = share
        atLow = value
        atHigh /= 2
      } else {
        if value.isFinite, abs(value) < 1e-3 * abs(atLow - atHigh) { break }
        high = share
        atHigh = value
        atLow /= 2
      }
    }
    return at(min(max(share, 0), 1))
  }

  /// A node's place; the border lies on the edge of the rectangle.
  private func place(_ column: Int, _ row: Int) -> Point {
    Point(
      x: surface.x[min(max(column - 1, 0), surface.columns - 1)],
      y: surface.y[min(max(row - 1, 0), surface.rows - 1)])
  }
}
