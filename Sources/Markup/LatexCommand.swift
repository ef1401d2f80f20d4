// Every command of LaTeX that a formula may use. A new one is a row here.

/// What a command does.
enum LatexCommand {
  case symbol(String, MathAtom.Kind)
  /// A letter that stands upright: capital Greek, ∂, ∇.
  case uprightLetter(String)
  /// ∑, ∏, ∫.
  case largeOperator(String, MathAtom.Limits)
  /// `\log`, `\max`: the word itself, upright.
  case function(String, MathAtom.Limits)
  /// `\operatorname{diag}`.
  case operatorName
  case fraction(style: String)
  case binomial
  case root
  case accent(String, isStretchy: Bool)
  case accentBelow(String)
  /// A brace over or under, whose script stands at it.
  case brace(String, isAbove: Bool)
  /// `\overset{above}{base}`, `\underset{below}{base}`.
  case stacked(isAbove: Bool)
  /// `\xrightarrow[below]{above}`.
  case longArrow(String)
  case text(style: String)
  case alphabet(MathAlphabet)
  case space(Double)
  /// `\hspace{2em}`.
  case measuredSpace
  case left
  /// `\bigl(`: a delimiter of a size in em.
  case sized(Double, MathAtom.Kind)
  /// `\displaystyle`: for the rest of the group.
  case style(String)
  case phantom
  case boxed
  case substack
  case modulus
  case tag
  case negated
  case begin
  /// Says nothing to a page.
  case ignored
}

extension LatexCommand {
  static let table: [String: LatexCommand] = {
    var table = structures
    for (names, kind) in symbols {
      for (name, symbol) in pairs(names) { table[name] = .symbol(symbol, kind) }
    }
    for (name, letter) in pairs(uprightLetters) { table[name] = .uprightLetter(letter) }
    for (name, symbol) in pairs(sums) { table[name] = .largeOperator(symbol, .movable) }
    for (name, symbol) in pairs(integrals) { table[name] = .largeOperator(symbol, .beside) }
    for name in functions.split(separator: " ") { table[String(name)] = .function(String(name), .beside) }
    for name in limits.split(separator: " ") { table[String(name)] = .function(String(name), .movable) }
    for (name, word) in twoWords { table[name] = .function(word, .movable) }
    for (name, mark) in pairs(accents) { table[name] = .accent(mark, isStretchy: false) }
    for (name, mark) in pairs(wideAccents) { table[name] = .accent(mark, isStretchy: true) }
    for (name, arrow) in pairs(longArrows) { table[name] = .longArrow(arrow) }
    for (prefix, size) in [("big", 1.2), ("Big", 1.8), ("bigg", 2.4), ("Bigg", 3.0)] {
      table[prefix] = .sized(size, .ordinary)
      table[prefix + "l"] = .sized(size, .opening)
      table[prefix + "r"] = .sized(size, .closing)
      table[prefix + "m"] = .sized(size, .relation)
    }
    return table
  }()

  /// A name, its sign, the next name …
  private static func pairs(_ text: String) -> [(String, String)] {
    // By scalars: a combining mark would make one character with the space before it.
    let words = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
    return stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
  }

  private static let symbols: [(String, MathAtom.Kind)] = [
    (
      """
      alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ
      lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ
      chi χ psi ψ omega ω imath ı jmath ȷ
      """, .ordinary
    ),
    (
      """
      pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ cup ∪ cap ∩
      setminus ∖ vee ∨ lor ∨ wedge ∧ land ∧ sqcup ⊔ sqcap ⊓ uplus ⊎ dagger † ddagger ‡ diamond ⋄ bigtriangleup △
      triangleleft ◁ triangleright ▷ amalg ⨿ wr ≀ smallsetminus ∖
      """, .binary
    ),
    (
      """
      le ≤ leq ≤ leqslant ⩽ lt < ge ≥ geq ≥ geqslant ⩾ gt > ne ≠ neq ≠ approx ≈ approxeq ≊ equiv ≡ sim ∼ simeq ≃ cong ≅
      propto ∝ ll ≪ gg ≫ prec ≺ succ ≻ preceq ⪯ succeq ⪰ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇
      perp ⊥ parallel ∥ mid ∣ nmid ∤ vdash ⊢ models ⊨ asymp ≍ doteq ≐ triangleq ≜ coloneqq ≔ lesssim ≲ gtrsim ≳ to →
      gets ← rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ impliedby ⟸
      iff ⟺ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹ Longleftarrow ⟸ mapsto ↦
      longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗
      searrow ↘ swarrow ↙ nwarrow ↖ rightleftharpoons ⇌ rightharpoonup ⇀ leadsto ⇝ colon :
      """, .relation
    ),
    (
      """
      infty ∞ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ wp ℘ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ emptyset ∅ varnothing ∅
      angle ∠ triangle △ square □ blacksquare ■ top ⊤ bot ⊥ prime ′ degree ° surd √ flat ♭ sharp ♯ checkmark ✓ S §
      dots … ldots … dotsc … vdots ⋮ ddots ⋱ Vert ‖ | ‖ vert | backslash \\ % % # # $ $ & & _ _
      """, .ordinary
    ),
    ("cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯", .inner),
    ("{ { lbrace { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lgroup ⟮", .opening),
    ("} } rbrace } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rgroup ⟯", .closing),
  ]

  private static let uprightLetters = """
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω partial ∂ nabla ∇
    """

  private static let sums = """
    sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ bigsqcup ⨆
    """

  private static let integrals = "int ∫ iint ∬ iiint ∭ oint ∮"

  private static let functions = """
    log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth arg deg dim hom ker
    """

  private static let limits = "lim max min sup inf det gcd Pr"

  private static let twoWords = [
    ("limsup", "lim\u{2006}sup"), ("liminf", "lim\u{2006}inf"), ("argmax", "arg\u{2006}max"),
    ("argmin", "arg\u{2006}min"),
  ]

  private static let accents =
    "hat ^ bar ¯ tilde ~ dot ˙ ddot ¨ dddot ⃛ vec → check ˇ breve ˘ acute ´ grave ` mathring ˚"

  private static let wideAccents =
    "widehat ^ widetilde ~ overline ‾ overrightarrow → overleftarrow ← overleftrightarrow ↔"

  private static let longArrows =
    "xrightarrow → xleftarrow ← xRightarrow ⇒ xLeftarrow ⇐ xleftrightarrow ↔ xmapsto ↦"

  private static let structures: [String: LatexCommand] = [
    "frac": .fraction(style: ""), "dfrac": .fraction(style: " displaystyle=\"true\""),
    "tfrac": .fraction(style: " displaystyle=\"false\""), "cfrac": .fraction(style: " displaystyle=\"true\""),
    "binom": .binomial, "sqrt": .root, "operatorname": .operatorName,
    "underline": .accentBelow("_"), "underbar": .accentBelow("_"),
    "overbrace": .brace("⏞", isAbove: true), "underbrace": .brace("⏟", isAbove: false),
    "overset": .stacked(isAbove: true), "stackrel": .stacked(isAbove: true),
    "underset": .stacked(isAbove: false),
    "text": .text(style: ""), "textrm": .text(style: ""), "textnormal": .text(style: ""),
    "mbox": .text(style: ""), "hbox": .text(style: ""),
    "textbf": .text(style: " style=\"font-weight:bold\""),
    "textit": .text(style: " style=\"font-style:italic\""),
    "emph": .text(style: " style=\"font-style:italic\""),
    "texttt": .text(style: " style=\"font-family:monospace\""),
    "textsf": .text(style: " style=\"font-family:sans-serif\""),
    "mathrm": .alphabet(.upright), "mathit": .alphabet(.italic),
    "mathnormal": .alphabet(.italic), "mathbf": .alphabet(.bold), "mathbfit": .alphabet(.boldItalic),
    "boldsymbol": .alphabet(.boldItalic), "bm": .alphabet(.boldItalic), "mathcal": .alphabet(.script),
    "mathscr": .alphabet(.script), "mathfrak": .alphabet(.fraktur), "mathbb": .alphabet(.doubleStruck),
    "mathsf": .alphabet(.sansSerif), "mathtt": .alphabet(.monospace),
    ",": .space(1 / 6), "thinspace": .space(1 / 6), ":": .space(2 / 9), ">": .space(2 / 9),
    "medspace": .space(2 / 9), ";": .space(5 / 18), "thickspace": .space(5 / 18), "!": .space(-1 / 6),
    "negthinspace": .space(-1 / 6), " ": .space(1 / 4), "enspace": .space(1 / 2), "quad": .space(1),
    "qquad": .space(2), "hspace": .measuredSpace, "mspace": .measuredSpace, "left": .left,
    "displaystyle": .style(" displaystyle=\"true\" scriptlevel=\"0\""),
    "textstyle": .style(" displaystyle=\"false\" scriptlevel=\"0\""),
    "scriptstyle": .style(" displaystyle=\"false\" scriptlevel=\"1\""),
    "phantom": .phantom, "hphantom": .phantom, "vphantom": .phantom, "boxed": .boxed,
    "substack": .substack, "pmod": .modulus, "tag": .tag, "not": .negated, "begin": .begin,
    "bmod": .function("mod", .beside), "limits": .ignored, "nolimits": .ignored, "mathstrut": .ignored,
    "strut": .ignored, "nonumber": .ignored, "notag": .ignored, "hline": .ignored, "allowbreak": .ignored,
  ]
}
