// Everything that is neither a word, a number, a string nor a bracket.

extension Lexer {
  mutating func operation(_ scalar: Unicode.Scalar) {
    let start = position
    let second = peek(1)
    switch scalar {
    case "+":
      if second == "+" { return foreign("++", write: "x += 1", as: .invalid) }
      take(second == "=" ? .plusEquals : .plus, second == "=" ? 2 : 1)
    case "-", "−":
      if second == ">" {
        take(.arrow, 2)
      } else {
        take(second == "=" ? .minusEquals : .minus, second == "=" ? 2 : 1)
      }
    case "*":
      if second == "*" { return foreign("**", write: "^", as: .power) }
      take(second == "=" ? .timesEquals : .star, second == "=" ? 2 : 1)
    case "/":
      if second == "/" { return foreign("//", write: "÷", as: .division) }
      take(second == "=" ? .divideEquals : .slash, second == "=" ? 2 : 1)
    case "^": take(second == "=" ? .powerEquals : .power, second == "=" ? 2 : 1)
    case "\\": take(.backslash, 1)
    case "%": take(.percent, 1)
    case "÷": take(.division, 1)
    case "∘": take(.ring, 1)
    case "⊙": take(.circledDot, 1)
    case "⋅", "·": take(.dotOperator, 1)
    case "⊗": take(.circledTimes, 1)
    case "=": equalsSign(second)
    case "!": notSign(second)
    case "<":
      // `a <- b` is R's assignment; `a < -b` and `a<-b` are comparisons.
      if second == "-", spaceBefore, peek(2)?.isSpace == true {
        return foreign("<-", write: "=", as: .equals)
      }
      take(second == "=" ? .lessOrEqual : .less, second == "=" ? 2 : 1)
    case ">": take(second == "=" ? .greaterOrEqual : .greater, second == "=" ? 2 : 1)
    case "≠": take(.notEqual, 1)
    case "≤": take(.lessOrEqual, 1)
    case "≥": take(.greaterOrEqual, 1)
    case "≈": take(.approximately, 1)
    case "∈": take(.element, 1)
    case "&": take(second == "&" ? .andAnd : .and, second == "&" ? 2 : 1)
    case "|":
      if second == ">" { take(.pipe, 2) } else { take(second == "|" ? .orOr : .or, second == "|" ? 2 : 1) }
    case "√": take(.root, 1)
    case "∇": take(.nabla, 1)
    case "∂": take(.del, 1)
    case "'", "′", "″", "‴": take(.prime, 1)
    case ",": take(.comma, 1)
    case ";": take(.semicolon, 1)
    case ":":
      if second == ":" { return foreign("::", write: "", as: .invalid) }
      if second == "=" { return foreign(":=", write: "=", as: .equals) }
      take(.colon, 1)
    case "?": take(.question, 1)
    case "@": take(.at, 1)
    case "~": foreign(second == "=" ? "~=" : "~", write: "!=", as: second == "=" ? .notEqual : .bang)
    case ".": dots(second)
    default: unknown(scalar, at: start)
    }
  }

  private mutating func take(_ kind: Token.Kind, _ length: Int) {
    let start = position
    position += length
    append(kind, from: start)
  }

  private mutating func foreign(_ text: String, write: String, as kind: Token.Kind) {
    let start = position
    position += text.unicodeScalars.count
    report(.foreignOperator(text, write: write), start, position)
    append(kind, from: start)
  }

  private mutating func equalsSign(_ second: Unicode.Scalar?) {
    if second == "=" {
      if peek(2) == "=" { return foreign("===", write: "==", as: .equal) }
      return take(.equal, 2)
    }
    if second == ">" { return foreign("=>", write: "->", as: .arrow) }
    take(.equals, 1)
  }

  private mutating func notSign(_ second: Unicode.Scalar?) {
    guard second == "=" else { return take(.bang, 1) }
    if peek(2) == "=" { return foreign("!==", write: "!=", as: .notEqual) }
    take(.notEqual, 2)
  }

  private mutating func dots(_ second: Unicode.Scalar?) {
    switch second {
    case ".":
      if peek(2) == "." { take(.ellipsis, 3) } else { take(.interval, 2) }
    case "*": take(.circledDot, 2)
    case "/": take(.slash, 2)
    case "+": take(.plus, 2)
    case "-", "−": take(.minus, 2)
    case "^": take(.power, 2)
    case "\\": foreign(".\\", write: "\\", as: .backslash)
    case "=":
      if peek(2) == "=" {
        foreign(".==", write: "==", as: .equal)
      } else {
        foreign(".=", write: "=", as: .equals)
      }
    case "<":
      if peek(2) == "=" {
        foreign(".<=", write: "<=", as: .lessOrEqual)
      } else {
        foreign(".<", write: "<", as: .less)
      }
    case ">":
      if peek(2) == "=" {
        foreign(".>=", write: ">=", as: .greaterOrEqual)
      } else {
        foreign(".>", write: ">", as: .greater)
      }
    case "!":
      if peek(2) == "=" { foreign(".!=", write: "!=", as: .notEqual) } else { take(.dot, 1) }
    default: take(.dot, 1)
    }
  }

  private mutating func unknown(_ scalar: Unicode.Scalar, at start: Int) {
    let text = String(Character(scalar))
    if let write = Lookalikes.replacements(for: scalar) {
      report(.lookalike(text, write: write), start, start + 1)
      if write[0] == "\"" { return skipForeignString(start) }
      return takeInstead(write[0], at: start)
    }
    position += 1
    if let write = Lookalikes.functions[scalar] {
      report(.symbolWithoutMeaning(text, write: write), start, position)
    } else {
      report(.unknownCharacter(text, codePoint: scalar.value), start, position)
    }
    append(.invalid, from: start)
  }

  /// Goes on as if the replacement had been written, so that the rest of the text is still checked.
  private mutating func takeInstead(_ replacement: String, at start: Int) {
    let kinds: [String: Token.Kind] = [
      "*": .star, "-": .minus, "...": .ellipsis, "->": .arrow, "=": .equals, "/": .slash, "⋅": .dotOperator,
      ":": .colon, "|": .or, "!": .bang, "&&": .andAnd, "||": .orOr, "<=": .lessOrEqual,
      ">=": .greaterOrEqual,
      "≈": .approximately, "∈": .element, "∇": .nabla, "∂": .del, ".": .dot, ",": .comma, ";": .semicolon,
      "'": .prime, "+": .plus, "^": .power, "%": .percent, "<": .less, ">": .greater, "?": .question,
    ]
    position += 1
    append(kinds[replacement] ?? .invalid, from: start)
  }

  /// A text in curly quotes is skipped whole: its words are no statements.
  private mutating func skipForeignString(_ start: Int) {
    position += 1
    while let scalar = peek(), scalar != "\n" {
      position += 1
      if scalar == "\"" || Lookalikes.replacements(for: scalar)?.contains("\"") == true { break }
    }
    append(.invalid, from: start)
  }
}
