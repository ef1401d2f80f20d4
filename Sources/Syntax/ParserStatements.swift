// Statements: assignments, commands, help, and the bodies that hold them. Definitions have a file of their own.

extension Parser {
  struct Body {
    var statements: [Statement] = []
    var isSilenced = false
  }

  func parseProgram() throws(Abandoned) -> Body {
    var body = Body()
    while true {
      try parseStatements(into: &body)
      guard kind != .endOfText else { return body }
      _ = failure(.unmatchedKeyword(text(token)), token.span)
      advance()
    }
  }

  /// Statements up to a keyword that closes a body, or to the end of the text.
  func parseStatements(into body: inout Body) throws(Abandoned) {
    while true {
      while kind == .semicolon { advance() }
      if kind.closesBody && !isReservedTarget && !isTrailingHelp { return }
      let first = index
      do {
        if blocks.isEmpty { height = 0 }
        let statement = try parseStatement(isFirst: body.statements.isEmpty)
        try expectSeparator()
        body.isSilenced = kind == .semicolon
        body.statements.append(statement)
      } catch {
        if isHopeless { throw error }
        resynchronize(from: first)
        // A statement that makes no progress would never end.
        if index == first { advance() }
      }
    }
  }

  /// `end = 3`: a keyword where a name should be assigned.
  private var isReservedTarget: Bool {
    kind.isKeyword && !nextToken.newlineBefore
      && (nextToken.kind == .equals || nextToken.kind.updateOperator != nil)
  }

  private func parseStatement(isFirst: Bool) throws(Abandoned) -> Statement {
    let start = Int(token.start)
    statementStart = index
    if isReservedTarget { throw failure(.reservedName(text(token)), token.span) }
    if let help = parseTrailingHelp() { return help }
    let isSpacedMinus = kind == .minus && nextToken.spaceBefore && token.newlineBefore && !isFirst
    let isLeading = kind.isOnlyBinary || isSpacedMinus || (kind == .minus && !token.isMinusSign)
    if isLeading, kind != .question {
      if isFirst || !token.newlineBefore || kind == .backslash, let foreign = foreignOperand() {
        throw foreign
      }
      if !isFirst, token.newlineBefore { throw failure(.leadingOperator(text(token)), token.span) }
      throw kind == .plus ? failure(.unaryPlus, token.span) : unexpected(.value)
    }
    switch kind {
    case .keyword(.function): return try parseFunctionBlock()
    case .question: return try parseHelp()
    case .keyword(.break), .keyword(.continue):
      if !isInLoop { throw failure(.commandOutside(text(token)), token.span) }
      let command: Statement.Kind = kind == .keyword(.break) ? .break : .continue
      advance()
      return Statement(command, span(from: start))
    case .keyword(.return):
      if !isInFunction { throw failure(.commandOutside("return"), token.span) }
      advance()
      let isBare = token.newlineBefore || kind == .semicolon || kind.closesBody
      return Statement(.return(isBare ? nil : try parseList()), span(from: start))
    default: break
    }
    switch shapeAhead() {
    case .definition: return try parseEquation()
    case .assignment: return try parseAssignment()
    case .expression:
      let value = try parseList()
      return Statement(.expression(value), value.span)
    }
  }

  /// What a statement is, seen from its beginning.
  private enum Shape {
    case definition, assignment, expression
  }

  /// Looks along names, fields and closed brackets for the `=` that makes a statement an assignment.
  private func shapeAhead() -> Shape {
    var ahead = index
    if kind == .name, nextToken.kind == .openParenthesis, nextToken.partner > 0 {
      let after = tokens[Int(nextToken.partner) + 1]
      if after.kind == .equals, !after.newlineBefore { return .definition }
    }
    while ahead < tokens.count {
      switch tokens[ahead].kind {
      case .name, .constantTrue, .constantFalse, .constantNothing: ahead += 1
      case .openParenthesis where tokens[ahead].partner > 0: ahead = Int(tokens[ahead].partner) + 1
      default: return .expression
      }
      way: while !tokens[ahead].newlineBefore {
        switch tokens[ahead].kind {
        case .dot where tokens[ahead + 1].kind == .name: ahead += 2
        case .openBracket where tokens[ahead].partner > 0, .openParenthesis where tokens[ahead].partner > 0:
          ahead = Int(tokens[ahead].partner) + 1
        default: break way
        }
      }
      let token = tokens[ahead]
      if token.newlineBefore { return .expression }
      if token.kind == .equals || token.kind.updateOperator != nil { return .assignment }
      guard token.kind == .comma else { return .expression }
      ahead += 1
    }
    return .expression
  }

  private func parseAssignment() throws(Abandoned) -> Statement {
    let first = index
    let start = Int(token.start)
    var targets = [try parseTarget()]
    while kind == .comma {
      advance()
      targets.append(try parseTarget())
    }
    if let op = kind.updateOperator {
      let operatorSpan = token.span
      advance()
      guard targets.count == 1, case .variable = targets[0].kind else {
        throw failure(.updateOfSeveral, operatorSpan)
      }
      let value = try parseExpression()
      return Statement(.update(targets[0], op: op, value: value), span(from: start))
    }
    guard kind == .equals else { throw leftover() }
    advance()
    var value = try parseList()
    if kind == .equals, isOnLine { throw failure(.chainedAssignment, token.span) }
    if case .function(var literal) = value.kind, targets.count == 1 {
      literal.documentation = documentation(before: first)
      value.kind = .function(literal)
    }
    return Statement(.assign(targets, value: value), span(from: start))
  }

  private func parseTarget() throws(Abandoned) -> Target {
    let start = Int(token.start)
    switch kind {
    case .openParenthesis:
      try descend()
      defer { nesting -= 1 }
      advance()
      var members: [Target] = []
      while kind != .closeParenthesis {
        members.append(try parseTarget())
        if kind == .comma { advance() } else if kind != .closeParenthesis { throw leftover() }
      }
      if members.isEmpty { throw failure(.notAssignable("()"), Span(start, Int(token.end))) }
      advance()
      if members.count == 1 { return members[0] }
      return Target(.group(members), span(from: start))
    case .name:
      let name = name(token)
      advance()
      if name.text == "_" {
        if !token.spaceBefore, kind == .dot || kind == .openBracket {
          throw failure(.discardRead, name.span)
        }
        return Target(.discard, name.span)
      }
      var way: [Accessor] = []
      while !token.newlineBefore {
        if kind == .dot, nextToken.kind == .name, !nextToken.spaceBefore, !token.spaceBefore {
          advance()
          way.append(.field(self.name(token)))
          advance()
        } else if kind == .openBracket, !token.spaceBefore {
          let open = Int(token.start)
          let indices = try parseIndices()
          way.append(.index(indices, span(from: open)))
        } else if kind == .openParenthesis {
          let close = Int(tokens[max(index, Int(token.partner))].end)
          throw failure(.notAssignable(source.text(Span(start, close))), Span(start, close))
        } else {
          break
        }
        try link(token.span)
      }
      return Target(.variable(name, way), span(from: start))
    default:
      if kind.isKeyword || kind.isConstant { throw failure(.reservedName(text(token)), token.span) }
      throw unexpected(.name(.variable))
    }
  }

  /// `a, b` is a tuple; one expression is itself.
  func parseList() throws(Abandoned) -> Expression {
    let first = try parseExpression()
    guard kind == .comma, isOnLine else { return first }
    var elements = [Element(first)]
    while kind == .comma, isOnLine {
      advance()
      elements.append(Element(try parseExpression()))
    }
    return Expression(.tuple(elements), span(from: first.span.start))
  }

  // MARK: Help

  /// `?name`
  private func parseHelp() throws(Abandoned) -> Statement {
    let start = Int(token.start)
    advance()
    if kind == .endOfText || token.newlineBefore || kind == .semicolon { throw unexpected(.name(.function)) }
    let subject = helpSubject(at: index)
    guard isLineEnd(subject.end) else {
      throw failure(.helpNotAlone, tokens[subject.end].span)
    }
    index = subject.end
    return Statement(.help(subject.text), span(from: start))
  }

  /// `name?`, alone on its line.
  private func parseTrailingHelp() -> Statement? {
    guard isTrailingHelp else { return nil }
    let start = Int(token.start)
    let subject = helpSubject(at: index)
    index = subject.end + 1
    return Statement(.help(subject.text), span(from: start))
  }

  private var isTrailingHelp: Bool {
    guard kind != .endOfText else { return false }
    let end = helpSubject(at: index).end
    let mark = tokens[min(end, tokens.count - 1)]
    return mark.kind == .question && !mark.spaceBefore && isLineEnd(end + 1)
  }

  /// A dotted name, any one token, or a sign and what belongs to it (`∇²`, `@time`, `\nabla`), from `first` on.
  private func helpSubject(at first: Int) -> (text: String, end: Int) {
    let next = min(first + 1, tokens.count - 1)
    switch (tokens[first].kind, tokens[next].kind) {
    case (.nabla, .superscript), (.at, .name), (.backslash, .name):
      guard !tokens[next].spaceBefore, !tokens[next].newlineBefore else { break }
      return (text(tokens[first]) + text(tokens[next]), min(next + 1, tokens.count - 1))
    default: break
    }
    guard tokens[first].kind == .name else { return (text(tokens[first]), next) }
    var result = nameText(tokens[first])
    var end = first + 1
    while end + 1 < tokens.count, tokens[end].kind == .dot, tokens[end + 1].kind == .name,
      !tokens[end].spaceBefore, !tokens[end + 1].spaceBefore
    {
      result += "." + nameText(tokens[end + 1])
      end += 2
    }
    return (result, end)
  }

  private func isLineEnd(_ index: Int) -> Bool {
    guard index < tokens.count else { return true }
    let token = tokens[index]
    return token.newlineBefore || token.kind == .endOfText || token.kind == .semicolon
  }
}
