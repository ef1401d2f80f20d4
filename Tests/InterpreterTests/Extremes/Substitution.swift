import Syntax

/// A program with another expression in one place.
enum Substitution {
  /// Every program in which one of the arguments of a call, of the indices or of the operands is another value.
  /// - Parameter functions: the names whose calls are meant; all where there are none.
  static func programs(of code: String, functions: [String], values: [String]) -> [String] {
    let source = Source(code, name: "example")
    guard let program = Parser.parse(source).program else { return [] }
    var spans: [Span] = []
    var rest = program.statements.map(SyntaxNode.statement)
    while let node = rest.popLast() {
      if case .expression(let expression) = node { spans += places(in: expression, functions) }
      rest += node.children
    }
    return Set(spans).sorted { ($0.start, $0.end) < ($1.start, $1.end) }.flatMap { span in
      let before = source.text(Span(0, span.start))
      let after = source.text(Span(span.end, source.scalars.count))
      return values.map { before + $0 + after }
    }
  }

  private static func places(in expression: Expression, _ functions: [String]) -> [Span] {
    switch expression.kind {
    case .call(let called, let arguments):
      guard case .name(let name) = called.kind else { return arguments.map(\.value.span) }
      // `f(; x)` gives the name and the value in one word.
      return functions.isEmpty || functions.contains(name)
        ? arguments.filter { $0.name?.span != $0.value.span }.map(\.value.span) : []
    case _ where !functions.isEmpty: return []
    case .index(let base, let indices):
      return [base.span] + indices.compactMap { if case .at(let value, _) = $0 { value.span } else { nil } }
    case .unary(_, let operand), .prime(let operand, _), .transpose(let operand): return [operand.span]
    case .binary(_, let left, let right, _), .shortCircuit(_, let left, let right),
      .interval(let left, let right),
      .pipe(let left, let right):
      return [left.span, right.span]
    case .comparison(let first, let links): return [first.span] + links.map(\.right.span)
    case .range(let start, let step, let end): return [start.span, end.span] + (step.map { [$0.span] } ?? [])
    case .conditional(let condition, _, _): return [condition.span]
    case .matrix(let rows): return rows.flatMap { $0.map(\.value.span) }
    case .list(let elements), .tuple(let elements): return elements.map(\.value.span)
    default: return []
    }
  }
}
