// What difference quotients say of an entry of a gradient. A central one alone calls wrong what is none: at a kink it lies
// between the slopes of the two sides, and where a function changes faster than the step it means nothing.

/// What became of the comparison.
enum GradientVerdict: Equatable {
  case right
  /// The slopes on the two sides differ, and the gradient is one of them or between them.
  case kink(left: Double, right: Double)
  /// Quotients change with their step, and none agrees; `other` is that of the least.
  case unsettled(other: Double)
  case wrong

  var isRight: Bool {
    switch self {
    case .right, .kink: true
    case .unsettled, .wrong: false
    }
  }

  /// Of several entries the gravest is the one to speak of.
  var gravity: Int {
    switch self {
    case .right: 0
    case .kink: 1
    case .unsettled: 2
    case .wrong: 3
    }
  }
}

/// Difference quotients of a function of one entry.
struct GradientDifferences {
  let entry: Double
  /// The step of a first central quotient.
  let step: Double
  /// The function at the entry, its size and that of the gradient, and what its rounding is in units of them.
  let value: Double
  let size: Double
  let scale: Double
  let epsilon: Double
  let evaluate: (Double) throws -> Double
  /// A number in the type of the point.
  let rounded: (Double) -> Double

  /// By how much each step is smaller than the one before, and how many follow the first.
  private static let shrinking = 8.0
  private static let more = 5

  func quotient(_ step: Double) throws -> Double {
    let (above, below) = (rounded(entry + step), rounded(entry - step))
    return (try evaluate(above) - evaluate(below)) / (above - below)
  }

  private func slope(towards step: Double) throws -> Double {
    let other = rounded(entry + step)
    // A zero has no sign.
    return (try evaluate(other) - value) / (other - entry) + 0
  }

  /// What the rounding of the function leaves of a quotient.
  private func rounding(_ step: Double) -> Double { 20 * epsilon * size / step }

  func verdict(_ gradient: Double, _ quotient: Double) throws -> GradientVerdict {
    if try agrees(gradient, quotient) { return .right }
    if try isInfinite(gradient) { return .right }
    guard gradient.isFinite else { return .wrong }
    if let kink = try kink(gradient) { return kink }
    return try settled(gradient, quotient)
  }

  /// Whether a step that is small enough for the series and large enough for rounding says the same as the gradient. How
  /// much the quotient changes with the step tells what the series leaves; where that or rounding is not small beside the
  /// slopes themselves, the step says nothing.
  private func agrees(_ gradient: Double, _ quotient: Double) throws -> Bool {
    var (step, quotient) = (step, quotient)
    for _ in 0...Self.wider {
      let narrow = step / Self.shrinking
      let next = try self.quotient(narrow)
      let tolerance = 2 * abs(next - quotient) + rounding(narrow)
      if tolerance <= Self.tellable * max(scale, abs(gradient), abs(next)) {
        return abs(gradient - next) <= tolerance + 1e-9 * scale
      }
      // A wider step helps against rounding alone.
      guard rounding(narrow) > abs(next - quotient) / 4 else { return false }
      // Where all slopes are 0 there is nothing that rounding could be small beside.
      if scale == 0, step > self.step * Self.shrinking, abs(next) <= rounding(narrow) { return true }
      step *= Self.shrinking
      quotient = try self.quotient(step)
    }
    return false
  }

  /// How many wider steps are tried, and what share of the slopes may be uncertain.
  private static let wider = 4
  private static let tellable = 0.02

  /// Whether one side or both grow without end towards an infinite slope.
  private func isInfinite(_ gradient: Double) throws -> Bool {
    guard gradient.isInfinite, value.isFinite else { return false }
    return try [1.0, -1.0].contains { side in
      let wide = try slope(towards: side * step)
      let narrow = try slope(towards: side * step / (Self.shrinking * Self.shrinking))
      return narrow.sign == gradient.sign && abs(narrow) > 2 * abs(wide) && wide.isFinite
    }
  }

  /// At a kink the slopes of the two sides stay apart however small the step is.
  private func kink(_ gradient: Double) throws -> GradientVerdict? {
    // One step where the next term of the series is small, and one where rounding still is.
    let narrow = step / Self.shrinking
    let (left, right) = (try slope(towards: -step), try slope(towards: step))
    let (nearLeft, nearRight) = (try slope(towards: -narrow), try slope(towards: narrow))
    let gap = abs(nearRight - nearLeft)
    guard gap > 0.5 * abs(right - left), gap > 4 * rounding(narrow) + 1e-4 * scale else { return nil }
    // The sides are as straight as rounding lets them be seen.
    let margin = 2 * rounding(narrow) + 0.1 * gap
    guard abs(nearLeft - left) <= margin, abs(nearRight - right) <= margin else { return nil }
    let exactness = 2 * rounding(narrow) + abs(nearLeft - left) + abs(nearRight - right)
    guard gradient >= min(nearLeft, nearRight) - exactness, gradient <= max(nearLeft, nearRight) + exactness
    else { return nil }
    return .kink(left: nearLeft, right: nearRight)
  }

  /// Whether smaller steps say more.
  private func settled(_ gradient: Double, _ quotient: Double) throws -> GradientVerdict {
    var quotients = [quotient]
    var step = step
    for _ in 0..<Self.more {
      step /= Self.shrinking
      let next = try self.quotient(step)
      let rounding = rounding(step)
      guard rounding <= 1e-3 * max(abs(gradient), abs(next)) else { break }
      // What the series leaves falls by the square of the step, so the change tells how much that is.
      let change = abs(next - quotients[quotients.count - 1])
      if change <= 0.05 * abs(gradient), abs(gradient - next) <= rounding + change / 10 { return .right }
      quotients.append(next)
    }
    // Two steps that agree are believed.
    let last = quotients[quotients.count - 1]
    // At a jump of the second derivative they come as near as the step is small.
    let errors = quotients.map { abs($0 - gradient) }
    if errors.count > 2, zip(errors, errors.dropFirst()).allSatisfy({ $1 <= $0 / 4 }) { return .right }
    if !last.isFinite || quotients.count == 1 && rounding(self.step) > 1e-3 * max(abs(gradient), abs(last)) {
      return .unsettled(other: last)
    }
    guard quotients.count > 1 else { return .wrong }
    let before = quotients[quotients.count - 2]
    return abs(last - before) <= 1e-2 * max(abs(last), abs(before)) ? .wrong : .unsettled(other: last)
  }
}
