/// Functions whose derivative the program gives.
struct CustomRows: Sendable {
  let custom: Operation = .init("custom(inputs...)", rule: .given)
}

extension Operations {
  /// From the cotangent of the output, the output and the inputs: the cotangent of each input, `nil` for 0.
  public typealias Pullback = (Tensor, Tensor, [Tensor]) throws -> [Tensor?]

  /// `compute(inputs)`, recorded as one operation whose backward step is `pullback`. A tape sees nothing of
  /// what `compute` does, so this serves a gradient of the program's own and a computation that is to be
  /// repeated rather than remembered.
  ///
  /// - Parameter isOwn: Whether `pullback` stands in for the derivative of `compute` instead of being it.
  ///   Forward mode then transposes it, and what `compute` uses of the tape besides the inputs is a constant.
  ///   Otherwise forward mode differentiates `compute` itself, and a `compute` that uses more of the tape
  ///   than its inputs is recorded as it is.
  public static func custom(
    _ inputs: [Tensor], isOwn: Bool = false, compute: ([Tensor]) throws -> Tensor,
    pullback: @escaping Pullback
  ) throws -> Tensor {
    var level = 0
    for input in inputs { level = max(level, input.liveLevel) }
    guard level > 0 else { return try compute(inputs) }
    let recording = Tape.recordings! + level
    let isForward = recording.pointee.mode == .forward
    if isForward && !isOwn { return try compute(inputs) }
    let inner = recording.pointee.lowered(inputs, level)
    var y = try custom(inner, isOwn: isOwn, compute: compute, pullback: pullback)
    if y.liveLevel >= level {
      guard isOwn else { return try compute(inputs) }
      y = recording.pointee.lowered([y], level)[0]
    }
    let step: Pullback = { cotangent, y, inputs in
      let cotangents = try Tape.withoutRecording(at: level) { try pullback(cotangent, y, inputs) }
      // One entry an input: those that the program's derivative does not speak of get none.
      return inputs.indices.map { $0 < cotangents.count ? cotangents[$0] : nil }
    }
    if isForward {
      let tangents = recording.pointee.tangents(of: inputs, level)
      guard let tangent = try transposed(step, y, inner, tangents) else { return y }
      return try recording.pointee.recordForward(
        table.custom.custom, y, SelectedDerivative(tangent), level: level)
    }
    // The program's derivative may bring in values of any tape below.
    if level > 1 { recording.pointee.isNested = true }
    return try recording.pointee.recordMany(
      table.custom.custom.index, inputs, y, Attributes(pullback: step), level: level)
  }

  /// The velocity of the output. The pullback is linear in its cotangent u, so what it gives, times the
  /// velocities of the inputs, is ⟨u, velocity of y⟩: its gradient by u is the velocity.
  static func transposed(
    _ pullback: Pullback, _ y: Tensor, _ inputs: [Tensor], _ tangents: [SelectedDerivative?]
  ) throws -> Tensor? {
    guard tangents.contains(where: { $0 != nil }) else { return nil }
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let u = tape.variable(try Tensor.zeros(y.shape, y.type.arithmetic))
    let cotangents = try pullback(u, y, inputs)
    var sum: Tensor?
    for (index, cotangent) in cotangents.enumerated() {
      guard let cotangent, let tangent = tangents[index] else { continue }
      let term = try inner(fit(cotangent, to: inputs[index]), tangent.value)
      sum = try sum.map { try add($0, term) } ?? term
    }
    guard let sum else { return nil }
    return try tape.pullback(of: sum, cotangent: Tensor(1, type: sum.type), to: u)
  }
}

extension Tape {
  /// Runs `body` while values of that level count as constants: a derivative that is computed in the middle
  /// of the way back must not be recorded on the tape that is being read.
  static func withoutRecording<Result>(at level: Int, _ body: () throws -> Result) rethrows -> Result {
    let recording = recordings! + level
    let generation = recording.pointee.generation
    recording.pointee.generation = generation ^ 0x80_0000
    defer { recording.pointee.generation = generation }
    return try body()
  }
}
