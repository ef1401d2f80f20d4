// Parentheses (grouping, tuples, records) and brackets (lists, matrices, comprehensions).

extension Parser {
  // MARK: Parentheses

  func parseParenthesis() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let open = token
    let saved = context
    context = context.inBrackets
    defer { context = saved }
    advance()
    let start = Int(open.start)
    if kind == .closeParenthesis {
      advance()
      return Expression(.tuple([]), span(from: start))
    }
    if kind == .semicolon { return try parseShortRecord(open) }
    var entries: [Field] = []
    var spreads: Set<Int> = []
    var hasComma = false
    while kind != .closeParenthesis {
      if nextToken.kind == .equals {
        let name = try expectName(.field)
        advance()
        try addField(name, try parseExpression(), to: &entries)
      } else {
        let value = try parseExpression()
        if kind == .ellipsis {
          spreads.insert(entries.count)
          advance()
        }
        if kind == .keyword(.for) {
          throw failure(
            .unexpected(.keyword("for"), expected: .oneOf(["[", "]"])), token.span, secondary: open.span)
        }
        entries.append(Field(name: nil, value: value))
      }
      if kind == .comma {
        hasComma = true
        advance()
      } else if kind != .closeParenthesis {
        throw unclosed(open, role: .field)
      }
    }
    advance()
    let whole = span(from: start)
    if entries.contains(where: { $0.name != nil }) {
      for (position, entry) in entries.enumerated() where entry.name == nil && !spreads.contains(position) {
        throw failure(.mixedTuple, entry.value.span, secondary: entries.first { $0.name != nil }?.name?.span)
      }
      return Expression(.record(entries), whole)
    }
    if !hasComma {
      if !spreads.isEmpty { throw failure(.loneSpread, whole) }
      return Expression(entries[0].value.kind, whole)
    }
    let elements = entries.enumerated().map { Element($1.value, isSpread: spreads.contains($0)) }
    return Expression(.tuple(elements), whole)
  }

  /// `(; W, b)`, at its semicolon.
  private func parseShortRecord(_ open: Token) throws(Abandoned) -> Expression {
    advance()
    var entries: [Field] = []
    while kind != .closeParenthesis {
      if nextToken.kind == .equals {
        let name = try expectName(.field)
        advance()
        try addField(name, try parseExpression(), to: &entries)
      } else {
        let value = try parseExpression()
        if kind == .ellipsis {
          advance()
          entries.append(Field(name: nil, value: value))
        } else if case .name(let text) = value.kind {
          try addField(Name(text, value.span), value, to: &entries)
        } else {
          throw failure(.valueAfterSemicolon, value.span)
        }
      }
      if kind == .comma { advance() } else if kind != .closeParenthesis { throw unclosed(open, role: .field) }
    }
    advance()
    return Expression(.record(entries), span(from: Int(open.start)))
  }

  private func addField(_ name: Name, _ value: Expression, to entries: inout [Field])
    throws(Abandoned)
  {
    if let earlier = entries.first(where: { $0.name?.text == name.text })?.name {
      throw failure(.duplicateName(name.text, .field), name.span, secondary: earlier.span)
    }
    entries.append(Field(name: name, value: value))
  }

  // MARK: Brackets

  func parseBracket() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let open = token
    let saved = context
    context = context.inBrackets
    context.spaceSplits = true
    defer { context = saved }
    advance()
    var rows: [[Element]] = [[]]
    var hasCommas = false
    var hasSpaces = false
    while kind != .closeBracket {
      if kind == .semicolon {
        if rows[rows.count - 1].isEmpty { throw failure(.emptyRow, token.span) }
        rows.append([])
        advance()
        continue
      }
      let value = try parseExpression()
      if kind == .keyword(.for) {
        guard rows.count == 1, rows[0].isEmpty else {
          throw failure(.unexpected(.keyword("for"), expected: .oneOf([",", "]"])), token.span)
        }
        let result = try parseClauses(value)
        guard kind == .closeBracket else {
          throw kind == .comma ? unexpected(.oneOf(["]"])) : unclosed(open, role: .loop)
        }
        advance()
        return Expression(result.kind, span(from: Int(open.start)))
      }
      let isSpread = kind == .ellipsis
      if isSpread { advance() }
      rows[rows.count - 1].append(Element(value, isSpread: isSpread))
      switch kind {
      case .comma:
        hasCommas = true
        advance()
      case .closeBracket, .semicolon: break
      default:
        let begins = kind.beginsOperand || kind == .plus || (kind == .keyword(.end) && context.endIsLength)
        guard token.spaceBefore, begins, open.partner > 0 || !token.newlineBefore else {
          throw unclosed(open, role: .field)
        }
        // A line's end inside a literal begins a row.
        if token.newlineBefore { rows.append([]) } else { hasSpaces = true }
      }
    }
    advance()
    let whole = span(from: Int(open.start))
    let isMatrix = hasSpaces || rows.count > 1
    if rows[rows.count - 1].isEmpty, rows.count > 1 { rows.removeLast() }
    if hasCommas, isMatrix {
      throw failure(.mixedSeparators(list: listReading(rows), matrix: matrixReading(rows)), whole)
    }
    return Expression(isMatrix ? .matrix(rows) : .list(rows[0]), whole)
  }

  private func written(_ element: Element) -> String {
    source.text(element.value.span) + (element.isSpread ? "..." : "")
  }

  /// What a literal would be if all its separators were commas …
  private func listReading(_ rows: [[Element]]) -> String {
    let lists = rows.map { "[" + $0.map(written).joined(separator: ", ") + "]" }
    return lists.count == 1 ? lists[0] : "[" + lists.joined(separator: ", ") + "]"
  }

  /// … and what it would be if none were.
  private func matrixReading(_ rows: [[Element]]) -> String {
    "[" + rows.map { $0.map(written).joined(separator: " ") }.joined(separator: "; ") + "]"
  }

  /// `for y in ys, x in xs if c`, after the body.
  func parseClauses(_ body: Expression) throws(Abandoned) -> Expression {
    context.spaceSplits = false
    advance()
    var clauses: [Clause] = []
    while true {
      let pattern = try parsePattern()
      guard kind == .keyword(.in) || kind == .element else {
        if kind == .comma { throw failure(.bareLoopPattern, token.span) }
        if kind == .equals { throw failure(.wrongOrder("for ="), token.span) }
        throw unexpected(.oneOf(["in"]))
      }
      advance()
      clauses.append(Clause(pattern: pattern, source: try parseExpression()))
      guard kind == .comma, isClauseAhead else { break }
      advance()
    }
    var condition: Expression?
    if kind == .keyword(.if) {
      advance()
      condition = try parseExpression()
    }
    if kind == .keyword(.for) { throw failure(.wrongOrder("for for"), token.span) }
    return Expression(.comprehension(body, clauses, condition: condition), span(from: body.span.start))
  }

  /// Behind the comma at the current token stands a further `x in …`, not something else in the list around.
  private var isClauseAhead: Bool {
    var after = index + 2
    if nextToken.kind == .openParenthesis {
      guard nextToken.partner > 0 else { return true }
      after = Int(nextToken.partner) + 1
    } else if nextToken.kind != .name {
      return nextToken.kind == .endOfText
    }
    let kind = tokens[min(after, tokens.count - 1)].kind
    return kind == .keyword(.in) || kind == .element || kind == .equals || kind == .endOfText
  }

  // MARK: What is wrong where a bracket should close

  /// The current token neither goes on with the list in `open` nor closes it.
  func unclosed(_ open: Token, role: Diagnostic.Role) -> Abandoned {
    let bracket = text(open)
    switch kind {
    case .endOfText: return failure(.unclosedBracket(bracket), open.span, isAtEnd: true)
    case .invalid: return Abandoned()
    case .equals:
      return failure(.assignmentInside(isCondition: false), token.span)
    case .closeParenthesis, .closeBracket, .interpolationClose:
      return failure(.unclosedBracket(bracket), open.span, secondary: token.span)
    case .arrow: return failure(.wrongOrder("->"), token.span)
    case .ellipsis: return failure(.straySpread, token.span)
    default: break
    }
    if open.partner < 0, token.newlineBefore || kind.isKeyword {
      return failure(.unclosedBracket(bracket), open.span, secondary: token.span)
    }
    if let word = foreignWord() { return word }
    if kind.beginsOperand { return sideBySide() }
    let close = bracket == "[" ? "]" : ")"
    return unexpected(.oneOf([",", close]))
  }
}
