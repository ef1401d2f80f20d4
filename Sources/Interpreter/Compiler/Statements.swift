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
