import CVector
import Glibc

/// Functions applied to every element.
struct ElementwiseRows: Sendable {
  let exp: Operation = .function(
    "exp(x)",
    """
    ℯ to the power `x`.

    Slope: `exp(x)`

    > exp([0, 1])
    2 f64
     1.0  2.718281828459045

    See also: log, expm1, softmax, expm
    """, .vector(VECTOR_exp), slope: { _, y in y }, scalarSlope: ScalarSlope({ _, y in y }) { _, _, y in y })
  let log: Operation = .function(
    "log(x)",
    """
    The natural logarithm; NaN below 0, -Inf at 0.

    Slope: `1 / x`

    > log([1, ℯ, 0])
    3 f64
     0  1  -Inf

    See also: exp, log2, log10, log1p, logsumexp
    """, .vector(VECTOR_log), at: [0.25, 1.5, 3],
    slope: { x, _ in try Operations.divide(1, x) },
    scalarSlope: ScalarSlope({ x, _ in 1 / x }) { plan, x, _ in plan.divide(plan.constant(1), x) })
  let log2: Operation = .function(
    "log2(x)",
    """
    The logarithm to the base 2, exact for the powers of 2.

    Slope: `1 / (x * log(2))`

    > log2([1, 8, 0.5])
    3 f64
     0  3  -1

    See also: log₂, log, log10
    """, .number(vector_log2_f64), at: [0.25, 1.5, 3],
    slope: { x, _ in try Operations.divide(Tensor(M_LOG2E), x) }
  ).aliased("log₂")
  let log10: Operation = .function(
    "log10(x)",
    """
    The logarithm to the base 10, exact for the powers of 10.

    Slope: `1 / (x * log(10))`

    > log10([1, 1000, 0.01])
    3 f64
     0  3  -2

    See also: log₁₀, log, log2, logspace
    """, .number(vector_log10_f64), at: [0.25, 1.5, 3],
    slope: { x, _ in try Operations.divide(Tensor(M_LOG10E), x) }
  ).aliased("log₁₀")
  let log1p: Operation = .function(
    "log1p(x)",
    """
    `log(1 + x)`, exact near 0.

    Slope: `1 / (1 + x)`

    > log1p(1e-20)
    1e-20

    See also: log, expm1
    """, .vector(VECTOR_log1p), at: [-0.5, 0.25, 2],
    slope: { x, _ in try Operations.divide(1, Operations.add(1, x)) })
  let expm1: Operation = .function(
    "expm1(x)",
    """
    `exp(x) - 1`, exact near 0.

    Slope: `exp(x)`

    > expm1(1e-20)
    1e-20

    See also: exp, log1p
    """, .vector(VECTOR_expm1), slope: { x, _ in try Operations.exp(x) })
  let sqrt: Operation = .function(
    "sqrt(x)",
    """
    `√x`; its slope at 0 is Inf.

    Slope: `1 / (2 * √x)`

    > sqrt([4, 2])
    2 f64
     2.0  1.4142135623730951

    See also: √, norm
    """, .vector(VECTOR_sqrt), at: [0.25, 1.5, 3],
    slope: { _, y in try Operations.divide(0.5, y) },
    scalarSlope: ScalarSlope({ _, y in 0.5 / y }) { plan, _, y in plan.divide(plan.constant(0.5), y) })
  let abs: Operation = .function(
    "abs(x)",
    """
    `|x|`; its slope at 0 is 0, its second derivative there NaN.

    Slope: `sign(x)`

    > abs([-2, 0, 3])
    3 f64
     2  0  3

    See also: sign, norm
    """, .vector(VECTOR_abs), slope: { x, _ in try table.slopes.abs.apply(x) },
    scalarSlope: ScalarSlope({ x, _ in vector_sign_f64(x) }))
  let sign: Operation = .function(
    "sign(x)",
    """
    1, 0 or -1; its slope is 0 everywhere.

    > sign([-2, 0, 3])
    3 f64
     -1  0  1

    See also: abs
    """, .vector(VECTOR_sign), rule: .constant)
  let sin: Operation = .function(
    "sin(x)",
    """
    The sine; `x` in radians.

    Slope: `cos(x)`

    > sin([0, π / 2])
    2 f64
     0  1

    See also: cos, tan, asin
    """, .vector(VECTOR_sin), slope: { x, _ in try Operations.cos(x) },
    scalarSlope: ScalarSlope({ x, _ in vector_cos_f64(x) }) { plan, x, _ in
      plan.unary(UnaryFunction.vector(VECTOR_cos).f64, x, as: .operation(table.elementwise.cos.index))
    })
  let cos: Operation = .function(
    "cos(x)",
    """
    The cosine; `x` in radians.

    Slope: `-sin(x)`

    > cos([0, π])
    2 f64
     1  -1

    See also: sin, tan, acos
    """, .vector(VECTOR_cos),
    slope: { x, _ in try Operations.negate(Operations.sin(x)) },
    scalarSlope: ScalarSlope({ x, _ in -vector_sin_f64(x) }) { plan, x, _ in
      let sine = plan.unary(
        UnaryFunction.vector(VECTOR_sin).f64, x, as: .operation(table.elementwise.sin.index))
      return plan.negate(sine)
    })
  let tan: Operation = .function(
    "tan(x)",
    """
    The tangent; `x` in radians.

    Slope: `1 + tan(x)²`

    > tan([0, 1])
    2 f64
     0.0  1.5574077246549023

    See also: sin, cos, atan
    """, .number(vector_tan_f64),
    slope: { _, y in try Operations.add(1, Operations.multiply(y, y)) })
  let asin: Operation = .function(
    "asin(x)",
    """
    The arc sine; NaN outside -1 … 1.

    Slope: `1 / √(1 - x²)`

    > asin(1)
    1.5707963267948966

    See also: acos, atan, sin
    """, .number(vector_asin_f64), at: [-0.5, 0.25, 0.75],
    slope: { x, _ in try Operations.divide(1, Operations.sqrt(oneMinusSquare(x))) })
  let acos: Operation = .function(
    "acos(x)",
    """
    The arc cosine; NaN outside -1 … 1.

    Slope: `-1 / √(1 - x²)`

    > acos(-1)
    3.141592653589793

    See also: asin, atan, cos
    """, .number(vector_acos_f64), at: [-0.5, 0.25, 0.75],
    slope: { x, _ in try Operations.divide(-1, Operations.sqrt(oneMinusSquare(x))) })
  let atan: Operation = .function(
    "atan(x)",
    """
    The arc tangent.

    Slope: `1 / (1 + x²)`

    > atan([1, Inf])
    2 f64
     0.7853981633974483  1.5707963267948966

    See also: atan2, tan
    """, .number(vector_atan_f64),
    slope: { x, _ in try table.slopes.angle.apply(1, x) })
  let erf: Operation = .function(
    "erf(x)",
    """
    The error function, `2/√π` times the integral of `exp(-t²)` from 0 to `x`.

    Slope: `2 / √π * exp(-x²)`

    > erf([0, 1])
    2 f64
     0.0  0.8427007929497149

    See also: gelu
    """, .vector(VECTOR_erf),
    slope: { x, _ in
      try Operations.multiply(
        Tensor(2 / Double.pi.squareRoot()), Operations.exp(Operations.negate(Operations.multiply(x, x))))
    })
  let atan2: Operation = .pair(
    "atan2(y, x)",
    """
    The angle of the point `(x, y)`, from -π to π.

    Adjoint of y: `u ⊙ x / (x² + y²)`
    Adjoint of x: `-u ⊙ y / (x² + y²)`

    > atan2(1, -1)
    2.356194490192345

    See also: atan
    """, .number(vector_atan2_f64),
    rule: .elementwise { input, x in
      input == 0
        ? try table.slopes.angle.apply(x.second, x.first)
        : try Operations.negate(table.slopes.angle.apply(x.first, x.second))
    })
  let remainder: Operation = .pair(
    "remainder(a, b)",
    """
    `a % b`, with the sign of the divisor.

    > remainder(7, -3)
    -2

    See also: %, quotient
    """, .number { Remainder.call($0, $1) }, notation: .call(symbol: "%"),
    rule: .elementwise { input, x in
      input == 0
        ? Tensor(1, type: x.output.type.arithmetic)
        : try Operations.negate(Operations.quotient(x.first, x.second))
    },
    samples: [Sample(Tensor([5.5, -3.25, 4.5]), Tensor([2.0, 1.5, -1.75])), Sample(7.25, 2.0)])
  let quotient: Operation = .pair(
    "quotient(a, b)",
    """
    `a ÷ b`, the quotient rounded down; its slope is 0.

    > quotient(7, -3)
    -3

    See also: ÷, remainder
    """, .number { Quotient.call($0, $1) }, notation: .call(symbol: "÷"), rule: .constant)
  let max: Operation = .pair(
    "max(a, b, rest...)",
    """
    The greater, element by element; of equal ones the first gets the gradient. The greatest element of one tensor is
    `maximum(x)`.

    > max(0, [-1, 2])
    2 f64
     0  2

    See also: maximum, min, clamp
    """, .vector(VECTOR_max),
    rule: .selection { input, x in
      let second = try Operations.compare(.greater, x.second, x.first)
      return input == 1 ? second : try Operations.not(second)
    },
    call: { try $0.positional.dropFirst().reduce($0[0]) { try Operations.maximum2($0, $1) } })
  let min: Operation = .pair(
    "min(a, b, rest...)",
    """
    The lesser, element by element; of equal ones the first gets the gradient. The least element of one tensor is
    `minimum(x)`.

    > min(1, [-1, 2])
    2 f64
     -1  1

    See also: minimum, max, clamp
    """, .vector(VECTOR_min),
    rule: .selection { input, x in
      let second = try Operations.compare(.less, x.second, x.first)
      return input == 1 ? second : try Operations.not(second)
    },
    call: { try $0.positional.dropFirst().reduce($0[0]) { try Operations.minimum2($0, $1) } })
  let clamp: Operation = .composite(
    "clamp(x, low, high)",
    """
    `x`, but not below `low` nor above `high`; where it is cut its slope is 0.

    > clamp([-2, 0.5, 3], 0, 1)
    3 f64
     0.0  0.5  1.0

    See also: min, max, clip
    """,
    samples: [Sample(Tensor([-1.2, 0.3, 2.1]), -0.5, 1.5)]
  ) { try Operations.minimum2(Operations.maximum2($0[0], $0[1]), $0[2]) }
}

/// 1 - x², of which near 1 the square would leave few digits.
func oneMinusSquare(_ x: Tensor) throws -> Tensor { try table.slopes.oneMinusSquare.apply(x) }
