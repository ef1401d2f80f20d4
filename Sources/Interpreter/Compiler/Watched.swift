// What a recording must know of a program, besides the operations on numbers that the tape sees: it calls a function, it
// compares, it goes by a value, it does what a recording would not show. A construct that does one of these does it
// through the functions here, which tell `Staging`; while no run is watched, that is one look at a flag.

import Numerics
import Syntax

extension Compiler {
  /// A call at its place in the program: every call but `∇f(x)`, which no recording holds.
  @inline(__always)
  static func calling(
    _ function: Function, _ site: Int32, _ operands: @autoclosure () -> [Value], _ call: () throws -> Value
  ) throws -> Value {
    do {
      if Staging.isOn { Staging.enter(function) }
      Tape.site = site
      return try call()
    } catch { throw passed(error, through: function, site: site, operands()) }
  }

  /// The comparison of two plain numbers.
  @inline(__always)
  static func compare(_ comparison: Numerics.Comparison, _ x: Tensor, _ y: Tensor) -> Value {
    let holds = comparison.holds(x.scalar, y.scalar)
    if Staging.isOn { Staging.decide(comparison, x, y, holds) }
    return .bool(holds)
  }

  /// The comparison of any two values, at its place in the program.
  @inline(__always)
  static func compare(_ op: ComparisonOperator, _ a: Value, _ b: Value, _ site: Int32) throws -> Value {
    do {
      Tape.site = site
      if PlanTrace.isOn, let comparison = op.meaning.elementwise, case .tensor(let x) = a, x.isScalar,
        x.type == .f64, case .tensor(let y) = b, y.isScalar, y.type == .f64
      {
        return compare(comparison, x, y)
      }
      let outcome = try Arithmetic.compare(op, a, b)
      if Staging.isOn { Staging.decide(op.meaning.elementwise, a, b, outcome) }
      return outcome
    } catch { throw located(error, site: site, [a, b]) }
  }

  /// A value that decides how the evaluation goes on: which element is taken, how many turns there are.
  @inline(__always)
  static func deciding(_ value: Value) -> Value {
    if Staging.isOn { Staging.look(at: value) }
    return value
  }

  /// Something happens that a recording would not show.
  @inline(__always)
  static func effect() {
    if Staging.isOn { Staging.giveUp() }
  }
}
