// The one way from a floating value to a whole number in figures. `Int(_:)` ends the process where a value is NaN or
// too large, and what is drawn may be anything.

extension Int {
  /// The whole part of a number, within a range; of NaN the lower end.
  init(_ value: Double, within range: ClosedRange<Int>) {
    // The ends as numbers may be rounded away from zero, so what passes both comparisons is within them.
    if value >= Double(range.upperBound) {
      self = range.upperBound
    } else if value > Double(range.lowerBound) {
      self = Int(value.rounded(.towardZero))
    } else {
      self = range.lowerBound
    }
  }

  /// A place in pixels, or in cells of some pixels: far outside any canvas all are the same.
  init(place value: Double) { self.init(value, within: -1_000_000...1_000_000) }
}

extension UInt8 {
  /// The nearest of 0 … 255; of NaN 0.
  init(nearest value: Double) { self = UInt8(Int(value.rounded(), within: 0...255)) }
}
