// What can be wrong with a text, as data. The words are in DiagnosticWording.swift and nowhere else.

/// One thing that is wrong with a text: what was found, what was expected, and where.
public struct Diagnostic: Hashable, Sendable {
  public var kind: Kind
  /// The culprit.
  public var span: Span
  /// What it belongs to: the opening bracket of one that is not closed, the block that has no `end`.
  public var secondary: Span?
  /// The text only stops too early: more of it could mend this.
  public var isAtEnd: Bool

  public init(_ kind: Kind, _ span: Span, secondary: Span? = nil, isAtEnd: Bool = false) {
    self.kind = kind
    self.span = span
    self.secondary = secondary
    self.isAtEnd = isAtEnd
  }

  public indirect enum Kind: Hashable, Sendable {
    /// A token that cannot stand here.
    case unexpected(Found, expected: Expectation)
    /// Two operands with nothing between them.
    case sideBySide(left: String, right: String, isName: Bool)
    /// `print "x"`
    case callWithoutParentheses(String)
    /// `f"{x}"`
    case prefixedString(String)
    /// `1 if c else 2`
    case choiceBehindValue
    /// `|x|`
    case bars
    /// `\alpha`, which Tab was to complete.
    case latexName(String, symbol: String)
    /// `×`, a curly quote, a full-width bracket …
    case lookalike(String, write: [String])
    /// A symbol that has a function in its place.
    case symbolWithoutMeaning(String, write: String)
    case unknownCharacter(String, codePoint: UInt32)
    /// An operator of another language.
    case foreignOperator(String, write: String)
    /// A word of another language.
    case foreignWord(String, advice: String)

    case unclosedString(isTriple: Bool)
    case lineEndInString
    case unclosedComment
    case unknownEscape(String)
    case wrongCodePoint(String)
    case singleQuotes

    case pointWithoutDigit(String)
    case digitInBinary(String)
    case fieldOfNumber(String)
    case numberAsField(base: String, digits: String)
    case basedCoefficient(String)

    case detachedBracket(base: String, bracket: String)
    case detachedMark(String)
    case detachedGradient(String)
    case broadcastDot(base: String)
    case unaryPlus
    case leadingOperator(String)
    case rangeOfRanges(String)
    case openRange(start: String)
    case missingBranch

    case mixedSeparators(list: String, matrix: String)
    case emptyRow
    case emptyIndex
    case separatorInIndex(String)
    case mixedTuple
    case loneSpread
    case straySpread
    case generatorAmongArguments
    case valueAfterSemicolon

    case reservedName(String)
    case discardRead
    case assignmentInside(isCondition: Bool)
    case chainedAssignment
    case notAssignable(String)
    case updateOfSeveral
    case duplicateName(String, Role)
    case positionalDefault(String)
    case restNotLast(String)
    case tupleBody
    case definitionInside

    case unclosedBracket(String)
    case unmatchedBracket(String)
    case unclosedBlock(String)
    case elseIf
    case commandOutside(String)
    case unmatchedKeyword(String)
    case missingSeparator(after: String)
    case bareLoopPattern
    case secondLoopClause
    case missingCatch
    case commandInside(String)

    case wrongOrder(String)
    case derivativeOrder(numerator: Int, denominator: Int)
    case missingDenominator
    case wrongSuperscript(String)
    case unknownMacro(String)
    case helpNotAlone

    case nestingTooDeep(limit: Int)
    case chainTooLong(limit: Int)
  }

  /// What stands where something else was expected.
  public enum Found: Hashable, Sendable {
    case token(String)
    case keyword(String)
    case endOfLine
    case endOfText
  }

  public enum Expectation: Hashable, Sendable {
    case value
    case valueAfter(String)
    case name(Role)
    case oneOf([String])
    case endOfStatement
  }

  /// What a name is for.
  public enum Role: String, Hashable, Sendable {
    case parameter, argument, field, function, loop, macro, variable
  }
}
