// Whether a text is a whole cell: asked of the parser, so that a console and the language never disagree.

/// What a console is to do when the user presses Enter.
public enum SourceCompleteness: Equatable, Sendable {
  case complete
  /// More text could make it a program; `indent` is the white space that the next line would begin with.
  case incomplete(indent: String)
  case invalid
}

extension Parser {
  /// Whether a text is a whole cell, the beginning of one, or wrong.
  public static func completeness(of source: Source) -> SourceCompleteness {
    let result = parse(source)
    if result.diagnostics.isEmpty { return .complete }
    guard result.diagnostics.allSatisfy(\.isAtEnd) else {
      return isWholeWhenClosed(source) ? .incomplete(indent: "") : .invalid
    }
    return .incomplete(indent: String(repeating: "  ", count: result.openBlocks))
  }

  /// Whether only the brackets are missing that the text leaves open. A row that begins in a new line is otherwise taken
  /// for what follows a bracket that somebody forgot to close.
  private static func isWholeWhenClosed(_ source: Source) -> Bool {
    var lexer = Lexer(source)
    lexer.run()
    let open = lexer.openers.map { lexer.tokens[$0].kind }
    guard !open.isEmpty, open.allSatisfy({ $0 == .openBracket || $0 == .openParenthesis }) else {
      return false
    }
    let closing = open.reversed().map { $0 == .openBracket ? "]" : ")" }.joined()
    let text = source.text(Span(0, source.scalars.count))
    return parse(Source(text + closing, name: source.name)).diagnostics.isEmpty
  }
}
