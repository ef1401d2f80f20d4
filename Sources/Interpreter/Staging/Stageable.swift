// Which functions can be staged: those whose text leaves no way for a number to have an effect but through
// operations that a tape records and decisions that `Staging` notes. What is not named here cannot.

import Syntax

extension FunctionLiteral {
  var isStageable: Bool {
    SyntaxNode.function(self).children.allSatisfy { !$0.contains { !$0.isStageable } }
  }
}

extension FunctionLiteral {
  /// Whether a loop stands in it that may be long; of a few turns that its text counts, a plan has the steps of each.
  var hasLoops: Bool {
    SyntaxNode.function(self).contains {
      guard case .expression(let expression) = $0 else { return false }
      return switch expression.kind {
      case .while: true
      case .for(_, let source, _): !source.isShortRange
      default: false
      }
    }
  }

  /// Whether its value may be worth a plan where it is called often: it does nothing but compute, and enough of that. Loops
  /// have plans of their own, and what calls itself would be one plan for each depth.
  func isWorthPlan(name: String) -> Bool {
    guard isStageable, StagedValues.isEager || !hasLoops else { return false }
    var operations = 0
    let callsItself = SyntaxNode.function(self).contains {
      guard case .expression(let expression) = $0 else { return false }
      switch expression.kind {
      case .name(let used): return used == name
      case .binary, .unary, .comparison, .index: operations += 1
      case .call, .pipe, .gradient: operations += 2
      default: break
      }
      return false
    }
    return !callsItself && (StagedValues.isEager || operations >= FunctionLiteral.fewestOperations)
  }

  private static let fewestOperations = 6
}

extension Expression {
  /// Whether it is a range of a few numbers that its text says.
  fileprivate var isShortRange: Bool {
    guard case .range(let first, .none, let last) = kind, case .number(let start) = first.kind,
      case .number(let end) = last.kind
    else { return false }
    return end - start < Expression.mostTurns
  }

  /// Turns of a loop that a plan of a value has one by one: fewer than those from which on a loop has a plan of its own.
  private static let mostTurns = 64.0
}

extension FunctionLiteral {
  /// The same for a turn of a loop that is written down, which sees more: functions made under way, and entries that are
  /// assigned.
  var isPlannable: Bool { !SyntaxNode.function(self).contains { !$0.isPlannable } }

  /// The same where values in a text are followed, too.
  var isPlannableWithTexts: Bool {
    !SyntaxNode.function(self).contains { node in
      if case .expression(let expression) = node, case .string = expression.kind { return false }
      return !node.isPlannable
    }
  }
}

extension [Statement] {
  /// Whether a turn of a loop with this body may be written down. Targets may have an index here.
  var isPlannable: Bool {
    allSatisfy { !SyntaxNode.statement($0).contains { !$0.isPlannable } }
  }
}

extension SyntaxNode {
  fileprivate var isPlannable: Bool {
    switch self {
    case .target(let target): target.isPlannable
    case .function: true
    case .expression(let expression):
      if case .function = expression.kind { true } else { expression.isStageable }
    default: isStageable
    }
  }

  /// Whether nothing but its parts stands in the way. Functions that are called are judged when they are called.
  fileprivate var isStageable: Bool {
    switch self {
    case .statement(let statement): statement.isStageable
    case .expression(let expression): expression.isStageable
    case .target(let target): target.isStageable
    case .pattern: true
    default: false
    }
  }
}

extension Statement {
  fileprivate var isStageable: Bool {
    switch kind {
    case .expression, .assign, .return, .break, .continue: true
    case .update(_, let op, _): op.meaning.isStageable
    default: false
    }
  }
}

extension Target {
  /// A variable, or an entry of its first axis.
  fileprivate var isPlannable: Bool {
    guard case .variable(_, let accessors) = kind, !accessors.isEmpty else { return isStageable }
    guard accessors.count == 1, case .index(let indices, _) = accessors[0] else { return false }
    return indices.onlyPosition != nil
  }

  fileprivate var isStageable: Bool {
    switch kind {
    case .variable(_, let accessors): accessors.isEmpty
    case .discard, .group: true
    }
  }
}

extension Expression {
  fileprivate var isStageable: Bool {
    switch kind {
    case .number, .name, .boolean, .nothing, .end, .tuple, .list, .record, .call, .index, .field, .unary,
      .comparison, .shortCircuit, .pipe, .conditional, .range, .block, .if, .while, .for, .gradient, .partial,
      .prime:
      true
    case .binary(let op, _, _, _): op.meaning.isStageable
    case .string(let pieces): pieces.allSatisfy { if case .text = $0 { true } else { false } }
    default: false
    }
  }
}
