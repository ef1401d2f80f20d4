// Operators, by precedence climbing: one level a row of the table in the language's page.

extension Infix {
  /// `in` says what `∈` says.
  init?(_ kind: Token.Kind) {
    switch kind {
    case .infix(let infix): self = infix
    case .keyword(.in): self = .comparison(.element)
    default: return nil
    }
  }
}

extension Parser {
  func parseExpression() throws(Abandoned) -> Expression {
    arrowStart = index
    let condition = try parseBinary(.pipe)
    guard kind == .question, isOnLine else { return condition }
    return try parseConditional(condition)
  }

  /// `c ? a : b`, after `c`.
  private func parseConditional(_ condition: Expression) throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let question = token.span
    advance()
    let saved = context
    context.colonEnds = true
    let first = try parseExpression()
    context = saved
    guard kind == .colon, isOnLine else {
      if kind == .endOfText, !context.newlineEnds { throw unexpected(.oneOf([":"])) }
      throw failure(.missingBranch, question)
    }
    advance()
    let second = try parseExpression()
    return Expression(.conditional(condition, first, second), condition.span.union(second.span))
  }

  /// The operator at the current token, if it goes on with the expression.
  private func infixAhead(_ minimum: Precedence) -> Infix? {
    guard isOnLine, let infix = Infix(kind), infix.precedence.rawValue >= minimum.rawValue else { return nil }
    switch kind {
    case .colon where context.colonEnds: return nil
    case .plus where token.end - token.start == 1, .minus where token.isMinusSign:
      // `[1 -2]` is two elements, `[a - b]` and `[a-b]` are one.
      if context.spaceSplits, token.spaceBefore, !nextToken.spaceBefore { return nil }
    default: break
    }
    return infix
  }

  func parseBinary(_ minimum: Precedence) throws(Abandoned) -> Expression {
    let outerHeight = height
    height = 0
    var left = try parsePrefix()
    while let infix = infixAhead(minimum) {
      let operatorSpan = token.span
      switch infix {
      case .comparison: left = try parseComparisons(left)
      case .range, .interval: left = try parseRange(left, isInterval: kind == .interval)
      default:
        advance()
        // `xs |> x -> x + 1`: here, too, `->` reaches as far right as it can.
        if case .pipe = infix { arrowStart = index }
        let right = try parseBinary(infix.precedence.next)
        let span = left.span.union(right.span)
        switch infix {
        case .binary(let op): left = Expression(.binary(op, left, right, operatorSpan: operatorSpan), span)
        case .shortCircuit(let isAnd): left = Expression(.shortCircuit(isAnd: isAnd, left, right), span)
        default: left = Expression(.pipe(left, right), span)
        }
      }
      try link(operatorSpan)
    }
    height = max(outerHeight, height)
    return left
  }

  /// `a < b <= c`, after `a`.
  private func parseComparisons(_ first: Expression) throws(Abandoned) -> Expression {
    var links: [Comparison] = []
    var end = first.span
    while case .comparison(let op)? = infixAhead(.comparison) {
      let operatorSpan = token.span
      advance()
      let right = try parseBinary(.range)
      end = right.span
      links.append(Comparison(op: op, operatorSpan: operatorSpan, right: right))
    }
    return Expression(.comparison(first, links), first.span.union(end))
  }

  /// `a:b`, `a:s:b`, `a..b`, after `a`.
  private func parseRange(_ first: Expression, isInterval: Bool) throws(Abandoned) -> Expression {
    let second = try parseRangeEnd(first)
    var result = Expression(
      isInterval ? .interval(first, second) : .range(first, step: nil, second), first.span.union(second.span))
    if !isInterval, kind == .colon, infixAhead(.range) != nil {
      let third = try parseRangeEnd(second)
      result = Expression(.range(first, step: second, third), first.span.union(third.span))
    }
    if infixAhead(.range) != nil, kind == .colon || kind == .interval {
      throw failure(.rangeOfRanges(text(token)), token.span, secondary: result.span)
    }
    return result
  }

  private func parseRangeEnd(_ start: Expression) throws(Abandoned) -> Expression {
    let mark = token
    // A header in Python's manner, `if x > 0:`.
    if context.isHeader, mark.kind == .colon, nextToken.newlineBefore {
      throw failure(.wrongOrder(":"), mark.span)
    }
    advance()
    if mark.kind == .colon, kind == .closeBracket || kind == .comma {
      throw failure(.openRange(start: source.text(start.span)), mark.span)
    }
    return try parseBinary(.sum)
  }

  // MARK: Before an operand

  func parsePrefix() throws(Abandoned) -> Expression {
    switch kind {
    case .minus where token.isMinusSign: return try parseUnary(.negate)
    case .bang: return try parseUnary(.not)
    case .root: return try parseUnary(.root)
    case .number where isCoefficient: return try parseCoefficient()
    default: return try parsePower()
    }
  }

  private func parseUnary(_ op: UnaryOperator) throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let start = token.span
    advance()
    let operand = try parsePrefix()
    return Expression(.unary(op, operand), start.union(operand.span))
  }

  /// A decimal number directly followed by a name, `(`, `√`, `∇` or `∂`.
  private var isCoefficient: Bool {
    let next = nextToken
    guard !next.spaceBefore else { return false }
    switch next.kind {
    case .name, .constantTrue, .constantFalse, .constantNothing, .openParenthesis, .root, .nabla, .del:
      return true
    default: return false
    }
  }

  private func parseCoefficient() throws(Abandoned) -> Expression {
    let number = try parseNumber()
    let right = kind == .root ? try parseUnary(.root) : try parsePower()
    let between = Span(number.span.end, number.span.end)
    return Expression(
      .binary(.coefficient, number, right, operatorSpan: between), number.span.union(right.span))
  }

  private func parsePower() throws(Abandoned) -> Expression {
    let base = try parsePostfix()
    guard case .infix(.binary(let op)) = kind, op.row.precedence == .power, isOnLine else { return base }
    try descend()
    defer { nesting -= 1 }
    let operatorSpan = token.span
    advance()
    let exponent = try parsePrefix()
    return Expression(
      .binary(op, base, exponent, operatorSpan: operatorSpan), base.span.union(exponent.span))
  }
}
