import CPlan

/// Where the numbers of a plan are while its code runs: in a register of the processor, at home in memory, or both. A
/// straight program knows when each is needed next, so the one that is needed last makes room.
struct NumberPlaces {
  var assembler = Assembler()
  /// Registers of the processor that hold numbers of the plan; two more are for the moment.
  private static let count = 14
  static let first = VectorRegister(count)
  static let second = VectorRegister(count + 1)
  /// No use of a number comes any more.
  static let never = Int32.max

  /// By register of the processor: the number that it holds, or -1.
  private var held = [Int32](repeating: -1, count: NumberPlaces.count)
  /// By number: its register, or -1.
  private var place: [Int8]
  private var isAtHome: [Bool]
  /// By number: the step that needs it next.
  private var next: [Int32]
  /// Registers that the step being written needs, a bit each.
  private var pinned: UInt16 = 0

  /// - Parameter next: by number, the first step that needs it, among those that are there from the start.
  init(_ next: [Int32]) {
    place = [Int8](repeating: -1, count: next.count)
    isAtHome = [Bool](repeating: true, count: next.count)
    self.next = next
  }

  static func home(_ number: Int32) -> MemoryOperand {
    MemoryOperand(base: .rbx, displacement: number &* 8)
  }

  func isNeeded(_ number: Int32) -> Bool { next[Int(number)] != NumberPlaces.never }

  func nextUse(of number: Int32) -> Int32 { next[Int(number)] }

  func register(of number: Int32) -> VectorRegister? {
    place[Int(number)] >= 0 ? VectorRegister(Int(place[Int(number)])) : nil
  }

  // MARK: A step

  mutating func beginStep() { pinned = 0 }

  /// The number has been read; `step` needs it next.
  mutating func use(_ number: Int32, next step: Int32) {
    next[Int(number)] = step
    if step == NumberPlaces.never { drop(number) }
  }

  private mutating func drop(_ number: Int32) {
    guard place[Int(number)] >= 0 else { return }
    held[Int(place[Int(number)])] = -1
    place[Int(number)] = -1
  }

  private mutating func pin(_ register: VectorRegister) { pinned |= 1 << UInt16(register.number) }

  /// Where an instruction reads a number: in its register, which stays, or in memory. What is needed again is loaded.
  mutating func operand(_ number: Int32, isNeededAgain: Bool) -> NumberOperand {
    if let register = register(of: number) {
      pin(register)
      return .register(register)
    }
    guard isNeededAgain else { return .memory(NumberPlaces.home(number)) }
    let register = free()
    assembler.number(.load, register, .memory(NumberPlaces.home(number)))
    hold(number, in: register)
    return .register(register)
  }

  /// A register for the number that a step computes.
  mutating func define(_ number: Int32, next step: Int32) -> VectorRegister {
    let register = free()
    define(number, in: register, next: step)
    return register
  }

  mutating func define(_ number: Int32, in register: VectorRegister, next step: Int32) {
    hold(number, in: register)
    isAtHome[Int(number)] = false
    next[Int(number)] = step
  }

  /// The number is in memory, and nowhere else.
  mutating func defineAtHome(_ number: Int32, next step: Int32) { next[Int(number)] = step }

  private mutating func hold(_ number: Int32, in register: VectorRegister) {
    held[Int(register.number)] = number
    place[Int(number)] = Int8(truncatingIfNeeded: register.number)
    pin(register)
  }

  /// A register that holds nothing, or held the number that is needed last of all.
  mutating func free() -> VectorRegister {
    var last: (register: Int, next: Int32) = (0, -1)
    for register in held.indices where pinned & 1 << UInt16(truncatingIfNeeded: register) == 0 {
      guard held[register] >= 0 else {
        pin(VectorRegister(register))
        return VectorRegister(register)
      }
      let next = next[Int(held[register])]
      if next > last.next { last = (register, next) }
    }
    let number = held[last.register]
    bringHome(number)
    drop(number)
    pin(VectorRegister(last.register))
    return VectorRegister(last.register)
  }

  // MARK: Memory

  /// Writes a number into memory, where it is not there yet.
  mutating func bringHome(_ number: Int32) {
    guard let register = register(of: number), !isAtHome[Int(number)] else { return }
    assembler.number(.store, register, .memory(NumberPlaces.home(number)))
    isAtHome[Int(number)] = true
  }

  /// Before a call, which may use every register: what is needed after it goes into memory.
  mutating func leaveRegisters() {
    for register in held.indices where held[register] >= 0 {
      let number = held[register]
      if isNeeded(number) { bringHome(number) }
      drop(number)
    }
  }
}
