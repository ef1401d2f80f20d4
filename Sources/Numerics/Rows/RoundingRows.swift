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
      return try Elementwise.mapped(arguments[0].primal) { Rounding.rounded($0, digits: digits) }
    }
  ).constant("digits")
}

enum Rounding {
  /// The greatest power of ten that is a number.
  private static let most = 308.0

  /// By the positive power of ten, which is exact, on the side where it is.
  static func rounded(_ x: Double, digits: Double) -> Double {
    let power = vector_pow_f64(10, min(digits.magnitude, most))
    let rest = vector_pow_f64(10, max(digits.magnitude - most, 0))
    if digits < 0 {
      let scaled = x / power / rest
      // So large a number has no digits to lose.
      guard scaled.magnitude < 0x1p52 else { return x }
      let whole = vector_round_f64(scaled)
      // A power above the 22nd is no number itself, so the product would be rounded twice.
      return whole == 0 ? whole : Double("\(whole)e\(Int(clamping: -digits))") ?? whole * power * rest
    }
    let scaled = x * power * rest
    // So large a number has no digits after the point, and x none after those that are asked for.
    return scaled.magnitude < 0x1p52 ? vector_round_f64(scaled) / power / rest : x
  }
}
