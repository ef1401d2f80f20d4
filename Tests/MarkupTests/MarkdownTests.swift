import XCTest

@testable import Markup

/// Markdown as HTML: what is written becomes what is meant, and nothing that is written becomes active.
final class MarkdownTests: XCTestCase {
  private func markup(_ source: String) -> String {
    var anchors = Anchors()
    return Markdown(source, anchors: &anchors).markup
  }

  private let table: [(String, String)] = [
    ("# A *b*\n", "<h1 id=\"A-b\">A <em>b</em></h1>\n"), ("a\nb", "<p>a\nb</p>\n"),
    ("a  \nb", "<p>a<br>\nb</p>\n"),
    ("**a** `<b>` ~~c~~", "<p><strong>a</strong> <code>&lt;b&gt;</code> <del>c</del></p>\n"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
    ("- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n"),
    ("- a <b>b\n  - c", "<ul>\n<li>a <b>b</b><ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n"),
    ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"), ("---", "<hr>\n"),
    ("```python\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"),
    (
      "| a | b |\n|---|--:|\n| 1 | 2 |",
      "<div class=\"wide\"><table>\n<thead>\n<tr><th>a</th><th style=\"text-align:right\">b</th></tr>\n</thead>\n<tbody>\n"
        + "<tr><td>1</td><td style=\"text-align:right\">2</td></tr>\n</tbody>\n</table></div>\n"
    ),
    ("[a](https://example.org/x \"t\")", "<p><a href=\"https://example.org/x\" title=\"t\">a</a></p>\n"),
    ("[a](07-recurrent.ipynb#LSTM)", "<p><a href=\"07-recurrent.html#LSTM\">a</a></p>\n"),
    ("[a](https://example.org/a.ipynb)", "<p><a href=\"https://example.org/a.ipynb\">a</a></p>\n"),
    ("[a](<b c>)", "<p><a href=\"b%20c\">a</a></p>\n"),
    ("`θ\u{307} = 1`", "<p><code><span class=\"marked\">θ\u{307}</span> = 1</code></p>\n"),
    ("```\nθ\u{307}<\n```", "<pre><code><span class=\"marked\">θ\u{307}</span>&lt;\n</code></pre>\n"),
    ("θ\u{307}", "<p>θ\u{307}</p>\n"),
    ("&mdash; &#8212; &x; &amp;", "<p>— — &amp;x; &amp;</p>\n"),
    ("&alpha; &nabla; &le; &copy; &NotEqualTilde;", "<p>α ∇ ≤ © ≂̸</p>\n"),
    ("<p>&CounterClockwiseContourIntegral; &nabla;</p>", "<p>∳ ∇</p>\n"),
    ("\\*a\\* \\$5", "<p>*a* $5</p>\n"),
  ]

  func testConstructions() {
    for (source, expected) in table { XCTAssertEqual(markup(source), expected, source) }
  }

  /// What stands in dollars is a formula, whatever Markdown would make of it.
  func testFormulas() {
    func math(_ latex: String) -> String { Formula(latex, isDisplayed: false).markup }
    func displayed(_ latex: String) -> String {
      "<span class=\"formula\">\(Formula(latex, isDisplayed: true).markup)</span>"
    }
    let cases: [(String, String)] = [
      ("a $x_1$ b $y_2$", "<p>a \(math("x_1")) b \(math("y_2"))</p>\n"),
      ("*$a*b*c$*", "<p><em>\(math("a*b*c"))</em></p>\n"),
      ("$f[i](x)$", "<p>\(math("f[i](x)"))</p>\n"), ("$a$-b", "<p>\(math("a"))-b</p>\n"),
      ("$$\na\n= b\n+ c\n$$", "<p>\(displayed("\na\n= b\n+ c\n"))</p>\n"),
      ("a\n\n$$x \\\\ y$$ .", "<p>a</p>\n<p>\(displayed("x \\\\ y")) .</p>\n"),
      ("# $x$ y", "<h1 id=\"x-y\">\(math("x")) y</h1>\n"),
      (
        "\\begin{align}\na &= b\n\\end{align}",
        "<p>\(displayed("\\begin{align}\na &= b\n\\end{align}"))</p>\n"
      ),
      ("`$x$` and ``a ` $y$``", "<p><code>$x$</code> and <code>a ` $y$</code></p>\n"),
      ("```\n$x$\n```", "<pre><code>$x$\n</code></pre>\n"), ("    $x$", "<pre><code>$x$\n</code></pre>\n"),
      ("$5 and $10", "<p>$5 and $10</p>\n"), ("a $ b", "<p>a $ b</p>\n"),
      ("$a\n\nb$", "<p>$a</p>\n<p>b$</p>\n"),
      ("$\\text{a $b$ c}$", "<p>\(math("\\text{a $b$ c}"))</p>\n"),
      ("a \\\\(x^2\\\\) b", "<p>a \(math("x^2")) b</p>\n"),
      ("a\n\n\\\\[x\\\\\ny\\\\]", "<p>a</p>\n<p>\(displayed("x\\\\\ny"))</p>\n"),
      ("\\\\(a", "<p>\\(a</p>\n"), ("\\\\(a\n\nb\\\\)", "<p>\\(a</p>\n<p>b\\)</p>\n"),
      ("`\\\\(a\\\\)`", "<p><code>\\\\(a\\\\)</code></p>\n"), ("\\(a\\)", "<p>(a)</p>\n"),
      ("\u{F0000}$x$", "<p>\u{FFFD}\(math("x"))</p>\n"),
    ]
    for (source, expected) in cases { XCTAssertEqual(markup(source), expected, source) }
    XCTAssertEqual(
      markup("| $a|b$ | c |\n|---|---|\n| $|x|$ | 2 |").components(separatedBy: "<td>").count, 3)
  }

  /// What is safe of HTML stays, within a line and in blocks of its own; it never reaches beyond its paragraph.
  func testSafeHTMLStays() {
    let math = Formula("x", isDisplayed: false).markup
    let cases: [(String, String)] = [
      ("a<br/>b H<sub>2</sub>O", "<p>a<br>b H<sub>2</sub>O</p>\n"), ("a <!-- b --> c", "<p>a  c</p>\n"),
      ("<b>a\n\nc</b>", "<p><b>a</b></p>\n<p>c</p>\n"), ("*<b>a*</b>", "<p><em><b>a</b></em></p>\n"),
      ("<kbd title=\"t\" onclick=\"u\">a</kbd>", "<p><kbd title=\"t\">a</kbd></p>\n"),
      ("[a <a href=\"b\">c</a>](d)", "<p><a href=\"d\">a c</a></p>\n"),
      ("<a href=\"javascript:b\">c</a>", "<p>c</p>\n"),
      ("<div align=\"center\">$x$ &lt;</div>", "<div>\(math) &lt;</div>\n"),
      // Blocks of HTML hold what stands between them, and end with what they stand in.
      (
        "<details><summary>a</summary>\n\n**b**\n\n</details>\n\nc",
        "<details><summary>a</summary>\n<p><strong>b</strong></p>\n</details>\n<p>c</p>\n"
      ),
      ("<details><summary>a\n\nb", "<details><summary>a\n</summary><p>b</p>\n</details>\n"),
      (
        "<div>\n\n- <div>\n\n  a\n- b\n\n</div>\n\nc</div></main>",
        "<div>\n<ul>\n<li><div>\na</div>\n</li>\n<li>b</li>\n</ul>\n</div>\n<p>c</p>\n"
      ),
      ("> <div>\n\na</div>", "<blockquote>\n<div>\n</div>\n</blockquote>\n<p>a</p>\n"),
      (
        "<table><tr><td>\n\n*a*\n\n</td></tr></table>",
        "<table><tr><td>\n<p><em>a</em></p>\n</td></tr></table>\n"
      ),
      ("<div><b>\n\na\n\n</b></div>", "<div><b>\n</b><p>a</p>\n<p></p>\n</div>\n"),
      ("</div></main></body>\n\na", "\n<p>a</p>\n"),
      ("<details><summary>a</summary>b</details>\n", "<details><summary>a</summary>b</details>\n"),
      ("x <div> y", "<p>x  y</p>\n"), ("a <b", "<p>a &lt;b</p>\n"), ("1 < 2 > 0", "<p>1 &lt; 2 &gt; 0</p>\n"),
    ]
    for (source, expected) in cases { XCTAssertEqual(markup(source), expected, source) }
    var anchors = Anchors()
    let pictures = Markdown.Surroundings(picture: { $0 == "a.png" ? "data:image/png;base64,AA==" : nil })
    XCTAssertEqual(
      Markdown("<img src=\"a.png\" width=\"30\" alt=\"$x$\">", anchors: &anchors, surroundings: pictures)
        .markup,
      "<img alt=\"$x$\" src=\"data:image/png;base64,AA==\" width=\"30\">\n")
  }

  func testHeadingsHaveAnchorsOfTheirOwn() {
    var anchors = Anchors()
    let text = Markdown("## A `b` $x$\n\n## A\n\n## A\n\n## [c](d)", anchors: &anchors)
    XCTAssertEqual(text.headings.map(\.anchor), ["A-b-x", "A", "A-2", "c"])
    XCTAssertEqual(text.headings.map(\.level), [2, 2, 2, 2])
    XCTAssertEqual(text.headings[3].markup, "c")
    XCTAssertEqual(Markdown("# A", anchors: &anchors).headings[0].anchor, "A-3")
  }

  func testPicturesBringTheirData() {
    var anchors = Anchors()
    let surroundings = Markdown.Surroundings(picture: { $0 == "a.png" ? "data:image/png;base64,AA==" : nil })
    let shown = Markdown("![a *b* $c$](a.png \"t\")", anchors: &anchors, surroundings: surroundings)
    XCTAssertEqual(
      shown.markup, "<p><img src=\"data:image/png;base64,AA==\" alt=\"a b c\" title=\"t\"></p>\n")
    let remote = Markdown("![far](https://example.org/a.png)", anchors: &anchors, surroundings: surroundings)
    XCTAssertEqual(remote.markup, "<p><a href=\"https://example.org/a.png\">far</a></p>\n")
    XCTAssertEqual(remote.warnings, ["the picture https://example.org/a.png is not on the page"])
  }

  func testCodeInTheLanguageIsColoured() {
    var anchors = Anchors()
    let surroundings = Markdown.Surroundings(code: { $1 == "julia" ? "<b>\($0.count)</b>" : nil })
    XCTAssertEqual(
      Markdown("```julia\nx\n```\n```c\ny\n```", anchors: &anchors, surroundings: surroundings).markup,
      "<pre><code><b>2</b></code></pre>\n<pre><code>y\n</code></pre>\n")
  }

  /// Nothing that an author writes runs, loads or escapes from where it stands.
  func testHostileTextsStayText() {
    let texts = [
      "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<div onclick=\"x\">\n\nb\n\n</div>",
      "<style>*{display:none}</style>", "<iframe src=\"https://example.org\"></iframe>", "<!-- <script> -->",
      "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](&#106;avascript:alert(1))",
      "[a](javascript&colon;alert(1))", "[a](java&Tab;script:alert(1))", "[a](<java\tscript:alert(1)>)",
      "[a](data:text/html,<script>alert(1)</script>)", "[a](vbscript:x)", "<javascript:alert(1)>",
      "![a](javascript:alert(1))", "![x\" onerror=\"alert(1)](a.png)", "[a](b \"t\\\" onclick=\\\"x\")",
      "# a\" onclick=\"x", "```\"><script>\nx\n```", "$<script>alert(1)</script>$",
      "$$\\text{<img src=x onerror=y>}$$",
      "| <script> |\n|---|\n| <b onclick=x> |", "[a]: javascript:alert(1)\n\n[a]", "&lt;script&gt;",
      "[<img src=x>](https://example.org/\"onclick=\"x)", "\0<script\0>",
    ]
    let allowed: Set<String> = [
      "p", "a", "em", "h1", "pre", "code", "math", "mi", "mo", "mn", "mrow", "mtext", "merror", "span", "div",
      "table", "thead",
      "tbody", "tr", "th", "td", "wbr", "b", "div",
    ]
    for text in texts {
      let markup = markup(text)
      for tag in markup.matches(of: /<\/?([A-Za-z0-9]+)((?:[^>"]|"[^"]*")*)>/) {
        XCTAssertTrue(allowed.contains(String(tag.1)), "\(text): \(tag.0)")
        let names = tag.2.matches(of: /([^\s="]+)="[^"]*"/).map { String($0.1) }
        XCTAssertTrue(names.allSatisfy { !$0.hasPrefix("on") && $0 != "src" }, "\(text): \(tag.0)")
      }
      for address in markup.matches(of: /href="([^"]*)"/) {
        XCTAssertNil(
          address.1.lowercased().wholeMatch(of: /\s*(javascript|data|vbscript)\s*:.*/),
          "\(text): \(address.0)")
      }
      XCTAssertFalse(markup.contains("<script"), text)
    }
  }

  func testSafeMarkupKeepsTablesAndDropsWhatActs() {
    let cases: [(String, String)] = [
      ("<table><tr><td colspan=2>a</td></tr></table>", "<table><tr><td colspan=\"2\">a</td></tr></table>"),
      ("<b onclick=\"x\">a</b>", "<b>a</b>"), ("<script>alert(1)</script>b", "b"),
      ("<style>a{}</style>b", "b"),
      ("<img src=\"https://example.org/a.png\">", ""), ("<a href=\"javascript:x\">b</a>", "b"),
      (
        "<img alt=\"a &lt; b\" src=\"data:image/png;base64,AA==\">",
        "<img alt=\"a &lt; b\" src=\"data:image/png;base64,AA==\">"
      ),
      ("<img src=\"data:text/html,<script>\">", ""), ("<p>a<b>b", "<p>a<b>b</b></p>"), ("a</p>", "a"),
      ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
      ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"), ("<svg><script>x</script></svg>b", "b"),
      ("<!-- a -->b", "b"),
      ("<p title='a\"b'>c</p>", "<p title=\"a&quot;b\">c</p>"), ("<p", "<p></p>"),
      ("<div style=\"position:fixed\">a</div>", "<div>a</div>"),
    ]
    for (html, expected) in cases { XCTAssertEqual(safeMarkup(html), expected, html) }
  }

  func testTerminalText() {
    let cases: [(String, String)] = [
      ("\u{1B}[1;31mError\u{1B}[0m: a < b", "<span class=\"bold colour1\">Error</span>: a &lt; b"),
      ("10%\r50%\r100%\ndone", "100%\ndone"), ("abc\rx", "xbc"), ("a\r\nb", "a\nb"),
      (
        "\u{1B}[4;35mx\u{1B}[24my",
        "<span class=\"underlined colour5\">x</span><span class=\"colour5\">y</span>"
      ),
      ("\u{1B}[2Ka\u{1B}", "a"),
    ]
    for (text, expected) in cases { XCTAssertEqual(terminalMarkup(text), expected, text.debugDescription) }
  }

  /// Every named character of HTML is known.
  func testNamedCharacters() {
    XCTAssertEqual(characterNames.split(whereSeparator: \.isWhitespace).count, 2 * 2125)
    for (name, character) in [
      ("Aacute", "Á"), ("zwnj", "\u{200C}"), ("NewLine", "\n"), ("acE", "∾̳"), ("Zopf", "ℤ"), ("fjlig", "fj"),
    ] { XCTAssertEqual(Markup.character(ofEntity: "&\(name);"), character) }
    XCTAssertEqual(Markup.character(ofEntity: "&nothing;"), "&nothing;")
  }

  /// Names of characters say no more than the characters themselves would.
  func testNoNameOpensATag() {
    for source in [
      "&lt;script&gt;a&lt;/script&gt;", "<div>&lt;script&gt;a&lt;/script&gt;</div>",
      "&lt;img src=x onerror=a&gt;",
    ] {
      let written = markup(source)
      XCTAssertFalse(written.contains("<script") || written.contains("<img"), written)
    }
    for address in [
      "javascript&colon;a", "java&Tab;script:a", "&#106;avascript:a", "java&NewLine;script&colon;a",
    ] {
      for source in [
        "[b](\(address))", "<a href=\"\(address)\">b</a>", "<div><a href='\(address)'>b</a></div>",
      ] {
        XCTAssertFalse(markup(source).contains("href"), source)
      }
    }
  }

  /// Time in proportion to the text: with its square, these would take minutes.
  func testMuchOfTheSame() {
    let count = 20_000
    var anchors = Anchors()
    let text = Markdown(String(repeating: "## a\n\n", count: count), anchors: &anchors)
    XCTAssertEqual(text.headings.count, count)
    XCTAssertEqual(text.headings[1].anchor, "a-2")
    XCTAssertEqual(Set(text.headings.map(\.anchor)).count, count)
    for piece in ["\\begin{align} ", "\\\\( ", "$a ", "<div>\n\n", "<b>", "&nabla", "> ", "<!-- "] {
      XCTAssertLessThan(markup(String(repeating: piece, count: 2000)).utf8.count, 1 << 20, piece)
    }
  }

  func testHeadingsOfOneName() {
    var anchors = Anchors()
    XCTAssertEqual(
      ["a", "a-2", "a", "a", "a-2"].map { anchors.anchor(of: $0) }, ["a", "a-2", "a-3", "a-4", "a-2-2"])
  }
}
