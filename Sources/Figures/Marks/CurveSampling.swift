// The graph of a function, with more points where it bends.

enum CurveSampling {
  private static let first = 241
  private static let most = 1500

  /// Points of the graph: evenly spaced ones, then halves of the intervals around bends.
  static func sample(
    _ f: (Double) throws -> Double, atOnce: ValuesAtOnce? = nil, _ low: Double, _ high: Double,
    logarithmic: Bool = false
  ) throws -> Line {
    let scale = Scale(kind: logarithmic ? .log : .linear, low: low, high: high, start: 0, end: 1)
    let shares = (0..<first).map { Double($0) / Double(first - 1) }
    let places = shares.enumerated().map { index, share in
      index == 0 ? low : index == first - 1 ? high : scale.value(at: share)
    }
    let values = try atOnce?([places]) ?? places.map { try f($0) }
    var points: [(share: Double, x: Double, y: Double)] = []
    for index in 0..<first { points.append((shares[index], places[index], values[index])) }
    for _ in 0..<4 where points.count < most {
      let span = try withoutPoles(points.map(\.y)) ?? DataRange(points.map(\.y))
      let height = max(span.high - span.low, 1e-300)
      var refined: [(share: Double, x: Double, y: Double)] = []
      var added = 0
      for index in points.indices {
        refined.append(points[index])
        if index + 1 == points.count || points.count + added >= most { continue }
        let bends = [index, index + 1].contains { middle in
          middle > 0 && middle + 1 < points.count
            && bend(points[middle - 1], points[middle], points[middle + 1], height: height)
        }
        if !bends { continue }
        let share = (points[index].share + points[index + 1].share) / 2
        let x = scale.value(at: share)
        refined.append((share, x, try f(x)))
        added += 1
      }
      points = refined
      if added == 0 { break }
    }
    return Line(x: points.map(\.x), y: points.map(\.y))
  }

  /// Whether the middle point is off the chord by more than a quarter of a pixel of a usual figure.
  private static func bend(
    _ a: (share: Double, x: Double, y: Double), _ b: (share: Double, x: Double, y: Double),
    _ c: (share: Double, x: Double, y: Double), height: Double
  ) -> Bool {
    let finite = a.y.isFinite && b.y.isFinite && c.y.isFinite
    if !finite { return a.y.isFinite || b.y.isFinite || c.y.isFinite }
    let share = (b.share - a.share) / (c.share - a.share)
    return abs(a.y + (c.y - a.y) * share - b.y) > height * 0.0008
  }

  /// The range of the bulk of the values where a few of them, at poles, are far beyond it; else nil.
  static func withoutPoles(_ values: [Double]) throws -> DataRange? {
    let sorted = try FigureWork.sorted(values)
    guard sorted.count >= 20 else { return nil }
    let low = sorted[sorted.count / 25]
    let high = sorted[sorted.count - 1 - sorted.count / 25]
    let bulk = high - low
    guard bulk > 0, sorted[sorted.count - 1] - sorted[0] > 15 * bulk else { return nil }
    return DataRange([low - bulk / 4, high + bulk / 4, sorted[sorted.count / 2]])
  }
}
