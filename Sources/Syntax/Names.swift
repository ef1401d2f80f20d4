extension Source {
  /// The names that stand in it, whatever for, as the program means them.
  public var names: Set<String> {
    var lexer = Lexer(self)
    lexer.run()
    return Set(
      lexer.tokens.lazy.filter { $0.kind == .name || $0.kind == .stringName }.map { token in
        String(String.UnicodeScalarView(scalars[token.span.start..<token.span.end].map(\.foldedLetter)))
      })
  }
}
