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
      var results: [Value] = []
      try Iteration.reserve(count)
      results.reserveCapacity(count)
      for index in 0..<count {
        try Machine.poll()
        let slice = try arguments.positional.map { argument in
          try Trees.map(argument) { leaf in
            guard case .tensor(let tensor) = leaf else { return leaf }
            return .tensor(try tensor.row(index))
          }
        }
        results.append(try f.call(Arguments(slice, named: arguments.named)))
      }
      if case .tensor = results[0] { return try Stacking.stack(results) }
      guard results[0].isTree else { return .items(results) }
      return try Trees.map(results, operation: "vmap") { try Stacking.stack($0) }
    }
  }
}
