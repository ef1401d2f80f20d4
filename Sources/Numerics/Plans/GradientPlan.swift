// A gradient that is asked for again: the numbers of a tape computed anew from other variables and pulled back again,
// without the program that recorded them. Each step is one that the tape did, so values and gradients are the same to
// the last bit.

/// A decision of a program about numbers on its tape. A plan holds for other variables where all of its decisions fall
/// the same way.
public struct RecordedDecision {
  /// A number on the tape, or of a turn that is written down, or a constant.
  public enum Operand {
    case node(Int)
    case register(Int32)
    case constant(Double)
  }

  let left: Operand
  let right: Operand
  let comparison: Comparison
  let outcome: Bool

  /// - Parameter tape: the tape that follows whichever of the numbers is no constant.
  /// - Returns: `nil` where a number is followed by another tape.
  public init?(_ comparison: Comparison, _ left: Tensor, _ right: Tensor, outcome: Bool, on tape: Tape) {
    guard let left = Operand(left, on: tape), let right = Operand(right, on: tape) else { return nil }
    self.left = left
    self.right = right
    self.comparison = comparison
    self.outcome = outcome
  }
}

extension RecordedDecision.Operand {
  fileprivate init?(_ x: Tensor, on tape: Tape) {
    guard x.storage == nil, x.type == .f64 else { return nil }
    if let index = tape.index(of: x) {
      self = .node(index)
    } else if let register = PlanTrace.current?.markedRegister(of: x) {
      self = .register(register.index)
    } else {
      guard x.isPlain else { return nil }
      self = .constant(x.scalar)
    }
  }
}

/// The value and the gradient of what a reverse tape recorded, as a plan of numbers.
public final class GradientPlan {
  /// One of the tensors that are differentiated by.
  private struct Variable {
    var isNumber: Bool
    var shape: Shape
    /// The register of a number.
    var input: PlanRegister?
    /// The cotangents of its elements that were read, one of a number.
    var gradient: [(element: Int, register: PlanRegister)]
    /// The site of the read that came last, where its gradient is made.
    var site: Int32
  }

  private let plan: NumberPlan
  private let variables: [Variable]
  /// Where the elements are that the next run reads.
  private let inputs: UnsafeMutablePointer<UnsafePointer<Double>?>
  private let result: PlanRegister

  /// Longer recordings are not kept, for the memory that they would hold: 150 bytes a node, 600 kB for each function at
  /// most.
  private static let mostNodes = 1 << 12

  /// A plan of what `tape` recorded from `variables` to `output`; `nil` where that is more than operations on f64 numbers
  /// and elements of the variables.
  ///
  /// - Parameter wanted: how many of the variables, from the first on, have a gradient; the others are given before each
  ///   run and that is all.
  public init?(
    _ tape: Tape, from variables: [Tensor], wanted: Int? = nil, to output: Tensor,
    decisions: [RecordedDecision]
  ) {
    let recording = Tape.recordings! + tape.level
    guard recording.pointee.isPlannable(GradientPlan.mostNodes), decisions.count <= GradientPlan.mostNodes,
      let top = tape.node(of: output), output.storage == nil, output.type == .f64
    else { return nil }
    var nodes: [Int] = []
    for variable in variables {
      guard let node = tape.node(of: variable), variable.type == .f64,
        variable.count <= GradientPlan.mostNodes
      else { return nil }
      nodes.append(node)
    }
    guard var lowering = TapeLowering(recording.pointee, nodes, decisions) else { return nil }
    lowering.pullBack(from: top)
    result = lowering.registers[top]
    self.variables = variables.indices.map { index in
      Variable(
        isNumber: variables[index].isScalar, shape: variables[index].shape,
        input: variables[index].isScalar ? lowering.registers[nodes[index]] : nil,
        gradient: index < wanted ?? .max ? lowering.gradient(of: index, variables[index].isScalar) : [],
        site: lowering.sites[index] ?? 0)
    }
    plan = lowering.builder.plan([result] + self.variables.flatMap { $0.gradient.map(\.register) })
    inputs = .allocate(capacity: max(1, variables.count))
    inputs.initialize(repeating: nil, count: max(1, variables.count))
  }

  deinit { inputs.deallocate() }

  /// Sets a variable for the next run, which must come before the tensor changes. Answers false where the tensor is not of
  /// the kind and the shape that was recorded, or may be followed by a tape.
  @inline(__always)
  public func set(_ index: Int, _ x: Tensor) -> Bool {
    guard x.meta == 0 else { return false }
    guard let storage = x.storage else {
      guard let register = variables[index].input else { return false }
      plan[register] = x.scalar
      return true
    }
    guard !variables[index].isNumber, variables[index].shape == storage.shape else { return false }
    inputs[index] = UnsafePointer(storage.f64.run(storage.count))
    return true
  }

  /// Computes value and gradient. Answers false where a decision falls another way than it did.
  public func run() -> Bool { plan.run(inputs) }

  /// The number that the recording ends in.
  public var value: Double { plan[result] }

  /// What the last run left at a variable.
  public func gradient(of index: Int) throws -> Tensor {
    let variable = variables[index]
    if variable.isNumber { return Tensor(variable.gradient.first.map { plan[$0.register] + 0 } ?? 0) }
    let site = Tape.site
    // The tensor is made where the element was read.
    if variable.site != 0 { Tape.site = variable.site }
    let gradient = try Tensor.zeros(variable.shape, .f64)
    Tape.site = site
    if let elements = gradient.storage?.f64 {
      for (element, register) in variable.gradient { elements[element] = plan[register] + 0 }
    }
    return gradient
  }
}
