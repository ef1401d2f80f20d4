import CPlan

/// A turn of a loop as a plan, to be run again and again.
public final class LoopPlan {
  private let plan: NumberPlan
  private let program: PlanProgram
  private let loop: PlanLoop
  /// What is computed for many turns at once, and the turns with it; made when they are many.
  private lazy var ahead = TurnsAhead(program, loop, storages)
  /// Fewer turns at once are run whole. Measured on a turn with two powers of its item, ten runs of the loop: 16 turns take
  /// 17 µs either way, 32 turns 25 whole and 19 in two parts, 256 turns 158 and 83.
  private static let fewestAhead = 32
  /// What is read by index; held, so that nobody writes into it.
  private let storages: [Storage]
  private let inputs: UnsafeMutablePointer<UnsafePointer<Double>?>
  /// Turns between two looks at whether the program is to stop: a fraction of a millisecond.
  public let turnsAtOnce: Int
  public static let mostTurnsAtOnce = 1024

  /// For tests: plans run as code of the processor from their first turn on.
  public static var makesCodeAtOnce: Bool {
    get { NumberPlan.stepsBeforeCode == 0 }
    set { NumberPlan.stepsBeforeCode = newValue ? 0 : NumberPlan.usualStepsBeforeCode }
  }

  /// - Parameters:
  ///   - carried: what was marked at the beginning of the turn, and `results` what it has become, in the same order.
  ///   - item: the variable of the loop, where it has one.
  /// - Returns: `nil` where the turn cannot be run again.
  public init?(_ trace: PlanTrace, carried: [Tensor], results: [Tensor], item: Tensor?) {
    guard !trace.gaveUp, carried.count == results.count else { return nil }
    var (from, to): ([Int32], [Int32]) = ([], [])
    for (before, after) in zip(carried, results) {
      guard before.shape == after.shape, after.type == .f64, let old = trace.registers(of: before),
        let new = trace.registers(of: after)
      else { return nil }
      from += old.map(\.index)
      to += new.map(\.index)
    }
    carriedCount = from.count
    loop = PlanLoop(
      carried: from, results: to, item: item.flatMap { trace.markedRegister(of: $0) }?.index ?? -1)
    program = trace.builder.program(to)
    plan = NumberPlan(program, needed: [], loop)
    storages = trace.inputs
    inputs = .allocate(capacity: storages.count + 1)
    inputs.initialize(repeating: nil, count: storages.count + 1)
    for (index, storage) in storages.enumerated() {
      inputs[index] = UnsafePointer(storage.f64.run(storage.count))
    }
    // Measured: 2 ns a step, 140 ns where it is a call.
    turnsAtOnce = max(1, min(LoopPlan.mostTurnsAtOnce, (1 << 16) / max(1, plan.count)))
  }

  deinit { inputs.deallocate() }

  /// How many steps a turn has.
  public var count: Int { plan.count }

  /// How many numbers go from one turn to the next.
  public let carriedCount: Int

  /// Runs turns, one for each item, until one cannot be run by the plan; how many were.
  ///
  /// - Parameters:
  ///   - state: the numbers that go from turn to turn, `carriedCount` of them; after it those of the last whole turn.
  ///   - outputs: where the elements are of the tensors that are written into.
  public func run(
    _ state: UnsafeMutablePointer<Double>, _ items: UnsafeBufferPointer<Double>,
    _ outputs: UnsafePointer<UnsafeMutablePointer<Double>?>?
  ) -> Int {
    if items.count >= LoopPlan.fewestAhead || LoopPlan.makesCodeAtOnce, let ahead {
      return ahead.run(state, items, inputs, last: storages.count, outputs)
    }
    return plan.run(items, PlanMemory(inputs: inputs, outputs: outputs, call: PlanCall.run), state)
  }
}

extension Tensor {
  /// Where its elements are, for a plan to write into; `nil` where somebody else holds them.
  public mutating func ownElements() -> UnsafeMutablePointer<Double>? {
    guard type == .f64, isKnownUniquelyReferenced(&storage), let storage, storage.ownsBuffer else {
      return nil
    }
    return storage.f64.run(storage.count)
  }
}
