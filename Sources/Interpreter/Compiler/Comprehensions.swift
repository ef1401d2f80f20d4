import Numerics
import Syntax

extension Compiler {
  /// `[body for y in ys, x in xs if c]`: the first clause is the outermost axis.
  func comprehension(
    _ body: Expression, _ clauses: [Clause], _ condition: Expression?, _ span: Span
  ) -> Evaluate {
    let ownFrame = body.makesFunctions || condition?.makesFunctions == true
    let site = site(span, [body.span])
    let outer = scope
    var levels: [ComprehensionLevel] = []
    for clause in clauses {
      let source = loopSource(clause.source)
      _ = openTurn([clause.pattern], ownFrame: ownFrame)
      levels.append(
        ComprehensionLevel(
          source: source, bind: binder(clause.pattern), layout: ownFrame ? scope.layout : nil))
    }
    let test = condition.map { self.condition($0, of: "the filter of a comprehension") }
    let comprehension = Comprehension(
      levels: levels, test: test, body: expression(body), site: site,
      isPlannable: condition == nil && body.isPointwise && clauses.allSatisfy { $0.pattern.onlyName != nil })
    scope = outer
    return { frame in
      let planner = comprehension.isPlannable ? PointPlanner.planner() : nil
      let values = try comprehension.values([], frame, planner)
      Tape.site = site
      do {
        return try values.stack()
      } catch { throw located(error, site: site, try values.separate) }
    }
  }
}

extension Expression {
  /// Whether it may be computed for many points at once: it leaves no variable around it changed.
  fileprivate var isPointwise: Bool {
    guard [Statement(.expression(self), span)].isPlannable else { return false }
    return !SyntaxNode.expression(self).contains { node in
      guard case .statement(let statement) = node else { return false }
      if case .expression = statement.kind { return false }
      return true
    }
  }
}

/// What one `for` of a comprehension goes through.
private struct ComprehensionLevel {
  let source: (Frame) throws -> Compiler.LoopItems
  let bind: (Frame, Value) throws -> Void
  /// Of the frame that a turn has of its own where functions are made in it.
  let layout: FrameLayout?

  func frame(in outer: Frame) -> Frame {
    layout.map { Frame(count: $0.count, parent: outer) } ?? outer
  }
}

private struct Comprehension {
  /// An item of a level and the frame in which it is bound.
  typealias Turn = (frame: Frame, item: Value)

  let levels: [ComprehensionLevel]
  let test: ((Frame) throws -> Bool)?
  let body: Evaluate
  let site: Int32
  let isPlannable: Bool

  /// The values below the turns of the levels outside.
  func values(_ turns: [Turn], _ frame: Frame, _ planner: PointPlanner?) throws -> PointPlanner.Values {
    let level = levels[turns.count]
    let items = try level.source(frame)
    if let planner, turns.count + 1 == levels.count,
      let points = try points(items, turns, level, frame, planner)
    {
      return points
    }
    var values: [Value] = []
    try items.each { item in
      try Machine.poll()
      var inner = level.frame(in: frame)
      defer { if inner !== frame { FrameCycles.turnEnded(&inner) } }
      try level.bind(inner, item)
      if turns.count + 1 < levels.count {
        let row = try self.values(turns + [(inner, item)], inner, planner)
        if test == nil {
          Tape.site = site
          values.append(try row.stack())
        } else {
          values += try row.separate
        }
      } else if try test?(inner) ?? true {
        if values.count == values.capacity { try Iteration.reserve(2 * values.count) }
        values.append(try body(inner))
      }
      return true
    }
    return .separate(values)
  }

  /// The innermost level by plans; `nil` where its items are not numbers or small tensors.
  private func points(
    _ items: Compiler.LoopItems, _ turns: [Turn], _ level: ComprehensionLevel, _ frame: Frame,
    _ planner: PointPlanner
  ) throws -> PointPlanner.Values? {
    guard let (own, count) = try items.points(planner) else { return nil }
    var inputs: [PointPlanner.Input] = []
    for turn in turns {
      if let input = PointPlanner.Input(shared: turn.item) { inputs.append(input) }
    }
    // What is no number is a constant of the plans: those of another item are others.
    let isWhole = inputs.count == turns.count
    let outside = isWhole ? turns : []
    let planner = isWhole ? planner : PointPlanner()
    // A point that is written down has marks in these variables.
    func bind(_ values: [Value]) throws {
      for (depth, turn) in outside.enumerated() { try levels[depth].bind(turn.frame, values[depth]) }
    }
    defer { try? bind(outside.map(\.item)) }
    return try planner.values((isWhole ? inputs : []) + [own], count: count, site: site) { values in
      try bind(values)
      var inner = level.frame(in: frame)
      defer { if inner !== frame { FrameCycles.turnEnded(&inner) } }
      try level.bind(inner, values[values.count - 1])
      return try body(inner)
    }
  }
}

extension Compiler.LoopItems {
  /// The items as points, and how many there are; `nil` where they are something else, or too few.
  fileprivate func points(_ planner: PointPlanner) throws -> (input: PointPlanner.Input, count: Int)? {
    switch self {
    case .range(let range):
      guard planner.pays(for: range.count) else { return nil }
      try Memory.reserve(range.count * MemoryLayout<Double>.stride)
      return (.numbers((0..<range.count).map { range.element($0) }), range.count)
    case .numbers(let tensor), .other(.tensor(let tensor)):
      guard tensor.rank > 0, planner.pays(for: tensor.shape[0]) else { return nil }
      return PointPlanner.Input(entriesOf: tensor).map { ($0, tensor.shape[0]) }
    case .other: return nil
    }
  }
}
