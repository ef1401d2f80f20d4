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
  /// Ordinary calls before the next that is watched.
  private var wait = StagedFunction.warmUp
  /// The next value of `wait`, when watching did not pay.
  private var pause = 32
  /// Falls with each call that no program fits, and rises with the others.
  private var credit = 8
  private var isKept = false
  /// How often a recording has stood for any function.
  nonisolated(unsafe) private(set) static var replays = 0

  init() { Memory.hold(StagedFunction.bytes) }

  deinit { Memory.release(StagedFunction.bytes) }

  private static let bytes = 128

  func forget() {
    programs = []
    isKept = false
    wait = StagedFunction.warmUp
  }

  /// The value and the gradient at these arguments by a recording; `nil` where none fits.
  @inline(__always)
  func replay(_ first: Value, _ second: Value? = nil) throws -> (value: Value, gradient: Value)? {
    guard !programs.isEmpty else { return nil }
    return try replayed(first, second)
  }

  private func replayed(_ first: Value, _ second: Value?) throws -> (value: Value, gradient: Value)? {
    guard !Interruption.isRaised, !Watch.isOn, !Staging.isOn, Tape.depth < Tape.deepest else { return nil }
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
    credit -= 4
    if credit < 0 { rest() }
    return nil
  }

  /// No more recordings for a while.
  private func rest() {
    programs = []
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
    guard StagedFunction.isEnabled, !Watch.isOn, Memory.limit - Memory.live > 1 << 24 else { return nil }
    return Staging.begin(on: tape)
  }

  /// Keeps what a watched call recorded.
  func end(_ watch: StagingWatch, _ arguments: [Value], _ y: Tensor) {
    Staging.end()
    guard !watch.gaveUp, let program = StagedProgram(watch, arguments, y) else { return rest() }
    if programs.count == StagedFunction.mostPrograms { programs.removeLast() }
    programs.insert(program, at: 0)
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
  func set(_ value: Value, _ leaf: inout Int, _ plan: GradientPlan) -> Bool {
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
  func gradient(_ leaf: inout Int, _ plan: GradientPlan) throws -> Value {
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
