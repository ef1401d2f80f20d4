// Text to tokens, in one pass and without recursion: strings with interpolation are cut into pieces, and a
// stack of open brackets finds every bracket's other half, so that the parser can look across a group in one
// step (is this `(…)` followed by `->`?).

struct Lexer {
  let scalars: [Unicode.Scalar]
  var position = 0
  var tokens: [Token] = []
  var comments: [Comment] = []
  var diagnostics: [Diagnostic] = []
  /// Indices of the tokens that opened the brackets still open.
  var openers: [Int] = []
  /// Indices of the tokens that opened the strings around the position, innermost last.
  var openStrings: [Int] = []
  var spaceBefore = true
  var newlineBefore = true

  /// A comment, for the documentation of what follows it.
  struct Comment {
    var span: Span
    /// `#`, not `#= =#`.
    var isLine: Bool
  }

  init(_ source: Source) {
    scalars = source.scalars
    tokens.reserveCapacity(scalars.count / 3 + 2)
  }

  /// The tokens of the whole text; the last is `.endOfText`.
  mutating func run() {
    while position < scalars.count { step() }
    closeAtEnd()
    append(.endOfText, from: position)
  }

  func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    let index = position + ahead
    return index < scalars.count ? scalars[index] : nil
  }

  mutating func append(_ kind: Token.Kind, from start: Int) {
    tokens.append(
      Token(
        kind: kind, spaceBefore: spaceBefore, newlineBefore: newlineBefore, start: Int32(start),
        end: Int32(position)))
    spaceBefore = false
    newlineBefore = false
  }

  mutating func report(_ kind: Diagnostic.Kind, _ start: Int, _ end: Int, isAtEnd: Bool = false) {
    diagnostics.append(Diagnostic(kind, Span(start, end), isAtEnd: isAtEnd))
  }

  private mutating func step() {
    let scalar = scalars[position]
    let start = position
    switch scalar {
    case "\n":
      position += 1
      spaceBefore = true
      newlineBefore = true
    case "#": comment()
    case "\"": openString()
    case "(", "[": open(scalar == "(" ? .openParenthesis : .openBracket)
    case ")", "]": close(scalar)
    default:
      if scalar.isSpace {
        position += 1
        spaceBefore = true
      } else if scalar.isDigit || (scalar == "." && peek(1)?.isDigit == true) {
        number()
      } else if scalar.isNameStart {
        name()
      } else if scalar == "∞" {
        position += 1
        append(.name, from: start)
      } else if scalar.isRaised {
        superscript()
      } else {
        operation(scalar)
      }
    }
  }

  private mutating func name() {
    let start = position
    var isLowercase = true
    while let scalar = peek(), scalar.isNamePart {
      if scalar.value < 0x61 || scalar.value > 0x7A { isLowercase = false }
      position += 1
    }
    var kind = Token.Kind.name
    if isLowercase, position - start <= 8, position - start >= 2 {
      let text = String(String.UnicodeScalarView(scalars[start..<position]))
      kind = Token.Kind.keywords[text] ?? .name
    }
    append(kind, from: start)
  }

  /// A run of superscripts is one token, but `ᵀ` is always one of its own: `Aᵀ²`.
  private mutating func superscript() {
    let start = position
    if scalars[position] == "ᵀ" {
      position += 1
      return append(.transpose, from: start)
    }
    while let scalar = peek(), scalar.isRaised, scalar != "ᵀ" { position += 1 }
    if let wrong = (start..<position).first(where: { scalars[$0].lowered == nil }) {
      report(
        .unknownCharacter(String(Character(scalars[wrong])), codePoint: scalars[wrong].value), wrong,
        wrong + 1)
      return append(.invalid, from: start)
    }
    append(.superscript, from: start)
  }

  private mutating func comment() {
    let start = position
    let isLine = peek(1) != "="
    if isLine {
      while let scalar = peek(), scalar != "\n" { position += 1 }
    } else {
      var depth = 0
      repeat {
        if peek() == "#", peek(1) == "=" {
          depth += 1
          position += 2
        } else if peek() == "=", peek(1) == "#" {
          depth -= 1
          position += 2
        } else {
          if peek() == "\n" { newlineBefore = true }
          position += 1
        }
      } while depth > 0 && position < scalars.count
      if depth > 0 { report(.unclosedComment, start, start + 2, isAtEnd: true) }
    }
    comments.append(Comment(span: Span(start, position), isLine: isLine))
    spaceBefore = true
  }

  private mutating func open(_ kind: Token.Kind) {
    openers.append(tokens.count)
    position += 1
    append(kind, from: position - 1)
  }

  /// Closes the nearest bracket of the same shape, skipping those that were forgotten, but never one outside
  /// the interpolation that the position is in.
  private mutating func close(_ scalar: Unicode.Scalar) {
    let start = position
    position += 1
    let wanted: Token.Kind = scalar == ")" ? .openParenthesis : .openBracket
    var depth = openers.count - 1
    while depth >= 0 {
      let kind = tokens[openers[depth]].kind
      if kind == wanted || (scalar == ")" && kind == .interpolationOpen) { break }
      if kind == .interpolationOpen {
        depth = -1
        break
      }
      depth -= 1
    }
    let kind: Token.Kind = scalar == ")" ? .closeParenthesis : .closeBracket
    guard depth >= 0 else { return append(kind, from: start) }
    let opener = openers[depth]
    openers.removeSubrange(depth...)
    let isInterpolation = tokens[opener].kind == .interpolationOpen
    append(isInterpolation ? .interpolationClose : kind, from: start)
    tokens[opener].partner = Int32(tokens.count - 1)
    tokens[tokens.count - 1].partner = Int32(opener)
    if isInterpolation { stringBody() }
  }
}
