// From data to pixels: linear, logarithmic, and symlog, which is linear around zero and logarithmic beyond.

import CVector

/// The kind of an axis.
enum ScaleKind: String, Sendable {
  case linear, log, symlog
}

/// What a layer wants an axis to cover.
struct DataRange: Equatable, Sendable {
  var low = Double.infinity
  var high = -Double.infinity
  /// The least positive value, for a logarithmic axis.
  var leastPositive = Double.infinity
  /// The least magnitude above zero, for a symlog axis.
  var leastMagnitude = Double.infinity

  init() {}

  init(_ values: some Sequence<Double>) {
    for value in values { include(value) }
  }

  var isEmpty: Bool { low > high }

  mutating func include(_ value: Double) {
    guard value.isFinite else { return }
    low = min(low, value)
    high = max(high, value)
    if value > 0 { leastPositive = min(leastPositive, value) }
    if value != 0 { leastMagnitude = min(leastMagnitude, abs(value)) }
  }

  mutating func include(_ other: DataRange) {
    low = min(low, other.low)
    high = max(high, other.high)
    leastPositive = min(leastPositive, other.leastPositive)
    leastMagnitude = min(leastMagnitude, other.leastMagnitude)
  }
}

/// An axis' map from data to pixels.
struct Scale: Sendable {
  let kind: ScaleKind
  /// The ends of the axis in data.
  let low: Double
  let high: Double
  /// The ends of the axis in pixels; for a vertical axis the first is the greater.
  let start: Double
  let end: Double
  /// Where a symlog axis turns from linear to logarithmic.
  let threshold: Double

  init(
    kind: ScaleKind, low: Double, high: Double, start: Double, end: Double, threshold: Double = 1
  ) {
    self.kind = kind
    self.low = low
    self.high = high
    self.start = start
    self.end = end
    self.threshold = threshold
  }

  /// The pixels of a value, nil where the axis has no place for it.
  func position(_ value: Double) -> Double? {
    if value.isNaN || (kind == .log && value <= 0) { return nil }
    let a = forward(low)
    let b = forward(high)
    // Halves, so that a range of nearly all numbers does not overflow.
    let share = (forward(value) / 2 - a / 2) / (b / 2 - a / 2)
    return start + share * (end - start)
  }

  /// The value at a share of the way from low to high.
  func value(at share: Double) -> Double {
    let a = forward(low)
    let b = forward(high)
    return backward(a * (1 - share) + b * share)
  }

  private func forward(_ value: Double) -> Double {
    switch kind {
    case .linear: return value
    case .log: return vector_log10_f64(value)
    case .symlog:
      let magnitude = abs(value) / threshold
      let moved = magnitude <= 1 ? magnitude : 1 + vector_log10_f64(magnitude)
      return value < 0 ? -moved : moved
    }
  }

  private func backward(_ moved: Double) -> Double {
    switch kind {
    case .linear: return moved
    case .log: return vector_pow_f64(10, moved)
    case .symlog:
      let magnitude = abs(moved) <= 1 ? abs(moved) : vector_pow_f64(10, abs(moved) - 1)
      return (moved < 0 ? -magnitude : magnitude) * threshold
    }
  }

  /// A symlog axis is linear up to the decade of the least magnitude, over six decades at most.
  static func threshold(_ span: DataRange) -> Double {
    let reach = max(abs(span.low), abs(span.high))
    guard reach > 0, reach.isFinite else { return 1 }
    let least = span.leastMagnitude.isFinite ? decade(span.leastMagnitude) : decade(reach) - 3
    // Below 1e-300 a power of ten rounds to zero, where nothing can be linear.
    return powerOf10(max(least, decade(reach) - 5, -300))
  }

  /// The ends of an axis that covers a span with some air, which each kind takes in its own measure.
  static func domain(_ span: DataRange, kind: ScaleKind, padding: Double) -> (low: Double, high: Double) {
    switch kind {
    case .log:
      let low = span.leastPositive.isFinite ? span.leastPositive : 1
      let high = max(span.high, low)
      if high / low < 1 + 1e-9 { return (low / 2, high * 2) }
      let air = vector_pow_f64(high / low, padding)
      let widened = (low: low / air, high: high * air)
      return (widened.low > 0 ? widened.low : low, widened.high.isFinite ? widened.high : high)
    case .linear, .symlog:
      if span.isEmpty { return (0, 1) }
      let reach = max(abs(span.low), abs(span.high))
      let length = span.high / 2 - span.low / 2
      if length <= reach * 1e-14 {
        let half = reach == 0 ? 1 : reach * 0.1
        return (span.low - half, span.high + half)
      }
      if kind == .symlog {
        let low = span.low * (span.low < 0 && padding > 0 ? 1.5 : 1)
        let high = span.high * (span.high > 0 && padding > 0 ? 1.5 : 1)
        return (low.isFinite ? low : span.low, high.isFinite ? high : span.high)
      }
      let air = length * 2 * padding
      let low = span.low - air
      let high = span.high + air
      return (low.isFinite ? low : span.low, high.isFinite ? high : span.high)
    }
  }
}
