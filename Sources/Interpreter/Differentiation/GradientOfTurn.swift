import Numerics

extension Differentiation {
  /// A gradient in a turn of a loop that is written down: value and gradient are marked, so that the plan of the turn
  /// computes them. `nil` where no turn is written down in which that can be.
  static func gradientOfTurn(
    _ f: Function, _ arguments: [Value]
  ) throws -> (value: Value, gradient: Value)? {
    guard let trace = PlanTrace.current, Tape.depth == 0 else {
      Staging.giveUp()
      return nil
    }
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let traced = try arguments.enumerated().map { try $1.traced(on: tape, parameter: $0, of: f) }
    guard let watch = Staging.nested(on: tape) else { return nil }
    let outer = watch.outer
    Staging.enter(f)
    let y = try number(f, try traced.count == 1 ? f.call(traced[0]) : f.call(traced[0], traced[1]))
    Staging.resume(outer)
    try onWayBack { try tape.pullback(of: y, cotangent: Tensor(1, type: y.type)) }
    let gradients = try traced.map { try $0.cotangents(on: tape, from: y) }
    let gradient = gradients.count == 1 ? gradients[0] : Value.items(gradients)
    try inspect(gradient, of: f, y, on: tape)
    let value = tape.value(of: y)
    guard !trace.gaveUp,
      let marked = trace.gradients(
        tape, from: traced.flatMap(\.leafTensors), to: y, gradient.leafTensors, decisions: watch.decisions)
    else {
      Staging.giveUp()
      return (.tensor(value), gradient)
    }
    var position = 0
    let shown = gradient.mapLeaves { leaf in
      guard case .tensor = leaf else { return leaf }
      position += 1
      return .tensor(marked.gradients[position - 1])
    }
    return (.tensor(marked.value), shown)
  }
}
