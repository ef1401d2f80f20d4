// Compound operations: a formula, which is what they mean, and a kernel that computes the same in one go, with a
// derivative in one go.
//
// The kernel serves where nobody looks inside, which is nearly always. Forward mode, and a derivative that is to be
// differentiated again, take the formula, so that every order follows from it alone.

/// One run of a compound's kernel: its result, and the way back from a cotangent of it. `nil` stands for 0 and for
/// what was not asked for.
struct CompoundRun {
  let result: Tensor
  let pullback: (_ cotangent: Tensor) throws -> [Tensor?]
}

extension Operations {
  /// Applies a compound operation and records it as one.
  ///
  /// - Parameters:
  ///   - row: The operation, as the tape shows it.
  ///   - kernel: The run on constants; is told which inputs a derivative may be asked for. `nil` where it does not
  ///     serve these inputs: then the formula does, faults included.
  static func compound(
    _ row: Operation, _ inputs: [Tensor], formula: @escaping ([Tensor]) throws -> Tensor,
    kernel: @escaping ([Tensor], _ isFollowed: [Bool]) throws -> CompoundRun?
  ) throws -> Tensor {
    let isFollowed = inputs.map(\.isFollowed)
    // Every level sees the same numbers, so the kernel runs once. Where it does not serve, tapes see the formula.
    guard let run = try kernel(inputs.map(\.primal), isFollowed) else { return try formula(inputs) }
    guard isFollowed.contains(true) else { return run.result }
    return try custom(inputs, as: row) { inputs in
      inputs.contains(where: \.isFollowed) ? try formula(inputs) : run.result
    } pullback: { cotangent, _, inputs in
      if !cotangent.isFollowed, !inputs.contains(where: \.isFollowed) {
        return try run.pullback(cotangent.primal)
      }
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let variables = inputs.map { tape.variable($0) }
      return try tape.pullback(of: formula(variables), cotangent: cotangent, to: variables)
    }
  }
}
