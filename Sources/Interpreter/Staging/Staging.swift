// Watching a run of a function whose gradient is asked for again and again: which decisions it takes about the
// numbers it computes, and which variables around it it can see. Where nothing else than these and its arguments
// decides what the function does, its recording stands for the function: see `StagedFunction`.

import Numerics

enum Staging {
  /// Whether a run is being watched; off, it costs one look at a flag where a decision is taken or a function called.
  nonisolated(unsafe) private(set) static var isOn = false
  nonisolated(unsafe) private static var watch: StagingWatch?
  /// Functions and loops that hold plans; they let go of them at the end of a cell.
  nonisolated(unsafe) private static var holders: [any PlanHolder] = []
  nonisolated(unsafe) private static var valueHolders: [any PlanHolder] = []
  /// How many keep plans at once, and how many those of values.
  private static let (mostHolders, mostValueHolders) = (32, 128)

  /// Watches a run whose derivative `tape` records.
  ///
  /// - Parameter followingTapes: whether derivatives may be taken in it. Then it must be that the tape lies beneath theirs in
  ///   the program, too.
  static func begin(on tape: Tape, followingTapes: Bool = false) -> StagingWatch? {
    guard watch == nil else { return nil }
    let new = StagingWatch(tape)
    tape.isWatched = true
    if followingTapes { tape.beginWriting() }
    watch = new
    isOn = true
    return new
  }

  /// Watches a turn of a loop that is written down.
  ///
  /// - Parameter followingTexts: whether numbers may go into texts, which say then what they were put together from.
  static func begin(_ trace: PlanTrace, followingTexts: Bool = false) -> StagingWatch {
    let new = StagingWatch(trace)
    new.followsTexts = followingTexts
    watch = new
    isOn = true
    return new
  }

  /// Watches a run for what is more than computing; nothing is followed in it.
  ///
  /// - Parameter refusingLoops: whether functions with loops are more: these have plans of their own.
  static func beginWatchingEffects(refusingLoops: Bool = false) -> StagingWatch? {
    guard watch == nil else { return nil }
    let new = StagingWatch(refusingLoops: refusingLoops)
    watch = new
    isOn = true
    return new
  }

  /// Within a turn, a run whose derivative `tape` records; `resume` must follow.
  static func nested(on tape: Tape) -> StagingWatch? {
    guard let outer = watch, outer.tape == nil else { return nil }
    let new = StagingWatch(tape, within: outer)
    watch = new
    return new
  }

  /// Within a turn, a run that is no part of what is written down, watched for effects; `resume` must follow.
  static func aside(from trace: PlanTrace) -> StagingWatch? {
    guard let outer = watch, outer.tape == nil, outer.trace === trace else { return nil }
    let new = StagingWatch(aside: outer)
    trace.end()
    watch = new
    return new
  }

  /// Goes on with the turn.
  static func resume(_ outer: StagingWatch?) {
    guard isOn else { return }
    watch = outer
  }

  /// The same after a run that was no part of it.
  static func resume(_ outer: StagingWatch?, _ trace: PlanTrace) {
    guard isOn else { return trace.giveUp() }
    watch = outer
    trace.resume()
  }

  /// The end of what `begin` began.
  static func end() {
    if let watch, watch.gaveUp { watch.gaveUp = true }
    watch = nil
    isOn = false
    Tape.endWriting()
  }

  /// Something happened that a recording would not show.
  static func giveUp() {
    var next = watch
    while let watch = next {
      watch.gaveUp = true
      next = watch.outer
    }
    PlanTrace.current?.giveUp()
    end()
  }

  /// A gradient is taken. In a turn it has a tape of its own, above which there is none that is written down.
  static func enterGradient() { if watch?.tape != nil, !Tape.isWrittenDown { giveUp() } }

  /// The same by some arguments of many, or with names, which is no step of a turn.
  static func enterGradientOfSome() {
    if watch?.followsNothing != true, !Tape.isWrittenDown { giveUp() }
  }

  /// A function is called by a program.
  @inline(never)
  static func enter(_ function: Function) { watch?.enter(function) }

  /// A program compared two numbers.
  @inline(never)
  static func decide(_ comparison: Numerics.Comparison, _ a: Tensor, _ b: Tensor, _ outcome: Bool) {
    watch?.decide(comparison, a, b, outcome)
  }

  /// A program compared two values of any kind.
  @inline(never)
  static func decide(_ comparison: Numerics.Comparison?, _ a: Value, _ b: Value, _ outcome: Value) {
    if let comparison, case .tensor(let x) = a, case .tensor(let y) = b, case .tensor(let result) = outcome,
      let truth = result.truth
    {
      decide(comparison, x, y, truth)
    } else if !a.isConstant || !b.isConstant {
      giveUp()
    }
  }

  /// What a program looks at to decide where to go on: a constant, or the recording says nothing.
  @inline(never)
  static func look(at value: Value) {
    if !value.isConstant { giveUp() }
  }

  static func keep(_ holder: any PlanHolder) {
    if holders.count == mostHolders { holders.removeFirst().forget() }
    holders.append(holder)
  }

  /// The same for plans of values, which are many: they do not take the place of others.
  static func keep(values holder: any PlanHolder) {
    if valueHolders.count == mostValueHolders { valueHolders.removeFirst().forget() }
    valueHolders.append(holder)
  }

  /// Lets go of all plans, and of the variables that they hold.
  static func forgetAll() {
    end()
    forgetPlans()
  }

  /// The same while the program runs: where memory is short, plans go first.
  static func forgetPlans() {
    let all = holders + valueHolders
    (holders, valueHolders) = ([], [])
    for holder in all { holder.forget() }
  }
}

/// What keeps plans for the next time.
protocol PlanHolder: AnyObject {
  /// Lets go of them.
  func forget()
}

/// One run under watch.
final class StagingWatch {
  /// What records a derivative; `nil` in a turn of a loop, and where only effects are looked for.
  let tape: Tape?
  /// The turn that is written down.
  let trace: PlanTrace?
  /// The watch over the turn that this is part of.
  let outer: StagingWatch?
  var gaveUp: Bool {
    get { hasGivenUp || tape != nil && Tape.isWrittenDown && Tape.hides }
    set { hasGivenUp = newValue }
  }
  private var hasGivenUp = false
  private(set) var decisions: [RecordedDecision] = []
  private(set) var variables: [WatchedVariable] = []
  /// The most levels of calls below the one that began.
  private(set) var depth = 0
  private let start = Machine.depth
  /// Whether a function with a loop in it ends the watch.
  private var refusesLoops = false
  /// Whether functions that put numbers into texts are called.
  fileprivate(set) var followsTexts = false
  private var closures: Set<ObjectIdentifier> = []

  init(_ tape: Tape, within outer: StagingWatch? = nil) {
    self.tape = tape
    self.outer = outer
    trace = outer?.trace
  }

  init(_ trace: PlanTrace) {
    self.trace = trace
    tape = nil
    outer = nil
  }

  /// Watches for effects alone, within a turn.
  init(aside outer: StagingWatch) {
    trace = nil
    tape = nil
    self.outer = outer
  }

  /// Watches for effects alone.
  init(refusingLoops: Bool) {
    trace = nil
    tape = nil
    outer = nil
    self.refusesLoops = refusingLoops
  }

  /// Whether it watches for effects alone.
  var followsNothing: Bool { tape == nil && trace == nil }

  func enter(_ function: Function) {
    depth = max(depth, Machine.depth + 1 - start)
    if let builtin = function as? Builtin {
      if trace == nil, builtin.isFollowed { return }
      if builtin.numberUse == .none || builtin.numberUse == .untraced && tape != nil { Staging.giveUp() }
      return
    }
    // It says itself what it calls.
    if tape == nil || Tape.isWrittenDown, function.saysWhatItCalls { return }
    let called = (function as? PointFunction)?.origin ?? function
    guard let closure = called as? Closure,
      tape == nil
        ? closure.code.isPlannable || followsTexts && closure.code.literal.isPlannableWithTexts
        : closure.code.isStageable,
      !refusesLoops || !closure.code.hasLoops
    else { return Staging.giveUp() }
    guard closures.insert(ObjectIdentifier(closure)).inserted else { return }
    for cell in closure.code.globals { add(.cell(cell, cell.value), cell.value) }
    for use in closure.code.outerUses {
      var next = closure.parent
      for _ in 1..<use.hops { next = next?.parent }
      guard let frame = next else { return Staging.giveUp() }
      let value = frame.slots[use.slot]
      add(.slot(frame, use.slot, value), value)
    }
  }

  private func add(_ variable: WatchedVariable, _ value: Value) {
    if value.isConstant {
      (outer ?? self).variables.append(variable)
    } else if !isKnown(value) {
      Staging.giveUp()
    }
  }

  /// Whether the turn that is written down knows what a value is in other turns.
  private func isKnown(_ value: Value) -> Bool {
    guard let trace = trace ?? outer?.trace else { return false }
    return value.allLeaves { if case .tensor(let tensor) = $0 { trace.knows(tensor) } else { true } }
  }

  func decide(_ comparison: Numerics.Comparison, _ a: Tensor, _ b: Tensor, _ outcome: Bool) {
    let level = tape?.level ?? 0
    let (a, b) = (Tape.beneath(a, level: level), Tape.beneath(b, level: level))
    guard let tape else {
      if let trace, !trace.decide(comparison, a, b, outcome) { Staging.giveUp() }
      return
    }
    guard let decision = RecordedDecision(comparison, a, b, outcome: outcome, on: tape) else {
      if !a.isPlain || !b.isPlain { Staging.giveUp() }
      return
    }
    if !a.isPlain || !b.isPlain { decisions.append(decision) }
  }
}

extension Function {
  /// Whether it is a derivative, which tells a watch itself what it calls.
  var saysWhatItCalls: Bool {
    self is GradientFunction || (self as? Derived)?.isFollowed == true
      || (self as? ForwardingBuiltin)?.isFollowed == true
  }
}

/// A variable around a function, with the value it had while the function ran.
enum WatchedVariable {
  case cell(GlobalVariable, Value)
  case slot(Frame, Int, Value)

  /// Whether it still has that value.
  @inline(__always)
  var isUnchanged: Bool {
    switch self {
    case .cell(let cell, let value): return cell.value.isSame(as: value)
    case .slot(let frame, let slot, let value): return frame.slots[slot].isSame(as: value)
    }
  }
}

extension Value {
  /// Whether no tape ever followed a part of it.
  var isConstant: Bool {
    allLeaves { if case .tensor(let tensor) = $0 { tensor.isPlain } else { true } }
  }

  /// Whether it is the same number, or the same object.
  @inline(__always)
  package func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.unset, .unset), (.nothing, .nothing): return true
    case (.tensor(let a), .tensor(let b)):
      return a.scalar.bitPattern == b.scalar.bitPattern && a.meta == b.meta && a.storage === b.storage
    case (.function(let a), .function(let b)): return a === b
    case (.tuple(let a), .tuple(let b)): return a === b
    case (.record(let a), .record(let b)): return a === b
    case (.string(let a), .string(let b)): return a === b
    case (.interval(let a), .interval(let b)): return a === b
    case (.figure(let a), .figure(let b)): return a === b
    default: return false
    }
  }
}
