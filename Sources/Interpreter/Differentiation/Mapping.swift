import Numerics

extension Differentiation {
  /// `vmap(f)`: slice by slice over the first axis of every positional argument.
  package static func mapped(_ f: Function) -> Function {
    Derived("vmap(\(f.description))", from: f) { f, arguments in
      var count: Int?
      for argument in arguments.positional {
        for leaf in Trees.leaves(argument) {
          guard case .tensor(let tensor) = leaf else { continue }
          guard !tensor.isScalar else {
            throw Problem.unfit(
              "vmap goes along the first axis of every argument, and a number has none: "
                + "what all slices share stands after the semicolon")
          }
          guard count == nil || count == tensor.shape[0] else {
            throw Problem.unfit(
              "vmap: the first axes of the arguments have different lengths, \(count ?? 0) and \(tensor.shape[0])"
            )
          }
          count = tensor.shape[0]
        }
      }
      guard let count, count > 0 else {
        throw Problem.badValue(function: "vmap", reason: "there is nothing to go along")
      }
      let values = try slices(arguments, count, f)
      if case .stacked(let tensor) = values { return .tensor(tensor) }
      let results = try values.separate
      if case .tensor = results[0] { return try Stacking.stack(results) }
      guard results[0].isTree else { return .items(results) }
      return try Trees.map(results, operation: "vmap") { try Stacking.stack($0) }
    }
  }

  /// What a function makes of each slice.
  private static func slices(_ arguments: Arguments, _ count: Int, _ f: Function) throws
    -> PointPlanner.Values
  {
    func slice(_ argument: Value, _ index: Int) throws -> Value {
      try Trees.map(argument) { leaf in
        guard case .tensor(let tensor) = leaf else { return leaf }
        return .tensor(try tensor.row(index))
      }
    }
    let inputs = arguments.positional.compactMap { argument -> PointPlanner.Input? in
      if case .tensor(let tensor) = argument { PointPlanner.Input(entriesOf: tensor) } else { nil }
    }
    if inputs.count == arguments.positional.count {
      return try PointPlanner.values(of: f, inputs, count: count, site: Tape.site) {
        try f.call(Arguments($0, named: arguments.named))
      }
    }
    var results: [Value] = []
    try Iteration.reserve(count)
    results.reserveCapacity(count)
    for index in 0..<count {
      try Machine.poll()
      let slice = try arguments.positional.map { try slice($0, index) }
      results.append(try f.call(Arguments(slice, named: arguments.named)))
    }
    return .separate(results)
  }
}
