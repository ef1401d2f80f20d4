import Numerics

extension Differentiation {
  /// A gradient in a turn of a loop that is written down: value and gradient are marked, so that the plan of the turn
  /// computes them. `nil` where no turn is written down in which that can be.
  static func gradientOfTurn(
    _ f: Function, _ arguments: [Value]
  ) throws -> (value: Value, gradient: Value)? {
    // The gradient of a derivative has tapes above its own.
    if f.saysWhatItCalls {
      let found = try derivativeOfTurn(Arguments(arguments)) {
        let given = $0.positional
        let pair =
          try given.count == 1 ? gradientAndValue(f, given[0]) : gradientAndValue(f, given[0], given[1])
        return (pair.value, pair.gradient)
      }
      return found.map { ($0.value, $0.tangent) }
    }
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

  /// Any other derivative. The program's run comes first, by itself and watched for effects; where it does nothing but
  /// compute, a second one, which nobody sees, is written down: along a direction of a function of one number as what its
  /// tape holds, else as all that tapes compute there and back.
  ///
  /// - Parameters:
  ///   - f: the function, where it is a derivative along a direction.
  ///   - compute: the program's way.
  static func derivativeOfTurn(
    _ arguments: Arguments, along f: Function? = nil, _ compute: (Arguments) throws -> FoundDerivative
  ) throws -> FoundDerivative? {
    guard let trace = PlanTrace.current, Tape.depth == 0, let watch = Staging.aside(from: trace) else {
      Staging.giveUp()
      return nil
    }
    var found: FoundDerivative
    do {
      defer { Staging.resume(watch.outer, trace) }
      found = try compute(arguments.mapped(\.withoutMarks))
    }
    found = (found.value.withoutMarks, found.tangent.withoutMarks)
    let marked =
      watch.gaveUp
      ? nil
      : try Repetition().run {
        try f.flatMap { recordedDirection($0, arguments, trace, found) }
          ?? writtenDown(arguments, trace, found, compute)
      }
    guard let marked else {
      Staging.giveUp()
      return found
    }
    return marked
  }

  /// All that tapes compute.
  private static func writtenDown(
    _ arguments: Arguments, _ trace: PlanTrace, _ found: FoundDerivative,
    _ compute: (Arguments) throws -> FoundDerivative
  ) throws -> FoundDerivative? {
    // What is not finite is settled, and noted, by the outermost tape of the program alone.
    guard !trace.gaveUp, isFinite(found.tangent) else { return nil }
    let (site, depth) = (Tape.site, Machine.depth)
    defer { (Tape.site, Machine.depth, Tape.cut) = (site, depth, nil) }
    guard let again = try? Tape.writingDown(on: nil, { try compute(arguments) }), !trace.gaveUp,
      Tape.cut == nil, again.value.withoutMarks.hasSameLeaves(as: found.value),
      again.tangent.withoutMarks.hasSameLeaves(as: found.tangent)
    else { return nil }
    let isKnown = again.value.leafTensors.allSatisfy(trace.knows)
    let isGuarded = again.tangent.leafTensors.allSatisfy(trace.guardFinite)
    return isKnown && isGuarded ? again : nil
  }

  private static func recordedDirection(
    _ f: Function, _ arguments: Arguments, _ trace: PlanTrace, _ found: FoundDerivative
  ) -> FoundDerivative? {
    guard f is Closure || f is Builtin, arguments.named.isEmpty,
      case .tensor(let point) = arguments.positional[0],
      case .tensor(let velocity) = arguments.positional[1], point.isScalar, point.type == .f64,
      velocity.isScalar, velocity.type == .f64, case .tensor(let value) = found.value,
      case .tensor(let tangent) = found.tangent
    else { return nil }
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
    let marked = trace.direction(
      tape, from: variable, moving: velocity, to: y, decisions: watch.decisions, value: value,
      tangent: tangent)
    return marked.map { (.tensor($0.value), .tensor($0.tangent)) }
  }
}
