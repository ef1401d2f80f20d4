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

  enum Kind: UInt8 {
    // Operands.
    case name, number, basedNumber
    case constantTrue, constantFalse, constantNothing
    // Keywords.
    case function, end, `if`, elseif, `else`, `for`, `in`, `while`, `break`, `continue`, `return`, begin,
      `try`, `catch`
    // Strings arrive in pieces: `"`, text, `$name`, `$(` tokens `)`, `"`.
    case stringOpen, tripleStringOpen, stringText, stringName, interpolationOpen, interpolationClose,
      stringClose
    // Brackets and marks.
    case openParenthesis, closeParenthesis, openBracket, closeBracket
    case comma, semicolon, colon, question, dot, ellipsis, arrow, at
    // Assignment.
    case equals, plusEquals, minusEquals, timesEquals, divideEquals, powerEquals
    // Attached behind an operand.
    case prime, superscript, transpose
    // Before an operand.
    case nabla, del, bang, root
    // Between operands.
    case plus, minus, star, slash, backslash, circledDot, dotOperator, circledTimes, percent, division, ring
    case power, interval
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, approximately, element
    case and, or, andAnd, orOr, pipe
    /// Already reported by the lexer.
    case invalid
    case endOfText
  }
}

extension Token.Kind {
  static let keywords: [String: Token.Kind] = [
    "function": .function, "end": .end, "if": .if, "elseif": .elseif, "else": .else, "for": .for, "in": .in,
    "while": .while, "break": .break, "continue": .continue, "return": .return, "begin": .begin, "try": .try,
    "catch": .catch, "true": .constantTrue, "false": .constantFalse, "nothing": .constantNothing,
  ]

  var isKeyword: Bool { rawValue >= Token.Kind.function.rawValue && rawValue <= Token.Kind.catch.rawValue }

  var isConstant: Bool { self == .constantTrue || self == .constantFalse || self == .constantNothing }

  /// A keyword that opens a block which `end` closes.
  var opensBlock: Bool {
    switch self {
    case .function, .if, .for, .while, .begin, .try: return true
    default: return false
    }
  }

  /// A keyword before which a statement needs no separator.
  var closesBody: Bool {
    switch self {
    case .end, .else, .elseif, .catch, .endOfText: return true
    default: return false
    }
  }

  /// Stands between two operands and nowhere else; a line cannot begin with it.
  var isOnlyBinary: Bool {
    switch self {
    case .minus: return false
    case .equals, .plusEquals, .minusEquals, .timesEquals, .divideEquals, .powerEquals, .arrow, .comma,
      .colon,
      .question, .in:
      return true
    default: return rawValue >= Token.Kind.plus.rawValue && rawValue <= Token.Kind.pipe.rawValue
    }
  }

  /// Can be the first token of an operand.
  var beginsOperand: Bool {
    switch self {
    case .name, .number, .basedNumber, .constantTrue, .constantFalse, .constantNothing, .stringOpen,
      .tripleStringOpen, .openParenthesis, .openBracket, .nabla, .del, .bang, .root, .minus, .at, .begin, .if,
      .for, .while, .try:
      return true
    default: return false
    }
  }

  var updateOperator: BinaryOperator? {
    switch self {
    case .plusEquals: return .add
    case .minusEquals: return .subtract
    case .timesEquals: return .product
    case .divideEquals: return .divide
    case .powerEquals: return .power
    default: return nil
    }
  }
}
