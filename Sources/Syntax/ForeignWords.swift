// Words and signs of other languages, and how Nabla says what they say.

extension Parser {
  /// A word of another language beside the current token, and how Nabla says it.
  func foreignWord() -> Abandoned? {
    var candidates = [token]
    if index > 0 { candidates.insert(tokens[index - 1], at: 0) }
    for candidate in candidates where candidate.kind == .name {
      if let advice = Parser.foreignWords[text(candidate)] {
        return failure(.foreignWord(text(candidate), advice: advice), candidate.span)
      }
    }
    if kind == .keyword(.if) { return failure(.choiceBehindValue, token.span) }
    if kind == .at, nextToken.spaceBefore || nextToken.kind != .name {
      return failure(.foreignOperator("@", write: "*"), token.span)
    }
    return nil
  }

  private static let foreignWords = [
    "and": "write `a && b`", "or": "write `a || b`", "not": "write `!a`, or `!(x in xs)`",
    "is": "write `a == b`", "mod": "write `a % b`",
    "def": "write `f(x) = …`", "func": "write `f(x) = …`", "fn": "write `f(x) = …`",
    "fun": "write `f(x) = …`", "lambda": "write `x -> …`",
    "do": "the lines below are the block, up to `end`; a function without a name is `x -> begin … end`",
    "then": "the lines below are the branch, up to `else` or `end`",
    "elif": "write `elseif`", "elsif": "write `elseif`", "except": "write `catch`",
    "finally": "what stands behind the `end` of a `try` runs in either case",
    "until": "write `while !c`", "switch": "write `if … elseif … else … end`",
    "match": "write `if … elseif … else … end`", "case": "write `elseif`",
    "let": "write `x = …`", "const": "write `x = …`", "var": "write `x = …`", "local": "write `x = …`",
    "global": "a function gives back what it makes, and the caller assigns it: `x = f(x)`",
    "import": "the library is always there", "using": "the library is always there",
    "from": "the library is always there", "with": "leave it out", "del": "leave it out",
    "struct": "a record is written `(a = 1, b = 2)`", "class": "a record is written `(a = 1, b = 2)`",
    "assert": "write `@assert c`", "raise": "write `error(\"…\")`", "throw": "write `error(\"…\")`",
    "yield": "`[f(x) for x in xs]` gathers the values",
  ]

  /// `np.dot "…"`, `A'`: the operand that ends before the current token, as it is written.
  func operandBefore() -> Span {
    var first = index - 1
    while true {
      if tokens[first].partner >= 0, Int(tokens[first].partner) < first { first = Int(tokens[first].partner) }
      let isAttached: Bool
      switch tokens[first].kind {
      case .prime, .superscript, .transpose, .openParenthesis, .openBracket: isAttached = true
      default: isAttached = first > 0 && tokens[first - 1].kind == .dot
      }
      guard isAttached, first > 0, !tokens[first].spaceBefore else { break }
      first -= 1
      if tokens[first].kind == .dot, first > 0 { first -= 1 }
    }
    return Span(Int(tokens[first].start), previousEnd)
  }

  /// `sin x`, `print "x"`: what was meant by two operands beside each other, if that is certain.
  func callWithoutParentheses(_ left: Token) -> Abandoned? {
    guard left.kind == .name, kind == .stringOpen || kind == .tripleStringOpen else { return nil }
    if !token.spaceBefore {
      return failure(.prefixedString(text(left)), left.span.union(token.span))
    }
    let function = operandBefore()
    return failure(.callWithoutParentheses(source.text(function)), token.span, secondary: function)
  }

  /// What another language may have meant by the current token, which begins no operand here.
  func foreignOperand() -> Abandoned? {
    switch kind {
    case .or, .orOr: return failure(.bars, token.span)
    case .backslash where nextToken.kind == .name && !nextToken.spaceBefore:
      guard let symbol = Symbols.symbol(named: text(nextToken)) else { return nil }
      return failure(
        .latexName(text(nextToken), symbol: symbol), token.span.union(nextToken.span))
    case .greater where index > 0 && tokens[index - 1].kind == .less && !token.spaceBefore:
      return failure(.foreignOperator("<>", write: "!="), tokens[index - 1].span.union(token.span))
    case .arrow where index > 0 && tokens[index - 1].kind == .or && !token.spaceBefore:
      return failure(.foreignOperator("|->", write: "->"), tokens[index - 1].span.union(token.span))
    default: return nil
    }
  }
}
