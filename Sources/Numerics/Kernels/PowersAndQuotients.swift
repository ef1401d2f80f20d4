import CVector
import Glibc

/// A power. The whole exponents that formulas are full of are products.
enum Power {
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double {
    b == 2 ? a * a : b == 1 ? a : b == 3 ? a * a * a : b == -1 ? 1 / a : vector_pow_f64(a, b)
  }

  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float {
    b == 2
      ? a * a
      : b == 1 ? a : b == 3 ? a * a * a : b == -1 ? 1 / a : Float(vector_pow_f64(Double(a), Double(b)))
  }

  /// The loop that is a power with this exponent, -1 where there is none.
  static func loop(_ exponent: Double) -> Int {
    switch exponent {
    case 2: VECTOR_square
    case 3: VECTOR_cube
    case -1: VECTOR_reciprocal
    default: -1
    }
  }
}

/// The remainder with the sign of the divisor.
enum Remainder {
  static func call(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    if remainder == 0 { return copysign(0, b) }
    return (remainder < 0) != (b < 0) ? remainder + b : remainder
  }
}

/// The whole number of times that the divisor goes into it, rounded down.
enum Quotient {
  static func call(_ a: Double, _ b: Double) -> Double {
    if b == 0 { return a / b }
    let remainder = fmod(a, b)
    var quotient = (a - remainder) / b
    if remainder != 0, (remainder < 0) != (b < 0) { quotient -= 1 }
    if quotient == 0 { return copysign(0, a / b) }
    let floor = Glibc.floor(quotient)
    return quotient - floor > 0.5 ? floor + 1 : floor
  }
}
