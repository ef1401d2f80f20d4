// What is attached behind an operand, and the calls and indices that are.

extension Parser {
  func parsePostfix() throws(Abandoned) -> Expression {
    let outerHeight = height
    height = 0
    var base = try parsePrimary()
    attached: while true {
      let mark = token
      if mark.spaceBefore {
        try checkDetached(base)
        break
      }
      switch mark.kind {
      case .openParenthesis:
        let arguments = try parseArguments()
        base = Expression(.call(base, arguments), span(from: base.span.start))
      case .openBracket:
        let indices = try parseIndices()
        base = Expression(.index(base, indices), span(from: base.span.start))
      case .dot:
        let field = try parseField(of: base)
        base = Expression(.field(base, field), base.span.union(field.span))
      case .prime:
        var count = 0
        while kind == .prime, count == 0 || !token.spaceBefore {
          count += primes(token)
          advance()
        }
        base = Expression(.prime(base, count: count), span(from: base.span.start))
      case .transpose:
        advance()
        base = Expression(.transpose(base), base.span.union(mark.span))
      case .superscript:
        advance()
        let exponent = try parseSuperscript(mark.span)
        base = Expression(
          .binary(.power, base, exponent, operatorSpan: mark.span), base.span.union(mark.span))
      case .number where source.scalars[Int(mark.start)] == ".":
        let digits = source.text(Span(Int(mark.start) + 1, Int(mark.end)))
        throw failure(.numberAsField(base: source.text(base.span), digits: digits), mark.span)
      default: break attached
      }
      try link(mark.span)
    }
    height = max(outerHeight, height)
    return base
  }

  private func primes(_ token: Token) -> Int {
    switch source.scalars[Int(token.start)] {
    case "″": return 2
    case "‴": return 3
    default: return 1
    }
  }

  /// `f (x)`, `A '`, `x ²`: attached marks bind only without a space.
  private func checkDetached(_ base: Expression) throws(Abandoned) {
    guard isOnLine else { return }
    switch kind {
    case .openParenthesis, .openBracket:
      if context.spaceSplits { return }
      let bracket = kind == .openParenthesis ? "(" : "["
      throw failure(
        .detachedBracket(base: source.text(base.span), bracket: bracket), token.span, secondary: base.span)
    case .prime:
      if text(token) == "'", nextQuoteOnLine { throw failure(.singleQuotes, token.span) }
      throw failure(.detachedMark(text(token)), token.span, secondary: base.span)
    case .superscript, .transpose, .dot:
      throw failure(.detachedMark(text(token)), token.span, secondary: base.span)
    default: return
    }
  }

  private var nextQuoteOnLine: Bool {
    tokens[(index + 1)...].prefix { !$0.newlineBefore }.contains { $0.kind == .prime && text($0) == "'" }
  }

  private func parseField(of base: Expression) throws(Abandoned) -> Name {
    let dot = token.span
    advance()
    if case .number = base.kind {
      let written = source.text(base.span)
      if kind == .name, !token.spaceBefore { throw failure(.fieldOfNumber(written), dot) }
      throw failure(.pointWithoutDigit(written), dot)
    }
    if kind == .openParenthesis {
      throw failure(.broadcastDot(base: source.text(base.span)), dot, secondary: base.span)
    }
    if kind == .prime { throw failure(.foreignOperator(".'", write: "'"), dot.union(token.span)) }
    guard !token.spaceBefore else {
      throw failure(.unexpected(.token("."), expected: .name(.field)), dot)
    }
    return try expectName(.field)
  }

  // MARK: Calls

  private func parseArguments() throws(Abandoned) -> [Argument] {
    try descend()
    defer { nesting -= 1 }
    let open = token
    let saved = context
    context = context.inBrackets
    defer { context = saved }
    advance()
    var arguments: [Argument] = []
    var isNamed = false
    while kind != .closeParenthesis {
      if kind == .semicolon, !isNamed {
        isNamed = true
        advance()
        continue
      }
      let argument = try parseArgument(isNamed: isNamed)
      if kind == .keyword(.for), argument.name == nil, !argument.isSpread {
        let generator = try parseClauses(argument.value)
        guard arguments.isEmpty, !isNamed, kind == .closeParenthesis else {
          if kind == .endOfText { throw unclosed(open, role: .argument) }
          throw failure(.generatorAmongArguments, generator.span)
        }
        arguments.append(Argument(value: generator))
        break
      }
      if let name = argument.name, let earlier = arguments.first(where: { $0.name?.text == name.text })?.name
      {
        throw failure(.duplicateName(name.text, .argument), name.span, secondary: earlier.span)
      }
      arguments.append(argument)
      if kind == .comma {
        advance()
      } else if kind != .closeParenthesis && !(kind == .semicolon && !isNamed) {
        throw unclosed(open, role: .argument)
      }
    }
    advance()
    return arguments
  }

  private func parseArgument(isNamed: Bool) throws(Abandoned) -> Argument {
    if nextToken.kind == .equals {
      let name = try expectName(.argument)
      advance()
      return Argument(name: name, value: try parseExpression())
    }
    let first = token
    let value = try parseExpression()
    if kind == .ellipsis {
      advance()
      return Argument(value: value, isSpread: true)
    }
    guard isNamed else { return Argument(value: value) }
    guard first.kind == .name, case .name(let text) = value.kind, first.span == value.span else {
      throw failure(.valueAfterSemicolon, value.span)
    }
    return Argument(name: Name(text, value.span), value: value)
  }

  // MARK: Indices

  /// `[i, :, 2:end]`
  func parseIndices() throws(Abandoned) -> [Index] {
    try descend()
    defer { nesting -= 1 }
    let open = token
    let saved = context
    context = context.inBrackets
    context.endIsLength = true
    defer { context = saved }
    advance()
    if kind == .closeBracket { throw failure(.emptyIndex, open.span.union(token.span)) }
    var indices: [Index] = []
    while true {
      if kind == .colon, nextToken.kind == .comma || nextToken.kind == .closeBracket {
        indices.append(.all(token.span))
        advance()
      } else if kind == .colon, nextToken.kind != .endOfText {
        let text = source.text(nextToken.span)
        throw failure(.wrongOrder(":" + text), token.span.union(nextToken.span))
      } else {
        let value = try parseExpression()
        let isSpread = kind == .ellipsis
        if isSpread { advance() }
        indices.append(.at(value, isSpread: isSpread))
      }
      if kind == .closeBracket { break }
      guard kind == .comma else {
        let isSeparator =
          kind == .semicolon || (token.spaceBefore && !token.newlineBefore && kind.beginsOperand)
        if isSeparator, open.partner > 0 {
          throw failure(.separatorInIndex(kind == .semicolon ? ";" : " "), token.span, secondary: open.span)
        }
        throw unclosed(open, role: .argument)
      }
      advance()
    }
    advance()
    return indices
  }
}
