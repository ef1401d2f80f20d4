import CPlan

/// A straight program on f64 numbers: what one run of a piece of program did, to be done again with other numbers.
///
/// Registers hold constants, inputs and results; steps go from the first to the last, each rounded as the operation that
/// it stands for. A guard among them holds where a decision falls as it did.
final class NumberPlan {
  private let steps: UnsafeMutableBufferPointer<PlanStep>
  private let registers: UnsafeMutableBufferPointer<Double>
  /// What steps hand their registers to.
  private let calls: [PlanCall]

  /// Registers whose numbers are read after a run.
  private let needed: [Int32]
  private let loop: PlanLoop
  private var code: MachineCode?
  /// Steps that may still be run before code is made of them; below 0 it has been tried. Measured on Rosenbrock's valley by
  /// momentum: a turn takes 10 ns by code and 47 step by step, and the memory for code 8 µs.
  private var patience = NumberPlan.stepsBeforeCode

  static let usualStepsBeforeCode = 1 << 13
  nonisolated(unsafe) static var stepsBeforeCode = NumberPlan.usualStepsBeforeCode

  /// - Parameter needed: registers whose numbers are read after a run.
  init(_ program: PlanProgram, needed: [Int32], _ loop: PlanLoop) {
    calls = program.calls
    self.needed = needed
    self.loop = loop
    steps = .allocate(capacity: program.steps.count)
    _ = steps.initialize(from: program.steps)
    // The last are for the code alone.
    let all = program.registers + [-0.0] + [Double](repeating: 0, count: loop.carried.count)
    registers = .allocate(capacity: all.count)
    _ = registers.initialize(from: all)
    plan_prepare(steps.baseAddress, steps.count)
    Memory.hold(bytes)
  }

  deinit {
    Memory.release(bytes + (code?.byteCount ?? 0))
    steps.deallocate()
    registers.deallocate()
  }

  private var bytes: Int {
    steps.count * MemoryLayout<PlanStep>.stride + registers.count * MemoryLayout<Double>.stride
  }

  /// Whether it runs as code of the processor.
  var hasCode: Bool { code != nil }

  /// How many steps there are, guards included.
  var count: Int { steps.count - 1 }

  subscript(register: PlanRegister) -> Double {
    get { registers[Int(register.index)] }
    set { registers[Int(register.index)] = newValue }
  }

  /// Sets registers that follow each other.
  func set(from first: Int, _ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    for index in 0..<count { registers[first + index] = numbers[index] }
  }

  /// Answers false where a guard does not hold; then registers of results hold nothing that means anything.
  ///
  /// - Parameter inputs: where the elements of each input are.
  @inline(__always)
  func run(_ inputs: UnsafePointer<UnsafePointer<Double>?>?) -> Bool {
    let memory = PlanMemory(inputs: inputs, outputs: nil, call: PlanCall.run)
    if patience >= 0 { expect(1) }
    if let code { return code.run(registers.baseAddress, memory, nil, 1) == 1 }
    return plan_run(steps.baseAddress, registers.baseAddress, memory) < 0
  }

  /// Runs turns until a guard does not hold, and answers how many came to their end.
  ///
  /// - Parameters:
  ///   - items: one for each turn.
  ///   - state: the numbers that go from turn to turn; after it those of the last whole turn.
  func run(_ items: UnsafeBufferPointer<Double>, _ memory: PlanMemory, _ state: UnsafeMutablePointer<Double>)
    -> Int
  {
    if patience >= 0 { expect(items.count) }
    for (place, register) in loop.carried.enumerated() { registers[Int(register)] = state[place] }
    let turns =
      if let code {
        code.run(registers.baseAddress, memory, items.baseAddress, items.count)
      } else {
        repeated(items, memory, state)
      }
    for (place, register) in loop.carried.enumerated() { state[place] = registers[Int(register)] }
    return turns
  }

  private func repeated(
    _ items: UnsafeBufferPointer<Double>, _ memory: PlanMemory, _ room: UnsafeMutablePointer<Double>
  ) -> Int {
    loop.carried.withUnsafeBufferPointer { carried in
      loop.results.withUnsafeBufferPointer { results in
        plan_repeat(
          steps.baseAddress, registers.baseAddress, memory,
          PlanTurns(
            items: items.baseAddress, item: Int(loop.item), results: results.baseAddress,
            carried: carried.baseAddress, room: room, count: carried.count), items.count)
      }
    }
  }

  /// So many turns are to be run.
  @inline(never)
  private func expect(_ turns: Int) {
    patience -= turns * steps.count
    guard patience < 0 else { return }
    code = MachineCode(
      UnsafeBufferPointer(steps), calls, registers: registers.count - 1 - loop.carried.count, needed: needed,
      loop)
    Memory.hold(code?.byteCount ?? 0)
  }
}

/// Writes down a plan. What is computed from constants alone is computed now, and what was computed before is not
/// computed again; what no result needs is left out at the end.
struct NumberPlanBuilder {
  /// One step, as it is looked for among those before.
  private struct Key: Hashable {
    var kind: Int
    var function: UnsafeRawPointer?
    var a: Int32
    var b: Int32
    var c: Int32 = 0
    var d: Int32 = 0
  }

  private var steps: [PlanStep] = []
  private var registers: [Double] = []
  private var isConstant: [Bool] = []
  private var constants: [UInt64: PlanRegister] = [:]
  private var known: [Key: PlanRegister] = [:]
  private var calls: [PlanCall] = []
  /// How often something was asked for that had been computed.
  private var shared = 0

  var count: Int { steps.count }

  private mutating func register(_ value: Double, isConstant: Bool) -> PlanRegister {
    registers.append(value)
    self.isConstant.append(isConstant)
    return PlanRegister(index: Int32(truncatingIfNeeded: registers.count - 1))
  }

  /// A number that is always the same.
  mutating func constant(_ value: Double) -> PlanRegister {
    if let found = constants[value.bitPattern] { return found }
    let new = register(value, isConstant: true)
    constants[value.bitPattern] = new
    return new
  }

  /// The value of a constant; `nil` where a register may hold another number in another run.
  func value(_ x: PlanRegister) -> Double? { isConstant[Int(x.index)] ? registers[Int(x.index)] : nil }

  /// A number that is set before each run.
  mutating func input() -> PlanRegister { register(0, isConstant: false) }

  /// An element of an input.
  mutating func load(_ input: Int, _ element: Int) -> PlanRegister {
    step(
      PLAN_load, nil, PlanRegister(index: Int32(truncatingIfNeeded: input)),
      PlanRegister(index: Int32(truncatingIfNeeded: element)))
  }

  /// What the cotangent of a power brings to its base, where the exponent is a number that may be another in each run.
  mutating func powerSlope(_ c: PlanRegister, _ a: PlanRegister, _ b: PlanRegister) -> PlanRegister {
    let result = register(0, isConstant: false)
    // As `NumberStep.pull` has it.
    let function: PlanRule = { _, c, a, b, _ in
      b == 2 ? c * (2 * a) : b == 0 ? 0 : annihilated(b, c * Power.call(a, b - 1))
    }
    steps.append(
      PlanStep(
        PLAN_rule, unsafeBitCast(function, to: UnsafeRawPointer.self), argument: UInt32(Code.power) << 1,
        a: a.index, b: b.index, c: c.index,
        d: a.index, y: result.index))
    return result
  }

  // MARK: Elements in memory

  /// The run ends where a number is no place from 1 to `last`.
  mutating func guardIndex(_ index: PlanRegister, last: Int32) {
    if let value = value(index), value >= 1, value <= Double(last), value == value.rounded() { return }
    let key = Key(kind: PLAN_index, function: nil, a: index.index, b: last)
    guard known[key] == nil else { return }
    known[key] = index
    steps.append(PlanStep(PLAN_index, a: index.index, b: last, y: -1))
  }

  /// Element `(index - 1) stride + offset` of an input that does not change; the index is guarded.
  mutating func load(_ input: Int32, at index: PlanRegister, stride: Int32, offset: Int32) -> PlanRegister {
    let key = Key(kind: PLAN_loadAt, function: nil, a: index.index, b: input, c: stride, d: offset)
    if let found = known[key] { return found }
    let result = register(0, isConstant: false)
    steps.append(PlanStep(PLAN_loadAt, a: index.index, b: input, c: stride, d: offset, y: result.index))
    known[key] = result
    return result
  }

  /// Writes a number to element `(index - 1) stride + offset` of an output; the index is guarded.
  mutating func store(
    _ value: PlanRegister, _ output: Int, at index: PlanRegister, stride: Int32, offset: Int32
  ) {
    steps.append(
      PlanStep(
        PLAN_store, argument: UInt32(truncatingIfNeeded: output), a: index.index, b: value.index, c: stride,
        d: offset, y: -1))
  }

  // MARK: Operations

  mutating func add(_ a: PlanRegister, _ b: PlanRegister) -> PlanRegister {
    folded(a, b, +) ?? step(PLAN_add, nil, a, b)
  }

  mutating func subtract(_ a: PlanRegister, _ b: PlanRegister) -> PlanRegister {
    folded(a, b, -) ?? step(PLAN_subtract, nil, a, b)
  }

  mutating func multiply(_ a: PlanRegister, _ b: PlanRegister) -> PlanRegister {
    if let product = folded(a, b, *) { return product }
    // A product with 1 is the number itself, to the bit.
    if value(a) == 1 { return b }
    if value(b) == 1 { return a }
    // The order of factors makes no difference to the bits of a number.
    return a.index <= b.index ? step(PLAN_multiply, nil, a, b) : step(PLAN_multiply, nil, b, a)
  }

  mutating func divide(_ a: PlanRegister, _ b: PlanRegister) -> PlanRegister {
    folded(a, b, /) ?? step(PLAN_divide, nil, a, b)
  }

  mutating func negate(_ a: PlanRegister) -> PlanRegister {
    if let value = value(a) { return constant(-value) }
    return step(PLAN_negate, nil, a, a)
  }

  mutating func squareRoot(_ a: PlanRegister) -> PlanRegister {
    if let value = value(a) { return constant(value.squareRoot()) }
    return step(PLAN_squareRoot, nil, a, a)
  }

  /// - Parameter name: what a plan that is shown calls it.
  mutating func unary(
    _ function: @escaping NumberForms.Unary, _ a: PlanRegister, as name: StepName = .none
  ) -> PlanRegister {
    if let value = value(a) { return constant(function(value)) }
    return step(PLAN_unary, unsafeBitCast(function, to: UnsafeRawPointer.self), a, a, name)
  }

  mutating func binary(
    _ function: @escaping NumberForms.Binary, _ a: PlanRegister, _ b: PlanRegister, as name: StepName = .none
  ) -> PlanRegister {
    folded(a, b, { function($0, $1) })
      ?? step(PLAN_binary, unsafeBitCast(function, to: UnsafeRawPointer.self), a, b, name)
  }

  private mutating func folded(
    _ a: PlanRegister, _ b: PlanRegister, _ operation: (Double, Double) -> Double
  ) -> PlanRegister? {
    guard let x = value(a), let y = value(b) else { return nil }
    return constant(operation(x, y))
  }

  private mutating func step(
    _ kind: Int, _ function: UnsafeRawPointer?, _ a: PlanRegister, _ b: PlanRegister, _ name: StepName = .none
  ) -> PlanRegister {
    let key = Key(kind: kind, function: function, a: a.index, b: b.index)
    if let found = known[key] {
      shared += 1
      return found
    }
    let result = register(0, isConstant: false)
    steps.append(
      PlanStep(kind, function, argument: name.argument, a: a.index, b: b.index, y: result.index))
    known[key] = result
    return result
  }

  /// The cotangent that a row's rule gives one of its inputs, from that of its output.
  mutating func cotangent(
    of input: Int, _ operation: UInt16, _ cotangent: PlanRegister, _ a: PlanRegister, _ b: PlanRegister,
    _ y: PlanRegister
  ) -> PlanRegister {
    rule({ code, c, a, b, y in NumberStep.cotangent(code, c, a, b, y) }, input, operation, cotangent, a, b, y)
  }

  /// What the velocity of one input brings to that of the output.
  mutating func velocity(
    from input: Int, _ operation: UInt16, _ velocity: PlanRegister, _ a: PlanRegister, _ b: PlanRegister,
    _ y: PlanRegister
  ) -> PlanRegister {
    rule({ code, t, a, b, y in NumberStep.velocity(code, t, a, b, y) }, input, operation, velocity, a, b, y)
  }

  private mutating func rule(
    _ function: PlanRule, _ input: Int, _ operation: UInt16, _ cotangent: PlanRegister, _ a: PlanRegister,
    _ b: PlanRegister, _ y: PlanRegister
  ) -> PlanRegister {
    let result = register(0, isConstant: false)
    steps.append(
      PlanStep(
        PLAN_rule, unsafeBitCast(function, to: UnsafeRawPointer.self),
        argument: UInt32(operation) << 1 | UInt32(truncatingIfNeeded: input), a: a.index, b: b.index,
        c: cotangent.index, d: y.index, y: result.index))
    return result
  }

  /// The elements of what an operation makes of small tensors, by its own kernel.
  mutating func call(
    _ operation: Operation, _ inputs: [(shape: Shape?, registers: [PlanRegister])], _ attributes: Attributes?,
    _ integer: Int, _ shape: Shape, isNumber: Bool
  ) -> [PlanRegister] {
    let results = (0..<shape.elementCount).map { _ in register(0, isConstant: false) }
    let call = PlanCall(
      operation, inputs.map { ($0.shape, $0.registers.map(\.index)) }, attributes, integer,
      first: Int(results.first?.index ?? 0), shape: isNumber ? nil : shape)
    steps.append(
      PlanStep(
        PLAN_call, UnsafeRawPointer(Unmanaged.passUnretained(call).toOpaque()),
        argument: UInt32(truncatingIfNeeded: calls.count), y: -1))
    calls.append(call)
    return results
  }

  // MARK: Guards

  /// The run ends where the comparison does not come out as it did.
  mutating func guardThat(_ comparison: Comparison, _ a: PlanRegister, _ b: PlanRegister, is outcome: Bool) {
    guard value(a) == nil || value(b) == nil else { return }
    appendGuard(comparison.planStep, a, b, outcome)
  }

  /// The run ends where a number is infinite or none.
  mutating func guardFinite(_ a: PlanRegister, is outcome: Bool = true) {
    if let value = value(a), value.isFinite == outcome { return }
    appendGuard(PLAN_finite, a, a, outcome)
  }

  private mutating func appendGuard(_ kind: Int, _ a: PlanRegister, _ b: PlanRegister, _ outcome: Bool) {
    steps.append(PlanStep(kind, a: a.index, b: b.index, c: outcome ? 1 : 0, y: -1))
  }

  // MARK: The whole

  /// The same as a list, for readers.
  func listing(_ results: [PlanRegister]) -> PlanListing {
    var constants: [Int32: Double] = [:]
    for (index, value) in registers.enumerated() where isConstant[index] {
      constants[Int32(truncatingIfNeeded: index)] = value
    }
    let steps = PlanShortening(steps, registers.count, results.map(\.index), calls).steps
    return PlanListing(steps, calls, constants, shared: shared)
  }

  /// What these results need, for other machines.
  func program(_ results: [Int32]) -> PlanProgram {
    PlanProgram(
      steps: PlanShortening(steps, registers.count, results, calls).steps, registers: registers,
      isConstant: isConstant, calls: calls)
  }

  /// The plan of what these results need.
  func plan(_ results: [PlanRegister]) -> NumberPlan {
    NumberPlan(program(results.map(\.index)), needed: results.map(\.index), PlanLoop())
  }
}

extension Comparison {
  fileprivate var planStep: Int {
    switch self {
    case .equal: PLAN_equal
    case .notEqual: PLAN_unequal
    case .less: PLAN_less
    case .lessOrEqual: PLAN_lessEqual
    case .greater: PLAN_greater
    case .greaterOrEqual: PLAN_greaterEqual
    }
  }
}
