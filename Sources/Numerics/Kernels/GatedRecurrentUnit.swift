import CVector

/// The kernel of all steps of a gated recurrent unit.
enum GatedRecurrentUnit {
  /// `nil` where the shapes or types do not fit.
  static func run(_ inputs: [Tensor], _ isFollowed: [Bool]) throws -> CompoundRun? {
    guard !Operations.areSmall(inputs[0], inputs[2], inputs[3]) else { return nil }
    return try inputs[0].type == .f32
      ? RecurrentSteps<GatedCell<Float>>.run(inputs, isFollowed)
      : RecurrentSteps<GatedCell<Double>>.run(inputs, isFollowed)
  }
}

/// The gates reset r and update z, and the candidate n = tanh(a + r u), where a is of x and u of h: h = (1 - z) n + z h.
/// Kept is u.
private enum GatedCell<T: LoopElement>: RecurrentCell {
  typealias Number = T
  static var gates: Int { 3 }
  static var hasMemory: Bool { false }
  static var isSplit: Bool { true }
  static var stateIsGate: Bool { false }

  @inline(__always)
  static func forward(_ step: RecurrentStep<T>) {
    let (n, r, sums) = (step.units, step.gates, step.recurrent)
    T.binary(VECTOR_add, r, 1, step.bias, 1, r, 3 * n)
    T.binary(VECTOR_add, sums, 1, step.recurrentBias, 1, sums, 3 * n)
    T.binary(VECTOR_add, r, 1, sums, 1, r, 2 * n)
    T.unary(VECTOR_sigmoid, r, r, 2 * n)
    let (z, g, u) = (r + n, r + 2 * n, step.memory)
    u.copy(from: sums + 2 * n, count: n)
    for j in 0..<n { g[j] = g[j] + r[j] * u[j] }
    T.unary(VECTOR_tanh, g, g, n)
    let (before, h) = (step.before, step.state)
    for j in 0..<n { h[j] = (1 - z[j]) * g[j] + z[j] * before[j] }
  }

  @inline(__always)
  static func backward(_ step: RecurrentStep<T>, _ cotangents: RecurrentCotangents<T>) {
    let (n, r, u, before) = (step.units, step.gates, step.memory, step.before)
    let (z, g) = (r + n, r + 2 * n)
    let (dy, dh, dr, own) = (cotangents.result, cotangents.state, cotangents.gates, cotangents.recurrent)
    let (dz, dg) = (dr + n, dr + 2 * n)
    for j in 0..<n {
      let v = dh[j] + dy[j]
      let w = v * (1 - z[j]) * (1 - g[j] * g[j])
      dg[j] = w
      dz[j] = v * (before[j] - g[j]) * (z[j] * (1 - z[j]))
      dr[j] = w * u[j] * (r[j] * (1 - r[j]))
      dh[j] = v * z[j]
    }
    own.copy(from: dr, count: 2 * n)
    T.binary(VECTOR_multiply, dg, 1, r, 1, own + 2 * n, n)
  }
}
