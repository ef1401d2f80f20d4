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

  /// The same of very many values.
  init(all values: [Double]) throws {
    try FigureWork.each(values.count) { include(values[$0]) }
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
  /// How it is measured between its ends: a symlog axis that ends before its threshold is linear, to the last bit.
  private let measured: ScaleKind
  /// The ends in the measure of the axis.
  private let first: Double
  private let last: Double
  /// Of a logarithmic axis so short that logarithms of its ends would agree in most of their digits: that of their ratio.
  private let logRatio: Double?

  init(
    kind: ScaleKind, low: Double, high: Double, start: Double, end: Double, threshold: Double = 1
  ) {
    self.kind = kind
    self.low = low
    self.high = high
    self.start = start
    self.end = end
    self.threshold = threshold
    let isLinear = kind == .symlog && max(abs(low), abs(high)) <= threshold
    measured = isLinear ? .linear : kind
    first = Scale.forward(low, measured, threshold)
    last = Scale.forward(high, measured, threshold)
    let isLogarithmic = kind == .log || (kind == .symlog && min(abs(low), abs(high)) >= threshold)
    logRatio = isLogarithmic && Scale.isShort(low, high) ? vector_log1p_f64((high - low) / low) : nil
  }

  /// Whether the ends are of one sign and within a factor of two.
  private static func isShort(_ low: Double, _ high: Double) -> Bool {
    let (less, more) = (min(abs(low), abs(high)), max(abs(low), abs(high)))
    return low < high && (low > 0) == (high > 0) && less > 0 && more - less < less
  }

  /// The pixels of a value, nil where the axis has no place for it.
  func position(_ value: Double) -> Double? {
    if value.isNaN || (kind == .log && value <= 0) { return nil }
    return start + share(value) * (end - start)
  }

  /// The pixels of a tick.
  func position(of tick: Tick) -> Double? {
    guard let share = tick.share else { return position(tick.value) }
    return start + share * (end - start)
  }

  private func share(_ value: Double) -> Double {
    if let logRatio, value / low > 0, kind == .log || abs(value) >= threshold {
      return vector_log1p_f64((value - low) / low) / logRatio
    }
    let value = Scale.forward(value, measured, threshold)
    let share = (value - first) / (last - first)
    if share.isFinite, share != 0 { return share }
    // Halves, so that a range of nearly all numbers does not overflow; they would lose the last bit of the least ones.
    return value == first ? 0 : (value / 2 - first / 2) / (last / 2 - first / 2)
  }

  /// The value at a share of the way from low to high.
  func value(at share: Double) -> Double {
    if let logRatio { return low + low * vector_expm1_f64(share * logRatio) }
    return Scale.backward(first * (1 - share) + last * share, measured, threshold)
  }

  /// A value in the measure of the axis, in which its length is even.
  func measure(_ value: Double) -> Double { Scale.forward(value, kind, threshold) }

  func value(ofMeasure moved: Double) -> Double { Scale.backward(moved, kind, threshold) }

  private static func forward(_ value: Double, _ kind: ScaleKind, _ threshold: Double) -> Double {
    switch kind {
    case .linear: return value
    case .log: return vector_log10_f64(value)
    case .symlog:
      let magnitude = abs(value) / threshold
      let moved = magnitude <= 1 ? magnitude : 1 + vector_log10_f64(magnitude)
      return value < 0 ? -moved : moved
    }
  }

  private static func backward(_ moved: Double, _ kind: ScaleKind, _ threshold: Double) -> Double {
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

  // MARK: Ends

  /// An interval around a number, which is all there is to show: a tenth of it to each side.
  static func around(_ value: Double, share: Double = 0.1) -> (low: Double, high: Double) {
    let reach = value == 0 ? 1 : max(abs(value) * share, 4 * value.ulp)
    return (finite(value - reach), finite(value + reach))
  }

  /// The number, or the last one before infinity.
  static func finite(_ value: Double) -> Double {
    min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  /// The ends of an axis that covers a span with some air, which each kind takes in its own measure.
  static func domain(_ span: DataRange, kind: ScaleKind, padding: Double) -> (low: Double, high: Double) {
    if kind == .log { return logDomain(span, padding) }
    if span.isEmpty { return (0, 1) }
    if span.low == span.high { return around(span.low) }
    if kind == .symlog, !isShort(span.low, span.high) {
      let low = span.low * (span.low < 0 && padding > 0 ? 1.5 : 1)
      let high = span.high * (span.high > 0 && padding > 0 ? 1.5 : 1)
      return (finite(low), finite(high))
    }
    let length = span.high - span.low
    let air = length.isFinite ? length * padding : (span.high / 2 - span.low / 2) * padding * 2
    return (finite(span.low - air), finite(span.high + air))
  }

  private static func logDomain(_ span: DataRange, _ padding: Double) -> (low: Double, high: Double) {
    let low = span.leastPositive.isFinite ? span.leastPositive : 1
    let high = max(span.high, low)
    if low == high { return (max(low / 2, .leastNonzeroMagnitude), finite(high * 2)) }
    let air = vector_pow_f64(high / low, padding)
    let widened = (low: low / air, high: high * air)
    return (widened.low > 0 ? widened.low : low, widened.high.isFinite ? widened.high : high)
  }
}
