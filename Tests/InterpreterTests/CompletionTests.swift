import Support
import XCTest

@testable import Interpreter
@testable import Library

/// What Tab offers and what is shown beside a name, with the cursor anywhere in any script.
final class CompletionTests: XCTestCase {
  private let session = Session(host: CollectingHost(), folder: ".")

  override func setUp() {
    _ = session.run(
      """
      # The squared distance from the origin.
      distance(x; power = 2, offset = 0) = sum(x^power) + offset
      θ = (weights = [1 2; 3 4], bias = 0.5, inner = (depth = 1))
      distant = 3
      x̂ = [1, 2]
      损失 = 2
      𝐀 = [1 2; 3 4]
      """, label: "cell [1]")
  }

  /// Completes at `|`, and what the text would become with the first match.
  private func complete(_ marked: String) -> (matches: [String], types: [String], first: String?) {
    let scalars = Array(marked.unicodeScalars)
    let cursor = scalars.firstIndex(of: "|")!
    let code = Array(scalars[..<cursor] + scalars[(cursor + 1)...])
    let completion = session.complete(text(code), at: cursor)
    XCTAssertLessThanOrEqual(completion.start, completion.end)
    XCTAssertLessThanOrEqual(completion.end, code.count)
    let first = completion.matches.first.map {
      text(Array(code[..<completion.start] + Array($0.text.unicodeScalars) + code[completion.end...]))
    }
    return (completion.matches.map(\.text), completion.matches.map(\.type), first)
  }

  private func text(_ scalars: [Unicode.Scalar]) -> String { String(String.UnicodeScalarView(scalars)) }

  private func inspect(_ marked: String, detail: Int = 0) -> String? {
    let scalars = Array(marked.unicodeScalars)
    let cursor = scalars.firstIndex(of: "|")!
    return session.inspect(
      text(Array(scalars[..<cursor] + scalars[(cursor + 1)...])), at: cursor, detail: detail)?[
        "text/plain"]
  }

  func testNamesOfTheNotebookComeFirst() {
    let (matches, types, _) = complete("y = dist|")
    XCTAssertEqual(Array(matches.prefix(2)), ["distance", "distant"])
    XCTAssertEqual(Array(types.prefix(2)), ["function", "variable"])
  }

  func testNamesOfTheLibraryAndKeywords() {
    XCTAssertTrue(complete("y = desc|").matches.contains("descend"))
    XCTAssertEqual(complete("funct|").matches, ["function"])
    XCTAssertEqual(complete("whi|").types, ["keyword"])
    XCTAssertEqual(complete("qqqq|").matches, [])
  }

  func testNamesAssignedInTheSameCell() {
    XCTAssertEqual(complete("momentum_rate = 2\nmomentum_r|").matches, ["momentum_rate"])
    XCTAssertEqual(complete("zzzz|").matches, [])
  }

  func testFields() {
    XCTAssertEqual(complete("θ.|").matches, ["weights", "bias", "inner"])
    XCTAssertEqual(complete("1 + θ.we|").first, "1 + θ.weights")
    XCTAssertEqual(complete("θ.inner.d|").first, "θ.inner.depth")
    XCTAssertEqual(complete("θ.|").types, ["field", "field", "field"])
    XCTAssertEqual(complete("nowhere.|").matches, [])
    XCTAssertEqual(complete("distant.|").matches, [])
  }

  func testNamedParametersInsideACall() {
    XCTAssertEqual(Array(complete("distance([1, 2]; po|").matches.prefix(1)), ["power = "])
    XCTAssertEqual(Array(complete("distance([1, 2]; |").matches.prefix(2)), ["power = ", "offset = "])
    XCTAssertEqual(Array(complete("distance([1, 2], off|").types.prefix(1)), ["parameter"])
    XCTAssertFalse(complete("sum(x; po|").matches.contains("power = "))
  }

  func testSymbols() {
    XCTAssertEqual(complete("\\nab|").first, "∇")
    XCTAssertEqual(complete("y = \\theta|").first, "y = θ")
    XCTAssertEqual(complete("x\\hat|").first, "x\u{302}")
    XCTAssertEqual(complete("w\\_1|").first, "w₁")
    XCTAssertEqual(complete("x\\^2|").first, "x²")
    XCTAssertEqual(complete("\\eta|").matches, ["η"])
    XCTAssertEqual(complete("\\nab|").types, ["symbol"])
    XCTAssertEqual(complete("\\qqq|").matches, [])
  }

  func testNothingInsideStringsAndComments() {
    XCTAssertEqual(complete("\"dist|\"").matches, [])
    XCTAssertEqual(complete("x = 1 # dist|").matches, [])
    XCTAssertTrue(complete("\"$(dist|)\"").matches.contains("distance"))
  }

  func testCursorsInEveryScript() {
    XCTAssertEqual(complete("损失 + dista|").first, "损失 + distance")
    XCTAssertEqual(complete("损|").first, "损失")
    XCTAssertEqual(complete("\"👨‍👩‍👧‍👦\" ; dista|").first, "\"👨‍👩‍👧‍👦\" ; distance")
    XCTAssertEqual(complete("𝐀 * dista|").first, "𝐀 * distance")
    XCTAssertEqual(complete("𝐀 + 𝐀 * θ.bi|").first, "𝐀 + 𝐀 * θ.bias")
    XCTAssertEqual(complete("x̂ + dista|").first, "x̂ + distance")
    // é as e with an accent: one scalar after normalisation, two in the editor.
    XCTAssertEqual(complete("e\u{301} = 1; dista|").first, "e\u{301} = 1; distance")
    XCTAssertEqual(complete("e\u{301} = dista| + e\u{301}").first, "e\u{301} = distance + e\u{301}")
    XCTAssertEqual(complete("\r\n\r\ndista|").first, "\r\n\r\ndistance")
  }

  func testCursorsOutOfRange() {
    XCTAssertEqual(session.complete("dista", at: 99).start, 0)
    XCTAssertEqual(session.complete("dista", at: 99).end, 5)
    XCTAssertEqual(session.complete("dista", at: -3).end, 0)
    XCTAssertEqual(session.complete("", at: 0).end, 0)
    XCTAssertEqual(session.complete("θ.", at: 7).matches.count, 3)
    XCTAssertNil(session.inspect("", at: 0, detail: 0))
    let within = session.inspect("distance", at: 4, detail: 0)
    XCTAssertEqual(within?["text/plain"]?.hasPrefix("distance("), true)
    XCTAssertEqual(session.inspect("distance", at: 99, detail: 0), within)
    XCTAssertEqual(session.inspect("distance", at: 0, detail: 0), within)
    XCTAssertNil(session.inspect("   ", at: -5, detail: 1))
  }

  func testEveryCursorOfAText() {
    let code = "f(x̂; T = 1) = \"a$(x̂[1])👨‍👩‍👧‍👦\" # e\u{301}\n损失 = ∇f(𝐀 * θ.weights') \\ \\na"
    for cursor in -1...(code.unicodeScalars.count + 2) {
      let completion = session.complete(code, at: cursor)
      XCTAssertTrue((0...code.unicodeScalars.count).contains(completion.start))
      XCTAssertTrue((completion.start...code.unicodeScalars.count).contains(completion.end))
      _ = session.inspect(code, at: cursor, detail: 1)
    }
  }

  func testTheBeginningOfEverything() {
    let all = session.complete("", at: 0).matches.map(\.text)
    XCTAssertTrue(all.contains("θ"))
    XCTAssertTrue(all.contains("descend"))
    XCTAssertEqual(Set(all).count, all.count)
  }

  // MARK: Inspection

  func testInspectingAFunction() {
    XCTAssertEqual(
      inspect("1 + distan|ce(2)"),
      "distance(x; power = 2, offset = 0)\n  The squared distance from the origin.\n  defined in cell [1] line 2"
    )
    XCTAssertEqual(
      inspect("distance|", detail: 1)?.hasSuffix(
        "distance(x; power = 2, offset = 0) = sum(x^power) + offset"), true)
    XCTAssertEqual(inspect("distance(2, |")?.hasPrefix("distance(x"), true)
  }

  func testInspectingValues() {
    XCTAssertEqual(inspect("dista|nt"), "distant = 3\n  a number, f64")
    XCTAssertEqual(inspect("θ.weigh|ts"), "θ.weights: a 2×2 matrix, f64\n2×2 f64\n 1  2\n 3  4")
    XCTAssertEqual(
      inspect("θ|"),
      "θ: a record\n(weights = [1 2; 3 4], bias = 0.5, inner = (depth = 1))\n  `θ` is typed `\\theta` and Tab."
    )
    XCTAssertNil(inspect("θ.nothere|"))
    XCTAssertNil(inspect("nothere|"))
  }

  func testInspectingNotationAndTheLibrary() {
    XCTAssertEqual(inspect("|∇f")?.hasPrefix("∇\n  `∇f` is the gradient"), true)
    XCTAssertEqual(inspect("for| i in 1:3")?.hasPrefix("for\n"), true)
    XCTAssertEqual(inspect("exp|(2)")?.hasPrefix("exp(x)"), true)
    XCTAssertEqual(inspect("descen|d", detail: 1)?.contains("value_and_grad"), true)
  }

  // MARK: Help

  private func shown(_ code: String) -> String? {
    switch session.run(code, label: "cell [2]") {
    case .finished(let bundle): return bundle?["text/plain"]
    case .failed(let failure): return failure.report[0]
    }
  }

  func testHelp() {
    XCTAssertEqual(shown("?distance"), inspect("distance|"))
    XCTAssertEqual(shown("distance?"), inspect("distance|"))
    XCTAssertEqual(shown("?nowhere"), "NameError: nowhere is not defined")
    XCTAssertEqual(
      shown("@code distance")?.hasPrefix("# The squared distance from the origin.\ndistance(x;"), true)
    XCTAssertEqual(shown("@code momentum")?.contains("zeros_like"), true)
    XCTAssertEqual(shown("@code exp")?.hasPrefix("exp(x) is written in Swift, not in Nabla."), true)
  }

  func testEveryNameOfTheLibraryHasHelp() throws {
    for cell in Library.whole.globals.cells.values {
      guard case .function(let function) = cell.value else { continue }
      XCTAssertFalse(function.documentation.isEmpty, "\(cell.name) has no documentation")
    }
  }
}
