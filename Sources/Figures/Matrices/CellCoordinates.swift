// Where the columns or rows of a matrix are on an axis that measures something.

/// Coordinates of cells that follow each other at equal distances, as their axis measures them.
struct CellCoordinates: Sendable {
  /// The outer edges of the outermost cells.
  let edges: ClosedRange<Double>
  /// Whether the first cell has the greatest coordinate.
  let isFalling: Bool

  /// Distances that differ by no more than rounding in print does are equal.
  private static let tolerance = 0.01

  /// Nil where the middles are not at equal distances, or too few to tell.
  init?(middles: [Double], kind: ScaleKind) {
    guard middles.count > 1, let first = middles.first, let last = middles.last, kind != .symlog,
      middles.allSatisfy({ $0.isFinite && (kind != .log || $0 > 0) })
    else { return nil }
    let scale = Scale(kind: kind, low: 1, high: 10, start: 0, end: 1)
    let measured = middles.map(scale.measure)
    let step = (measured[measured.count - 1] - measured[0]) / Double(middles.count - 1)
    guard step != 0, step.isFinite,
      zip(measured, measured.dropFirst()).allSatisfy({
        abs($1 - $0 - step) <= CellCoordinates.tolerance * abs(step)
      })
    else { return nil }
    isFalling = step < 0
    let (low, high) = (min(first, last), max(first, last))
    let ends = (
      Scale.finite(scale.value(ofMeasure: scale.measure(low) - abs(step) / 2)),
      Scale.finite(scale.value(ofMeasure: scale.measure(high) + abs(step) / 2))
    )
    guard ends.0 < ends.1, kind != .log || ends.0 > 0 else { return nil }
    edges = ends.0...ends.1
  }
}

extension MarkArguments {
  /// The coordinates of so many cells that an option gives: one for each, or the interval from the first to the last.
  func coordinates(_ name: String, count: Int) throws -> [Double]? {
    let expected = "\(count) numbers, one for each, or an interval from the first to the last"
    switch options[name] {
    case nil: return nil
    case .numbers(let values) where values.count == count && values.allSatisfy(\.isFinite): return values
    case .number(let value) where count == 1 && value.isFinite: return [value]
    case .numbers(let ends) where ends.count == 2 && ends[0] < ends[1] && ends.allSatisfy(\.isFinite):
      return (0..<count).map { index in
        let share = count > 1 ? Double(index) / Double(count - 1) : 0.5
        return ends[0] * (1 - share) + ends[1] * share
      }
    default: throw bad(name, expected)
    }
  }
}
