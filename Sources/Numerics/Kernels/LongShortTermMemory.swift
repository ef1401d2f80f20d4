import CVector

/// The kernel of all steps of a long short-term memory.
enum LongShortTermMemory {
  /// `nil` where the shapes or types do not fit.
  static func run(_ inputs: [Tensor], _ isFollowed: [Bool]) throws -> CompoundRun? {
    try inputs[0].type == .f32
      ? RecurrentSteps<MemoryCell<Float>>.run(inputs, isFollowed)
      : RecurrentSteps<MemoryCell<Double>>.run(inputs, isFollowed)
  }
}

/// The gates input i, forget f and output o, and the candidate g: c = f c + i g, h = o tanh(c).
private enum MemoryCell<T: LoopElement>: RecurrentCell {
  typealias Number = T
  static var gates: Int { 4 }
  static var hasMemory: Bool { true }
  static var isSplit: Bool { false }
  static var stateIsGate: Bool { false }

  @inline(__always)
  static func forward(_ step: RecurrentStep<T>) {
    let (n, i) = (step.units, step.gates)
    T.binary(VECTOR_add, i, 1, step.recurrent, 1, i, 4 * n)
    T.binary(VECTOR_add, i, 1, step.bias, 1, i, 4 * n)
    let (f, o, g) = (i + n, i + 2 * n, i + 3 * n)
    T.unary(VECTOR_sigmoid, i, i, 3 * n)
    T.unary(VECTOR_tanh, g, g, n)
    let (c, before, h) = (step.memory, step.memoryBefore, step.state)
    for j in 0..<n { c[j] = f[j] * before[j] + i[j] * g[j] }
    T.unary(VECTOR_tanh, c, h, n)
    T.binary(VECTOR_multiply, o, 1, h, 1, h, n)
  }

  @inline(__always)
  static func backward(_ step: RecurrentStep<T>, _ cotangents: RecurrentCotangents<T>) {
    let (n, i, before) = (step.units, step.gates, step.memoryBefore)
    let (f, o, g) = (i + n, i + 2 * n, i + 3 * n)
    let (dy, dh, dc, di) = (cotangents.result, cotangents.state, cotangents.memory, cotangents.gates)
    let (df, dO, dg) = (di + n, di + 2 * n, di + 3 * n)
    T.unary(VECTOR_tanh, step.memory, dO, n)
    for j in 0..<n {
      let y = dO[j]
      let u = dh[j] + dy[j]
      let v = dc[j] + u * o[j] * (1 - y * y)
      di[j] = v * g[j] * (i[j] * (1 - i[j]))
      df[j] = v * before[j] * (f[j] * (1 - f[j]))
      dO[j] = u * y * (o[j] * (1 - o[j]))
      dg[j] = v * i[j] * (1 - g[j] * g[j])
      dc[j] = v * f[j]
    }
  }
}
