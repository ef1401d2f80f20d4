import CVector

/// What stands between the layers of a network.
struct ActivationRows: Sendable {
  let sigmoid: Operation = .function(
    "sigmoid(x)",
    """
    `1 / (1 + exp(-x))`, without overflow.

    Slope: `sigmoid(x) ⊙ (1 - sigmoid(x))`

    > sigmoid([-1000, 0, 1])
    3 f64
     0.0  0.5  0.7310585786300049

    See also: σ, softplus, bce, tanh
    """, .vector(VECTOR_sigmoid), pullback: { c, _, y in try table.slopes.sigmoid.apply(c, y) },
    scalarSlope: ScalarSlope({ _, y in y * (1 - y) }) { plan, _, y in
      plan.multiply(y, plan.subtract(plan.constant(1), y))
    }
  ).aliased("σ")
  let softplus: Operation = .function(
    "softplus(x)",
    """
    `log(1 + exp(x))`, without overflow.

    Slope: `sigmoid(x)`

    > softplus([-1000, 0, 1000])
    3 f64
     0.0  0.6931471805599453  1000.0

    See also: sigmoid, bce, relu
    """, .vector(VECTOR_softplus),
    slope: { x, _ in try table.activation.sigmoid.apply(x) })
  let relu: Operation = .function(
    "relu(x)",
    """
    `max(0, x)`; its slope at 0 is 0.

    Slope: `where(x > 0, 1, 0)`

    > relu([-2, 0, 3])
    3 f64
     0  0  3

    > relu′([-2, 0, 3])
    3 f64
     0  0  1

    See also: leakyrelu, elu, gelu, max
    """, .vector(VECTOR_relu), rule: .selection { _, x in try Operations.compare(.greater, x.first, 0) })
  let logisticLoss: Operation = .pair(
    "logisticloss(z, t)",
    """
    For the library: what `bce` takes the mean of, `t * log(1 + exp(-z)) + (1 - t) * log(1 + exp(z))`. A part whose
    factor is 0 is 0, also of an infinite `z`.

    Adjoint of z: `u ⊙ ((1 - t) ⊙ σ(z) - t ⊙ σ(-z))`
    Adjoint of t: `-u ⊙ z`

    > logisticloss([0, Inf], 1)
    2 f64
     0.6931471805599453  0.0

    See also: bce, softplus
    """, .vector(VECTOR_logisticLoss), notation: .call(symbol: "bce"),
    rule: .elementwise { input, x in
      let (z, t) = (x.first, x.second)
      if input == 1 { return try Operations.negate(z) }
      let sigmoid = table.activation.sigmoid
      return try Operations.subtract(
        Operations.multiply(Operations.subtract(1, t), sigmoid.apply(z)),
        Operations.multiply(t, sigmoid.apply(Operations.negate(z))))
    })
  let silu: Operation = .function(
    "silu(x)",
    """
    `x σ(x)`.

    Slope: `σ(x) ⊙ (1 + x ⊙ (1 - σ(x)))`

    > silu([-1, 0, 1])
    3 f64
     -0.2689414213699951  0.0  0.7310585786300049

    See also: gelu, sigmoid
    """, .vector(VECTOR_silu),
    slope: { x, y in
      let share = try table.activation.sigmoid.apply(x)
      return try Operations.add(share, Operations.multiply(y, Operations.subtract(1, share)))
    })
  let gelu: Operation = .function(
    "gelu(x)",
    """
    `x Φ(x)`, where Φ is the distribution function of the normal law (exactly, not its tanh approximation).

    > gelu([-1, 0, 1])
    3 f64
     -0.15865525393145702  0.0  0.841344746068543

    See also: silu, relu, erf
    """, .vector(VECTOR_gelu),
    slope: { x, y in
      let erf = try table.elementwise.erf.apply(Operations.multiply(x, Tensor(0.5.squareRoot())))
      let density = try Operations.exp(Operations.multiply(-0.5, Operations.multiply(x, x)))
      // Far out 1 + erf has no digits left, and the value has them all.
      let share = try Operations.choose(
        Operations.compare(.less, x, -1), Operations.divide(y, x),
        Operations.multiply(0.5, Operations.add(1, erf)))
      return try Operations.add(
        share,
        Operations.multiply(x, Operations.multiply(Tensor((0.5 / Double.pi).squareRoot()), density)))
    })
  let relativeEntropy: Operation = .pair(
    "relativeentropy(p, q)",
    """
    For the library: what `kl` sums up, `p log(p / q)`, exact where p and q are nearly equal; 0 where p is 0.

    Adjoint of p: `u ⊙ (log(p / q) + 1)`
    Adjoint of q: `-u ⊙ p / q`

    > relativeentropy([0.5, 0], [0.25, 0.5])
    2 f64
     0.34657359027997264  0.0

    See also: kl, log
    """, .number(Entropy.relative), notation: .call(symbol: "kl"),
    rule: .elementwise { input, x in
      input == 0
        ? try Operations.add(1, Operations.divide(x.output, x.first))
        : try Operations.negate(Operations.divide(x.first, x.second))
    },
    samples: [
      Sample(Tensor([0.5, 0.25, 1.5]), Tensor([0.25, 0.75, 1.4])), Sample(0.3, Tensor([0.3, 0.6])),
    ])
  let elu: Operation = .composite(
    "elu(x)",
    """
    `x` above 0, else `exp(x) - 1`.

    Slope: `where(x > 0, 1, exp(x))`

    > elu([-1, 0, 1])
    3 f64
     -0.6321205588285577  0.0  1.0

    See also: relu, leakyrelu, expm1
    """, samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) {
    let mask = try Operations.compare(.greater, $0[0], 0)
    return try Operations.choose(mask, $0[0], table.elementwise.expm1.apply($0[0]))
  }
  let leakyrelu: Operation = .composite(
    "leakyrelu(x; slope = 0.01)",
    """
    `x` above 0, else `slope x`; its slope at 0 is `slope`.

    > leakyrelu([-2, 3])
    2 f64
     -0.02  3.0

    See also: relu, elu
    """,
    samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) {
    let mask = try Operations.compare(.greater, $0[0], 0)
    let slope = $0.named["slope"] ?? 0.01
    return try Operations.choose(mask, $0[0], Operations.multiply($0[0], slope))
  }
}

enum Entropy {
  static let relative: NumberForms.Binary = { p, q in
    if p == 0 { return 0 }
    // Where they are near each other the difference is exact.
    let less = (p - q) / q
    if abs(less) < 0.5 { return p * vector_log1p_f64(less) }
    let ratio = p / q
    let isOrdinary = ratio > 0x1p-1000 && ratio < 0x1p1000
    return p * (isOrdinary ? vector_log_f64(ratio) : vector_log_f64(p) - vector_log_f64(q))
  }
}
