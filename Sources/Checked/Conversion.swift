/// Conversions of numbers that have an answer for every number.
extension Int {
  /// The whole number towards zero, or the nearest that the type has; 0 of NaN.
  @inlinable
  package init(clamping value: Double) {
    if value > -0x1p63 && value < 0x1p63 {
      self = Int(exactly: value.rounded(.towardZero)) ?? 0
    } else {
      self = value > 0 ? .max : value < 0 ? .min : 0
    }
  }

  /// The whole number towards zero within `bounds`; of NaN their lower end.
  @inlinable
  package init(clamping value: Double, to bounds: ClosedRange<Int>) {
    let whole = value.isNaN ? bounds.lowerBound : Int(clamping: value)
    self = Swift.min(Swift.max(whole, bounds.lowerBound), bounds.upperBound)
  }
}
