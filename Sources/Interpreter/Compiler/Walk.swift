// Questions about a tree that the compiler asks before it compiles.

import Syntax

extension Expression {
  /// A block that can hold statements, so `return` may stand in it.
  var isBlock: Bool {
    switch kind {
    case .block, .if, .while, .for, .try: return true
    default: return false
    }
  }

  var number: Double? {
    if case .number(let number) = kind { return number }
    return nil
  }

  /// Whether a function literal stands anywhere inside: its closures would capture the frame.
  var makesFunctions: Bool { SyntaxNode.expression(self).contains(where: \.isFunction) }

  /// Whether it asks for the length of an axis.
  var usesEnd: Bool { SyntaxNode.expression(self).contains(where: \.isEnd) }

  /// Whether a block stands anywhere inside.
  var holdsBlock: Bool { SyntaxNode.expression(self).contains(where: \.isBlock) }
}

extension SyntaxNode {
  fileprivate var isFunction: Bool {
    if case .function = self { return true }
    return false
  }

  fileprivate var isEnd: Bool {
    if case .expression(let expression) = self, case .end = expression.kind { return true }
    return false
  }

  fileprivate var isBlock: Bool {
    if case .expression(let expression) = self { return expression.isBlock }
    return false
  }
}

extension [Index] {
  var expressions: [Expression] {
    compactMap { if case .at(let expression, _) = $0 { expression } else { nil } }
  }
}

extension [Statement] {
  /// Whether a function literal stands anywhere inside.
  var makesFunctions: Bool { contains { SyntaxNode.statement($0).contains(where: \.isFunction) } }
}
