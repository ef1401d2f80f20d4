import CPlan

// The code of each kind of step.

extension CodeWriter {
  mutating func write(_ step: PlanStep, _ index: Int) {
    places.beginStep()
    let follow = Following(self, index)
    switch Int(step.kind) {
    case PLAN_end: break
    case PLAN_load: load(step, follow)
    case PLAN_add: arithmetic(.add, step, follow, isCommutative: true)
    case PLAN_subtract: arithmetic(.subtract, step, follow)
    case PLAN_multiply: arithmetic(.multiply, step, follow, isCommutative: true)
    case PLAN_divide: arithmetic(.divide, step, follow)
    case PLAN_square: square(step, follow)
    case PLAN_negate: negate(step, follow)
    case PLAN_squareRoot: squareRoot(step, follow)
    case PLAN_multiplyAdd: product(step, follow, then: .add)
    case PLAN_multiplySubtract: product(step, follow, then: .subtract)
    case PLAN_subtractProduct: subtractProduct(step, follow)
    case PLAN_unary, PLAN_binary: callFunction(step, follow)
    case PLAN_rule: callRule(step, follow)
    case PLAN_index: guardIndex(step, follow)
    case PLAN_loadAt: loadAt(step, follow)
    case PLAN_store: store(step, follow)
    case PLAN_call: callKernel(step, follow)
    default: compare(step, follow)
    }
  }

  // MARK: Operands

  /// Which step needs each number of a step next: those that it reads, in their order, then those that it defines.
  struct Following {
    private let steps: ArraySlice<Int32>

    fileprivate init(_ writer: CodeWriter, _ index: Int) { steps = writer.following(of: index) }

    subscript(operand: Int) -> Int32 { steps[steps.startIndex + operand] }

    /// That of the result.
    var result: Int32 { steps.last ?? NumberPlaces.never }

    func isLast(_ operand: Int) -> Bool { self[operand] == NumberPlaces.never }
  }

  private mutating func operand(_ number: Int32, _ place: Int, _ follow: Following) -> NumberOperand {
    places.operand(number, isNeededAgain: !follow.isLast(place))
  }

  private mutating func move(_ operand: NumberOperand, to register: VectorRegister) {
    switch operand {
    case .register(let other):
      if other != register { places.assembler.number(.copy, register, operand) }
    case .memory: places.assembler.number(.load, register, operand)
    }
  }

  /// A register with a number that the step may change: its own where nobody needs it any more, or a copy.
  private mutating func changeable(_ number: Int32, _ place: Int, _ follow: Following, isShared: Bool = false)
    -> VectorRegister
  {
    let source = operand(number, place, follow)
    if !isShared, follow.isLast(place), case .register(let register) = source {
      places.use(number, next: NumberPlaces.never)
      return register
    }
    let register = places.free()
    move(source, to: register)
    return register
  }

  private mutating func define(_ number: Int32, in register: VectorRegister, _ follow: Following) {
    places.define(number, in: register, next: follow.result)
  }

  /// In a register, for an instruction that wants it there.
  private mutating func inRegister(_ number: Int32, _ place: Int, _ follow: Following) -> VectorRegister {
    let source = operand(number, place, follow)
    if case .register(let register) = source { return register }
    move(source, to: NumberPlaces.first)
    return NumberPlaces.first
  }

  // MARK: Arithmetic

  private mutating func arithmetic(
    _ instruction: Assembler.NumberInstruction, _ step: PlanStep, _ follow: Following,
    isCommutative: Bool = false
  ) {
    let isSwapped =
      isCommutative && follow.isLast(1) && places.register(of: step.b) != nil
      && !(follow.isLast(0) && places.register(of: step.a) != nil)
    let (first, second) = isSwapped ? (step.b, step.a) : (step.a, step.b)
    let other = operand(second, isSwapped ? 0 : 1, follow)
    let register = changeable(first, isSwapped ? 1 : 0, follow)
    places.assembler.number(instruction, register, other)
    places.use(second, next: follow[isSwapped ? 0 : 1])
    places.use(first, next: follow[isSwapped ? 1 : 0])
    define(step.y, in: register, follow)
  }

  private mutating func square(_ step: PlanStep, _ follow: Following) {
    let register = changeable(step.a, 0, follow)
    places.assembler.number(.multiply, register, .register(register))
    places.use(step.a, next: follow[0])
    define(step.y, in: register, follow)
  }

  private mutating func negate(_ step: PlanStep, _ follow: Following) {
    let register = changeable(step.a, 0, follow)
    move(.memory(NumberPlaces.home(signBit)), to: NumberPlaces.first)
    places.assembler.number(.exclusiveOr, register, .register(NumberPlaces.first))
    places.use(step.a, next: follow[0])
    define(step.y, in: register, follow)
  }

  private mutating func squareRoot(_ step: PlanStep, _ follow: Following) {
    let source = operand(step.a, 0, follow)
    let register = places.free()
    places.assembler.number(.squareRoot, register, source)
    places.use(step.a, next: follow[0])
    define(step.y, in: register, follow)
  }

  private mutating func product(
    _ step: PlanStep, _ follow: Following, then instruction: Assembler.NumberInstruction
  ) {
    let last = operand(step.c, 2, follow)
    let factor = operand(step.b, 1, follow)
    let register = changeable(step.a, 0, follow, isShared: step.a == step.c)
    places.assembler.number(.multiply, register, factor)
    places.assembler.number(instruction, register, last)
    useAll(step, follow)
    define(step.y, in: register, follow)
  }

  private mutating func subtractProduct(_ step: PlanStep, _ follow: Following) {
    move(operand(step.a, 0, follow), to: NumberPlaces.first)
    places.assembler.number(.multiply, NumberPlaces.first, operand(step.b, 1, follow))
    let register = changeable(step.c, 2, follow)
    places.assembler.number(.subtract, register, .register(NumberPlaces.first))
    useAll(step, follow)
    define(step.y, in: register, follow)
  }

  private mutating func useAll(_ step: PlanStep, _ follow: Following) {
    for (place, number) in step.operands.enumerated() { places.use(number, next: follow[place]) }
  }

  // MARK: Elements in memory

  private mutating func load(_ step: PlanStep, _ follow: Following) {
    let register = places.free()
    places.assembler.load(.rcx, MemoryOperand(base: .r15, displacement: step.a &* 8))
    places.assembler.number(
      .load, register, .memory(MemoryOperand(base: .rcx, displacement: step.b &* 8)))
    define(step.y, in: register, follow)
  }

  private mutating func guardIndex(_ step: PlanStep, _ follow: Following) {
    let register = inRegister(step.a, 0, follow)
    places.assembler.truncate(register, to: .rax)
    places.assembler.convert(.rax, to: NumberPlaces.second)
    places.assembler.number(.compare, NumberPlaces.second, .register(register))
    exit(.unordered)
    exit(.unequal)
    places.assembler.compare(.rax, with: 1)
    exit(.lessSigned)
    places.assembler.compare(.rax, with: step.b)
    exit(.greaterSigned)
    useAll(step, follow)
  }

  /// Puts the first of the elements that an index names, counted from 1, into `rax`.
  private mutating func entry(_ number: Int32, stride: Int32, _ follow: Following) {
    places.assembler.truncate(inRegister(number, 0, follow), to: .rax)
    places.assembler.multiply(.rax, by: stride)
  }

  private mutating func loadAt(_ step: PlanStep, _ follow: Following) {
    entry(step.a, stride: step.c, follow)
    places.assembler.load(.rcx, MemoryOperand(base: .r15, displacement: step.b &* 8))
    useAll(step, follow)
    let register = places.free()
    places.assembler.number(
      .load, register,
      .memory(MemoryOperand(base: .rcx, index: .rax, displacement: (step.d &- step.c) &* 8)))
    define(step.y, in: register, follow)
  }

  private mutating func store(_ step: PlanStep, _ follow: Following) {
    entry(step.a, stride: step.c, follow)
    places.assembler.load(
      .rcx, MemoryOperand(base: .rbp, displacement: Int32(truncatingIfNeeded: step.argument) &* 8))
    let register = inRegister(step.b, 1, follow)
    places.assembler.number(
      .store, register,
      .memory(MemoryOperand(base: .rcx, index: .rax, displacement: (step.d &- step.c) &* 8)))
    useAll(step, follow)
  }

  // MARK: Calls

  /// A function of one or two numbers, in the first registers, which hold its result in the first.
  private mutating func callFunction(_ step: PlanStep, _ follow: Following) {
    let isBinary = step.kind == UInt32(PLAN_binary)
    let first = places.operand(step.a, isNeededAgain: false)
    let second = isBinary ? places.operand(step.b, isNeededAgain: false) : nil
    useAll(step, follow)
    places.leaveRegisters()
    if let second { move(second, to: NumberPlaces.second) }
    move(first, to: VectorRegister(0))
    if second != nil { move(.register(NumberPlaces.second), to: VectorRegister(1)) }
    call(step.function)
    define(step.y, in: VectorRegister(0), follow)
  }

  private mutating func callRule(_ step: PlanStep, _ follow: Following) {
    let arguments = [step.c, step.a, step.b, step.d]
    for number in arguments { places.bringHome(number) }
    useAll(step, follow)
    places.leaveRegisters()
    for (place, number) in arguments.enumerated() {
      move(.memory(NumberPlaces.home(number)), to: VectorRegister(place))
    }
    places.assembler.set(.rdi, to: step.argument)
    call(step.function)
    define(step.y, in: VectorRegister(0), follow)
  }

  /// An operation by its kernel, which reads and writes the plan's registers in memory.
  private mutating func callKernel(_ step: PlanStep, _ follow: Following) {
    let call = calls[Int(step.argument)]
    for number in call.operands { places.bringHome(number) }
    for (place, number) in call.operands.enumerated() { places.use(number, next: follow[place]) }
    places.leaveRegisters()
    places.assembler.set(.rdi, to: address(step.function))
    places.assembler.move(.rbx, to: .rsi)
    places.assembler.load(.rax, MemoryOperand(base: .rsp, displacement: 0))
    places.assembler.call(.rax)
    places.assembler.compare(.rax, with: 0)
    exit(.equal)
    for (place, number) in call.results.enumerated() {
      places.defineAtHome(number, next: follow[call.operands.count + place])
    }
  }

  private mutating func call(_ function: UnsafeRawPointer?) {
    places.assembler.set(.rax, to: address(function))
    places.assembler.call(.rax)
  }

  private func address(_ function: UnsafeRawPointer?) -> UInt64 { UInt64(UInt(bitPattern: function)) }

  // MARK: Guards

  /// Ends the run where the comparison does not come out as it did. One with NaN is unordered, and no order holds.
  private mutating func compare(_ step: PlanStep, _ follow: Following) {
    let holds = step.c == 1
    switch Int(step.kind) {
    case PLAN_less, PLAN_lessEqual:
      // `b` over `a`, so that unordered numbers are as those that are not.
      let left = inRegister(step.b, 1, follow)
      places.assembler.number(.compare, left, operand(step.a, 0, follow))
      exit(step.kind == UInt32(PLAN_less) ? (holds ? .notAbove : .above) : (holds ? .below : .notBelow))
    case PLAN_greater, PLAN_greaterEqual:
      let left = inRegister(step.a, 0, follow)
      places.assembler.number(.compare, left, operand(step.b, 1, follow))
      exit(step.kind == UInt32(PLAN_greater) ? (holds ? .notAbove : .above) : (holds ? .below : .notBelow))
    case PLAN_finite:
      // Only of a finite number the difference with itself is 0.
      let register = inRegister(step.a, 0, follow)
      places.assembler.number(.copy, NumberPlaces.second, .register(register))
      places.assembler.number(.subtract, NumberPlaces.second, .register(register))
      exit(holds ? .unordered : .ordered, .register(NumberPlaces.second))
    default:
      let left = inRegister(step.a, 0, follow)
      places.assembler.number(.compare, left, operand(step.b, 1, follow))
      if holds == (step.kind == UInt32(PLAN_equal)) {
        exit(.unordered)
        exit(.unequal)
      } else {
        let unordered = places.assembler.jump(.unordered)
        exit(.equal)
        places.assembler.land(unordered, at: places.assembler.position)
      }
    }
    useAll(step, follow)
  }

  /// A comparison of a number with itself, and an end of the run.
  private mutating func exit(_ condition: Assembler.Condition, _ number: NumberOperand) {
    if case .register(let register) = number { places.assembler.number(.compare, register, number) }
    exit(condition)
  }

  private mutating func exit(_ condition: Assembler.Condition) {
    exits.append(places.assembler.jump(condition))
  }
}
