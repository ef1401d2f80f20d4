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
    scalarSlope: { _, y in y * (1 - y) }
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
  let silu: Operation = .composite(
    "silu(x)",
    """
    `x σ(x)`.

    Slope: `σ(x) ⊙ (1 + x ⊙ (1 - σ(x)))`

    > silu([-1, 0, 1])
    3 f64
     -0.2689414213699951  0.0  0.7310585786300049

    See also: gelu, sigmoid
    """, samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) { try Operations.multiply($0[0], table.activation.sigmoid.apply($0[0])) }
  let gelu: Operation = .composite(
    "gelu(x)",
    """
    `x Φ(x)`, where Φ is the distribution function of the normal law (exactly, not its tanh approximation).

    > gelu([-1, 0, 1])
    3 f64
     -0.15865525393145702  0.0  0.841344746068543

    See also: silu, relu, erf
    """,
    samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) {
    let half = try Operations.multiply(0.5, $0[0])
    let erf = try table.elementwise.erf.apply(Operations.multiply($0[0], Tensor(0.5.squareRoot())))
    return try Operations.multiply(half, Operations.add(1, erf))
  }
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
