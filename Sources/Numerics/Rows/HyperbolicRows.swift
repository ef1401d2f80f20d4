import CVector

/// The hyperbolic functions and their inverses.
struct HyperbolicRows: Sendable {
  let sinh: Operation = .function(
    "sinh(x)",
    """
    The hyperbolic sine.

    Slope: `cosh(x)`

    > sinh([0, 1])
    2 f64
     0.0  1.1752011936438014

    See also: asinh, cosh, tanh
    """, .number(vector_sinh_f64),
    slope: { x, _ in try table.hyperbolic.cosh.apply(x) })
  let cosh: Operation = .function(
    "cosh(x)",
    """
    The hyperbolic cosine.

    Slope: `sinh(x)`

    > cosh([0, 1])
    2 f64
     1.0  1.5430806348152437

    See also: acosh, sinh, tanh
    """, .number(vector_cosh_f64),
    slope: { x, _ in try table.hyperbolic.sinh.apply(x) })
  let tanh: Operation = .function(
    "tanh(x)",
    """
    The hyperbolic tangent.

    Slope: `1 - tanh(x)²`

    > tanh([-1, 0, 20])
    3 f64
     -0.7615941559557649  0.0  1.0

    See also: atanh, sigmoid, sinh, rnn
    """, .vector(VECTOR_tanh), pullback: { c, _, y in try table.slopes.tanh.apply(c, y) },
    scalarSlope: ScalarSlope({ _, y in 1 - y * y }) { plan, _, y in
      plan.subtract(plan.constant(1), plan.multiply(y, y))
    })
  let asinh: Operation = .function(
    "asinh(x)",
    """
    The inverse of the hyperbolic sine.

    Slope: `1 / √(1 + x²)`

    > asinh([0, 1])
    2 f64
     0.0  0.881373587019543

    See also: sinh, acosh, atanh
    """, .number(vector_asinh_f64), slope: { x, _ in try Operations.divide(1, rootOfOnePlusSquare(x)) })
  let acosh: Operation = .function(
    "acosh(x)",
    """
    The inverse of the hyperbolic cosine; NaN below 1.

    Slope: `1 / (√(x - 1) ⊙ √(x + 1))`

    > acosh([1, 2])
    2 f64
     0.0  1.3169578969248168

    See also: cosh, asinh, atanh
    """, .number(vector_acosh_f64), at: [1.25, 2, 5],
    slope: { x, _ in
      // Not of x² - 1, which may overflow.
      try Operations.divide(
        1,
        Operations.multiply(
          Operations.sqrt(Operations.subtract(x, 1)), Operations.sqrt(Operations.add(x, 1))))
    })
  let atanh: Operation = .function(
    "atanh(x)",
    """
    The inverse of the hyperbolic tangent; infinite at -1 and 1, NaN beyond.

    Slope: `1 / (1 - x²)`

    > atanh([0, 0.5])
    2 f64
     0.0  0.5493061443340549

    See also: tanh, asinh, acosh
    """, .number(vector_atanh_f64), at: [-0.5, 0.25, 0.75],
    slope: { x, _ in try Operations.divide(1, oneMinusSquare(x)) })
}

/// √(1 + x²), in units of |x| where that is large, since its square may overflow where the root does not.
private func rootOfOnePlusSquare(_ x: Tensor) throws -> Tensor {
  let greatest: Double = x.type == .f16 ? 0x1p15 : x.type == .f32 ? 0x1p127 : 0x1p1023
  let unit = try Operations.minimum2(Operations.maximum2(Operations.abs(x.primal), 1), Tensor(greatest))
  let (one, ratio) = try (Operations.divide(1, unit), Operations.divide(x, unit))
  return try Operations.multiply(
    unit, Operations.sqrt(Operations.add(Operations.multiply(one, one), Operations.multiply(ratio, ratio))))
}
