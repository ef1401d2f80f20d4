import CPlan

/// The steps of a plan and its registers.
struct PlanProgram {
  let steps: [PlanStep]
  /// What constants are.
  let registers: [Double]
  let isConstant: [Bool]
  let calls: [PlanCall]
}

/// A place of a number in a plan.
struct PlanRegister: Hashable {
  let index: Int32
}

typealias PlanRule = @convention(c) (UInt32, Double, Double, Double, Double) -> Double
