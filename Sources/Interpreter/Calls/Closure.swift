import Numerics
import Syntax

/// What all closures of one function literal share.
final class FunctionCode {
  let name: String
  let literal: FunctionLiteral
  /// Held for the places in the body, which are numbers of its.
  let source: CompiledSource
  let isLibrary: Bool
  let signature: Signature
  let positionalCount: Int
  let restSlot: Int?
  /// How many positional arguments it takes where that is always the same; else -1.
  let fixedCount: Int
  /// Whether values of its closures may have plans.
  let mayHavePlan: Bool
  let named: [NamedSlot]
  let hasNamed: Bool
  let slotCount: Int
  let body: Evaluate
  /// The variables around the function that it uses; the first frame up is that of its closure's parent.
  let outerUses: [OuterVariable]
  /// The variables of the notebook and the library that the function itself uses.
  let globals: [GlobalVariable]
  /// Whether a recording may stand for the function.
  private(set) lazy var isStageable = literal.isStageable
  /// Whether a turn of a loop that calls it may be written down.
  private(set) lazy var isPlannable = literal.isPlannable
  /// Whether a loop stands in it.
  private(set) lazy var hasLoops = literal.hasLoops
  /// The place of the value of a named function of the notebook; 0 for others.
  let resultSite: Int32
  /// Frames that calls gave back. Unmanaged: taking one and giving it back counts no references.
  private var spare: UnsafeMutablePointer<Unmanaged<Frame>>
  private var spareCount = 0
  /// As many as calls of one function stand in each other in most programs; in a deeper recursion the others are made
  /// anew, so that a function that was called 10,000 levels deep does not keep as many frames.
  private static let spareCapacity = 64

  struct NamedSlot {
    let name: String
    let slot: Int
    /// Evaluated in the new frame, so it sees the parameters before it; `nil` where it must be given.
    let fallback: Evaluate?
  }

  /// - Parameter layout: of its frames; what the body uses of variables is in it when the body is compiled.
  init(
    name: String, literal: FunctionLiteral, source: CompiledSource, layout: FrameLayout, restSlot: Int?,
    named: [NamedSlot], resultSite: Int32, body: @escaping Evaluate
  ) {
    let parameters = literal.parameters
    self.name = name
    self.literal = literal
    self.source = source
    isLibrary = source.isLibrary
    signature = Signature(
      name: name, positional: parameters.positional.map(\.text), rest: parameters.rest?.text,
      named: parameters.named.map(\.name.text))
    positionalCount = parameters.positional.count
    self.restSlot = restSlot
    fixedCount = restSlot == nil ? positionalCount : -1
    mayHavePlan = !isLibrary && restSlot == nil && literal.isWorthPlan(name: name)
    self.named = named
    hasNamed = !named.isEmpty
    slotCount = layout.count
    self.body = body
    outerUses = layout.outerUses.sorted()
    globals = layout.globals
    self.resultSite = resultSite
    spare = .allocate(capacity: FunctionCode.spareCapacity)
  }

  /// A frame for one call, owned by whoever takes it until it is given back.
  @inline(__always)
  func takeFrame(parent: Frame?) -> Unmanaged<Frame> {
    guard spareCount > 0 else { return .passRetained(Frame(count: slotCount, borrowing: parent)) }
    spareCount -= 1
    let frame = spare[spareCount]
    frame._withUnsafeGuaranteedRef { $0.borrow(parent) }
    return frame
  }

  /// Takes a frame back unless somebody captured it.
  @inline(__always)
  func giveBack(_ frame: Unmanaged<Frame>) {
    guard frame.isOnlyReference, spareCount < FunctionCode.spareCapacity else { return letGo(frame) }
    frame._withUnsafeGuaranteedRef { $0.clear() }
    spare[spareCount] = frame
    spareCount += 1
  }

  /// The end of a call whose frame is not used again, or whose frame somebody captured.
  @inline(never)
  func letGo(_ frame: Unmanaged<Frame>) {
    if !frame.isOnlyReference {
      frame._withUnsafeGuaranteedRef {
        $0.keepParent()
        FrameCycles.outlived($0)
      }
    }
    frame.release()
  }

  deinit {
    for index in 0..<spareCount { spare[index].release() }
    spare.deallocate()
  }
}

extension Unmanaged where Instance == Frame {
  /// Whether nobody else holds the frame.
  @inline(__always)
  fileprivate var isOnlyReference: Bool {
    var held = self
    // The same bits as a strong reference, looked at without becoming one.
    return withUnsafeMutableBytes(of: &held) {
      isKnownUniquelyReferenced(&$0.baseAddress!.assumingMemoryBound(to: Frame.self).pointee)
    }
  }
}

/// A function written in Nabla.
package final class Closure: Function {
  let code: FunctionCode
  let parent: Frame?
  private var wasDifferentiated = false
  private var kept: StagedFunction?
  /// Plans of its values, and how many calls come before they are thought of.
  private var values: StagedValues?
  private var patience: Int

  /// Where the notebook defines it; `nil` for a function of the library.
  package var definition: (source: String, line: Int)? {
    guard !code.isLibrary else { return nil }
    let source = code.source.source
    return (source.name, source.line(of: code.literal.span.start))
  }

  init(code: FunctionCode, parent: Frame?) {
    self.code = code
    self.parent = parent
    patience = StagedValues.warmUp(isGlobal: parent == nil)
    super.init()
    Memory.hold(Closure.bytes)
  }

  deinit { Memory.release(Closure.bytes) }

  private static let bytes = 64

  /// What is kept of the function's gradient; `nil` at the first time of asking, since most functions that others
  /// make are differentiated once.
  override var staged: StagedFunction? {
    if let kept { return kept }
    guard wasDifferentiated || StagedFunction.warmUp == 0 else {
      wasDifferentiated = true
      return nil
    }
    kept = StagedFunction()
    return kept
  }

  override var heldFrame: Frame? { parent }
  package override var signature: Signature { code.signature }
  package override var documentation: String { code.literal.documentation }
  package override var positionalCount: Int? { code.restSlot == nil ? code.positionalCount : nil }

  package override func usage(as name: String) -> [String] {
    var signature = signature
    signature.name = name
    for parameter in code.literal.parameters.named {
      guard let fallback = parameter.fallback else { continue }
      signature.fallbacks[parameter.name.text] = code.source.source.text(fallback.span)
    }
    return [signature.usage]
  }

  package override var source: String? { code.source.source.text(code.literal.span) }

  package override var description: String {
    if code.isLibrary && !code.name.isEmpty { return code.name }
    return code.name.isEmpty ? source ?? "function" : code.signature.description
  }

  package override func call(_ argument: Value) throws -> Value {
    if code.mayHavePlan, isDue { return try planned(.one(argument)) }
    return try ordinary(argument)
  }

  package override func call(_ first: Value, _ second: Value) throws -> Value {
    if code.mayHavePlan, isDue { return try planned(.two(first, second)) }
    return try ordinary(first, second)
  }

  package override func call(_ first: Value, _ second: Value, _ third: Value, _ fourth: Value) throws -> Value
  {
    if code.mayHavePlan, isDue { return try planned(.many(Arguments([first, second, third, fourth]))) }
    guard code.fixedCount == 4 else {
      return try call(Arguments([first, second, third, fourth]))
    }
    let frame = code.takeFrame(parent: parent)
    frame._withUnsafeGuaranteedRef {
      $0.slots.initialize(to: first)
      ($0.slots + 1).initialize(to: second)
      ($0.slots + 2).initialize(to: third)
      ($0.slots + 3).initialize(to: fourth)
    }
    return try run(frame)
  }

  package override func call(_ arguments: Arguments) throws -> Value {
    if code.mayHavePlan, isDue { return try planned(.many(arguments)) }
    return try run(try filledFrame(arguments))
  }

  @inline(__always)
  private func ordinary(_ argument: Value) throws -> Value {
    guard code.fixedCount == 1 else { return try run(try filledFrame(Arguments([argument]))) }
    let frame = code.takeFrame(parent: parent)
    frame._withUnsafeGuaranteedRef { $0.slots.initialize(to: argument) }
    return try run(frame)
  }

  @inline(__always)
  private func ordinary(_ first: Value, _ second: Value) throws -> Value {
    guard code.fixedCount == 2 else { return try run(try filledFrame(Arguments([first, second]))) }
    let frame = code.takeFrame(parent: parent)
    frame._withUnsafeGuaranteedRef {
      $0.slots.initialize(to: first)
      ($0.slots + 1).initialize(to: second)
    }
    return try run(frame)
  }

  // MARK: Plans

  /// Whether a plan may stand for the coming call, or is to be made.
  @inline(__always)
  private var isDue: Bool {
    guard patience > 0 else { return true }
    patience &-= 1
    return false
  }

  /// A call for which a plan may stand.
  @inline(never)
  private func planned(_ handed: HandedValues) throws -> Value {
    guard StagedValues.mayReplay else { return try ordinary(handed) }
    let values = values ?? StagedValues()
    self.values = values
    if let wait = values.takeWait() {
      patience = wait
      return try ordinary(handed)
    }
    return try values.call(self, handed)
  }

  /// The call by the program.
  @inline(never)
  func ordinary(_ handed: HandedValues) throws -> Value {
    switch handed {
    case .one(let argument): try ordinary(argument)
    case .two(let first, let second): try ordinary(first, second)
    case .many(let arguments): try run(try filledFrame(arguments))
    }
  }

  /// What a named parameter is when these arguments leave it out: its default, which may use the others.
  package func fallback(of name: String, _ arguments: Arguments) throws -> Value {
    let held = try filledFrame(arguments)
    defer { code.letGo(held) }
    let frame = held.takeUnretainedValue()
    try fillDefaults(frame)
    guard let parameter = code.named.first(where: { $0.name == name }) else {
      throw Problem.unknownParameter(name, signature: code.signature)
    }
    return frame.slots[parameter.slot]
  }

  private func filledFrame(_ arguments: Arguments) throws -> Unmanaged<Frame> {
    let given = arguments.positional.count
    guard given == code.positionalCount || (code.restSlot != nil && given > code.positionalCount) else {
      let most = code.restSlot == nil ? code.positionalCount : Int.max
      throw Problem.wrongArguments(arguments, code.signature, code.positionalCount...most)
    }
    let held = code.takeFrame(parent: parent)
    do {
      try held._withUnsafeGuaranteedRef { try fill($0, arguments) }
    } catch {
      code.letGo(held)
      throw error
    }
    return held
  }

  private func fill(_ frame: Frame, _ arguments: Arguments) throws {
    for index in 0..<code.positionalCount { frame.slots[index] = arguments.positional[index] }
    if let restSlot = code.restSlot {
      frame.slots[restSlot] = .items(Array(arguments.positional[code.positionalCount...]))
    }
    var data: [(name: String, value: Value)] = []
    for argument in arguments.named {
      guard let parameter = code.named.first(where: { $0.name == argument.name }) else {
        guard isData(argument.name, arguments) else {
          throw Problem.unknownArgument(argument.name, signature: code.signature)
        }
        data.append(argument)
        continue
      }
      if case .unset = frame.slots[parameter.slot] {
        frame.slots[parameter.slot] = argument.value
      } else {
        throw Problem.repeatedArgument(argument.name, signature: code.signature)
      }
    }
    guard !data.isEmpty, let slot = code.named.first(where: { $0.name == "data" })?.slot else { return }
    guard case .unset = frame.slots[slot] else {
      throw Problem.unknownArgument(data[0].name, signature: code.signature)
    }
    frame.slots[slot] = .record(Record(names: data.map(\.name), items: data.map(\.value)))
  }

  /// Whether a name that a function of the library does not know is one of the function that it was given: then it
  /// is a field of `data`, as if written there.
  private func isData(_ name: String, _ arguments: Arguments) -> Bool {
    guard code.isLibrary, code.named.contains(where: { $0.name == "data" }),
      case .function(let f)? = arguments.positional.first
    else { return false }
    return f.signature.named.contains(name)
  }

  @inline(__always)
  private func run(_ held: Unmanaged<Frame>) throws -> Value {
    do {
      let result = try held._withUnsafeGuaranteedRef { frame in
        try enter()
        if code.hasNamed { try fillDefaults(frame) }
        return try code.body(frame)
      }
      if Watch.isOn, code.resultSite != 0 { Watch.note(code.resultSite, code.name, result, isResult: true) }
      Machine.depth -= 1
      code.giveBack(held)
      return result
    } catch {
      code.letGo(held)
      throw error
    }
  }

  private func fillDefaults(_ frame: Frame) throws {
    for parameter in code.named {
      if case .unset = frame.slots[parameter.slot] {
        guard let fallback = parameter.fallback else {
          throw Problem.missingArgument(parameter.name, signature: code.signature)
        }
        frame.slots[parameter.slot] = try fallback(frame)
      }
    }
  }

  /// Counts the level. Errors do not count down again: whoever catches one restores the depth.
  @inline(__always)
  private func enter() throws {
    Machine.depth += 1
    if Machine.depth > Machine.depthLimit { throw Problem.depth(Machine.depthLimit) }
    // A level takes 100 bytes of stack or, where 500 loops stand in each other, 100 KB.
    if Machine.depth & 7 == 0, EvaluationStack.isNearlyUsed { throw Problem.depth(Machine.depth - 1) }
    try Machine.poll()
  }
}
