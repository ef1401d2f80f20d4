import Numerics

/// What one call did, straight down: for `@plan`.
package struct CallOutline {
  /// What stands before the arguments.
  package let callee: String
  package let function: Function
  package let arguments: Arguments
  package let result: Value
  /// The steps; `nil` where the call did something that is no step of a plan.
  package let listing: PlanListing?
  /// The registers of the numbers in the arguments and in the result, leaf by leaf.
  package let inputs: [[Int32]]
  package let outputs: [[Int32]]

  /// Calls a function, and writes down what it does.
  init(_ callee: String, _ function: Function, _ arguments: Arguments) throws {
    self.callee = callee
    self.function = function
    self.arguments = arguments
    guard Tape.depth == 0, !Staging.isOn, !Watch.isOn else {
      result = try function.call(arguments)
      (listing, inputs, outputs) = (nil, [], [])
      return
    }
    let trace = PlanTrace.begin()
    _ = Staging.begin(trace)
    defer {
      Staging.end()
      trace.end()
    }
    var inputs: [[Int32]] = []
    // Larger tensors may be others in another call, and have no registers.
    var isWhole = true
    let marked = arguments.positional.map { argument in
      argument.mapLeaves { leaf in
        guard case .tensor(let tensor) = leaf else { return leaf }
        guard PlanTrace.canCarry(tensor), LoopPlanner.isPlain(argument) else {
          isWhole = false
          return leaf
        }
        let carried = trace.carried(tensor)
        inputs.append(trace.places(of: carried))
        return .tensor(carried)
      }
    }
    Staging.enter(function)
    // As the program calls: a derivative of one or two numbers has a way of its own.
    let value =
      switch (marked.count, arguments.named.isEmpty) {
      case (1, true): try function.call(marked[0])
      case (2, true): try function.call(marked[0], marked[1])
      default: try function.call(Arguments(marked, named: arguments.named))
      }
    var leaves: [Tensor] = []
    let areTensors = value.allLeaves { leaf in
      if case .tensor(let tensor) = leaf { leaves.append(tensor) }
      return leaf.isTensor
    }
    let found = areTensors && isWhole ? trace.listing(leaves) : nil
    (listing, self.inputs, outputs) = (found?.listing, inputs, found?.results ?? [])
    result = value.withoutMarks
  }
}

extension Value {
  fileprivate var isTensor: Bool { if case .tensor = self { true } else { false } }
}
