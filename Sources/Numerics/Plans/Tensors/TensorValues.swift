// The value of a function of numbers that computes with tensors, for many points: the way there of a tape as a plan, in
// as many copies as there are threads.

/// Plans of one value, one for each thread.
public final class TensorValues {
  private let plans: [TensorPlan]
  private let work: Int
  /// The type of the value.
  public let type: ElementType

  /// - Parameters:
  ///   - inputs: the numbers that a point is made of, followed by the tape.
  ///   - output: what came of them, a number.
  /// - Returns: `nil` where the tape holds more than a plan of tensors can do.
  public init?(_ tape: Tape, of inputs: [Tensor], to output: Tensor) {
    guard let recording = Tape.recordings?[tape.level], !TensorLabels.areLost,
      recording.isPlannable(TapeTensors.mostNodes), output.isScalar, inputs.allSatisfy(\.isScalar),
      let top = tape.node(of: output)
    else { return nil }
    let nodes = inputs.compactMap { tape.node(of: $0) }
    guard nodes.count == inputs.count,
      let lowering = TapeTensors(recording, nodes, differentiated: nodes.count), lowering.isActive[top]
    else { return nil }
    let result = (lowering.values[top].place, lowering.values[top].type)
    var plans: [TensorPlan] = []
    repeat {
      guard let plan = TensorPlan(lowering.builder, lowering.inputs, [], output: result) else { return nil }
      plans.append(plan)
    } while plans[0].isPure && plans.count < Workers.count
    self.plans = plans
    work = plans[0].work
    type = result.1
  }

  /// Computes the points that are not done yet. Some may stay undone: those the program must say something of.
  ///
  /// - Parameters:
  ///   - points: the numbers of the inputs.
  ///   - isDone: for each point whether it has its value.
  /// - Throws: an interruption; some points are done then.
  public func run(
    _ points: [PointPlan.Input], _ range: Range<Int>, _ values: UnsafeMutablePointer<Double>,
    _ isDone: UnsafeMutablePointer<Bool>
  ) throws {
    let parts = min(plans.count, range.count)
    guard parts > 0 else { return }
    let (weight, isHuge) = work.multipliedReportingOverflow(by: range.count / parts)
    try Workers.share(parts, weight: isHuge ? .max : weight) { part in
      let plan = plans[part]
      let first = range.lowerBound + range.count * part / parts
      for point in first..<range.lowerBound + range.count * (part + 1) / parts where !isDone[point] {
        for (input, numbers) in points.enumerated() {
          plan.set(input, number: numbers.elements[point * numbers.stride])
        }
        guard plan.runSteps(sharing: false) else { continue }
        values[point] = plan.number
        isDone[point] = true
      }
    }
  }
}
