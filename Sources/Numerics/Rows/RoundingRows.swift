import CVector

/// Rounding; slopes are 0.
struct RoundingRows: Sendable {
  let floor: Operation = .function(
    "floor(x)",
    """
    The greatest whole number not above; its slope is 0.

    > floor([1.5, -1.5])
    2 f64
     1  -2

    See also: ceil, round, ÷
    """, .vector(VECTOR_floor), rule: .constant)
  let ceil: Operation = .function(
    "ceil(x)",
    """
    The least whole number not below; its slope is 0.

    > ceil([1.5, -1.5])
    2 f64
     2  -1

    See also: floor, round
    """, .vector(VECTOR_ceil), rule: .constant)
  let round: Operation = .function(
    "round(x; digits = 0)",
    """
    To so many digits after the point, halves to the even neighbour; its slope is 0.

    > round([0.5, 1.5, 2.7])
    3 f64
     0  2  3

    > round(π; digits = 2)
    3.14

    See also: floor, ceil, format
    """, .vector(VECTOR_round), rule: .constant,
    call: { arguments in
      let row = arguments.operation
      let digits = try arguments.number("digits", default: 0)
      guard digits != 0 else { return try row.apply(arguments[0]) }
      // By the positive power, which is exact, on the side where it is.
      let power = Tensor(vector_pow_f64(10, digits.magnitude))
      let x = arguments[0].primal
      return digits > 0
        ? try Operations.divide(row.apply(Operations.multiply(x, power)), power)
        : try Operations.multiply(row.apply(Operations.divide(x, power)), power)
    })
}
