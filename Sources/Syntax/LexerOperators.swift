// Everything that is neither a word, a number, a string nor a bracket.

extension Lexer {
  mutating func operation(_ scalar: Unicode.Scalar) {
    // `a <- b` is R's assignment; `a < -b` and `a<-b` are comparisons.
    if scalar == "<", peek(1) == "-", spaceBefore, peek(2)?.isSpace == true {
      return take(Spelling("<-", foreignFor: "=", .equals))
    }
    guard let spelling = Spelling.longest(in: scalars, at: position) else {
      return unknown(scalar, at: position)
    }
    take(spelling)
  }

  private mutating func take(_ spelling: Spelling) {
    let start = position
    position += spelling.scalars.count
    if let write = spelling.foreignFor {
      report(.foreignOperator(spelling.text, write: write), start, position)
    }
    append(spelling.kind, from: start)
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
    position += 1
    append(Spelling.kind(of: replacement) ?? .invalid, from: start)
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

/// A sign, and the token that it is.
struct Spelling {
  let text: String
  let scalars: [Unicode.Scalar]
  let kind: Token.Kind
  /// What Nabla writes for a sign of another language; it is read on as if that stood there.
  let foreignFor: String?

  init(_ text: String, _ kind: Token.Kind) {
    self.text = text
    scalars = Array(text.unicodeScalars)
    self.kind = kind
    foreignFor = nil
  }

  init(_ text: String, foreignFor write: String, _ kind: Token.Kind) {
    self.text = text
    scalars = Array(text.unicodeScalars)
    self.kind = kind
    foreignFor = write
  }
}

extension Spelling {
  /// The longest sign that stands at a position.
  static func longest(in scalars: [Unicode.Scalar], at position: Int) -> Spelling? {
    let first = scalars[position]
    let candidates = first.isASCII ? ascii[Int(first.value)] : others[first] ?? []
    for candidate in candidates {
      let sign = candidate.scalars
      guard position + sign.count <= scalars.count else { continue }
      // Looked up by the first.
      if (1..<sign.count).allSatisfy({ scalars[position + $0] == sign[$0] }) { return candidate }
    }
    return nil
  }

  /// The token of a sign of Nabla's own.
  static func kind(of text: String) -> Token.Kind? { kinds[text] }

  private static let kinds = Dictionary(uniqueKeysWithValues: own.map { ($0.text, $0.kind) })

  private static let own: [Spelling] =
    Infix.spellings.map { Spelling($0.text, .infix($0.infix)) }
    + BinaryOperator.updateSpellings.map { Spelling($0.text, .update($0.op)) }
    + [
      ("=", .equals), ("->", .arrow), ("−>", .arrow), (",", .comma), (";", .semicolon), ("?", .question),
      ("@", .at), (".", .dot), ("...", .ellipsis), ("!", .bang), ("√", .root), ("∇", .nabla), ("∂", .del),
      ("'", .prime), ("′", .prime), ("″", .prime), ("‴", .prime),
    ].map { (text: String, kind: Token.Kind) in Spelling(text, kind) }

  /// Signs of other languages. Comparisons are element by element without a dot.
  private static let foreign: [Spelling] =
    [
      ("**", "^"), ("//", "÷"), ("===", "=="), ("!==", "!="), ("~=", "!="), ("=>", "->"), (":=", "="),
      (".=", "="),
      (".\\", "\\"),
    ].map { Spelling($0, foreignFor: $1, kind(of: $1) ?? .invalid) }
    + ComparisonOperator.allCases.flatMap(\.spellings).filter { $0.utf8.allSatisfy { $0 < 0x80 } }
    .map { Spelling("." + $0, foreignFor: $0, kind(of: $0) ?? .invalid) }
    + [
      Spelling("~", foreignFor: "!=", .bang), Spelling("++", foreignFor: "x += 1", .invalid),
      Spelling("::", foreignFor: "", .invalid),
    ]

  /// By their first characters, the longest first.
  private static let others = Dictionary(grouping: own + foreign) { $0.scalars[0] }
    .mapValues { $0.sorted { $0.scalars.count > $1.scalars.count } }

  private static let ascii = (0..<0x80).map { others[Unicode.Scalar(UInt8($0))] ?? [] }
}
