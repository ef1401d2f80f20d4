// Loops that run as plans: a turn is written down while the program runs it, and the plan of it stands for the turns
// that follow, as long as every decision falls as it did. Where one falls otherwise the program runs that turn, from
// variables as they were after the last whole one; what it does may become another plan.

import Numerics

/// The plans of one loop while it runs.
package final class LoopPlanner {
  /// For tests: whether loops are planned at all.
  nonisolated(unsafe) static var isEnabled = true
  /// How many turns ran as plans.
  nonisolated(unsafe) private(set) static var plannedTurns = 0

  /// When a plan is tried.
  private struct Patience {
    /// Fewer turns are not worth a plan. Measured on `y = y + 0.01 * (x - y^3)`, 2000 times: 100 turns take 10 % longer
    /// with a plan, 200 turns 20 % less.
    var fewestTurns = 128
    /// A variable is not as it will be in the first turn: what is assigned there does not exist before.
    var turnsBefore = 2
    /// Of a loop whose turns are not known it is likely that there are as many again.
    var turnsBeforeUnknown = 256
  }

  /// So many turns more ran as plans.
  static func count(turns: Int) { plannedTurns &+= turns }

  /// For tests: plans as soon as there can be any.
  nonisolated(unsafe) package static var isEager = false {
    didSet { LoopPlan.makesCodeAtOnce = isEager }
  }

  private static var patience: Patience {
    isEager ? Patience(fewestTurns: 3, turnsBefore: 1, turnsBeforeUnknown: 1) : Patience()
  }

  /// Ways through a turn that are kept: one for each pattern of decisions.
  static let mostPlans = 4
  /// How often a turn is written down.
  static let mostTraces = 12

  /// One way through a turn.
  struct Way {
    let plan: LoopPlan
    /// Where the program made each tensor that goes to the next turn; `nil` where it stayed what it was.
    let origins: [Int32?]
    /// Variables around the functions that were called, which no turn changes.
    let variables: [WatchedVariable]
    /// Levels of calls.
    let depth: Int
  }

  let text: LoopText
  /// What goes from turn to turn.
  private(set) var assigned: [LoopVariable]
  var ways: [Way] = []
  /// The values of the assigned variables after a turn, the same for all ways but for numbers.
  var pattern: [Value] = []
  /// The shapes of what is written into; a plan knows how far its indices reach.
  var shapes: [Shape] = []
  private(set) var traces = 0
  /// Levels of calls that a turn goes down.
  private(set) var depth = 0
  /// Falls with each turn that no plan fits, and rises with the others.
  private var credit = 16
  private var first: Int
  private(set) var isOver = false
  /// Whether plans of an earlier run are there, before it is known that its variables fit.
  private(set) var isFresh = false

  private init(_ memory: LoopMemory, first: Int) {
    let text = memory.text
    self.text = text
    assigned = text.assigned + memory.varying.sorted().map { text.reads[$0] }
    self.first = first
  }

  /// A planner for a loop of so many turns, where it may pay; asked for at each loop.
  @inline(__always)
  static func planner(_ memory: LoopMemory?, turns: Int, _ frame: Frame) -> LoopPlanner? {
    guard let memory, mayPlan else { return nil }
    return made(memory, turns, frame)
  }

  @inline(__always)
  static var mayPlan: Bool { isEnabled && !Staging.isOn && !Watch.isOn && Tape.depth == 0 }

  private static func made(_ memory: LoopMemory, _ turns: Int, _ frame: Frame) -> LoopPlanner? {
    if memory.mayPay(turns), let kept = memory.take(frame) { return kept }
    let patience = patience
    if turns >= patience.fewestTurns || memory.isWorthwhile(turns, patience.fewestTurns) {
      return LoopPlanner(memory, first: patience.turnsBefore)
    }
    memory.note(turns)
    return nil
  }

  /// The planner that a loop of unknown length has kept.
  @inline(__always)
  static func kept(_ memory: LoopMemory?, _ frame: Frame) -> LoopPlanner? {
    guard let memory, memory.mayPay(nil), mayPlan else { return nil }
    return memory.take(frame)
  }

  /// How many turns such a loop runs before it is planned.
  static func turnsBefore(_ memory: LoopMemory?) -> Int {
    guard let memory else { return .max }
    return memory.hasRun(patience.turnsBeforeUnknown) ? patience.turnsBefore : patience.turnsBeforeUnknown
  }

  /// A planner for the turns of such a loop from that one on.
  static func planner(_ memory: LoopMemory?, from turn: Int) -> LoopPlanner? {
    guard let memory, mayPlan else { return nil }
    return LoopPlanner(memory, first: turn)
  }

  /// At the end of a run whose plans are kept.
  func rest() {
    first = 0
    isFresh = true
  }

  /// A way has been found.
  func add(_ way: Way) {
    ways.insert(way, at: 0)
    depth = max(depth, way.depth)
  }

  /// So many attempts to write down a turn are used up.
  func count(_ attempts: Int) { traces += attempts }

  /// A turn could not be written down. That may be for a number that the loop's length depends on: such a one is better
  /// taken as it is.
  func gaveUp() {
    if assigned.count > text.assigned.count {
      assigned = text.assigned
    } else {
      // What cannot be written down now will hardly be able to later.
      count(3)
    }
  }

  /// Whether numbers around the loop are taken for what goes from turn to turn.
  var takesVarying: Bool { assigned.count > text.assigned.count }

  /// Whether the turn of that number, from 0, is to be asked for here.
  @inline(__always)
  func isReady(_ turn: Int) -> Bool { turn >= first && !isOver }

  // MARK: Running

  /// Runs turns by plans, from that of a number to before the end, and answers how many there were.
  ///
  /// - Parameter items: what the variable of the loop is in such turns, where it has one.
  func run(_ frame: Frame, from start: Int, to end: Int, items: ((Range<Int>) -> [Double])? = nil)
    throws -> Int
  {
    guard !ways.isEmpty else { return 0 }
    var outputs: [UnsafeMutablePointer<Double>?] = []
    var held: [Tensor] = []
    // What is written into is taken out of its variable meanwhile, so that nobody else holds it.
    defer { for (variable, tensor) in zip(text.written, held) { variable.write(frame, .tensor(tensor)) } }
    for variable in text.written {
      guard var tensor = variable.change(frame, { $0.takeTensor() }) else { return stop(0) }
      let elements = tensor.ownElements()
      let isAsBefore = held.count < shapes.count && tensor.shape == shapes[held.count]
      held.append(tensor)
      guard elements != nil, isAsBefore else { return stop(0) }
      outputs.append(elements)
    }
    guard var state = state(frame) else {
      // The first turn may make variables.
      if !isFresh || start > 0 {
        ways = []
        isFresh = false
      }
      return 0
    }
    isFresh = false
    var turns = Turns(next: start, end: end, source: items)
    defer { if turns.next > start { leave(state, frame) } }
    try run(&state, outputs, &turns)
    let done = turns.next - start
    LoopPlanner.plannedTurns &+= done
    if turns.next < end {
      credit = min(credit + done, 256) - 4
      if credit < 0 { isOver = true }
    }
    return done
  }

  /// The turns that are to come, and the items of the next.
  private struct Turns {
    var next: Int
    let end: Int
    /// The items of so many turns.
    let source: ((Range<Int>) -> [Double])?
    private var items: [Double] = []
    private var first = 0

    init(next: Int, end: Int, source: ((Range<Int>) -> [Double])?) {
      self.next = next
      self.end = end
      self.source = source
    }

    /// Runs turns with their items, so many at most; answers how many there were, and whether all were run.
    mutating func run(_ most: Int, _ body: (UnsafeBufferPointer<Double>) -> Int) -> (count: Int, isAll: Bool)
    {
      if next >= first + items.count {
        first = next
        let count = min(LoopPlan.mostTurnsAtOnce, end - next)
        items = source.map { $0(next..<next + count) } ?? [Double](repeating: 0, count: count)
      }
      let asked = min(most, first + items.count - next)
      let ran = items.withUnsafeBufferPointer {
        body(UnsafeBufferPointer(rebasing: $0[(next - first)..<(next - first + asked)]))
      }
      next += ran
      return (ran, ran == asked)
    }
  }

  /// Runs plan after plan, until there is none for the next turn.
  private func run(
    _ state: inout State, _ outputs: [UnsafeMutablePointer<Double>?], _ turns: inout Turns
  ) throws {
    var index = 0
    var tried = 0
    var unseen = LoopPlan.mostTurnsAtOnce
    while tried < ways.count, turns.next < turns.end {
      if unseen >= LoopPlan.mostTurnsAtOnce {
        try Machine.poll()
        unseen = 0
      }
      let plan = ways[index].plan
      let ran = turns.run(plan.turnsAtOnce) { items in
        state.numbers.withUnsafeMutableBufferPointer { numbers in
          numbers.baseAddress.map { plan.run($0, items, outputs) } ?? 0
        }
      }
      if ran.count > 0 { state.include(ways[index].origins) }
      unseen += 1 + ran.count * LoopPlan.mostTurnsAtOnce / plan.turnsAtOnce
      if ran.count > 0 { tried = 0 }
      if !ran.isAll {
        tried += 1
        index = (index + 1) % ways.count
      }
    }
  }

  private func stop(_ done: Int) -> Int {
    isOver = true
    return done
  }

  /// What goes from turn to turn.
  private struct State {
    var numbers: [Double] = []
    /// Where the program made the tensors.
    var origins: [Int32] = []

    mutating func include(_ new: [Int32?]) {
      for (index, origin) in new.enumerated() where index < origins.count {
        origins[index] = origin ?? origins[index]
      }
    }
  }

  /// What is in the variables; `nil` where they are not what they were.
  private func state(_ frame: Frame) -> State? {
    var state = State()
    for (variable, pattern) in zip(assigned, pattern) {
      let value = variable.read(frame)
      let fits = value.agrees(with: pattern) { leaf, pattern in
        guard case .tensor(let tensor) = leaf, case .tensor(let before) = pattern,
          LoopPlanner.isCarried(before)
        else { return leaf.isSame(as: pattern) }
        guard tensor.type == .f64, tensor.shape == before.shape else { return false }
        for element in 0..<tensor.count { state.numbers.append(tensor.element(element)) }
        if let origin = tensor.origin { state.origins.append(origin) }
        return true
      }
      guard fits, LoopPlanner.isPlain(value) else { return nil }
    }
    guard ways.allSatisfy({ $0.plan.carriedCount == state.numbers.count }) else { return nil }
    // Room for one, so that there is an address.
    if state.numbers.isEmpty { state.numbers.append(0) }
    return state
  }

  /// Puts what the plans have come to into the variables.
  private func leave(_ state: State, _ frame: Frame) {
    var place = 0
    var tensors = 0
    let site = Tape.site
    defer { Tape.site = site }
    for (variable, pattern) in zip(assigned, pattern) {
      variable.write(
        frame,
        pattern.mapLeaves { leaf in
          guard case .tensor(let before) = leaf, LoopPlanner.isCarried(before) else { return leaf }
          if before.isScalar {
            place += 1
            return .number(state.numbers[place - 1])
          }
          place += before.count
          tensors += 1
          // A message says where a tensor was made.
          Tape.site = state.origins[tensors - 1]
          return .tensor(
            Tensor(Array(state.numbers[place - before.count..<place]), shape: before.shape))
        })
    }
  }

  static func isCarried(_ x: Tensor) -> Bool { PlanTrace.canCarry(x) }
}
