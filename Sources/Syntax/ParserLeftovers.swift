// A statement has ended, or should have: what stands behind it, and what was probably meant.

extension Parser {
  /// A line's end, `;`, or a keyword that closes the body.
  func expectSeparator() throws(Abandoned) {
    if kind == .semicolon || token.newlineBefore || kind.closesBody { return }
    throw leftover()
  }

  /// The current token cannot follow what has been read.
  func leftover() -> Abandoned {
    switch kind {
    case .invalid: return Abandoned()
    case .stringClose, .endOfText: return unexpected(.endOfStatement)
    case .equals, .update:
      return failure(.notAssignable(source.text(statementSpan)), token.span, secondary: statementSpan)
    case .closeParenthesis, .closeBracket, .interpolationClose:
      // The bracket was opened before the block that it closes over.
      if let block = blocks.last, token.partner < 0 || Int(token.partner) < block { return unclosedBlock() }
      return failure(.unmatchedBracket(text(token)), token.span)
    case .comma: return failure(.tupleBody, token.span)
    case .ellipsis: return failure(.straySpread, token.span)
    case .arrow: return failure(.wrongOrder("->"), token.span)
    case .question: return failure(.helpNotAlone, token.span)
    case .keyword(.for): return failure(.unexpected(.keyword("for"), expected: .oneOf(["["])), token.span)
    default: break
    }
    if let word = foreignWord() { return word }
    if kind.beginsOperand { return sideBySide() }
    return unexpected(.endOfStatement)
  }

  /// The statement so far, on its line.
  private var statementSpan: Span {
    var first = index
    while first > 0, !tokens[first].newlineBefore, tokens[first - 1].kind != .semicolon {
      first -= 1
      if tokens[first].partner >= 0, Int(tokens[first].partner) < first { first = Int(tokens[first].partner) }
    }
    return Span(Int(tokens[min(first, max(index - 1, 0))].start), previousEnd)
  }

  /// Two operands beside each other, with nothing between.
  func sideBySide() -> Abandoned {
    guard index > 0 else { return unexpected(.value) }
    let left = tokens[index - 1]
    // Julia marks with `!` what changes its argument; here nothing does.
    if kind == .bang, !token.spaceBefore, left.kind == .name {
      return failure(
        .foreignWord(text(left) + "!", advice: "write `xs = \(text(left))(xs, …)`"),
        left.span.union(token.span))
    }
    if let call = callWithoutParentheses(left) { return call }
    let before = operandBefore()
    return failure(
      .sideBySide(left: source.text(before), right: text(token), isName: left.kind == .name), token.span,
      secondary: before)
  }
}
