extension Int {
  /// Its digits as they stand below the line.
  package var subscripted: String {
    let digits = Array("₀₁₂₃₄₅₆₇₈₉")
    return String(description.map { $0.wholeNumberValue.map { digits[$0] } ?? "₋" })
  }
}
