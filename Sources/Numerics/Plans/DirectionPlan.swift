// A directional derivative that is asked for again: the numbers of a tape computed anew from other variables, and with
// each of them the velocity at which it moves, as a forward tape finds both.

/// The value and the directional derivative of what a reverse tape recorded, as a plan of numbers.
public final class DirectionPlan {
  /// One of the tensors that move.
  private struct Variable {
    var shape: Shape
    /// The registers of a number and of its velocity.
    var input: PlanRegister?
    var velocity: PlanRegister?
  }

  private let plan: NumberPlan
  private let variables: [Variable]
  /// Where the elements are that the next run reads, and after them those of their velocities.
  private let inputs: UnsafeMutablePointer<UnsafePointer<Double>?>
  private let result: PlanRegister
  private let tangent: PlanRegister

  /// As many nodes as a gradient's plan may have.
  private static let mostNodes = 1 << 12

  /// A plan of what `tape` recorded from `variables` to `output`; `nil` where that is more than operations on f64 numbers
  /// and elements of the variables, or a choice among numbers.
  public init?(_ tape: Tape, from variables: [Tensor], to output: Tensor, decisions: [RecordedDecision]) {
    guard let recording = Tape.recordings?[tape.level], recording.isPlannable(DirectionPlan.mostNodes),
      decisions.count <= DirectionPlan.mostNodes, let top = tape.node(of: output), output.storage == nil,
      output.type == .f64
    else { return nil }
    var nodes: [Int] = []
    for variable in variables {
      guard let node = tape.node(of: variable), variable.type == .f64,
        variable.count <= DirectionPlan.mostNodes
      else { return nil }
      nodes.append(node)
    }
    guard var lowering = TapeLowering(recording, nodes, decisions),
      let (velocity, velocities) = lowering.pushForward(to: top)
    else { return nil }
    result = lowering.registers[top]
    tangent = velocity
    self.variables = variables.indices.map { index in
      let isNumber = variables[index].isScalar
      return Variable(
        shape: variables[index].shape, input: isNumber ? lowering.registers[nodes[index]] : nil,
        velocity: velocities[index])
    }
    // A number that does not count has a register all the same.
    let kept = self.variables.flatMap { [$0.input, $0.velocity].compactMap { $0 } }
    plan = lowering.builder.plan([result, tangent] + kept)
    let count = max(1, 2 * variables.count)
    inputs = .allocate(capacity: count)
    inputs.initialize(repeating: nil, count: count)
  }

  deinit { inputs.deallocate() }

  /// Sets a variable and its velocity for the next run, which must come before the tensors change. Answers false where they
  /// are not of the kind and the shape that was recorded, or may be followed by a tape.
  public func set(_ index: Int, _ x: Tensor, moving velocity: Tensor) -> Bool {
    guard x.meta == 0, velocity.meta == 0 else { return false }
    let variable = variables[index]
    guard let storage = x.storage, let moving = velocity.storage else {
      guard x.storage == nil, velocity.storage == nil, let register = variable.input else { return false }
      plan[register] = x.scalar
      if let register = variable.velocity { plan[register] = velocity.scalar }
      return true
    }
    guard variable.input == nil, variable.shape == storage.shape, moving.shape == storage.shape else {
      return false
    }
    inputs[index] = UnsafePointer(storage.f64.run(storage.count))
    inputs[variables.count + index] = UnsafePointer(moving.f64.run(moving.count))
    return true
  }

  /// Computes value and derivative. Answers false where a decision falls another way than it did, or the derivative is not
  /// finite.
  public func run() -> Bool { plan.run(inputs) && plan[tangent].isFinite }

  /// The number that the recording ends in.
  public var value: Double { plan[result] }

  /// Its velocity, a zero without a sign.
  public var derivative: Double { plan[tangent] + 0 }
}
