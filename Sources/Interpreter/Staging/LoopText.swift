import Syntax

/// What is known of a loop's text: which variables go from one turn to the next.
struct LoopText {
  /// Variables that a turn assigns.
  let assigned: [LoopVariable]
  /// Variables of which a turn assigns entries.
  let written: [LoopVariable]
  /// Other variables that a turn, or the test before it, may read.
  let reads: [LoopVariable]
}

/// A variable of the function around a loop, or of the notebook.
enum LoopVariable {
  case slot(hops: Int, Int)
  case cell(GlobalVariable)

  func read(_ frame: Frame) -> Value {
    switch self {
    case .slot(let hops, let slot): frame.ancestor(hops).slots[slot]
    case .cell(let cell): cell.value
    }
  }

  func write(_ frame: Frame, _ value: Value) {
    switch self {
    case .slot(let hops, let slot): frame.ancestor(hops).slots[slot] = value
    case .cell(let cell): cell.value = value
    }
  }

  /// Changes a value in its place.
  func change<Result>(_ frame: Frame, _ body: (inout Value) throws -> Result) rethrows -> Result {
    switch self {
    case .slot(let hops, let slot): try body(&frame.ancestor(hops).slots[slot])
    case .cell(let cell): try body(&cell.value)
    }
  }
}

extension Compiler {
  /// The variables of a loop's body, in whose scope this is asked; `nil` where one is assigned in both ways.
  func loopText(_ body: [Statement], _ test: Expression? = nil) -> LoopText? {
    var names: [String: Bool] = [:]
    var order: [String] = []
    var isMixed = false
    func note(_ target: Target) {
      switch target.kind {
      case .discard: break
      case .group(let parts): parts.forEach(note)
      case .variable(let name, let accessors):
        let isWritten = !accessors.isEmpty
        if let known = names[name.text] {
          isMixed = isMixed || known != isWritten
        } else {
          names[name.text] = isWritten
          order.append(name.text)
        }
      }
    }
    for statement in body {
      _ = SyntaxNode.statement(statement).contains { node in
        guard case .statement(let statement) = node else { return false }
        switch statement.kind {
        case .assign(let targets, _): targets.forEach(note)
        case .update(let target, _, _): note(target)
        default: break
        }
        return false
      }
    }
    guard !isMixed else { return nil }
    var reads: [String] = []
    let pieces = body.map(SyntaxNode.statement) + (test.map { [.expression($0)] } ?? [])
    for piece in pieces {
      _ = piece.contains { node in
        if case .expression(let expression) = node, case .name(let name) = expression.kind,
          !reads.contains(name)
        {
          reads.append(name)
        }
        return false
      }
    }
    func variable(_ name: String) -> LoopVariable {
      scope.target(of: name).map { .slot(hops: $0.hops, $0.slot) } ?? .cell(globals.cell(name))
    }
    /// All that a name may stand for, where those further inside have no value, but for what the turn assigns.
    func others(_ name: String) -> [LoopVariable] {
      let target = names[name] == nil ? nil : scope.target(of: name)
      var all: [LoopVariable] = []
      for place in scope.places(of: name) where place.hops != target?.hops || place.slot != target?.slot {
        all.append(.slot(hops: place.hops, place.slot))
        if place.isAlwaysSet { return all }
      }
      return names[name] != nil && target == nil ? all : all + [.cell(globals.cell(name))]
    }
    return LoopText(
      assigned: order.filter { names[$0] == false }.map(variable),
      written: order.filter { names[$0] == true }.map(variable), reads: reads.flatMap(others))
  }
}
