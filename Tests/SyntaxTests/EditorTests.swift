import XCTest

@testable import Syntax

/// What a console and an editor ask: is this a whole cell, what stands at the cursor.
final class EditorTests: XCTestCase {
  func testCompleteness() {
    let rows: [(String, SourceCompleteness)] = [
      ("", .complete), ("\n", .complete), ("# a", .complete), ("x = 1", .complete),
      ("if a\n b\nend", .complete), ("x;", .complete), ("f(x) = x^2", .complete), ("?sum", .complete),
      ("if a", .incomplete(indent: "  ")), ("if a\n", .incomplete(indent: "  ")),
      ("if a\n  b\nelse", .incomplete(indent: "  ")), ("function f(x)\n  if x", .incomplete(indent: "    ")),
      ("function f(x)\n  if x\n  end", .incomplete(indent: "  ")),
      ("for x in xs", .incomplete(indent: "  ")), ("for x in", .incomplete(indent: "  ")),
      ("for", .incomplete(indent: "  ")), ("while", .incomplete(indent: "  ")),
      ("try\n f()", .incomplete(indent: "  ")), ("try\n f()\ncatch e", .incomplete(indent: "  ")),
      ("begin", .incomplete(indent: "  ")),
      ("f(", .incomplete(indent: "")), ("f(1,", .incomplete(indent: "")), ("[1, 2", .incomplete(indent: "")),
      ("[1 2;", .incomplete(indent: "")), ("x = ", .incomplete(indent: "")), ("1 +", .incomplete(indent: "")),
      ("x ->", .incomplete(indent: "")), ("c ? a :", .incomplete(indent: "")), ("c ? a", .invalid),
      ("a,", .incomplete(indent: "")), ("\"\"\"abc\n", .incomplete(indent: "")),
      ("\"abc", .invalid), ("x = \"abc", .invalid), ("[1 2\n3 4", .incomplete(indent: "")),
      ("x = [1 2", .incomplete(indent: "")), ("f([1 2\n3 4", .incomplete(indent: "")),
      ("[[1 2\n3 4]; [5 6", .incomplete(indent: "")), ("[1 2\nx = 3", .invalid), ("(1\n2", .invalid),
      ("f(1\ng(2)", .invalid), ("[1 2\n\"abc", .invalid), ("#= abc", .incomplete(indent: "")),
      ("\"$(a", .incomplete(indent: "")), ("f(x) =", .incomplete(indent: "")),
      ("map(x -> begin\n", .incomplete(indent: "  ")), ("x |>", .incomplete(indent: "")),
      ("function", .incomplete(indent: "  ")),
      ("function f(", .incomplete(indent: "  ")), ("x[1,", .incomplete(indent: "")),
      ("(a = 1,", .incomplete(indent: "")), ("@show", .incomplete(indent: "")),
      ("-", .incomplete(indent: "")), ("∇", .incomplete(indent: "")), ("∂f/", .incomplete(indent: "")),
      ("[x for x in", .incomplete(indent: "")), ("!", .incomplete(indent: "")),
      (")", .invalid), ("a b", .invalid), ("x = )", .invalid), ("end", .invalid), ("\"abc\nx", .invalid),
      ("a × b", .invalid), ("f (x)", .invalid), ("if a\n b c", .invalid), ("x = 3 = ", .invalid),
      ("f(x]", .invalid), ("true = 1", .invalid), ("(1, 2", .incomplete(indent: "")),
    ]
    for (text, expected) in rows {
      XCTAssertEqual(Parser.completeness(of: Source(text, name: "test")), expected, text)
    }
  }

  /// `|` is the cursor.
  private func cursor(_ marked: String) -> (Source, Int) {
    let offset = marked.unicodeScalars.firstIndex(of: "|").map {
      marked.unicodeScalars.distance(from: marked.unicodeScalars.startIndex, to: $0)
    }
    return (Source(marked.replacing("|", with: ""), name: "test"), offset ?? 0)
  }

  func testCompletionContexts() {
    let rows: [(String, CompletionContext)] = [
      ("|", .name(prefix: "", range: 0..<0)), ("su|", .name(prefix: "su", range: 0..<2)),
      ("x = su|m", .name(prefix: "su", range: 4..<6)), ("θ.|", .field(base: ["θ"], prefix: "", range: 2..<2)),
      ("θ.W.b|", .field(base: ["θ", "W"], prefix: "b", range: 4..<5)), ("f(x).a|", .none), ("x[1].|", .none),
      ("\\nab|", .symbol(prefix: "nab", range: 0..<4)), ("x = \\|", .symbol(prefix: "", range: 4..<5)),
      ("x\\hat|", .symbol(prefix: "hat", range: 1..<5)), ("x\\_1|", .symbol(prefix: "_1", range: 1..<4)),
      ("x\\^-|", .symbol(prefix: "^-", range: 1..<4)), ("A\\b + c|", .name(prefix: "c", range: 6..<7)),
      ("f(x; r|", .namedArgument(function: ["f"], prefix: "r", range: 5..<6)),
      ("f(|)", .namedArgument(function: ["f"], prefix: "", range: 2..<2)),
      ("f(a, |)", .namedArgument(function: ["f"], prefix: "", range: 5..<5)),
      ("opt.step(x; r|)", .namedArgument(function: ["opt", "step"], prefix: "r", range: 12..<13)),
      ("f(a + b|)", .name(prefix: "b", range: 6..<7)),
      ("f(g(a), b|)", .namedArgument(function: ["f"], prefix: "b", range: 8..<9)),
      ("f(x = va|)", .name(prefix: "va", range: 6..<8)),
      ("∇f(x; r|)", .namedArgument(function: ["f"], prefix: "r", range: 6..<7)), ("\"ab|c\"", .string),
      ("\"ab|", .string), ("\"abc\"|", .name(prefix: "", range: 5..<5)),
      ("\"$(fo|)\"", .name(prefix: "fo", range: 3..<5)),
      ("\"$fo|\"", .name(prefix: "fo", range: 2..<4)), ("# ab|", .none), ("12|", .none),
      ("12 |", .name(prefix: "", range: 3..<3)), ("en|", .name(prefix: "en", range: 0..<2)),
      ("end|", .name(prefix: "end", range: 0..<3)), ("\"\\al|\"", .symbol(prefix: "al", range: 1..<4)),
      ("e\u{301}x.fo|", .field(base: ["éx"], prefix: "fo", range: 4..<6)),
      ("a\r\nbc|", .name(prefix: "bc", range: 3..<5)), ("😀\nbc|", .name(prefix: "bc", range: 2..<4)),
      ("f(x)\ng|", .name(prefix: "g", range: 5..<6)), ("f((a, b|", .name(prefix: "b", range: 6..<7)),
    ]
    for (marked, expected) in rows {
      let (source, offset) = cursor(marked)
      XCTAssertEqual(Parser.completionContext(in: source, at: offset), expected, marked)
    }
  }

  func testNamesAtCursor() {
    let rows: [(String, [String]?)] = [
      ("su|m(x)", ["sum"]), ("sum|(x)", ["sum"]), ("sum(|x)", ["x"]), ("sum(|)", ["sum"]),
      ("f(1, 2|)", ["f"]), ("f(1, |", ["f"]), ("a.b|.c", ["a", "b"]), ("a.b.|c", ["a", "b", "c"]),
      ("|∇f(x)", ["∇"]), ("a |⊙ b", ["⊙"]), ("a ⊙| b", ["⊙"]),
      ("|", nil), ("12|", nil), ("# su|m", nil), ("f(g(x), |1)", ["f"]), ("m.fit(|1)", ["m", "fit"]),
      ("\"$na|me\"", ["name"]), ("wh|ile x", ["while"]), ("x |-> y", nil), ("µ|", ["μ"]), ("f(x)  |", nil),
      ("(1 + 2)|", nil),
    ]
    for (marked, expected) in rows {
      let (source, offset) = cursor(marked)
      XCTAssertEqual(Parser.nameAt(offset, in: source)?.chain, expected, marked)
    }
  }

  func testCursorsOutOfRange() {
    let source = Source("ab", name: "test")
    XCTAssertEqual(Parser.completionContext(in: source, at: 99), .name(prefix: "ab", range: 0..<2))
    XCTAssertEqual(Parser.completionContext(in: source, at: -1), .name(prefix: "", range: 0..<0))
    XCTAssertEqual(Parser.nameAt(99, in: source)?.chain, ["ab"])
  }

  func testSymbols() {
    XCTAssertEqual(Symbols.symbol(named: "nabla"), "∇")
    XCTAssertEqual(Symbols.symbol(named: "_1"), "₁")
    XCTAssertEqual(Symbols.symbol(named: "^2"), "²")
    XCTAssertEqual(Symbols.symbol(named: "^T"), "ᵀ")
    XCTAssertEqual("x" + Symbols.symbol(named: "hat")!, "x̂")
    XCTAssertNil(Symbols.symbol(named: "times"))
    XCTAssertEqual(Set(Symbols.all.map(\.name)).count, Symbols.all.count)
    XCTAssertEqual(Symbols.matching(prefix: "nab").map(\.symbol), ["∇"])
    // Every symbol can be lexed where it belongs.
    for entry in Symbols.all {
      let symbol = entry.symbol
      let isAccent = symbol.unicodeScalars.first!.properties.generalCategory == .nonspacingMark
      let texts = [symbol + "x", "a " + symbol + " b", "x" + symbol, symbol, symbol + "x/∂y"]
      let isFine = texts.contains { Parser.parse(Source($0, name: "test")).diagnostics.isEmpty }
      XCTAssertTrue(isFine || symbol == "⁺" || symbol == "⁻", entry.name)
      XCTAssertTrue(
        !isAccent || Parser.parse(Source("x" + symbol, name: "test")).diagnostics.isEmpty, entry.name)
    }
  }

  func testScope() {
    func statements(_ text: String) -> [Statement] {
      Parser.parse(Source(text, name: "test")).program?.statements ?? []
    }
    let body = statements(
      """
      a, (b, _) = t
      c.d[i] = 1
      for k in ks
        e += k
      end
      f(x) = begin
        inner = x
      end
      g = y -> begin
        hidden = y
      end
      z = begin
        h = 1
        [m for m in 1:3 if begin; n = m; true end]
      end
      try
        p = 1
      catch err
        q = err
      end
      """)
    XCTAssertEqual(Scope.assigned(in: body), ["a", "b", "c", "e", "f", "g", "z", "h", "n", "p", "q"])
    XCTAssertEqual(Scope.bound(in: body), ["k", "m", "err"])
    func free(_ text: String) -> [String] {
      guard case .define(_, let literal)? = statements(text).first?.kind else { return ["?"] }
      return Scope.free(in: literal)
    }
    XCTAssertEqual(free("f(x) = x + y * z(x)"), ["y", "z"])
    XCTAssertEqual(free("f(x; k = c) = map(q -> q + x + w, k)"), ["c", "map", "w"])
    XCTAssertEqual(free("function f(x)\n a = b\n for i in x\n  a += i\n end\n i\nend"), ["b", "i"])
    XCTAssertEqual(free("f(n) = [g(x, y) for x in 1:n, y in x if y > m]"), ["m", "g"])
    XCTAssertEqual(free("f(x) = \"$name and $(x + u)\""), ["name", "u"])
    XCTAssertEqual(free("f(x) = L(x; X, y = v) + ∂h/∂x(x)"), ["L", "X", "v", "h"])
    let chain = "f(x) = x" + String(repeating: " + y", count: 9_000)
    XCTAssertEqual(free(chain), ["y"])
  }
}
