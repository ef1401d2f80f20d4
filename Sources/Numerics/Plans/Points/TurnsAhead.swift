import CPlan

/// What the turns of a loop compute from their item alone, such as `0.9^t`: computed for many turns at once, before they are
/// run. The turns read it, and their way from one to the next is the shorter for it.
final class TurnsAhead {
  private let points: PointPlan
  private let turns: NumberPlan
  /// The numbers of each turn, one turn after the other.
  private let numbers: UnsafeMutablePointer<Double>
  private let isDone: UnsafeMutablePointer<Bool>
  /// Numbers that turns read.
  private static let mostNumbers = 16
  /// Where a turn finds its numbers, from 1.
  private static let places = (1...LoopPlan.mostTurnsAtOnce).map { Double($0) }

  /// - Parameters:
  ///   - program: a whole turn.
  ///   - storages: what is read by index; the numbers of turns are the input after them.
  /// - Returns: `nil` where nothing that calls a function depends on the item alone.
  init?(_ program: PlanProgram, _ loop: PlanLoop, _ storages: [Storage]) {
    guard loop.item >= 0 else { return nil }
    let parts = TurnsAhead.parts(program, loop)
    guard parts.ahead.contains(where: \.isCall), !parts.crossing.isEmpty,
      parts.crossing.count <= TurnsAhead.mostNumbers
    else { return nil }
    let end = PlanStep(PLAN_end, y: -1)
    let ahead = PlanProgram(
      steps: parts.ahead + [end], registers: program.registers, isConstant: program.isConstant,
      calls: program.calls)
    guard let points = PointPlan(ahead, inputs: [loop.item], results: parts.crossing, storages) else {
      return nil
    }
    self.points = points
    let place = Int32(truncatingIfNeeded: program.registers.count)
    let loads = parts.crossing.enumerated().map { index, register in
      PlanStep(
        PLAN_loadAt, a: place, b: Int32(truncatingIfNeeded: storages.count),
        c: Int32(truncatingIfNeeded: parts.crossing.count), d: Int32(truncatingIfNeeded: index), y: register)
    }
    let rest = PlanProgram(
      steps: loads + parts.rest, registers: program.registers + [0],
      isConstant: program.isConstant + [false], calls: program.calls)
    turns = NumberPlan(
      rest, needed: [], PlanLoop(carried: loop.carried, results: loop.results, item: place))
    numbers = .allocate(capacity: LoopPlan.mostTurnsAtOnce * parts.crossing.count)
    isDone = .allocate(capacity: LoopPlan.mostTurnsAtOnce)
    Memory.hold(bytes)
  }

  deinit {
    Memory.release(bytes)
    numbers.deallocate()
    isDone.deallocate()
  }

  private var bytes: Int { LoopPlan.mostTurnsAtOnce * (points.width * 8 + 1) }

  /// Runs turns until one cannot be run; how many were.
  ///
  /// - Parameter inputs: where the elements of each input are, with a place more.
  func run(
    _ state: UnsafeMutablePointer<Double>, _ items: UnsafeBufferPointer<Double>,
    _ inputs: UnsafeMutablePointer<UnsafePointer<Double>?>, last: Int,
    _ outputs: UnsafePointer<UnsafeMutablePointer<Double>?>?
  ) -> Int {
    guard let first = items.baseAddress, items.count <= LoopPlan.mostTurnsAtOnce else { return 0 }
    isDone.update(repeating: false, count: items.count)
    // An interruption is heard where the turns are.
    try? points.run([PointPlan.Input(first, stride: 1, count: 1)], count: items.count, numbers, isDone)
    var count = 0
    while count < items.count, isDone[count] { count += 1 }
    inputs[last] = UnsafePointer(numbers)
    return TurnsAhead.places.withUnsafeBufferPointer { places in
      turns.run(
        UnsafeBufferPointer(rebasing: places[..<count]),
        PlanMemory(inputs: inputs, outputs: outputs, call: PlanCall.run), state)
    }
  }

  /// The steps that depend on the item alone, those that are left, and the numbers that go from the ones to the others.
  private static func parts(
    _ program: PlanProgram, _ loop: PlanLoop
  ) -> (ahead: [PlanStep], rest: [PlanStep], crossing: [Int32]) {
    var depends = [Bool](repeating: false, count: program.registers.count)
    var isAhead = [Bool](repeating: false, count: program.registers.count)
    for register in loop.carried { depends[Int(register)] = true }
    isAhead[Int(loop.item)] = true
    var (ahead, rest): ([PlanStep], [PlanStep]) = ([], [])
    for step in program.steps {
      let isCall = step.kind == UInt32(PLAN_call)
      let operands = isCall ? program.calls[Int(step.argument)].operands : step.operands
      let results = isCall ? program.calls[Int(step.argument)].results : step.y >= 0 ? [step.y] : []
      let stays =
        [PLAN_store, PLAN_load, PLAN_end].contains(Int(step.kind)) || operands.contains { depends[Int($0)] }
      for result in results { if stays { depends[Int(result)] = true } else { isAhead[Int(result)] = true } }
      if stays { rest.append(step) } else { ahead.append(step) }
    }
    var crossing: [Int32] = []
    func note(_ register: Int32) {
      if isAhead[Int(register)], !crossing.contains(register) { crossing.append(register) }
    }
    for step in rest {
      let isCall = step.kind == UInt32(PLAN_call)
      (isCall ? program.calls[Int(step.argument)].operands : step.operands).forEach(note)
    }
    loop.results.forEach(note)
    return (ahead, rest, crossing)
  }
}
