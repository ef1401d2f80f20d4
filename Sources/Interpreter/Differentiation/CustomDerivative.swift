// Functions whose way back is not that of what they compute: `withgrad` and `checkpoint`. A tape sees each
// of their calls as one operation on the tensors that it follows, captured ones included.

import Numerics

extension Differentiation {
  /// `withgrad(f, g)`: `f` with a gradient of the program's own.
  package static func withGradient(_ f: Function, _ g: Function) -> Function {
    Derived("withgrad(\(f.description), \(g.description))", from: f, and: g) { f, g, arguments in
      let shared = g.signature.named
      return try one(CapturedCall([f, g], arguments), isOwn: true, f) { call, cotangent, y, inputs in
        try call.call(inputs) { arguments in
          let named = arguments.named.filter { shared.contains($0.name) }
          let answer = try g.call(Arguments([cotangent, y] + arguments.positional, named: named))
          return try cotangents(answer, arguments, call)
        }
      }
    }
  }

  /// `checkpoint(f)`: `f`, evaluated again on the way back instead of remembered.
  package static func checkpoint(_ f: Function) -> Function {
    Derived("checkpoint(\(f.description))", from: f) { f, arguments in
      let repetition = Repetition()
      return try one(CapturedCall([f], arguments), isOwn: false, f) { call, cotangent, _, inputs in
        try repetition.run {
          let tape = try Tape.open(.reverse)
          defer { tape.close() }
          let variables = inputs.map { tape.variable($0) }
          let result = try call.call(variables) { try f.call($0) }
          let y = try numbers(f, result)
          let u = try Trees.flattenUnlessTensor(cotangent)
          return try tape.pullback(of: y, cotangent: u, to: variables)
        }
      }
    }
  }

  /// One operation for a call. A tree of values travels as its flatten.
  private static func one(
    _ call: CapturedCall, isOwn: Bool, _ f: Function,
    pullback: @escaping (CapturedCall, _ cotangent: Value, _ y: Value, [Tensor]) throws -> [Tensor?]
  ) throws -> Value {
    let random = Random.state
    guard !call.inputs.isEmpty else { return try call.call([]) { try f.call($0) } }
    var pattern = Value.nothing
    let y = try Operations.custom(call.inputs, isOwn: isOwn) { inputs in
      Random.state = random
      pattern = try Watch.paused { try call.call(inputs) { try f.call($0) } }
      return try numbers(f, pattern)
    } pullback: { cotangent, y, inputs in
      try pullback(call, try restored(cotangent, pattern), try restored(y, pattern), inputs)
    }
    return try restored(y, pattern)
  }

  private static func restored(_ y: Tensor, _ pattern: Value) throws -> Value {
    if case .tensor = pattern { return .tensor(y) }
    return try Trees.unflatten(y, pattern)
  }

  /// What `g` answered, input by input: the cotangent of each positional argument, in its structure.
  private static func cotangents(
    _ answer: Value, _ arguments: Arguments, _ call: CapturedCall
  ) throws -> [Tensor?] {
    let count = arguments.positional.count
    var answers = [answer]
    if count > 1 {
      guard case .tuple(let tuple) = answer, tuple.count == count else {
        throw Problem.differentStructure(
          operation: "withgrad", Trees.structure(.items(arguments.positional)), Trees.structure(answer))
      }
      answers = tuple.items
    }
    for parameter in call.inputsBesidesPositional {
      Tape.noteCut(GradientCut(operation: "withgrad", parameter: parameter, site: Tape.site))
    }
    var result: [Tensor?] = []
    for (index, (argument, answer)) in zip(arguments.positional, answers).enumerated() {
      let isInput = call.isInput(inArgument: index)
      guard !isInput.isEmpty else { continue }
      if case .nothing = answer {
        result += isInput.filter { $0 }.map { _ in nil }
        continue
      }
      var leaf = 0
      _ = try Trees.map2(argument, answer, operation: "withgrad") { value, part in
        guard case .tensor(let tensor) = value else { return value }
        leaf += 1
        guard isInput[leaf - 1] else { return value }
        guard case .tensor(let cotangent) = part, cotangent.shape == tensor.shape else {
          throw Differentiation.unfit(part, "the cotangent", to: value, "the argument", "withgrad")
        }
        result.append(cotangent)
        return value
      }
    }
    return result
  }
}
