// Staged replay of derivatives that are no gradients. The program's own run shows that the function does nothing but
// compute; a second one, which nobody sees, is written down. Of a directional derivative of a function of numbers that is a
// recording as for a gradient, with velocities beside its numbers; of all others, of higher ones and of functions of
// tensors, it is whatever the tapes compute there and back.

import Numerics

/// What a derivative of a function is; each has plans of its own.
enum DerivativeKind: Int, CaseIterable {
  case slope, gradient, valueAndGradient, ofPoint, hessian, jacobian, cotangent
}

/// A derivative, and the value of the function where it is found along with it.
typealias FoundDerivative = (value: Value, tangent: Value)

/// The recordings of one derivative of one function.
final class StagedDirections: PlanHolder {
  /// Ways through the function that are kept: one for each pattern of decisions.
  private static let mostPrograms = 4

  private var programs: [StagedDirection] = []
  /// What a program on trial says of the call that is going on.
  private var trial: (program: StagedDirection, found: FoundDerivative)?
  private var wait = StagedFunction.warmUp
  private var pause = 32
  private var credit = 8
  private var isKept = false
  /// How often a recording has stood for any function, and how often one of all that tapes compute did.
  nonisolated(unsafe) private(set) static var replays = 0
  nonisolated(unsafe) private(set) static var wholeReplays = 0

  init() { Memory.hold(StagedDirections.bytes) }

  deinit { Memory.release(StagedDirections.bytes) }

  private static let bytes = 128

  func forget() {
    programs = []
    trial = nil
    isKept = false
    wait = StagedFunction.warmUp
  }

  /// The derivative by a recording, or as the program computes it.
  ///
  /// - Parameters:
  ///   - handed: of a directional derivative the point and the direction.
  ///   - compute: the program's way.
  func found(
    of f: Function, _ handed: HandedValues, _ compute: @escaping (Arguments) throws -> FoundDerivative
  ) throws -> FoundDerivative {
    if let found = replay(handed) { return found }
    guard let watch = begin() else {
      let found = try compute(handed.arguments)
      judge(found)
      return found
    }
    let found: FoundDerivative
    do {
      defer { Staging.end() }
      Staging.enter(f)
      found = try compute(handed.arguments)
    }
    end(watch, f, handed, found, compute)
    return found
  }

  private func replay(_ handed: HandedValues) -> FoundDerivative? {
    trial = nil
    guard !programs.isEmpty, StagedFunction.mayReplay, Tape.depth == 0 else { return nil }
    var index = 0
    while index < programs.count {
      let program = programs[index]
      if let result = program.run(handed) {
        if index > 0 { programs.swapAt(0, index) }
        if credit < 64 { credit += 1 }
        if program.trials > 0 {
          trial = (program, result)
          return nil
        }
        StagedDirections.replays &+= 1
        if program.isWhole { StagedDirections.wholeReplays &+= 1 }
        return result
      }
      if program.isOutdated { programs.remove(at: index) } else { index += 1 }
    }
    credit -= 4
    if credit < 0 { rest() }
    return nil
  }

  /// Compares what a program on trial said with what the function gives, as `StagedFunction` does.
  private func judge(_ found: FoundDerivative) {
    guard let (program, claimed) = trial else { return }
    trial = nil
    if found.value.hasSameLeaves(as: claimed.value), found.tangent.hasSameLeaves(as: claimed.tangent) {
      program.trials -= 1
    } else {
      StagedFunction.noteFailedTrial()
      rest()
      wait = Int.max
    }
  }

  /// No more recordings for a while.
  private func rest() {
    programs = []
    credit = 8
    wait = pause
    pause = min(pause * 4, 1 << 20)
  }

  /// Watches the coming ordinary call for effects, where a recording may pay.
  private func begin() -> StagingWatch? {
    guard wait == 0 else {
      wait -= 1
      return nil
    }
    guard StagedFunction.isEnabled, trial == nil, StagedFunction.mayReplay,
      Memory.limit - Memory.live > 1 << 24
    else { return nil }
    return Staging.beginWatchingEffects()
  }

  /// Keeps what another run of a function like the one watched records.
  private func end(
    _ watch: StagingWatch, _ f: Function, _ handed: HandedValues, _ found: FoundDerivative,
    _ compute: @escaping (Arguments) throws -> FoundDerivative
  ) {
    guard !watch.gaveUp, let program = StagedDirection(f, handed, found, compute) else { return rest() }
    if programs.count == StagedDirections.mostPrograms { programs.removeLast() }
    programs.insert(program, at: 0)
    if !isKept {
      isKept = true
      Staging.keep(self)
    }
  }
}

/// One way through a derivative.
private final class StagedDirection {
  private enum Plan {
    /// Of numbers that move.
    case numbers(MovingNumbers)
    /// Of all that is computed; it gives value and derivative as a pair.
    case whole(StagedValue)
  }

  private let plan: Plan
  /// Runs that are still compared with what the program says.
  var trials = 2

  var isWhole: Bool { if case .whole = plan { true } else { false } }

  /// Whether a variable around the function has changed.
  var isOutdated: Bool {
    switch plan {
    case .numbers(let plan): plan.isOutdated
    case .whole(let plan): plan.isOutdated
    }
  }

  init?(
    _ f: Function, _ handed: HandedValues, _ found: FoundDerivative,
    _ compute: @escaping (Arguments) throws -> FoundDerivative
  ) {
    if case .two(let x, _) = handed, let plan = MovingNumbers(f, at: x) {
      self.plan = .numbers(plan)
      return
    }
    // What is not finite is settled, and noted, by the outermost tape of the program alone.
    guard Differentiation.isFinite(found.tangent) else { return nil }
    let call = StagedValue.Call(function: f, isDerivative: true) {
      let found = try compute($0)
      return .tuple(Tuple(found.value, found.tangent))
    }
    guard let plan = StagedValue.made(call, handed.arguments) else { return nil }
    self.plan = .whole(plan)
  }

  func run(_ handed: HandedValues) -> FoundDerivative? {
    switch plan {
    case .numbers(let plan):
      guard case .two(let x, let v) = handed else { return nil }
      return plan.run(x, v)
    case .whole(let plan):
      guard case .tuple(let pair)? = plan.run(handed), Differentiation.isFinite(pair[1]) else { return nil }
      return (pair[0], pair[1])
    }
  }
}

/// One way through a function of numbers that move.
private final class MovingNumbers {
  private let pattern: StagedPattern
  private let variables: [WatchedVariable]
  private let plan: DirectionPlan
  private let depth: Int
  /// Whether a variable around the function has changed.
  private(set) var isOutdated = false

  init?(_ f: Function, at x: Value) {
    let (site, level) = (Tape.site, Machine.depth)
    guard let tape = try? Tape.open(.reverse), let watch = Staging.begin(on: tape, followingTapes: true)
    else { return nil }
    defer {
      Staging.end()
      tape.close()
      (Tape.site, Machine.depth, Tape.cut) = (site, level, nil)
    }
    var leaves: [Tensor] = []
    let traced = x.mapLeaves { leaf in
      guard case .tensor(let tensor) = leaf else { return leaf }
      let variable = tape.variable(tensor)
      leaves.append(variable)
      return .tensor(variable)
    }
    var found: [Tensor] = []
    guard let pattern = StagedPattern(x, &found), found.count == leaves.count else { return nil }
    Staging.enter(f)
    guard let result = try? Differentiation.Repetition().run({ try f.call(at: traced) }),
      case .tensor(let y) = result, !watch.gaveUp, Tape.cut == nil,
      let plan = DirectionPlan(tape, from: leaves, to: y, decisions: watch.decisions)
    else { return nil }
    self.pattern = pattern
    self.plan = plan
    variables = watch.variables
    depth = watch.depth
  }

  func run(_ x: Value, _ v: Value) -> FoundDerivative? {
    var leaf = 0
    guard pattern.set(x, moving: v, &leaf, plan), Machine.depth + depth <= Machine.depthLimit else {
      return nil
    }
    for variable in variables where !variable.isUnchanged {
      isOutdated = true
      return nil
    }
    return plan.run() ? (.number(plan.value), .number(plan.derivative)) : nil
  }
}

extension StagedPattern {
  /// Sets the variables of a recording from a point, and how they move from a direction like it; answers false where one of
  /// them has another structure.
  fileprivate func set(_ x: Value, moving v: Value, _ leaf: inout Int, _ plan: DirectionPlan) -> Bool {
    switch (self, x, v) {
    case (.leaf, .tensor(let tensor), .tensor(let velocity)):
      leaf += 1
      return plan.set(leaf - 1, tensor, moving: velocity)
    case (.tuple(let parts), .tuple(let point), .tuple(let direction)):
      guard point.count == parts.count, direction.count == parts.count else { return false }
      for index in parts.indices where !parts[index].set(point[index], moving: direction[index], &leaf, plan)
      {
        return false
      }
      return true
    case (.record(let names, let parts), .record(let point), .record(let direction)):
      guard point.tag == nil, direction.tag == nil, point.names == names, direction.names == names else {
        return false
      }
      for index in parts.indices
      where !parts[index].set(point.items[index], moving: direction.items[index], &leaf, plan) {
        return false
      }
      return true
    default: return false
    }
  }
}
