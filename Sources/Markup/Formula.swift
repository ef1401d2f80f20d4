/// A formula in LaTeX as MathML, which browsers lay out themselves.
public struct Formula: Sendable {
  public var markup: String
  /// What could not be understood, in words.
  public var warnings: [String]

  /// The formula within a line of text, or displayed on lines of its own.
  public init(_ latex: String, isDisplayed: Bool) {
    let alternative = escaped(latex.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    let display = isDisplayed ? " display=\"block\"" : ""
    let attributes = "\(display) alttext=\"\(alternative)\""
    var parser = LatexParser(latex)
    do {
      let atoms = try parser.formula().spaced
      let pieces = isDisplayed ? Self.formulas(atoms) : Self.pieces(atoms)
      markup = pieces.enumerated().map { index, piece in
        "<math\(index == 0 ? attributes : display)>\(piece.map(\.markup).joined())</math>"
      }.joined(separator: isDisplayed ? "" : "<wbr>")
      warnings = parser.unknown.map { "\($0) is not known" }
    } catch {
      let source = MathElement("merror", [MathElement("mtext", text: latex)])
      markup = "<math\(attributes)>\(source.markup)</math>"
      warnings = ["the formula \(latex) cannot be read: \(error.description)"]
    }
  }

  /// Several formulas in one display stand beside each other, or below where a screen is narrow.
  private static func formulas(_ atoms: [MathAtom]) -> [[MathElement]] {
    atoms.split { $0.isGap }.map { $0.map(\.element) }
  }

  /// Signs after which a line may end.
  private static let greatestLength = 16

  /// A long formula in a line of text can be broken behind its relations, as TeX breaks it; MathML alone cannot.
  private static func pieces(_ atoms: [MathAtom]) -> [[MathElement]] {
    var pieces: [[MathElement]] = [[]]
    var length = 0
    for (index, atom) in atoms.enumerated() {
      pieces[pieces.count - 1].append(atom.element)
      length += atom.element.signs
      let canBreak = atom.kind == .relation || atom.kind == .punctuation
      if canBreak, length >= greatestLength, index < atoms.count - 1 {
        pieces.append([])
        length = 0
      }
    }
    return pieces
  }
}
