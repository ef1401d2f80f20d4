/// The words of a formula, one at a time.
struct LatexScanner {
  enum Token: Equatable {
    /// `\frac`, without its backslash.
    case command(String)
    case character(Character)
    case openBrace, closeBrace, superscript, `subscript`, alignment, prime
  }

  private let characters: [Character]
  private(set) var position = 0

  init(_ text: String) { characters = Array(text) }

  /// The next token, which stays the next; white space and comments say nothing.
  mutating func peek() -> Token? {
    let start = position
    defer { position = start }
    return next()
  }

  mutating func next() -> Token? {
    skipSpace()
    guard let character = take() else { return nil }
    switch character {
    case "{": return .openBrace
    case "}": return .closeBrace
    case "^": return .superscript
    case "_": return .subscript
    case "&": return .alignment
    case "'", "’": return .prime
    case "\\": return .command(commandName())
    case "~": return .command(" ")
    default: return .character(character)
    }
  }

  /// Whether the next character, not counting space, is this one; takes it then.
  mutating func take(_ character: Character) -> Bool {
    let start = position
    skipSpace()
    if position < characters.count, characters[position] == character {
      position += 1
      return true
    }
    position = start
    return false
  }

  /// The text of `{…}` as it is written; `nil` where there is none.
  mutating func verbatimGroup() -> String? {
    guard take("{") else { return nil }
    var depth = 1
    var text = ""
    while let character = take() {
      if character == "\\" {
        text.append(character)
        if let escaped = take() { text.append(escaped) }
        continue
      }
      if character == "{" { depth += 1 }
      if character == "}" {
        depth -= 1
        if depth == 0 { return text }
      }
      text.append(character)
    }
    return nil
  }

  /// The text of `[…]` as it is written; `nil` where there is none.
  mutating func verbatimOption() -> String? {
    let start = position
    guard take("[") else { return nil }
    var text = ""
    while let character = take() {
      if character == "]" { return text }
      text.append(character)
    }
    position = start
    return nil
  }

  private mutating func take() -> Character? {
    guard position < characters.count else { return nil }
    position += 1
    return characters[position - 1]
  }

  /// Letters, and a star behind those that have a form with one; or a single sign.
  private mutating func commandName() -> String {
    guard let first = take() else { return "" }
    guard first.isASCIILetter else { return first.isWhitespace ? " " : String(first) }
    var name = String(first)
    while position < characters.count, characters[position].isASCIILetter {
      name.append(characters[position])
      position += 1
    }
    return name
  }

  private mutating func skipSpace() {
    while position < characters.count {
      if characters[position] == "%" {
        while position < characters.count, !characters[position].isNewline { position += 1 }
      } else if characters[position].isWhitespace {
        position += 1
      } else {
        return
      }
    }
  }
}

extension Character {
  fileprivate var isASCIILetter: Bool { isASCII && isLetter }
}
