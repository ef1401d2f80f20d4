// Compound operations: a formula, which is what they mean, and a kernel that computes the same in one go, with a
// derivative in one go.
//
// The kernel serves where nobody looks inside, which is nearly always. Forward mode, a derivative that is to be
// differentiated again, masks of what was not selected, and whoever shows what a tape recorded take the formula, so
// that every order follows from it alone.

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
  ///   - formula: May see tapes through its argument alone.
  ///   - kernel: The run on constants; is told which inputs a derivative may be asked for. `nil` where it does not
  ///     serve these inputs: then the formula does, faults included.
  ///   - isExact: Whether the kernel's derivative, too, is that of the formula to the bit.
  static func compound(
    _ row: Operation, _ inputs: [Tensor], isExact: Bool = false,
    formula: @escaping ([Tensor]) throws -> Tensor,
    kernel: @escaping ([Tensor], _ isFollowed: [Bool]) throws -> CompoundRun?
  ) throws -> Tensor {
    let isFollowed = inputs.map(\.isFollowed)
    guard let level = Tape.onlyLevel(of: inputs, isExact),
      let run = try kernel(inputs.map(\.primal), isFollowed)
    else {
      // Formulas may look at numbers.
      if Tape.depth > Tape.writing.level, inputs.contains(where: \.isFollowed) { Tape.hide() }
      return try formula(inputs)
    }
    // A plan has no step for a kernel.
    if let trace = PlanTrace.current, inputs.contains(where: trace.isMarkedBeneath) { trace.giveUp() }
    guard level > 0 else { return run.result }
    let pullback: Pullback = { cotangent, y, inputs in
      if !cotangent.isFollowed { return try run.pullback(cotangent.primal) }
      return try pulled(SelectedDerivative(cotangent), through: formula, inputs).map { $0?.value }
    }
    return try (Tape.recordings! + level).pointee.recordMany(
      row.index, inputs, run.result, Attributes(pullback: pullback, formula: formula), level: level)
  }

  /// Whether no element is beyond what plans hold in registers. There a compound leaves the work to its formula, which
  /// a plan can write down.
  static func areSmall(_ inputs: Tensor...) -> Bool {
    inputs.allSatisfy { $0.count <= PlanTrace.mostElements }
  }

  /// What comes back to the inputs of a formula for a cotangent of which only a part counts.
  static func pulled(
    _ cotangent: SelectedDerivative, through formula: ([Tensor]) throws -> Tensor, _ inputs: [Tensor]
  ) throws -> [SelectedDerivative?] {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let variables = inputs.map { tape.variable($0) }
    return try tape.pullback(of: formula(variables), selected: cotangent, to: variables)
  }

  /// The velocity of what a formula makes of inputs that move.
  static func pushed(
    _ velocities: [SelectedDerivative?], through formula: ([Tensor]) throws -> Tensor, _ inputs: [Tensor]
  ) throws -> SelectedDerivative? {
    let tape = try Tape.open(.forward)
    defer { tape.close() }
    let moving = zip(inputs, velocities).map { input, velocity in
      velocity.map { tape.dual(input, $0.value, selection: $0.selection) } ?? input
    }
    let y = try formula(moving)
    return tape.index(of: y).flatMap { Tape.recordings![tape.level].tangent(of: $0) }
  }
}

extension Tape {
  /// The level of the one tape that follows inputs, a tape for the way back; 0 where none does. `nil` where several
  /// do, another kind, or one whose operations are shown.
  ///
  /// - Parameter isExact: the same for one that a plan is made of.
  fileprivate static func onlyLevel(of inputs: [Tensor], _ isExact: Bool) -> Int? {
    var level = 0
    for input in inputs {
      let own = input.liveLevel
      if own == 0 { continue }
      guard level == 0 || own == level else { return nil }
      level = own
      guard recordings![own].nodes[Int(input.meta >> 36)].value.liveLevel == 0 else { return nil }
    }
    guard level > 0 else { return 0 }
    let isShown = (1...depth).contains {
      recordings![$0].showsFormulas || isExact && recordings![$0].isWatched
    }
    return recordings![level].mode == .forward || isShown ? nil : level
  }
}
