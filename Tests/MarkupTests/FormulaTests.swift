import XCTest

@testable import Markup

/// LaTeX to MathML, a row for each construction. The elements are what MathML Core has; how it looks is seen in
/// `Clients/test_pages.py`.
final class FormulaTests: XCTestCase {
  private func body(_ latex: String, isDisplayed: Bool = false) -> String {
    let formula = Formula(latex, isDisplayed: isDisplayed)
    XCTAssertEqual(formula.warnings, [], latex)
    let start = formula.markup.firstIndex(of: ">")!
    return String(formula.markup[formula.markup.index(after: start)...].dropLast("</math>".count))
  }

  private let table: [(String, String)] = [
    // Letters, numbers, signs.
    ("x", "<mi>x</mi>"), ("3.14", "<mn>3.14</mn>"), ("2x", "<mn>2</mn><mi>x</mi>"),
    ("f.", "<mi>f</mi><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">.</mo>"),
    (#"\theta"#, "<mi>θ</mi>"), ("θ", "<mi>θ</mi>"), (#"\Delta"#, "<mi mathvariant=\"normal\">Δ</mi>"),
    (#"\nabla f"#, "<mi mathvariant=\"normal\">∇</mi><mi>f</mi>"),
    (#"\infty"#, "<mi>∞</mi>"), ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
    ("-b", "<mo>−</mo><mi>b</mi>"),
    ("a=-b", "<mi>a</mi><mo>=</mo><mo form=\"prefix\">−</mo><mi>b</mi>"),
    (#"a\;-b"#, "<mi>a</mi><mspace width=\"0.278em\"></mspace><mo>−</mo><mi>b</mi>"),
    (
      #"a=\;-b"#,
      "<mi>a</mi><mo>=</mo><mspace width=\"0.278em\"></mspace><mo form=\"prefix\">−</mo><mi>b</mi>"
    ),
    (#"a \le b"#, "<mi>a</mi><mo>≤</mo><mi>b</mi>"), ("a ≤ b", "<mi>a</mi><mo>≤</mo><mi>b</mi>"),
    (#"a \to b"#, "<mi>a</mi><mo stretchy=\"false\">→</mo><mi>b</mi>"),
    (
      "(x)",
      "<mo stretchy=\"false\" form=\"prefix\">(</mo><mi>x</mi><mo stretchy=\"false\" form=\"postfix\">)</mo>"
    ),
    (
      #"\lVert x\rVert"#,
      "<mo stretchy=\"false\" form=\"prefix\">‖</mo><mi>x</mi><mo stretchy=\"false\" form=\"postfix\">‖</mo>"
    ),
    // Typed, the same sign stands on both sides.
    (
      "‖x‖",
      "<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">‖</mo><mi>x</mi><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">‖</mo>"
    ),
    ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"), (#"50\%"#, "<mn>50</mn><mi>%</mi>"),
    ("a % to the end\n+b", "<mi>a</mi><mo>+</mo><mi>b</mi>"),
    // Scripts.
    ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"), ("x_i", "<msub><mi>x</mi><mi>i</mi></msub>"),
    ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
    ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
    ("x^{-1}", "<msup><mi>x</mi><mrow><mo>−</mo><mn>1</mn></mrow></msup>"),
    ("x^12", "<msup><mi>x</mi><mn>1</mn></msup><mn>2</mn>"),
    (
      "f'", "<mrow><mi>f</mi><mo lspace=\"0\" rspace=\"0\">′</mo></mrow>"
    ),
    ("f''_k", "<mrow><msub><mi>f</mi><mi>k</mi></msub><mo lspace=\"0\" rspace=\"0\">″</mo></mrow>"),
    ("f'^2", "<msup><mrow><mi>f</mi><mo lspace=\"0\" rspace=\"0\">′</mo></mrow><mn>2</mn></msup>"),
    (
      "x_{i+1}",
      "<msub><mi>x</mi><mrow><mi>i</mi><mo lspace=\"0\" rspace=\"0\">+</mo><mn>1</mn></mrow></msub>"
    ),
    ("{}^2", "<msup><mrow></mrow><mn>2</mn></msup>"), ("A^*", "<msup><mi>A</mi><mo>∗</mo></msup>"),
    (#"A^\top"#, "<msup><mi>A</mi><mi>⊤</mi></msup>"),
    // Fractions, roots, accents.
    (#"\frac{a}{b}"#, "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
    (#"\frac12"#, "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
    (#"\tfrac12"#, "<mfrac displaystyle=\"false\"><mn>1</mn><mn>2</mn></mfrac>"),
    (#"\frac\pi2"#, "<mfrac><mi>π</mi><mn>2</mn></mfrac>"),
    (#"\sqrt{x}"#, "<msqrt><mi>x</mi></msqrt>"), (#"\sqrt[3]{x}"#, "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    (#"\hat x"#, "<mover><mi>x</mi><mo stretchy=\"false\">^</mo></mover>"),
    (#"\ddot{\theta}"#, "<mover><mi>θ</mi><mo stretchy=\"false\">¨</mo></mover>"),
    (
      #"\overline{ab}"#,
      "<mover accent=\"true\"><mrow><mi>a</mi><mi>b</mi></mrow><mo stretchy=\"true\">‾</mo></mover>"
    ),
    (
      #"\underbrace{a}_n"#,
      "<munder><munder><mi>a</mi><mo stretchy=\"true\">⏟</mo></munder><mi>n</mi></munder>"
    ),
    (#"\overset{!}{=}"#, "<mover><mo>=</mo><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">!</mo></mover>"),
    (
      #"\binom n k"#,
      "<mrow><mo stretchy=\"true\" fence=\"true\" form=\"prefix\">(</mo><mfrac linethickness=\"0\"><mi>n</mi><mi>k</mi>"
        + "</mfrac><mo stretchy=\"true\" fence=\"true\" form=\"postfix\">)</mo></mrow>"
    ),
    // Operators and functions, with the thin space that TeX sets.
    (
      #"\sum_{i=1}^n x_i"#,
      "<munderover><mo movablelimits=\"true\">∑</mo><mrow><mi>i</mi><mo lspace=\"0\" rspace=\"0\">=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
        + "<msub><mi>x</mi><mi>i</mi></msub>"
    ),
    (#"\int_0^1"#, "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
    (#"\int\limits_0"#, "<munder><mo>∫</mo><mn>0</mn></munder>"),
    (#"\sum\nolimits_i"#, "<msub><mo movablelimits=\"true\">∑</mo><mi>i</mi></msub>"),
    (#"\log x"#, "<mi>log</mi><mspace width=\"0.167em\"></mspace><mi>x</mi>"),
    (
      #"\log(x)"#,
      "<mi>log</mi><mo stretchy=\"false\" form=\"prefix\">(</mo><mi>x</mi><mo stretchy=\"false\" form=\"postfix\">)</mo>"
    ),
    (
      #"2\log x"#,
      "<mn>2</mn><mspace width=\"0.167em\"></mspace><mi>log</mi><mspace width=\"0.167em\"></mspace><mi>x</mi>"
    ),
    (
      #"\lim_{n\to\infty}"#,
      "<munder><mo movablelimits=\"true\" lspace=\"0\" rspace=\"0\">lim</mo><mrow><mi>n</mi><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">→</mo>"
        + "<mi>∞</mi></mrow></munder>"
    ),
    (#"\operatorname{diag}"#, "<mi>diag</mi>"),
    (
      #"\operatorname*{arg\,min}_x"#,
      "<munder><mo movablelimits=\"true\" lspace=\"0\" rspace=\"0\">arg\u{2006}min</mo><mi>x</mi></munder>"
    ),
    // Alphabets.
    (#"\mathbb{R}"#, "<mi>ℝ</mi>"), (#"\mathbb E"#, "<mi>𝔼</mi>"), (#"\mathcal{L}"#, "<mi>ℒ</mi>"),
    (#"\mathcal N"#, "<mi>𝒩</mi>"), (#"\mathbf{x}"#, "<mi>𝐱</mi>"), (#"\boldsymbol\theta"#, "<mi>𝜽</mi>"),
    (#"\mathrm{KL}"#, "<mi>KL</mi>"), (#"\mathrm d x"#, "<mi mathvariant=\"normal\">d</mi><mi>x</mi>"),
    (#"\mathfrak{g}"#, "<mi>𝔤</mi>"), (#"\mathsf{A1}"#, "<mrow><mi>𝖠</mi><mn>𝟣</mn></mrow>"),
    (#"\text{if } x"#, "<mtext>if\u{A0}</mtext><mi>x</mi>"),
    (#"\text{at $x$}"#, "<mrow><mtext>at\u{A0}</mtext><mi>x</mi></mrow>"),
    (#"\text{a \& b}"#, "<mtext>a\u{A0}&amp;\u{A0}b</mtext>"),
    // Fences and space.
    (
      #"\left(\frac12\right]"#,
      "<mrow><mo stretchy=\"true\" fence=\"true\" form=\"prefix\">(</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>"
        + "<mo stretchy=\"true\" fence=\"true\" form=\"postfix\">]</mo></mrow>"
    ),
    (
      #"\left.x\right|_0"#,
      "<msub><mrow><mo stretchy=\"true\" fence=\"true\" form=\"prefix\"></mo><mi>x</mi>"
        + "<mo stretchy=\"true\" fence=\"true\" form=\"postfix\">|</mo></mrow><mn>0</mn></msub>"
    ),
    (#"\bigl("#, "<mo stretchy=\"true\" minsize=\"1.2em\" maxsize=\"1.2em\" form=\"prefix\">(</mo>"),
    (
      #"a\,b\quad c"#,
      "<mi>a</mi><mspace width=\"0.167em\"></mspace><mi>b</mi><mspace width=\"1.000em\"></mspace><mi>c</mi>"
    ),
    (#"\!x"#, "<mspace width=\"-0.167em\"></mspace><mi>x</mi>"),
    (#"\hspace{18mu}x"#, "<mspace width=\"1.000em\"></mspace><mi>x</mi>"),
    (#"\displaystyle x"#, "<mstyle displaystyle=\"true\" scriptlevel=\"0\"><mi>x</mi></mstyle>"),
    // Tables.
    (
      #"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}"#,
      "<mrow><mo stretchy=\"true\" fence=\"true\" form=\"prefix\">(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd>"
        + "</mtr><mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable>"
        + "<mo stretchy=\"true\" fence=\"true\" form=\"postfix\">)</mo></mrow>"
    ),
    (
      #"\begin{cases} a \\ b \\ \end{cases}"#,
      "<mrow><mo stretchy=\"true\" fence=\"true\" form=\"prefix\">{</mo><mtable><mtr><mtd style=\"text-align:left\"><mi>a</mi>"
        + "</mtd></mtr><mtr><mtd style=\"text-align:left\"><mi>b</mi></mtd></mtr></mtable>"
        + "<mo stretchy=\"true\" fence=\"true\" form=\"postfix\"></mo></mrow>"
    ),
    (
      #"\begin{aligned} a &= -b \end{aligned}"#,
      "<mtable displaystyle=\"true\"><mtr><mtd style=\"text-align:right;padding-right:0\"><mi>a</mi></mtd>"
        + "<mtd style=\"text-align:left;padding-left:0\"><mrow></mrow><mo>=</mo><mo form=\"prefix\">−</mo><mi>b</mi></mtd>"
        + "</mtr></mtable>"
    ),
    (
      #"\begin{array}{l|r} a & b \end{array}"#,
      "<mtable><mtr><mtd style=\"text-align:left\"><mi>a</mi></mtd>"
        + "<mtd style=\"text-align:right;border-left:1px solid\"><mi>b</mi></mtd></mtr></mtable>"
    ),
  ]

  func testConstructions() {
    for (latex, expected) in table { XCTAssertEqual(body(latex), expected, latex) }
  }

  /// Every command can be used: with enough arguments, it is read and says nothing unknown.
  func testEveryCommandIsRead() {
    for (name, command) in LatexCommand.table.sorted(by: { $0.key < $1.key }) {
      let use: String
      switch command {
      case .left: use = #"\left( x \right)"#
      case .begin: use = #"\begin{matrix} x \end{matrix}"#
      case .sized: use = "\\\(name)("
      case .longArrow: use = "\\\(name)[a]{b}"
      case .measuredSpace: use = "\\\(name){1em}"
      default: use = "\\\(name){x}{y}"
      }
      let formula = Formula(use, isDisplayed: true)
      XCTAssertEqual(formula.warnings, [], use)
      XCTAssertFalse(formula.markup.contains("merror"), use)
    }
  }

  func testDisplay() {
    XCTAssertTrue(Formula("x", isDisplayed: true).markup.hasPrefix("<math display=\"block\" alttext=\"x\">"))
    XCTAssertTrue(Formula("x", isDisplayed: false).markup.hasPrefix("<math alttext=\"x\">"))
  }

  func testFormulasInOneDisplayStandApart() {
    let markup = Formula(#"a,\qquad b"#, isDisplayed: true).markup
    XCTAssertEqual(
      markup,
      #"<math display="block" alttext="a,\qquad b"><mi>a</mi><mo>,</mo></math><math display="block"><mi>b</mi></math>"#
    )
  }

  func testLongFormulasBreakBehindRelations() {
    let markup = Formula("a+b+c+d+e+f+g+h+i+j = k+l+m", isDisplayed: false).markup
    XCTAssertEqual(markup.components(separatedBy: "</math><wbr><math>").count, 2)
    XCTAssertTrue(markup.contains("<mo>=</mo></math><wbr>"))
    XCTAssertFalse(Formula("a+b+c+d+e+f+g+h+i+j = k", isDisplayed: true).markup.contains("<wbr>"))
  }

  func testUnknownCommandsAreMarkedAndNamed() {
    let formula = Formula(#"a + \frobnicate x + \text{\glorp}"#, isDisplayed: false)
    XCTAssertEqual(formula.warnings, [#"\frobnicate is not known"#, #"\glorp is not known"#])
    XCTAssertTrue(formula.markup.contains(#"<merror><mtext>\frobnicate</mtext></merror><mi>x</mi>"#))
  }

  func testUnreadableFormulasShowTheirSource() {
    let cases: [(String, String)] = [
      ("{a", "{ is not closed"), ("a}", "} stands alone"), (#"\frac{a}"#, #"\frac lacks an argument"#),
      (#"\left( a"#, #"\left is not closed"#), ("a^b^c", "a second ^ stands alone"),
      (#"\begin{matrix} a"#, #"\begin{matrix} is not closed"#), (#"\right)"#, #"\right stands alone"#),
      (#"\begin{tikz} a \end{tikz}"#, "there is no environment tikz"), ("x_", "_ lacks an argument"),
      (#"\sqrt[3{x}"#, "[ is not closed"), (#"\left x \right)"#, #"\left lacks an argument"#),
      (String(repeating: "{", count: 5000), "it is nested too deeply"),
      (String(repeating: #"\sqrt"#, count: 5000) + " x", "it is nested too deeply"),
    ]
    for (latex, reason) in cases {
      let formula = Formula(latex, isDisplayed: false)
      XCTAssertEqual(formula.warnings.count, 1, latex)
      XCTAssertTrue(formula.warnings.first?.hasSuffix(reason) == true, "\(formula.warnings)")
      XCTAssertTrue(formula.markup.contains("<merror><mtext>"), latex)
    }
  }

  func testNothingInAFormulaBecomesMarkup() {
    for latex in [
      "<script>alert(1)</script>", #"\text{<b>}"#, #"\operatorname{<i>}"#, #"a" onload="b"#, #"\<img>"#,
    ] {
      let markup = Formula(latex, isDisplayed: false).markup
      for tag in ["<script", "<b>", "<i>", "<img", "\" onload"] {
        XCTAssertFalse(markup.contains(tag), markup)
      }
    }
  }

  /// A mark typed behind its letter is the accent that the command writes.
  func testCombiningMarks() {
    func markup(_ latex: String) -> String {
      Formula(latex, isDisplayed: false).markup.replacing(#/ alttext="[^"]*"/#, with: "")
    }
    for (typed, command) in [
      ("θ\u{307}", "\\dot θ"), ("x\u{302}", "\\hat x"), ("x\u{308}_1", "\\ddot{x}_1"),
      ("v\u{20D7}", "\\vec v"), ("\\mathbf{θ\u{307}}", "\\mathbf{\\dot{θ}}"),
      ("x\u{302}\u{307}", "\\dot{\\hat x}"),
    ] { XCTAssertEqual(markup(typed), markup(command), typed) }
    XCTAssertTrue(markup("θ\u{307}").contains("<mover><mi>θ</mi><mo stretchy=\"false\">˙</mo></mover>"))
  }
}
