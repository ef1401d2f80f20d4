// Which functions can be staged: those whose text leaves no way for a number to have an effect but through
// operations that a tape records and decisions that `Staging` notes. What is not named here cannot.

import Syntax

extension FunctionLiteral {
  var isStageable: Bool {
    SyntaxNode.function(self).children.allSatisfy { !$0.contains { !$0.isStageable } }
  }
}

extension SyntaxNode {
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
      .comparison, .shortCircuit, .pipe, .conditional, .range, .block, .if, .while, .for:
      true
    case .binary(let op, _, _, _): op.meaning.isStageable
    case .string(let pieces): pieces.allSatisfy { if case .text = $0 { true } else { false } }
    default: false
    }
  }
}
