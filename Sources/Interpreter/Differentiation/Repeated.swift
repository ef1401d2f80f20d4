// Derivatives besides gradients and directions, by plans where they are asked for again.

import Numerics

extension Differentiation {
  /// A derivative of a kind that is neither a gradient nor along a direction.
  ///
  /// - Parameter compute: the program's way.
  static func repeated(
    _ f: Function, _ kind: DerivativeKind, _ arguments: Arguments,
    _ compute: @escaping (Arguments) throws -> Value
  ) throws -> Value {
    // It gives no value of the function.
    let alone = { (arguments: Arguments) -> FoundDerivative in (.number(0), try compute(arguments)) }
    if PlanTrace.isOn, !Tape.isWrittenDown, let found = try derivativeOfTurn(arguments, alone) {
      return found.tangent
    }
    guard Tape.depth == 0, !Staging.isOn, let staged = f.staged?.derived(kind).directions else {
      return try compute(arguments)
    }
    return try staged.found(of: f, .many(arguments), alone).tangent
  }

  /// `vjp(f, x, u)`: the cotangent of `x` from the cotangent `u` of the value.
  package static func pullBack(
    _ f: Function, _ x: Value, _ u: Value, named: [(name: String, value: Value)]
  ) throws -> Value {
    try repeated(f, .cotangent, Arguments([x, u], named: named)) {
      try pulledBack(f, $0.positional[0], $0.positional[1], named: $0.named)
    }
  }

  private static func pulledBack(
    _ f: Function, _ x: Value, _ u: Value, named: [(name: String, value: Value)]
  ) throws -> Value {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let traced = try x.traced(on: tape, parameter: 0, of: f)
    let variables = traced.leafTensors
    f.willBeCalledByLibrary()
    let result = try f.call(at: traced, named: named)
    var total: [Tensor]?
    _ = try Trees.map2(result, u, operation: "vjp") { leaf, cotangent in
      guard case .tensor(let y) = leaf, case .tensor(let c) = cotangent, c.shape == y.shape else {
        throw unfit(cotangent, "the cotangent", to: leaf, "the value", "vjp")
      }
      let part = try onWayBack {
        try tape.pullback(of: y, cotangent: try Operations.convert(c, to: y.type), to: variables)
      }
      total = try total.map { try zip($0, part).map { try Operations.add($0, $1) } } ?? part
      return leaf
    }
    var position = 0
    return try Trees.map(traced) { leaf in
      defer { position += 1 }
      return try total.map { .tensor(try Operations.withoutNegativeZero($0[position])) } ?? leaf
    }
  }

  /// `hvp(f, x, v)`: forward over reverse, so the Hessian is never built.
  package static func hessianProduct(
    _ f: Function, _ x: Value, _ v: Value, named: [(name: String, value: Value)]
  ) throws -> Value {
    try pushForward(gradient(f.ofPoint), x, v, named: named, operation: "hvp").tangent
  }
}
