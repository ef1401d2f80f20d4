// Blocks, which are expressions: begin, if, while, for, try.

extension Parser {
  func parseBlock() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let saved = context
    context = Context()
    defer { context = saved }
    blocks.append(index)
    defer { blocks.removeLast() }
    let start = Int(token.start)
    let keyword = kind
    advance()
    let result: Expression.Kind
    switch keyword {
    case .keyword(.if): result = try parseBranches()
    case .keyword(.while):
      let condition = try parseHeader()
      result = .while(condition, try parseLoopBody())
    case .keyword(.for): result = try parseLoop()
    case .keyword(.try): result = try parseTry()
    default: result = .block(try parseBody())
    }
    try expectEnd()
    return Expression(result, span(from: start))
  }

  private func parseBody() throws(Abandoned) -> [Statement] {
    // `else:`, `try:`, in Python's manner.
    if kind == .colon, nextToken.newlineBefore { throw failure(.wrongOrder(":"), token.span) }
    var body = Body()
    try parseStatements(into: &body)
    return body.statements
  }

  private func parseLoopBody() throws(Abandoned) -> [Statement] {
    let outer = isInLoop
    isInLoop = true
    defer { isInLoop = outer }
    return try parseBody()
  }

  private func parseBranches() throws(Abandoned) -> Expression.Kind {
    var branches: [Branch] = []
    while true {
      let condition = try parseHeader()
      branches.append(Branch(condition: condition, body: try parseBody()))
      guard kind == .keyword(.elseif) else { break }
      advance()
    }
    guard kind == .keyword(.else) else { return .if(branches, otherwise: nil) }
    advance()
    if kind == .keyword(.if), !token.newlineBefore, elseIf == nil {
      elseIf = tokens[index - 1].span.union(token.span)
    }
    return .if(branches, otherwise: try parseBody())
  }

  private func parseLoop() throws(Abandoned) -> Expression.Kind {
    if token.newlineBefore || kind == .semicolon { throw unexpected(.name(.loop)) }
    let pattern = try parsePattern()
    if kind == .comma { throw failure(.bareLoopPattern, token.span) }
    guard kind == .keyword(.in) || kind == .element, isOnLine else {
      if kind == .equals { throw failure(.wrongOrder("for ="), token.span) }
      throw unexpected(.oneOf(["in"]))
    }
    advance()
    let source = try parseHeader()
    return .for(pattern, source, try parseLoopBody())
  }

  private func parseTry() throws(Abandoned) -> Expression.Kind {
    let body = try parseBody()
    guard kind == .keyword(.catch) else {
      if kind == .endOfText { throw unclosedBlock() }
      throw failure(.missingCatch, token.span, secondary: tokens[blocks[blocks.count - 1]].span)
    }
    advance()
    var name: Name?
    if !token.newlineBefore, kind != .semicolon, kind != .endOfText {
      name = try expectName(.variable)
    }
    try expectHeaderEnd(after: "catch")
    return .try(body, catchName: name, handler: try parseBody())
  }

  /// What is bound by `for`: a name, `_`, or a bracketed list of them.
  func parsePattern() throws(Abandoned) -> Pattern {
    guard kind == .openParenthesis else {
      let name = try expectName(.loop)
      return name.text == "_" ? .discard : .name(name)
    }
    try descend()
    defer { nesting -= 1 }
    let open = token
    advance()
    var members: [Pattern] = []
    while kind != .closeParenthesis {
      members.append(try parsePattern())
      if kind == .comma { advance() } else if kind != .closeParenthesis { throw unclosed(open, role: .loop) }
    }
    if members.isEmpty { throw unexpected(.name(.loop)) }
    advance()
    return .group(members, span(from: Int(open.start)))
  }

  /// The expression after `if`, `while` or `in`, and the end of its line.
  private func parseHeader() throws(Abandoned) -> Expression {
    let word = text(tokens[index - 1])
    if kind == .semicolon || (token.newlineBefore && tokens[index - 1].kind != .keyword(.in)) {
      throw unexpected(.valueAfter(word))
    }
    context.isHeader = true
    let value = try parseExpression()
    context.isHeader = false
    try expectHeaderEnd(after: source.text(value.span))
    return value
  }

  private func expectHeaderEnd(after text: String) throws(Abandoned) {
    if kind == .semicolon { return advance() }
    if kind == .endOfText { throw unclosedBlock() }
    if token.newlineBefore { return }
    let block = tokens[blocks[blocks.count - 1]]
    switch kind {
    case .equals where block.kind != .keyword(.for) && block.kind != .keyword(.try):
      throw failure(.assignmentInside(isCondition: true), token.span)
    case .comma where block.kind == .keyword(.for): throw failure(.secondLoopClause, token.span)
    case .invalid: throw Abandoned()
    default:
      if let word = foreignWord() { throw word }
      throw failure(.missingSeparator(after: text), token.span)
    }
  }

  func expectEnd() throws(Abandoned) {
    guard kind == .keyword(.end) else {
      if kind == .endOfText { throw unclosedBlock() }
      let block = tokens[blocks[blocks.count - 1]]
      throw failure(.unmatchedKeyword(text(token)), token.span, secondary: block.span)
    }
    advance()
  }

  func unclosedBlock() -> Abandoned {
    let block = tokens[blocks[blocks.count - 1]]
    if block.kind == .keyword(.if), let elseIf {
      return failure(.elseIf, elseIf, isAtEnd: kind == .endOfText)
    }
    return failure(.unclosedBlock(text(block)), block.span, isAtEnd: kind == .endOfText)
  }
}
