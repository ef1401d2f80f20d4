// Which names a function's body assigns, binds and reads. Blocks open no scope; function literals do.
// The walks keep their own stack: a tree may be higher than the thread's stack is deep.

/// Questions about names, answered from the tree.
public enum Scope {
  /// The names that the statements assign or define, in the order they first do; inner function literals
  /// excluded, and the variables of loops, comprehensions and `catch`, which `bound(in:)` lists.
  public static func assigned(in statements: [Statement]) -> [String] {
    var names = OrderedNames()
    walk(statements) { node in
      switch node {
      case .statement(let statement):
        if case .define(let name, _) = statement.kind { names.insert(name.text) }
      case .target(let target):
        if case .variable(let name, _) = target.kind { names.insert(name.text) }
      default: break
      }
    }
    return names.list
  }

  /// The variables of `for`, of comprehensions and of `catch` in the statements, in the order of the text;
  /// inner function literals excluded.
  public static func bound(in statements: [Statement]) -> [String] {
    var names = OrderedNames()
    walk(statements) { node in
      if case .pattern(let pattern) = node {
        for name in pattern.names { names.insert(name.text) }
      }
    }
    return names.list
  }

  /// The names that a function literal takes from the scopes around it, in the order of the text: those that it,
  /// or a literal within it, reads without having assigned, defined or bound them there.
  public static func free(in literal: FunctionLiteral) -> [String] {
    var names = OrderedNames()
    // Each node with the names that belong to the scopes between it and the literal.
    var stack: [(node: SyntaxNode, own: Set<String>)] = [(.function(literal), [])]
    while let (node, own) = stack.popLast() {
      switch node {
      case .expression(let expression):
        if case .name(let text) = expression.kind, !own.contains(text) { names.insert(text) }
        stack.append(contentsOf: scoped(expression, own).reversed())
      case .function(let inner):
        let inside = own.union(inner.parameters.names).union(assigned(in: inner.body))
        stack.append(contentsOf: node.children.reversed().map { ($0, inside) })
      default: stack.append(contentsOf: node.children.reversed().map { ($0, own) })
      }
    }
    return names.list
  }

  /// The parts of an expression; those that a loop, comprehension or `catch` binds a name for know that name.
  private static func scoped(_ expression: Expression, _ own: Set<String>) -> [(
    node: SyntaxNode, own: Set<String>
  )] {
    switch expression.kind {
    case .for(let pattern, let source, let body):
      let inside = own.union(pattern.names.map(\.text))
      return [(.expression(source), own)] + body.map { (.statement($0), inside) }
    case .try(let body, let name, let handler):
      let inside = name.map { own.union([$0.text]) } ?? own
      return body.map { (.statement($0), own) } + handler.map { (.statement($0), inside) }
    case .comprehension(let body, let clauses, let condition):
      var inside = own
      var parts: [(node: SyntaxNode, own: Set<String>)] = []
      for clause in clauses {
        parts.append((.expression(clause.source), inside))
        inside.formUnion(clause.pattern.names.map(\.text))
      }
      if let condition { parts.append((.expression(condition), inside)) }
      return parts + [(.expression(body), inside)]
    default: return SyntaxNode.expression(expression).children.map { ($0, own) }
    }
  }

  /// Visits every node in the order of the text, without entering function literals.
  private static func walk(
    _ statements: [Statement], _ visit: (SyntaxNode) -> Void
  ) {
    var stack: [SyntaxNode] = statements.reversed().map(SyntaxNode.statement)
    while let node = stack.popLast() {
      visit(node)
      if case .function = node { continue }
      stack.append(contentsOf: node.children.reversed())
    }
  }
}

extension Parameters {
  /// All parameters: positional, rest, named.
  var names: [String] {
    positional.map(\.text) + (rest.map { [$0.text] } ?? []) + named.map(\.name.text)
  }
}

extension Pattern {
  /// The names that a pattern binds, in the order of the text.
  public var names: [Name] {
    switch self {
    case .name(let name): return [name]
    case .discard: return []
    case .group(let members, _): return members.flatMap(\.names)
    }
  }
}

/// Names without repetition, in the order they came.
private struct OrderedNames {
  private(set) var list: [String] = []
  private var known: Set<String> = []

  mutating func insert(_ name: String) {
    if known.insert(name).inserted { list.append(name) }
  }
}
