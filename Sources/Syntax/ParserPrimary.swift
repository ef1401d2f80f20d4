// The smallest operands: numbers, names, strings, blocks, macros; and what cannot be one.

extension Parser {
  func parsePrimary() throws(Abandoned) -> Expression {
    let first = token
    switch first.kind {
    case .number: return try parseNumber()
    case .basedNumber: return try parseBasedNumber()
    case .name:
      if index == arrowStart, isArrowAhead { return try parseArrow() }
      let text = nameText(first)
      if text == "_" { throw failure(.discardRead, first.span) }
      advance()
      return Expression(.name(text), first.span)
    case .constantTrue, .constantFalse:
      advance()
      return Expression(.boolean(first.kind == .constantTrue), first.span)
    case .constantNothing:
      advance()
      return Expression(.nothing, first.span)
    case .stringOpen, .tripleStringOpen: return try parseString()
    case .openParenthesis:
      return index == arrowStart && isArrowAhead ? try parseArrow() : try parseParenthesis()
    case .openBracket: return try parseBracket()
    case .keyword(let word) where word.beginsExpression: return try parseBlock()
    case .nabla: return try parseGradient()
    case .del: return try parsePartial()
    case .at: return try parseMacro()
    case .keyword(.end) where context.endIsLength:
      advance()
      return Expression(.end, first.span)
    default: throw noOperand()
    }
  }

  /// The current token begins no operand.
  private func noOperand() -> Abandoned {
    switch kind {
    case .plus: return failure(.unaryPlus, token.span)
    case .keyword(.break), .keyword(.continue), .keyword(.return):
      return failure(.commandInside(text(token)), token.span)
    case .keyword(.function): return failure(.definitionInside, token.span)
    case .prime where text(token) == "'": return failure(.singleQuotes, token.span)
    default: break
    }
    if let foreign = foreignOperand() { return foreign }
    if index > 0, !context.newlineEnds || !token.newlineBefore || kind == .endOfText {
      let previous = tokens[index - 1]
      let isOperator = Infix(previous.kind) != nil || previous.kind == .equals || previous.kind == .arrow
      if isOperator { return unexpected(.valueAfter(text(previous))) }
    }
    return unexpected(.value)
  }

  func parseNumber() throws(Abandoned) -> Expression {
    let first = token
    var digits = ""
    var isShort = first.end - first.start <= 15
    var integer = 0
    for scalar in source.scalars[Int(first.start)..<Int(first.end)] where scalar != "_" {
      digits.unicodeScalars.append(scalar == "−" ? "-" : scalar)
      if scalar.isDigit {
        integer = isShort ? integer * 10 + Int(scalar.value - 0x30) : 0
      } else {
        isShort = false
      }
    }
    advance()
    return Expression(.number(isShort ? Double(integer) : Double(digits) ?? .infinity), first.span)
  }

  /// `0xff`, `0b101`
  private func parseBasedNumber() throws(Abandoned) -> Expression {
    let first = token
    let isBinary = source.scalars[Int(first.start) + 1] == "b"
    var value = 0.0
    for scalar in source.scalars[(Int(first.start) + 2)..<Int(first.end)] where scalar != "_" {
      let digit = Int(String(Character(scalar)), radix: 16) ?? 0
      value = value * (isBinary ? 2 : 16) + Double(digit)
    }
    advance()
    if !token.spaceBefore, kind == .name || kind == .openParenthesis {
      throw failure(.basedCoefficient(text(first)), first.span)
    }
    return Expression(.number(value), first.span)
  }

  // MARK: Macros

  private func parseMacro() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let at = token
    advance()
    guard kind == .name, !token.spaceBefore else {
      if kind == .endOfText { throw unexpected(.name(.macro)) }
      throw failure(.unknownMacro(""), at.span)
    }
    let macro = name(token)
    guard Macro(rawValue: macro.text) != nil else {
      throw failure(.unknownMacro(macro.text), at.span.union(macro.span))
    }
    advance()
    if context.newlineEnds, token.newlineBefore || kind == .semicolon {
      throw unexpected(.valueAfter("@" + macro.text))
    }
    let value = try parseExpression()
    var text: Expression?
    if macro.text == "assert", kind == .stringOpen || kind == .tripleStringOpen, isOnLine {
      text = try parseString()
    }
    return Expression(.macro(macro, value, text: text), span(from: Int(at.start)))
  }

  // MARK: Strings

  func parseString() throws(Abandoned) -> Expression {
    try descend()
    defer { nesting -= 1 }
    let open = token
    advance()
    var literal = StringLiteral(isTriple: open.kind == .tripleStringOpen)
    while kind != .stringClose {
      let piece = token
      switch piece.kind {
      case .stringText:
        literal.append(source.scalars[Int(piece.start)..<Int(piece.end)])
        advance()
      case .stringName:
        advance()
        literal.append(try interpolatedName(piece))
      case .interpolationOpen:
        let saved = context
        context = context.inBrackets
        advance()
        let value = try parseExpression()
        guard kind == .interpolationClose else { throw unclosed(piece, role: .variable) }
        advance()
        context = saved
        literal.append(value)
      default: throw unexpected(.oneOf(["\""]))
      }
    }
    advance()
    let (pieces, flaws) = literal.pieces()
    for flaw in flaws { _ = failure(flaw.kind, flaw.span) }
    return Expression(.string(pieces), span(from: Int(open.start)))
  }

  private func interpolatedName(_ piece: Token) throws(Abandoned) -> Expression {
    let text = nameText(piece)
    switch Token.Kind.keywords[text] {
    case .constantTrue?: return Expression(.boolean(true), piece.span)
    case .constantFalse?: return Expression(.boolean(false), piece.span)
    case .constantNothing?: return Expression(.nothing, piece.span)
    case nil where text != "_": return Expression(.name(text), piece.span)
    default: throw failure(.reservedName(text), piece.span)
    }
  }
}

/// The words after `@`.
public enum Macro: String, CaseIterable, Sendable {
  case time, show, assert, code, plan
}
