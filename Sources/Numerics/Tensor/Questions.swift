// Questions about all elements of a tensor. They throw nothing; of an evaluation that is being stopped nobody asks for the
// answer any more, so it comes at once.

extension Tensor {
  /// Whether something holds for every element.
  public func allSatisfy(_ holds: (Double) -> Bool) -> Bool {
    guard let storage else { return holds(scalar) }
    return switch type {
    case .f64: storage.f64.allSatisfy(storage.count) { holds($0) }
    case .f32: storage.f32.allSatisfy(storage.count) { holds(Double($0)) }
    case .f16: storage.f16.allSatisfy(storage.count) { holds($0.value) }
    case .bool: storage.bool.allSatisfy(storage.count) { holds(Double($0)) }
    }
  }

  /// How many elements are not 0.
  var countOfNonzero: Int {
    guard let storage, type == .bool else {
      var count = 0
      _ = allSatisfy { element in
        if element != 0 { count += 1 }
        return true
      }
      return count
    }
    var count = 0
    for start in stride(from: 0, to: storage.count, by: blockLength) {
      if start > 0, NumericsInterruption.isRaised { break }
      let bytes = storage.bool
      for place in start..<min(start + blockLength, storage.count) { count &+= bytes[place] != 0 ? 1 : 0 }
    }
    return count
  }

  /// Whether no element is NaN or infinite.
  public var isFinite: Bool {
    guard let storage else { return scalar.isFinite }
    for start in stride(from: 0, to: storage.count, by: blockLength) {
      if NumericsInterruption.isRaised { return true }
      let block = start..<min(start + blockLength, storage.count)
      if survey(storage, block).contains(.nonFinite) { return false }
    }
    return true
  }

  /// What there is among some of its elements.
  func survey(_ storage: Storage, _ block: Range<Int>) -> NumberSurvey {
    switch type {
    case .f64: return Double.survey(storage.f64 + block.lowerBound, block.count)
    case .f32: return Float.survey(storage.f32 + block.lowerBound, block.count)
    case .f16:
      // All bits of the exponent are set where a number is not finite.
      var (infinite, zeros) = (0, 0)
      for place in block {
        infinite &+= storage.f16[place].bits & 0x7C00 == 0x7C00 ? 1 : 0
        zeros &+= storage.f16[place].bits == 0x8000 ? 1 : 0
      }
      var found: NumberSurvey = []
      if infinite > 0 { found.insert(.nonFinite) }
      if zeros > 0 { found.insert(.negativeZero) }
      return found
    case .bool: return []
    }
  }
}

extension ElementView {
  /// Whether something holds for all of so many elements. Counted without a branch, so that the loop can run in vectors.
  @inline(__always)
  fileprivate func allSatisfy(_ count: Int, _ holds: (Element) -> Bool) -> Bool {
    for start in stride(from: 0, to: count, by: blockLength) {
      if NumericsInterruption.isRaised { return true }
      var exceptions = 0
      for place in start..<min(start + blockLength, count) where !holds(self[place]) { exceptions &+= 1 }
      if exceptions > 0 { return false }
    }
    return true
  }
}
