extension Int {
  /// A place in pixels, or in cells of some pixels: far outside any canvas all are the same.
  init(place value: Double) { self.init(clamping: value, to: -1_000_000...1_000_000) }
}

extension UInt8 {
  /// The nearest of 0 … 255; of NaN 0.
  init(nearest value: Double) { self.init(clamping: Int(clamping: value.rounded(), to: 0...255)) }
}
