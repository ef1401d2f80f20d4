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

  var isFunctionLiteral: Bool {
    if case .function = kind { return true }
    return false
  }

  var number: Double? {
    if case .number(let number) = kind { return number }
    return nil
  }

  var isEnd: Bool {
    if case .end = kind { return true }
    return false
  }

  /// Whether this expression or one inside it, function literals included, satisfies `test`.
  func contains(where test: (Expression) -> Bool) -> Bool {
    if test(self) { return true }
    func any(_ expressions: [Expression]) -> Bool { expressions.contains { $0.contains(where: test) } }
    func any(_ statements: [Statement]) -> Bool { statements.contains { $0.contains(where: test) } }
    switch kind {
    case .number, .name, .boolean, .nothing, .end: return false
    case .string(let pieces):
      return pieces.contains { if case .value(let value) = $0 { value.contains(where: test) } else { false } }
    case .tuple(let elements), .list(let elements): return any(elements.map(\.value))
    case .matrix(let rows): return rows.contains { any($0.map(\.value)) }
    case .record(let fields): return any(fields.map(\.value))
    case .comprehension(let body, let clauses, let condition):
      return body.contains(where: test) || any(clauses.map(\.source)) || any([condition].compactMap { $0 })
    case .call(let callee, let arguments): return callee.contains(where: test) || any(arguments.map(\.value))
    case .index(let base, let indices): return base.contains(where: test) || any(indices.expressions)
    case .field(let base, _): return base.contains(where: test)
    case .unary(_, let operand), .gradient(_, let operand), .partial(let operand, _), .prime(let operand, _),
      .transpose(let operand):
      return operand.contains(where: test)
    case .binary(_, let left, let right, _), .shortCircuit(_, let left, let right),
      .interval(let left, let right),
      .pipe(let left, let right):
      return left.contains(where: test) || right.contains(where: test)
    case .comparison(let first, let links): return first.contains(where: test) || any(links.map(\.right))
    case .conditional(let test1, let yes, let no): return any([test1, yes, no])
    case .range(let start, let step, let end): return any([start, step, end].compactMap { $0 })
    case .function(let literal):
      return any(literal.body) || any(literal.parameters.named.compactMap(\.fallback))
    case .block(let body): return any(body)
    case .if(let branches, let otherwise):
      return branches.contains { $0.condition.contains(where: test) || any($0.body) } || any(otherwise ?? [])
    case .while(let condition, let body): return condition.contains(where: test) || any(body)
    case .for(_, let source, let body): return source.contains(where: test) || any(body)
    case .try(let body, _, let handler): return any(body) || any(handler)
    case .macro(_, let operand, let text):
      return operand.contains(where: test) || any([text].compactMap { $0 })
    }
  }
}

extension Statement {
  func contains(where test: (Expression) -> Bool) -> Bool {
    switch kind {
    case .expression(let expression): return expression.contains(where: test)
    case .assign(let targets, let value):
      return value.contains(where: test) || targets.contains { $0.contains(where: test) }
    case .update(let target, _, let value): return value.contains(where: test) || target.contains(where: test)
    case .define(let name, let literal):
      return test(Expression(.function(literal), name.span))
        || literal.body.contains { $0.contains(where: test) }
    case .return(let value): return value?.contains(where: test) ?? false
    case .break, .continue, .help: return false
    }
  }
}

extension Target {
  func contains(where test: (Expression) -> Bool) -> Bool {
    switch kind {
    case .discard: return false
    case .group(let targets): return targets.contains { $0.contains(where: test) }
    case .variable(_, let accessors):
      return accessors.contains {
        if case .index(let indices, _) = $0 {
          indices.expressions.contains { $0.contains(where: test) }
        } else {
          false
        }
      }
    }
  }
}

extension [Index] {
  var expressions: [Expression] {
    compactMap { if case .at(let expression, _) = $0 { expression } else { nil } }
  }
}

extension [Statement] {
  /// Whether a function literal stands anywhere inside: its closures would capture the frame.
  var makesFunctions: Bool { contains { $0.contains(where: \.isFunctionLiteral) } }
}
