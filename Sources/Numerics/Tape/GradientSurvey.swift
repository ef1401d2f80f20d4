// What a way back left, looked over once, for those who would each look again.

/// What there is among the numbers of gradients.
struct GradientSurvey {
  private(set) var areFinite = true
  private(set) var holdNaN = false
  private(set) var holdNegativeZero = false

  @inline(__always)
  mutating func include(_ number: Double) {
    if !number.isFinite { areFinite = false }
    if number.isNaN { holdNaN = true }
    if number.bitPattern == (-0.0).bitPattern { holdNegativeZero = true }
  }

  /// Looks between blocks; where the evaluation is to stop, what is left does not matter any more.
  mutating func include(_ x: Tensor) {
    guard let storage = x.storage else { return include(x.scalar) }
    for start in stride(from: 0, to: storage.count, by: blockLength) {
      if start > 0, NumericsInterruption.isRaised { return }
      include(x, storage, start..<min(start + blockLength, storage.count))
    }
  }

  private mutating func include(_ x: Tensor, _ storage: Storage, _ block: Range<Int>) {
    let found = x.survey(storage, block)
    if found.contains(.negativeZero) { holdNegativeZero = true }
    guard found.contains(.nonFinite) else { return }
    areFinite = false
    holdNaN = holdNaN || block.contains { x.element($0).isNaN }
  }
}

extension Operations {
  /// The same numbers, where a zero has no sign.
  public static func withoutNegativeZero(_ x: Tensor) throws -> Tensor {
    var survey = GradientSurvey()
    survey.include(x)
    // Where it is written down, this must not depend on what the numbers are.
    guard survey.holdNegativeZero || Tape.isWrittenDown && !x.isPlain else { return x }
    let site = Tape.site
    defer { Tape.site = site }
    // A message says where a tensor was made.
    if let origin = x.origin { Tape.site = origin }
    return try add(x, 0)
  }
}
