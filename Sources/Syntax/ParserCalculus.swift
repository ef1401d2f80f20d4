// The notation of calculus: ∇f, ∇²f, ∂f/∂x, and superscripts.

extension Parser {
  /// `∇f`, `∇²f`, `∇∇f`, `∇(expr)`: the sign takes the name beside it with its fields, or a parenthesis.
  func parseGradient() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let sign = token
    advance()
    var order = 1
    if kind == .superscript, !token.spaceBefore {
      guard superscriptNumber(token) == 2 else { throw failure(.wrongSuperscript("∇"), token.span) }
      order = 2
      advance()
    }
    if kind != .endOfText, token.spaceBefore { throw failure(.detachedGradient("∇"), sign.span) }
    let operand = kind == .nabla ? try parseGradient() : try parseHead("∇")
    return Expression(.gradient(order: order, operand), sign.span.union(operand.span))
  }

  private func parseHead(_ sign: String) throws(Abandoned) -> Expression {
    if kind == .openParenthesis { return try parseParenthesis() }
    guard kind == .name else {
      if kind.isKeyword || kind.isConstant { throw failure(.reservedName(text(token)), token.span) }
      throw unexpected(.valueAfter(sign))
    }
    var head = Expression(.name(nameText(token)), token.span)
    advance()
    while kind == .dot, !token.spaceBefore, nextToken.kind == .name, !nextToken.spaceBefore {
      advance()
      let field = name(token)
      advance()
      head = Expression(.field(head, field), head.span.union(field.span))
      try link(field.span)
    }
    return head
  }

  /// `∂f/∂x`, `∂²f/∂x∂y`, `∂²f/∂x²`
  func parsePartial() throws(Abandoned) -> Expression {
    let start = Int(token.start)
    let sign = token.span
    advance()
    let order = try parseOrder("∂")
    if kind != .endOfText, token.spaceBefore { throw failure(.detachedGradient("∂"), sign) }
    let head = try parseHead("∂")
    guard kind == .slash, isOnLine, nextToken.kind == .del else {
      if kind == .slash, nextToken.kind == .endOfText {
        advance()
        throw unexpected(.oneOf(["∂"]))
      }
      throw failure(.missingDenominator, span(from: start))
    }
    advance()
    var names: [Name] = []
    repeat {
      advance()
      if kind != .endOfText, token.spaceBefore {
        throw failure(.detachedGradient("∂"), tokens[index - 1].span)
      }
      let variable = try expectName(.parameter)
      let times = try parseOrder("∂" + variable.text)
      names.append(contentsOf: repeatElement(variable, count: times))
    } while kind == .del && !token.spaceBefore
    guard names.count == order else {
      throw failure(.derivativeOrder(numerator: order, denominator: names.count), span(from: start))
    }
    return Expression(.partial(head, names), span(from: start))
  }

  /// The superscript behind a `∂` or behind its variable; 1 where there is none.
  private func parseOrder(_ subject: String) throws(Abandoned) -> Int {
    guard kind == .superscript, !token.spaceBefore else { return 1 }
    guard let order = superscriptNumber(token), order >= 1, order <= 20 else {
      throw failure(.wrongSuperscript(subject), token.span)
    }
    advance()
    return order
  }

  private func superscriptNumber(_ token: Token) -> Int? {
    var digits = ""
    for scalar in source.scalars[Int(token.start)..<Int(token.end)] {
      guard let lowered = scalar.lowered, lowered.isDigit else { return nil }
      digits.unicodeScalars.append(lowered)
    }
    return Int(digits)
  }

  // MARK: Exponents

  /// The value of a run of superscripts: `²`, `⁻¹`, `ⁿ⁺¹`, `²ⁿ`.
  func parseSuperscript(_ span: Span) throws(Abandoned) -> Expression {
    let characters = source.scalars[span.start..<span.end].map { $0.lowered ?? $0 }
    var offset = 0
    func place(_ from: Int) -> Span { Span(span.start + from, span.start + offset) }

    func term() -> Expression? {
      let start = offset
      while offset < characters.count, characters[offset].isDigit { offset += 1 }
      let digits = String(String.UnicodeScalarView(characters[start..<offset]))
      let number = digits.isEmpty ? nil : Expression(.number(Double(digits) ?? .infinity), place(start))
      let letters = offset
      while offset < characters.count, characters[offset].isNameStart { offset += 1 }
      guard offset > letters else { return number }
      let text = String(String.UnicodeScalarView(characters[letters..<offset]))
      let variable = Expression(.name(text), place(letters))
      guard let number else { return variable }
      let between = Span(number.span.end, number.span.end)
      return Expression(.binary(.coefficient, number, variable, operatorSpan: between), place(start))
    }

    let isNegative = characters[0] == "-"
    if isNegative { offset += 1 }
    guard var value = term() else { throw failure(.wrongSuperscript(source.text(span)), span) }
    if isNegative { value = Expression(.unary(.negate, value), place(0)) }
    while offset < characters.count {
      let isSum = characters[offset] == "+"
      let sign = offset
      guard isSum || characters[offset] == "-" else { break }
      offset += 1
      let signSpan = place(sign)
      guard let next = term() else { break }
      value = Expression(.binary(isSum ? .add : .subtract, value, next, operatorSpan: signSpan), place(0))
      try link(signSpan)
    }
    guard offset == characters.count else { throw failure(.wrongSuperscript(source.text(span)), span) }
    return value
  }
}
