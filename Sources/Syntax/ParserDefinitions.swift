// Functions: equations, `function … end`, `->`, their parameters and their documentation.

extension Parser {
  /// `f(x; k = 1) = …`
  func parseEquation() throws(Abandoned) -> Statement {
    let first = index
    let start = Int(token.start)
    let name = try expectName(.function)
    if name.text == "_" { throw failure(.discardRead, name.span) }
    let parameters = try parseParameters(of: name)
    guard kind == .equals else { throw leftover() }
    advance()
    let value = try insideFunction { () throws(Abandoned) in try parseExpression() }
    if kind == .comma, isOnLine { throw failure(.tupleBody, token.span) }
    if kind == .equals, isOnLine { throw failure(.chainedAssignment, token.span) }
    let literal = FunctionLiteral(
      parameters: parameters, body: [Statement(.expression(value), value.span)],
      documentation: documentation(before: first), span: span(from: start))
    return Statement(.define(name, literal), literal.span)
  }

  /// `function f(x) … end`
  func parseFunctionBlock() throws(Abandoned) -> Statement {
    let first = index
    let start = Int(token.start)
    if nextToken.kind == .openParenthesis { throw failure(.definitionInside, token.span) }
    try descend()
    defer { nesting -= 1 }
    let saved = context
    context = Context()
    defer { context = saved }
    blocks.append(index)
    defer { blocks.removeLast() }
    advance()
    let name = try expectName(.function)
    if name.text == "_" { throw failure(.discardRead, name.span) }
    guard kind == .openParenthesis else { throw unexpected(.oneOf(["("])) }
    let parameters = try parseParameters(of: name)
    if kind == .equals, !token.newlineBefore { throw failure(.wrongOrder("="), token.span) }
    let body = try insideFunction { () throws(Abandoned) in
      var body = Body()
      try parseStatements(into: &body)
      return body
    }
    try expectEnd()
    let literal = FunctionLiteral(
      parameters: parameters, body: body.statements, documentation: documentation(before: first),
      span: span(from: start))
    return Statement(.define(name, literal), literal.span)
  }

  /// `x -> …`, `(x; k = 1) -> …`
  func parseArrow() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let start = Int(token.start)
    let parameters: Parameters
    if kind == .openParenthesis {
      parameters = try parseParameters(of: nil)
    } else {
      parameters = Parameters(positional: [try expectName(.parameter)])
    }
    advance()
    let value = try insideFunction { () throws(Abandoned) in try parseExpression() }
    if kind == .equals, isOnLine { throw failure(.assignmentInside(isCondition: false), token.span) }
    let literal = FunctionLiteral(
      parameters: parameters, body: [Statement(.expression(value), value.span)], documentation: "",
      span: span(from: start))
    return Expression(.function(literal), literal.span)
  }

  /// Parses the body of a function: `return` leaves it, `break` does not leave a loop around it.
  private func insideFunction<Part>(_ parse: () throws(Abandoned) -> Part) throws(Abandoned) -> Part {
    let (outerFunction, outerLoop) = (isInFunction, isInLoop)
    isInFunction = true
    isInLoop = false
    defer { (isInFunction, isInLoop) = (outerFunction, outerLoop) }
    return try parse()
  }

  /// `->` follows a name, or a group in parentheses, that the current token begins.
  var isArrowAhead: Bool {
    var after = index + 1
    if kind == .openParenthesis {
      guard token.partner > 0 else { return false }
      after = Int(token.partner) + 1
    }
    let arrow = tokens[min(after, tokens.count - 1)]
    return arrow.kind == .arrow && !(context.newlineEnds && arrow.newlineBefore)
  }

  private func parseParameters(of function: Name?) throws(Abandoned) -> Parameters {
    let open = token
    if let function, open.spaceBefore {
      throw failure(.detachedBracket(base: function.text, bracket: "("), open.span, secondary: function.span)
    }
    let saved = context
    context = Context(newlineEnds: false)
    defer { context = saved }
    advance()
    var parameters = Parameters(positional: [])
    var isNamed = false
    while kind != .closeParenthesis {
      if kind == .semicolon, !isNamed {
        isNamed = true
        advance()
        continue
      }
      let name = try expectName(.parameter)
      try checkNew(name, in: parameters)
      if isNamed {
        var fallback: Expression?
        if kind == .equals {
          advance()
          fallback = try parseExpression()
        }
        parameters.named.append(NamedParameter(name: name, fallback: fallback))
      } else if kind == .ellipsis {
        advance()
        parameters.rest = name
        if kind == .comma, nextToken.kind == .name { throw failure(.restNotLast(name.text), name.span) }
      } else if kind == .equals {
        throw failure(.positionalDefault(name.text), token.span, secondary: name.span)
      } else {
        parameters.positional.append(name)
      }
      if kind == .comma {
        advance()
      } else if kind != .closeParenthesis && !(kind == .semicolon && !isNamed) {
        throw unclosed(open, role: .parameter)
      }
    }
    advance()
    return parameters
  }

  private func checkNew(_ name: Name, in parameters: Parameters) throws(Abandoned) {
    guard name.text != "_" else { return }
    let earlier =
      parameters.positional.first { $0.text == name.text }
      ?? parameters.named.first { $0.name.text == name.text }?.name
      ?? (parameters.rest?.text == name.text ? parameters.rest : nil)
    if let earlier {
      throw failure(.duplicateName(name.text, .parameter), name.span, secondary: earlier.span)
    }
  }

  // MARK: Documentation

  /// The comment lines directly above the token at `index`, without their `#`.
  func documentation(before index: Int) -> String {
    let token = tokens[index]
    guard token.newlineBefore, !comments.isEmpty else { return "" }
    var low = 0
    var high = comments.count
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].span.end <= Int(token.start) { low = middle + 1 } else { high = middle }
    }
    var line = source.line(of: Int(token.start))
    var lines: [String] = []
    var candidate = low - 1
    while candidate >= 0 {
      let comment = comments[candidate]
      let first = source.line(of: comment.span.start)
      guard source.line(of: comment.span.end) == line - 1, standsAlone(comment.span, firstLine: first) else {
        break
      }
      lines.append(comment.isLine ? lineText(comment.span) : blockText(comment.span))
      line = first
      candidate -= 1
    }
    return lines.reversed().joined(separator: "\n")
  }

  /// Nothing but white space stands before a comment in its line.
  private func standsAlone(_ span: Span, firstLine: Int) -> Bool {
    source.scalars[source.lineStarts[firstLine - 1]..<span.start].allSatisfy { $0.isSpace }
  }

  private func lineText(_ span: Span) -> String {
    var content = source.scalars[span.start..<span.end].drop { $0 == "#" }
    if content.first?.isSpace == true { content = content.dropFirst() }
    while content.last?.isSpace == true { content = content.dropLast() }
    return String(String.UnicodeScalarView(content))
  }

  private func blockText(_ span: Span) -> String {
    let isBlank: (Unicode.Scalar) -> Bool = { $0.isSpace || $0 == "\n" }
    var content = source.scalars[span.start..<span.end].dropFirst(2).dropLast(2).drop(while: isBlank)
    while let last = content.last, isBlank(last) { content = content.dropLast() }
    return String(String.UnicodeScalarView(content))
  }
}
