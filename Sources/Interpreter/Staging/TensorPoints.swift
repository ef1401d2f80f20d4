// Points that compute with tensors, such as a loss over a plane through its weights: one is run once more with a tape that
// follows its numbers, and the plan of that tape gives the value of the others, on as many threads as there are.

import Numerics

extension PointPlanner {
  /// Points for which a plan is compared with the program first. They agree, or something was overlooked.
  private static let trials = 2
  /// How often they did not.
  nonisolated(unsafe) private(set) static var failedTrials = 0

  /// Runs a point, and records it where the run has shown that it does nothing but compute.
  func recorded(
    _ point: [Value], _ program: ([Value]) throws -> Value
  ) throws -> (value: Value, plan: TensorValues?) {
    let value = try watched(point, program)
    guard value.isQuiet, case .tensor(let result) = value.value, result.isScalar,
      result.type == .f64 || result.type == .f32
    else { return (value.value, nil) }
    let numbers = point.compactMap { if case .tensor(let x) = $0, x.isScalar { x } else { nil } }
    guard numbers.count == point.count else { return (value.value, nil) }
    let (site, depth) = (Tape.site, Machine.depth)
    guard let tape = try? Tape.open(.reverse), let watch = Staging.begin(on: tape) else {
      return (value.value, nil)
    }
    defer {
      Staging.end()
      tape.close()
      (Tape.site, Machine.depth, Tape.cut) = (site, depth, nil)
    }
    let variables = numbers.map { tape.variable($0) }
    let plan = TensorPlan.followingLabels { () -> TensorValues? in
      enterFunction()
      guard let again = try? program(variables.map { .tensor($0) }), case .tensor(let y) = again,
        watch.isWhole
      else { return nil }
      return TensorValues(tape, of: variables, to: y)
    }
    return (value.value, plan?.type == result.type ? plan : nil)
  }

  /// Runs a point and tells whether it had no effect that could be seen.
  private func watched(
    _ point: [Value], _ program: ([Value]) throws -> Value
  ) throws -> (value: Value, isQuiet: Bool) {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    guard let watch = Staging.begin(on: tape) else { return (try program(point), false) }
    defer { Staging.end() }
    enterFunction()
    return (try program(point), !watch.gaveUp)
  }

  /// The values of all points, the first of which are known.
  ///
  /// - Parameter program: computes the point of a number.
  func values(
    _ first: [Value], _ inputs: [Input], _ count: Int, _ site: Int32, by plan: TensorValues,
    _ program: (Int) throws -> Value
  ) throws -> Values {
    try Memory.reserve(2 * count * MemoryLayout<Double>.stride)
    var numbers = [Double](repeating: 0, count: count)
    var isDone = [Bool](repeating: false, count: count)
    var others: [Int: Value] = [:]
    func put(_ value: Value, _ index: Int) {
      isDone[index] = true
      if case .tensor(let x) = value, x.isPlain, x.isScalar, x.type == plan.type {
        numbers[index] = x.scalar
      } else {
        others[index] = value
      }
    }
    for (index, value) in first.enumerated() { put(value, index) }
    var next = first.count
    func run(_ range: Range<Int>) throws {
      try PointPlanner.withPoints(inputs) { points in
        try numbers.withUnsafeMutableBufferPointer { numbers in
          try isDone.withUnsafeMutableBufferPointer { isDone in
            guard let numbers = numbers.baseAddress, let isDone = isDone.baseAddress else { return }
            try plan.run(points, range, numbers, isDone)
          }
        }
      }
    }
    var agrees = true
    while agrees, next < min(first.count + PointPlanner.trials, count) {
      try run(next..<next + 1)
      let claimed = isDone[next] ? numbers[next] : nil
      put(try program(next), next)
      if let claimed { agrees = others[next] == nil && PointPlanner.areSame(numbers[next], claimed) }
      next += 1
    }
    if agrees {
      try run(next..<count)
      LoopPlanner.count(turns: count - next)
    } else {
      PointPlanner.failedTrials += 1
      giveUpTensors()
    }
    for index in next..<count where !isDone[index] { put(try program(index), index) }
    Tape.site = site
    guard !others.isEmpty else {
      return .stacked(Tensor(numbers, shape: Shape([count]), type: plan.type))
    }
    return .separate((0..<count).map { others[$0] ?? .tensor(Tensor(numbers[$0], type: plan.type)) })
  }

  private static func areSame(_ a: Double, _ b: Double) -> Bool {
    a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
  }
}
