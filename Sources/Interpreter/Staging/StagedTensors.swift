// Staged replay of functions of tensors. What is differentiated by is set anew for each run, and so are the tensors in
// the other arguments (a batch, its labels); whatever else is among those must be the same value.

import Numerics

/// One way through a function of tensors, or one of numbers by some of its arguments.
final class StagedTensors {
  private let patterns: [StagedPattern]
  /// The positional argument that alone is differentiated by; `nil` for all.
  private let only: Int?
  /// The other arguments: positional ones, then those with a name.
  private let data: [StagedData]
  private let names: [String]
  private let variables: [WatchedVariable]
  private let plan: Plan
  private let depth: Int

  private enum Plan {
    case numbers(GradientPlan)
    case tensors(TensorPlan)
  }

  /// Whether it is a plan of tensors.
  var isOfTensors: Bool { if case .tensors = plan { true } else { false } }
  /// Whether a variable around the function has changed.
  private(set) var isOutdated = false
  /// Runs that are still compared with what the program says.
  var trials = StagedTensors.usualTrials

  private static let usualTrials = 2
  /// What readers are told, where they asked.
  private(set) var outline: TensorOutline?

  /// - Parameters:
  ///   - traced: the arguments that the watched run was given, those that are differentiated by followed by its tape.
  ///   - given: the same before that.
  ///   - isListed: whether the steps are wanted for readers.
  init?(
    _ watch: StagingWatch, _ f: Function, _ traced: Arguments, given: Arguments, only: Int?, _ y: Tensor,
    isListed: Bool = false
  ) {
    guard let tape = watch.tape, !watch.gaveUp, Tape.cut == nil else { return nil }
    var variables: [Tensor] = []
    var patterns: [StagedPattern] = []
    var others: [Value] = []
    for (index, argument) in traced.positional.enumerated() {
      if only == nil || only == index {
        guard let pattern = StagedPattern(argument, &variables) else { return nil }
        patterns.append(pattern)
      } else {
        others.append(argument)
      }
    }
    others += traced.named.map(\.value)
    self.patterns = patterns
    self.only = only
    names = traced.named.map(\.name)
    // What the tape holds now decides whether a second run is worth while.
    if !isListed, let plan = GradientPlan(tape, from: variables, to: y, decisions: watch.decisions) {
      var inputs: [Tensor] = []
      let data = others.map { StagedData($0, &inputs) { $0.isPlain && $0.type == .f64 } }
      let second =
        inputs.isEmpty
        ? (plan: plan, watch: watch)
        : SecondRun.of(f, given, only, data) { watch, variables, inputs, y in
          guard let tape = watch.tape else { return nil }
          return GradientPlan(
            tape, from: variables + inputs, wanted: variables.count, to: y, decisions: watch.decisions)
        }
      if let second {
        (self.data, self.plan) = (data, .numbers(second.plan))
        (self.variables, depth) = (second.watch.variables, second.watch.depth)
        return
      }
    }
    guard watch.isWhole,
      let plan = TensorPlan(tape, from: variables, data: [], to: y, isListed: isListed)
    else { return nil }
    var inputs: [Tensor] = []
    let data = others.map { other in
      StagedData(other, &inputs) { TensorPlan.takes($0, wide: plan.wide) }
    }
    let second =
      inputs.isEmpty
      ? (plan: plan, watch: watch)
      : SecondRun.of(f, given, only, data) { watch, variables, inputs, y in
        guard watch.isWhole, let tape = watch.tape else { return nil }
        return TensorPlan(tape, from: variables, data: inputs, to: y, isListed: isListed)
      }
    guard let second else { return nil }
    (self.data, self.plan) = (data, .tensors(second.plan))
    (self.variables, depth) = (second.watch.variables, second.watch.depth)
    outline = second.plan.listing.map { TensorOutline($0, f, given, only: only, self.variables) }
  }

  /// The value and the gradient at these arguments; `nil` where the program itself must run.
  func run(_ arguments: Arguments, _ only: Int?) throws -> (value: Value, gradient: Value)? {
    switch plan {
    case .numbers(let plan):
      guard set(arguments, only, plan), plan.run() else { return nil }
      let gradient = try gradient(plan)
      return Differentiation.isFinite(gradient) ? (.number(plan.value), gradient) : nil
    case .tensors(let plan):
      guard set(arguments, only, plan) else { return nil }
      guard try plan.run() else {
        plan.clear()
        return nil
      }
      return (.tensor(plan.value), try gradient(plan))
    }
  }

  /// Sets a plan for a run; answers false where it is not for these arguments, or not any more.
  private func set<Plan: GradientProgram>(_ arguments: Arguments, _ only: Int?, _ plan: Plan) -> Bool {
    guard only == self.only, arguments.named.count == names.count,
      arguments.positional.count + names.count == patterns.count + data.count
    else { return false }
    var (leaf, pattern, place) = (0, 0, 0)
    for (index, argument) in arguments.positional.enumerated() where only == nil || only == index {
      guard patterns[pattern].set(argument, &leaf, plan) else { return false }
      pattern += 1
    }
    for (index, argument) in arguments.positional.enumerated() where only != nil && only != index {
      guard data[place].set(argument, &leaf, plan) else { return false }
      place += 1
    }
    for (index, argument) in arguments.named.enumerated() {
      guard argument.name == names[index], data[place].set(argument.value, &leaf, plan) else { return false }
      place += 1
    }
    guard Machine.depth + depth <= Machine.depthLimit else { return false }
    for variable in variables where !variable.isUnchanged {
      isOutdated = true
      return false
    }
    return true
  }

  private func gradient<Plan: GradientProgram>(_ plan: Plan) throws -> Value {
    var leaf = 0
    if patterns.count == 1 { return try patterns[0].gradient(&leaf, plan) }
    return .items(try patterns.map { try $0.gradient(&leaf, plan) })
  }
}

extension StagingWatch {
  /// Whether nothing was seen but operations: no decision, and no argument that no gradient goes through.
  var isWhole: Bool { !gaveUp && decisions.isEmpty && Tape.cut == nil }
}

/// A run like the watched one, in which a tape follows the other arguments too: then whatever is computed from them is
/// on it, and what looks at them in another way is noticed. The first run has shown that the function has no effects;
/// nobody sees this one.
private enum SecondRun {
  /// - Parameter plan: makes a plan of it, from what is differentiated by, the other inputs, and the value.
  static func of<Plan>(
    _ f: Function, _ given: Arguments, _ only: Int?, _ data: [StagedData],
    plan: (StagingWatch, [Tensor], [Tensor], Tensor) -> Plan?
  ) -> (plan: Plan, watch: StagingWatch)? {
    let (site, depth) = (Tape.site, Machine.depth)
    guard let tape = try? Tape.open(.reverse), let watch = Staging.begin(on: tape, followingTapes: true)
    else { return nil }
    defer {
      Staging.end()
      tape.close()
      (Tape.site, Machine.depth, Tape.cut) = (site, depth, nil)
    }
    var handed = given
    var variables: [Tensor] = []
    var inputs: [Tensor] = []
    var place = 0
    for index in handed.positional.indices {
      if only == nil || only == index {
        guard let traced = try? given.positional[index].traced(on: tape, parameter: index, of: f) else {
          return nil
        }
        handed.positional[index] = traced
        variables += traced.leafTensors
      } else {
        handed.positional[index] = data[place].traced(given.positional[index], on: tape, &inputs)
        place += 1
      }
    }
    for index in handed.named.indices {
      handed.named[index].value = data[place].traced(given.named[index].value, on: tape, &inputs)
      place += 1
    }
    Staging.enter(f)
    let made = TensorPlan.followingLabels { () -> Plan? in
      guard let result = try? f.call(handed), case .tensor(let y) = result, !watch.gaveUp, Tape.cut == nil
      else { return nil }
      return plan(watch, variables, inputs, y)
    }
    return made.map { ($0, watch) }
  }
}

/// An argument that is not differentiated by.
indirect enum StagedData {
  /// A tensor of one type and shape, whose elements may be others in each run.
  case input
  /// A value that must be the same.
  case same(Value)
  case tuple([StagedData])
  case record([String], [StagedData])

  /// - Parameter takes: whether a tensor may be given before each run.
  init(_ value: Value, _ inputs: inout [Tensor], takes: (Tensor) -> Bool) {
    switch value {
    case .tensor(let tensor) where takes(tensor):
      inputs.append(tensor)
      self = .input
    case .tuple(let tuple) where value.isTree:
      self = .tuple(tuple.items.map { StagedData($0, &inputs, takes: takes) })
    case .record(let record) where record.tag == nil && value.isTree:
      self = .record(record.names, record.items.map { StagedData($0, &inputs, takes: takes) })
    default: self = .same(value)
    }
  }

  /// The value with its inputs as variables of a tape.
  func traced(_ value: Value, on tape: Tape, _ inputs: inout [Tensor]) -> Value {
    marked(value, &inputs) { tape.variable($0) }
  }

  /// The value with its inputs as `mark` makes them.
  func marked(_ value: Value, _ inputs: inout [Tensor], _ mark: (Tensor) -> Tensor) -> Value {
    switch (self, value) {
    case (.input, .tensor(let tensor)):
      let variable = mark(tensor)
      inputs.append(variable)
      return .tensor(variable)
    case (.tuple(let parts), .tuple(let tuple)):
      return .tuple(Tuple(parts.indices.map { parts[$0].marked(tuple[$0], &inputs, mark) }))
    case (.record(let names, let parts), .record(let record)):
      return .record(
        Record(names: names, items: parts.indices.map { parts[$0].marked(record.items[$0], &inputs, mark) }))
    default: return value
    }
  }

  /// Sets the inputs from another value; answers false where it is not like the first.
  func set<Plan: StagedInputs>(_ value: Value, _ leaf: inout Int, _ plan: Plan) -> Bool {
    switch (self, value) {
    case (.input, .tensor(let tensor)):
      leaf += 1
      return plan.set(leaf - 1, tensor)
    case (.same(let same), _): return same.isSame(as: value)
    case (.tuple(let parts), .tuple(let tuple)):
      guard tuple.count == parts.count else { return false }
      for index in parts.indices where !parts[index].set(tuple[index], &leaf, plan) { return false }
      return true
    case (.record(let names, let parts), .record(let record)):
      guard record.tag == nil, record.names == names else { return false }
      for index in parts.indices where !parts[index].set(record.items[index], &leaf, plan) { return false }
      return true
    default: return false
    }
  }
}

/// What computes from numbers and tensors that are set before.
protocol StagedInputs: AnyObject {
  func set(_ index: Int, _ x: Tensor) -> Bool
}

/// The same for a gradient.
protocol GradientProgram: StagedInputs {
  func gradient(of index: Int) throws -> Tensor
}

extension GradientPlan: GradientProgram {}

extension TensorPlan: GradientProgram {
  func gradient(of index: Int) -> Tensor { takeGradient(of: index) }
}
