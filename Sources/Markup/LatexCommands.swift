// What each kind of command makes of its arguments.

extension LatexParser {
  /// The atom of a command whose name was read; `nil` for what shows nothing.
  mutating func command(_ name: String) throws(LatexFault) -> MathAtom? {
    guard let command = LatexCommand.table[name] else {
      unknown.append("\\\(name)")
      return MathAtom(MathElement("merror", [MathElement("mtext", text: "\\\(name)")]), .ordinary)
    }
    switch command {
    case .ignored: return nil
    case .symbol(let symbol, let kind):
      let isLetter = kind == .ordinary && symbol.unicodeScalars.allSatisfy(\.properties.isAlphabetic)
      return isLetter ? letter(symbol) : Self.symbol(symbol, kind)
    case .uprightLetter(let text):
      return alphabet == .upright ? letter(text) : upright(text)
    case .largeOperator(let symbol, let limits):
      let attributes = limits == .movable ? " movablelimits=\"true\"" : ""
      return operatorAtom(MathElement("mo", attributes, text: symbol), limits)
    case .function(let word, let limits): return function(word, limits)
    case .operatorName:
      let limits: MathAtom.Limits = scanner.take("*") ? .movable : .beside
      return function(try word(of: name), limits)
    case .fraction, .binomial, .root, .stacked, .longArrow, .substack, .modulus, .brace:
      return try construction(command, name)
    case .accent(let mark, let isStretchy):
      let body = MathElement.row(try argument(of: "\\\(name)").elements)
      return MathAtom(Self.accented(body, mark, isStretchy: isStretchy), .ordinary)
    case .accentBelow(let mark):
      let body = MathElement.row(try argument(of: "\\\(name)").elements)
      return MathAtom(
        MathElement("munder", " accentunder=\"true\"", [body, MathElement("mo", text: mark)]), .ordinary)
    case .text(let style): return try text(of: name, style)
    case .alphabet(let chosen):
      let outer = alphabet
      alphabet = chosen
      defer { alphabet = outer }
      return MathAtom(.row(merged(try argument(of: "\\\(name)")).elements), .ordinary)
    case .space(let width):
      var atom = MathAtom(.space(width), .space)
      atom.isGap = width >= 1
      return atom
    case .measuredSpace:
      guard let text = scanner.verbatimGroup() else { throw .missingArgument("\\\(name)") }
      return MathAtom(.space(Self.width(text)), .space)
    case .left: return try fenced()
    case .sized(let size, let kind):
      let form = kind == .opening ? " form=\"prefix\"" : kind == .closing ? " form=\"postfix\"" : ""
      let attributes = " stretchy=\"true\" minsize=\"\(size)em\" maxsize=\"\(size)em\"\(form)"
      return MathAtom(MathElement("mo", attributes, text: try delimiter(after: "\\\(name)")), kind)
    case .phantom:
      return MathAtom(MathElement("mphantom", try argument(of: "\\\(name)").elements), .ordinary)
    case .boxed:
      let frame = " style=\"border:1px solid;padding:0.3em\""
      return MathAtom(MathElement("mrow", frame, try argument(of: "\\\(name)").elements), .ordinary)
    case .tag:
      guard let text = scanner.verbatimGroup() else { throw .missingArgument("\\\(name)") }
      return MathAtom(MathElement("mrow", [.space(2), MathElement("mtext", text: "(\(text))")]), .space)
    case .negated: return try negated()
    case .begin: return try environment()
    case .style: return nil  // A row has taken it.
    }
  }

  private func upright(_ text: String) -> MathAtom {
    guard let alphabet, let letter = text.unicodeScalars.first.flatMap(alphabet.letter) else {
      return MathAtom(MathElement("mi", " mathvariant=\"normal\"", text: text), .ordinary)
    }
    return MathAtom(MathElement("mi", text: letter), .ordinary)
  }

  private func operatorAtom(_ element: MathElement, _ limits: MathAtom.Limits) -> MathAtom {
    var atom = MathAtom(element, .largeOperator)
    atom.limits = limits
    return atom
  }

  private func function(_ word: String, _ limits: MathAtom.Limits) -> MathAtom {
    // Only an operator can have its scripts above and below.
    let element =
      limits == .movable
      ? MathElement("mo", " movablelimits=\"true\" lspace=\"0\" rspace=\"0\"", text: word)
      : MathElement("mi", word.count == 1 ? " mathvariant=\"normal\"" : "", text: word)
    var atom = operatorAtom(element, limits)
    atom.isFunctionName = true
    return atom
  }

  /// The word in the braces; a space in it as `\,` or as itself.
  private mutating func word(of name: String) throws(LatexFault) -> String {
    guard var text = scanner.verbatimGroup() else { throw .missingArgument("\\\(name)") }
    for space in ["\\,", "\\ ", "\\;", "~"] {
      text = text.split(separator: space).joined(separator: "\u{2006}")
    }
    return text
  }

  private mutating func construction(_ command: LatexCommand, _ name: String) throws(LatexFault) -> MathAtom {
    let name = "\\\(name)"
    switch command {
    case .fraction(let style):
      let parts = [try part(of: name), try part(of: name)]
      return MathAtom(MathElement("mfrac", style, parts), .inner)
    case .binomial:
      let parts = [try part(of: name), try part(of: name)]
      let stack = MathElement("mfrac", " linethickness=\"0\"", parts)
      return MathAtom(
        MathElement("mrow", [Self.fence("(", .opening), stack, Self.fence(")", .closing)]), .inner)
    case .root:
      guard scanner.take("[") else { return MathAtom(MathElement("msqrt", try argument(of: name).elements)) }
      let degree = MathElement.row(try row(endsAtBracket: true).elements)
      guard scanner.take("]") else { throw .unclosed("[") }
      return MathAtom(MathElement("mroot", [try part(of: name), degree]))
    case .stacked(let isAbove):
      let mark = try part(of: name)
      let body = try argument(of: name)
      return MathAtom(
        MathElement(isAbove ? "mover" : "munder", [.row(body.elements), mark]), body.first?.kind ?? .ordinary)
    case .longArrow(let arrow):
      var below: MathElement?
      if scanner.take("[") {
        below = .row(try row(endsAtBracket: true).elements)
        guard scanner.take("]") else { throw .unclosed("[") }
      }
      let above = padded(try part(of: name))
      let arrow = MathElement("mo", " stretchy=\"true\"", text: arrow)
      let element =
        below.map { MathElement("munderover", [arrow, padded($0), above]) }
        ?? MathElement("mover", [arrow, above])
      return MathAtom(element, .relation)
    case .brace(let brace, let isAbove):
      let body = try part(of: name)
      let mark = MathElement("mo", " stretchy=\"true\"", text: brace)
      var atom = MathAtom(MathElement(isAbove ? "mover" : "munder", [body, mark]), .ordinary)
      atom.limits = .aboveAndBelow
      return atom
    case .substack:
      guard scanner.take("{") else { throw .missingArgument(name) }
      let rows = try rows()
      guard scanner.next() == .closeBrace else { throw .unclosed("{") }
      return MathAtom(LatexEnvironment(columns: .alike(.center)).element(rows))
    default:
      let modulus = try argument(of: name).elements
      let word = [MathElement("mi", text: "mod"), MathElement.space(1 / 6)]
      return MathAtom(
        MathElement(
          "mrow",
          [.space(1), Self.symbol("(", .opening).element] + word + modulus
            + [Self.symbol(")", .closing).element]))
    }
  }

  private mutating func part(of name: String) throws(LatexFault) -> MathElement {
    .row(try argument(of: name).elements)
  }

  private func padded(_ element: MathElement) -> MathElement {
    MathElement("mrow", [.space(0.3), element, .space(0.3)])
  }

  /// `\not` strikes through the sign behind it.
  private mutating func negated() throws(LatexFault) -> MathAtom {
    guard var atom = try argument(of: "\\not").first else { throw .missingArgument("\\not") }
    guard case .text(let text) = atom.element.content else { return atom }
    atom.element.content = .text(text + "\u{338}")
    return atom
  }

  /// `1.5em`, `12pt`, `18mu`, as em.
  private static func width(_ text: String) -> Double {
    let units: [(String, Double)] = [("em", 1), ("ex", 0.43), ("mu", 1.0 / 18), ("pt", 0.1), ("px", 0.075)]
    let text = String(text.filter { !$0.isWhitespace })
    for (unit, size) in units where text.hasSuffix(unit) {
      if let number = Double(text.dropLast(unit.count)), abs(number) < 1000 { return number * size }
    }
    return 0
  }
}
