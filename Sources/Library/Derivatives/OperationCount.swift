import Interpreter
import Numerics

extension Differentiation {
  /// The operations on numbers that an outer tape records while `f` runs at `x`. A gradient inside `f`
  /// records its way back too, so the price of ∇ is counted with the same measure as that of the value.
  static func operationCount(_ f: Function, _ x: Value) throws -> Int {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    tape.showsFormulas = true
    _ = try f.call(at: try x.traced(on: tape, parameter: 0, of: f))
    return tape.operationCount
  }
}
