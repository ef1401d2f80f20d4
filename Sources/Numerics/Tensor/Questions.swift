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

  /// Whether no element is NaN or infinite.
  public var isFinite: Bool {
    guard let storage else { return scalar.isFinite }
    // All bits of the exponent are set where a number is not finite.
    switch type {
    case .f64:
      let mask: UInt64 = 0x7FF0_0000_0000_0000
      return storage.f64.allSatisfy(storage.count) { $0.bitPattern & mask != mask }
    case .f32:
      let mask: UInt32 = 0x7F80_0000
      return storage.f32.allSatisfy(storage.count) { $0.bitPattern & mask != mask }
    case .f16: return storage.f16.allSatisfy(storage.count) { $0.bits & 0x7C00 != 0x7C00 }
    case .bool: return true
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
