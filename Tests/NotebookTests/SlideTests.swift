import CCrypto
import Figures
import JSON
import XCTest

@testable import Notebook

/// A notebook as a page that presents. How it moves is seen in `Clients/test_slides.py`.
final class SlideTests: XCTestCase {
  private func slide(_ type: String?) -> JSONObject {
    type.map { ["slideshow": ["slide_type": .string($0)]] } ?? [:]
  }

  private func text(_ source: String, _ type: String? = nil) -> JSONValue {
    ["cell_type": "markdown", "metadata": .object(slide(type)), "source": .string(source)]
  }

  private func code(_ source: String, _ type: String? = nil, figures: Int = 0) -> JSONValue {
    let figure: JSONValue = [
      "output_type": "display_data", "metadata": [:],
      "data": ["image/svg+xml": "<svg width=\"9\" height=\"9\"></svg>", "text/plain": "words"],
    ]
    return [
      "cell_type": "code", "metadata": .object(slide(type)), "source": .string(source), "execution_count": 1,
      "outputs": .array(Array(repeating: figure, count: figures)),
    ]
  }

  private func page(_ cells: [JSONValue]) throws -> SlidePage {
    let root: JSONObject = ["cells": .array(cells), "metadata": [:], "nbformat": 4, "nbformat_minor": 5]
    let document = try Document(parsing: JSONValue.object(root).bytes(.notebook))
    return SlidePage(document, name: "a<b") { _ in nil }
  }

  /// What is said in each view: letters, with what is in brackets a fragment and behind a bar the notes.
  private func views(_ cells: [JSONValue]) throws -> [String] {
    let sections = try page(cells).markup.split(separator: "<section ").dropFirst()
    return sections.map { section in
      String(section.prefix { _ in true }.components(separatedBy: "</section>")[0])
        .replacing(/(?s)^.*?<div class="content">/, with: "")
        .replacing("<div class=\"fragment\">", with: "[").replacing("<aside class=\"notes\"", with: "|<aside")
        .replacing(/<span class="count">.*?<\/span>/, with: "").replacing(/<img [^>]*>/, with: "*")
        .replacing(/<[^>]*>/, with: "").filter { !$0.isWhitespace }
    }
  }

  func testTypesAreTheOnesThatJupyterLabSets() throws {
    let cells = [
      text("before"), text("A", "slide"), text("b"), text("c", "-"), code("d", "fragment"),
      text("gone", "skip"),
      text("said", "notes"), code("e", "subslide", figures: 1), text("# F", "slide"), text("## g"),
    ]
    XCTAssertEqual(try views(cells), ["before", "Abc[d|said", "e*", "Fg"])
    let markup = try page(cells).markup
    XCTAssertEqual(markup.components(separatedBy: "class=\"view figured\"").count, 2)
    XCTAssertEqual(markup.components(separatedBy: " begins\"").count, 4)
  }

  func testProofsAreLeftOutUnlessTheyHaveAType() throws {
    func proof(_ type: String? = nil) -> JSONValue {
      var cell = code("p", type)
      cell["metadata"]?["tags"] = ["proof"]
      return cell
    }
    XCTAssertEqual(try views([text("# A"), code("b", figures: 1), proof(), text("c")]), ["Ab*", "c"])
    XCTAssertEqual(try views([text("A", "slide"), proof("fragment"), proof("skip")]), ["A[Proofp"])
  }

  func testHeadingsBeginSlidesWhereNoTypeIsSet() throws {
    XCTAssertEqual(try views([text("# A\n\nb\n\n## C\n\nd\n\n### e"), text("f")]), ["Ab", "Cdef"])
    // What looks like a heading within code is none.
    XCTAssertEqual(try views([text("a\n```\n# b\n```\n~~~\n## c\n~~~\n#d")]).count, 1)
    XCTAssertEqual(try views([]), [])
    XCTAssertEqual(try views([text(" \n")]), [])
  }

  func testAFigureOrAStepIsAView() throws {
    // Code goes with the text before it, a figure of few lines with them.
    XCTAssertEqual(try views([text("# A\n\nb"), code("x"), code("y"), text("c")]), ["Abx", "y", "c"])
    XCTAssertEqual(try views([text("# A"), code("x", figures: 1), text("c")]), ["Ax*", "c"])
    XCTAssertEqual(try views([text("# A\n\nb"), code("x", figures: 3)]), ["Ab", "x*", "*", "*"])
    let long = (1...5).map { "a\($0)" }.joined(separator: "\n")
    XCTAssertEqual(try views([text("b"), code(long, figures: 2)]), ["ba1a2a3a4a5", "*", "*"])
    XCTAssertEqual(try views([code("x", figures: 1), code(""), code("y", figures: 1)]), ["x*", "y*"])
  }

  func testOnlyThePagesOwnScriptRuns() throws {
    let cells = [text("<script>alert(1)</script>"), code("x")]
    let markup = try page(cells).markup
    let script = try XCTUnwrap(markup.firstMatch(of: /(?s)<script>(.*)<\/script>/)).1
    XCTAssertEqual(markup.components(separatedBy: "<script").count, 2)
    var digest = [UInt8](repeating: 0, count: 32)
    XCTAssertEqual(EVP_Digest(Array(script.utf8), script.utf8.count, &digest, nil, EVP_sha256(), nil), 1)
    XCTAssertTrue(
      markup.contains(
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-\(base64(digest))'\""
      ))
    XCTAssertNil(String(script).firstMatch(of: /eval|Function\(|fetch|http|innerHTML|import/))
    XCTAssertTrue(markup.contains("<title>a&lt;b</title>"))
    XCTAssertEqual(try page(cells).markup, markup)
  }

  func testWarningsHaveTheirPlaces() throws {
    XCTAssertEqual(
      try page([text("# A"), text("![a](https://example.org/a.png)"), code("x")]).warnings,
      ["text before cell [1]: the picture https://example.org/a.png is not on the page"])
  }
}
