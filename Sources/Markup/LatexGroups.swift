// What has a beginning and an end: fences, environments, text.

extension LatexParser {
  /// A delimiter that grows with what it encloses.
  static func fence(_ text: String, _ kind: MathAtom.Kind) -> MathElement {
    let form = kind == .opening ? "prefix" : kind == .closing ? "postfix" : "infix"
    return MathElement("mo", " stretchy=\"true\" fence=\"true\" form=\"\(form)\"", text: text)
  }

  /// The rest of `\left( … \middle| … \right)`.
  mutating func fenced() throws(LatexFault) -> MathAtom {
    var elements = [Self.fence(try delimiter(after: "\\left"), .opening)]
    while true {
      elements += try row().elements
      switch scanner.next() {
      case .command("middle"):
        elements.append(Self.fence(try delimiter(after: "\\middle"), .relation))
      case .command("right"):
        elements.append(Self.fence(try delimiter(after: "\\right"), .closing))
        return MathAtom(MathElement("mrow", elements), .inner)
      default: throw .unclosed("\\left")
      }
    }
  }

  /// `(`, `\lVert`, or `.` for none.
  mutating func delimiter(after command: String) throws(LatexFault) -> String {
    switch scanner.next() {
    case .character("."): return ""
    case .character("<"): return "⟨"
    case .character(">"): return "⟩"
    case .character(let character) where "()[]|/".contains(character): return String(character)
    case .command(let name):
      if case .symbol(let symbol, _)? = LatexCommand.table[name] { return symbol }
      throw .missingArgument(command)
    default: throw .missingArgument(command)
    }
  }

  /// The rest of `\begin{…} … \end{…}`.
  mutating func environment() throws(LatexFault) -> MathAtom {
    guard let name = scanner.verbatimGroup() else { throw .missingArgument("\\begin") }
    guard var environment = LatexEnvironment.named(name) else { throw .unknownEnvironment(name) }
    if environment.hasColumnTemplate {
      guard let template = scanner.verbatimGroup() else { throw .missingArgument("\\begin{\(name)}") }
      environment.read(template: template)
    }
    let rows = try rows()
    guard scanner.next() == .command("end"), scanner.verbatimGroup() == name else {
      throw .unclosed("\\begin{\(name)}")
    }
    let table = environment.element(rows)
    guard !environment.opening.isEmpty || !environment.closing.isEmpty else { return MathAtom(table, .inner) }
    let elements = [
      Self.fence(environment.opening, .opening), table, Self.fence(environment.closing, .closing),
    ]
    return MathAtom(MathElement("mrow", elements), .inner)
  }

  /// Words in a formula, which may hold formulas of their own.
  mutating func text(of name: String, _ style: String) throws(LatexFault) -> MathAtom {
    guard let source = scanner.verbatimGroup() else { throw .missingArgument("\\\(name)") }
    var elements: [MathElement] = []
    for (index, piece) in source.split(separator: "$", omittingEmptySubsequences: false).enumerated()
    where !piece.isEmpty {
      if index % 2 == 0 {
        elements.append(MathElement("mtext", style, text: plainText(String(piece))))
      } else {
        var inner = LatexParser(String(piece))
        elements += try inner.formula().elements
        unknown += inner.unknown
      }
    }
    return MathAtom(.row(elements), .ordinary)
  }

  private mutating func plainText(_ source: String) -> String {
    var result = ""
    var characters = source[...]
    while let character = characters.popFirst() {
      switch character {
      case "\\":
        if let next = characters.first, !next.isLetter {
          result.append(next)
          characters.removeFirst()
        } else {
          let name = String(characters.prefix(while: \.isLetter))
          unknown.append("\\\(name)")
          result += "\\\(name)"
          characters = characters.dropFirst(name.count)
        }
      case "{", "}": continue
      case "~": result.append("\u{A0}")
      // Spaces at either end would be lost.
      default: result.append(character.isWhitespace ? "\u{A0}" : character)
      }
    }
    return result
  }
}
