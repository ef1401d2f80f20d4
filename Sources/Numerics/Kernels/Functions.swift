import CVector
import Glibc

// The functions of numbers that the elementwise rows apply.

enum Add: VectorPairFunction {
  static var function: Int { VECTOR_add }
  static var name: String { "+" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a + b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a + b }
}

enum Subtract: VectorPairFunction {
  static var function: Int { VECTOR_subtract }
  static var name: String { "-" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a - b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a - b }
}

enum Multiply: VectorPairFunction {
  static var function: Int { VECTOR_multiply }
  static var name: String { "⊙" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a * b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a * b }
}

enum Divide: VectorPairFunction {
  static var function: Int { VECTOR_divide }
  static var name: String { "/" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a / b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a / b }
}

/// 0 where the first is 0, whatever the second: a cotangent times a slope.
enum Gate: VectorPairFunction {
  static var function: Int { VECTOR_gate }
  static var name: String { "⊙" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a == 0 ? 0 : a * b }
}

/// 0 where the first is 0: a cotangent divided.
enum GateDivide: VectorPairFunction {
  static var function: Int { VECTOR_gateDivide }
  static var name: String { "/" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a / b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a == 0 ? 0 : a / b }
}

/// 0 where either is 0.
enum Annihilate: VectorPairFunction {
  static var function: Int { VECTOR_annihilate }
  static var name: String { "⊙" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { a == 0 || b == 0 ? 0 : a * b }
}

/// A power. The whole exponents that formulas are full of are products.
enum Power: BinaryFunction {
  static var name: String { "^" }
  static var weight: Int { 16 }

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

  static func run(
    _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    if stepB == 0, stepA == 1, let function = product(b[0]) {
      return vector_unary_f64(Int32(function), a, to, count)
    }
    for i in 0..<count { to[i] = call(a[i * stepA], b[i * stepB]) }
  }

  static func run(
    _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    if stepB == 0, stepA == 1, let function = product(Double(b[0])) {
      return vector_unary_f32(Int32(function), a, to, count)
    }
    for i in 0..<count { to[i] = call(a[i * stepA], b[i * stepB]) }
  }

  private static func product(_ exponent: Double) -> Int? {
    switch exponent {
    case 2: VECTOR_square
    case 3: VECTOR_cube
    case -1: VECTOR_reciprocal
    default: nil
    }
  }
}

/// A cotangent times the slope of tanh, of the logistic function, and of the square, in one pass: 0 where the
/// cotangent is. The first two from the value, the last from the input.
enum TanhSlope: VectorPairFunction {
  static var function: Int { VECTOR_tanhSlope }
  static var name: String { "⊙" }
  @inline(__always) static func call(_ c: Double, _ y: Double) -> Double { c == 0 ? 0 : c * (1 - y * y) }
  @inline(__always) static func call(_ c: Float, _ y: Float) -> Float { c == 0 ? 0 : c * (1 - y * y) }
}

enum LogisticSlope: VectorPairFunction {
  static var function: Int { VECTOR_sigmoidSlope }
  static var name: String { "⊙" }
  @inline(__always) static func call(_ c: Double, _ y: Double) -> Double { c == 0 ? 0 : c * (y * (1 - y)) }
  @inline(__always) static func call(_ c: Float, _ y: Float) -> Float { c == 0 ? 0 : c * (y * (1 - y)) }
}

enum SquareSlope: VectorPairFunction {
  static var function: Int { VECTOR_squareSlope }
  static var name: String { "⊙" }
  @inline(__always) static func call(_ c: Double, _ x: Double) -> Double { c == 0 ? 0 : c * (2 * x) }
  @inline(__always) static func call(_ c: Float, _ x: Float) -> Float { c == 0 ? 0 : c * (2 * x) }
}

/// The remainder with the sign of the divisor.
enum Remainder: BinaryFunction {
  static var name: String { "%" }
  static func call(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    if remainder == 0 { return copysign(0, b) }
    return (remainder < 0) != (b < 0) ? remainder + b : remainder
  }
}

/// The whole number of times that the divisor goes into it, rounded down.
enum Quotient: BinaryFunction {
  static var name: String { "÷" }
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

/// The first of equal winners; NaN where either is.
enum Maximum: VectorPairFunction {
  static var function: Int { VECTOR_max }
  static var name: String { "max" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { a >= b || a != a ? a : b }
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { a >= b || a != a ? a : b }
}

enum Minimum: VectorPairFunction {
  static var function: Int { VECTOR_min }
  static var name: String { "min" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { a <= b || a != a ? a : b }
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { a <= b || a != a ? a : b }
}

enum ArcTangent2: BinaryFunction {
  static var name: String { "atan2" }
  static func call(_ a: Double, _ b: Double) -> Double { vector_atan2_f64(a, b) }
}

enum Negate: VectorFunction {
  static var function: Int { VECTOR_negate }
  @inline(__always) static func call(_ x: Double) -> Double { -x }
  @inline(__always) static func call(_ x: Float) -> Float { -x }
}

enum Absolute: VectorFunction {
  static var function: Int { VECTOR_abs }
  @inline(__always) static func call(_ x: Double) -> Double { abs(x) }
  @inline(__always) static func call(_ x: Float) -> Float { abs(x) }
}

enum SquareRoot: VectorFunction {
  static var function: Int { VECTOR_sqrt }
  @inline(__always) static func call(_ x: Double) -> Double { x.squareRoot() }
  @inline(__always) static func call(_ x: Float) -> Float { x.squareRoot() }
}

enum Rectify: VectorFunction {
  static var function: Int { VECTOR_relu }
  @inline(__always) static func call(_ x: Double) -> Double { x <= 0 ? 0 : x }
  @inline(__always) static func call(_ x: Float) -> Float { x <= 0 ? 0 : x }
}

enum Signum: VectorFunction {
  static var function: Int { VECTOR_sign }
  @inline(__always)
  static func call(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x }
  @inline(__always)
  static func call(_ x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x }
}

enum Exponential: VectorFunction {
  static var function: Int { VECTOR_exp }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_exp_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_exp_f32(x) }
}

enum Logarithm: VectorFunction {
  static var function: Int { VECTOR_log }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_log_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_log_f32(x) }
}

enum BinaryLogarithm: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_log2_f64(x) }
}

enum DecimalLogarithm: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_log10_f64(x) }
}

enum Logarithm1: VectorFunction {
  static var function: Int { VECTOR_log1p }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_log1p_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_log1p_f32(x) }
}

enum Exponential1: VectorFunction {
  static var function: Int { VECTOR_expm1 }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_expm1_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_expm1_f32(x) }
}

enum Sine: VectorFunction {
  static var function: Int { VECTOR_sin }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_sin_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_sin_f32(x) }
}

enum Cosine: VectorFunction {
  static var function: Int { VECTOR_cos }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_cos_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_cos_f32(x) }
}

enum Tangent: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_tan_f64(x) }
}

enum ArcSine: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_asin_f64(x) }
}

enum ArcCosine: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_acos_f64(x) }
}

enum ArcTangent: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_atan_f64(x) }
}

enum HyperbolicSine: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_sinh_f64(x) }
}

enum HyperbolicCosine: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_cosh_f64(x) }
}

enum HyperbolicTangent: VectorFunction {
  static var function: Int { VECTOR_tanh }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_tanh_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_tanh_f32(x) }
}

enum InverseHyperbolicSine: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_asinh_f64(x) }
}

enum InverseHyperbolicCosine: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_acosh_f64(x) }
}

enum InverseHyperbolicTangent: UnaryFunction {
  static func call(_ x: Double) -> Double { vector_atanh_f64(x) }
}

enum ErrorFunction: VectorFunction {
  static var function: Int { VECTOR_erf }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_erf_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_erf_f32(x) }
}

enum Floor: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { floor(x) }
}

enum Ceiling: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { ceil(x) }
}

/// To the nearest whole number, halves to the even one.
enum Round: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { rint(x) }
}

/// 1 / (1 + exp(-x)) without overflow.
enum Logistic: VectorFunction {
  static var function: Int { VECTOR_sigmoid }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_sigmoid_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_sigmoid_f32(x) }
}

/// log(1 + exp(x)) without overflow.
enum SoftPlus: VectorFunction {
  static var function: Int { VECTOR_softplus }
  static var weight: Int { 8 }
  @inline(__always) static func call(_ x: Double) -> Double { vector_softplus_f64(x) }
  @inline(__always) static func call(_ x: Float) -> Float { vector_softplus_f32(x) }
}
