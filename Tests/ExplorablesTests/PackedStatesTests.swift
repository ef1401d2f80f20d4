import JSON
import XCTest

@testable import Explorables

/// What is packed comes back as it was, and what is not ours is refused.
final class PackedStatesTests: XCTestCase {
  private func figure(_ lines: [String], hash: String = "n0123456789abcdef") -> Explorable.State {
    .figure(
      svg: (["<svg aria-describedby=\"\(hash)-2\" height=\"10\" width=\"20\">"] + lines + ["</svg>", ""])
        .joined(
          separator: "\n"), sentence: "\(lines.count) lines & \"more\" <b>")
  }

  private func slider(_ count: Int, start: Int = 0) -> Explorable.Parameter {
    Explorable.Parameter("β", .slider, (0..<count).map { "\($0)" }, start: start)
  }

  private func check(_ explorable: Explorable, file: StaticString = #filePath, line: UInt = #line) throws {
    let packed = try explorable.packed()
    XCTAssertEqual(packed, try explorable.packed(), "the same bytes", file: file, line: line)
    XCTAssertEqual(Explorable(packed: packed), explorable, file: file, line: line)
    let html = explorable.html(packed: packed, picture: "<img>")
    XCTAssertEqual(Explorable.packed(in: html).map(String.init), packed, file: file, line: line)
  }

  func testFiguresAndTexts() throws {
    try check(Explorable([slider(1)], [.text("")]))
    try check(Explorable([slider(3, start: 2)], [.text("a\nb"), .text("a\nc"), .text("\n\n")]))
    try check(
      Explorable(
        [slider(4, start: 1)],
        [
          figure([]), figure(["<path d=\"M1 2\"/>"]), .text("ValueError: <script>no</script>"),
          figure(["<a/>", "<b/>"]),
        ]))
    try check(
      Explorable(
        [slider(2), Explorable.Parameter("fine", .box, ["false", "true"], start: 1)],
        (0..<4).map { figure(Array(repeating: "<circle/>", count: $0)) }))
  }

  /// States of any lengths, with lines in common anywhere.
  func testRandomLines() throws {
    var seed: UInt64 = 7
    func random(_ below: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % below
    }
    for _ in 0..<300 {
      let states = (0..<5).map { _ in figure((0..<random(12)).map { _ in "<line x=\"\(random(4))\"/>" }) }
      try check(Explorable([slider(5, start: random(5))], states))
    }
  }

  /// What a page computes goes along, to the bit, and with it the script that can.
  func testWhatIsComputed() throws {
    var explorable = Explorable([slider(3)], [.text("0"), .text("1"), .text("4")])
    let plan = Recomputed.Plan(
      [
        Recomputed.Step("*", result: 2, operands: [0, 0], outcome: nil),
        Recomputed.Step("<", result: -1, operands: [2, 1], outcome: true),
      ], constants: [(1, .infinity), (3, -0.0), (4, 0.1 + 0.2)], inputs: [0], count: 5)
    explorable.recomputed = Recomputed(plan, shown: .tuple([.number(2), .constant("</script>")]))
    try check(explorable)
    let json = try XCTUnwrap(explorable.recomputed?.json["plan"])
    XCTAssertEqual(json["steps"]?[1], .array([.string("<"), .integer(1), .integer(2), .integer(1)]))
    let texts = json["constants"]?.array?.compactMap { $0[1]?.string }
    XCTAssertEqual(texts, ["Infinity", "-0.0", "0.30000000000000004"])
    let html = explorable.html(packed: try explorable.packed(), picture: "")
    XCTAssertTrue(html.contains(Explorable.computingScript))
    XCTAssertEqual(Explorable.script(of: html), Explorable.computingScript)
    explorable.recomputed = nil
    let plain = explorable.html(packed: try explorable.packed(), picture: "")
    XCTAssertEqual(Explorable.script(of: plain), Explorable.script)
    XCTAssertNil(Explorable.script(of: "<p>nothing</p>"))
    let frame = PageFrame.plain(title: "", generator: "")
    for (content, script) in [(html, Explorable.computingScript), (plain, Explorable.script)] {
      XCTAssertTrue(frame.markup(around: content).contains(contentPolicy(allowing: [script])))
    }
  }

  func testNamesWithinPicturesAreThoseOfTheFirst() throws {
    let states = [
      figure(["<g id=\"n0123456789abcdef-3\"/>"]),
      figure(["<g id=\"nfedcba9876543210-3\"/>"], hash: "nfedcba9876543210"),
    ]
    let back = try XCTUnwrap(Explorable(packed: Explorable([slider(2)], states).packed()))
    XCTAssertEqual(back.states[1], figure(["<g id=\"n0123456789abcdef-3\"/>"]))
  }

  func testManyStatesCostLittle() throws {
    let ground = (0..<300).map { "<path d=\"M\($0) \($0 * $0 % 97)L\($0 * 7 % 31) 5\"/>" }
    let states = (0..<30).map { figure(ground + ["<circle cx=\"\($0)\"/>"]) }
    let one = try Explorable([slider(1)], [states[0]]).packed().utf8.count
    XCTAssertLessThan(try Explorable([slider(30)], states).packed().utf8.count, one + 2000)
  }

  func testWhatIsNotOurs() throws {
    XCTAssertNil(Explorable.packed(in: "<div>nabla-states</div>"))
    XCTAssertNil(Explorable.packed(in: "<div class=\"nabla-explore\"><script>"))
    for text in ["", "no base 64!", "AAAA", "H4sIAAAAAAAA"] { XCTAssertNil(Explorable(packed: text)) }
    let good = Explorable([slider(2)], [.text("a"), .text("b")])
    let packed = try good.packed()
    for place in stride(from: 0, to: packed.count, by: 3) {
      var damaged = Array(packed)
      damaged[place] = damaged[place] == "A" ? "B" : "A"
      // Refused, or another one; nothing worse.
      _ = Explorable(packed: String(damaged))
    }
    XCTAssertNil(Explorable(packed: String(packed.dropLast(8))))
  }

  func testMarkupStaysText() throws {
    let explorable = Explorable(
      [Explorable.Parameter("</script><b>", .menu, ["<i>", "</script>"], start: 0)],
      [.text("<b>"), .text("</script>")])
    let html = explorable.html(packed: try explorable.packed(), picture: "")
    XCTAssertEqual(html.ranges(of: "</script>").count, 2)
    XCTAssertFalse(html.contains("<b>"))
    XCTAssertTrue(html.contains("<pre>&lt;b&gt;</pre>"))
  }

  private func pictures(_ strip: String) -> [String] {
    strip.matches(of: /(?:<pre>.*?<\/pre>|<img [^>]*>)<div><small>(.*?)<\/small>/).map { String($0.1) }
  }

  /// A few states beside each other for a page without a script, as many as cost little.
  func testTheStrip() {
    func strip(_ count: Int, start: Int, bytes: Int) -> String {
      let lines = Array(repeating: "<circle r=\"\(String(repeating: "1", count: 88))\"/>", count: bytes / 100)
      return Explorable([slider(count, start: start)], (0..<count).map { _ in figure(lines) }).strip
    }
    XCTAssertEqual(pictures(strip(31, start: 27, bytes: 1000)), ["β = 0", "β = 10", "β = 20", "β = 30"])
    XCTAssertEqual(pictures(strip(31, start: 0, bytes: 1000)), ["β = 8", "β = 15", "β = 23", "β = 30"])
    XCTAssertEqual(pictures(strip(3, start: 1, bytes: 1000)), ["β = 0", "β = 2"])
    XCTAssertEqual(pictures(strip(31, start: 27, bytes: 14_000)), ["β = 0", "β = 30"])
    XCTAssertEqual(pictures(strip(31, start: 30, bytes: 20_000)), ["β = 0"])
    XCTAssertEqual(strip(31, start: 4, bytes: 20_000), "")
    XCTAssertEqual(strip(1, start: 0, bytes: 100), "")
    for bytes in [1000, 5000, 10_000, 14_000, 80_000] {
      XCTAssertLessThan(strip(31, start: 3, bytes: bytes).utf8.count, 42_000)
    }
    // Along the longest control, the others where they stand.
    let two = Explorable(
      [slider(3, start: 1), Explorable.Parameter("<on>", .box, ["false", "true"], start: 1)],
      (0..<6).map { $0 == 5 ? .text("<\($0)>") : figure(Array(repeating: "<circle/>", count: $0)) })
    XCTAssertEqual(pictures(two.strip), ["β = 0, &lt;on&gt; = true", "β = 2, &lt;on&gt; = true"])
    XCTAssertTrue(two.strip.contains("alt=\"1 lines") && two.strip.contains("<pre>&lt;5&gt;</pre>"))
    // Of what is no picture there is none.
    XCTAssertEqual(Explorable([slider(3)], (0..<3).map { .text("\($0)") }).strip, "")
    // Small, with the proportions of the picture.
    XCTAssertTrue(strip(3, start: 1, bytes: 1000).contains(" height=\"10\""))
  }

  func testPositions() {
    let explorable = Explorable(
      [slider(2), Explorable.Parameter("wave", .menu, ["sine", "cosine"], start: 1)],
      (0..<4).map { .text("\($0)") })
    XCTAssertEqual(explorable.start, 1)
    XCTAssertEqual(explorable.position(of: 2), "β = 1, wave = sine")
  }

  /// The scripts have no way to reach out, and none to run text.
  func testTheScripts() {
    for script in [Explorable.script, Explorable.computingScript] {
      for word in [
        "eval", "Function(", "fetch(", "XMLHttpRequest", "import(", "innerHTML", "document.write", "http",
      ] {
        XCTAssertFalse(script.contains(word), word)
      }
      XCTAssertFalse(script.contains("</"))
    }
    XCTAssertTrue(contentPolicy(allowing: [Explorable.script]).contains("script-src 'sha256-"))
    XCTAssertLessThan(Explorable.script.utf8.count, 10_000)
    XCTAssertLessThan(Explorable.computingScript.utf8.count, 45_000)
  }
}
