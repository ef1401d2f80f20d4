// Characters that are not Nabla but that a keyboard, a word processor or another language puts in its place.
// Each is an error that names what to write; the lexer then reads on as if that had been written.

enum Lookalikes {
  /// What to write instead of a character, or `nil` when nothing is certain. The first is what the lexer goes
  /// on with.
  static func replacements(for scalar: Unicode.Scalar) -> [String]? {
    if let known = table[scalar] { return known }
    // The full-width forms of a Chinese or Japanese keyboard.
    if (0xFF01...0xFF5E).contains(scalar.value), let plain = Unicode.Scalar(scalar.value - 0xFEE0) {
      return [String(Character(plain))]
    }
    return nil
  }

  private static let table: [Unicode.Scalar: [String]] = [
    "×": ["*", "⊙", "⊗"],
    "“": ["\""], "”": ["\""], "„": ["\""], "«": ["\""], "»": ["\""], "‟": ["\""],
    "‘": ["\"", "'"], "’": ["'", "\""], "‛": ["'"], "`": ["\"", "'"], "´": ["'"],
    "–": ["-"], "—": ["-"], "‐": ["-"], "‑": ["-"],
    "…": ["..."], "→": ["->"], "⟶": ["->"], "↦": ["->"], "←": ["="], "≔": ["="],
    "∗": ["*"], "⋆": ["*"], "∕": ["/"], "⁄": ["/"], "∙": ["⋅"], "•": ["⋅"], "⨯": ["*"],
    "∶": [":"], "：": [":"], "∣": ["|"],
    "¬": ["!"], "∧": ["&&"], "∨": ["||"],
    "⩽": ["<="], "⩾": [">="], "≦": ["<="], "≧": [">="],
    "≃": ["≈"], "≅": ["≈"], "∼": ["≈"], "∊": ["∈"],
    "∆": ["Δ"], "𝛁": ["∇"], "𝜵": ["∇"], "𝜕": ["∂"], "𝛛": ["∂"],
    "。": ["."], "、": [","], "；": [";"],
  ]

  /// Symbols that have a function, not an operator.
  static let functions: [Unicode.Scalar: String] = [
    "∑": "sum", "∏": "prod", "∛": "x^(1/3)", "∉": "!(x ∈ xs)", "≉": "!(x ≈ y)", "≡": "==",
    "‖": "norm(x)", "⌊": "floor(x)", "⌋": "floor(x)", "⌈": "ceil(x)", "⌉": "ceil(x)",
    "{": "(", "}": ")", "$": "string(x)",
  ]
}
