import CVector

/// A cotangent times a slope, in one pass over large arrays where the general rule takes several. Like a gate
/// they are 0 where the cotangent is 0. A tape shows their formula.
struct SlopeRows: Sendable {
  /// Of `y = tanh(x)`.
  let tanh: Operation = .slope(
    "tanhSlope(c, y)", "c ⊙ (1 - y²)", .vector(VECTOR_tanhSlope)
  ) { c, y in try Operations.multiply(-2, Operations.multiply(c, y)) }

  /// Of `y = sigmoid(x)`.
  let sigmoid: Operation = .slope(
    "sigmoidSlope(c, y)", "c ⊙ y ⊙ (1 - y)", .vector(VECTOR_sigmoidSlope)
  ) { c, y in try Operations.multiply(c, Operations.subtract(1, Operations.multiply(2, y))) }

  /// Of `x²`.
  let square: Operation = .slope("squareSlope(c, x)", "c ⊙ (2 ⊙ x)", .vector(VECTOR_squareSlope)) { c, _ in
    try Operations.multiply(2, c)
  }

  /// The sum of `c s`: what comes back to a number that met a tensor. `s` stretches to `c`, never the reverse.
  let sum: Operation = .init(
    "gateSum(c, s)", kind: .reduction, notation: .formula("c ⋅ s"),
    kernel: .binary { c, s, _ in try Slope.sum(c, s) },
    rule: .general(
      vjp: { input, u, x in
        input == 0 ? try Operations.gate(u, x.second) : try Operations.annihilate(u, x.first)
      },
      jvp: { input, t, x in
        input == 0
          ? try table.slopes.sum.apply(t, x.second)
          : try Operations.sum(Operations.annihilate(t, x.first))
      }), samples: Array(Sample.pairs.dropLast())
  ).pullingRows { input, rows, x in
    let rank = max(x.first.rank, x.second.rank)
    let spread = try Operations.aligned(rows, rank: rank)
    let other = try Operations.shared(input == 0 ? x.second : x.first, rank: rank)
    return input == 0 ? try Operations.gate(spread, other) : try Operations.annihilate(spread, other)
  }
}

extension Operation {
  /// Linear in the first; `rest` is its slope by the second.
  fileprivate static func slope(
    _ signature: String, _ formula: String, _ function: BinaryFunction,
    rest: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> Operation {
    let index = Registry.count
    return .pair(
      signature, "", function, notation: .formula(formula),
      rule: .sameBothWays { input, c, x in
        input == 0
          ? try Registry.apply(index, c, x.second)
          : try Operations.annihilate(c, rest(x.first, x.second))
      })
  }
}

enum Slope {
  /// The sum of the gated products, in f64 and rounded once.
  static func sum(_ c: Tensor, _ s: Tensor) throws -> Tensor {
    if c.type == .f16 || c.type == .bool {
      return try Reduction.sum(Registry.apply(Code.gate, c.primal, s.primal), to: Shape())
    }
    return Tensor(try wideSum(c, s), type: c.type)
  }

  /// The same unrounded.
  static func wideSum(_ c: Tensor, _ s: Tensor) throws -> Double {
    guard let left = c.storage, let right = s.storage, left.shape == right.shape, c.type == s.type,
      c.type == .f64 || c.type == .f32
    else { return try Reduction.wideSum(Registry.apply(Code.gate, c.primal, s.primal)) }
    if c.type == .f64 {
      let (p, q) = (left.f64, right.f64)
      return try Reduction.total(left.count) { Double.gatedDot(p + $0, q + $0, $1) }
    }
    let (p, q) = (left.f32, right.f32)
    return try Reduction.total(left.count) { Float.gatedDot(p + $0, q + $0, $1) }
  }
}
