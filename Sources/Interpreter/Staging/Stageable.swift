// Which functions can be staged: those whose text leaves no way for a number to have an effect but through
// operations that a tape records and decisions that `Staging` notes.

import Syntax

extension FunctionLiteral {
  var isStageable: Bool {
    body.isStageable && parameters.named.allSatisfy { $0.fallback?.isStageable ?? true }
  }
}

extension [Statement] {
  fileprivate var isStageable: Bool { allSatisfy(\.isStageable) }
}

extension Statement {
  fileprivate var isStageable: Bool {
    switch kind {
    case .expression(let expression): return expression.isStageable
    case .assign(let targets, let value): return targets.allSatisfy(\.isStageable) && value.isStageable
    case .update(let target, let op, let value):
      return target.isStageable && op.meaning.isStageable && value.isStageable
    case .return(let value): return value?.isStageable ?? true
    case .break, .continue: return true
    case .define, .help: return false
    }
  }
}

extension Target {
  fileprivate var isStageable: Bool {
    switch kind {
    case .variable(_, let accessors): return accessors.isEmpty
    case .discard: return true
    case .group(let targets): return targets.allSatisfy(\.isStageable)
    }
  }
}

extension Expression {
  /// Functions that an expression calls are judged when they are called.
  fileprivate var isStageable: Bool {
    func all(_ expressions: [Expression]) -> Bool { expressions.allSatisfy(\.isStageable) }
    switch kind {
    case .number, .name, .boolean, .nothing, .end: return true
    case .tuple(let elements), .list(let elements): return all(elements.map(\.value))
    case .record(let fields): return all(fields.map(\.value))
    case .call(let callee, let arguments): return callee.isStageable && all(arguments.map(\.value))
    case .index(let base, let indices): return base.isStageable && all(indices.expressions)
    case .field(let base, _): return base.isStageable
    case .unary(_, let operand): return operand.isStageable
    case .binary(let op, let left, let right, _): return op.meaning.isStageable && all([left, right])
    case .comparison(let first, let links): return first.isStageable && all(links.map(\.right))
    case .shortCircuit(_, let left, let right), .pipe(let left, let right): return all([left, right])
    case .conditional(let test, let yes, let no): return all([test, yes, no])
    case .range(let start, let step, let end): return all([start, step, end].compactMap { $0 })
    case .block(let body): return body.isStageable
    case .if(let branches, let otherwise):
      return branches.allSatisfy { $0.condition.isStageable && $0.body.isStageable }
        && otherwise?.isStageable ?? true
    case .while(let condition, let body): return condition.isStageable && body.isStageable
    case .for(_, let source, let body): return source.isStageable && body.isStageable
    case .string(let pieces): return pieces.allSatisfy { if case .text = $0 { true } else { false } }
    case .matrix, .comprehension, .interval, .function, .gradient, .partial, .prime, .transpose,
      .try,
      .macro:
      return false
    }
  }
}
