// Every symbol Nabla knows, the LaTeX name that Tab completes and the spelling for a plain keyboard.

/// The symbols and their names.
public enum Symbols {
  /// One symbol. `name` is its LaTeX name without the backslash; `ascii` what can be written instead.
  public typealias Entry = (name: String, symbol: String, ascii: String?)

  /// All symbols, those of the operators first.
  public static let all: [Entry] = operators + greek + letters + accents + subscripts + superscripts

  /// The symbols whose names begin with `prefix`, in the table's order.
  public static func matching(prefix: String) -> [Entry] { all.filter { $0.name.hasPrefix(prefix) } }

  /// The symbol of a LaTeX name.
  public static func symbol(named name: String) -> String? { table[name] }

  private static let table = Dictionary(
    all.map { ($0.name, $0.symbol) }, uniquingKeysWith: { first, _ in first })

  private static let operators: [Entry] =
    [("nabla", "∇", "grad"), ("partial", "∂", "partial")]
    + BinaryOperator.allCases.flatMap { entries($0.rawValue, $0.row) } + [("sqrt", "√", "sqrt")]
    + ComparisonOperator.allCases.flatMap { entries($0.rawValue, $0.row) }
    + [
      ("prime", "′", "derivative"), ("pprime", "″", "''"), ("dprime", "″", "''"), ("transpose", "ᵀ", "'"),
      ("infty", "∞", "Inf"),
    ]

  private static func entries(_ symbol: String, _ row: InfixRow) -> [Entry] {
    row.latex.words.map { ($0, symbol, row.plain) }
  }

  private static let greek: [Entry] = [
    ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ε"), ("varepsilon", "ε"),
    ("zeta", "ζ"), ("eta", "η"), ("theta", "θ"), ("vartheta", "ϑ"), ("iota", "ι"), ("kappa", "κ"),
    ("varkappa", "ϰ"), ("lambda", "λ"), ("mu", "μ"), ("nu", "ν"), ("xi", "ξ"), ("omicron", "ο"), ("pi", "π"),
    ("varpi", "ϖ"), ("rho", "ρ"), ("varrho", "ϱ"), ("sigma", "σ"), ("varsigma", "ς"), ("tau", "τ"),
    ("upsilon", "υ"), ("phi", "φ"), ("varphi", "ϕ"), ("chi", "χ"), ("psi", "ψ"), ("omega", "ω"),
    ("Alpha", "Α"), ("Beta", "Β"), ("Gamma", "Γ"), ("Delta", "Δ"), ("Epsilon", "Ε"), ("Zeta", "Ζ"),
    ("Eta", "Η"), ("Theta", "Θ"), ("Iota", "Ι"), ("Kappa", "Κ"), ("Lambda", "Λ"), ("Mu", "Μ"), ("Nu", "Ν"),
    ("Xi", "Ξ"), ("Omicron", "Ο"), ("Pi", "Π"), ("Rho", "Ρ"), ("Sigma", "Σ"), ("Tau", "Τ"),
    ("Upsilon", "Υ"), ("Phi", "Φ"), ("Chi", "Χ"), ("Psi", "Ψ"), ("Omega", "Ω"),
  ].map { ($0, $1, $0) }

  private static let letters: [Entry] = [
    ("ell", "ℓ", nil), ("euler", "ℯ", "exp(1)"), ("hbar", "ħ", nil), ("aleph", "ℵ", nil),
    ("bbR", "ℝ", nil), ("bbN", "ℕ", nil), ("bbZ", "ℤ", nil), ("bbC", "ℂ", nil), ("bbE", "𝔼", nil),
    ("scrL", "ℒ", nil), ("scrN", "𝒩", nil), ("scrD", "𝒟", nil), ("scrO", "𝒪", nil),
  ]

  /// Combining marks: completed behind the letter they stand on, `x\hat` → `x̂`.
  private static let accents: [Entry] = [
    ("hat", "\u{302}", nil), ("bar", "\u{304}", nil), ("overline", "\u{305}", nil), ("tilde", "\u{303}", nil),
    ("dot", "\u{307}", nil), ("ddot", "\u{308}", nil), ("vec", "\u{20D7}", nil), ("check", "\u{30C}", nil),
    ("breve", "\u{306}", nil), ("acute", "\u{301}", nil), ("grave", "\u{300}", nil),
  ]

  private static let subscripts: [Entry] = pairs(
    "_", "0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", ascii: "_")

  private static let superscripts: [Entry] =
    [("^T", "ᵀ", "'")]
    + pairs("^", "0123456789+-abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", ascii: "^")

  private static func pairs(_ mark: String, _ plain: String, _ symbols: String, ascii: String) -> [Entry] {
    let greekNames = ["β": "beta", "γ": "gamma", "ρ": "rho", "φ": "phi", "χ": "chi"]
    return zip(plain, symbols).map { plain, symbol in
      let name = greekNames[String(plain)] ?? String(plain)
      return (mark + name, String(symbol), plain.isLetter || plain.isNumber ? ascii + name : nil)
    }
  }
}
