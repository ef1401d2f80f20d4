// How a turn of a loop is written down: what it may change carries marks while the program runs it.

import Numerics

extension LoopPlanner {
  func watched(_ frame: Frame, _ turn: () throws -> Flow) throws -> Flow {
    try watched(frame, item: nil) { _ in try turn() }
  }

  /// A turn of the program, written down where that may pay.
  func watched(_ frame: Frame, item: Double?, _ turn: (Value) throws -> Flow) throws -> Flow {
    let item = item.map { Value.number($0) } ?? .nothing
    guard traces < LoopPlanner.mostTraces, ways.count < LoopPlanner.mostPlans, !isOver, !isFresh, !Watch.isOn
    else {
      return try turn(item)
    }
    count(1)
    let (flow, way) = try trace(frame, item, turn)
    if let way {
      add(way)
    } else {
      gaveUp()
    }
    return flow
  }

  /// Runs a turn and writes it down; no way where that cannot be.
  private func trace(
    _ frame: Frame, _ item: Value, _ turn: (Value) throws -> Flow
  ) throws -> (flow: Flow, way: Way?) {
    let before = assigned.map { $0.read(frame) }
    guard before.allSatisfy(LoopPlanner.isPlain), areWritable(frame) else {
      return (try turn(item), nil)
    }
    let trace = PlanTrace.begin()
    let watch = Staging.begin(trace)
    defer {
      Staging.end()
      trace.end()
      for variable in assigned + text.written { unmark(variable, frame) }
      // What `return` gave.
      frame.result = frame.result.withoutMarks
    }
    var carried: [Tensor] = []
    for (variable, value) in zip(assigned, before) {
      variable.write(
        frame,
        value.mapLeaves { leaf in
          guard case .tensor(let tensor) = leaf, LoopPlanner.isCarried(tensor) else { return leaf }
          carried.append(trace.carried(tensor))
          return .tensor(carried[carried.count - 1])
        })
    }
    for (output, variable) in text.written.enumerated() {
      variable.change(frame) {
        if let tensor = $0.takeTensor() { $0 = .tensor(trace.written(tensor, output)) }
      }
    }
    var counter: Tensor?
    if case .tensor(let number) = item { counter = trace.carried(number) }
    let flow = try turn(counter.map { .tensor($0) } ?? item)
    guard flow == .next || flow == .continueLoop, !trace.gaveUp else { return (flow, nil) }
    return (flow, way(trace, watch, before, carried, counter, frame))
  }

  private func way(
    _ trace: PlanTrace, _ watch: StagingWatch, _ before: [Value], _ carried: [Tensor], _ counter: Tensor?,
    _ frame: Frame
  ) -> Way? {
    var shapes: [Shape] = []
    for (output, variable) in text.written.enumerated() {
      guard case .tensor(let tensor) = variable.read(frame), trace.output(of: tensor) == output else {
        return nil
      }
      shapes.append(tensor.shape)
    }
    var results: [Tensor] = []
    var origins: [Int32?] = []
    var pattern: [Value] = []
    for (variable, old) in zip(assigned, before) {
      let new = variable.read(frame)
      let fits = new.agrees(with: old) { leaf, old in
        guard case .tensor(let after) = leaf, case .tensor(let before) = old,
          LoopPlanner.isCarried(before)
        else { return leaf.isSame(as: old) }
        results.append(after)
        if let origin = after.origin { origins.append(after.storage === before.storage ? nil : origin) }
        return after.shape == before.shape && after.type == .f64
      }
      let after = new.withoutMarks
      guard fits, LoopPlanner.isPlain(after) else { return nil }
      pattern.append(after)
    }
    guard let plan = LoopPlan(trace, carried: carried, results: results, item: counter) else { return nil }
    let isOther = shapes != self.shapes || zip(pattern, self.pattern).contains { !agree($0, $1) }
    if isOther { ways = [] }
    (self.pattern, self.shapes) = (pattern, shapes)
    // Those of the loop's own call are among the variables that it reads.
    let variables = watch.variables.filter {
      if case .slot(let other, _, _) = $0 { other.serial < frame.serial } else { true }
    }
    return Way(plan: plan, origins: origins, variables: variables, depth: watch.depth)
  }

  /// Whether two values differ in numbers alone.
  private func agree(_ a: Value, _ b: Value) -> Bool {
    a.agrees(with: b) { a, b in
      guard case .tensor(let x) = a, case .tensor(let y) = b, LoopPlanner.isCarried(x) else {
        return a.isSame(as: b)
      }
      return x.shape == y.shape && x.type == y.type
    }
  }

  /// Whether a plan can begin with a value: a library's record is more than its fields.
  static func isPlain(_ value: Value) -> Bool {
    switch value {
    case .tuple(let tuple): (0..<tuple.count).allSatisfy { isPlain(tuple[$0]) }
    case .record(let record): record.tag == nil && record.payload == nil && record.items.allSatisfy(isPlain)
    case .tensor(let tensor): tensor.isPlain
    default: true
    }
  }

  private func areWritable(_ frame: Frame) -> Bool {
    text.written.allSatisfy {
      if case .tensor(let tensor) = $0.read(frame) {
        tensor.isPlain && tensor.type == .f64 && !tensor.isScalar
      } else {
        false
      }
    }
  }

  private func unmark(_ variable: LoopVariable, _ frame: Frame) {
    variable.change(frame) { value in
      // Taken out, so that nobody else holds it.
      if let tensor = value.takeTensor() {
        value = .tensor(tensor.primal)
      } else {
        value = value.withoutMarks
      }
    }
  }
}

extension Value {
  /// The same object where nothing in it carries a mark.
  var withoutMarks: Value {
    guard !isConstant else { return self }
    return mapLeaves(keepsTags: true) { leaf in
      guard case .tensor(let tensor) = leaf else { return leaf }
      return .tensor(tensor.primal)
    }
  }
}
