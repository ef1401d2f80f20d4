import Explorables
import Figures
import Interpreter
import Numerics

// What a page needs to compute an explorable between its states: the function is run once more, with every number
// followed from its parameters. Where that shows all that the function does, its steps go along; else the states alone do.

struct Recomputing {
  let function: Function
  let library: Globals

  /// More steps than these take a page longer than it has between two pictures.
  private static let mostSteps = 1 << 13

  private indirect enum Found {
    case descent(FollowedDescent, PortablePlan, method: Recomputed.Shown, title: Recomputed.Shown?)
    case shown(Recomputed.Shown, PortablePlan)
  }

  /// - Parameters:
  ///   - arguments: what the function is called with, of the numbers at the start.
  ///   - pictures: the figures of the states; `nil` for one that shows as text.
  /// - Returns: `nil` where there are only the states.
  func recomputed(
    at start: [Double], _ arguments: ([Value]) -> Arguments, _ explorable: Explorable, _ pictures: [Figure?]
  ) throws -> Recomputed? {
    var inputs: [Int] = []
    let outcome = FollowedNumbers.run(start) { trace, numbers -> Found? in
      inputs = numbers.flatMap { number -> [Int] in
        if case .tensor(let tensor) = number { trace.places(of: tensor).map(Int.init) } else { [] }
      }
      return try DescentFollower(library: library, trace: trace).run {
        function.willBeCalledByLibrary()
        return try found(in: try function.call(arguments(numbers)), trace)
      }
    }
    try NumericsInterruption.poll()
    switch outcome {
    case .shown(let shown, let plan)?
    where pictures.allSatisfy({ $0 == nil }) && plan.steps.count <= Recomputing.mostSteps:
      return Recomputed(portable(plan, inputs), shown: shown)
    case .descent(let descent, let plan, let method, let title)?
    where plan.steps.count <= Recomputing.mostSteps:
      var moving: [MovingPicture] = []
      for (picture, state) in zip(pictures, explorable.states) {
        guard case .figure = state, let one = try picture?.moving() else { return nil }
        moving.append(one)
        try NumericsInterruption.poll()
      }
      guard moving.allSatisfy({ ($0.title == nil) == (title == nil) }) else { return nil }
      return Recomputed(
        portable(plan, inputs), descent.turns, method: method, title: title, moving, of: explorable)
    default: return nil
    }
  }

  private func portable(_ plan: PortablePlan, _ inputs: [Int]) -> Recomputed.Plan {
    let steps = plan.steps.map {
      Recomputed.Step(
        $0.name, result: Int($0.result), operands: $0.operands.map(Int.init), outcome: $0.outcome)
    }
    let registers = plan.steps.flatMap { $0.operands + [$0.result] } + plan.constants.map(\.register)
    let last = max(Int(registers.max() ?? 0), inputs.max() ?? 0, plan.last)
    return Recomputed.Plan(
      steps, constants: plan.constants.map { (Int($0.register), $0.value) }, inputs: inputs, count: last + 1)
  }

  private func found(in value: Value, _ trace: PlanTrace) throws -> Found? {
    var results: [Int32] = []
    if case .record(let record) = value, let descent = record.payload as? FollowedDescent {
      results = descent.results
      guard let method = shown(descent.method, trace, &results) else { return nil }
      let title = descent.title.map { $0.pieces ?? [.text($0.string)] }
      var name: Recomputed.Shown?
      if let title {
        guard let shown = shown(title, trace, &results) else { return nil }
        name = shown
      }
      return trace.portable(results).map { .descent(descent, $0, method: method, title: name) }
    }
    guard let shown = shown(value, trace, &results, isWhole: true) else { return nil }
    return trace.portable(results).map { .shown(shown, $0) }
  }

  private func shown(_ pieces: [TextPiece], _ trace: PlanTrace, _ results: inout [Int32]) -> Recomputed.Shown?
  {
    var shown: [Recomputed.Shown] = []
    for piece in pieces {
      switch piece {
      case .text(let text): shown.append(.constant(text))
      case .number(let tensor):
        guard let place = trace.places(of: tensor).first else { return nil }
        results.append(place)
        shown.append(.number(Int(place)))
      }
    }
    return .text(shown)
  }

  /// - Parameter isWhole: whether it stands by itself, where a tensor has lines of its own.
  private func shown(
    _ value: Value, _ trace: PlanTrace, _ results: inout [Int32], isWhole: Bool
  ) -> Recomputed.Shown? {
    switch value {
    case .string(let text) where isWhole:
      guard let pieces = text.pieces else { return .constant(text.string) }
      return shown(pieces, trace, &results)
    case .tensor(let tensor):
      guard !tensor.isPlain else {
        return .constant(isWhole ? Printer.block(value) : Printer.inline(value))
      }
      let places = trace.places(of: tensor)
      // Inside something else tensors of more axes are nested otherwise.
      guard tensor.type == .f64, places.count == tensor.count, isWhole ? tensor.rank <= 2 : tensor.rank <= 1
      else { return nil }
      results += places
      if tensor.isScalar { return .number(Int(places[0])) }
      guard tensor.count > 0 else { return nil }
      return .tensor(places.map(Int.init), shape: Array(tensor.shape))
    case .tuple(let tuple):
      var items: [Recomputed.Shown] = []
      for item in tuple.items {
        guard let shown = shown(item, trace, &results, isWhole: false) else { return nil }
        items.append(shown)
      }
      return items.count > Recomputing.mostItems ? nil : .tuple(items)
    case .record(let record) where record.tag == nil && record.payload == nil && !record.items.isEmpty:
      var items: [(name: String, value: Recomputed.Shown)] = []
      for (name, item) in zip(record.names, record.items) {
        guard let shown = shown(item, trace, &results, isWhole: false) else { return nil }
        items.append((name, shown))
      }
      return items.count > Recomputing.mostItems ? nil : .record(items)
    default: return nil
    }
  }

  /// A page writes all items of a tuple; of more than a hundred the middle is left out.
  private static let mostItems = 100
}
