import Numerics

/// What a loop keeps of the times it ran before: its plans, as long as what they take for granted has not changed, and
/// how many turns it had, so that one that runs often gets a plan even where it is short.
final class LoopMemory: PlanHolder {
  private struct Kept {
    let planner: LoopPlanner
    /// The variables that a turn reads, as they were.
    let seen: [Value]
    /// Variables around the functions that were called.
    let variables: [WatchedVariable]
    /// How many turns had been written down.
    let traces: Int
  }

  let text: LoopText
  private var kept: Kept?
  /// Turns that ran without a plan.
  private var turns = 0
  /// Variables that a turn reads and that were other numbers in other runs: they are taken for what goes from turn to turn.
  private(set) var varying: Set<Int> = []
  /// Those with which no turn could be written down.
  private var refused: Set<Int> = []
  /// How often plans were lost, or could not be made.
  private var failures = 0
  private var isHeld = false
  /// Whether a run uses them now.
  private var isTaken = false
  /// How many turns the last run had.
  private var lastTurns = 0

  init(_ text: LoopText) { self.text = text }

  func forget() {
    kept = nil
    isTaken = false
    isHeld = false
  }

  /// Larger tensors are not kept for a plan: whoever assigns an entry of one that is held by others copies it. Measured, a
  /// turn that copies 1,024 elements takes 0.4 µs longer than one that copies 8; a short loop's run by its plan is 1 µs.
  private static let mostElements = 1024
  private static let mostFailures = 10

  /// Fewer turns run as fast without: reading variables and writing them takes as long as a plan saves. Measured on
  /// `x = 0.5x + 0.1 * x^2`: 8 turns take 1.2 µs without a plan and 1.4 with it, 16 turns 1.9 and 1.5.
  private static let fewestTurns = 12
  /// Of a `while` it is known what the last run had, and its end is found by a turn of the program.
  private static let fewestTurnsOfWhile = 24

  /// Whether plans may be taken for a run of so many turns, if they are known.
  func mayPay(_ turns: Int?) -> Bool {
    guard !LoopPlanner.isEager else { return true }
    guard let turns else { return lastTurns >= LoopMemory.fewestTurnsOfWhile }
    return turns >= LoopMemory.fewestTurns
  }

  /// Whether a loop of unknown length has run so many turns, and will again.
  func hasRun(_ fewest: Int) -> Bool { mayPay(nil) && turns >= fewest << failures }

  /// Whether a loop of so many turns, fewer than what pays at once, has run often enough.
  func isWorthwhile(_ count: Int, _ fewest: Int) -> Bool {
    mayPay(count) && turns >= fewest << failures
  }

  func note(_ count: Int) { turns = min(turns + count, 1 << 30) }

  /// The plans of the last run; `nil` where there are none, or something they depend on has changed, or a run around this
  /// one has taken them.
  func take(_ frame: Frame) -> LoopPlanner? {
    guard let last = kept, !isTaken else { return nil }
    guard Machine.depth + last.planner.depth <= Machine.depthLimit else { return nil }
    for (index, variable) in text.reads.enumerated() where !varying.contains(index) {
      let value = variable.read(frame)
      guard !LoopMemory.isAlike(value, last.seen[index], levels: 4) else { continue }
      if case .tensor(let new) = value, case .tensor(let old) = last.seen[index], PlanTrace.canCarry(new),
        new.shape == old.shape, old.type == new.type, !refused.contains(index)
      {
        varying.insert(index)
      }
      return lose()
    }
    guard last.variables.allSatisfy(\.isUnchanged) else { return lose() }
    isTaken = true
    return last.planner
  }

  private func lose() -> LoopPlanner? {
    kept = nil
    fail()
    return nil
  }

  /// Plans were lost, or none could be made; after a few times that is taken for a habit.
  func fail() {
    failures = min(failures + 1, LoopMemory.mostFailures)
    turns = 0
  }

  /// A run is over: what it has planned is kept.
  func end(_ planner: LoopPlanner?, _ turns: Int, _ frame: Frame) {
    lastTurns = turns
    guard let planner else { return note(turns) }
    if let kept, kept.planner === planner {
      isTaken = false
      if planner.traces == kept.traces, !planner.ways.isEmpty, !planner.isOver { return planner.rest() }
    }
    if planner.ways.isEmpty { note(turns) }
    if !planner.takesVarying {
      refused.formUnion(varying)
      varying = []
    }
    guard !isTaken else { return }
    guard !planner.ways.isEmpty, !planner.isOver else {
      guard planner.traces > 0 else { return }
      kept = nil
      return fail()
    }
    keep(planner, frame)
  }

  private func keep(_ planner: LoopPlanner, _ frame: Frame) {
    let seen = text.reads.map { $0.read(frame) }
    let areSmall = seen.allSatisfy { value in
      value.allLeaves { leaf in
        if case .tensor(let tensor) = leaf {
          tensor.isPlain && tensor.count <= LoopMemory.mostElements
        } else {
          true
        }
      }
    }
    guard areSmall else {
      kept = nil
      return
    }
    kept = Kept(
      planner: planner, seen: seen, variables: planner.ways.flatMap(\.variables),
      traces: planner.traces)
    planner.rest()
    if !isHeld {
      isHeld = true
      Staging.keep(self)
    }
  }

  /// Whether two values are the same to a plan: functions of the same text with the same variables around them are.
  private static func isAlike(_ a: Value, _ b: Value, levels: Int) -> Bool {
    if a.isSame(as: b) { return true }
    guard levels > 0 else { return false }
    switch (a, b) {
    case (.tensor(let a), .tensor(let b)):
      guard a.isPlain, b.isPlain, PlanTrace.canCarry(a), b.type == .f64, a.shape == b.shape else {
        return false
      }
      return (0..<a.count).allSatisfy { a.element($0).bitPattern == b.element($0).bitPattern }
    case (.tuple(let a), .tuple(let b)):
      return a.count == b.count && (0..<a.count).allSatisfy { isAlike(a[$0], b[$0], levels: levels - 1) }
    case (.record(let a), .record(let b)):
      return a.names == b.names && a.tag == nil && b.tag == nil && a.payload == nil && b.payload == nil
        && zip(a.items, b.items).allSatisfy { isAlike($0, $1, levels: levels - 1) }
    case (.function(let a as Closure), .function(let b as Closure)):
      return a.code === b.code
        && a.code.outerUses.allSatisfy { use in
          guard let x = a.parent?.variable(use), let y = b.parent?.variable(use) else { return false }
          return isAlike(x, y, levels: levels - 1)
        }
    default: return false
    }
  }
}

extension Frame {
  /// The variable that code of a function uses whose closure this frame is the parent of.
  fileprivate func variable(_ use: OuterVariable) -> Value? {
    var frame: Frame? = self
    for _ in 1..<use.hops { frame = frame?.parent }
    return frame?.slots[use.slot]
  }
}
