// One way through a function as a plan of its value.

import Numerics

/// Written down on numbers where its arguments are numbers and small tensors, else on tensors.
final class StagedValue {
  private enum Plan {
    case numbers(ValuePlan)
    case tensors(TensorPlan)
  }

  private let arguments: [StagedData]
  private let names: [String]
  private let result: StagedResult
  private let plan: Plan
  private let variables: [WatchedVariable]
  private let depth: Int
  /// Where the program was at the end.
  private let site: Int32
  /// Whether a variable around the function has changed.
  private(set) var isOutdated = false
  /// Runs that are still compared with what the program says.
  var trials = 2

  private init(
    _ data: [StagedData], _ handed: Arguments, _ result: StagedResult, _ plan: Plan, _ watch: StagingWatch,
    _ site: Int32
  ) {
    arguments = data
    names = handed.named.map(\.name)
    self.result = result
    self.plan = plan
    variables = watch.variables
    depth = watch.depth
    self.site = site
  }

  /// What is run again, and of which function it is.
  struct Call {
    let function: Function
    /// Whether it is a derivative of the function: its tapes are written down, too.
    var isDerivative = false
    let run: (Arguments) throws -> Value

    fileprivate func callAsFunction(_ arguments: Arguments, beneath tape: Tape?) throws -> Value? {
      guard isDerivative else { return try run(arguments) }
      return try Tape.writingDown(on: tape) { try run(arguments) }
    }
  }

  /// Runs a call again that has been seen to do nothing but compute, unseen; `nil` where there is no plan of it.
  static func made(_ f: Call, _ handed: Arguments) -> StagedValue? {
    let all = handed.positional + handed.named.map(\.value)
    let areSmall = all.allSatisfy { argument in
      argument.allLeaves { if case .tensor(let x) = $0 { PlanTrace.canCarry(x) } else { true } }
    }
    return Differentiation.Repetition().run {
      // What is no number and not small has a place of its own in a plan of tensors alone.
      let first = areSmall ? onNumbers(f, handed, all) : nil
      return first ?? onTensors(f, handed, all, followingNumbers: true)
        ?? onTensors(f, handed, all, followingNumbers: false)
        ?? (areSmall ? nil : onNumbers(f, handed, all))
    }
  }

  /// The value at these arguments; `nil` where the program itself must run.
  func run(_ handed: HandedValues) -> Value? {
    switch plan {
    case .numbers(let plan):
      guard set(handed, plan), mayRun, plan.run() else { return nil }
      return value { try plan.result($0) }
    case .tensors(let plan):
      guard set(handed, plan), mayRun else { return nil }
      guard let isDone = try? plan.run(), isDone else {
        plan.clear()
        return nil
      }
      return value { plan.takeGradient(of: $0) }
    }
  }

  private func value(_ tensor: (Int) throws -> Tensor) -> Value? {
    let before = Tape.site
    // Where memory is short, the program meets the limit in its own place.
    guard let value = try? result.value(tensor) else {
      Tape.site = before
      return nil
    }
    Tape.site = site
    return value
  }

  @inline(__always)
  private func set<Plan: StagedInputs>(_ handed: HandedValues, _ plan: Plan) -> Bool {
    var leaf = 0
    switch handed {
    case .one(let value): return arguments.count == 1 && names.isEmpty && arguments[0].set(value, &leaf, plan)
    case .two(let first, let second):
      return arguments.count == 2 && names.isEmpty && arguments[0].set(first, &leaf, plan)
        && arguments[1].set(second, &leaf, plan)
    case .many(let given):
      let count = given.positional.count
      guard given.named.count == names.count, count + names.count == arguments.count else { return false }
      for (index, value) in given.positional.enumerated() where !arguments[index].set(value, &leaf, plan) {
        return false
      }
      for (index, (name, value)) in given.named.enumerated() {
        guard name == names[index], arguments[count + index].set(value, &leaf, plan) else { return false }
      }
      return true
    }
  }

  @inline(__always)
  private var mayRun: Bool {
    guard Machine.depth + depth <= Machine.depthLimit else { return false }
    for variable in variables where !variable.isUnchanged {
      isOutdated = true
      return false
    }
    return true
  }

  // MARK: Writing down

  private static func onNumbers(_ f: Call, _ handed: Arguments, _ all: [Value]) -> StagedValue? {
    var inputs: [Tensor] = []
    let data = all.map { StagedData($0, &inputs) { $0.isPlain && PlanTrace.canCarry($0) } }
    guard !inputs.isEmpty else { return nil }
    let before = (Tape.site, Machine.depth)
    let trace = PlanTrace.begin()
    let watch = Staging.begin(trace)
    defer {
      Staging.end()
      trace.end()
      (Tape.site, Machine.depth, Tape.cut) = (before.0, before.1, nil)
    }
    var marked: [Tensor] = []
    let given = handed.replaced { data[$1].marked($0, &marked) { trace.carried($0) } }
    // A derivative says itself what it calls.
    if !f.isDerivative { Staging.enter(f.function) }
    guard let value = try? f(given, beneath: nil), !watch.gaveUp, !trace.gaveUp, Tape.cut == nil else {
      return nil
    }
    var results: [Tensor] = []
    guard let result = StagedResult(value, &results, given: inputs),
      results.allSatisfy(trace.knows), let plan = ValuePlan(trace, inputs: marked, results: results)
    else { return nil }
    return StagedValue(data, handed, result, .numbers(plan), watch, Tape.site)
  }

  /// - Parameter followingNumbers: whether numbers may be others in another run; in shapes they may not.
  private static func onTensors(
    _ f: Call, _ handed: Arguments, _ all: [Value], followingNumbers: Bool
  ) -> StagedValue? {
    var inputs: [Tensor] = []
    let wide = TensorPlan.wide(among: all.flatMap(\.leafTensors))
    let data = all.map { argument in
      StagedData(argument, &inputs) {
        TensorPlan.takes($0, wide: wide)
          || followingNumbers && $0.isPlain && $0.isScalar && ($0.type == .f64 || $0.type == .f32)
      }
    }
    guard inputs.contains(where: { $0.isScalar == followingNumbers }) else { return nil }
    let before = (Tape.site, Machine.depth)
    guard let tape = try? Tape.open(.reverse), let watch = Staging.begin(on: tape) else { return nil }
    defer {
      Staging.end()
      tape.close()
      (Tape.site, Machine.depth, Tape.cut) = (before.0, before.1, nil)
    }
    var followed: [Tensor] = []
    let given = handed.replaced { data[$1].traced($0, on: tape, &followed) }
    // A derivative says itself what it calls.
    if !f.isDerivative { Staging.enter(f.function) }
    return TensorPlan.followingLabels { () -> StagedValue? in
      guard let value = try? f(given, beneath: tape), watch.isWhole else { return nil }
      let site = Tape.site
      var results: [Tensor] = []
      guard let result = StagedResult(value, &results, given: inputs), !results.isEmpty,
        let plan = TensorPlan(tape, of: followed, to: results)
      else { return nil }
      return StagedValue(data, handed, result, .tensors(plan), watch, site)
    }
  }
}

extension Arguments {
  /// Each argument as `body` makes it, which is told its number.
  fileprivate func replaced(_ body: (Value, Int) -> Value) -> Arguments {
    var arguments = self
    for index in positional.indices { arguments.positional[index] = body(positional[index], index) }
    for index in named.indices {
      arguments.named[index].value = body(named[index].value, positional.count + index)
    }
    return arguments
  }
}

extension ValuePlan: StagedInputs {}

/// The structure of a value.
private indirect enum StagedResult {
  /// A tensor that a plan computes.
  case computed(Int)
  /// What does not depend on the arguments.
  case constant(Value)
  case tuple([StagedResult])
  case record([String], [StagedResult])

  /// Elements of a constant, which a plan holds: 128 kB.
  private static let mostConstants = 1 << 14

  /// - Parameter given: the tensors in the arguments; what hands one of them on has no plan.
  init?(_ value: Value, _ tensors: inout [Tensor], given: [Tensor]) {
    switch value {
    case .tensor(let tensor):
      if let storage = tensor.storage, given.contains(where: { $0.storage === storage }) { return nil }
      guard !tensor.isPlain else {
        guard tensor.count <= StagedResult.mostConstants else { return nil }
        self = .constant(value)
        return
      }
      tensors.append(tensor)
      self = .computed(tensors.count - 1)
    case .tuple(let tuple):
      guard let parts = StagedResult.parts(tuple.items, &tensors, given: given) else { return nil }
      self = .tuple(parts)
    case .record(let record):
      guard record.tag == nil, record.payload == nil,
        let parts = StagedResult.parts(record.items, &tensors, given: given)
      else { return nil }
      self = .record(record.names, parts)
    default: return nil
    }
  }

  private static func parts(
    _ items: [Value], _ tensors: inout [Tensor], given: [Tensor]
  ) -> [StagedResult]? {
    var parts: [StagedResult] = []
    for item in items {
      guard let part = StagedResult(item, &tensors, given: given) else { return nil }
      parts.append(part)
    }
    return parts
  }

  func value(_ tensor: (Int) throws -> Tensor) throws -> Value {
    switch self {
    case .computed(let index): return .tensor(try tensor(index))
    case .constant(let value): return value
    case .tuple(let parts):
      if parts.count == 2 {
        return .tuple(Tuple(try parts[0].value(tensor), try parts[1].value(tensor)))
      }
      return .tuple(Tuple(try parts.map { try $0.value(tensor) }))
    case .record(let names, let parts):
      return .record(Record(names: names, items: try parts.map { try $0.value(tensor) }))
    }
  }
}
