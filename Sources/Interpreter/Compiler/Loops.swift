// `while` and `for`: turn by turn, or by plans where turns are alike.

import Numerics
import Syntax

extension Compiler {
  func whileLoop(_ test: Expression, _ body: [Statement]) -> Execute {
    let memory = isPlannable(body, with: test) ? loopText(body, test).map(LoopMemory.init) : nil
    let test = condition(test, of: "while")
    let run = sequence(body, keepsValue: false)
    return { frame in
      var planner = LoopPlanner.kept(memory, frame)
      let turnsBefore = LoopPlanner.turnsBefore(memory)
      var turn = 0
      defer { memory?.end(planner, turn, frame) }
      while true {
        if turn == turnsBefore, planner == nil { planner = LoopPlanner.planner(memory, from: turn) }
        let flow: Flow
        if let planner, planner.isReady(turn) {
          turn += try planner.run(frame, from: turn, to: Int.max)
          try Machine.poll()
          flow = try planner.watched(frame) {
            try test(frame) ? try Compiler.turn(run, frame) : .breakLoop
          }
        } else {
          guard try test(frame) else { return .next }
          try Machine.poll()
          flow = try Compiler.turn(run, frame)
        }
        switch flow {
        case .breakLoop: return .next
        case .returned: return .returned
        case .next, .continueLoop: turn += 1
        }
      }
    }
  }

  /// Whether a plan may stand for turns of a loop.
  private func isPlannable(_ body: [Statement], with test: Expression? = nil) -> Bool {
    guard body.isPlannable else { return false }
    return test.map { [Statement(.expression($0), $0.span)].isPlannable } ?? true
  }

  /// A turn of a loop; a `break` from inside an expression arrives thrown.
  @inline(__always)
  private static func turn(_ run: Execute, _ frame: Frame) throws -> Flow {
    do {
      return try run(frame)
    } catch let out as FlowOut {
      if out.flow == .returned { frame.result = out.value }
      return out.flow
    }
  }

  /// What one turn binds, in the function's own frame or, where the body makes functions, in a frame
  /// of its own, so that each closure keeps its turn's variables.
  struct TurnScope {
    let bind: (Frame, Value) throws -> Void
    let ownFrame: FrameLayout?

    @inline(__always)
    func frame(in outer: Frame) -> Frame {
      guard let layout = ownFrame else { return outer }
      return Frame(count: layout.count, parent: outer)
    }
  }

  /// Opens the scope of a turn; the caller compiles the body in it and then closes it.
  func openTurn(_ patterns: [Pattern], ownFrame: Bool) -> NameScope {
    let outer = scope
    let layout = ownFrame ? FrameLayout(parent: outer.layout) : outer.layout
    scope = NameScope(layout: layout, parent: outer, isFunction: false)
    for pattern in patterns { for name in pattern.names { scope.bind(name, alwaysSet: true) } }
    return outer
  }

  /// Stores a value into the pattern's slots of the current scope.
  func binder(_ pattern: Pattern) -> (Frame, Value) throws -> Void {
    switch pattern {
    case .discard: return { _, _ in }
    case .name(let name):
      let slot = scope[name.text]!.slot
      return { $0.slots[slot] = $1 }
    case .group(let parts, let span):
      let binders = parts.map(binder)
      let site = site(span)
      return { frame, value in
        let items: [Value]
        do {
          items = try Iteration.unpack(value, count: binders.count)
        } catch { throw located(error, site: site, [value]) }
        for index in binders.indices { try binders[index](frame, items[index]) }
      }
    }
  }

  func forLoop(_ pattern: Pattern, _ sourceTree: Expression, _ body: [Statement]) -> Execute {
    let ownFrame = body.makesFunctions
    let source = loopSource(sourceTree)
    let outer = openTurn([pattern], ownFrame: ownFrame)
    let bind = binder(pattern)
    let run = sequence(body, keepsValue: false)
    let turnScope = TurnScope(bind: bind, ownFrame: ownFrame ? scope.layout : nil)
    let onlySlot = ownFrame ? nil : pattern.onlyName.flatMap { scope[$0]?.slot }
    scope = outer
    let memory = isPlannable(body) ? loopText(body).map(LoopMemory.init) : nil
    let turn = Compiler.turn(turnScope, onlySlot, run)
    return { frame in
      let items = try source(frame)
      if let count = items.count, let planner = LoopPlanner.planner(memory, turns: count, frame) {
        defer { memory?.end(planner, count, frame) }
        return try Compiler.plannedLoop(items, planner, turn, frame)
      }
      var result = Flow.next
      try items.each { item in
        try Machine.poll()
        switch try turn(frame, item) {
        case .next, .continueLoop: return true
        case .breakLoop: return false
        case .returned:
          result = .returned
          return false
        }
      }
      return result
    }
  }

  /// One turn of a `for`, with its item.
  private static func turn(
    _ scope: TurnScope, _ slot: Int?, _ run: @escaping Execute
  ) -> (Frame, Value) throws -> Flow {
    if let slot {
      return { frame, item in
        frame.slots[slot] = item
        return try turn(run, frame)
      }
    }
    return { frame, item in
      var turnFrame = scope.frame(in: frame)
      defer { if turnFrame !== frame { FrameCycles.turnEnded(&turnFrame) } }
      try scope.bind(turnFrame, item)
      let flow = try turn(run, turnFrame)
      if flow == .returned, turnFrame !== frame { frame.result = turnFrame.result }
      return flow
    }
  }

  /// A loop over numbers, in which plans may stand for turns.
  private static func plannedLoop(
    _ items: LoopItems, _ planner: LoopPlanner, _ turn: (Frame, Value) throws -> Flow, _ frame: Frame
  ) throws -> Flow {
    guard let count = items.count else { return .next }
    var index = 0
    while index < count {
      let flow: Flow
      if planner.isReady(index) {
        index += try planner.run(frame, from: index, to: count, items: items.numbers)
        guard index < count else { break }
        try Machine.poll()
        flow = try planner.watched(frame, item: items.number(index)) { try turn(frame, $0) }
      } else {
        try Machine.poll()
        flow = try turn(frame, .number(items.number(index)))
      }
      if flow == .breakLoop { break }
      if flow == .returned { return .returned }
      index += 1
    }
    return .next
  }

  /// What a `for` goes through.
  enum LoopItems {
    case range(NumericRange)
    /// Of rank 1, f64, no tape following it.
    case numbers(Tensor)
    case other(Value)

    /// How many numbers there are; `nil` where there may be something else among the items.
    var count: Int? {
      switch self {
      case .range(let range): range.count
      case .numbers(let tensor): tensor.count
      case .other: nil
      }
    }

    func number(_ index: Int) -> Double {
      switch self {
      case .range(let range): range.element(index)
      case .numbers(let tensor): tensor.element(index)
      case .other: .nan
      }
    }

    func numbers(_ range: Range<Int>) -> [Double] {
      switch self {
      case .range(let numbers): range.map { numbers.element($0) }
      case .numbers, .other: range.map(number)
      }
    }

    /// Calls `body` with each item until it answers false.
    func each(_ body: (Value) throws -> Bool) throws {
      switch self {
      case .range(let range):
        for index in 0..<range.count { if try !body(.number(range.element(index))) { return } }
      case .numbers(let tensor): try Iteration.each(.tensor(tensor), body)
      case .other(let value): try Iteration.each(value, body)
      }
    }
  }

  func loopSource(_ tree: Expression) -> (Frame) throws -> LoopItems {
    let site = site(tree.span, [tree.span])
    if case .range(let start, let step, let end) = tree.kind {
      let parts = rangeParts(start, step, end, tree.span)
      return { frame in
        let range = try parts(frame)
        return range.traced.map { .other($0) } ?? .range(range)
      }
    }
    let evaluate = expression(tree)
    return { frame in
      let value = try evaluate(frame)
      guard Iteration.isIterable(value) else {
        throw located(Problem.notIterable(kind: value.kindDescription), site: site, [value])
      }
      // A record may show how far its loop has come.
      if case .record = value { Compiler.effect() }
      if case .tensor(let tensor) = value, tensor.isPlain, tensor.type == .f64, tensor.rank == 1 {
        return .numbers(tensor)
      }
      return .other(value)
    }
  }
}
