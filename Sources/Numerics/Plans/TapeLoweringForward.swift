import CPlan

// The way forward through a tape of numbers: the velocity of each node, as a forward tape finds it
// (`Operation.tangent`), written down from what a reverse tape recorded.

extension TapeLowering {
  /// The velocity of a node, and the registers of those of the variables that are numbers; elements of the velocities of
  /// the others are loaded, after those of the variables themselves.
  ///
  /// - Parameter moving: the velocity of a variable that is a number, where it has a register already.
  /// - Returns: `nil` where nothing moves, or a rule chooses by the numbers what moves.
  mutating func pushForward(
    to top: Int, moving: PlanRegister? = nil
  ) -> (velocity: PlanRegister, inputs: [PlanRegister?])? {
    var velocities = [PlanRegister?](repeating: nil, count: recording.count)
    var inputs = [PlanRegister?](repeating: nil, count: variables.count)
    for index in 0...top {
      let node = recording.nodes[index]
      switch node.operation {
      case Code.constant: continue
      case Code.variable:
        guard let variable = variables.firstIndex(of: index) else { return nil }
        guard node.value.storage == nil else { continue }
        let velocity = moving ?? builder.input()
        (velocities[index], inputs[variable]) = (velocity, velocity)
      case Code.element:
        guard moving == nil, let variable = variables.firstIndex(of: Int(node.first)) else { return nil }
        velocities[index] = builder.load(variables.count + variable, Int(node.second))
      default:
        let step = NumberStep(recording.nodes + index, among: recording.nodes)
        let first = velocities[Int(step.first)]
        let second = step.isBinary ? velocities[Int(step.second)] : nil
        guard first != nil || second != nil else { continue }
        // To a power of 0 nothing moves.
        if step.operation == Code.power, builder.value(registers[Int(step.second)]) == 0 { continue }
        guard let velocity = velocity(step, index, first, second) else { return nil }
        velocities[index] = velocity
      }
    }
    return velocities[top].map { ($0, inputs) }
  }

  /// What of its inputs' velocities the node of a step has.
  private mutating func velocity(
    _ step: NumberStep, _ index: Int, _ first: PlanRegister?, _ second: PlanRegister?
  ) -> PlanRegister? {
    let (a, b, y) = (registers[Int(step.first)], registers[Int(step.second)], registers[index])
    switch step.operation {
    // The operation itself, of zeros for what does not move.
    case Code.add: return builder.add(first ?? builder.constant(0), second ?? builder.constant(0))
    case Code.subtract: return builder.subtract(first ?? builder.constant(0), second ?? builder.constant(0))
    case Code.negate: return first.map { builder.negate($0) }
    case Code.multiply:
      return sum(first.map { builder.multiply($0, b) }, second.map { builder.multiply($0, a) })
    case Code.divide:
      return sum(
        first.map { builder.divide($0, b) },
        second.map { builder.multiply($0, builder.negate(builder.divide(y, b))) })
    case Code.power:
      guard step.secondIsConstant, builder.value(b) != nil else { return nil }
      return first.map { powerSlope(step, $0, a, b) }
    default: break
    }
    let row = Registry[step.operation]
    guard row.constancy == nil else { return nil }
    switch row.rule {
    case .selection, .constant, .composite, .given: return nil
    case .linear where step.isBinary: return nil
    default: break
    }
    if let first, !step.isBinary, let slope = slope(step.operation, a, y) {
      return builder.multiply(first, slope)
    }
    return sum(
      first.map { builder.velocity(from: 0, step.operation, $0, a, b, y) },
      second.map { builder.velocity(from: 1, step.operation, $0, a, b, y) })
  }

  private mutating func sum(_ a: PlanRegister?, _ b: PlanRegister?) -> PlanRegister? {
    guard let a, let b else { return a ?? b }
    return builder.add(a, b)
  }
}

extension NumberStep {
  /// What the velocity of one input brings to the output, for a plan: the code of the row and the input, the velocity, the
  /// inputs and the output. NaN where that is not a number that always moves; then no plan stands for the program.
  static func velocity(_ code: UInt32, _ t: Double, _ a: Double, _ b: Double, _ y: Double) -> Double {
    let row = Registry[UInt16(truncatingIfNeeded: code >> 1)]
    var application = Application(first: Tensor(a), output: Tensor(y))
    let isBinary = row.numbers.binary != nil
    if isBinary { application.second = Tensor(b) }
    let moving = SelectedDerivative(Tensor(t))
    let tangents = !isBinary ? [moving] : code & 1 == 0 ? [moving, nil] : [nil, moving]
    guard let found = try? row.tangent(application, tangents), found.selection == nil else { return .nan }
    return found.value.scalar
  }
}
