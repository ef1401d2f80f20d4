// Numbers, and strings cut into the pieces between their interpolations.

extension Lexer {
  mutating func number() {
    let start = position
    if scalars[position] == "0", let base = peek(1), let digit = peek(2) {
      if base == "x", digit.isHexadecimalDigit { return based(start) { $0.isHexadecimalDigit } }
      if base == "b", digit.isDigit { return based(start) { $0 == "0" || $0 == "1" } }
    }
    digits { $0.isDigit }
    // A dot is the number's only before a digit, and not as half of `..`.
    if peek() == ".", let next = peek(1), next.isDigit, scalars[start] != "." {
      position += 1
      digits { $0.isDigit }
    } else if scalars[start] == "." {
      position += 1
      digits { $0.isDigit }
    }
    if let mark = peek(), mark == "e" || mark == "E" {
      let sign = peek(1) == "+" || peek(1) == "-" || peek(1) == "−" ? 1 : 0
      if peek(1 + sign)?.isDigit == true {
        position += 1 + sign
        digits { $0.isDigit }
      }
    }
    append(.number, from: start)
  }

  private mutating func based(_ start: Int, isDigit: (Unicode.Scalar) -> Bool) {
    position += 2
    digits(isDigit)
    if let next = peek(), next.isDigit {
      let wrong = position
      while peek()?.isDigit == true { position += 1 }
      report(.digitInBinary(String(Character(scalars[wrong]))), wrong, wrong + 1)
    }
    append(.basedNumber, from: start)
  }

  /// Digits, with `_` only between two of them.
  private mutating func digits(_ isDigit: (Unicode.Scalar) -> Bool) {
    while let scalar = peek() {
      if isDigit(scalar) {
        position += 1
      } else if scalar == "_", position > 0, isDigit(scalars[position - 1]), let next = peek(1), isDigit(next)
      {
        position += 2
      } else {
        return
      }
    }
  }

  mutating func openString() {
    let start = position
    let isTriple = peek(1) == "\"" && peek(2) == "\""
    position += isTriple ? 3 : 1
    append(isTriple ? .tripleStringOpen : .stringOpen, from: start)
    openStrings.append(tokens.count - 1)
    stringBody()
  }

  /// Reads on in the innermost string, until it ends or an expression begins in it.
  mutating func stringBody() {
    guard let opener = openStrings.last else { return }
    let isTriple = tokens[opener].kind == .tripleStringOpen
    var start = position
    while let scalar = peek() {
      switch scalar {
      case "\\": position = min(position + 2, scalars.count)
      case "\"" where !isTriple || (peek(1) == "\"" && peek(2) == "\""):
        text(from: start)
        start = position
        position += isTriple ? 3 : 1
        append(.stringClose, from: start)
        openStrings.removeLast()
        return
      case "\n" where !isTriple:
        text(from: start)
        report(.lineEndInString, position, position + 1)
        append(.stringClose, from: position)
        openStrings.removeLast()
        return
      case "$" where peek(1) == "(":
        text(from: start)
        start = position
        position += 2
        openers.append(tokens.count)
        append(.interpolationOpen, from: start)
        return
      case "$" where peek(1)?.isNameStart == true:
        text(from: start)
        position += 1
        start = position
        while peek()?.isNamePart == true { position += 1 }
        append(.stringName, from: start)
        start = position
      default: position += 1
      }
    }
    text(from: start)
  }

  private mutating func text(from start: Int) {
    if position > start { append(.stringText, from: start) }
  }

  /// Reports the string that the text's end leaves open. Where the text ends in an open `$(`, the parser
  /// reports what is missing.
  mutating func closeAtEnd() {
    guard let opener = openStrings.last else { return }
    if openers.contains(where: { $0 > opener && tokens[$0].kind == .interpolationOpen }) { return }
    let token = tokens[opener]
    let isTriple = token.kind == .tripleStringOpen
    // Only a string of three quotes goes on in the next line.
    report(.unclosedString(isTriple: isTriple), Int(token.start), Int(token.end), isAtEnd: isTriple)
    append(.stringClose, from: position)
  }
}
