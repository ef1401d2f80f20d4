// What a page shows in colour, read from the lexer itself: a page can never colour what the language does not know.

/// A stretch of source and what it is.
public struct ColouredSpan: Equatable, Sendable {
  public enum Kind: String, Sendable {
    case keyword, number, string, comment
    /// The name of a function where it is defined or called.
    case function
    /// ∇, ∂ and the marks of derivatives.
    case derivative
    /// `@assert`.
    case macro
  }

  public var kind: Kind
  public var span: Span
}

extension Source {
  /// The spans that have a colour, in their order.
  public var colouredSpans: [ColouredSpan] {
    var lexer = Lexer(self)
    lexer.run()
    var spans = lexer.comments.map { ColouredSpan(kind: .comment, span: $0.span) }
    var isAfterSign = false
    for (token, next) in zip(lexer.tokens, lexer.tokens.dropFirst()) {
      // The name behind `@` is part of it.
      let isName = isAfterSign && token.kind == .name && !token.spaceBefore
      isAfterSign = token.kind == .at
      if isName {
        spans[spans.count - 1].span = spans[spans.count - 1].span.union(token.span)
      } else if let kind = token.colour(before: next) {
        spans.append(ColouredSpan(kind: kind, span: token.span))
      }
    }
    return spans.sorted { $0.span.start < $1.span.start }
  }
}

extension Token {
  fileprivate func colour(before next: Token) -> ColouredSpan.Kind? {
    switch kind {
    case .number, .basedNumber, .constantTrue, .constantFalse, .constantNothing: return .number
    case .stringOpen, .tripleStringOpen, .stringText, .stringClose: return .string
    case .nabla, .del, .prime: return .derivative
    case .at: return .macro
    case .name: return next.kind == .openParenthesis && !next.spaceBefore ? .function : nil
    default: return kind.isKeyword ? .keyword : nil
    }
  }
}
