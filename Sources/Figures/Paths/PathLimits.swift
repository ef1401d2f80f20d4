// Which part of the plane to show: where the path is, never where one outlier is.

enum PathLimits {
  typealias Limits = (x: ClosedRange<Double>, y: ClosedRange<Double>)

  /// Limits around the bulk of the paths, their starts, and the ends of those that stay. `ratio` is the height
  /// of the frame over its width: where it costs little, a unit is as long upwards as to the side.
  static func around(
    _ paths: [(points: [Point], values: [Double], diverged: Bool)], ratio: Double, including: [Point] = []
  ) throws -> Limits {
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
      let sorted = (x: try FigureWork.sorted(points.map(\.x)), y: try FigureWork.sorted(points.map(\.y)))
      for share in [0.02, 0.98] {
        x.include(quantile(sorted.x, share))
        y.include(quantile(sorted.y, share))
      }
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
    return squared(widened(x), widened(y), ratio: ratio)
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

  private static func squared(
    _ x: (center: Double, length: Double), _ y: (center: Double, length: Double), ratio: Double
  ) -> Limits {
    var width = x.length
    var height = y.length
    let usual = max(width, height)
    if usual == 0 {
      width = max(1, abs(x.center) * 0.5)
      height = width * ratio
    } else if height > width * ratio {
      // Up to three times longer than the frame is high, the short side is given room instead.
      width = max(width, height / ratio > 3 * width && width > 0.05 * height ? height / 3 : height / ratio)
    } else {
      height = max(height, width * ratio > 3 * height && height > 0.05 * width ? width / 3 : width * ratio)
    }
    return (interval(x.center, width), interval(y.center, height))
  }
}
