/// A figure of a plane that can be drawn in another part of it, so that several that are seen one after the other have
/// one frame.
///
/// Not safe to be used by several threads: it calls functions of the notebook.
struct Reframing: @unchecked Sendable {
  /// The part that the figure shows by itself.
  let limits: PathLimits.Limits
  /// What a page needs to draw it for other numbers; `nil` where it cannot.
  let parts: MovingPicture.Parts?
  /// The figure of another part, arranged alike for all.
  let draw: (PathLimits.Limits) throws -> Figure

  /// A state whose frame is so many times as long as that of most would make specks of the others.
  private static let most = 6.0

  /// The states in the frame that holds them all; `nil` where one is no such figure.
  static func shared(_ states: [Figure]) throws -> [Figure]? {
    let all = states.compactMap(\.reframing)
    guard all.count == states.count, all.count > 1 else { return nil }
    let (x, y) = (union(all.map(\.limits.x)), union(all.map(\.limits.y)))
    return try all.map { try $0.draw((x, y)) }
  }

  private static func union(_ ranges: [ClosedRange<Double>]) -> ClosedRange<Double> {
    let lengths = ranges.map { $0.upperBound - $0.lowerBound }.sorted()
    let usual = lengths[lengths.count / 2]
    let alike = ranges.filter { $0.upperBound - $0.lowerBound <= most * usual }
    let low = alike.map(\.lowerBound).min() ?? ranges[0].lowerBound
    return low...max(low, alike.map(\.upperBound).max() ?? ranges[0].upperBound)
  }
}
