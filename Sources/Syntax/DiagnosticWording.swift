// The words of every diagnostic: what is the case, in the terms of a lecture, and the way out where it is
// certain. One line each, without the kind of the error and without a full stop.

extension Diagnostic {
  /// What is wrong, in one line.
  public var message: String {
    switch kind {
    case .unexpected(let found, let expected): return "expected \(expected.words), found \(found.words)"
    case .sideBySide(let left, let right, let isName):
      let missing = isName ? "an operator, the parentheses of a call, a comma" : "an operator, a comma"
      return "`\(left.short)` and `\(right.short)` stand side by side: \(missing) or a line's end is missing"
    case .callWithoutParentheses(let function):
      return "a call has its arguments in parentheses: write `\(function.short)(…)`"
    case .prefixedString(let prefix):
      return "a string takes values in by `$name` and `$(…)` as it is: leave out the `\(prefix)`"
    case .choiceBehindValue: return "a choice between two values is written `c ? a : b`"
    case .bars: return "an absolute value is written `abs(x)`, a norm `norm(x)`"
    case .latexName(let name, let symbol):
      return "`\\\(name)` becomes `\(symbol)` when Tab is pressed behind it"
    case .lookalike(let text, let write): return lookalikeMessage(text, write)
    case .symbolWithoutMeaning("$", _): return "`$` stands only in a string, before what is put into it"
    case .symbolWithoutMeaning("{", _), .symbolWithoutMeaning("}", _):
      return "there are no braces: a record is written `(a = 1, b = 2)`, a block ends with `end`"
    case .symbolWithoutMeaning(let text, let write): return "`\(text)` is no operator: write `\(write)`"
    case .unknownCharacter(let text, let codePoint):
      let isVisible = text.unicodeScalars.allSatisfy {
        $0.displayWidth > 0 && $0.value >= 0x20 && $0.value != 0x7F
      }
      let character = isVisible ? "`\(text)` (\(codePoint.codePointName))" : codePoint.codePointName
      return "the character \(character) has no meaning outside strings and comments"
    case .foreignOperator("::", _): return "there are no type annotations: leave out `::` and what follows it"
    case .foreignOperator("//", _): return "`//` is no operator: write `÷`; a comment begins with `#`"
    case .foreignOperator("~", _): return "`~` is no operator: not is written `!a`"
    case .foreignOperator("@", _): return "`@` is no operator: the product of matrices is `A * B`"
    case .foreignOperator("++", _): return "`++` is no operator: write `x += 1`"
    case .foreignOperator(let text, let write): return "`\(text)` is no operator: write `\(write)`"
    case .foreignWord(let text, let advice): return "`\(text)` is not a word of Nabla: \(advice)"

    case .unclosedString(let isTriple):
      return "this string has no closing `\(isTriple ? "\"\"\"" : "\"")`"
    case .lineEndInString:
      return "a string in `\"` ends on its line: close it, or write `\"\"\"` around a text of several lines"
    case .unclosedComment: return "this comment has no closing `=#`"
    case .unknownEscape(let letter):
      return "`\\\(letter.visible)` stands for nothing in a string: a backslash itself is written `\\\\`"
    case .wrongCodePoint(let text):
      return "`\(text)` names no character: write four hexadecimal digits, or `\\u{…}`"
    case .singleQuotes: return "strings are written in double quotes: `\"…\"`"

    case .pointWithoutDigit(let number):
      return "a number's point needs a digit behind it: write `\(number).0`"
    case .digitInBinary(let digit): return "`\(digit)` is no binary digit"
    case .fieldOfNumber(let number):
      return "a number's point needs a digit behind it: `\(number)` has no fields"
    case .numberAsField(let base, let digits):
      return "an element is taken in brackets: write `\(base.short)[\(digits)]`"
    case .basedCoefficient(let number): return "only a decimal number is a coefficient: write `\(number) * …`"

    default: return bracketMessage
    }
  }

  private var bracketMessage: String {
    switch kind {
    case .detachedBracket(let base, "("):
      return "a call has no space before its `(`: write `\(base.short)(…)`"
    case .detachedBracket(let base, _):
      return "an index has no space before its `[`: write `\(base.short)[…]`"
    case .detachedMark(let mark): return "`\(mark)` belongs directly behind its operand, without a space"
    case .detachedGradient(let sign): return "`\(sign)` belongs directly before its operand: write `\(sign)f`"
    case .broadcastDot(let base):
      return "a function needs no dot to act on every element: write `\(base.short)(…)`"
    case .unaryPlus: return "`+` needs an operand on its left: there is no unary plus"
    case .leadingOperator(let op):
      return "a line cannot begin with `\(op)`: move it up, to the end of the line before"
    case .rangeOfRanges(let op):
      return "a range has at most a start, a step and an end: put the inner one of `\(op)` in parentheses"
    case .openRange(let start) where start.hasPrefix("-"):
      return "there are no negative indices: the last two elements are `end-1:end`"
    case .openRange(let start): return "a range needs its end: write `\(start.short):end`"
    case .missingBranch:
      return "`?` needs `:` and the other value; a range between `?` and `:` needs parentheses"

    case .mixedSeparators(let list, let matrix):
      return
        "commas and spaces or `;` are mixed: commas stack, `\(list.short)`; spaces and `;` make a matrix, `\(matrix.short)`"
    case .emptyRow: return "this row of the matrix is empty"
    case .emptyIndex: return "an index is missing between the brackets; `:` is the whole axis"
    case .separatorInIndex: return "indices are separated by commas"
    case .mixedTuple:
      return "this entry of a record has no name: write `name = value` for each"
    case .loneSpread: return "a tuple made by `...` needs a comma: write `(t...,)`"
    case .straySpread: return "`...` spreads a tuple only in a call, in brackets or in parentheses"
    case .generatorAmongArguments: return "a generator beside other arguments needs its brackets: `[… for …]`"
    case .valueAfterSemicolon:
      return "after the semicolon stand named values: write `name = …`, or a bare name for itself"

    case .unclosedBracket(let bracket): return "this `\(bracket)` is not closed"
    case .unmatchedBracket(let bracket): return "this `\(bracket)` closes nothing"
    case .unclosedBlock(let keyword): return "this `\(keyword)` has no `end`"
    case .elseIf: return "`else if` opens a second `if`, which needs an `end` of its own: write `elseif`"
    case .commandOutside("return"): return "`return` stands only in a function"
    case .commandOutside(let keyword): return "`\(keyword)` stands only in a loop"
    case .unmatchedKeyword(let keyword): return "this `\(keyword)` belongs to no open block"
    case .missingSeparator(let after): return "after `\(after.short)` a new line or `;` is missing"
    case .bareLoopPattern: return "several loop variables stand in parentheses: `for (i, x) in …`"
    case .secondLoopClause: return "a loop has one source: write a second `for` inside the first"
    case .missingCatch: return "this `try` has no `catch`"
    case .commandInside(let keyword):
      return "`\(keyword)` is a statement, not a value: write `if … \(keyword) … end`"
    default: return meaningMessage
    }
  }

  private var meaningMessage: String {
    switch kind {
    case .reservedName(let word):
      return "`\(word)` is a word of the language and cannot be the name of something else"
    case .discardRead: return "`_` drops its value: it has none to read"
    case .assignmentInside(let isCondition):
      return isCondition
        ? "`=` assigns and is no condition: write `==` to compare"
        : "an assignment is a statement and has no value here: write `==` to compare"
    case .chainedAssignment:
      return "an assignment has no value that could be assigned again: write one a line"
    case .notAssignable(let text): return "`\(text.short)` cannot be assigned to; `==` compares"
    case .updateOfSeveral: return "an updating assignment has one variable on its left"
    case .duplicateName(let name, let role): return "the \(role.rawValue) `\(name)` appears twice"
    case .positionalDefault(let name):
      return "a positional parameter has no default: put `\(name)` after a `;` to make it a named one"
    case .restNotLast(let name):
      return "`\(name)...` takes all that is left: it is the last positional parameter"
    case .tupleBody: return "a tuple needs parentheses here: `(a, b)`"
    case .definitionInside:
      return "a function without a name is written `(x, y) -> …`, with `begin … end` for several statements"

    case .wrongOrder(":"): return "a header ends with its line: leave out the `:`"
    case .wrongOrder("="): return "write `f(x) = …`, or `function f(x) … end` without `=`"
    case .wrongOrder("for ="): return "a loop is written `for x in xs`"
    case .wrongOrder("for for"): return "a comprehension has one `for`: `for y in ys, x in xs`"
    case .wrongOrder("->"): return "left of `->` stands a name, or parameters in parentheses"
    case .wrongOrder(":-"):
      return "there are no negative indices: the last element is `end`, the one before it `end-1`"
    case .wrongOrder(let text): return "a range needs its start: write `1\(text.short)`"
    case .derivativeOrder(let numerator, let denominator):
      return "the order above is \(numerator), the one below \(denominator): they are equal, as in `∂²f/∂x∂y`"
    case .missingDenominator: return "a partial derivative is written `∂f/∂x`"
    case .wrongSuperscript("∇"): return "`∇` has the forms `∇f` and `∇²f`; beyond that write `∇∇∇f`"
    case .wrongSuperscript(let text) where text.hasPrefix("∂"):
      return "the order of a derivative is a whole number from 1 on"
    case .wrongSuperscript(let text): return "`\(text)` is no exponent: write `^( … )`"
    case .unknownMacro(let name):
      let names = Macro.allCases.map { "`@\($0.rawValue)`" }
      let known = "there are \(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")"
      return name.isEmpty
        ? "after `@` stands its name, without a space: \(known)" : "there is no `@\(name)`: \(known)"
    case .helpNotAlone: return "`?name` and `name?` stand alone on a line; a choice is written `c ? a : b`"
    case .nestingTooDeep(let limit): return "this is nested more than \(limit) levels deep"
    case .chainTooLong(let limit): return "this expression chains more than \(limit) operators: split it"
    default: return "the text is not Nabla"
    }
  }

  private func lookalikeMessage(_ text: String, _ write: [String]) -> String {
    if text == "×" {
      return
        "`×` is not one product but several: write `*` (linear algebra), `⊙` (elementwise) or `⊗` (outer)"
    }
    if write.contains("\"") {
      let other = write.contains("'") ? " (or `'` for a transpose)" : ""
      return "write straight quotes, `\"`, instead of `\(text)`\(other)"
    }
    return "write `\(write[0])` instead of `\(text)`"
  }
}

extension Diagnostic.Found {
  var words: String {
    switch self {
    case .token(let text): return "`\(text.short)`"
    case .keyword(let text): return "the word `\(text)`"
    case .endOfLine: return "the end of the line"
    case .endOfText: return "the end of the text"
    }
  }
}

extension Diagnostic.Expectation {
  var words: String {
    switch self {
    case .value: return "a value"
    case .valueAfter(let text): return "a value after `\(text)`"
    case .name(let role):
      switch role {
      case .variable: return "a variable"
      case .loop: return "a loop variable"
      default: return "the name of a \(role.rawValue)".replacingArticle
      }
    case .oneOf(let texts): return texts.map { "`\($0)`" }.joined(separator: " or ")
    case .endOfStatement: return "the end of the statement"
    }
  }
}

extension String {
  /// "an argument", not "a argument".
  fileprivate var replacingArticle: String {
    self == "the name of a argument" ? "the name of an argument" : self
  }

  /// A long excerpt cut to what a sentence bears, on one line.
  fileprivate var short: String {
    let line = String(map { $0.isNewline ? " " : $0 })
    return line.count <= 48 ? line : line.prefix(30) + "…" + line.suffix(12)
  }

  /// A character that may be a line's end.
  fileprivate var visible: String { self == "\n" ? "⏎" : self }
}

extension UInt32 {
  /// `U+00D7`
  fileprivate var codePointName: String {
    let digits = String(self, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
  }
}
