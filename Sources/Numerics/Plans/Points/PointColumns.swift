import CPlan
import CVector

/// Gives registers their columns. A column is free for others after the last step that reads it.
struct PointColumns {
  private let program: PlanProgram
  private let givenInputs: [Int32]
  private let givenResults: [Int32]

  private(set) var steps: [PointPlan.Step] = []
  private(set) var calls: [PointPlan.Call] = []
  private(set) var constants: [(column: Int32, value: Double)] = []
  private(set) var inputs: [Int32] = []
  private(set) var results: [Int32] = []
  private(set) var count = 0

  private var columns: [Int32]
  private var free: [Int32] = []
  /// The last step that reads a register.
  private var lastUse: [Int]

  init(_ program: PlanProgram, inputs: [Int32], results: [Int32]) {
    self.program = program
    givenInputs = inputs
    givenResults = results
    columns = [Int32](repeating: -1, count: program.registers.count)
    lastUse = [Int](repeating: -1, count: program.registers.count)
  }

  /// Answers false where a step is none for points: a write, which other points could see.
  mutating func assign() -> Bool {
    for (index, step) in program.steps.enumerated() {
      for operand in operands(step) { lastUse[Int(operand)] = index }
    }
    for result in givenResults { lastUse[Int(result)] = .max }
    for (register, value) in program.registers.enumerated()
    where program.isConstant[register] && lastUse[register] >= 0 {
      lastUse[register] = .max
      columns[register] = newColumn()
      constants.append((columns[register], value))
    }
    for input in givenInputs {
      let isNew = columns[Int(input)] < 0 && lastUse[Int(input)] >= 0
      if isNew { columns[Int(input)] = newColumn() }
      inputs.append(columns[Int(input)])
    }
    for (index, step) in program.steps.enumerated() where step.kind != UInt32(PLAN_end) {
      guard step.kind != UInt32(PLAN_load), step.kind != UInt32(PLAN_store) else { return false }
      step.kind == UInt32(PLAN_call) ? addCall(step, index) : add(step, index)
    }
    results = givenResults.map { columns[Int($0)] }
    return true
  }

  private func operands(_ step: PlanStep) -> [Int32] {
    step.kind == UInt32(PLAN_call) ? program.calls[Int(step.argument)].operands : step.operands
  }

  private mutating func newColumn() -> Int32 {
    if let column = free.popLast() { return column }
    count += 1
    return Int32(truncatingIfNeeded: count - 1)
  }

  private mutating func release(_ registers: [Int32], after index: Int) {
    for register in Set(registers).sorted() where lastUse[Int(register)] == index {
      free.append(columns[Int(register)])
    }
  }

  private mutating func add(_ step: PlanStep, _ index: Int) {
    var new = step
    func column(_ register: Int32) -> Int32 { columns[Int(register)] }
    let operands = step.operands
    // Numbers that are no registers stay: the last place of `index`, what `loadAt` reads, and the outcome of a guard.
    if operands.count > 0 { new.a = column(step.a) }
    if operands.count > 1 { new.b = column(step.b) }
    if operands.count > 2 { new.c = column(step.c) }
    if operands.count > 3 { new.d = column(step.d) }
    release(operands, after: index)
    if step.y >= 0 {
      columns[Int(step.y)] = newColumn()
      new.y = column(step.y)
      if lastUse[Int(step.y)] < 0 { free.append(new.y) }
    }
    let isPower = step.kind == UInt32(PLAN_binary) && step.argument == StepName.operation(Code.power).argument
    let isOfConstant = isPower && program.isConstant[Int(step.a)]
    steps.append(
      PointPlan.Step(
        step: new, loop: isOfConstant ? PointColumns.powersOfConstant : PointColumns.loop(of: step)))
  }

  private mutating func addCall(_ step: PlanStep, _ index: Int) {
    let call = program.calls[Int(step.argument)]
    let operands = call.operands
    let results = call.results
    for result in results { columns[Int(result)] = newColumn() }
    var new = step
    new.argument = UInt32(truncatingIfNeeded: calls.count)
    calls.append(
      PointPlan.Call(
        call: call, operands: operands.map { ($0, columns[Int($0)]) },
        results: results.map { ($0, columns[Int($0)]) }))
    release(operands, after: index)
    for result in results where lastUse[Int(result)] < 0 { free.append(columns[Int(result)]) }
    steps.append(PointPlan.Step(step: new, loop: -1))
  }

  // MARK: Loops

  /// Stands for the loop over powers of one number.
  static let powersOfConstant: Int32 = -2

  private static func loop(of step: PlanStep) -> Int32 {
    switch Int(step.kind) {
    case PLAN_add: Int32(VECTOR_add)
    case PLAN_subtract: Int32(VECTOR_subtract)
    case PLAN_multiply: Int32(VECTOR_multiply)
    case PLAN_divide: Int32(VECTOR_divide)
    case PLAN_negate: Int32(VECTOR_negate)
    case PLAN_square: Int32(VECTOR_square)
    case PLAN_squareRoot: Int32(VECTOR_sqrt)
    case PLAN_unary: unaryLoops[UInt(bitPattern: step.function)] ?? -1
    case PLAN_binary: binaryLoops[UInt(bitPattern: step.function)] ?? -1
    case PLAN_equal: Int32(VECTOR_equal)
    case PLAN_unequal: Int32(VECTOR_unequal)
    case PLAN_less: Int32(VECTOR_less)
    case PLAN_lessEqual: Int32(VECTOR_lessEqual)
    case PLAN_greater: Int32(VECTOR_greater)
    case PLAN_greaterEqual: Int32(VECTOR_greaterEqual)
    default: -1
    }
  }

  /// The loops of the functions that have one, by the function of numbers.
  private static let unaryLoops: [UInt: Int32] = loops(VECTOR_UNARY_COUNT) {
    vector_function_f64($0).map { unsafeBitCast($0, to: UInt.self) }
  }

  private static let binaryLoops: [UInt: Int32] = loops(VECTOR_BINARY_COUNT) {
    vector_pairFunction_f64($0).map { unsafeBitCast($0, to: UInt.self) }
  }

  private static func loops(
    _ count: Int, _ function: (Int32) -> UInt?
  ) -> [UInt: Int32] {
    var loops: [UInt: Int32] = [:]
    for index in 0..<Int32(truncatingIfNeeded: count) {
      if let function = function(index) { loops[function] = index }
    }
    return loops
  }
}
