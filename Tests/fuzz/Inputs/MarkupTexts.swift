import Markup

/// Markdown, LaTeX, HTML and what programs write for terminals. Whatever it is, what comes of it is well formed and
/// does nothing.
struct MarkupTexts: TextFuzzer {
  private static let markdown = [
    "# one", "## two\n", "- a\n- b\n", "1. a\n   - b\n", "> quote\n", "```julia\nx = 1\n```\n", "```\n",
    "`code`", "**bold**",
    "*it*", "~~s~~", "[a](b)", "[a](javascript:alert(1))", "[a]( java\nscript:x)", "[x](&#106;avascript:a)",
    "![p](x.png)",
    "![p](attachment:a.png)", "| a | b |\n|---|:-:|\n| 1 | 2 |\n", "---\n", "\\*", "&amp;", "&lt;script&gt;",
    "&#x0;", "&bogus;",
    "<https://a.b>", "http://a.b/<x>", "- [ ] task\n", "    code\n", "\n\n", "[a]: b\n", "<!-- c -->", "\t",
    "\u{0}", "\u{FEFF}",
  ]
  private static let html = [
    "<b>", "</b>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>",
    "<details>",
    "<summary>", "</details>", "<svg onload=x>", "<style>", "</style>", "<table><tr><td>",
    "<p title=\"a>b\">", "<br/>", "<div",
    "<i <b>", "<a href=\"data:text/html,x\">", "<iframe>", "</", "<>", "<math>", "<textarea>", "<x:y>",
    "<ul><li>", "&lt;b&gt;",
    "<img src=\"data:image/png;base64,AAAA\">", "<b\u{0}>", "<B ONCLICK=x>", "<a\nhref\n=\n\"x\">",
    "<td colspan='1\"'>",
  ]
  private static let latex = [
    "$", "$$", "\\(", "\\)", "\\[", "\\]", "x_1^2", "\\frac{a}{b}", "\\frac", "{", "}", "\\sqrt[3]{x}",
    "\\left(", "\\right)",
    "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{aligned}", "\\end{aligned}", "&", "\\\\", "\\theta",
    "\\dot{\\theta}", "\\hat",
    "^", "_", "'", "\\text{a $b$}", "\\mathbb{R}", "\\sum_{i=1}^n", "\\int", "\\unknown", "\\left.",
    "\\right", "\\not=", "\\color{red}",
    "\\href{javascript:x}{y}", "\\operatorname{f}", "\\overset{a}{=}", "\\underbrace{x}_{y}", "\\quad",
    "\\hspace{1em}",
    "\\hspace{1e400em}", "\\tag{1}", "\\binom{n}{k}", "\\substack{a\\\\b}", "\\big(", "%", "~", "\\ ", "\\",
    "\\begin{x", "\\phantom{a}",
    "<b>", "\\boxed{x}", "\\xrightarrow{a}", "\\pmod{n}", "\\prime", "\\cdots", "\\lVert", "\\middle|",
  ]
  private static let terminal = [
    "\u{1B}[31m", "\u{1B}[0m", "\u{1B}[1;4m", "\u{1B}[", "\u{1B}", "\r", "\r\n", "\u{1B}[999999999999999m",
    "a",
  ]

  func text(_ number: Int, _ dice: inout Dice) -> String {
    if dice.once(in: 4) { return Mutation.program(dice.pick(Corpus.texts), others: Corpus.texts, &dice) }
    // One thing over and over finds what takes more time than the text is long.
    if dice.once(in: 25) {
      let piece = dice.pick(dice.pick([MarkupTexts.markdown, MarkupTexts.html, MarkupTexts.latex]))
      return (dice.once(in: 2) ? "$" : "") + String(repeating: piece, count: 1 << (4 + dice.below(10)))
    }
    let tables = [
      MarkupTexts.markdown, MarkupTexts.html, MarkupTexts.latex, MarkupTexts.latex, MarkupTexts.terminal,
    ]
    let main = dice.pick(tables)
    return dice.several(1...24) { dice in
      let word = dice.once(in: 5) ? dice.pick(dice.pick(tables)) : dice.pick(main)
      return dice.once(in: 12) ? Mutation.program(word, others: main, &dice) : word
    }.joined(separator: dice.pick(["", " ", "\n"]))
  }

  func faults(of text: String, _ trial: Trial) -> [Fault] {
    var faults: [Fault] = []
    trial.step {
      var anchors = Anchors()
      let surroundings = Markdown.Surroundings(picture: { _ in nil }, code: { _, _ in nil })
      let markdown = Markdown(text, anchors: &anchors, surroundings: surroundings)
      faults += MarkupCheck().faults(of: markdown.markup, "markdown")
      for heading in markdown.headings { faults += MarkupCheck().faults(of: heading.markup, "heading") }
    }
    for isDisplayed in [false, true] {
      trial.step {
        faults += MarkupCheck().faults(of: Formula(text, isDisplayed: isDisplayed).markup, "formula")
      }
    }
    trial.step { faults += MarkupCheck().faults(of: safeMarkup(text), "html") }
    trial.step { faults += MarkupCheck(allowed: ["span"]).faults(of: terminalMarkup(text), "terminal") }
    return faults
  }
}
