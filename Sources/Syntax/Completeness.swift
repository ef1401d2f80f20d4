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
    guard result.diagnostics.allSatisfy(\.isAtEnd) else { return .invalid }
    return .incomplete(indent: String(repeating: "  ", count: result.openBlocks))
  }
}
