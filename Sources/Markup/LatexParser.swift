// A formula in LaTeX to MathML, by descent: a row is a sequence of atoms, an atom is a sign, a group or a command
// with its arguments, and scripts belong to the atom before them.

/// What makes a formula unreadable.
enum LatexFault: Error, Equatable {
  case unclosed(String)
  case unexpected(String)
  case missingArgument(String)
  case unknownEnvironment(String)
  case tooDeep

  var description: String {
    switch self {
    case .unclosed(let what): "\(what) is not closed"
    case .unexpected(let what): "\(what) stands alone"
    case .missingArgument(let what): "\(what) lacks an argument"
    case .unknownEnvironment(let name): "there is no environment \(name)"
    case .tooDeep: "it is nested too deeply"
    }
  }
}

struct LatexParser {
  var scanner: LatexScanner
  var alphabet: MathAlphabet?
  /// Commands that are not in the table.
  var unknown: [String] = []
  private var depth = 0

  private static let greatestDepth = 100

  init(_ text: String) { scanner = LatexScanner(text) }

  /// The whole formula.
  mutating func formula() throws(LatexFault) -> [MathAtom] {
    let rows = try rows()
    if let token = scanner.next() { throw .unexpected(Self.text(of: token)) }
    if rows.count == 1, rows[0].count == 1 { return rows[0][0] }
    let environment = LatexEnvironment(
      columns: rows.contains { $0.count > 1 } ? .alternating : .alike(.center), isDisplayed: true)
    return [MathAtom(environment.element(rows), .inner)]
  }

  /// Rows of cells up to what belongs to none of them.
  mutating func rows() throws(LatexFault) -> [[[MathAtom]]] {
    var rows: [[[MathAtom]]] = [[]]
    while true {
      rows[rows.count - 1].append(try row())
      switch scanner.peek() {
      case .alignment: _ = scanner.next()
      case .command("\\"), .command("cr"):
        _ = scanner.next()
        _ = scanner.verbatimOption()
        rows.append([])
      default:
        // A break behind the last row begins none.
        if rows.count > 1, rows.last?.allSatisfy(\.isEmpty) == true { rows.removeLast() }
        return rows
      }
    }
  }

  /// Atoms up to what closes the row, which stays.
  mutating func row(endsAtBracket: Bool = false) throws(LatexFault) -> [MathAtom] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.greatestDepth else { throw .tooDeep }
    var atoms: [MathAtom] = []
    while let token = scanner.peek(), !Self.closesRow(token) {
      if endsAtBracket, token == .character("]") { break }
      if case .command(let name) = token, case .style(let attributes)? = LatexCommand.table[name] {
        _ = scanner.next()
        let rest = try row(endsAtBracket: endsAtBracket)
        atoms.append(MathAtom(MathElement("mstyle", attributes, rest.elements), .ordinary))
        break
      }
      guard let atom = try base() else { continue }
      atoms.append(try scripted(atom))
    }
    return merged(atoms)
  }

  private static func closesRow(_ token: LatexScanner.Token) -> Bool {
    switch token {
    case .closeBrace, .alignment, .command("\\"), .command("cr"), .command("right"), .command("middle"),
      .command("end"):
      return true
    default: return false
    }
  }

  /// What scripts may stand at; `nil` for what shows nothing.
  private mutating func base() throws(LatexFault) -> MathAtom? {
    guard let token = scanner.peek() else { return nil }
    switch token {
    case .superscript, .subscript, .prime:
      // A script at nothing, as in `{}^2` or at the beginning.
      return MathAtom(MathElement("mrow", []), .ordinary)
    default: break
    }
    _ = scanner.next()
    switch token {
    case .openBrace: return MathAtom(.row(try group().elements), .ordinary)
    case .command(let name): return try command(name)
    case .character(let character): return sign(character, takesDigits: true)
    default: throw .unexpected(Self.text(of: token))
    }
  }

  /// The rest of `{…}`.
  private mutating func group() throws(LatexFault) -> [MathAtom] {
    let atoms = try row()
    guard scanner.next() == .closeBrace else { throw .unclosed("{") }
    return atoms
  }

  /// `{…}`, or a single sign or command.
  mutating func argument(of command: String) throws(LatexFault) -> [MathAtom] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.greatestDepth else { throw .tooDeep }
    guard let token = scanner.peek(), !Self.closesRow(token) else { throw .missingArgument(command) }
    _ = scanner.next()
    switch token {
    case .openBrace: return try group()
    case .character(let character): return [sign(character, takesDigits: false)]
    case .command(let name): return try self.command(name).map { [$0] } ?? []
    default: throw .missingArgument(command)
    }
  }

  /// The atom with the scripts that follow it.
  private mutating func scripted(_ atom: MathAtom) throws(LatexFault) -> MathAtom {
    var limits = atom.limits
    var below: MathElement?
    var above: MathElement?
    var primes = 0
    loop: while let token = scanner.peek() {
      switch token {
      case .command("limits"): limits = .aboveAndBelow
      case .command("nolimits"): limits = .beside
      case .prime: primes += 1
      case .subscript:
        _ = scanner.next()
        guard below == nil else { throw .unexpected("a second _") }
        below = .row(try argument(of: "_").scriptElements)
        continue loop
      case .superscript:
        _ = scanner.next()
        guard above == nil else { throw .unexpected("a second ^") }
        above = .row(try argument(of: "^").scriptElements)
        continue loop
      default: break loop
      }
      _ = scanner.next()
    }
    var result = atom
    if primes > 0 { result = Self.primed(atom, primes, below: above == nil ? below : nil) }
    return Self.atom(result, below: primes > 0 && above == nil ? nil : below, above: above, limits)
  }

  /// Fonts have raised the primes already: they stand behind the letter, not above it.
  private static func primed(_ atom: MathAtom, _ count: Int, below: MathElement?) -> MathAtom {
    let sign = count == 2 ? "″" : count == 3 ? "‴" : String(repeating: "′", count: count)
    var result = atom
    let base = below.map { MathElement("msub", [atom.element, $0]) } ?? atom.element
    result.element = MathElement(
      "mrow", [base, MathElement("mo", " lspace=\"0\" rspace=\"0\"", text: sign)])
    return result
  }

  private static func atom(
    _ atom: MathAtom, below: MathElement?, above: MathElement?, _ limits: MathAtom.Limits
  ) -> MathAtom {
    guard below != nil || above != nil else { return atom }
    var result = atom
    result.limits = .beside
    if limits == .aboveAndBelow, atom.limits == .movable { result.element.fixLimits() }
    let parts = [result.element] + [below, above].compactMap { $0 }
    let names = limits == .beside ? ("msub", "msup", "msubsup") : ("munder", "mover", "munderover")
    result.element = MathElement(
      above == nil ? names.0 : below == nil ? names.1 : names.2, parts)
    return result
  }

  static func text(of token: LatexScanner.Token) -> String {
    switch token {
    case .command(let name): "\\\(name)"
    case .character(let character): String(character)
    case .openBrace: "{"
    case .closeBrace: "}"
    case .superscript: "^"
    case .subscript: "_"
    case .alignment: "&"
    case .prime: "'"
    }
  }
}

extension MathElement {
  /// Keeps limits above and below in a line of text too.
  fileprivate mutating func fixLimits() { attributes = " movablelimits=\"false\"" }
}
