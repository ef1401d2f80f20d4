// A contour map as data: bands painted low to high, each the region at or above its level.

/// A surface sampled and traced at its levels.
struct ContourMap: Sendable {
  struct Band: Sendable {
    let level: Double
    let rings: [[Point]]
    let isStart: Bool
  }

  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  let bands: [Band]
  let levels: ContourLevels
  /// The region where the surface is finite, when that is not all of it.
  let domain: [[Point]]?
  let range: (low: Double, high: Double)
  /// The least value known, its place, and whether it is a minimum rather than the edge of the map.
  let least: (at: Point, value: Double, inside: Bool)

  /// Nodes along each side, and the finer grid for a surface with a valley too narrow for the first.
  private static let resolutions = [81, 129]

  /// Samples the surface and traces its isolines.
  init?(
    _ f: (Double, Double) throws -> Double, atOnce: ValuesAtOnce? = nil, x: ClosedRange<Double>,
    y: ClosedRange<Double>, kinds: (x: ScaleKind, y: ScaleKind) = (.linear, .linear),
    levels wishes: ContourLevels.Wishes = ContourLevels.Wishes()
  ) throws {
    var surface = try SampledSurface(
      f, atOnce: atOnce, x: x, y: y, columns: ContourMap.resolutions[0], rows: ContourMap.resolutions[0],
      kinds: kinds)
    if surface.hasNarrowValley {
      surface = try SampledSurface(
        f, atOnce: atOnce, x: x, y: y, columns: ContourMap.resolutions[1], rows: ContourMap.resolutions[1],
        kinds: kinds)
    }
    let finite = surface.finite
    guard let node = surface.least, let high = finite.max() else { return nil }
    self.x = x
    self.y = y
    range = (node.value, high)
    var place = (at: Point(x: surface.x[node.column], y: surface.y[node.row]), value: node.value)
    if node.inside {
      let step = Point(
        x: (x.upperBound - x.lowerBound) / Double(surface.columns - 1),
        y: (y.upperBound - y.lowerBound) / Double(surface.rows - 1))
      place = try ContourMap.polished(f, from: place, step: step, x: x, y: y)
    }
    least = (place.at, place.value, node.inside)
    let best = min(place.value, wishes.known)
    var chosen = try ContourLevels(
      finite, best: best, inside: node.inside || wishes.known < node.value, isLinear: wishes.isLinear,
      starts: wishes.starts)
    if let count = wishes.count, count > 0 {
      chosen.values =
        chosen.best == nil
        ? ContourLevels.linear(node.value, high, count: count) : chosen.values
    }
    levels = chosen
    let traced: [Band] = try chosen.values.compactMap { level in
      let isStart = chosen.startLevels.contains(level)
      let rings = try MarchingSquares.rings(surface, level: level, on: f)
      // A valley thinner than the grid falls into beads, which say nothing of its shape.
      let beads = rings.count { $0.count <= 10 }
      if !isStart, beads >= 4 { return nil }
      return Band(level: level, rings: rings, isStart: isStart)
    }
    bands =
      traced.isEmpty && !chosen.values.isEmpty ? try ContourMap.rough(f, x: x, y: y, kinds: kinds) : traced
    domain =
      finite.count == surface.values.count
      ? nil : try MarchingSquares.rings(surface, level: -.greatestFiniteMagnitude, on: f)
  }

  /// Bands of a surface that is rough at every scale: three, on a coarse grid, which show that it is.
  private static func rough(
    _ f: (Double, Double) throws -> Double, x: ClosedRange<Double>, y: ClosedRange<Double>,
    kinds: (x: ScaleKind, y: ScaleKind)
  ) throws -> [Band] {
    let surface = try SampledSurface(f, x: x, y: y, columns: 33, rows: 33, kinds: kinds)
    let sorted = try FigureWork.sorted(surface.values)
    guard sorted.count > 3 else { return [] }
    return try [1, 2, 3].map { quarter in
      let level = sorted[sorted.count * quarter / 4]
      return Band(
        level: level, rings: try MarchingSquares.rings(surface, level: level, on: f), isStart: false)
    }
  }

  /// Compass search: from the best node downhill in halving steps, as far as the map goes.
  private static func polished(
    _ f: (Double, Double) throws -> Double, from start: (at: Point, value: Double), step: Point,
    x: ClosedRange<Double>, y: ClosedRange<Double>
  ) throws -> (at: Point, value: Double) {
    var best = start
    var size = 0.5
    for _ in 0..<60 where size > 1e-7 {
      var moved = false
      for (dx, dy) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)] {
        let point = Point(x: best.at.x + dx * step.x * size, y: best.at.y + dy * step.y * size)
        guard x.contains(point.x), y.contains(point.y) else { continue }
        let value = try f(point.x, point.y)
        if value < best.value {
          best = (point, value)
          moved = true
          break
        }
      }
      if !moved { size /= 2 }
    }
    return best
  }
}
