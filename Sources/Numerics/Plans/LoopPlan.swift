import CPlan

/// A turn of a loop as a plan, to be run again and again.
public final class LoopPlan {
  private let plan: NumberPlan
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
    plan = trace.builder.plan(
      PlanLoop(carried: from, results: to, item: item.flatMap { trace.markedRegister(of: $0) }?.index ?? -1))
    storages = trace.inputs
    inputs = .allocate(capacity: max(1, storages.count))
    inputs.initialize(repeating: nil, count: max(1, storages.count))
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
    plan.run(items, PlanMemory(inputs: inputs, outputs: outputs, call: PlanCall.run), state)
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
