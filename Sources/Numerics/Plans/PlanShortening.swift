import CPlan

/// The steps of a plan without those that no result and no guard needs, and with neighbours that are one: a product and
/// the sum it goes into, a negation and its sum. Each rounds as before.
struct PlanShortening {
  private(set) var steps: [PlanStep]

  private let calls: [PlanCall]

  init(_ steps: [PlanStep], _ registers: Int, _ results: [Int32], _ calls: [PlanCall] = []) {
    self.steps = steps
    self.calls = calls
    removeUnused(registers, results)
    joinNegations(registers, results)
    joinProducts(registers, results)
    self.steps.append(PlanStep(PLAN_end, y: -1))
  }

  /// How often each register is read, results once more.
  private func uses(_ registers: Int, _ results: [Int32]) -> [Int] {
    var uses = [Int](repeating: 0, count: registers)
    for result in results { uses[Int(result)] += 1 }
    for step in steps { for operand in operands(step) { uses[Int(operand)] += 1 } }
    return uses
  }

  /// The registers that a step reads.
  private func operands(_ step: PlanStep) -> [Int32] {
    step.kind == UInt32(PLAN_call) ? calls[Int(step.argument)].operands : step.operands
  }

  private mutating func removeUnused(_ registers: Int, _ results: [Int32]) {
    var isNeeded = [Bool](repeating: false, count: registers)
    for result in results { isNeeded[Int(result)] = true }
    var kept: [PlanStep] = []
    for step in steps.reversed() where step.y < 0 || isNeeded[Int(step.y)] {
      for operand in operands(step) { isNeeded[Int(operand)] = true }
      kept.append(step)
    }
    steps = kept.reversed()
  }

  /// `a + -b` is `a - b`, `-a + b` is `b - a`, and `a - -b` is `a + b`, to the bit.
  private mutating func joinNegations(_ registers: Int, _ results: [Int32]) {
    var uses = uses(registers, results)
    var negated = [Int32?](repeating: nil, count: registers)
    for index in steps.indices {
      let step = steps[index]
      switch Int(step.kind) {
      case PLAN_negate: negated[Int(step.y)] = step.a
      case PLAN_add:
        if let b = negated[Int(step.b)], uses[Int(step.b)] == 1 {
          (steps[index].kind, steps[index].b) = (UInt32(PLAN_subtract), b)
          uses[Int(step.b)] = 0
        } else if let a = negated[Int(step.a)], uses[Int(step.a)] == 1 {
          (steps[index].kind, steps[index].a, steps[index].b) = (UInt32(PLAN_subtract), step.b, a)
          uses[Int(step.a)] = 0
        }
      case PLAN_subtract:
        if let b = negated[Int(step.b)], uses[Int(step.b)] == 1 {
          (steps[index].kind, steps[index].b) = (UInt32(PLAN_add), b)
          uses[Int(step.b)] = 0
        }
      default: break
      }
    }
    removeUnused(registers, results)
  }

  /// A product that only one sum reads is computed with it.
  private mutating func joinProducts(_ registers: Int, _ results: [Int32]) {
    let uses = uses(registers, results)
    var products = [Int](repeating: -1, count: registers)
    for index in steps.indices {
      let step = steps[index]
      let isSum = step.kind == UInt32(PLAN_add)
      guard isSum || step.kind == UInt32(PLAN_subtract) else {
        if step.kind == UInt32(PLAN_multiply) { products[Int(step.y)] = index }
        continue
      }
      let (first, second) = (products[Int(step.a)], products[Int(step.b)])
      if first >= 0, uses[Int(step.a)] == 1, step.a != step.b {
        join(first, index, with: step.b, isSum ? PLAN_multiplyAdd : PLAN_multiplySubtract)
      } else if second >= 0, uses[Int(step.b)] == 1, step.a != step.b {
        join(second, index, with: step.a, isSum ? PLAN_multiplyAdd : PLAN_subtractProduct)
      }
    }
    for index in steps.indices where steps[index].kind == UInt32(PLAN_multiply) {
      if steps[index].a == steps[index].b { steps[index].kind = UInt32(PLAN_square) }
    }
    removeUnused(registers, results)
  }

  private mutating func join(_ product: Int, _ sum: Int, with other: Int32, _ kind: Int) {
    steps[sum].kind = UInt32(truncatingIfNeeded: kind)
    steps[sum].a = steps[product].a
    steps[sum].b = steps[product].b
    steps[sum].c = other
  }
}

extension PlanStep {
  init(
    _ kind: Int, _ function: UnsafeRawPointer? = nil, argument: UInt32 = 0, a: Int32 = 0, b: Int32 = 0,
    c: Int32 = 0, d: Int32 = 0, y: Int32
  ) {
    self.init(
      code: nil, function: function, kind: UInt32(truncatingIfNeeded: kind), argument: argument, a: a, b: b,
      c: c,
      d: d, y: y)
  }

  /// Whether it calls a function.
  var isCall: Bool { [PLAN_unary, PLAN_binary, PLAN_rule, PLAN_call].contains(Int(kind)) }

  /// The registers that it reads, if it is no call.
  var operands: [Int32] {
    switch Int(kind) {
    case PLAN_load, PLAN_end, PLAN_call: []
    case PLAN_negate, PLAN_square, PLAN_squareRoot, PLAN_unary, PLAN_finite, PLAN_index,
      PLAN_loadAt:
      [a]
    case PLAN_multiplyAdd, PLAN_multiplySubtract, PLAN_subtractProduct: [a, b, c]
    case PLAN_rule: [a, b, c, d]
    default: [a, b]
    }
  }
}
