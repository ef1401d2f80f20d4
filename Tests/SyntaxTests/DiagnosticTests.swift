import XCTest

@testable import Syntax

/// Source → what is said, and what is underlined. `«…»` marks the culprit in the source.
final class DiagnosticTests: XCTestCase {
  private func check(_ rows: [(String, String)], line: UInt = #line) {
    for (marked, expected) in rows {
      let text = marked.replacing("«", with: "").replacing("»", with: "")
      let source = Source(text, name: "test")
      guard let first = Parser.parse(source).diagnostics.first else {
        XCTFail("no diagnostic: \(text)", line: line)
        continue
      }
      XCTAssertEqual(first.message, expected, text, line: line)
      var scalars = source.scalars
      scalars.insert("»", at: min(first.span.end, scalars.count))
      scalars.insert("«", at: min(first.span.start, scalars.count))
      XCTAssertEqual(String(String.UnicodeScalarView(scalars)), marked, line: line)
    }
  }

  func testCharacters() {
    check([
      (
        "a «×» b",
        "`×` is not one product but several: write `*` (linear algebra), `⊙` (elementwise) or `⊗` (outer)"
      ),
      ("x = «“»a b”", "write straight quotes, `\"`, instead of `“`"),
      ("A«’» * B", "write straight quotes, `\"`, instead of `’` (or `'` for a transpose)"),
      ("a «–» b", "write `-` instead of `–`"), ("f«（»x)", "write `(` instead of `（`"),
      ("a «⩽» b", "write `<=` instead of `⩽`"),
      ("«∑»(xs)", "`∑` is no operator: write `sum`"),
      ("x = «{»a}", "there are no braces: a record is written `(a = 1, b = 2)`, a block ends with `end`"),
      ("a «🙂» b", "the character `🙂` (U+1F642) has no meaning outside strings and comments"),
      ("a «∫» b", "the character `∫` (U+222B) has no meaning outside strings and comments"),
      ("a «~» b", "`~` is no operator: not is written `!a`"),
      ("a «~=» b", "`~=` is no operator: write `!=`"),
      ("a «`»b`", "write straight quotes, `\"`, instead of ``` (or `'` for a transpose)"),
      ("a «**» b", "`**` is no operator: write `^`"),
      ("a «//» b", "`//` is no operator: write `÷`; a comment begins with `#`"),
      ("a «===» b", "`===` is no operator: write `==`"),
      ("x «:=» 3", "`:=` is no operator: write `=`"), ("a «.==» b", "`.==` is no operator: write `==`"),
      ("f(x«::»Int) = x", "there are no type annotations: leave out `::` and what follows it"),
      ("x «<-» 3", "`<-` is no operator: write `=`"),
      ("x «$» 3", "`$` stands only in a string, before what is put into it"),
      ("x ∉ xs".replacing("∉", with: "«∉»"), "`∉` is no operator: write `!(x ∈ xs)`"),
    ])
  }

  func testInvisibleCharacters() {
    check([
      ("a«\u{0}»", "the character U+0000 has no meaning outside strings and comments"),
      ("a «\u{200B}»b", "the character U+200B has no meaning outside strings and comments"),
    ])
  }

  func testLiterals() {
    check([
      ("1«.»", "a number's point needs a digit behind it: write `1.0`"),
      ("x = 2«.» + 1", "a number's point needs a digit behind it: write `2.0`"),
      ("1«.»e5", "a number's point needs a digit behind it: `1` has no fields"),
      ("t«.1»", "an element is taken in brackets: write `t[1]`"),
      ("0b1«2»", "`2` is no binary digit"),
      ("«0xff»(3)", "only a decimal number is a coefficient: write `0xff * …`"),
      ("«0b11»x", "only a decimal number is a coefficient: write `0b11 * …`"),
      ("x = «\"»abc", "this string has no closing `\"`"),
      ("«\"\"\"»abc\n", "this string has no closing `\"\"\"`"),
      (
        "x = \"abc«\n»y",
        "a string in `\"` ends on its line: close it, or write `\"\"\"` around a text of several lines"
      ),
      ("x «#=» a #= b =#", "this comment has no closing `=#`"),
      ("\"a«\\q»\"", "`\\q` stands for nothing in a string: a backslash itself is written `\\\\`"),
      ("\"«\\u»zz\"", "`\\u` names no character: write four hexadecimal digits, or `\\u{…}`"),
      ("x = «'»a'", "strings are written in double quotes: `\"…\"`"),
      ("f «'»a'", "strings are written in double quotes: `\"…\"`"),
      ("\"$«end»\"", "`end` is a word of the language and cannot be the name of something else"),
      ("\"$(«)»\"", "expected a value, found `)`"),
      (
        "\"«$(»a b)\"".replacing("«$(»a b", with: "$(a «b»"),
        "`a` and `b` stand side by side: an operator, the parentheses of a call, a comma or a line's end is missing"
      ),
    ])
  }

  func testAttached() {
    check([
      ("f «(»x)", "a call has no space before its `(`: write `f(…)`"),
      ("x «[»1]", "an index has no space before its `[`: write `x[…]`"),
      ("f(a «(»b))", "a call has no space before its `(`: write `a(…)`"),
      ("f «(»x) = 3", "a call has no space before its `(`: write `f(…)`"),
      ("A «'»", "`'` belongs directly behind its operand, without a space"),
      ("x «²»", "`²` belongs directly behind its operand, without a space"),
      ("t «.»a", "`.` belongs directly behind its operand, without a space"),
      ("f«.»(x)", "a function needs no dot to act on every element: write `f(…)`"),
      ("[f«.»(x)]", "a function needs no dot to act on every element: write `f(…)`"),
      ("«∇» f", "`∇` belongs directly before its operand: write `∇f`"),
      ("«∂» f/∂x", "`∂` belongs directly before its operand: write `∂f`"),
      ("A«.'»", "`.'` is no operator: write `'`"),
      ("t.«if»", "`if` is a word of the language and cannot be the name of something else"),
    ])
  }

  func testOperators() {
    check([
      ("«+»x", "`+` needs an operand on its left: there is no unary plus"),
      ("y = «+»x", "`+` needs an operand on its left: there is no unary plus"),
      ("[1 «+»2]", "`+` needs an operand on its left: there is no unary plus"),
      ("x = 1\n  «+» 2", "a line cannot begin with `+`: move it up, to the end of the line before"),
      ("x\n«|>» f", "a line cannot begin with `|>`: move it up, to the end of the line before"),
      ("x = 1\n«-» 2", "a line cannot begin with `-`: move it up, to the end of the line before"),
      ("x\n«==» y", "a line cannot begin with `==`: move it up, to the end of the line before"),
      ("x\n«,» y", "a line cannot begin with `,`: move it up, to the end of the line before"),
      ("x\n«in» y", "a line cannot begin with `in`: move it up, to the end of the line before"),
      (
        "function f(x)\n  a = x\n  «*» 2\nend",
        "a line cannot begin with `*`: move it up, to the end of the line before"
      ), ("x = 3 + «*» 2", "expected a value after `+`, found `*`"),
      ("x = 3 +«»", "expected a value after `+`, found the end of the text"),
      (
        "1:2:3«:»4", "a range has at most a start, a step and an end: put the inner one of `:` in parentheses"
      ),
      (
        "1..2«..»3",
        "a range has at most a start, a step and an end: put the inner one of `..` in parentheses"
      ),
      ("c «?» a", "`?` needs `:` and the other value; a range between `?` and `:` needs parentheses"),
      ("x[1«:»]", "a range needs its end: write `1:end`"),
      ("x[«:3»]", "a range needs its start: write `1:3`"), ("«*» 3", "expected a value, found `*`"),
      ("y = «.-»x", "expected a value after `=`, found `.-`"),
      ("x\n«.-»y", "a line cannot begin with `.-`: move it up, to the end of the line before"),
    ])
  }

  func testBrackets() {
    check([
      (
        "«[1, 2 3]»",
        "commas and spaces or `;` are mixed: commas stack, `[1, 2, 3]`; spaces and `;` make a matrix, `[1 2 3]`"
      ),
      (
        "«[1, 2; 3, 4]»",
        "commas and spaces or `;` are mixed: commas stack, `[[1, 2], [3, 4]]`; spaces and `;` make a matrix, `[1 2; 3 4]`"
      ),
      (
        "«[a -b, c]»",
        "commas and spaces or `;` are mixed: commas stack, `[a, -b, c]`; spaces and `;` make a matrix, `[a -b c]`"
      ),
      (
        "x = «[1, 2\n 3]»",
        "commas and spaces or `;` are mixed: commas stack, `[[1, 2], [3]]`; spaces and `;` make a matrix, `[1 2; 3]`"
      ),
      ("[«;»1]", "this row of the matrix is empty"), ("[1;«;»2]", "this row of the matrix is empty"),
      ("x«[]»", "an index is missing between the brackets; `:` is the whole axis"),
      ("A[1«;» 2]", "indices are separated by commas"),
      ("A[1 «2»]", "indices are separated by commas"),
      ("(a = 1, «b»)", "this entry of a record has no name: write `name = value` for each"),
      ("(«a», b = 1)", "this entry of a record has no name: write `name = value` for each"),
      ("«(t...)»", "a tuple made by `...` needs a comma: write `(t...,)`"),
      ("x = t«...»", "`...` spreads a tuple only in a call, in brackets or in parentheses"),
      ("f(«x for x in xs», 2)", "a generator beside other arguments needs its brackets: `[… for …]`"),
      ("f(x; «y.z»)", "after the semicolon stand named values: write `name = …`, or a bare name for itself"),
      ("(; «a + b»)", "after the semicolon stand named values: write `name = …`, or a bare name for itself"),
      ("f«(»x", "this `(` is not closed"), ("x = «[»1, 2\ny = 3", "this `[` is not closed"),
      ("f«(»x]", "this `(` is not closed"), ("x = 3«)»", "this `)` closes nothing"),
      ("«]»", "expected a value, found `]`"), ("println«(»x\ny = 3", "this `(` is not closed"),
      (
        "f(a «b»)",
        "`a` and `b` stand side by side: an operator, the parentheses of a call, a comma or a line's end is missing"
      ),
      ("[x for x in xs «for» y in ys]", "a comprehension has one `for`: `for y in ys, x in xs`"),
      ("f(a, «,»b)", "expected a value, found `,`"), ("(a«;» b)", "expected `,` or `)`, found `;`"),
      ("f(a = 1, «a» = 2)", "the argument `a` appears twice"),
      ("(a = 1, «a» = 2)", "the field `a` appears twice"),
    ])
  }

  func testStatements() {
    check([
      ("«true» = 1", "`true` is a word of the language and cannot be the name of something else"),
      ("«if» = 1", "`if` is a word of the language and cannot be the name of something else"),
      ("«end» = 2", "`end` is a word of the language and cannot be the name of something else"),
      ("a, «nothing» = 1, 2", "`nothing` is a word of the language and cannot be the name of something else"),
      ("«in» += 1", "`in` is a word of the language and cannot be the name of something else"),
      ("f(«for») = 1", "`for` is a word of the language and cannot be the name of something else"),
      ("x = «_»", "`_` drops its value: it has none to read"),
      (
        "a «=» b = c".replacing("a «=» b =", with: "a = b «=»"),
        "an assignment has no value that could be assigned again: write one a line"
      ), ("if x «=» 3\n y\nend", "`=` assigns and is no condition: write `==` to compare"),
      ("2 «=» x", "`2` cannot be assigned to; `==` compares"),
      ("a + b «=» 3", "`a + b` cannot be assigned to; `==` compares"),
      ("«f(x)»[1] = 3", "`f(x)` cannot be assigned to; `==` compares"),
      ("a, b «+=» 1", "an updating assignment has one variable on its left"),
      ("f(a.b «=» 3)", "an assignment is a statement and has no value here: write `==` to compare"),
      ("f(x, «x») = 1", "the parameter `x` appears twice"),
      ("f(x «=» 1) = x", "a positional parameter has no default: put `x` after a `;` to make it a named one"),
      ("f(«xs»..., y) = 1", "`xs...` takes all that is left: it is the last positional parameter"),
      ("f(x) = x«,» 2", "a tuple needs parentheses here: `(a, b)`"),
      (
        "x = «function»(y) y end",
        "a function without a name is written `(x, y) -> …`, with `begin … end` for several statements"
      ),
      ("«if» x\n y", "this `if` has no `end`"),
      ("«function» f(x)\n if x\n y\nend", "this `function` has no `end`"),
      ("«end»", "this `end` belongs to no open block"),
      ("x\n«else»\ny", "this `else` belongs to no open block"),
      ("«begin» 1 )".replacing("«begin» 1 )", with: "(«begin» 1 )"), "this `begin` has no `end`"),
      ("if a «b» end", "after `a` a new line or `;` is missing"),
      ("for i«,» x in xs\nend", "several loop variables stand in parentheses: `for (i, x) in …`"),
      ("for i in 1:3«,» j in 1:3\nend", "a loop has one source: write a second `for` inside the first"),
      ("for i «=» 1:3\nend", "a loop is written `for x in xs`"),
      (
        "if a\n b\n«else if» c\n d\nend",
        "`else if` opens a second `if`, which needs an `end` of its own: write `elseif`"
      ), ("«break»", "`break` stands only in a loop"),
      ("for x in xs\n map(y -> begin\n «continue»\n end, x)\nend", "`continue` stands only in a loop"),
      ("if a\n «return» 3\nend", "`return` stands only in a function"),
      ("«push!»(xs, x)", "`push!` is not a word of Nabla: write `xs = push(xs, …)`"),
      ("try\n x\n«end»", "this `try` has no `catch`"),
      ("x > 0 || «return»", "`return` is a statement, not a value: write `if … return … end`"),
      ("if x > 0«:»\n y\nend", "a header ends with its line: leave out the `:`"),
      ("while«»\nend", "expected a value after `while`, found the end of the line"),
      (
        "a «b»",
        "`a` and `b` stand side by side: an operator, the parentheses of a call, a comma or a line's end is missing"
      ),
      ("a «and» b", "`and` is not a word of Nabla: write `a && b`"),
      ("«def» f(x)", "`def` is not a word of Nabla: write `f(x) = …`"),
      (
        "x «\"a\"»".replacing("«\"a\"»", with: "«\"»a\""),
        "a call has its arguments in parentheses: write `x(…)`"
      ),
      ("a + b «->» c", "left of `->` stands a name, or parameters in parentheses"),
      (
        "x «?» y\nz".replacing("x «?» y\nz", with: "?x «y»"),
        "`?name` and `name?` stand alone on a line; a choice is written `c ? a : b`"
      ), ("«@foo» x", "there is no `@foo`: there are `@time`, `@show`, `@assert`, `@code` and `@plan`"),
      (
        "«@» time x",
        "after `@` stands its name, without a space: there are `@time`, `@show`, `@assert`, `@code` and `@plan`"
      ), ("function f(x) «=» x", "write `f(x) = …`, or `function f(x) … end` without `=`"),
      ("x += 1«,» 2", "a tuple needs parentheses here: `(a, b)`"),
    ])
  }

  func testHabitsOfOtherLanguages() {
    check([
      ("print «\"»x\"", "a call has its arguments in parentheses: write `print(…)`"),
      ("«f\"»$x\"", "a string takes values in by `$name` and `$(…)` as it is: leave out the `f`"),
      (
        "sin «x»",
        "`sin` and `x` stand side by side: an operator, the parentheses of a call, a comma or a line's end is missing"
      ),
      ("A'«x»", "`A'` and `x` stand side by side: an operator, a comma or a line's end is missing"),
      ("1 «if» c else 2", "a choice between two values is written `c ? a : b`"),
      ("«|»x|", "an absolute value is written `abs(x)`, a norm `norm(x)`"),
      ("y = «|»x|", "an absolute value is written `abs(x)`, a norm `norm(x)`"),
      ("«\\alpha» = 1", "`\\alpha` becomes `α` when Tab is pressed behind it"),
      ("x = 1\n«\\alpha» = 1", "`\\alpha` becomes `α` when Tab is pressed behind it"),
      ("x«++»", "`++` is no operator: write `x += 1`"),
      ("A «@» B", "`@` is no operator: the product of matrices is `A * B`"),
      ("a «<>» b", "`<>` is no operator: write `!=`"),
      ("x «|->» x", "`|->` is no operator: write `->`"),
      ("«import» numpy", "`import` is not a word of Nabla: the library is always there"),
      ("x «not» in xs", "`not` is not a word of Nabla: write `!a`, or `!(x in xs)`"),
      (
        "if a «then»\nend",
        "`then` is not a word of Nabla: the lines below are the branch, up to `else` or `end`"
      ),
      ("«raise» \"x\"", "`raise` is not a word of Nabla: write `error(\"…\")`"),
      ("try«:»\n 1\nexcept:\n 2", "a header ends with its line: leave out the `:`"),
      ("if a\n 1\nelse«:»\n 2\nend", "a header ends with its line: leave out the `:`"),
      ("x[«:-»1]", "there are no negative indices: the last element is `end`, the one before it `end-1`"),
      ("x[-2«:»]", "there are no negative indices: the last two elements are `end-1:end`"),
    ])
  }

  func testCalculus() {
    check([
      ("«∂f»", "a partial derivative is written `∂f/∂x`"),
      ("«∂²f/∂x»", "the order above is 2, the one below 1: they are equal, as in `∂²f/∂x∂y`"),
      ("«∂f/∂x²»", "the order above is 1, the one below 2: they are equal, as in `∂²f/∂x∂y`"),
      ("∇«³»f", "`∇` has the forms `∇f` and `∇²f`; beyond that write `∇∇∇f`"),
      ("x«⁻»", "`⁻` is no exponent: write `^( … )`"), ("A«⁻»ᵀ", "`⁻` is no exponent: write `^( … )`"),
      ("∂f/∂«(»x)", "expected the name of a parameter, found `(`"),
      ("∇«2»", "expected a value after `∇`, found `2`"),
    ])
  }

  func testSeveral() {
    let text = "a = 1 +* 2\nb = 2\nif c\n  d e\n  f = = 3\nend\n)\ng = ×\n"
    let source = Source(text, name: "test")
    let result = Parser.parse(source)
    XCTAssertNil(result.program)
    XCTAssertEqual(result.diagnostics.map { source.line(of: $0.span.start) }, [1, 4, 5, 7, 8, 8])
  }

  func testDepth() {
    func first(_ text: String) -> String? {
      Parser.parse(Source(text, name: "test")).diagnostics.first?.message
    }
    let deep = "this is nested more than 500 levels deep"
    for (open, middle, close) in [
      ("(", "1", ")"), ("[", "1", "]"), ("f(", "1", ")"), ("x[", "1", "]"), ("-", "1", ""),
      ("x -> ", "1", ""), ("√", "1", ""), ("2^", "1", ""),
      ("begin\n", "1", "\nend"), ("if a\n", "1", "\nend"), ("a ? b : ", "1", ""), ("∇", "f", ""),
      ("\"$(", "1", ")\""), ("function f()\n", "1", "\nend"), ("@show ", "1", ""), ("!", "a", ""),
      ("[x for x in ", "y", "]"),
    ] {
      func nested(_ count: Int) -> String {
        String(repeating: open, count: count) + middle + String(repeating: close, count: count)
      }
      XCTAssertNil(first(nested(500)), open)
      XCTAssertEqual(first(nested(501)), deep, open)
      XCTAssertEqual(first(nested(20_000)), deep, open)
    }
    XCTAssertEqual(first(String(repeating: "(", count: 5_000) + "a = "), deep)
    for link in [" + 1", " == 1 + 1", " |> f", "(1)", ".a", "'", "[1]", " && a", " * 2", "²"] {
      XCTAssertNil(first("a" + String(repeating: link, count: 9_999)), link)
      _ = first("a" + String(repeating: link, count: 100_000))
    }
    XCTAssertEqual(
      first("a" + String(repeating: " + 1", count: 10_001)),
      "this expression chains more than 10000 operators: split it")
    XCTAssertNil(first("[" + String(repeating: "a + b, ", count: 20_000) + "c]"))
    XCTAssertNil(first(String(repeating: "a = b + c\n", count: 20_000)))
    XCTAssertNil(first("if a\n" + String(repeating: "b\nelseif c\n", count: 20_000) + "end"))
  }
}
