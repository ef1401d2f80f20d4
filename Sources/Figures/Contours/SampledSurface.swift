// A function of two numbers on a regular grid, with the function itself kept to refine on.

/// Values of a surface at the nodes of a grid over a rectangle.
struct SampledSurface {
  /// The places of the columns, low to high.
  let x: [Double]
  /// The places of the rows, low to high.
  let y: [Double]
  /// Row by row.
  let values: [Double]

  var columns: Int { x.count }
  var rows: Int { y.count }

  /// Nodes are evenly spaced on axes of these kinds.
  init(
    _ f: (Double, Double) throws -> Double, atOnce: ValuesAtOnce? = nil, x: ClosedRange<Double>,
    y: ClosedRange<Double>, columns: Int, rows: Int, kinds: (x: ScaleKind, y: ScaleKind) = (.linear, .linear)
  ) throws {
    self.x = SampledSurface.nodes(x, columns, kinds.x)
    self.y = SampledSurface.nodes(y, rows, kinds.y)
    if let atOnce {
      let (xs, ys) = (self.x, self.y)
      values = try atOnce([ys.flatMap { _ in xs }, ys.flatMap { y in xs.map { _ in y } }])
      return
    }
    var values: [Double] = []
    values.reserveCapacity(columns * rows)
    for vertical in self.y {
      try FigureWork.poll()
      for horizontal in self.x { values.append(try f(horizontal, vertical)) }
    }
    self.values = values
  }

  /// Values that are known already, row by row from the lowest, at evenly spaced nodes.
  init(
    _ values: [Double], x: ClosedRange<Double>, y: ClosedRange<Double>, columns: Int, rows: Int
  ) {
    self.x = SampledSurface.nodes(x, columns, .linear)
    self.y = SampledSurface.nodes(y, rows, .linear)
    self.values = values
  }

  private static func nodes(_ range: ClosedRange<Double>, _ count: Int, _ kind: ScaleKind) -> [Double] {
    var span = DataRange([range.lowerBound, range.upperBound])
    // The ends of an axis around zero say nothing of the least magnitude on it.
    if range.contains(0) { span.leastMagnitude = .infinity }
    let scale = Scale(
      kind: kind, low: range.lowerBound, high: range.upperBound, start: 0, end: 1,
      threshold: Scale.threshold(span))
    return (0..<count).map { index in
      if index == 0 { return range.lowerBound }
      if index == count - 1 { return range.upperBound }
      return scale.value(at: Double(index) / Double(count - 1))
    }
  }

  subscript(column: Int, row: Int) -> Double { values[row * columns + column] }

  /// The value between evenly spaced nodes, by the cubics of Catmull and Rom; bilinear beside what is not finite.
  func interpolated(_ horizontal: Double, _ vertical: Double) -> Double {
    let (column, right) = SampledSurface.cell(horizontal, x)
    let (row, up) = SampledSurface.cell(vertical, y)
    func along(_ row: Int) -> Double {
      let row = min(max(row, 0), rows - 1)
      func node(_ column: Int) -> Double {
        // Beyond the edge the surface goes on straight.
        if column < 0 { return 2 * self[0, row] - self[1, row] }
        if column >= columns { return 2 * self[columns - 1, row] - self[columns - 2, row] }
        return self[column, row]
      }
      return SampledSurface.cubic(node(column - 1), node(column), node(column + 1), node(column + 2), right)
    }
    let lower = along(row)
    let upper = along(row + 1)
    let below = row > 0 ? along(row - 1) : 2 * lower - upper
    let above = row + 2 < rows ? along(row + 2) : 2 * upper - lower
    return SampledSurface.cubic(below, lower, upper, above, up)
  }

  private static func cell(_ value: Double, _ nodes: [Double]) -> (index: Int, share: Double) {
    let place = (value - nodes[0]) / (nodes[nodes.count - 1] - nodes[0]) * Double(nodes.count - 1)
    let index = Int(clamping: place, to: 0...max(0, nodes.count - 2))
    return (index, place - Double(index))
  }

  private static func cubic(
    _ before: Double, _ a: Double, _ b: Double, _ after: Double, _ share: Double
  ) -> Double {
    if share == 0 { return a }
    if share == 1 { return b }
    let smooth =
      a + share * 0.5
      * (b - before + share * (2 * before - 5 * a + 4 * b - after + share * (3 * (a - b) + after - before)))
    return smooth.isFinite ? smooth : a * (1 - share) + b * share
  }

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
