/// A table in a formula: a matrix, cases, aligned equations.
struct LatexEnvironment {
  enum Alignment: String { case left, center, right }

  enum Columns {
    case alike(Alignment)
    case each([Alignment])
    /// Right, left, right, …: equations aligned at their signs.
    case alternating
  }

  var opening = ""
  var closing = ""
  var columns: Columns
  /// Its cells are set as displayed formulas.
  var isDisplayed = false
  var isSmall = false
  /// Its columns are described in braces behind its name.
  var hasColumnTemplate = false
  /// Columns with a line on their left.
  private var ruled: Set<Int> = []

  init(opening: String = "", closing: String = "", columns: Columns, isDisplayed: Bool = false) {
    self.opening = opening
    self.closing = closing
    self.columns = columns
    self.isDisplayed = isDisplayed
  }

  static func named(_ name: String) -> LatexEnvironment? {
    let plain = name.hasSuffix("*") ? String(name.dropLast()) : name
    switch plain {
    case "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix":
      let fences = [
        "p": ("(", ")"), "b": ("[", "]"), "B": ("{", "}"), "v": ("|", "|"), "V": ("‖", "‖"),
      ][String(plain.prefix(1))]
      var environment = LatexEnvironment(
        opening: fences?.0 ?? "", closing: fences?.1 ?? "", columns: .alike(.center))
      environment.isSmall = plain == "smallmatrix"
      return environment
    case "cases": return LatexEnvironment(opening: "{", columns: .alike(.left))
    case "dcases": return LatexEnvironment(opening: "{", columns: .alike(.left), isDisplayed: true)
    case "rcases": return LatexEnvironment(closing: "}", columns: .alike(.left))
    case "aligned", "align", "split", "eqnarray", "alignedat", "alignat":
      var environment = LatexEnvironment(columns: .alternating, isDisplayed: true)
      environment.hasColumnTemplate = plain.hasSuffix("at")
      return environment
    case "gathered", "gather", "equation", "multline":
      return LatexEnvironment(columns: .alike(.center), isDisplayed: true)
    case "array":
      var environment = LatexEnvironment(columns: .each([]))
      environment.hasColumnTemplate = true
      return environment
    default: return nil
    }
  }

  /// `l c|r` of an array; the number of pairs of an `alignedat` says nothing new.
  mutating func read(template: String) {
    guard case .each = columns else { return }
    var alignments: [Alignment] = []
    for character in template {
      switch character {
      case "l": alignments.append(.left)
      case "c": alignments.append(.center)
      case "r": alignments.append(.right)
      case "|": ruled.insert(alignments.count)
      default: continue
      }
    }
    columns = .each(alignments)
  }

  func element(_ rows: [[[MathAtom]]]) -> MathElement {
    let body = rows.map { cells in
      MathElement(
        "mtr", cells.enumerated().map { MathElement("mtd", style(column: $0), elements($1, column: $0)) })
    }
    let attributes = isDisplayed ? " displaystyle=\"true\"" : isSmall ? " scriptlevel=\"1\"" : ""
    return MathElement("mtable", attributes, body)
  }

  /// The sign at the beginning of a right half belongs to the left one.
  private func elements(_ atoms: [MathAtom], column: Int) -> [MathElement] {
    guard case .alternating = columns, column % 2 == 1 else { return atoms.elements }
    return ([MathAtom(MathElement("mrow", []), .ordinary)] + atoms).elements
  }

  private func style(column: Int) -> String {
    var rules: [String] = []
    switch columns {
    case .alike(.center): break
    case .alike(let alignment): rules.append("text-align:\(alignment)")
    case .each(let alignments):
      if column < alignments.count { rules.append("text-align:\(alignments[column])") }
    case .alternating:
      rules.append(
        column % 2 == 0 ? "text-align:right;padding-right:0" : "text-align:left;padding-left:0")
    }
    if ruled.contains(column) { rules.append("border-left:1px solid") }
    return rules.isEmpty ? "" : " style=\"\(rules.joined(separator: ";"))\""
  }
}
