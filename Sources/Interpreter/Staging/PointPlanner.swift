// What is computed for many points that do not depend on each other: the items of a comprehension, the slices of `vmap`, the
// points of a figure. One point is written down while the program runs it, and the plan of it stands for all those whose
// decisions fall as they did there, a block of points at a time. For the others the program runs, in their order.

import Numerics

/// The plans of what is computed for points.
package final class PointPlanner {
  /// Points that the program runs before one is written down, and how many are to come at least. Measured on
  /// `[x^2 + 1 for x in xs]`: 64 points take 9 µs without a plan and 13 with it, 200 points 27 and 14.
  private static let (pointsBefore, fewestPoints) = (16, 80)
  /// Numbers that points are computed from: 128 MB, which are there at once.
  private static let mostNumbers = 1 << 24
  /// Fewer at a time are done by the program. Measured: a block of 3 points takes 4 µs, each of them by the program 0.3.
  private static let fewestAtOnce = 16
  /// Ways through the program that are kept, and how often a point is written down.
  private static let (mostPlans, mostTraces) = (4, 8)
  /// How often where none succeeds.
  private static let mostFailures = 3

  private var plans: [PointPlan] = []
  /// The plan of points that compute with tensors.
  private var tensors: TensorValues?
  private var hasTriedTensors = false
  /// The function that computes points, where it is not the program that is compiled around them.
  private let function: Function?
  /// That of each point's value.
  private var shape: Shape?
  private var origin: Int32?
  private var seen = 0
  private var traces = 0

  init(_ function: Function? = nil) { self.function = function }

  /// A planner where plans are made now.
  package static func planner(_ function: Function? = nil) -> PointPlanner? {
    LoopPlanner.mayPlan ? PointPlanner(function) : nil
  }

  /// Whether it may pay to compute so many points here; if not, they are computed elsewhere.
  func pays(for count: Int) -> Bool {
    guard LoopPlanner.isEager || count >= PointPlanner.fewestAtOnce, count <= PointPlanner.mostNumbers,
      !plans.isEmpty || tensors != nil || mayTrace
    else { return false }
    guard !isReady(for: count) else { return true }
    seen += count
    return false
  }

  /// Whether a point is to be written down where so many are to come.
  private func isReady(for count: Int) -> Bool {
    guard !LoopPlanner.isEager else { return seen + count > 1 }
    return !plans.isEmpty || tensors != nil
      || seen + count >= PointPlanner.pointsBefore + PointPlanner.fewestPoints
  }

  /// Something that a point is computed from.
  package enum Input {
    /// A number or a small tensor that all points share; it may be another for other points.
    case same(Tensor)
    /// A number for each point.
    case numbers([Double])
    /// The entries of the first axis of an f64 tensor.
    case rows(Tensor)

    /// What all points share, where it is a number or a small tensor.
    init?(shared value: Value) {
      guard case .tensor(let tensor) = value, tensor.isPlain,
        LoopPlanner.isCarried(tensor) || tensor.isScalar && tensor.type == .f32
      else { return nil }
      self = .same(tensor)
    }

    /// The entries of a tensor, where they are numbers or small tensors.
    init?(entriesOf tensor: Tensor) {
      guard tensor.isPlain, tensor.rank > 0, tensor.count > 0, tensor.count <= PointPlanner.mostNumbers,
        tensor.type == .f64 || tensor.type == .f32 && tensor.rank == 1,
        tensor.count / tensor.shape[0] <= PlanTrace.mostElements
      else { return nil }
      self = .rows(tensor)
    }

    fileprivate func value(_ point: Int) throws -> Value {
      switch self {
      case .same(let tensor): .tensor(tensor)
      case .numbers(let numbers): .number(numbers[point])
      case .rows(let tensor): .tensor(try tensor.row(point))
      }
    }

    fileprivate var isSame: Bool { if case .same = self { true } else { false } }
  }

  /// The inputs at one point, which is changed from one to the next.
  private struct Point {
    let inputs: [Input]
    var values: [Value]

    init(_ inputs: [Input]) throws {
      self.inputs = inputs
      values = try inputs.map { try $0.value(0) }
    }

    mutating func move(to point: Int) throws {
      for (place, input) in inputs.enumerated() where !input.isSame { values[place] = try input.value(point) }
    }
  }

  /// The values of points.
  package enum Values {
    case stacked(Tensor)
    case separate([Value])

    package func stack() throws -> Value {
      switch self {
      case .stacked(let tensor): .tensor(tensor)
      case .separate(let values): try Stacking.stack(values)
      }
    }

    package var separate: [Value] {
      get throws {
        switch self {
        case .stacked(let tensor): try Iteration.items(.tensor(tensor))
        case .separate(let values): values
        }
      }
    }
  }

  /// Computes points by plans where that may pay now, else one after the other.
  ///
  /// - Parameter function: what computes them.
  package static func values(
    of function: Function, _ inputs: [Input], count: Int, site: Int32, _ program: ([Value]) throws -> Value
  ) throws -> Values {
    if let planner = planner(function), planner.pays(for: count) {
      return try planner.values(inputs, count: count, site: site, program)
    }
    guard count > 0 else { return .separate([]) }
    try Iteration.reserve(count)
    var point = try Point(inputs)
    return .separate(
      try (0..<count).map { index in
        try Machine.poll()
        try point.move(to: index)
        return try program(point.values)
      })
  }

  /// Computes all points.
  ///
  /// - Parameters:
  ///   - site: where the tensor of all values is made.
  ///   - program: computes a point from what its inputs are there.
  package func values(
    _ inputs: [Input], count: Int, site: Int32, _ program: ([Value]) throws -> Value
  ) throws -> Values {
    var values: [Value] = []
    guard count > 0 else { return .separate(values) }
    var place = try Point(inputs)
    func point(_ index: Int) throws -> Value {
      try Machine.poll()
      try place.move(to: index)
      return try computed(place.values, count - index - 1, program)
    }
    while plans.isEmpty, tensors == nil, values.count < count {
      if values.count == values.capacity { try Iteration.reserve(2 * values.count) }
      values.append(try point(values.count))
    }
    if let tensors, values.count < count {
      return try self.values(values, inputs, count, site, by: tensors) { index in
        try Machine.poll()
        try place.move(to: index)
        return try program(place.values)
      }
    }
    guard values.count < count, let shape else { return .separate(values) }
    let start = values.count
    Tape.site = site
    var result = try Tensor.zeros(Shape([count] + shape), .f64)
    guard let numbers = result.ownElements() else { return .separate(values) }
    let width = shape.elementCount
    var isDone = [Bool](repeating: false, count: count)
    /// What has another shape or type.
    var others: [Int: Value] = [:]
    func put(_ value: Value, _ index: Int) {
      isDone[index] = true
      guard case .tensor(let tensor) = value, tensor.isPlain, tensor.type == .f64, tensor.shape == shape
      else {
        others[index] = value
        return
      }
      for element in 0..<width { numbers[index * width + element] = tensor.element(element) }
    }
    for (index, value) in values.enumerated() { put(value, index) }
    values = []
    var tried = 0
    var index = start
    while index < count {
      // A way that was found for the last point may be that of others.
      while tried < plans.count {
        try run(plans[tried], inputs, count, numbers, &isDone)
        tried += 1
      }
      while index < count, isDone[index] { index += 1 }
      guard index < count else { break }
      put(try point(index), index)
      index += 1
    }
    LoopPlanner.count(turns: count - start)
    guard others.isEmpty else { return .separate(try separated(result, others)) }
    return .stacked(result)
  }

  private func run(
    _ plan: PointPlan, _ inputs: [Input], _ count: Int, _ numbers: UnsafeMutablePointer<Double>,
    _ isDone: inout [Bool]
  ) throws {
    try PointPlanner.withPoints(inputs) { points in
      try isDone.withUnsafeMutableBufferPointer { isDone in
        guard let isDone = isDone.baseAddress else { return }
        try plan.run(points, count: count, numbers, isDone)
      }
    }
  }

  /// Where the numbers of inputs are.
  static func withPoints(_ inputs: [Input], _ body: ([PointPlan.Input]) throws -> Void) throws {
    // What is pointed at stays where it is: nobody else holds these.
    var room: [[Double]] = []
    for input in inputs {
      switch input {
      case .same(let tensor): room.append((0..<tensor.count).map { tensor.element($0) })
      case .numbers(let numbers): room.append(numbers)
      case .rows(let tensor): room.append(tensor.doubles)
      }
    }
    var points: [PointPlan.Input] = []
    try PointPlanner.withPointers(room) { pointers in
      for (input, pointer) in zip(inputs, pointers) {
        switch input {
        case .same(let tensor): points.append(PointPlan.Input(pointer, stride: 0, count: tensor.count))
        case .numbers: points.append(PointPlan.Input(pointer, stride: 1, count: 1))
        case .rows(let tensor):
          let width = tensor.count / tensor.shape[0]
          points.append(PointPlan.Input(pointer, stride: width, count: width))
        }
      }
      try body(points)
    }
  }

  private static func withPointers(
    _ arrays: [[Double]], _ pointers: [UnsafePointer<Double>] = [],
    _ body: ([UnsafePointer<Double>]) throws -> Void
  ) throws {
    guard pointers.count < arrays.count else { return try body(pointers) }
    try arrays[pointers.count].withUnsafeBufferPointer { buffer in
      guard let pointer = buffer.baseAddress else { return }
      try withPointers(arrays, pointers + [pointer], body)
    }
  }

  /// The values one by one, where some are not like the rest.
  private func separated(_ result: Tensor, _ others: [Int: Value]) throws -> [Value] {
    try Iteration.reserve(result.shape[0])
    if let origin { Tape.site = origin }
    var values: [Value] = []
    values.reserveCapacity(result.shape[0])
    for index in 0..<result.shape[0] { values.append(try others[index] ?? .tensor(result.row(index))) }
    return values
  }

  // MARK: Points by the program

  /// - Parameter count: how many are to come.
  private func computed(
    _ point: [Value], _ count: Int, _ program: ([Value]) throws -> Value
  ) throws -> Value {
    seen += 1
    guard seen > (LoopPlanner.isEager ? 1 : PointPlanner.pointsBefore), isReady(for: count), mayTrace else {
      return try program(point)
    }
    let areNumbers = point.allSatisfy { if case .tensor(let x) = $0 { x.type == .f64 } else { false } }
    if areNumbers, traces == 0 || !plans.isEmpty { return try traced(point, program) }
    guard !hasTriedTensors else { return areNumbers ? try traced(point, program) : try program(point) }
    hasTriedTensors = true
    traces += 1
    let (value, tensors) = try recorded(point, program)
    self.tensors = tensors
    return value
  }

  private var mayTrace: Bool {
    // What cannot be written down now will hardly be able to later.
    let most = plans.isEmpty ? PointPlanner.mostFailures : PointPlanner.mostTraces
    return traces < most && plans.count < PointPlanner.mostPlans && LoopPlanner.mayPlan
  }

  /// What computes the points is judged like what it calls.
  func enterFunction() {
    if let function { Staging.enter(function) }
  }

  /// The plan of tensors was wrong.
  func giveUpTensors() { tensors = nil }

  /// Runs a point and writes it down.
  private func traced(_ point: [Value], _ program: ([Value]) throws -> Value) throws -> Value {
    traces += 1
    let trace = PlanTrace.begin()
    _ = Staging.begin(trace)
    defer {
      Staging.end()
      trace.end()
    }
    enterFunction()
    let marked = point.compactMap { value -> Tensor? in
      if case .tensor(let tensor) = value { trace.carried(tensor) } else { nil }
    }
    let value = try program(marked.map { .tensor($0) })
    guard case .tensor(let tensor) = value, shape == nil || shape == tensor.shape,
      let plan = PointPlan(trace, inputs: marked, result: tensor)
    else { return value.withoutMarks }
    shape = tensor.shape
    origin = tensor.origin
    plans.append(plan)
    return value.withoutMarks
  }
}
