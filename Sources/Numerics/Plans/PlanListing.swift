import CPlan

/// What a step that calls a function is called.
enum StepName {
  case none
  case operation(UInt16)
  /// The derivative of an operation, of its input and its output.
  case slope(UInt16)
  /// A power times the logarithm of its base.
  case logarithms
  /// Of a pair of numbers.
  case length

  /// As a step remembers it.
  var argument: UInt32 {
    switch self {
    case .none: 0
    case .operation(let code): UInt32(code) << 3 | 1
    case .slope(let code): UInt32(code) << 3 | 2
    case .logarithms: 3
    case .length: 4
    }
  }

  init(_ argument: UInt32) {
    let code = UInt16(truncatingIfNeeded: argument >> 3)
    switch argument & 7 {
    case 1: self = .operation(code)
    case 2: self = .slope(code)
    case 3: self = .logarithms
    case 4: self = .length
    default: self = .none
    }
  }
}

/// The steps of a plan, for readers. Numbers are named by their registers.
public struct PlanListing {
  public enum Step {
    /// An operation of the table.
    case operation(Operation, [Int32], result: Int32)
    /// A product of numbers.
    case product(Int32, Int32, result: Int32)
    /// `a b + c`, `a b - c` and `c - a b`, as one step that rounds twice.
    case productAndSum(Int32, Int32, Int32, result: Int32)
    case productLess(Int32, Int32, Int32, result: Int32)
    case lessProduct(Int32, Int32, Int32, result: Int32)
    /// The derivative of an operation at its input.
    case slope(Operation, Int32, result: Int32)
    /// What a cotangent brings to an input of an operation.
    case cotangent(Operation, input: Int, cotangent: Int32, [Int32], result: Int32)
    /// A power times the logarithm of its base.
    case logarithms(power: Int32, base: Int32, result: Int32)
    case length(Int32, Int32, result: Int32)
    /// An element of a tensor at a place that is computed.
    case element(Int32, result: Int32)
    /// An operation on small tensors by its kernel.
    case kernel(Operation, [[Int32]], results: [Int32])
    case decision(Comparison, Int32, Int32, outcome: Bool)
    case isFinite(Int32, outcome: Bool)
    /// The number is a whole one from 1 to the last.
    case isIndex(Int32, last: Int32)
  }

  public private(set) var steps: [Step] = []
  public let constants: [Int32: Double]
  /// How often something is used again that the program computed again.
  public let shared: Int

  init(_ steps: [PlanStep], _ calls: [PlanCall], _ constants: [Int32: Double], shared: Int) {
    self.constants = constants
    self.shared = shared
    self.steps = steps.compactMap { PlanListing.step($0, calls) }
  }

  private static func step(_ step: PlanStep, _ calls: [PlanCall]) -> Step? {
    let (a, b, c, y) = (step.a, step.b, step.c, step.y)
    func operation(_ code: UInt16, _ operands: Int32...) -> Step {
      .operation(Registry[code], operands, result: y)
    }
    switch Int(step.kind) {
    case PLAN_add: return operation(Code.add, a, b)
    case PLAN_subtract: return operation(Code.subtract, a, b)
    case PLAN_multiply, PLAN_square: return .product(a, b, result: y)
    case PLAN_divide: return operation(Code.divide, a, b)
    case PLAN_negate: return operation(Code.negate, a)
    case PLAN_squareRoot: return operation(table.elementwise.sqrt.index, a)
    case PLAN_multiplyAdd: return .productAndSum(a, b, c, result: y)
    case PLAN_multiplySubtract: return .productLess(a, b, c, result: y)
    case PLAN_subtractProduct: return .lessProduct(a, b, c, result: y)
    case PLAN_unary, PLAN_binary:
      switch StepName(step.argument) {
      case .operation(Code.multiply): return .product(a, b, result: y)
      case .operation(let code): return .operation(Registry[code], step.operands, result: y)
      case .slope(let code): return .slope(Registry[code], a, result: y)
      case .logarithms: return .logarithms(power: a, base: b, result: y)
      case .length: return .length(a, b, result: y)
      case .none: return nil
      }
    case PLAN_rule:
      let operation = Registry[UInt16(truncatingIfNeeded: step.argument >> 1)]
      return .cotangent(
        operation, input: step.argument & 1 == 0 ? 0 : 1, cotangent: c,
        operation.binary == nil ? [a] : [a, b],
        result: y)
    case PLAN_loadAt: return .element(a, result: y)
    case PLAN_call:
      let call = calls[Int(step.argument)]
      return .kernel(call.operation, call.inputRegisters, results: call.results)
    case PLAN_equal: return .decision(.equal, a, b, outcome: c == 1)
    case PLAN_unequal: return .decision(.notEqual, a, b, outcome: c == 1)
    case PLAN_less: return .decision(.less, a, b, outcome: c == 1)
    case PLAN_lessEqual: return .decision(.lessOrEqual, a, b, outcome: c == 1)
    case PLAN_greater: return .decision(.greater, a, b, outcome: c == 1)
    case PLAN_greaterEqual: return .decision(.greaterOrEqual, a, b, outcome: c == 1)
    case PLAN_finite: return .isFinite(a, outcome: c == 1)
    case PLAN_index: return .isIndex(a, last: b)
    default: return nil
    }
  }
}
