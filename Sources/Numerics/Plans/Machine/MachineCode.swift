import CPlan

/// The steps of a plan as code of the processor: the same operations in the same order, each rounded as before, without
/// a look at a step, and with the numbers in registers as far as there are any.
final class MachineCode {
  /// For tests and measurements: whether there is any.
  nonisolated(unsafe) static var isEnabled = true
  /// Code is made for plans up to this size: about 10 bytes a step.
  private static let mostSteps = 1 << 14

  private let code: UnsafeRawPointer
  private let codeCount: Int
  /// What it takes of memory: whole pages.
  let byteCount: Int
  private static let page = 4096

  /// - Parameters:
  ///   - registers: how many the plan has; `loop.carried.count + 1` more follow them in memory.
  ///   - needed: registers whose numbers are read when the code has run.
  /// - Returns: `nil` where the processor is another or the system forbids it.
  init?(
    _ steps: UnsafeBufferPointer<PlanStep>, _ calls: [PlanCall], registers: Int, needed: [Int32],
    _ loop: PlanLoop
  ) {
    guard MachineCode.isEnabled, steps.count <= MachineCode.mostSteps else { return nil }
    var writer = CodeWriter(steps, calls, registers, needed, loop)
    let bytes = writer.write()
    guard let code = plan_make_code(bytes, bytes.count) else { return nil }
    self.code = code
    codeCount = bytes.count
    byteCount = (bytes.count + MachineCode.page - 1) / MachineCode.page * MachineCode.page
  }

  deinit { plan_free_code(code, codeCount) }

  /// Runs turns until a guard does not hold, and answers how many came to their end.
  @inline(__always)
  func run(
    _ registers: UnsafeMutablePointer<Double>?, _ memory: PlanMemory, _ items: UnsafePointer<Double>?,
    _ turns: Int
  ) -> Int {
    var memory = memory
    return plan_run_code(code, registers, &memory, items, turns)
  }
}

/// What goes from one turn of a plan to the next: the numbers in the registers `results` become those in `carried`.
struct PlanLoop {
  var carried: [Int32] = []
  var results: [Int32] = []
  /// The register that is set to the turn's item, or -1.
  var item: Int32 = -1
}

/// Writes the code of a plan.
///
/// While it runs, `rbx` is where the registers of the plan are, `r12` counts the turns that came to their end, of `r13`,
/// `r14` is where items are, `r15` where addresses of inputs and `rbp` of outputs.
struct CodeWriter {
  private let steps: UnsafeBufferPointer<PlanStep>
  let calls: [PlanCall]
  private let registers: Int
  private let needed: [Int32]
  private let loop: PlanLoop
  var places: NumberPlaces
  /// By operand of each step, and by what it defines: the step that needs the number next.
  private var following: [Int32] = []
  private var firstFollowing: [Int] = []
  /// What is in a register at the beginning of each turn.
  private var kept: [(number: Int32, register: VectorRegister)] = []
  /// The others are for what a turn computes.
  private static let mostKept = 7
  /// Jumps to the end of the run.
  var exits: [Assembler.Jump] = []

  init(
    _ steps: UnsafeBufferPointer<PlanStep>, _ calls: [PlanCall], _ registers: Int, _ needed: [Int32],
    _ loop: PlanLoop
  ) {
    self.steps = steps
    self.calls = calls
    self.registers = registers
    self.needed = needed
    self.loop = loop
    var next = [Int32](repeating: NumberPlaces.never, count: registers)
    for number in loop.results + needed { next[Int(number)] = Int32(truncatingIfNeeded: steps.count) }
    // Backwards, so that each use knows the one after it.
    var following: [Int32] = []
    firstFollowing = [Int](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      let step = Int32(truncatingIfNeeded: index)
      let (defined, read) = CodeWriter.numbers(steps[index], calls)
      for number in defined.reversed() {
        following.append(next[Int(number)])
        next[Int(number)] = NumberPlaces.never
      }
      for number in read.reversed() { following.append(next[Int(number)]) }
      for number in read { next[Int(number)] = step }
      firstFollowing[index] = following.count
    }
    self.following = following.reversed()
    for index in firstFollowing.indices { firstFollowing[index] = following.count - firstFollowing[index] }
    places = NumberPlaces(next)
  }

  /// What a step defines and what it reads.
  private static func numbers(_ step: PlanStep, _ calls: [PlanCall]) -> (defined: [Int32], read: [Int32]) {
    guard step.kind == UInt32(PLAN_call) else { return (step.y >= 0 ? [step.y] : [], step.operands) }
    let call = calls[Int(step.argument)]
    return (call.results, call.operands)
  }

  /// Which steps need the numbers that one reads and defines next.
  func following(of step: Int) -> ArraySlice<Int32> {
    let end = step + 1 < firstFollowing.count ? firstFollowing[step + 1] : following.count
    return following[firstFollowing[step]..<end]
  }

  /// The register of the plan that holds -0, which changes a sign.
  var signBit: Int32 { Int32(truncatingIfNeeded: registers) }

  // MARK: The whole

  mutating func write() -> [UInt8] {
    enter()
    keepInRegisters()
    let top = places.assembler.position
    places.assembler.compare(.r12, with: .r13)
    exits.append(places.assembler.jump(.notBelow))
    if loop.item >= 0, places.isNeeded(loop.item) {
      places.beginStep()
      let register = places.define(loop.item, next: places.nextUse(of: loop.item))
      places.assembler.number(
        .load, register, .memory(MemoryOperand(base: .r14, index: .r12, displacement: 0)))
    }
    for index in steps.indices { write(steps[index], index) }
    for number in needed { places.bringHome(number) }
    endTurn()
    places.assembler.increment(.r12)
    let again = places.assembler.jump()
    places.assembler.land(again, at: top)
    let end = places.assembler.position
    for exit in exits { places.assembler.land(exit, at: end) }
    leave()
    return places.assembler.bytes
  }

  private static let saved: [GeneralRegister] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
  /// Room on the stack for the address of calls, which leaves it aligned to 16 bytes.
  private static let frame: Int8 = 24

  private mutating func enter() {
    // Where jumps have to land on it.
    places.assembler.append(0xF3, 0x0F, 0x1E, 0xFA)
    for register in CodeWriter.saved { places.assembler.push(register) }
    places.assembler.moveStack(-CodeWriter.frame)
    places.assembler.move(.rdi, to: .rbx)
    places.assembler.load(.r15, MemoryOperand(base: .rsi, displacement: CodeWriter.offset(\.inputs)))
    places.assembler.load(.rbp, MemoryOperand(base: .rsi, displacement: CodeWriter.offset(\.outputs)))
    places.assembler.load(.rax, MemoryOperand(base: .rsi, displacement: CodeWriter.offset(\.call)))
    places.assembler.store(.rax, MemoryOperand(base: .rsp, displacement: 0))
    places.assembler.move(.rdx, to: .r14)
    places.assembler.move(.rcx, to: .r13)
    places.assembler.set(.r12, to: 0 as UInt32)
  }

  /// What goes from turn to turn may do so in registers, where no call takes them; a guard finds it in memory as well.
  private mutating func keepInRegisters() {
    guard !steps.contains(where: \.isCall) else { return }
    for number in loop.carried where places.isNeeded(number) && kept.count < CodeWriter.mostKept {
      guard case .register(let register) = places.operand(number, isNeededAgain: true) else { continue }
      kept.append((number, register))
    }
  }

  private static func offset(_ field: PartialKeyPath<PlanMemory>) -> Int32 {
    Int32(truncatingIfNeeded: MemoryLayout<PlanMemory>.offset(of: field) ?? 0)
  }

  private mutating func leave() {
    places.assembler.move(.r12, to: .rax)
    places.assembler.moveStack(CodeWriter.frame)
    for register in CodeWriter.saved.reversed() { places.assembler.pop(register) }
    places.assembler.append(0xC3)
  }

  /// What the turn has come to becomes what the next begins with.
  private mutating func endTurn() {
    let moves = zip(loop.results, loop.carried).filter { $0 != $1 }
    // A variable that takes the place of another is read before that one is written.
    let carried = Set(loop.carried)
    var from: [MemoryOperand?] = []
    for (index, move) in moves.enumerated() {
      guard places.register(of: move.0) == nil else {
        from.append(nil)
        continue
      }
      let home = NumberPlaces.home(move.0)
      guard carried.contains(move.0) else {
        from.append(home)
        continue
      }
      let other = NumberPlaces.home(Int32(truncatingIfNeeded: registers + 1 + index))
      copy(home, to: other)
      from.append(other)
    }
    for (move, source) in zip(moves, from) {
      let home = NumberPlaces.home(move.1)
      if let source {
        copy(source, to: home)
      } else if let register = places.register(of: move.0) {
        places.assembler.number(.store, register, .memory(home))
      }
    }
    bringBack()
  }

  /// Puts what the next turn finds in registers there.
  private mutating func bringBack() {
    let results = Dictionary(zip(loop.carried, loop.results), uniquingKeysWith: { first, _ in first })
    var moves: [(from: VectorRegister, to: VectorRegister)] = []
    var loads: [(number: Int32, to: VectorRegister)] = []
    for (number, register) in kept {
      if let source = places.register(of: results[number] ?? number) {
        if source != register { moves.append((source, register)) }
      } else {
        loads.append((number, register))
      }
    }
    while let next = moves.first {
      // One whose target nobody reads any more; in a circle, one is read from a copy.
      let index = moves.firstIndex { move in !moves.contains { $0.from == move.to } }
      if let index {
        let move = moves.remove(at: index)
        places.assembler.number(.copy, move.to, .register(move.from))
      } else {
        places.assembler.number(.copy, NumberPlaces.first, .register(next.to))
        for index in moves.indices where moves[index].from == next.to {
          moves[index].from = NumberPlaces.first
        }
      }
    }
    for load in loads {
      places.assembler.number(.load, load.to, .memory(NumberPlaces.home(load.number)))
    }
  }

  private mutating func copy(_ source: MemoryOperand, to target: MemoryOperand) {
    places.assembler.number(.load, NumberPlaces.first, .memory(source))
    places.assembler.number(.store, NumberPlaces.first, .memory(target))
  }
}
