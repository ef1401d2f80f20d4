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

  /// The same for a derivative along a direction, of a function of one number. The program's run comes first, by itself and
  /// watched for effects; where it does nothing but compute, a second one, which nobody sees, is recorded.
  static func derivativeOfTurn(
    _ f: Function, _ x: Value, _ v: Value, named: [(name: String, value: Value)], operation: String
  ) throws -> (value: Value, tangent: Value)? {
    guard let trace = PlanTrace.current, Tape.depth == 0, named.isEmpty, case .tensor(let point) = x,
      case .tensor(let velocity) = v, point.isScalar, point.type == .f64, velocity.isScalar,
      velocity.type == .f64, let watch = Staging.aside(from: trace)
    else {
      Staging.giveUp()
      return nil
    }
    let found: (value: Value, tangent: Value)
    do {
      defer { Staging.resume(watch.outer, trace) }
      found = try pushForward(
        f, .tensor(point.primal), .tensor(velocity.primal), named: named, operation: operation)
    }
    let pair = (value: found.value.withoutMarks, tangent: found.tangent.withoutMarks)
    guard !watch.gaveUp, case .tensor(let value) = pair.value, case .tensor(let tangent) = pair.tangent,
      let marked = Repetition().run({
        recordedDirection(f, point, velocity, trace, value: value, tangent: tangent)
      })
    else {
      Staging.giveUp()
      return pair
    }
    return (.tensor(marked.value), .tensor(marked.tangent))
  }

  private static func recordedDirection(
    _ f: Function, _ point: Tensor, _ velocity: Tensor, _ trace: PlanTrace, value: Tensor, tangent: Tensor
  ) -> (value: Tensor, tangent: Tensor)? {
    let (site, depth) = (Tape.site, Machine.depth)
    guard let tape = try? Tape.open(.reverse) else { return nil }
    let variable = tape.variable(point)
    guard let watch = Staging.nested(on: tape) else {
      tape.close()
      return nil
    }
    defer {
      Staging.resume(watch.outer)
      tape.close()
      (Tape.site, Machine.depth, Tape.cut) = (site, depth, nil)
    }
    Staging.enter(f)
    guard let again = try? f.call(.tensor(variable)), case .tensor(let y) = again, !watch.gaveUp,
      Tape.cut == nil, Value.tensor(y.primal).hasSameBits(as: .tensor(value))
    else { return nil }
    return trace.direction(
      tape, from: variable, moving: velocity, to: y, decisions: watch.decisions, value: value,
      tangent: tangent)
  }
}
