import CPlan
import CVector

/// The nodes of a reverse tape of numbers as steps of a plan, first the way there and then the way back. What
/// `NumberStep.pull` does with numbers, `pull` here writes down, operation by operation.
struct TapeLowering {
  var builder: NumberPlanBuilder
  /// By node.
  private(set) var registers: [PlanRegister] = []
  /// Where each variable was read last.
  private(set) var sites: [Int: Int32] = [:]
  let recording: Recording
  let variables: [Int]
  /// The turn that the gradient is part of, if it is.
  private let trace: PlanTrace?
  private var cotangents: [PlanRegister?]
  /// By variable and element.
  private var elements: [[Int: PlanRegister]]

  /// The way there; `nil` where the tape holds more than numbers and elements of its variables.
  init?(
    _ recording: Recording, _ variables: [Int], _ decisions: [RecordedDecision],
    _ builder: NumberPlanBuilder = NumberPlanBuilder(), _ trace: PlanTrace? = nil
  ) {
    self.builder = builder
    self.trace = trace
    self.recording = recording
    self.variables = variables
    cotangents = [PlanRegister?](repeating: nil, count: recording.count)
    elements = [[Int: PlanRegister]](repeating: [:], count: variables.count)
    registers.reserveCapacity(recording.count)
    for index in 0..<recording.count {
      guard let register = lowered(index) else { return nil }
      registers.append(register)
    }
    for decision in decisions {
      let (left, right) = (operand(decision.left), operand(decision.right))
      self.builder.guardThat(decision.comparison, left, right, is: decision.outcome)
    }
  }

  private mutating func operand(_ operand: RecordedDecision.Operand) -> PlanRegister {
    switch operand {
    case .node(let node): registers[node]
    case .register(let register): PlanRegister(index: register)
    case .constant(let value): builder.constant(value)
    }
  }

  private mutating func lowered(_ index: Int) -> PlanRegister? {
    let node = recording.nodes[index]
    switch node.operation {
    case Code.variable:
      // Of a tensor only elements are read.
      guard variables.contains(index) else { return nil }
      guard trace != nil else { return builder.input() }
      return node.value.storage == nil ? known(node.value) : builder.constant(0)
    case Code.constant: return known(node.value)
    case Code.element:
      guard let variable = variables.firstIndex(of: Int(node.first)), node.value.storage == nil,
        node.value.type == .f64
      else { return nil }
      guard let trace else { return builder.load(variable, Int(node.second)) }
      let whole = recording.nodes[Int(node.first)].value
      if whole.isPlain { return builder.constant(node.value.scalar) }
      return trace.markedRegisters(of: whole).flatMap {
        $0.indices.contains(Int(node.second)) ? $0[Int(node.second)] : nil
      }
    default:
      guard node.flags & TapeNode.plain != 0 else { return nil }
      let a = registers[Int(node.first)]
      return node.flags & TapeNode.binary != 0
        ? builder.apply(node.operation, a, registers[Int(node.second)]) : builder.apply(node.operation, a)
    }
  }

  /// The register of a number that the tape did not compute.
  private mutating func known(_ x: Tensor) -> PlanRegister? {
    x.isPlainNumber ? builder.constant(x.scalar) : trace?.markedRegister(of: x)
  }

  // MARK: The way back

  mutating func pullBack(from top: Int) {
    cotangents[top] = self.builder.constant(1)
    for index in stride(from: top, through: 0, by: -1) {
      guard let cotangent = cotangents[index] else { continue }
      let node = recording.nodes[index]
      switch node.operation {
      case Code.variable, Code.constant: continue
      case Code.element: add(cotangent, toElement: Int(node.second), of: Int(node.first), node.site)
      default: pull(NumberStep(recording.nodes + index, among: recording.nodes), cotangent, index)
      }
    }
  }

  private mutating func add(
    _ cotangent: PlanRegister, toElement element: Int, of node: Int, _ site: Int32
  ) {
    guard let variable = variables.firstIndex(of: node) else { return }
    if elements[variable].isEmpty { sites[variable] = site }
    elements[variable][element] = elements[variable][element].map { builder.add($0, cotangent) } ?? cotangent
  }

  private mutating func add(_ contribution: PlanRegister, to node: Int32) {
    cotangents[Int(node)] = cotangents[Int(node)].map { builder.add($0, contribution) } ?? contribution
  }

  private mutating func pull(_ step: NumberStep, _ c: PlanRegister, _ index: Int) {
    let (a, b, y) = (registers[Int(step.first)], registers[Int(step.second)], registers[index])
    let (first, second) = (!step.firstIsConstant, !step.secondIsConstant)
    switch step.operation {
    case Code.add:
      if first { add(c, to: step.first) }
      if second { add(c, to: step.second) }
    case Code.subtract:
      if first { add(c, to: step.first) }
      if second { add(builder.negate(c), to: step.second) }
    case Code.multiply:
      if first { add(builder.multiply(c, b), to: step.first) }
      if second { add(builder.multiply(c, a), to: step.second) }
    case Code.divide:
      if first { add(builder.divide(c, b), to: step.first) }
      if second {
        let quotient = builder.divide(y, b)
        add(builder.multiply(c, builder.negate(quotient)), to: step.second)
      }
    case Code.power:
      if first { add(powerSlope(step, c, a, b), to: step.first) }
      if second {
        let logarithms = builder.binary(
          { Powers.timesLogarithms($0, $1, 1) }, y, a, as: .logarithms)
        add(builder.multiply(c, logarithms), to: step.second)
      }
    case Code.negate:
      if first { add(builder.negate(c), to: step.first) }
    default:
      if let slope = slope(step.operation, a, y) {
        if first { add(builder.multiply(c, slope), to: step.first) }
        return
      }
      if first { add(builder.cotangent(of: 0, step.operation, c, a, b, y), to: step.first) }
      if step.isBinary, second { add(builder.cotangent(of: 1, step.operation, c, a, b, y), to: step.second) }
    }
  }

  /// The slope of a function of one number at `a`, where it is `y`; `nil` where its row gives none.
  mutating func slope(_ operation: UInt16, _ a: PlanRegister, _ y: PlanRegister) -> PlanRegister? {
    guard let slope = Registry.scalarSlope(operation) else { return nil }
    return Registry[operation].numbers.slope?.steps?(&builder, a, y)
      ?? builder.binary(slope, a, y, as: .slope(operation))
  }

  /// What reaches the base of a power.
  mutating func powerSlope(
    _ step: NumberStep, _ c: PlanRegister, _ a: PlanRegister, _ b: PlanRegister
  ) -> PlanRegister {
    if step.secondIsConstant, builder.value(b) == 2 {
      return builder.multiply(c, builder.multiply(builder.constant(2), a))
    }
    if step.secondIsConstant, builder.value(b) == nil { return builder.powerSlope(c, a, b) }
    let lowered = builder.power(a, builder.subtract(b, builder.constant(1)))
    return builder.binary(
      { annihilated($0, $1) }, b, builder.multiply(c, lowered), as: .operation(Code.multiply))
  }

  /// The cotangents that the way back left at a variable, by element.
  func gradient(of index: Int, _ isNumber: Bool) -> [(element: Int, register: PlanRegister)] {
    if isNumber { return cotangents[variables[index]].map { [(0, $0)] } ?? [] }
    return elements[index].sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension NumberPlanBuilder {
  /// An operation on a number.
  mutating func apply(_ operation: UInt16, _ a: PlanRegister) -> PlanRegister? {
    if operation == Code.negate { return negate(a) }
    if operation == table.elementwise.sqrt.index { return squareRoot(a) }
    return Registry[operation].numbers.unary.map { unary($0, a, as: .operation(operation)) }
  }

  /// An operation on two numbers.
  mutating func apply(_ operation: UInt16, _ a: PlanRegister, _ b: PlanRegister) -> PlanRegister? {
    switch operation {
    case Code.add: return add(a, b)
    case Code.subtract: return subtract(a, b)
    case Code.multiply: return multiply(a, b)
    case Code.divide: return divide(a, b)
    case Code.power: return power(a, b)
    default: return Registry[operation].numbers.binary.map { binary($0, a, b, as: .operation(operation)) }
    }
  }

  /// A power; those whose exponent is a constant that `Power` knows are products, as there.
  mutating func power(_ a: PlanRegister, _ b: PlanRegister) -> PlanRegister {
    switch value(b) {
    case 2: return multiply(a, a)
    case 1: return a
    case 3: return multiply(multiply(a, a), a)
    case -1: return divide(constant(1), a)
    default: return binary({ Power.call($0, $1) }, a, b, as: .operation(Code.power))
    }
  }
}

extension Recording {
  /// Whether it may be made a plan of: a reverse tape of so many nodes at most, that is pulled back as a whole.
  func isPlannable(_ most: Int) -> Bool {
    mode == .reverse && !isNested && !keepsAdjoints && !isGuided && barriers.isEmpty && count <= most
  }
}

extension Operation {
  /// Whether it works on numbers one by one, as a plan does it.
  public var isNumberFunction: Bool { numbers.areKnown }

  /// Whether a plan can do it by its kernel: a call looks at no number besides, but at axes, which have names.
  public var isPlannable: Bool {
    if case .composite = rule { return false }
    guard unary != nil || binary != nil || many != nil else { return false }
    if case .reduction = kind { return true }
    // What no gradient goes through may be computed past its kernel, such as `round` to a digit.
    guard invoke == nil || !isConstant else { return false }
    if case .elementwise = kind { return isNumberFunction || invoke == nil }
    return isNumberFunction
  }

  /// Whether a tape sees all that it does with numbers besides: nothing else in the result depends on which they are.
  public var isScalarFunction: Bool { !isConstant && isNumberFunction }
}
