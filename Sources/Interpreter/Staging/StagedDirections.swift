// Staged replay of directional derivatives of functions of numbers. The program's own run shows that the function does
// nothing but compute; a second one, which nobody sees, is recorded as for a gradient, and its velocities are written down
// beside its numbers.

import Numerics

/// The recordings of one function.
final class StagedDirections: PlanHolder {
  /// Ways through the function that are kept: one for each pattern of decisions.
  private static let mostPrograms = 4

  private var programs: [StagedDirection] = []
  /// What a program on trial says of the call that is going on.
  private var trial: (program: StagedDirection, value: Value, tangent: Value)?
  private var wait = StagedFunction.warmUp
  private var pause = 32
  private var credit = 8
  private var isKept = false
  /// How often a recording has stood for any function.
  nonisolated(unsafe) private(set) static var replays = 0

  init() { Memory.hold(StagedDirections.bytes) }

  deinit { Memory.release(StagedDirections.bytes) }

  private static let bytes = 128

  func forget() {
    programs = []
    trial = nil
    isKept = false
    wait = StagedFunction.warmUp
  }

  /// The value at `x` and the derivative along `v` by a recording; `nil` where none fits.
  func replay(_ x: Value, _ v: Value) -> (value: Value, tangent: Value)? {
    trial = nil
    guard !programs.isEmpty, StagedFunction.mayReplay, Tape.depth == 0 else { return nil }
    var index = 0
    while index < programs.count {
      let program = programs[index]
      if let result = program.run(x, v) {
        if index > 0 { programs.swapAt(0, index) }
        if credit < 64 { credit += 1 }
        if program.trials > 0 {
          trial = (program, result.value, result.tangent)
          return nil
        }
        StagedDirections.replays &+= 1
        return result
      }
      if program.isOutdated { programs.remove(at: index) } else { index += 1 }
    }
    credit -= 4
    if credit < 0 { rest() }
    return nil
  }

  /// Compares what a program on trial said with what the function gives, as `StagedFunction` does.
  func judge(_ value: Value, _ tangent: Value) {
    guard let (program, claimed, claimedTangent) = trial else { return }
    trial = nil
    if value.hasSameBits(as: claimed), tangent.hasSameBits(as: claimedTangent) {
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
  func begin(_ f: Function) -> StagingWatch? {
    guard wait == 0 else {
      wait -= 1
      return nil
    }
    guard StagedFunction.isEnabled, trial == nil, StagedFunction.mayReplay,
      Memory.limit - Memory.live > 1 << 24, let watch = Staging.beginWatchingEffects()
    else { return nil }
    Staging.enter(f)
    return watch
  }

  /// Keeps what another run of a function like the one watched records.
  func end(_ watch: StagingWatch, _ f: Function, at x: Value) {
    guard !watch.gaveUp, let program = StagedDirection(f, at: x) else { return rest() }
    if programs.count == StagedDirections.mostPrograms { programs.removeLast() }
    programs.insert(program, at: 0)
    if !isKept {
      isKept = true
      Staging.keep(self)
    }
  }
}

/// One way through a function.
private final class StagedDirection {
  private let pattern: StagedPattern
  private let variables: [WatchedVariable]
  private let plan: DirectionPlan
  private let depth: Int
  /// Whether a variable around the function has changed.
  private(set) var isOutdated = false
  /// Runs that are still compared with what the program says.
  var trials = 2

  init?(_ f: Function, at x: Value) {
    let (site, level) = (Tape.site, Machine.depth)
    guard let tape = try? Tape.open(.reverse), let watch = Staging.begin(on: tape) else { return nil }
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
    guard let result = try? f.call(at: traced), case .tensor(let y) = result, !watch.gaveUp, Tape.cut == nil,
      let plan = DirectionPlan(tape, from: leaves, to: y, decisions: watch.decisions)
    else { return nil }
    self.pattern = pattern
    self.plan = plan
    variables = watch.variables
    depth = watch.depth
  }

  func run(_ x: Value, _ v: Value) -> (value: Value, tangent: Value)? {
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
