// The parts of every node, in the order of the text: what a walk over the tree needs to know of it.

/// A piece of the tree that a walk visits.
public enum SyntaxNode {
  case statement(Statement)
  case expression(Expression)
  case function(FunctionLiteral)
  case target(Target)
  case pattern(Pattern)
}

extension SyntaxNode {
  /// The pieces directly within this one, in the order of the text. A function literal is one piece: whether a
  /// walk enters it is the walk's business.
  public var children: [SyntaxNode] {
    switch self {
    case .statement(let statement): return statement.children
    case .expression(let expression): return expression.children
    case .function(let literal):
      return literal.parameters.named.compactMap { $0.fallback.map(SyntaxNode.expression) }
        + literal.body.map(SyntaxNode.statement)
    case .target(let target): return target.children
    case .pattern: return []
    }
  }

  /// Whether this piece or one inside it, function literals entered, satisfies `test`.
  public func contains(where test: (SyntaxNode) -> Bool) -> Bool {
    // A stack of its own, since a tree may be higher than the thread's stack is deep.
    var stack = [self]
    while let node = stack.popLast() {
      if test(node) { return true }
      stack.append(contentsOf: node.children)
    }
    return false
  }
}

extension Statement {
  fileprivate var children: [SyntaxNode] {
    switch kind {
    case .expression(let value): return [.expression(value)]
    case .assign(let targets, let value): return targets.map(SyntaxNode.target) + [.expression(value)]
    case .update(let target, _, let value): return [.target(target), .expression(value)]
    case .define(_, let literal): return [.function(literal)]
    case .return(let value): return value.map { [.expression($0)] } ?? []
    case .break, .continue, .help: return []
    }
  }
}

extension Target {
  fileprivate var children: [SyntaxNode] {
    switch kind {
    case .variable(_, let way):
      return way.flatMap { accessor -> [SyntaxNode] in
        if case .index(let indices, _) = accessor { return indices.nodes }
        return []
      }
    case .discard: return []
    case .group(let members): return members.map(SyntaxNode.target)
    }
  }
}

extension [Index] {
  fileprivate var nodes: [SyntaxNode] {
    compactMap { index in
      if case .at(let value, _) = index { return .expression(value) }
      return nil
    }
  }
}

extension [Statement] {
  fileprivate var nodes: [SyntaxNode] { map(SyntaxNode.statement) }
}

extension Expression {
  fileprivate var children: [SyntaxNode] {
    switch kind {
    case .number, .name, .boolean, .nothing, .end: return []
    case .string(let pieces):
      return pieces.compactMap { if case .value(let value) = $0 { .expression(value) } else { nil } }
    case .tuple(let elements), .list(let elements): return elements.map { .expression($0.value) }
    case .record(let fields): return fields.map { .expression($0.value) }
    case .matrix(let rows): return rows.flatMap { $0.map { .expression($0.value) } }
    case .comprehension(let body, let clauses, let condition):
      return clauses.flatMap { [SyntaxNode.pattern($0.pattern), .expression($0.source)] }
        + (condition.map { [.expression($0)] } ?? []) + [.expression(body)]
    case .call(let function, let arguments):
      return [.expression(function)] + arguments.map { .expression($0.value) }
    case .index(let base, let indices): return [.expression(base)] + indices.nodes
    case .field(let base, _), .unary(_, let base), .gradient(_, let base), .partial(let base, _),
      .prime(let base, _), .transpose(let base):
      return [.expression(base)]
    case .binary(_, let left, let right, _), .shortCircuit(_, let left, let right),
      .interval(let left, let right),
      .pipe(let left, let right):
      return [.expression(left), .expression(right)]
    case .comparison(let first, let links): return [.expression(first)] + links.map { .expression($0.right) }
    case .conditional(let condition, let first, let second):
      return [.expression(condition), .expression(first), .expression(second)]
    case .range(let start, let step, let end):
      return [.expression(start)] + (step.map { [.expression($0)] } ?? []) + [.expression(end)]
    case .function(let literal): return [.function(literal)]
    case .block(let body): return body.nodes
    case .if(let branches, let otherwise):
      return branches.flatMap { [.expression($0.condition)] + $0.body.nodes } + (otherwise?.nodes ?? [])
    case .while(let condition, let body): return [.expression(condition)] + body.nodes
    case .for(let pattern, let source, let body):
      return [.pattern(pattern), .expression(source)] + body.nodes
    case .try(let body, let name, let handler):
      return body.nodes + (name.map { [.pattern(.name($0))] } ?? []) + handler.nodes
    case .macro(_, let value, let text): return [.expression(value)] + (text.map { [.expression($0)] } ?? [])
    }
  }
}
