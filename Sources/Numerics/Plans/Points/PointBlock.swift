import CPlan
import CVector

/// The columns of a block of points, and what steps do with them.
struct PointBlock {
  private let numbers: UnsafeMutablePointer<Double>
  private let block: Int
  /// For each point 1 as long as no guard has failed for it.
  let isAlive: UnsafeMutablePointer<UInt8>
  private let outcomes: UnsafeMutablePointer<UInt8>

  /// - Parameter numbers: room for two columns more than there are.
  init(_ numbers: UnsafeMutablePointer<Double>, block: Int, columns: Int) {
    self.numbers = numbers
    self.block = block
    isAlive = UnsafeMutableRawPointer(numbers + columns * block).assumingMemoryBound(to: UInt8.self)
    outcomes = UnsafeMutableRawPointer(numbers + (columns + 1) * block).assumingMemoryBound(to: UInt8.self)
  }

  @inline(__always)
  subscript(column: Int32) -> UnsafeMutablePointer<Double> { numbers + Int(column) * block }

  func hasAlive(_ count: Int) -> Bool {
    for i in 0..<count where isAlive[i] != 0 { return true }
    return false
  }

  // MARK: Steps

  private typealias Unary = @convention(c) (Double) -> Double
  private typealias Binary = @convention(c) (Double, Double) -> Double

  func compute(_ step: PointPlan.Step, _ count: Int) {
    let (plan, loop) = (step.step, step.loop)
    let y = self[plan.y]
    let a = self[plan.a]
    switch Int(plan.kind) {
    case PLAN_add, PLAN_subtract, PLAN_multiply, PLAN_divide:
      vector_binary_f64(loop, a, 1, self[plan.b], 1, y, count)
    case PLAN_negate, PLAN_square, PLAN_squareRoot: vector_unary_f64(loop, a, y, count)
    case PLAN_multiplyAdd:
      let (b, c) = (self[plan.b], self[plan.c])
      for i in 0..<count { y[i] = a[i] * b[i] + c[i] }
    case PLAN_multiplySubtract:
      let (b, c) = (self[plan.b], self[plan.c])
      for i in 0..<count { y[i] = a[i] * b[i] - c[i] }
    case PLAN_subtractProduct:
      let (b, c) = (self[plan.b], self[plan.c])
      for i in 0..<count { y[i] = c[i] - a[i] * b[i] }
    case PLAN_unary:
      if loop >= 0 { return vector_unary_f64(loop, a, y, count) }
      let function = unsafeBitCast(plan.function, to: Unary.self)
      for i in 0..<count { y[i] = function(a[i]) }
    case PLAN_binary:
      let b = self[plan.b]
      if loop >= 0 { return vector_binary_f64(loop, a, 1, b, 1, y, count) }
      if loop == PointColumns.powersOfConstant { return vector_powersOf_f64(a[0], b, y, count) }
      let function = unsafeBitCast(plan.function, to: Binary.self)
      for i in 0..<count { y[i] = function(a[i], b[i]) }
    case PLAN_rule:
      let (b, c, d) = (self[plan.b], self[plan.c], self[plan.d])
      let function = unsafeBitCast(plan.function, to: PlanRule.self)
      for i in 0..<count { y[i] = function(plan.argument, c[i], a[i], b[i], d[i]) }
    default: preconditionFailure("a step that is none of points")
    }
  }

  /// Takes out the points for which a guard does not hold.
  func keep(_ step: PointPlan.Step, _ count: Int) {
    let plan = step.step
    let a = self[plan.a]
    switch Int(plan.kind) {
    case PLAN_finite:
      for i in 0..<count where (a[i] - a[i] == 0) != (plan.c != 0) { isAlive[i] = 0 }
    case PLAN_index:
      let last = Double(plan.b)
      for i in 0..<count where !(a[i] >= 1 && a[i] <= last && a[i] == a[i].rounded(.towardZero)) {
        isAlive[i] = 0
      }
    default:
      vector_compare_f64(step.loop, a, 1, self[plan.b], 1, outcomes, count)
      for i in 0..<count where (outcomes[i] != 0) != (plan.c != 0) { isAlive[i] = 0 }
    }
  }

  /// Elements of a tensor at places that a guard before has judged; 0 for points that are out.
  func load(_ plan: PlanStep, _ storage: Storage, _ count: Int) {
    let (a, y) = (self[plan.a], self[plan.y])
    let elements = storage.f64
    for i in 0..<count {
      y[i] = isAlive[i] == 0 ? 0 : elements[(wholeNumber(a[i]) - 1) * Int(plan.c) + Int(plan.d)]
    }
  }

  /// A whole number that a guard has found to be one.
  @inline(__always)
  private func wholeNumber(_ x: Double) -> Int { Int(exactly: x) ?? 1 }

  /// An operation by its kernel, for the points that are left.
  func call(_ call: PointPlan.Call, _ registers: inout [Double], _ count: Int) {
    registers.withUnsafeMutableBufferPointer { registers in
      guard let numbers = registers.baseAddress else { return }
      for i in 0..<count where isAlive[i] != 0 {
        for (register, column) in call.operands { numbers[Int(register)] = self[column][i] }
        guard call.call.run(numbers) else {
          isAlive[i] = 0
          continue
        }
        for (register, column) in call.results { self[column][i] = numbers[Int(register)] }
      }
    }
  }
}
