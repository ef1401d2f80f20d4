/// One of the sixteen registers for floating-point numbers.
struct VectorRegister: Hashable {
  let number: UInt8

  init(_ number: Int) { self.number = UInt8(truncatingIfNeeded: number & 15) }
}

/// One of the registers for addresses and whole numbers, by its number.
enum GeneralRegister: UInt8 {
  case rax = 0
  case rcx = 1
  case rdx = 2
  case rbx = 3
  case rsp = 4
  case rbp = 5
  case rsi = 6
  case rdi = 7
  case r12 = 12
  case r13 = 13
  case r14 = 14
  case r15 = 15
}

/// An f64 in memory.
struct MemoryOperand {
  let base: GeneralRegister
  /// Counted in elements.
  var index: GeneralRegister?
  /// Bytes.
  let displacement: Int32
}

/// Where an instruction finds an f64.
enum NumberOperand {
  case register(VectorRegister)
  case memory(MemoryOperand)
}

/// Writes instructions of x86-64, those that plans need: SSE2, which every such processor has, on single numbers.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
struct Assembler {
  private(set) var bytes: [UInt8] = []

  /// An instruction on f64 numbers: its prefix and the byte after 0F.
  struct NumberInstruction {
    let prefix: UInt8
    let code: UInt8

    static let load = NumberInstruction(prefix: 0xF2, code: 0x10)
    static let store = NumberInstruction(prefix: 0xF2, code: 0x11)
    static let copy = NumberInstruction(prefix: 0x66, code: 0x28)
    static let add = NumberInstruction(prefix: 0xF2, code: 0x58)
    static let multiply = NumberInstruction(prefix: 0xF2, code: 0x59)
    static let subtract = NumberInstruction(prefix: 0xF2, code: 0x5C)
    static let divide = NumberInstruction(prefix: 0xF2, code: 0x5E)
    static let squareRoot = NumberInstruction(prefix: 0xF2, code: 0x51)
    static let exclusiveOr = NumberInstruction(prefix: 0x66, code: 0x57)
    /// Unordered numbers set the flags of parity, zero and carry.
    static let compare = NumberInstruction(prefix: 0x66, code: 0x2E)
    /// To a whole number of 32 bits, -2³¹ where it is none.
    static let truncate = NumberInstruction(prefix: 0xF2, code: 0x2C)
    static let fromInteger = NumberInstruction(prefix: 0xF2, code: 0x2A)
  }

  /// The flags that a jump asks for, as the low half of its code.
  enum Condition: UInt8 {
    case below = 0x2
    case notBelow = 0x3
    case equal = 0x4
    case unequal = 0x5
    case notAbove = 0x6
    case above = 0x7
    case unordered = 0xA
    case ordered = 0xB
    case lessSigned = 0xC
    case greaterSigned = 0xF
  }

  mutating func append(_ bytes: UInt8...) { self.bytes += bytes }

  private mutating func append(_ word: UInt32) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// The byte that extends the numbers of registers to 16; left out where it says nothing.
  private mutating func extend(
    isWide: Bool = false, _ register: UInt8, index: UInt8 = 0, _ base: UInt8
  ) {
    var byte: UInt8 = isWide ? 0x48 : 0x40
    byte |= (register >> 3 & 1) << 2
    byte |= (index >> 3 & 1) << 1
    byte |= base >> 3 & 1
    if byte != 0x40 { bytes.append(byte) }
  }

  /// The operands of an instruction: a register, and what is in memory.
  private mutating func address(_ register: UInt8, _ memory: MemoryOperand) {
    let base = memory.base.rawValue & 7
    let isShort = Int32(Int8.min)...Int32(Int8.max) ~= memory.displacement
    let mode: UInt8 = isShort ? 0x40 : 0x80
    if memory.index != nil || base == GeneralRegister.rsp.rawValue {
      let index = memory.index ?? .rsp
      bytes.append(mode | (register & 7) << 3 | 4)
      bytes.append((memory.index == nil ? 0 : 0xC0) | (index.rawValue & 7) << 3 | base)
    } else {
      bytes.append(mode | (register & 7) << 3 | base)
    }
    if isShort {
      bytes.append(UInt8(truncatingIfNeeded: memory.displacement))
    } else {
      append(UInt32(bitPattern: memory.displacement))
    }
  }

  // MARK: Numbers

  mutating func number(_ instruction: NumberInstruction, _ register: VectorRegister, _ operand: NumberOperand)
  {
    switch operand {
    case .register(let other): number(instruction, register.number, other.number)
    case .memory(let memory): number(instruction, register.number, memory)
    }
  }

  private mutating func number(_ instruction: NumberInstruction, _ register: UInt8, _ other: UInt8) {
    bytes.append(instruction.prefix)
    extend(register, other)
    append(0x0F, instruction.code, 0xC0 | (register & 7) << 3 | other & 7)
  }

  private mutating func number(_ instruction: NumberInstruction, _ register: UInt8, _ memory: MemoryOperand) {
    bytes.append(instruction.prefix)
    extend(register, index: memory.index?.rawValue ?? 0, memory.base.rawValue)
    append(0x0F, instruction.code)
    address(register, memory)
  }

  mutating func truncate(_ register: VectorRegister, to integer: GeneralRegister) {
    number(.truncate, integer.rawValue, register.number)
  }

  mutating func convert(_ integer: GeneralRegister, to register: VectorRegister) {
    number(.fromInteger, register.number, integer.rawValue)
  }

  // MARK: Addresses and whole numbers

  mutating func load(_ register: GeneralRegister, _ memory: MemoryOperand) {
    extend(isWide: true, register.rawValue, memory.base.rawValue)
    bytes.append(0x8B)
    address(register.rawValue, memory)
  }

  mutating func store(_ register: GeneralRegister, _ memory: MemoryOperand) {
    extend(isWide: true, register.rawValue, memory.base.rawValue)
    bytes.append(0x89)
    address(register.rawValue, memory)
  }

  mutating func move(_ from: GeneralRegister, to register: GeneralRegister) {
    extend(isWide: true, from.rawValue, register.rawValue)
    append(0x89, 0xC0 | (from.rawValue & 7) << 3 | register.rawValue & 7)
  }

  mutating func set(_ register: GeneralRegister, to address: UInt64) {
    extend(isWide: true, 0, register.rawValue)
    bytes.append(0xB8 | register.rawValue & 7)
    append(address)
  }

  mutating func set(_ register: GeneralRegister, to word: UInt32) {
    extend(0, register.rawValue)
    bytes.append(0xB8 | register.rawValue & 7)
    append(word)
  }

  /// `register = register * factor`, on 64 bits.
  mutating func multiply(_ register: GeneralRegister, by factor: Int32) {
    extend(isWide: true, register.rawValue, register.rawValue)
    append(0x69, 0xC0 | (register.rawValue & 7) << 3 | register.rawValue & 7)
    append(UInt32(bitPattern: factor))
  }

  mutating func increment(_ register: GeneralRegister) {
    extend(isWide: true, 0, register.rawValue)
    append(0xFF, 0xC0 | register.rawValue & 7)
  }

  /// Changes the stack's end by so many bytes.
  mutating func moveStack(_ bytes: Int8) {
    append(0x48, 0x83, 0xC4, UInt8(bitPattern: bytes))
  }

  mutating func compare(_ register: GeneralRegister, with value: Int32) {
    extend(0, register.rawValue)
    append(0x81, 0xF8 | register.rawValue & 7)
    append(UInt32(bitPattern: value))
  }

  mutating func compare(_ register: GeneralRegister, with other: GeneralRegister) {
    extend(isWide: true, other.rawValue, register.rawValue)
    append(0x39, 0xC0 | (other.rawValue & 7) << 3 | register.rawValue & 7)
  }

  mutating func push(_ register: GeneralRegister) {
    extend(0, register.rawValue)
    bytes.append(0x50 | register.rawValue & 7)
  }

  mutating func pop(_ register: GeneralRegister) {
    extend(0, register.rawValue)
    bytes.append(0x58 | register.rawValue & 7)
  }

  mutating func call(_ register: GeneralRegister) {
    extend(0, register.rawValue)
    append(0xFF, 0xD0 | register.rawValue & 7)
  }

  // MARK: Jumps

  /// A jump whose target is not known yet.
  struct Jump { fileprivate let end: Int }

  var position: Int { bytes.count }

  mutating func jump(_ condition: Condition) -> Jump {
    append(0x0F, 0x80 | condition.rawValue)
    append(0 as UInt32)
    return Jump(end: bytes.count)
  }

  mutating func jump() -> Jump {
    bytes.append(0xE9)
    append(0 as UInt32)
    return Jump(end: bytes.count)
  }

  /// Says where a jump goes.
  mutating func land(_ jump: Jump, at target: Int) {
    let distance = UInt32(bitPattern: Int32(truncatingIfNeeded: target - jump.end))
    for place in 0..<4 {
      bytes[jump.end - 4 + place] = UInt8(truncatingIfNeeded: distance >> UInt32(8 * place))
    }
  }
}
