import CPlan

/// The steps of a plan by their names, for another machine: where a step is `+ - * /` or a root it finds the same digits,
/// and of other functions nearly the same. No step is fused: `*+` rounds twice, as every plan does.
public struct PortablePlan: Equatable, Sendable {
  public struct Step: Equatable, Sendable {
    /// `+`, `exp`, `<` …: those of `Explorables/Recompute.js`.
    public let name: String
    /// The register that it writes; -1 of a decision.
    public let result: Int32
    public let operands: [Int32]
    /// How a decision must fall.
    public let outcome: Bool?
  }

  public struct Constant: Equatable, Sendable {
    public let register: Int32
    public let value: Double
  }

  public let steps: [Step]
  public let constants: [Constant]
  /// The greatest register of all that the plan was asked for.
  public let last: Int

  /// - Returns: `nil` where a step has no name that all machines know.
  init?(_ program: PlanProgram, results: [Int32]) {
    var steps: [Step] = []
    for step in program.steps where step.kind != UInt32(PLAN_end) {
      guard let portable = Step(step, program.calls) else { return nil }
      steps.append(portable)
    }
    self.steps = steps
    last = Int(results.max() ?? 0)
    let used = Set(steps.flatMap(\.operands) + results)
    constants = used.sorted().compactMap { register in
      program.isConstant[Int(register)]
        ? Constant(register: register, value: program.registers[Int(register)]) : nil
    }
  }
}

extension PlanTrace {
  /// What the results in these registers need; `nil` where something was done that no other machine can do.
  public func portable(_ results: [Int32]) -> PortablePlan? {
    gaveUp ? nil : PortablePlan(builder.program(results), results: results)
  }
}

extension PortablePlan.Step {
  fileprivate init?(_ step: PlanStep, _ calls: [PlanCall]) {
    let (a, b, c) = (step.a, step.b, step.c)
    var result = step.y
    var outcome: Bool?
    let name: String
    let operands: [Int32]
    switch Int(step.kind) {
    case PLAN_add: (name, operands) = ("+", [a, b])
    case PLAN_subtract: (name, operands) = ("-", [a, b])
    case PLAN_multiply, PLAN_square: (name, operands) = ("*", [a, b])
    case PLAN_divide: (name, operands) = ("/", [a, b])
    case PLAN_negate: (name, operands) = ("neg", [a])
    case PLAN_squareRoot: (name, operands) = ("sqrt", [a])
    case PLAN_multiplyAdd: (name, operands) = ("*+", [a, b, c])
    case PLAN_multiplySubtract: (name, operands) = ("*-", [a, b, c])
    case PLAN_subtractProduct: (name, operands) = ("-*", [a, b, c])
    case PLAN_unary:
      guard case .operation(let code) = StepName(step.argument),
        PortablePlan.functions.contains(Registry[code].name)
      else { return nil }
      (name, operands) = (Registry[code].name, [a])
    case PLAN_binary:
      switch StepName(step.argument) {
      case .operation(Code.power): (name, operands) = ("^", [a, b])
      // A product that is 0 where either factor is.
      case .operation(Code.multiply): (name, operands) = ("0*", [a, b])
      case .slope(table.elementwise.abs.index): (name, operands) = ("sign", [a])
      case .logarithms: (name, operands) = ("*log", [a, b])
      case .length: (name, operands) = ("hypot", [a, b])
      default: return nil
      }
    case PLAN_rule:
      // Cotangents of functions of one number; of a power its base's.
      let code = UInt16(truncatingIfNeeded: step.argument >> 1)
      guard step.argument & 1 == 0, code == Code.power || PortablePlan.slopes.contains(Registry[code].name)
      else { return nil }
      name = code == Code.power ? "^'" : Registry[code].name + "'"
      operands = code == Code.power ? [c, a, b] : [c, a, step.d]
    case PLAN_equal: (name, operands, outcome) = ("==", [a, b], c == 1)
    case PLAN_unequal: (name, operands, outcome) = ("!=", [a, b], c == 1)
    case PLAN_less: (name, operands, outcome) = ("<", [a, b], c == 1)
    case PLAN_lessEqual: (name, operands, outcome) = ("<=", [a, b], c == 1)
    case PLAN_greater: (name, operands, outcome) = (">", [a, b], c == 1)
    case PLAN_greaterEqual: (name, operands, outcome) = (">=", [a, b], c == 1)
    case PLAN_finite: (name, operands, outcome) = ("finite", [a], c == 1)
    case PLAN_call:
      let call = calls[Int(step.argument)]
      // Of fewer than eight elements the squares are added in their order.
      guard call.operation === table.reductions.norm, call.results.count == 1, call.operands.count < 8 else {
        return nil
      }
      (name, operands, result) = ("norm", call.operands, call.results[0])
    default: return nil
    }
    (self.name, self.result, self.operands, self.outcome) = (name, result, operands, outcome)
  }
}

extension PortablePlan {
  /// Functions of one number that other machines know to 1e-12.
  fileprivate static let functions: Set<String> = [
    "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
    "cosh",
    "tanh", "asinh", "acosh", "atanh", "cbrt", "abs", "sign", "floor", "ceil", "sigmoid",
  ]

  /// Those whose slope has no steps of its own, and that other machines know.
  fileprivate static let slopes: Set<String> = [
    "log2", "log10", "log1p", "expm1", "tan", "sinh", "cosh", "tanh", "sigmoid",
  ]
}
