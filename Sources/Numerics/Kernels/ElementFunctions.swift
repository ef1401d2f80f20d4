import CVector

// What can be applied to every element, and the loops that do it: those of CVector, else the compiler's own,
// specialised for each function.

/// A function of one number. For f32 the result in f64 is rounded once, unless stated otherwise. What is done
/// to one number and what `run` does to many agree to the last bit.
protocol UnaryFunction {
  static func call(_ x: Double) -> Double
  static func call(_ x: Float) -> Float
  static func run(_ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>, _ count: Int)
  static func run(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int)
  /// What an element costs, in additions.
  static var weight: Int { get }
}

extension UnaryFunction {
  static var weight: Int { 16 }

  @inline(__always)
  static func call(_ x: Float) -> Float { Float(call(Double(x))) }

  static func run(_ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>, _ count: Int) {
    for i in 0..<count { to[i] = call(from[i]) }
  }

  static func run(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    for i in 0..<count { to[i] = call(from[i]) }
  }
}

/// One with loops in CVector.
protocol VectorFunction: UnaryFunction {
  static var function: Int { get }
}

extension VectorFunction {
  static var weight: Int { 1 }

  @inline(__always)
  static func run(_ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>, _ count: Int) {
    vector_unary_f64(Int32(function), from, to, count)
  }

  @inline(__always)
  static func run(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    vector_unary_f32(Int32(function), from, to, count)
  }
}

/// A function of two numbers; an operand whose step is 0 is one number.
protocol BinaryFunction {
  /// How faults name it.
  static var name: String { get }
  static func call(_ a: Double, _ b: Double) -> Double
  static func call(_ a: Float, _ b: Float) -> Float
  static func run(
    _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Double>, _ count: Int)
  static func run(
    _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Float>, _ count: Int)
  /// What an element costs, in additions.
  static var weight: Int { get }
}

extension BinaryFunction {
  static var weight: Int { 16 }

  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { Float(call(Double(a), Double(b))) }

  static func run(
    _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for i in 0..<count { to[i] = call(a[i * stepA], b[i * stepB]) }
  }

  static func run(
    _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for i in 0..<count { to[i] = call(a[i * stepA], b[i * stepB]) }
  }
}

/// One with loops in CVector.
protocol VectorPairFunction: BinaryFunction {
  static var function: Int { get }
}

extension VectorPairFunction {
  static var weight: Int { 1 }

  @inline(__always)
  static func run(
    _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    vector_binary_f64(Int32(function), a, stepA, b, stepB, to, count)
  }

  @inline(__always)
  static func run(
    _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    vector_binary_f32(Int32(function), a, stepA, b, stepB, to, count)
  }
}
