// Which part of the plane to show: where the path is, never where one outlier is.

import CVector

enum PathLimits {
  typealias Limits = (x: ClosedRange<Double>, y: ClosedRange<Double>)

  /// A path as the limits follow it.
  struct Followed {
    var points: [Point]
    var values: [Double]
    var diverged: Bool
    var converged = false
  }

  /// Limits around the bulk of the paths, their starts, and the ends of those that stay; never so flat or so narrow
  /// that the axes could not have one scale.
  static func around(_ all: [Followed], including: [Point] = []) throws -> Limits {
    let paths = try withoutThrows(all)
    var x = DataRange(including.map(\.x))
    var y = DataRange(including.map(\.y))
    let settled = paths.contains { !$0.diverged }
    var calm: [Point] = []
    for path in paths {
      try FigureWork.poll()
      var points = path.diverged ? Array(path.points.prefix(calmCount(path.values))) : path.points
      points = points.filter(\.isFinite)
      guard let start = points.first, let end = points.last else { continue }
      calm += points
      x.include(start.x)
      y.include(start.y)
      // Beside a path that stays, one that flies off has no say in the scale.
      if path.diverged, settled { continue }
      let bulk = try bulk(points)
      x.include(bulk.x)
      y.include(bulk.y)
      x.include(end.x)
      y.include(end.y)
    }
    // What overshoots by less than the length of the bulk is no outlier.
    let bulk = (x, y)
    let reach = max(bulk.0.high - bulk.0.low, bulk.1.high - bulk.1.low)
    for point in calm {
      let near =
        point.x > bulk.0.low - reach && point.x < bulk.0.high + reach && point.y > bulk.1.low - reach
        && point.y < bulk.1.high + reach
      if near {
        x.include(point.x)
        y.include(point.y)
      }
    }
    return proportioned(widened(x), widened(y))
  }

  // MARK: Throws

  /// How many times longer than all before a step is that throws a path out.
  private static let throwing = 5.0
  /// The fewest points that say how long the way is without it.
  private static let fewest = 4

  /// The paths without what follows a single step that is far longer than the whole way before it and the ways of the
  /// others, and from which a path neither comes back nor gets anywhere.
  private static func withoutThrows(_ paths: [Followed]) throws -> [Followed] {
    let best = paths.compactMap { $0.values.last { $0.isFinite } }.min() ?? 0
    let reaches = try paths.map { path in try bulk(path.points.filter(\.isFinite)) }
    return try paths.enumerated().map { index, path in
      let arrives = path.converged || paths.count > 1 && path.values.last == best
      guard !path.diverged, !arrives else { return path }
      var others = (x: DataRange(), y: DataRange())
      for (other, reach) in reaches.enumerated() where other != index && paths[other].points.count >= fewest {
        others.x.include(reach.x)
        others.y.include(reach.y)
      }
      guard let count = try calmCount(path, beside: others) else { return path }
      var kept = path
      kept.points = Array(path.points.prefix(count))
      kept.values = Array(path.values.prefix(count))
      return kept
    }
  }

  /// How many points there are before the step that throws the path out, if one does.
  private static func calmCount(
    _ path: Followed, beside others: (x: DataRange, y: DataRange)
  ) throws -> Int? {
    var (x, y) = others
    var thrown: (count: Int, x: DataRange, y: DataRange, length: Double)?
    try FigureWork.each(path.points.count) { index in
      let point = path.points[index]
      guard point.isFinite else { return }
      if let last = thrown {
        let near =
          point.x > last.x.low - last.length && point.x < last.x.high + last.length
          && point.y > last.y.low - last.length && point.y < last.y.high + last.length
        // Back again.
        if near { thrown = nil }
      } else if index > 0, index >= fewest || !others.x.isEmpty {
        let length = vector_hypot_f64(x.high - x.low, y.high - y.low)
        let step = path.points[index - 1].distance(to: point)
        if length > 0, step > throwing * length { thrown = (index, x, y, length) }
      }
      x.include(point.x)
      y.include(point.y)
    }
    return thrown?.count
  }

  private static func bulk(_ points: [Point]) throws -> (x: DataRange, y: DataRange) {
    guard !points.isEmpty else { return (DataRange(), DataRange()) }
    let sorted = (x: try FigureWork.sorted(points.map(\.x)), y: try FigureWork.sorted(points.map(\.y)))
    return (
      DataRange([0.02, 0.98].map { quantile(sorted.x, $0) }),
      DataRange([0.02, 0.98].map { quantile(sorted.y, $0) })
    )
  }

  // MARK: Proportions

  /// The step that takes a path out of the limits for good.
  static func exit(_ points: [Point], from limits: Limits) -> Int? {
    let last = points.lastIndex { limits.x.contains($0.x) && limits.y.contains($0.y) }
    guard let last, last < points.count - 1 else { return nil }
    return last + 1
  }

  /// How far a diverging path counts: up to where its loss is ten times that of its start, four points at least.
  static func calmCount(_ values: [Double]) -> Int {
    let finite = values.filter(\.isFinite)
    guard let start = finite.first, let best = finite.min() else { return values.count }
    let most = best + 10 * max(start - best, abs(start) * 1e-3)
    return max(4, values.prefix { $0.isFinite && $0 <= most }.count)
  }

  /// Of values in order, of which there is at least one.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = Int(clamping: place, to: 0...(sorted.count - 1))
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }

  private static func widened(_ span: DataRange) -> (center: Double, length: Double) {
    guard !span.isEmpty else { return (0, 2) }
    let sum = span.low + span.high
    return (sum.isFinite ? sum / 2 : span.low / 2 + span.high / 2, (span.high - span.low) * 1.24)
  }

  /// The interval of that length around the centre. It ends where numbers do, and is never of no length.
  private static func interval(_ center: Double, _ length: Double) -> ClosedRange<Double> {
    // A tenth of all numbers: widened and multiplied further on, it must stay one.
    let most = Double.greatestFiniteMagnitude / 16
    let middle = min(max(center, -15 * most), 15 * most)
    let half = max(min(length.isNaN ? .infinity : length, 2 * most) / 2, 4 * middle.ulp)
    return (middle - half)...(middle + half)
  }

  private static func proportioned(
    _ x: (center: Double, length: Double), _ y: (center: Double, length: Double)
  ) -> Limits {
    var width = x.length
    var height = y.length
    if max(width, height) == 0 {
      width = max(1, abs(x.center) * 0.5)
      height = width
    } else {
      width = max(width, height / Panel.mostEqualRatio)
      height = max(height, width / Panel.mostEqualRatio)
    }
    return (interval(x.center, width), interval(y.center, height))
  }
}
