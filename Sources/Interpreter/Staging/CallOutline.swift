import Numerics

/// What one call did, straight down: for `@plan`.
package struct CallOutline {
  /// What stands before the arguments.
  package let callee: String
  package let function: Function
  package let arguments: Arguments
  package let result: Value
  /// The steps of a plan.
  package let plan: Plan

  package enum Plan {
    /// The call did something that is no step of a plan.
    case none
    /// Steps on numbers, and the registers of the numbers in the arguments and in the result, leaf by leaf.
    case numbers(PlanListing, inputs: [[Int32]], outputs: [[Int32]])
    case tensors(TensorOutline)
  }

  /// Calls a function, and writes down what it does. The first run is the program's; where it did nothing but compute,
  /// nobody sees the others, in which its numbers or its tensors are followed.
  init(_ callee: String, _ function: Function, _ arguments: Arguments) throws {
    self.callee = callee
    self.function = function
    self.arguments = arguments
    guard Tape.depth == 0, !Watch.isOn, let watch = Staging.beginWatchingEffects() else {
      result = try CallOutline.called(function, arguments)
      plan = .none
      return
    }
    if function is Derived {
      // It may call what it was made of without a word, so its effects are looked for where the gradient is recorded.
      Staging.end()
      let found = try TensorOutline.gradient(function, arguments)
      result = found.result
      plan = found.outline.map(Plan.tensors) ?? .none
      return
    }
    do {
      defer { Staging.end() }
      Staging.enter(function)
      result = try CallOutline.called(function, arguments)
    }
    guard !watch.gaveUp else {
      plan = .none
      return
    }
    let (site, depth) = (Tape.site, Machine.depth)
    defer { (Tape.site, Machine.depth) = (site, depth) }
    let tensors = { TensorOutline(function, arguments).map(Plan.tensors) }
    // Of a gradient that has matrices the way there and the way back say more than all its numbers do.
    plan =
      (function is GradientFunction && CallOutline.hasMatrix(arguments) ? tensors() : nil)
      ?? CallOutline.numbers(function, arguments) ?? tensors() ?? .none
  }

  private static func hasMatrix(_ arguments: Arguments) -> Bool {
    !(arguments.positional + arguments.named.map(\.value)).allSatisfy { argument in
      argument.allLeaves { leaf in
        if case .tensor(let tensor) = leaf { tensor.rank < 2 } else { true }
      }
    }
  }

  /// As the program calls: a derivative of one or two numbers has a way of its own.
  private static func called(_ function: Function, _ arguments: Arguments) throws -> Value {
    let positional = arguments.positional
    return switch (positional.count, arguments.named.isEmpty) {
    case (1, true): try function.call(positional[0])
    case (2, true): try function.call(positional[0], positional[1])
    default: try function.call(arguments)
    }
  }

  /// The steps on numbers; `nil` where there is more than these.
  private static func numbers(_ function: Function, _ arguments: Arguments) -> Plan? {
    // Larger tensors may be others in another call, and have no registers.
    let mayBe = (arguments.positional + arguments.named.map(\.value)).allSatisfy { argument in
      argument.allLeaves { leaf in
        guard case .tensor(let tensor) = leaf else { return true }
        return PlanTrace.canCarry(tensor) && LoopPlanner.isPlain(argument)
      }
    }
    guard mayBe else { return nil }
    let trace = PlanTrace.begin()
    _ = Staging.begin(trace)
    defer {
      Staging.end()
      trace.end()
    }
    var inputs: [[Int32]] = []
    let marked = arguments.positional.map { argument in
      argument.mapLeaves { leaf in
        guard case .tensor(let tensor) = leaf else { return leaf }
        let carried = trace.carried(tensor)
        inputs.append(trace.places(of: carried))
        return .tensor(carried)
      }
    }
    Staging.enter(function)
    guard let value = try? called(function, Arguments(marked, named: arguments.named)) else { return nil }
    var leaves: [Tensor] = []
    let areTensors = value.allLeaves { leaf in
      if case .tensor(let tensor) = leaf { leaves.append(tensor) }
      return leaf.isTensor
    }
    guard areTensors, let found = trace.listing(leaves) else { return nil }
    return .numbers(found.listing, inputs: inputs, outputs: found.results)
  }
}

extension Value {
  fileprivate var isTensor: Bool { if case .tensor = self { true } else { false } }
}
