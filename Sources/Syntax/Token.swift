// The words of the language.

/// A word of the source, with what the grammar asks about the space around it.
struct Token {
  var kind: Kind
  /// White space, a comment or a line's beginning stands before it.
  var spaceBefore: Bool
  /// A line ends between the token before and this one.
  var newlineBefore: Bool
  var start: Int32
  var end: Int32
  /// For a bracket that has one, the index of its other half; otherwise -1.
  var partner: Int32 = -1

  var span: Span { Span(Int(start), Int(end)) }

  /// `-`, which may stand before an operand, not `.-`.
  var isMinusSign: Bool { kind == .minus && end - start == 1 }

  enum Kind: Equatable {
    // Operands.
    case name, number, basedNumber
    case constantTrue, constantFalse, constantNothing
    case keyword(Keyword)
    // Strings arrive in pieces: `"`, text, `$name`, `$(` tokens `)`, `"`.
    case stringOpen, tripleStringOpen, stringText, stringName, interpolationOpen, interpolationClose,
      stringClose
    // Brackets and marks.
    case openParenthesis, closeParenthesis, openBracket, closeBracket
    case comma, semicolon, question, dot, ellipsis, arrow, at
    // Assignment.
    case equals
    case update(BinaryOperator)
    // Attached behind an operand.
    case prime, superscript, transpose
    // Before an operand.
    case nabla, del, bang, root
    /// Between operands; `-` before one, and `:` at other places too.
    case infix(Infix)
    /// Already reported by the lexer.
    case invalid
    case endOfText
  }
}

/// The words that cannot be names.
enum Keyword: String, CaseIterable {
  case function, end, `if`, elseif, `else`, `for`, `in`, `while`, `break`, `continue`, `return`, begin, `try`,
    `catch`
}

extension Keyword {
  /// Opens a block that is an expression; `end` closes it.
  var beginsExpression: Bool {
    switch self {
    case .begin, .if, .for, .while, .try: return true
    default: return false
    }
  }
}

extension Parser {
  /// The words that cannot be names, in the order of the alphabet.
  public static let keywords: [String] = Token.Kind.keywords.keys.sorted()
}

extension Token.Kind {
  /// The kinds of words, those of the constants with them.
  static let keywords: [String: Token.Kind] =
    ["true": .constantTrue, "false": .constantFalse, "nothing": .constantNothing]
    .merging(Keyword.allCases.map { ($0.rawValue, .keyword($0)) }) { first, _ in first }

  // The infix operators that the grammar asks for by name.
  static let plus = Token.Kind.infix(.binary(.add))
  static let minus = Token.Kind.infix(.binary(.subtract))
  static let slash = Token.Kind.infix(.binary(.divide))
  static let backslash = Token.Kind.infix(.binary(.solve))
  static let or = Token.Kind.infix(.binary(.or))
  static let orOr = Token.Kind.infix(.shortCircuit(isAnd: false))
  static let less = Token.Kind.infix(.comparison(.less))
  static let greater = Token.Kind.infix(.comparison(.greater))
  static let element = Token.Kind.infix(.comparison(.element))
  static let colon = Token.Kind.infix(.range)
  static let interval = Token.Kind.infix(.interval)

  var isKeyword: Bool {
    if case .keyword = self { return true }
    return false
  }

  var isConstant: Bool { self == .constantTrue || self == .constantFalse || self == .constantNothing }

  /// A keyword that opens a block which `end` closes.
  var opensBlock: Bool {
    switch self {
    case .keyword(let word): return word == .function || word.beginsExpression
    default: return false
    }
  }

  /// A keyword before which a statement needs no separator.
  var closesBody: Bool {
    switch self {
    case .keyword(.end), .keyword(.else), .keyword(.elseif), .keyword(.catch), .endOfText: return true
    default: return false
    }
  }

  /// Stands between two operands and nowhere else; a line cannot begin with it.
  var isOnlyBinary: Bool {
    switch self {
    case .minus: return false
    case .equals, .update, .arrow, .comma, .question, .keyword(.in), .infix: return true
    default: return false
    }
  }

  /// Can be the first token of an operand.
  var beginsOperand: Bool {
    switch self {
    case .name, .number, .basedNumber, .constantTrue, .constantFalse, .constantNothing, .stringOpen,
      .tripleStringOpen, .openParenthesis, .openBracket, .nabla, .del, .bang, .root, .minus, .at:
      return true
    case .keyword(let word): return word.beginsExpression
    default: return false
    }
  }

  var updateOperator: BinaryOperator? {
    if case .update(let op) = self { return op }
    return nil
  }
}
