import CVector

/// The gamma function and its kin.
struct GammaRows: Sendable {
  let gamma: Operation = .function(
    "gamma(x)",
    """
    `Γ(x)`, which is `(x - 1)!` of whole numbers; Inf at 0, NaN at -1, -2, …

    Slope: `gamma(x) ⊙ digamma(x)`

    > gamma([1, 5, 0])
    3 f64
     1  24  Inf

    See also: lgamma, digamma
    """, .number(vector_gamma_f64), at: [-1.5, 0.25, 3.5],
    slope: { x, y in try Operations.multiply(y, table.gamma.digamma.apply(x)) })
  let lgamma: Operation = .function(
    "lgamma(x)",
    """
    `log |Γ(x)|`, where `gamma` would overflow too; Inf at 0, -1, -2, …

    Slope: `digamma(x)`

    > lgamma(1e10)
    220258509288.8113

    See also: gamma, digamma
    """, .number(vector_lgamma_f64), at: [-1.5, 0.25, 3.5],
    slope: { x, _ in try table.gamma.digamma.apply(x) })
  let digamma: Operation = .function(
    "digamma(x)",
    """
    `ψ(x)`, the derivative of `log Γ(x)`; -Inf at 0, NaN at -1, -2, …

    Slope: `polygamma(1, x)`

    > digamma(1)
    -0.5772156649015329

    See also: lgamma, polygamma
    """, .number { Digamma.call($0) },
    at: [-1.5, 0.25, 3.5], slope: { x, _ in try table.gamma.polygamma.apply(x, integer: 1) })
  let polygamma: Operation = .init(
    "polygamma(n, x)",
    """
    The `n`-th derivative of `digamma`, for `n` up to 1000; of order 0 `digamma` itself. Inf or -Inf at 0, -1, -2, …

    Adjoint of x: `u ⊙ polygamma(n + 1, x)`

    > polygamma(1, 1) ≈ π²/6
    true

    See also: digamma, lgamma
    """,
    kind: .elementwise,
    kernel: .unary { x, _, order in try Elementwise.mapped(x) { Polygamma.call(order, $0) } },
    rule: .elementwise { _, x in try table.gamma.polygamma.apply(x.first, integer: x.integer + 1) },
    samples: [
      Sample(1, Tensor([-1.5, 0.25, 3.5])), Sample(2, 1.75),
      Sample(3, Tensor([0.75, 1.25, 2.5, 4], shape: [2, 2])),
    ],
    call: { arguments in
      let order = try arguments.whole(arguments[0], "n", from: 0)
      guard order <= 1000 else { throw arguments.bad("n", "a whole number up to 1000") }
      return try table.gamma.polygamma.apply(arguments[1], integer: order)
    }
  ).constant("n")
}

extension Elementwise {
  /// A function of f64 on every element, rounded once to the type.
  static func mapped(_ x: Tensor, _ function: (Double) -> Double) throws -> Tensor {
    let type = x.type.arithmetic
    guard x.storage != nil else { return Tensor(function(x.scalar), type: type) }
    let from = try converted(x, .f64).storage!
    let result = try Storage.allocate(from.shape, .f64)
    let (x, y) = (from.f64, result.f64)
    // A function without a loop, as dear as some hundred additions.
    let share = blockLength >> 5
    try Workers.share((from.count + share - 1) / share, weight: blockLength) { part in
      for i in part * share..<min((part + 1) * share, from.count) { y[i] = function(x[i]) }
    }
    return try converted(Tensor(result, .f64), type)
  }
}
