import Glibc

// The functions of numbers that the elementwise rows apply.

enum Add: BinaryFunction {
  static var name: String { "+" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a + b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a + b }
}

enum Subtract: BinaryFunction {
  static var name: String { "-" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a - b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a - b }
}

enum Multiply: BinaryFunction {
  static var name: String { "⊙" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a * b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a * b }
}

enum Divide: BinaryFunction {
  static var name: String { "/" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a / b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a / b }
}

/// 0 where the first is 0, whatever the second: a cotangent times a slope.
enum Gate: BinaryFunction {
  static var name: String { "⊙" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a == 0 ? 0 : a * b }
}

/// 0 where the first is 0: a cotangent divided.
enum GateDivide: BinaryFunction {
  static var name: String { "/" }
  @inline(__always) static func call(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a / b }
  @inline(__always) static func call(_ a: Float, _ b: Float) -> Float { a == 0 ? 0 : a / b }
}

/// 0 where either is 0.
enum Annihilate: BinaryFunction {
  static var name: String { "⊙" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { a == 0 || b == 0 ? 0 : a * b }
}

enum Power: BinaryFunction {
  static var name: String { "^" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { b == 2 ? a * a : b == 1 ? a : pow(a, b) }
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
enum Maximum: BinaryFunction {
  static var name: String { "max" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { a >= b || a != a ? a : b }
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { a >= b || a != a ? a : b }
}

enum Minimum: BinaryFunction {
  static var name: String { "min" }
  @inline(__always)
  static func call(_ a: Double, _ b: Double) -> Double { a <= b || a != a ? a : b }
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { a <= b || a != a ? a : b }
}

enum ArcTangent2: BinaryFunction {
  static var name: String { "atan2" }
  static func call(_ a: Double, _ b: Double) -> Double { atan2(a, b) }
}

enum Negate: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { -x }
  @inline(__always) static func call(_ x: Float) -> Float { -x }
}

enum Absolute: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { abs(x) }
  @inline(__always) static func call(_ x: Float) -> Float { abs(x) }
}

enum SquareRoot: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { x.squareRoot() }
  @inline(__always) static func call(_ x: Float) -> Float { x.squareRoot() }
}

enum Rectify: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { x <= 0 ? 0 : x }
  @inline(__always) static func call(_ x: Float) -> Float { x <= 0 ? 0 : x }
}

enum Signum: UnaryFunction {
  @inline(__always)
  static func call(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x }
}

enum Exponential: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { exp(x) }
}

enum Logarithm: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { log(x) }
}

enum Logarithm1: UnaryFunction {
  static func call(_ x: Double) -> Double { log1p(x) }
}

enum Exponential1: UnaryFunction {
  static func call(_ x: Double) -> Double { expm1(x) }
}

enum Sine: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { sin(x) }
}

enum Cosine: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { cos(x) }
}

enum Tangent: UnaryFunction {
  static func call(_ x: Double) -> Double { tan(x) }
}

enum ArcSine: UnaryFunction {
  static func call(_ x: Double) -> Double { asin(x) }
}

enum ArcCosine: UnaryFunction {
  static func call(_ x: Double) -> Double { acos(x) }
}

enum ArcTangent: UnaryFunction {
  static func call(_ x: Double) -> Double { atan(x) }
}

enum HyperbolicSine: UnaryFunction {
  static func call(_ x: Double) -> Double { sinh(x) }
}

enum HyperbolicCosine: UnaryFunction {
  static func call(_ x: Double) -> Double { cosh(x) }
}

enum HyperbolicTangent: UnaryFunction {
  @inline(__always) static func call(_ x: Double) -> Double { tanh(x) }
}

enum ErrorFunction: UnaryFunction {
  static func call(_ x: Double) -> Double { erf(x) }
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
enum Logistic: UnaryFunction {
  @inline(__always)
  static func call(_ x: Double) -> Double {
    let decay = exp(-abs(x))
    return (x >= 0 ? 1 : decay) / (1 + decay)
  }
}

/// log(1 + exp(x)) without overflow.
enum SoftPlus: UnaryFunction {
  @inline(__always)
  static func call(_ x: Double) -> Double { (x > 0 ? x : x == x ? 0 : x) + log1p(exp(-abs(x))) }
}
