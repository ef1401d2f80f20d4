import CVector

// A turn of a loop, written down as it runs.
//
// Numbers that may be others in another turn carry a mark: a level that no tape has, so that tapes take them for
// constants, and in the place of a node the register that holds them. What is computed from them goes the long way of an
// operation, which writes down a step and marks the result. Small tensors are their elements' registers. Whatever cannot
// be written down ends the trace; the turn goes on as if nobody had looked.

/// What one turn does with numbers.
public final class PlanTrace {
  /// The turn that is written down now.
  nonisolated(unsafe) public private(set) static var current: PlanTrace?
  /// Whether there is one, for those who ask often.
  nonisolated(unsafe) public private(set) static var isOn = false
  nonisolated(unsafe) private static var lastGeneration: UInt64 = 0

  /// Elements of a tensor that has registers. Measured on `v = 0.5v + 1`: a turn with 32 takes 64 ns, and one with 33,
  /// which has no plan, 220 ns; more steps than these are for loops over arrays.
  public static let mostElements = 32
  /// Steps of a turn: 48 bytes each, 0.8 MB.
  private static let mostSteps = 1 << 14
  /// The level of marks; tapes are fewer.
  static let level = 0xFF

  private(set) var builder = NumberPlanBuilder()
  private let generation: UInt64
  /// The registers of elements, by the number in a tensor's mark; none where the tensor may change under way.
  private var tensors: [[PlanRegister]?] = []
  private(set) var inputs: [Storage] = []
  /// The numbers of the tensors that are written into, by the number in their mark.
  private var outputs: [Int: Int] = [:]
  public private(set) var gaveUp = false

  private init(_ generation: UInt64) { self.generation = generation }

  /// Begins to write down; `end` must follow.
  public static func begin() -> PlanTrace {
    lastGeneration = (lastGeneration + 1) & 0xFF_FFFF
    let trace = PlanTrace(lastGeneration)
    current = trace
    isOn = true
    return trace
  }

  public func end() {
    guard PlanTrace.current === self else { return }
    PlanTrace.current = nil
    PlanTrace.isOn = false
  }

  /// Goes on after `end`.
  public func resume() {
    guard !gaveUp else { return }
    PlanTrace.current = self
    PlanTrace.isOn = true
  }

  /// Something happened that a plan cannot do.
  public func giveUp() {
    gaveUp = true
    end()
  }

  // MARK: Marks

  private func meta(_ place: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: place) << 36 | generation << 12 | UInt64(PlanTrace.level) << 4
  }

  func mark(_ x: Tensor, _ register: PlanRegister) -> Tensor {
    Tensor(scalar: x.scalar, storage: nil, meta: meta(Int(register.index)))
  }

  func mark(_ x: Tensor, _ registers: [PlanRegister]?) -> Tensor {
    if let registers, x.storage == nil { return mark(x, registers[0]) }
    tensors.append(registers)
    return Tensor(scalar: x.scalar, storage: x.storage, meta: meta(tensors.count - 1))
  }

  /// Whether a value carries a mark of this trace.
  func isMarked(_ x: Tensor) -> Bool {
    !x.isPlain && x.metaLevel == PlanTrace.level && x.generation == generation
  }

  /// The same of the value that lies under all tapes.
  func isMarkedBeneath(_ x: Tensor) -> Bool { isMarked(Tape.beneath(x, level: 0)) }

  /// Whether the trace knows what a value is in other turns: it carries a mark, or nothing else does.
  public func knows(_ x: Tensor) -> Bool { x.isPlain || isMarked(x) }

  /// A number or a small tensor that may be another in each turn.
  public func carried(_ x: Tensor) -> Tensor {
    let x = x.primal
    return mark(x, (0..<x.count).map { _ in builder.input() })
  }

  /// A tensor that the turn writes into, the one of that number. What is read from it is not known.
  public func written(_ x: Tensor, _ output: Int) -> Tensor {
    outputs[tensors.count] = output
    return mark(x.primal, nil)
  }

  /// The number of a tensor that the turn writes into.
  public func output(of x: Tensor) -> Int? {
    x.storage != nil && isMarked(x) ? outputs[Int(x.meta >> 36)] : nil
  }

  public static func canCarry(_ x: Tensor) -> Bool { x.type == .f64 && x.count <= mostElements }

  /// The register that a mark names.
  func markedRegister(of x: Tensor) -> PlanRegister? {
    guard x.storage == nil, x.meta & 0xF == 0, isMarked(x) else { return nil }
    return PlanRegister(index: Int32(truncatingIfNeeded: x.meta >> 36))
  }

  /// The registers that a tensor's mark names.
  func markedRegisters(of x: Tensor) -> [PlanRegister]? {
    x.storage != nil && isMarked(x) ? tensors[Int(x.meta >> 36)] : nil
  }

  /// The register of an f64 number; `nil` where a tape follows it, or what it is in other turns is not known.
  func register(of x: Tensor) -> PlanRegister? {
    guard x.storage == nil, x.meta & 0xF == 0 else { return nil }
    if x.meta == 0 { return builder.constant(x.scalar) }
    return markedRegister(of: x)
  }

  /// The registers of the elements of a small tensor, or of a number.
  func registers(of x: Tensor) -> [PlanRegister]? {
    guard x.storage != nil else { return register(of: x).map { [$0] } }
    guard PlanTrace.canCarry(x) else { return nil }
    if x.meta == 0 { return x.doubles.map { builder.constant($0) } }
    return markedRegisters(of: x)
  }

  // MARK: Operations

  /// The result of an operation, marked where it depends on a mark.
  ///
  /// - Parameter compute: the operation on constants.
  func applied(
    _ operation: Operation, _ inputs: [Tensor], _ attributes: Attributes?, _ integer: Int,
    _ compute: ([Tensor]) throws -> Tensor
  ) throws -> Tensor {
    let result = try compute(inputs.map(\.primal))
    guard !gaveUp, inputs.contains(where: isMarked) else { return result }
    if operation === table.logic.isfinite, let x = register(of: inputs[0]), let outcome = result.truth {
      builder.guardFinite(x, is: outcome)
      return result
    }
    if operation.index == Code.select, let registers = selected(inputs, result) {
      return mark(result, registers)
    }
    guard builder.count < PlanTrace.mostSteps, result.type == .f64, PlanTrace.canCarry(result),
      attributes?.pullback == nil, let operands = operands(inputs)
    else {
      giveUp()
      return result
    }
    if operation.isMovement(attributes), let registers = try moved(inputs, operands, result, compute) {
      return mark(result, registers)
    }
    let steps =
      attributes == nil ? registers(operation, inputs, operands, result) : nil
    return mark(
      result,
      steps
        ?? builder.call(
          operation, zip(inputs, operands).map { ($0.storage == nil ? nil : $0.shape, $1) }, attributes,
          integer,
          result.shape, isNumber: result.storage == nil))
  }

  /// The registers of the elements that a mask takes which is the same in every turn, zeros for the others.
  private func selected(_ inputs: [Tensor], _ result: Tensor) -> [PlanRegister]? {
    let (mask, x) = (inputs[0], inputs[1])
    guard mask.isPlain, mask.shape == x.shape, x.type == .f64, let registers = registers(of: x) else {
      return nil
    }
    return registers.enumerated().map { mask.element($0) != 0 ? $1 : builder.constant(0) }
  }

  /// The registers of a result that moves elements: where the operation itself takes their numbers.
  private func moved(
    _ inputs: [Tensor], _ operands: [[PlanRegister]], _ result: Tensor, _ compute: ([Tensor]) throws -> Tensor
  ) throws -> [PlanRegister]? {
    var all: [PlanRegister] = []
    let numbered = zip(inputs, operands).map { input, registers in
      let numbers = registers.indices.map { Double(all.count + $0 + 1) }
      all += registers
      return input.storage == nil ? Tensor(numbers[0]) : Tensor(numbers, shape: input.shape)
    }
    let places = try compute(numbered)
    guard places.shape == result.shape else { return nil }
    return places.doubles.map { place in
      Int(exactly: place).flatMap { $0 > 0 ? all[$0 - 1] : nil } ?? builder.constant(0)
    }
  }

  private func operands(_ inputs: [Tensor]) -> [[PlanRegister]]? {
    var operands: [[PlanRegister]] = []
    for input in inputs {
      guard let registers = registers(of: input) else { return nil }
      operands.append(registers)
    }
    return operands
  }

  /// The registers of a result that steps compute; `nil` where the operation is more than that.
  private func registers(
    _ operation: Operation, _ inputs: [Tensor], _ operands: [[PlanRegister]], _ result: Tensor
  ) -> [PlanRegister]? {
    guard operation.isNumberFunction,
      inputs.allSatisfy({ $0.storage == nil || $0.shape == result.shape })
    else { return nil }
    func operand(_ place: Int, _ element: Int) -> PlanRegister {
      operands[place][inputs[place].storage == nil ? 0 : element]
    }
    return (0..<result.count).reduce(into: []) { (registers: inout [PlanRegister]?, element) in
      let step =
        switch inputs.count {
        case 1: builder.apply(operation.index, operand(0, element))
        case 2: builder.apply(operation.index, operand(0, element), operand(1, element))
        default: nil as PlanRegister?
        }
      registers = step.flatMap { step in registers.map { $0 + [step] } }
    }
  }

  /// A decision: the run ends where it falls another way.
  ///
  /// - Returns: false where the numbers are not known.
  public func decide(_ comparison: Comparison, _ a: Tensor, _ b: Tensor, _ outcome: Bool) -> Bool {
    guard let left = register(of: a), let right = register(of: b) else { return false }
    builder.guardThat(comparison, left, right, is: outcome)
    return true
  }

  /// The run ends where a number of a tensor is infinite or none.
  ///
  /// - Returns: false where the numbers are not known.
  public func guardFinite(_ x: Tensor) -> Bool {
    guard !x.isPlain else { return true }
    guard let registers = registers(of: x) else { return false }
    for register in registers { builder.guardFinite(register) }
    return true
  }

  /// The length of a pair of numbers, which is found otherwise than that of a vector.
  public func norm(_ x: Tensor, _ y: Tensor) -> Tensor {
    let length = Tensor(vector_hypot_f64(x.scalar, y.scalar))
    guard let a = register(of: x), let b = register(of: y) else {
      giveUp()
      return length
    }
    return mark(length, builder.binary({ vector_hypot_f64($0, $1) }, a, b, as: .length))
  }

  // MARK: Elements in memory

  /// Entry `index` of the first axis of a tensor that does not change, where the index may be another in each turn;
  /// `nil` where that is not the simple case.
  public func entry(_ x: Tensor, at index: Tensor, axes: Int) throws -> Tensor? {
    guard x.meta == 0, let storage = x.storage, isMarked(index), let register = register(of: index),
      storage.shape.rank >= axes, let entry = try x.entry(at: index.primal, axes: axes),
      PlanTrace.canCarry(entry), let last = Int32(exactly: storage.shape[0])
    else { return nil }
    let place = inputs.firstIndex { $0 === storage } ?? inputs.count
    if place == inputs.count { inputs.append(storage) }
    builder.guardIndex(register, last: last)
    let stride = Int32(truncatingIfNeeded: entry.count)
    let input = Int32(truncatingIfNeeded: place)
    let registers = (0..<entry.count).map {
      builder.load(input, at: register, stride: stride, offset: Int32(truncatingIfNeeded: $0))
    }
    return mark(entry, registers)
  }

  /// Writes down that a value goes to entry `index` of the first axis of a tensor that the turn writes into.
  ///
  /// - Parameter output: the tensor's number among those.
  /// - Returns: false where that is not the simple case.
  public func store(_ value: Tensor, into x: Tensor, _ output: Int, at index: Tensor, axes: Int) -> Bool {
    guard let storage = x.storage, x.type == .f64, storage.shape.rank >= axes,
      let last = Int32(exactly: storage.shape[0]), let register = register(of: index),
      let registers = registers(of: value), value.rank == storage.shape.rank - 1
    else { return false }
    for axis in 0..<value.rank where value.shape[axis] != storage.shape[axis + 1] { return false }
    builder.guardIndex(register, last: last)
    for (offset, element) in registers.enumerated() {
      builder.store(
        element, output, at: register, stride: Int32(truncatingIfNeeded: registers.count),
        offset: Int32(truncatingIfNeeded: offset))
    }
    return true
  }

  // MARK: Gradients

  /// The value and the gradients of what a tape has recorded, marked; the tape has been pulled back. `nil` where the tape
  /// holds more than numbers and elements.
  public func gradients(
    _ tape: Tape, from variables: [Tensor], to output: Tensor, _ gradients: [Tensor],
    decisions: [RecordedDecision]
  ) -> (value: Tensor, gradients: [Tensor])? {
    let recording = Tape.recordings![tape.level]
    guard recording.isPlannable(PlanTrace.mostSteps), builder.count < PlanTrace.mostSteps,
      output.type == .f64, output.storage == nil
    else { return nil }
    var nodes: [Int] = []
    for variable in variables {
      guard let node = tape.node(of: variable), variable.type == .f64 else { return nil }
      nodes.append(node)
    }
    let value = tape.value(of: output)
    // The decisions count, too, where the value does not depend on the variables.
    guard var lowering = TapeLowering(recording, nodes, decisions, builder, self) else { return nil }
    guard let top = tape.node(of: output) else {
      builder = lowering.builder
      return register(of: value).map { (mark(value, $0), gradients) }
    }
    lowering.pullBack(from: top)
    builder = lowering.builder
    var marked: [Tensor] = []
    for (index, gradient) in gradients.enumerated() {
      var registers = [PlanRegister](repeating: builder.constant(0), count: gradient.count)
      for (element, register) in lowering.gradient(of: index, gradient.isScalar) {
        builder.guardFinite(register)
        registers[element] = builder.add(register, builder.constant(0))
      }
      marked.append(mark(gradient.primal, registers))
    }
    return (mark(value, lowering.registers[top]), marked)
  }

  /// The value and the derivative of what a tape has recorded from one number, as the number moves, marked. `nil` where the
  /// tape holds more than numbers, or a choice among them.
  ///
  /// - Parameters:
  ///   - value: the value, and `tangent` the derivative, as a forward tape has found them.
  public func direction(
    _ tape: Tape, from variable: Tensor, moving velocity: Tensor, to output: Tensor,
    decisions: [RecordedDecision], value: Tensor, tangent: Tensor
  ) -> (value: Tensor, tangent: Tensor)? {
    guard let recording = Tape.recordings?[tape.level], recording.isPlannable(PlanTrace.mostSteps),
      builder.count < PlanTrace.mostSteps,
      let node = tape.node(of: variable), let top = tape.node(of: output), output.storage == nil,
      output.type == .f64, tangent.isPlainNumber, let moving = register(of: velocity),
      var lowering = TapeLowering(recording, [node], decisions, builder, self),
      let (found, _) = lowering.pushForward(to: top, moving: moving)
    else { return nil }
    builder = lowering.builder
    builder.guardFinite(found)
    let derivative = builder.add(found, builder.constant(0))
    return (mark(value, lowering.registers[top]), mark(tangent, derivative))
  }
}

extension PlanTrace {
  /// The steps that the results need, as a list for readers, and the registers of each result; `nil` where something was
  /// done that is no step.
  public func listing(_ results: [Tensor]) -> (listing: PlanListing, results: [[Int32]])? {
    guard !gaveUp else { return nil }
    var places: [[PlanRegister]] = []
    for result in results {
      guard let registers = registers(of: result) else { return nil }
      places.append(registers)
    }
    return (builder.listing(places.flatMap { $0 }), places.map { $0.map(\.index) })
  }

  /// The registers of what is marked.
  public func places(of x: Tensor) -> [Int32] { registers(of: x)?.map(\.index) ?? [] }
}

extension Tensor {
  /// The mark alone, which holds no elements.
  public var withoutElements: Tensor { Tensor(scalar: 0, storage: nil, meta: meta) }

  /// The same elements with the mark of another.
  public func marked(as other: Tensor) -> Tensor {
    Tensor(scalar: scalar, storage: storage, meta: other.meta)
  }
}
