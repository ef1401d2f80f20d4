// A recording that repeats: the numbers of a tape computed again from other variables, and pulled back again,
// without the program that recorded them.

/// A decision of a program about numbers on its tape. A recording holds for other variables where all of its
/// decisions fall the same way.
public struct RecordedDecision {
  /// A number on the tape, or a constant.
  public struct Operand {
    let node: Int32
    let constant: Double
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
      self.init(node: Int32(truncatingIfNeeded: index), constant: 0)
    } else {
      guard x.isPlain else { return nil }
      self.init(node: -1, constant: x.scalar)
    }
  }
}

/// The operations on numbers that a reverse tape recorded, as a program of their own: one step for each, in the
/// order of the tape, so that values and gradients are the same to the last bit.
public final class Replay {
  /// One operation on numbers and the place of its result.
  private struct Step {
    var number: NumberStep
    var target: Int32
  }

  /// One of the tensors that are differentiated by.
  private struct Variable {
    var node: Int
    var isNumber: Bool
    var shape: Shape
    /// The elements that the next run reads.
    var elements: ElementView<Double>?
    var gradient: Tensor?
  }

  private let steps: UnsafeMutableBufferPointer<Step>
  private let variables: UnsafeMutableBufferPointer<Variable>
  private let decisions: UnsafeMutableBufferPointer<RecordedDecision>
  /// The numbers on the tape and their cotangents, by node.
  private let numbers: UnsafeMutableBufferPointer<Double>
  private let cotangents: UnsafeMutableBufferPointer<Double>
  private let top: Int
  /// What `Tape.site` was when the recording ended.
  private let site: Int32

  /// Longer recordings are not kept, for the memory that they would hold: 40 bytes a node, 160 kB for each function at
  /// most. In time any length pays: measured, a replay takes 14 ns a node, recording and pulling back 23 ns besides
  /// what the interpreter does, and making the replay 45 ns once.
  private static let mostNodes = 1 << 12

  /// A program of what `tape` recorded from `variables` to `output`; `nil` where that is more than operations on
  /// f64 numbers and elements of the variables.
  public init?(_ tape: Tape, from variables: [Tensor], to output: Tensor, decisions: [RecordedDecision]) {
    let recording = Tape.recordings! + tape.level
    let count = recording.pointee.count
    guard recording.pointee.mode == .reverse, !recording.pointee.isNested, !recording.pointee.keepsAdjoints,
      !recording.pointee.isGuided, count <= Replay.mostNodes, decisions.count <= Replay.mostNodes,
      let top = tape.node(of: output), output.storage == nil, output.type == .f64
    else { return nil }
    var own: [Variable] = []
    for variable in variables {
      guard let node = tape.node(of: variable), variable.type == .f64, variable.count <= Replay.mostNodes
      else { return nil }
      own.append(Variable(node: node, isNumber: variable.isScalar, shape: variable.shape))
    }
    let nodes = recording.pointee.nodes
    var steps: [Step] = []
    for index in 0..<count {
      guard let found = Replay.steps(nodes, index, own) else { return nil }
      steps += found
    }
    self.steps = Replay.copy(steps)
    self.variables = Replay.copy(own)
    self.decisions = Replay.copy(decisions)
    numbers = Replay.copy((0..<count).map { nodes[$0].value.scalar })
    cotangents = Replay.copy([Double](repeating: 0, count: count))
    self.top = top
    site = Tape.site
    Memory.hold(bytes)
  }

  deinit {
    Memory.release(bytes)
    variables.baseAddress?.deinitialize(count: variables.count)
    steps.deallocate()
    variables.deallocate()
    decisions.deallocate()
    numbers.deallocate()
    cotangents.deallocate()
  }

  private var bytes: Int {
    steps.count * MemoryLayout<Step>.stride + variables.count * MemoryLayout<Variable>.stride
      + decisions.count * MemoryLayout<RecordedDecision>.stride
      + 2 * numbers.count * MemoryLayout<Double>.stride
  }

  private static func copy<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return buffer
  }

  /// The step that computes a node: none for a leaf, `nil` where the node is more than a number.
  private static func steps(
    _ nodes: UnsafeMutablePointer<TapeNode>, _ index: Int, _ variables: [Variable]
  ) -> [Step]? {
    let node = nodes[index]
    switch node.operation {
    case Code.variable: return variables.contains { $0.node == index } ? [] : nil
    case Code.constant: return node.value.isPlainNumber ? [] : nil
    case Code.element:
      guard let variable = variables.firstIndex(where: { $0.node == Int(node.first) }),
        node.value.storage == nil, node.value.type == .f64
      else { return nil }
      var number = NumberStep(nodes + index, among: nodes)
      number.first = Int32(variable)
      number.second = node.second
      return [Step(number: number, target: Int32(index))]
    default:
      guard node.flags & TapeNode.plain != 0 else { return nil }
      let number = NumberStep(nodes + index, among: nodes)
      let row = Registry[node.operation]
      guard number.isBinary ? row.numbers.binary != nil : row.numbers.unary != nil else { return nil }
      return [Step(number: number, target: Int32(index))]
    }
  }

  /// Sets a variable for the next run, which must come before the tensor changes. Answers false where the tensor is
  /// not of the kind and the shape that was recorded, or may be followed by a tape.
  @inline(__always)
  public func set(_ index: Int, _ x: Tensor) -> Bool {
    guard x.meta == 0 else { return false }
    let variable = variables.baseAddress.unsafelyUnwrapped + index
    guard let whole = x.storage?.head else {
      guard variable.pointee.isNumber else { return false }
      numbers[variable.pointee.node] = x.scalar
      return true
    }
    guard !variable.pointee.isNumber, variable.pointee.shape == whole.pointee.shape else { return false }
    variable.pointee.elements = whole.pointee.f64
    return true
  }

  /// Computes all numbers from the variables. Answers false where a decision falls another way than it did.
  public func run() -> Bool {
    let values = numbers.baseAddress.unsafelyUnwrapped
    for step in steps {
      let y: Double
      switch step.number.operation {
      case Code.element:
        y = variables[Int(step.number.first)].elements.unsafelyUnwrapped[Int(step.number.second)]
      case Code.add: y = values[Int(step.number.first)] + values[Int(step.number.second)]
      case Code.subtract: y = values[Int(step.number.first)] - values[Int(step.number.second)]
      case Code.multiply: y = values[Int(step.number.first)] * values[Int(step.number.second)]
      case Code.divide: y = values[Int(step.number.first)] / values[Int(step.number.second)]
      case Code.power: y = Power.call(values[Int(step.number.first)], values[Int(step.number.second)])
      case Code.negate: y = -values[Int(step.number.first)]
      default:
        y =
          step.number.isBinary
          ? Registry.scalar(
            step.number.operation, values[Int(step.number.first)], values[Int(step.number.second)])
          : Registry.scalar(step.number.operation, values[Int(step.number.first)])
      }
      values[Int(step.target)] = y
    }
    for decision in decisions {
      let left = decision.left.node < 0 ? decision.left.constant : values[Int(decision.left.node)]
      let right = decision.right.node < 0 ? decision.right.constant : values[Int(decision.right.node)]
      if decision.comparison.holds(left, right) != decision.outcome { return false }
    }
    return true
  }

  /// The number that the recording ends in.
  public var value: Double { numbers[top] }

  /// Pulls 1 back from the number that the recording ends in to the variables of the last run.
  public func pullBack() throws {
    let values = numbers.baseAddress.unsafelyUnwrapped
    let adjoints = cotangents.baseAddress.unsafelyUnwrapped
    adjoints.update(repeating: 0, count: cotangents.count)
    for index in variables.indices where !variables[index].isNumber { variables[index].gradient = nil }
    adjoints[top] = 1
    for step in steps.reversed() {
      let c = adjoints[Int(step.target)]
      let (first, second) = (Int(step.number.first), Int(step.number.second))
      if step.number.operation == Code.element {
        let variable = variables.baseAddress.unsafelyUnwrapped + first
        if variable.pointee.gradient == nil {
          // The tensor is made where the element was read.
          Tape.site = step.number.site
          variable.pointee.gradient = try Tensor.zeros(variable.pointee.shape, .f64)
        }
        variable.pointee.gradient.unsafelyUnwrapped.storage.unsafelyUnwrapped.f64[second] += c
      } else {
        try step.number.pull(
          c, values[first], values[second], values[Int(step.target)], adjoints + first, adjoints + second)
      }
    }
    Tape.site = site
  }

  /// What `pullBack` left at a variable, which lets go of it: whoever gets it holds it alone.
  public func takeGradient(of index: Int) throws -> Tensor {
    let variable = variables.baseAddress.unsafelyUnwrapped + index
    if variable.pointee.isNumber { return Tensor(cotangents[variable.pointee.node] + 0) }
    guard let gradient = variable.pointee.gradient else {
      return try Tensor.zeros(variable.pointee.shape, .f64)
    }
    variable.pointee.gradient = nil
    return gradient
  }
}

extension Registry {
  /// The kernels of a row on numbers, without counting a reference to the row.
  @inline(__always)
  fileprivate static func scalar(_ code: UInt16, _ x: Double) -> Double {
    row(code)._withUnsafeGuaranteedRef { $0.numbers.unary.unsafelyUnwrapped(x) }
  }

  @inline(__always)
  fileprivate static func scalar(_ code: UInt16, _ a: Double, _ b: Double) -> Double {
    row(code)._withUnsafeGuaranteedRef { $0.numbers.binary.unsafelyUnwrapped(a, b) }
  }
}

extension Operation {
  /// Whether it works on numbers one by one and a tape sees all that it does with them: nothing else in the
  /// result depends on which numbers they are.
  public var isScalarFunction: Bool {
    !isConstant && numbers.areKnown
  }
}
