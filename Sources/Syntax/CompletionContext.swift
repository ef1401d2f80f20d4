// What stands at the cursor, for completion and inspection. Read from the tokens alone: the text around a
// cursor is seldom a program. Positions here are those of the raw text, as an editor counts them.

/// What could be completed at a cursor; ranges are offsets in the raw text.
public enum CompletionContext: Equatable, Sendable {
  case name(prefix: String, range: Range<Int>)
  /// `θ.W.b|`: `base` is `["θ", "W"]`.
  case field(base: [String], prefix: String, range: Range<Int>)
  /// `\nab|`: `prefix` is without its backslash, `range` with it.
  case symbol(prefix: String, range: Range<Int>)
  /// Inside a call's parentheses, where the name of an argument could begin.
  case namedArgument(function: [String], prefix: String, range: Range<Int>)
  case string
  case none
}

extension Parser {
  /// What could be completed at `cursor`, an offset in the raw text.
  public static func completionContext(in source: Source, at cursor: Int) -> CompletionContext {
    CursorReader(source, cursor: cursor).completion()
  }

  /// The name at `cursor` with the names it is a field of, or the operator there; inside a call where neither
  /// is, the function called. The span is of the normalised text.
  public static func nameAt(_ cursor: Int, in source: Source) -> (chain: [String], span: Span)? {
    CursorReader(source, cursor: cursor).subject()
  }
}

private struct CursorReader {
  let source: Source
  let parser: Parser
  /// In the normalised text.
  let cursor: Int
  /// The last token that begins before the cursor, or at it when it is a name.
  let index: Int?

  init(_ source: Source, cursor raw: Int) {
    self.source = source
    parser = Parser(source)
    let cursor = source.normalizedOffset(ofRaw: raw)
    self.cursor = cursor
    index = parser.tokens.lastIndex { $0.kind != .endOfText && Int($0.start) < cursor }
  }

  var tokens: [Token] { parser.tokens }

  func rawRange(_ start: Int, _ end: Int) -> Range<Int> {
    let lower = source.rawOffset(ofNormalized: start)
    return lower..<max(lower, source.rawOffset(ofNormalized: end))
  }

  // MARK: Completion

  func completion() -> CompletionContext {
    if let symbol = symbolContext() { return symbol }
    if isInComment { return .none }
    guard let index else { return nameContext(prefix: "", start: cursor) }
    let token = tokens[index]
    let isTouching = Int(token.end) >= cursor
    switch token.kind {
    case .stringText, .stringOpen, .tripleStringOpen: return .string
    case .stringClose where isTouching && (Int(token.end) > cursor || token.start == token.end):
      return .string
    case .interpolationClose where isTouching && cursor == Int(token.end): return .string
    case .stringName where isTouching:
      return .name(prefix: prefix(of: token), range: rawRange(Int(token.start), cursor))
    case .stringName: return .string
    case .number, .basedNumber: return isTouching ? .none : nameContext(prefix: "", start: cursor)
    case .dot where isTouching && !token.spaceBefore:
      return fieldContext(at: index, prefix: "", start: cursor)
    case .name where isTouching, _ where isTouching && (token.kind.isKeyword || token.kind.isConstant):
      let prefix = prefix(of: token)
      let start = Int(token.start)
      if index > 0, tokens[index - 1].kind == .dot, !token.spaceBefore {
        return fieldContext(at: index - 1, prefix: prefix, start: start)
      }
      return nameContext(prefix: prefix, start: start, before: index)
    default: return nameContext(prefix: "", start: cursor)
    }
  }

  private func prefix(of token: Token) -> String {
    source.text(Span(Int(token.start), min(cursor, Int(token.end))))
  }

  private func fieldContext(at dot: Int, prefix: String, start: Int) -> CompletionContext {
    guard let chain = chain(endingAt: dot - 1) else { return .none }
    return .field(base: chain.names, prefix: prefix, range: rawRange(start, cursor))
  }

  /// A name; the name of an argument where one could begin.
  private func nameContext(prefix: String, start: Int, before: Int? = nil) -> CompletionContext {
    let range = rawRange(start, cursor)
    let previous = (before ?? (index.map { $0 + 1 } ?? 0)) - 1
    if previous >= 0, let function = callee(around: previous + 1),
      function.opener == opener(before: previous + 1)
    {
      let kind = tokens[previous].kind
      if kind == .openParenthesis || kind == .comma || kind == .semicolon {
        return .namedArgument(function: function.names, prefix: prefix, range: range)
      }
    }
    return .name(prefix: prefix, range: range)
  }

  /// `\nab|`, anywhere in code, strings and comments.
  private func symbolContext() -> CompletionContext? {
    let line = source.lineStarts[source.line(of: cursor) - 1]
    guard let backslash = source.scalars[line..<cursor].lastIndex(of: "\\") else { return nil }
    let prefix = source.text(Span(backslash + 1, cursor))
    guard isSymbolName(source.scalars[(backslash + 1)..<cursor]) else { return nil }
    if backslash > line, source.scalars[backslash - 1] == "\\" { return nil }
    // An empty prefix in code may be the operator of `A \ b`.
    if prefix.isEmpty, index.map({ tokens[$0].kind == .stringText }) == true || isInComment { return nil }
    return .symbol(prefix: prefix, range: rawRange(backslash, cursor))
  }

  /// Letters, or `_` or `^` and what is lowered or raised.
  private func isSymbolName(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = scalars.first else { return true }
    if first == "_" || first == "^" { return scalars.count <= 8 && scalars.allSatisfy { !$0.isSpace } }
    return scalars.allSatisfy { $0.isASCIILetter }
  }

  private var isInComment: Bool {
    parser.comments.contains { comment in
      let isClosed = !comment.isLine && source.text(comment.span).hasSuffix("=#")
      return comment.span.start < cursor
        && (isClosed ? cursor < comment.span.end : cursor <= comment.span.end)
    }
  }

  // MARK: Inspection

  func subject() -> (chain: [String], span: Span)? {
    if isInComment { return nil }
    let touching = tokens.indices.filter {
      tokens[$0].kind != .endOfText && Int(tokens[$0].start) <= cursor && cursor <= Int(tokens[$0].end)
    }
    if let name = touching.first(where: { tokens[$0].kind == .name || tokens[$0].kind == .stringName }) {
      if name > 0, tokens[name - 1].kind == .at, !tokens[name].spaceBefore {
        return (["@" + parser.nameText(tokens[name])], tokens[name - 1].span.union(tokens[name].span))
      }
      return chain(endingAt: name).map { ($0.names, $0.span) }
    }
    if let word = touching.first(where: { tokens[$0].kind.isKeyword || tokens[$0].kind.isConstant }) {
      return ([source.text(tokens[word].span)], tokens[word].span)
    }
    // The operator behind the cursor is meant before the one in front of it.
    if let sign = touching.last(where: { isOperator(tokens[$0].kind) }) {
      return ([source.text(tokens[sign].span)], tokens[sign].span)
    }
    let inside = tokens.firstIndex { Int($0.start) >= cursor } ?? tokens.count - 1
    guard let callee = callee(around: inside) else { return nil }
    return (callee.names, callee.span)
  }

  private func isOperator(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .colon, .keyword(.in): return false
    case .nabla, .del, .bang, .root, .prime, .transpose, .superscript: return true
    default: return Infix(kind) != nil
    }
  }

  /// The dotted chain of names that ends at a token.
  private func chain(endingAt last: Int) -> (names: [String], span: Span)? {
    guard last >= 0, tokens[last].kind == .name || tokens[last].kind == .stringName else { return nil }
    var names = [parser.nameText(tokens[last])]
    var first = last
    while first >= 2, tokens[first - 1].kind == .dot, !tokens[first].spaceBefore,
      !tokens[first - 1].spaceBefore
    {
      guard tokens[first - 2].kind == .name else { return nil }
      first -= 2
      names.insert(parser.nameText(tokens[first]), at: 0)
    }
    return (names, tokens[first].span.union(tokens[last].span))
  }

  /// The function whose parentheses are open before the token at `position`, and the token that opened them.
  private func callee(around position: Int) -> (names: [String], span: Span, opener: Int)? {
    var position = position
    while let opener = opener(before: position) {
      let token = tokens[opener]
      if token.kind == .openParenthesis, opener > 0, !token.spaceBefore,
        let chain = chain(endingAt: opener - 1)
      {
        return (chain.names, chain.span, opener)
      }
      position = opener
    }
    return nil
  }

  /// The innermost bracket that is open before the token at `position`.
  private func opener(before position: Int) -> Int? {
    var before = position - 1
    while before >= 0 {
      let token = tokens[before]
      switch token.kind {
      case .closeParenthesis, .closeBracket, .interpolationClose:
        guard token.partner >= 0 else { return nil }
        before = Int(token.partner)
      case .openParenthesis, .openBracket: return before
      case .interpolationOpen: return nil
      default: break
      }
      before -= 1
    }
    return nil
  }
}
