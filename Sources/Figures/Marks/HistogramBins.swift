// The bins of a histogram: equal in the measure of their axis, with round edges, and each value in one of them.

import CVector

/// Edges that grow, and how many values lie between them.
struct HistogramBins {
  private(set) var edges: [Double]
  private(set) var counts: [Double]
  /// How many values lie outside of edges that were named.
  private(set) var outside = 0

  /// What the values are measured by when bins are to be of equal width.
  struct Measure: Sendable {
    let forward: @Sendable (Double) -> Double
    let backward: @Sendable (Double) -> Double

    /// As the axis has it: on a logarithmic one the values are positive.
    init(_ kind: ScaleKind, _ span: DataRange) {
      switch kind {
      case .linear: (forward, backward) = ({ $0 }, { $0 })
      case .log:
        forward = { vector_log10_f64($0) }
        // The decades around the least and the greatest number end beyond what a number can be.
        backward = { min(max(vector_pow_f64(10, $0), .leastNonzeroMagnitude), .greatestFiniteMagnitude) }
      case .symlog:
        let scale = Scale(
          kind: .symlog, low: 0, high: 1, start: 0, end: 1, threshold: Scale.threshold(span))
        forward = { scale.measure($0) }
        backward = { Scale.finite(scale.value(ofMeasure: $0)) }
      }
    }
  }

  /// Bins between the edges named.
  init(_ values: [Double], edges: [Double]) throws {
    self.edges = edges
    counts = [Double](repeating: 0, count: max(0, edges.count - 1))
    try FigureWork.each(values.count) { index in
      guard let first = edges.first, let last = edges.last, values[index] >= first, values[index] <= last
      else {
        outside += 1
        return
      }
      count(values[index], among: edges)
    }
  }

  /// So many bins over all values, of which there is at least one; without a number `about` so many, with round edges, or
  /// as many as their spread asks for.
  init(_ values: [Double], count: Int?, about: Int? = nil, measure: Measure) throws {
    var measured: [Double] = []
    measured.reserveCapacity(values.count)
    var span = DataRange()
    try FigureWork.each(values.count) { index in
      measured.append(measure.forward(values[index]))
      span.include(values[index])
    }
    let bounds = try HistogramBins.bounds(measured, count: count, about: about)
    edges = bounds
    counts = [Double](repeating: 0, count: bounds.count - 1)
    try FigureWork.each(measured.count) { self.count(measured[$0], among: bounds) }
    edges = bounds.map(measure.backward)
    // On the way to the measure and back the outermost values may have passed the outermost edges.
    edges[0] = min(edges[0], span.low)
    edges[edges.count - 1] = max(edges[edges.count - 1], span.high)
    joinEmptyBins()
  }

  /// Even bounds around all of the values.
  private static func bounds(_ values: [Double], count: Int?, about: Int?) throws -> [Double] {
    let sorted = try FigureWork.sorted(values)
    guard var low = sorted.first, var high = sorted.last else { return [-0.5, 0.5] }
    if low == high {
      // Half a unit to each side, where numbers are not farther apart.
      let isFar = low.ulp > 0.1
      (low, high) = isFar ? Scale.around(low) : (low - 0.5, high + 0.5)
    }
    if let count { return even(low, high, count) }
    let quartiles = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    let width = 2 * quartiles / vector_cbrt_f64(Double(sorted.count))
    let length = high - low
    let wanted = width > 0 ? length / width : Double(sorted.count).squareRoot()
    // From one end of the numbers to the other a quotient says nothing.
    let bins = about ?? Int(clamping: wanted.rounded(.up), to: 1...60)
    // Edges at round numbers, as the axis has them.
    guard let ladder = Ladder(low, high, count: bins) else { return even(low, high, bins) }
    return distinct(ladder.around.map { Scale.finite(ladder.value($0)) })
  }

  private static func even(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    distinct(
      (0...count).map { index in
        if index == 0 { return low }
        if index == count { return high }
        let share = Double(index) / Double(count)
        let length = high - low
        return length.isFinite ? low + length * share : low * (1 - share) + high * share
      })
  }

  /// Between neighbouring numbers several edges may be the same.
  private static func distinct(_ edges: [Double]) -> [Double] {
    var kept: [Double] = []
    for edge in edges where edge > kept.last ?? -.infinity { kept.append(edge) }
    return kept
  }

  /// Counts a value between bounds that it lies within; the last bin holds its right edge.
  private mutating func count(_ value: Double, among bounds: [Double]) {
    var low = 0
    var high = bounds.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if value >= bounds[middle] { low = middle } else { high = middle }
    }
    counts[low] += 1
  }

  /// Bins whose edges have become the same number are one with the next.
  private mutating func joinEmptyBins() {
    guard zip(edges, edges.dropFirst()).contains(where: { $0 >= $1 }) else { return }
    var kept = [edges[0]]
    var joined: [Double] = []
    var pending = 0.0
    for (index, count) in counts.enumerated() {
      pending += count
      guard edges[index + 1] > kept[kept.count - 1] else { continue }
      kept.append(edges[index + 1])
      joined.append(pending)
      pending = 0
    }
    if pending > 0, !joined.isEmpty { joined[joined.count - 1] += pending }
    if joined.isEmpty {
      let around = Scale.around(kept[0])
      (kept, joined) = ([around.low, around.high], [pending])
    }
    (edges, counts) = (kept, joined)
  }

  /// Counts as shares of all that were counted for each unit of the axis; nil where that is more than a number can say.
  var densities: [Double]? {
    let total = max(counts.reduce(0, +), 1)
    let densities = counts.indices.map { counts[$0] / total / (edges[$0 + 1] - edges[$0]) }
    return densities.allSatisfy(\.isFinite) ? densities : nil
  }
}
