/// Functions whose derivative the program gives.
struct CustomRows: Sendable {
  let custom: Operation = .init("custom(inputs...)", isPublic: false, rule: .composite)
}

extension Operations {
  /// From the cotangent of the output, the output and the inputs: the cotangent of each input, `nil` for 0.
  public typealias Pullback = (Tensor, Tensor, [Tensor]) throws -> [Tensor?]

  /// `compute(inputs)`, recorded as one operation whose backward step is `pullback`. A tape sees nothing of
  /// what `compute` does, so this serves a gradient of the program's own and a computation that is to be
  /// repeated rather than remembered. In forward mode `compute` itself is differentiated.
  public static func custom(
    _ inputs: [Tensor], compute: ([Tensor]) throws -> Tensor, pullback: @escaping Pullback
  ) throws -> Tensor {
    var level = 0
    for input in inputs { level = max(level, input.liveLevel) }
    guard level > 0 else { return try compute(inputs) }
    let recording = Tape.recordings! + level
    if recording.pointee.mode == .forward { return try compute(inputs) }
    let inner = recording.pointee.lowered(inputs, level)
    let y = try custom(inner, compute: compute, pullback: pullback)
    // The program's derivative may bring in values of any tape below.
    if level > 1 { recording.pointee.isNested = true }
    return try recording.pointee.recordMany(
      table.custom.custom.index, inputs, y, Attributes(pullback: pullback), level: level)
  }
}
