import CVector

// What can be applied to every element: a function of numbers, and the loops that apply it to many. What is done to one
// number and what `run` does to many agree to the last bit.

/// What a row does with f64 numbers. Functions without a context, so that a call by a row costs no more than a call.
struct NumberForms {
  typealias Unary = @convention(c) (Double) -> Double
  typealias Binary = @convention(c) (Double, Double) -> Double

  var unary: Unary?
  var binary: Binary?
  /// The slope, from the input and the output: only for speed, the rule has it too.
  var slope: ScalarSlope?
  /// The loop of CVector that does the same with many, if there is one.
  var loop: Int?

  /// Whether there are any.
  var areKnown: Bool { unary != nil || binary != nil }
}

/// The slope of a function of one number, from the input and the output, and the same as steps of a plan, where it is but a
/// few of them.
struct ScalarSlope {
  typealias Steps = @Sendable (inout NumberPlanBuilder, _ x: PlanRegister, _ y: PlanRegister) -> PlanRegister

  let number: NumberForms.Binary
  let steps: Steps?

  init(_ number: @escaping NumberForms.Binary, steps: Steps? = nil) {
    self.number = number
    self.steps = steps
  }
}

/// A function of one number.
struct UnaryFunction {
  let f64: NumberForms.Unary
  /// Without it the result in f64 is rounded once.
  private let f32: (@convention(c) (Float) -> Float)?
  /// Its loops in CVector.
  let loop: Int?
  /// What an element costs, in additions.
  let weight: Int

  /// One that has loops, by the constant that names them: `VECTOR_tanh`.
  static func vector(_ function: Int) -> UnaryFunction {
    let code = Int32(function)
    return UnaryFunction(
      f64: vector_function_f64(code), f32: vector_function_f32(code), loop: function,
      weight: function < VECTOR_LONG_COUNT ? 8 : 1)
  }

  /// One of numbers alone.
  static func number(_ function: @escaping NumberForms.Unary) -> UnaryFunction {
    UnaryFunction(f64: function, f32: nil, loop: nil, weight: 16)
  }

  func short(_ x: Float) -> Float { f32.map { $0(x) } ?? Float(f64(Double(x))) }

  @inline(__always)
  func run(_ from: ElementView<Double>, _ to: ElementView<Double>, _ count: Int) {
    if let loop { return Double.unary(loop, from, to, count) }
    for i in 0..<count { to[i] = f64(from[i]) }
  }

  func run(_ from: ElementView<Float>, _ to: ElementView<Float>, _ count: Int) {
    if let loop { return Float.unary(loop, from, to, count) }
    for i in 0..<count { to[i] = short(from[i]) }
  }
}

/// A function of two numbers; an operand whose step is 0 is one number.
struct BinaryFunction {
  let f64: NumberForms.Binary
  private let f32: (@convention(c) (Float, Float) -> Float)?
  /// Its loops in CVector.
  let loop: Int?
  /// The loop over the first operand where the second is one number, if there is a quicker one.
  private let loopOfFirst: (@convention(c) (Double) -> Int)?
  /// What an element costs, in additions.
  let weight: Int

  static func vector(_ function: Int) -> BinaryFunction {
    let code = Int32(function)
    return BinaryFunction(
      f64: vector_pairFunction_f64(code), f32: vector_pairFunction_f32(code), loop: function,
      loopOfFirst: nil,
      weight: 1)
  }

  /// - Parameter loopOfFirst: the constant that names a loop of one number, -1 where there is none.
  static func number(
    _ function: @escaping NumberForms.Binary, short: (@convention(c) (Float, Float) -> Float)? = nil,
    loopOfFirst: (@convention(c) (Double) -> Int)? = nil
  ) -> BinaryFunction {
    BinaryFunction(f64: function, f32: short, loop: nil, loopOfFirst: loopOfFirst, weight: 16)
  }

  func short(_ a: Float, _ b: Float) -> Float { f32.map { $0(a, b) } ?? Float(f64(Double(a), Double(b))) }

  @inline(__always)
  func run(
    _ a: ElementView<Double>, _ stepA: Int, _ b: ElementView<Double>, _ stepB: Int, _ to: ElementView<Double>,
    _ count: Int
  ) {
    if let loop { return Double.binary(loop, a, stepA, b, stepB, to, count) }
    if count > 0, let loop = quickLoop(stepA, b[0], stepB) { return Double.unary(loop, a, to, count) }
    for i in 0..<count { to[i] = f64(a[i * stepA], b[i * stepB]) }
  }

  @inline(__always)
  func run(
    _ a: ElementView<Float>, _ stepA: Int, _ b: ElementView<Float>, _ stepB: Int, _ to: ElementView<Float>,
    _ count: Int
  ) {
    if let loop { return Float.binary(loop, a, stepA, b, stepB, to, count) }
    if count > 0, let loop = quickLoop(stepA, Double(b[0]), stepB) { return Float.unary(loop, a, to, count) }
    for i in 0..<count { to[i] = short(a[i * stepA], b[i * stepB]) }
  }

  private func quickLoop(_ stepA: Int, _ b: Double, _ stepB: Int) -> Int? {
    guard stepA == 1, stepB == 0, let loop = loopOfFirst?(b), loop >= 0 else { return nil }
    return loop
  }
}
