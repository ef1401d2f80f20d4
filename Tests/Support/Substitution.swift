import Syntax

/// A program with another expression in one place.
package enum Substitution {
  /// Every program in which one of the arguments of a call, of the indices or of the operands is another value.
  /// - Parameter functions: the names whose calls are meant; all where there are none.
  package static func programs(of code: String, functions: [String], values: [String]) -> [String] {
    places(of: code, functions: functions).flatMap { place in
      let around = text(of: code, around: place)
      return values.map { around.before + $0 + around.after }
    }
  }

  /// The places of arguments, indices and operands, in the order of the text; none where it is no program.
  package static func places(of code: String, functions: [String] = []) -> [Span] {
    guard let program = Parser.parse(Source(code, name: "example")).program else { return [] }
    var spans: [Span] = []
    var rest = program.statements.map(SyntaxNode.statement)
    while let node = rest.popLast() {
      if case .expression(let expression) = node { spans += places(in: expression, functions) }
      rest += node.children
    }
    return Set(spans).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  /// The program with a value in one of its places.
  package static func program(_ code: String, _ value: String, at place: Span) -> String {
    let around = text(of: code, around: place)
    return around.before + value + around.after
  }

  private static func text(of code: String, around place: Span) -> (before: String, after: String) {
    let source = Source(code, name: "example")
    return (source.text(Span(0, place.start)), source.text(Span(place.end, source.scalars.count)))
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
