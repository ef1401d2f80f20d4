import Numerics
import Syntax

extension Compiler {
  func statement(_ statement: Statement, keepsValue: Bool) -> Execute {
    switch statement.kind {
    case .expression(let tree):
      if let run = control(tree, keepsValue: keepsValue) { return run }
      let evaluate = expression(tree)
      if keepsValue {
        return { frame in
          frame.result = try evaluate(frame)
          return .next
        }
      }
      return { frame in
        _ = try evaluate(frame)
        return .next
      }
    case .assign(let targets, let value): return settingNothing(assign(targets, value), keepsValue)
    case .update(let target, let op, let value): return settingNothing(update(target, op, value), keepsValue)
    case .define(let name, let literal):
      let make = function(literal, name: name.text)
      let write = write(name.text)
      return settingNothing(
        { frame in
          write(frame, try make(frame))
          return .next
        }, keepsValue)
    case .return(let value):
      let evaluate = value.map { expression($0) } ?? constant(.nothing)
      return { frame in
        frame.result = try evaluate(frame)
        return .returned
      }
    case .break: return { _ in .breakLoop }
    case .continue: return { _ in .continueLoop }
    case .help(let name):
      let site = site(statement.span)
      let globals = globals
      return { frame in
        do {
          frame.result = try Machine.session?.library.help(on: name, globals) ?? .nothing
          return .next
        } catch { throw located(error, site: site, []) }
      }
    }
  }

  private func settingNothing(_ run: @escaping Execute, _ keepsValue: Bool) -> Execute {
    guard keepsValue else { return run }
    return { frame in
      frame.result = .nothing
      return try run(frame)
    }
  }

  func sequence(_ body: [Statement], keepsValue: Bool) -> Execute {
    let compiled = body.indices.map {
      Executor(execute: statement(body[$0], keepsValue: keepsValue && $0 == body.count - 1))
    }
    guard !compiled.isEmpty else {
      return { frame in
        if keepsValue { frame.result = .nothing }
        return .next
      }
    }
    return Compiler.chain(compiled[...])
  }

  /// One after the other, until one leaves. Captured one by one: a loop over an array of closures would
  /// count references at every step.
  private static func chain(_ steps: ArraySlice<Executor>) -> Execute {
    let first = steps.startIndex
    let a = steps[first].execute
    switch steps.count {
    case 1: return a
    case 2:
      let b = steps[first + 1].execute
      return { frame in
        let flow = try a(frame)
        return flow == .next ? try b(frame) : flow
      }
    case 3:
      let b = steps[first + 1].execute
      let c = steps[first + 2].execute
      return { frame in
        var flow = try a(frame)
        if flow == .next { flow = try b(frame) }
        return flow == .next ? try c(frame) : flow
      }
    default:
      let b = steps[first + 1].execute
      let c = steps[first + 2].execute
      let rest = chain(steps.dropFirst(3))
      return { frame in
        var flow = try a(frame)
        if flow == .next { flow = try b(frame) }
        if flow == .next { flow = try c(frame) }
        return flow == .next ? try rest(frame) : flow
      }
    }
  }

  /// `if`, `for`, `while`, `begin` and `try` where they stand as statements: `break`, `continue` and
  /// `return` pass through as flow, not as errors.
  private func control(_ tree: Expression, keepsValue: Bool) -> Execute? {
    switch tree.kind {
    case .block(let body): return sequence(body, keepsValue: keepsValue)
    case .if(let branches, let otherwise): return branch(branches, otherwise, keepsValue)
    case .while(let test, let body): return settingNothing(whileLoop(test, body), keepsValue)
    case .for(let pattern, let source, let body):
      return settingNothing(forLoop(pattern, source, body), keepsValue)
    case .try(let body, let name, let handler): return tryCatch(body, name, handler, keepsValue)
    default: return nil
    }
  }

  /// The same as part of an expression: the value is the last statement's.
  func blockExpression(_ tree: Expression) -> Evaluate {
    guard let run = control(tree, keepsValue: true) else { return constant(.nothing) }
    return { frame in
      let saved = frame.result
      frame.result = .nothing
      let flow = try run(frame)
      let value = frame.result
      frame.result = saved
      if flow != .next { throw FlowOut(flow: flow, value: value) }
      return value
    }
  }

  private func branch(_ branches: [Branch], _ otherwise: [Statement]?, _ keepsValue: Bool) -> Execute {
    var otherwise = sequence(otherwise ?? [], keepsValue: keepsValue)
    for branch in branches.reversed() {
      let test = condition(branch.condition, of: "if")
      let body = sequence(branch.body, keepsValue: keepsValue)
      let rest = otherwise
      otherwise = { try test($0) ? try body($0) : try rest($0) }
    }
    return otherwise
  }

  // MARK: Loops

  private func whileLoop(_ test: Expression, _ body: [Statement]) -> Execute {
    let text = isPlannable(body, with: test) ? loopText(body) : nil
    let test = condition(test, of: "while")
    let run = sequence(body, keepsValue: false)
    return { frame in
      let planner = LoopPlanner.planner(text, turns: nil)
      var turn = 0
      while true {
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

  private func forLoop(_ pattern: Pattern, _ sourceTree: Expression, _ body: [Statement]) -> Execute {
    let ownFrame = body.makesFunctions
    let source = loopSource(sourceTree)
    let outer = openTurn([pattern], ownFrame: ownFrame)
    let bind = binder(pattern)
    let run = sequence(body, keepsValue: false)
    let turnScope = TurnScope(bind: bind, ownFrame: ownFrame ? scope.layout : nil)
    let onlySlot = ownFrame ? nil : pattern.onlyName.flatMap { scope[$0]?.slot }
    scope = outer
    let text = isPlannable(body) ? loopText(body) : nil
    let turn = Compiler.turn(turnScope, onlySlot, run)
    return { frame in
      let items = try source(frame)
      if let count = items.count, let planner = LoopPlanner.planner(text, turns: count) {
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
        index += try planner.run(frame, from: index, to: count, item: items.number)
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

  private func loopSource(_ tree: Expression) -> (Frame) throws -> LoopItems {
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

  /// Runs a body for each item; the body answers whether to go on.
  func iteration(_ tree: Expression) -> (Frame, (Value) throws -> Bool) throws -> Void {
    let source = loopSource(tree)
    return { frame, body in try source(frame).each(body) }
  }

  // MARK: try

  private func tryCatch(
    _ body: [Statement], _ name: Name?, _ handler: [Statement], _ keepsValue: Bool
  ) -> Execute {
    let run = sequence(body, keepsValue: keepsValue)
    let ownFrame = handler.makesFunctions && name != nil
    let outer = openTurn(name.map { [.name($0)] } ?? [], ownFrame: ownFrame)
    let bind = name.map { binder(.name($0)) }
    let recover = sequence(handler, keepsValue: keepsValue)
    let layout = ownFrame ? scope.layout : nil
    scope = outer
    return { frame in
      let depth = Machine.depth
      do {
        return try run(frame)
      } catch let error where Report.isCatchable(error) {
        Machine.depth = depth
        var inner = layout.map { Frame(count: $0.count, parent: frame) } ?? frame
        defer { if inner !== frame { FrameCycles.turnEnded(&inner) } }
        if let bind { try bind(inner, Report.caught(error)) }
        let flow = try recover(inner)
        if inner !== frame { frame.result = inner.result }
        return flow
      }
    }
  }
}

extension Pattern {
  var onlyName: String? {
    if case .name(let name) = self { return name.text }
    return nil
  }

  var names: [String] {
    switch self {
    case .name(let name): return [name.text]
    case .discard: return []
    case .group(let parts, _): return parts.flatMap(\.names)
    }
  }
}
