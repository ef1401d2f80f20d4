// Recursive descent for statements and brackets, precedence climbing for operators. A mistake is recorded as
// a diagnostic and unwinds to the statement it is in; parsing goes on at the next one.

/// What parsing gives: a program, or what is wrong with the text, in the order of the text.
public struct ParseResult: Sendable {
  /// `nil` exactly when there are diagnostics.
  public var program: Program?
  public var diagnostics: [Diagnostic]
  /// How many blocks are open where the text ends too early.
  var openBlocks: Int
}

/// Thrown after a diagnostic has been recorded.
struct Abandoned: Error {}

/// The parser of a whole cell or file. A class, because its state would otherwise be copied into every frame of
/// the descent: 500 levels take a megabyte of stack instead of several.
public final class Parser {
  /// Brackets, blocks, prefix operators … inside one another, beyond which a text is refused.
  static let nestingLimit = 500
  /// Operators in a row, beyond which a text is refused: each adds a level to the tree.
  static let chainLimit = 10_000

  let source: Source
  let tokens: [Token]
  let comments: [Lexer.Comment]
  var diagnostics: [Diagnostic]
  var index = 0
  var context = Context()
  var nesting = 0
  /// Links of the longest chain in what has been parsed of the expression so far.
  var height = 0
  /// Where a function `x -> …` may begin: at an expression's first token.
  var arrowStart = -1
  /// The first token of the innermost statement.
  var statementStart = 0
  /// Whether `break` and `return` have something to leave.
  var isInLoop = false
  var isInFunction = false
  /// The first `else if` in the text, the likely cause of an `end` that is missing later.
  var elseIf: Span?
  /// The keywords of the blocks that are open.
  var blocks: [Int] = []
  var openBlocksAtEnd = 0
  /// After too deep a nesting there is no point in going on.
  var isHopeless = false

  /// What the surroundings of an expression change about its reading.
  struct Context {
    /// A line's end ends the statement.
    var newlineEnds = true
    /// Directly inside a literal's `[ ]`: a space before an operand begins a new element.
    var spaceSplits = false
    /// Between `?` and its `:`.
    var colonEnds = false
    /// Inside an index.
    var endIsLength = false
    /// Between `if`, `while`, `for` and the end of that line.
    var isHeader = false

    /// The same inside brackets that hold expressions.
    var inBrackets: Context {
      Context(
        newlineEnds: false, spaceSplits: false, colonEnds: false, endIsLength: endIsLength, isHeader: false)
    }
  }

  /// Parses a text.
  public static func parse(_ source: Source) -> ParseResult {
    let parser = Parser(source)
    let body = try? parser.parseProgram()
    let diagnostics = parser.diagnostics.sorted { $0.span.start < $1.span.start }
    let program = body.map { Program(statements: $0.statements, isSilenced: $0.isSilenced) }
    return ParseResult(
      program: diagnostics.isEmpty ? program : nil, diagnostics: diagnostics,
      openBlocks: parser.openBlocksAtEnd)
  }

  init(_ source: Source) {
    self.source = source
    var lexer = Lexer(source)
    lexer.run()
    tokens = lexer.tokens
    comments = lexer.comments
    diagnostics = lexer.diagnostics
  }

  // MARK: Looking at tokens

  var token: Token { tokens[index] }
  var kind: Token.Kind { tokens[index].kind }
  var nextToken: Token { tokens[min(index + 1, tokens.count - 1)] }
  var previousEnd: Int { index > 0 ? Int(tokens[index - 1].end) : 0 }

  /// The token belongs to the line, or to the brackets, that the expression is in.
  var isOnLine: Bool { !(context.newlineEnds && tokens[index].newlineBefore) }

  func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  func text(_ token: Token) -> String { source.text(token.span) }

  /// A name as the program means it: `µ` is `μ`, `∞` is `Inf`.
  func nameText(_ token: Token) -> String {
    let scalars = source.scalars[Int(token.start)..<Int(token.end)]
    if scalars.first == "∞" { return "Inf" }
    var view = String.UnicodeScalarView()
    for scalar in scalars { view.append(scalar.foldedLetter) }
    return String(view)
  }

  func name(_ token: Token) -> Name { Name(nameText(token), token.span) }

  func span(from start: Int) -> Span { Span(start, max(start, previousEnd)) }

  // MARK: Depth

  func descend() throws(Abandoned) {
    nesting += 1
    if nesting > Parser.nestingLimit {
      isHopeless = true
      throw failure(.nestingTooDeep(limit: Parser.nestingLimit), token.span)
    }
  }

  /// Counts one link of a chain, which makes the tree a level higher.
  func link(_ span: Span) throws(Abandoned) {
    height += 1
    if height > Parser.chainLimit {
      isHopeless = true
      throw failure(.chainTooLong(limit: Parser.chainLimit), span)
    }
  }

  // MARK: Failing

  func failure(
    _ kind: Diagnostic.Kind, _ span: Span, secondary: Span? = nil, isAtEnd: Bool = false
  ) -> Abandoned {
    if isAtEnd { openBlocksAtEnd = max(openBlocksAtEnd, blocks.count) }
    diagnostics.append(Diagnostic(kind, span, secondary: secondary, isAtEnd: isAtEnd))
    return Abandoned()
  }

  /// The current token cannot stand where it does.
  func unexpected(_ expected: Diagnostic.Expectation) -> Abandoned {
    // The lexer has reported this one.
    if kind == .invalid { return Abandoned() }
    if kind == .stringClose, token.start == token.end { return Abandoned() }
    let end = previousEnd
    if kind == .endOfText {
      return failure(.unexpected(.endOfText, expected: expected), Span(end, end), isAtEnd: true)
    }
    if context.newlineEnds, token.newlineBefore, index > statementStart {
      return failure(.unexpected(.endOfLine, expected: expected), Span(end, end))
    }
    let found: Diagnostic.Found =
      kind.isKeyword || kind.isConstant ? .keyword(text(token)) : .token(text(token))
    return failure(.unexpected(found, expected: expected), token.span)
  }

  /// The next token as a name for `role`.
  func expectName(_ role: Diagnostic.Role) throws(Abandoned) -> Name {
    if kind == .name {
      let result = name(token)
      advance()
      return result
    }
    if kind.isKeyword || kind.isConstant { throw failure(.reservedName(text(token)), token.span) }
    throw unexpected(.name(role))
  }

  /// Skips to the end of the statement that began at `first`: over brackets that close, over blocks that end.
  func resynchronize(from first: Int) {
    let stop = index
    var depth = 0
    index = first
    while kind != .endOfText {
      let isPast = index >= stop && index > first
      if isPast, depth == 0, token.newlineBefore || kind == .semicolon { return }
      if kind.opensBlock { depth += 1 }
      if kind.closesBody, kind == .keyword(.end) || depth == 0 {
        if depth == 0 { return }
        depth -= 1
      }
      let isBracket = kind == .openParenthesis || kind == .openBracket || kind == .interpolationOpen
      if isBracket, token.partner > 0 { index = Int(token.partner) }
      advance()
    }
  }
}
