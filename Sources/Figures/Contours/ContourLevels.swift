// Which levels to draw: round numbers for a gentle surface, decades above the best value for a steep one.

import CVector

/// The levels of a contour map, low to high.
struct ContourLevels: Equatable, Sendable {
  var values: [Double]
  /// What logarithmic levels are measured from; nil for linear ones.
  var best: Double?
  /// The level put in for a start.
  var startLevels: [Double] = []

  /// What the levels of a map are to be, beyond what the values on the grid say.
  struct Wishes: Sendable {
    /// About how many linear ones.
    var count: Int?
    var isLinear = false
    /// The least value seen elsewhere, which may lie below the grid.
    var known = Double.infinity
    /// Values that get a level of their own.
    var starts: [Double] = []
  }

  /// Levels for the values on a grid. `best` is the least value known, of the grid or below it, and `inside`
  /// whether it is reached within the frame: only then does the descent towards it deserve decades, unless the
  /// levels are to be linear.
  init(_ values: [Double], best: Double, inside: Bool, isLinear: Bool = false, starts: [Double] = []) throws {
    let sorted = try FigureWork.sorted(values)
    guard let low = sorted.first, let high = sorted.last, low < high else {
      self.values = []
      return
    }
    let gaps = sorted.map { $0 - best }
    let greatest = high - best
    // A level that encloses fewer than a handful of nodes has no shape.
    let few = min(gaps.count - 1, 4 + gaps.count / 3000)
    let least = gaps[inside ? few : gaps.count / 50]
    let bulk = inside ? greatest : gaps[gaps.count - 1 - gaps.count / 50]
    // From one end of the numbers to the other there is no height to take the logarithm of.
    if !isLinear, least > 0, greatest.isFinite, bulk / least > 100 {
      self.best = best
      self.values = ContourLevels.between(
        low, high, ContourLevels.logarithmic(least, greatest).map { best + $0 })
    } else {
      self.values = ContourLevels.linear(low, high, count: 12)
    }
    for start in starts where start.isFinite && start > low && start < high {
      include(start)
    }
    clearRemainder(high - low)
  }

  /// Round numbers between the least and the greatest value.
  static func linear(_ low: Double, _ high: Double, count: Int) -> [Double] {
    between(low, high, Ticks.linear(low, high, count: count).ticks.map(\.value))
  }

  /// The levels inside, each once: between neighbouring numbers several round ones may be the same.
  private static func between(_ low: Double, _ high: Double, _ levels: [Double]) -> [Double] {
    var kept: [Double] = []
    for level in levels where level > low && level < high && level > kept.last ?? -.infinity {
      kept.append(level)
    }
    return kept
  }

  /// A level of 0 that rounding left a remainder of: far less than what lies between it and the next level.
  private mutating func clearRemainder(_ extent: Double) {
    guard let index = values.indices.min(by: { abs(values[$0]) < abs(values[$1]) }) else { return }
    let remainder = values[index]
    let gap =
      values.indices.filter { abs($0 - index) == 1 }.map { abs(values[$0] - remainder) }.min() ?? extent
    guard remainder != 0, abs(remainder) < gap * 1e-9 else { return }
    values[index] = 0
    startLevels = startLevels.map { $0 == remainder ? 0 : $0 }
  }

  /// Steps of a third of a decade, a half, one or more, so that about a dozen levels remain.
  static func logarithmic(_ least: Double, _ greatest: Double) -> [Double] {
    let ratio = greatest / least
    // Between 1e-320 and 1e300 there are more decades than a quotient has.
    let decades =
      ratio.isFinite
      ? vector_log10_f64(ratio) : vector_log10_f64(greatest) - vector_log10_f64(least)
    let first = decade(least)
    let last = decade(greatest)
    if decades <= 6 {
      let digits: [Double] = decades <= 3.5 ? [1, 2, 5] : [1, 3]
      return (first...last).flatMap { power in digits.map { $0 * powerOf10(power) } }
        .filter { $0 > least && $0 < greatest }
    }
    let every = Int(clamping: (decades / 12).rounded(.up), to: 1...700)
    return stride(from: last, through: first, by: -every).reversed().map { powerOf10($0) }
      .filter { $0 > least && $0 < greatest }
  }

  /// Puts a level through a start; a neighbour too near to be told apart gives way.
  private mutating func include(_ start: Double) {
    if startLevels.contains(where: { abs($0 - start) <= 1e-9 * max(abs(start), 1e-300) }) { return }
    func measure(_ value: Double) -> Double {
      guard let best else { return value }
      return vector_log10_f64(max(value - best, 1e-300))
    }
    let measures = values.map(measure)
    let step = zip(measures, measures.dropFirst()).map { $1 - $0 }.sorted()
    let usual = step.isEmpty ? 0 : step[step.count / 2]
    values.removeAll {
      abs(measure($0) - measure(start)) < usual * 0.4 && !startLevels.contains($0)
    }
    values.append(start)
    values.sort()
    startLevels.append(start)
  }
}
