// Staged replay: the gradient of a function whose recording does not change is computed from the recording,
// without the function. Whatever could make a difference sends the call the ordinary way: other shapes or kinds
// of arguments, a decision that falls otherwise, another value of a variable around the function, a tape that
// follows an argument, an interrupt, a gradient that is not finite.

import Numerics

/// The recordings of one function.
final class StagedFunction: PlanHolder {
  /// How many ordinary calls come before the first that is watched.
  nonisolated(unsafe) static var warmUp = 1
  nonisolated(unsafe) static var isEnabled = true
  /// Ways through the function that are kept: one for each pattern of decisions.
  private static let mostPrograms = 4

  private(set) var programs: [StagedProgram] = []
  private(set) var tensorPrograms: [StagedTensors] = []
  /// What a program on trial says of the call that is going on.
  private var trial: (program: StagedTensors, value: Value, gradient: Value)?
  /// Ordinary calls before the next that is watched.
  private var wait = StagedFunction.warmUp
  /// The next value of `wait`, when watching did not pay.
  private var pause = 32
  /// Falls with each call that no program fits, and rises with the others.
  private var credit = 8
  private var isKept = false
  /// How often a recording has stood for any function.
  nonisolated(unsafe) private(set) static var replays = 0
  /// How often one for tensors has, and how often one on trial said something else than the function.
  nonisolated(unsafe) private(set) static var tensorReplays = 0
  nonisolated(unsafe) private(set) static var failedTrials = 0

  /// For `@plan`: what takes the place of the plans that the function keeps whose gradient is asked for next.
  nonisolated(unsafe) static var asked: StagedFunction?
  /// Whether this is only for readers: what is recorded stands for nothing.
  private let isListed: Bool
  /// What readers are told of the plan, and of which function it is.
  private(set) var outline: (function: Function, outline: TensorOutline)?

  init(isListed: Bool = false) {
    self.isListed = isListed
    if isListed { wait = 0 }
    Memory.hold(StagedFunction.bytes)
  }

  /// What is kept of the gradient of a function.
  @inline(__always)
  static func kept(of f: Function) -> StagedFunction? {
    guard let asked else { return f.staged }
    self.asked = nil
    return asked
  }

  deinit { Memory.release(StagedFunction.bytes) }

  private static let bytes = 128

  /// The same of its derivatives along directions; of a derivative as a whole.
  private(set) lazy var directions = StagedDirections()

  /// What is kept of the function's derivatives, which are functions that are made anew each time.
  private var derived = [StagedFunction?](repeating: nil, count: DerivativeKind.allCases.count)

  func derived(_ kind: DerivativeKind) -> StagedFunction {
    if let found = derived[kind.rawValue] { return found }
    let new = StagedFunction()
    derived[kind.rawValue] = new
    return new
  }

  func forget() {
    programs = []
    tensorPrograms = []
    trial = nil
    isKept = false
    wait = StagedFunction.warmUp
  }

  /// The value and the gradient at these arguments by a recording; `nil` where none fits.
  @inline(__always)
  func replay(_ first: Value, _ second: Value? = nil) throws -> (value: Value, gradient: Value)? {
    if !programs.isEmpty { return try replayed(first, second) }
    guard !tensorPrograms.isEmpty else { return nil }
    return try replay(Arguments(second.map { [first, $0] } ?? [first]), only: nil)
  }

  /// The same for any arguments.
  ///
  /// - Parameter only: the positional argument that alone is differentiated by; `nil` for all.
  func replay(_ arguments: Arguments, only: Int?) throws -> (value: Value, gradient: Value)? {
    trial = nil
    guard !tensorPrograms.isEmpty, StagedFunction.mayReplay else { return nil }
    var index = 0
    while index < tensorPrograms.count {
      let program = tensorPrograms[index]
      if let result = try program.run(arguments, only) {
        if index > 0 { tensorPrograms.swapAt(0, index) }
        if credit < 64 { credit += 1 }
        if program.trials > 0 {
          trial = (program, result.value, result.gradient)
          return nil
        }
        StagedFunction.replays &+= 1
        if program.isOfTensors { StagedFunction.tensorReplays &+= 1 }
        return result
      }
      if program.isOutdated { tensorPrograms.remove(at: index) } else { index += 1 }
    }
    pay()
    return nil
  }

  /// Compares what a program on trial said with what the function gives. They agree, or something was overlooked: then
  /// no recording stands for this function again.
  @inline(__always)
  func judge(_ value: Value, _ gradient: Value) {
    if trial != nil { judgeTrial(value, gradient) }
  }

  private func judgeTrial(_ value: Value, _ gradient: Value) {
    guard let (program, claimed, claimedGradient) = trial else { return }
    trial = nil
    if value.hasSameBits(as: claimed), gradient.hasSameBits(as: claimedGradient) {
      program.trials -= 1
    } else {
      StagedFunction.noteFailedTrial()
      rest()
      wait = Int.max
    }
  }

  static var mayReplay: Bool {
    !Interruption.isRaised && !Watch.isOn && !Staging.isOn && Tape.depth < Tape.deepest
  }

  private func replayed(_ first: Value, _ second: Value?) throws -> (value: Value, gradient: Value)? {
    guard StagedFunction.mayReplay else { return nil }
    var index = 0
    while index < programs.count {
      let program = programs[index]
      if let result = try program.run(first, second) {
        if index > 0 { programs.swapAt(0, index) }
        if credit < 64 { credit += 1 }
        StagedFunction.replays &+= 1
        return result
      }
      if program.isOutdated { programs.remove(at: index) } else { index += 1 }
    }
    pay()
    return nil
  }

  static func noteFailedTrial() { failedTrials += 1 }

  /// No program fits.
  private func pay() {
    credit -= 4
    if credit < 0 { rest() }
  }

  /// No more recordings for a while.
  private func rest() {
    programs = []
    tensorPrograms = []
    credit = 8
    wait = pause
    pause = min(pause * 4, 1 << 20)
  }

  /// Watches the coming ordinary call where that may pay.
  @inline(__always)
  func begin(on tape: Tape) -> StagingWatch? {
    guard wait == 0 else {
      wait -= 1
      return nil
    }
    // Where memory is short, what a recording takes is the program's.
    guard StagedFunction.isEnabled || isListed, trial == nil, !Watch.isOn,
      Memory.limit - Memory.live > 1 << 24
    else { return nil }
    return Staging.begin(on: tape, followingTapes: true)
  }

  /// Keeps what a watched call recorded.
  ///
  /// - Parameters:
  ///   - traced: its arguments, those that are differentiated by followed by the tape.
  ///   - given: the same before that.
  ///   - only: the positional argument that alone is differentiated by; `nil` for all.
  func end(
    _ watch: StagingWatch, _ f: Function, _ traced: Arguments, given: Arguments, only: Int?, _ y: Tensor
  ) {
    Staging.end()
    guard !watch.gaveUp else { return rest() }
    if isListed {
      let outline = StagedTensors(watch, f, traced, given: given, only: only, y, isListed: true)?.outline
      self.outline = outline.map { (f, $0) }
      return rest()
    }
    if only == nil, traced.named.isEmpty, traced.positional.count <= 2,
      let program = StagedProgram(watch, traced.positional, y)
    {
      if programs.count == StagedFunction.mostPrograms { programs.removeLast() }
      programs.insert(program, at: 0)
    } else if let program = StagedTensors(watch, f, traced, given: given, only: only, y) {
      if tensorPrograms.count == StagedFunction.mostPrograms { tensorPrograms.removeLast() }
      tensorPrograms.insert(program, at: 0)
    } else {
      return rest()
    }
    if !isKept {
      isKept = true
      Staging.keep(self)
    }
  }
}

/// One way through a function.
final class StagedProgram {
  private let patterns: [StagedPattern]
  private let variables: [WatchedVariable]
  private let plan: GradientPlan
  private let depth: Int
  /// Whether a variable around the function has changed.
  private(set) var isOutdated = false

  /// - Parameter arguments: as they were traced.
  init?(_ watch: StagingWatch, _ arguments: [Value], _ y: Tensor) {
    var leaves: [Tensor] = []
    var patterns: [StagedPattern] = []
    for argument in arguments {
      guard let pattern = StagedPattern(argument, &leaves) else { return nil }
      patterns.append(pattern)
    }
    guard let tape = watch.tape,
      let plan = GradientPlan(tape, from: leaves, to: y, decisions: watch.decisions)
    else {
      return nil
    }
    self.patterns = patterns
    self.plan = plan
    variables = watch.variables
    depth = watch.depth
  }

  private var areUnchanged: Bool {
    variables.withUnsafeBufferPointer { variables in
      for index in variables.indices where !variables[index].isUnchanged { return false }
      return true
    }
  }

  func run(_ first: Value, _ second: Value?) throws -> (value: Value, gradient: Value)? {
    var leaf = 0
    guard patterns[0].set(first, &leaf, plan), Machine.depth + depth <= Machine.depthLimit else {
      return nil
    }
    if let second {
      guard patterns.count == 2, patterns[1].set(second, &leaf, plan) else { return nil }
    } else if patterns.count != 1 {
      return nil
    }
    guard areUnchanged else {
      isOutdated = true
      return nil
    }
    guard plan.run() else { return nil }
    leaf = 0
    let gradient = try patterns[0].gradient(&leaf, plan)
    guard second != nil else {
      return Differentiation.isFinite(gradient) ? (.number(plan.value), gradient) : nil
    }
    let pair = Value.tuple(Tuple(gradient, try patterns[1].gradient(&leaf, plan)))
    return Differentiation.isFinite(pair) ? (.number(plan.value), pair) : nil
  }
}

/// The structure of an argument.
indirect enum StagedPattern {
  case leaf
  case tuple([StagedPattern])
  case record([String], [StagedPattern])

  init?(_ value: Value, _ leaves: inout [Tensor]) {
    switch value {
    case .tensor(let tensor):
      leaves.append(tensor)
      self = .leaf
    case .tuple(let tuple):
      guard let parts = StagedPattern.parts(tuple.items, &leaves) else { return nil }
      self = .tuple(parts)
    case .record(let record):
      guard record.tag == nil, let parts = StagedPattern.parts(record.items, &leaves) else { return nil }
      self = .record(record.names, parts)
    default: return nil
    }
  }

  private static func parts(_ items: [Value], _ leaves: inout [Tensor]) -> [StagedPattern]? {
    var parts: [StagedPattern] = []
    for item in items {
      guard let part = StagedPattern(item, &leaves) else { return nil }
      parts.append(part)
    }
    return parts
  }

  /// Sets the variables of a recording from an argument; answers false where it has another structure.
  func set<Plan: GradientProgram>(_ value: Value, _ leaf: inout Int, _ plan: Plan) -> Bool {
    switch (self, value) {
    case (.leaf, .tensor(let tensor)):
      leaf += 1
      return plan.set(leaf - 1, tensor)
    case (.tuple(let parts), .tuple(let tuple)):
      guard tuple.count == parts.count else { return false }
      for index in parts.indices where !parts[index].set(tuple[index], &leaf, plan) { return false }
      return true
    case (.record(let names, let parts), .record(let record)):
      guard record.tag == nil, record.names == names else { return false }
      for index in parts.indices where !parts[index].set(record.items[index], &leaf, plan) { return false }
      return true
    default: return false
    }
  }

  /// The gradient, in this structure.
  func gradient<Plan: GradientProgram>(_ leaf: inout Int, _ plan: Plan) throws -> Value {
    switch self {
    case .leaf:
      leaf += 1
      return .tensor(try plan.gradient(of: leaf - 1))
    case .tuple(let parts):
      if parts.count == 2 {
        let first = try parts[0].gradient(&leaf, plan)
        return .tuple(Tuple(first, try parts[1].gradient(&leaf, plan)))
      }
      return .tuple(Tuple(try parts.map { try $0.gradient(&leaf, plan) }))
    case .record(let names, let parts):
      return .record(Record(names: names, items: try parts.map { try $0.gradient(&leaf, plan) }))
    }
  }
}

extension Value {
  /// Whether the tensors in it have the same types, shapes and bits; one NaN is like another.
  func hasSameBits(as other: Value) -> Bool {
    let (own, others) = (leafTensors, other.leafTensors)
    return own.count == others.count
      && zip(own, others).allSatisfy { a, b in
        a.type == b.type && a.shape == b.shape
          && (0..<a.count).allSatisfy {
            let (x, y) = (a.element($0), b.element($0))
            return x.bitPattern == y.bitPattern || x.isNaN && y.isNaN
          }
      }
  }
}
