import CVector

/// The kernel of all steps of a recurrent layer without gates.
enum SimpleRecurrence {
  /// `nil` where the shapes or types do not fit.
  static func run(_ inputs: [Tensor], _ isFollowed: [Bool]) throws -> CompoundRun? {
    guard !Operations.areSmall(inputs[0], inputs[2], inputs[3]) else { return nil }
    return try inputs[0].type == .f32
      ? RecurrentSteps<SimpleCell<Float>>.run(inputs, isFollowed)
      : RecurrentSteps<SimpleCell<Double>>.run(inputs, isFollowed)
  }
}

/// h = tanh(x W + h U + b).
private enum SimpleCell<T: LoopElement>: RecurrentCell {
  typealias Number = T
  static var gates: Int { 1 }
  static var hasMemory: Bool { false }
  static var isSplit: Bool { false }
  static var stateIsGate: Bool { true }

  @inline(__always)
  static func forward(_ step: RecurrentStep<T>) {
    let (n, h) = (step.units, step.state)
    T.binary(VECTOR_add, h, 1, step.recurrent, 1, h, n)
    T.binary(VECTOR_add, h, 1, step.bias, 1, h, n)
    T.unary(VECTOR_tanh, h, h, n)
  }

  @inline(__always)
  static func backward(_ step: RecurrentStep<T>, _ cotangents: RecurrentCotangents<T>) {
    let (h, dy, dh, dz) = (step.state, cotangents.result, cotangents.state, cotangents.gates)
    for j in 0..<step.units { dz[j] = (dh[j] + dy[j]) * (1 - h[j] * h[j]) }
  }
}
