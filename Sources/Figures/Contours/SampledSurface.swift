// A function of two numbers on a regular grid, with the function itself kept to refine on.

/// Values of a surface at the nodes of a grid over a rectangle.
struct SampledSurface {
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  let columns: Int
  let rows: Int
  /// Row by row, from low y to high.
  let values: [Double]

  init(
    _ f: (Double, Double) throws -> Double, x: ClosedRange<Double>, y: ClosedRange<Double>,
    columns: Int, rows: Int
  ) rethrows {
    self.x = x
    self.y = y
    self.columns = columns
    self.rows = rows
    var values: [Double] = []
    values.reserveCapacity(columns * rows)
    for row in 0..<rows {
      let vertical = SampledSurface.node(y, row, of: rows)
      for column in 0..<columns {
        values.append(try f(SampledSurface.node(x, column, of: columns), vertical))
      }
    }
    self.values = values
  }

  private static func node(_ range: ClosedRange<Double>, _ index: Int, of count: Int) -> Double {
    let share = Double(index) / Double(count - 1)
    return range.lowerBound * (1 - share) + range.upperBound * share
  }

  func x(_ column: Int) -> Double { SampledSurface.node(x, column, of: columns) }
  func y(_ row: Int) -> Double { SampledSurface.node(y, row, of: rows) }

  subscript(column: Int, row: Int) -> Double { values[row * columns + column] }

  /// Whether the surface has several separate least nodes along a line: a valley narrower than the grid.
  var hasNarrowValley: Bool {
    var lows = 0
    for row in 1..<(rows - 1) {
      for column in 1..<(columns - 1) {
        let value = self[column, row]
        let around = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)]
        if around.allSatisfy({ self[column + $0.0, row + $0.1] > value }) { lows += 1 }
      }
    }
    return lows >= 4
  }

  var finite: [Double] { values.filter(\.isFinite) }

  /// The node with the least value, and whether it is inside rather than at the edge.
  var least: (column: Int, row: Int, value: Double, inside: Bool)? {
    var best: Int?
    for (index, value) in values.enumerated() where value.isFinite {
      if let known = best, values[known] <= value { continue }
      best = index
    }
    guard let best else { return nil }
    let column = best % columns
    let row = best / columns
    let inside = column > 0 && row > 0 && column < columns - 1 && row < rows - 1
    return (column, row, values[best], inside)
  }
}
