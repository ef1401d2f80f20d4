import Foundation
import JSON
import XCTest

@testable import Notebook

/// A notebook as a page. How it looks and that it needs no network is seen in `Clients/test_pages.py`.
final class PageTests: XCTestCase {
  private func document(_ cells: [JSONValue]) throws -> Document {
    let root: JSONObject = ["cells": .array(cells), "metadata": [:], "nbformat": 4, "nbformat_minor": 5]
    return try Document(parsing: JSONValue.object(root).bytes(.notebook))
  }

  private func text(_ source: String) -> JSONValue {
    ["cell_type": "markdown", "metadata": [:], "source": .string(source)]
  }

  private func code(
    _ source: String, number: Int64 = 1, metadata: JSONObject = [:], outputs: [JSONValue] = []
  ) -> JSONValue {
    [
      "cell_type": "code", "metadata": .object(metadata), "source": .string(source),
      "execution_count": .integer(number),
      "outputs": .array(outputs),
    ]
  }

  private func display(_ data: JSONObject) -> JSONValue {
    ["output_type": "display_data", "data": .object(data), "metadata": [:]]
  }

  private func page(_ cells: [JSONValue], file: (String) -> [UInt8]? = { _ in nil }) throws -> NotebookPage {
    NotebookPage(try document(cells), name: "a<b", file: file)
  }

  private func output(_ data: JSONObject) throws -> String {
    let page = try page([code("x", outputs: [display(data)])])
    let start = try XCTUnwrap(page.markup.firstRange(of: "<div class=\"output\">"))
    return String(page.markup[start.upperBound...].prefix { $0 != "\n" }.dropLast("</div>".count))
  }

  func testTitle() throws {
    XCTAssertTrue(try page([text("# The *way*\n\n# Not")]).markup.contains("<title>The way</title>"))
    XCTAssertTrue(try page([text("words")]).markup.contains("<title>a&lt;b</title>"))
  }

  func testNothingIsFetchedOrRun() throws {
    let cells = [
      text("![a](https://example.org/a.png) <script src=\"https://example.org/a.js\"></script>"),
      code(
        "x",
        outputs: [display(["text/html": "<script>alert(1)</script><img src=\"https://example.org/b.png\">"])]),
    ]
    let page = try page(cells)
    XCTAssertTrue(
      page.markup.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""))
    XCTAssertFalse(page.markup.contains("<script"))
    XCTAssertNil(page.markup.firstMatch(of: /(src|href)="(?!data:|#|https:\/\/example.org\/a.png")/))
    XCTAssertEqual(
      page.warnings, ["text before cell [1]: the picture https://example.org/a.png is not on the page"])
  }

  func testContentsLeadToTheirSections() throws {
    let page = try page([text("# A\n\n## B $x$\n\n### C\n\n#### D"), text("## B $x$")])
    let links = page.markup.matches(of: /<li class="level(\d)"><a href="#([^"]+)">/).map { "\($0.1) \($0.2)" }
    XCTAssertEqual(links, ["2 B-x", "3 C", "2 B-x-2"])
    for link in page.markup.matches(of: /href="#([^"]+)"/) {
      XCTAssertEqual(page.markup.components(separatedBy: " id=\"\(link.1)\"").count, 2)
    }
    XCTAssertFalse(try self.page([text("# A\n\n## B")]).markup.contains("<nav"))
  }

  func testWarningsNameTheirPlace() throws {
    let page = try page([
      text("$\\one$"), code("1", number: 4), text("a\n\n$\\two$"), code("2", number: 5), text("$\\three$"),
    ])
    XCTAssertEqual(
      page.warnings,
      [
        "text before cell [4]: \\one is not known", "text before cell [5]: \\two is not known",
        "text after cell [5]: \\three is not known",
      ])
  }

  func testCodeIsColoured() throws {
    let markup = try page([
      code("f(x) = ∇g(x) # \"a\" < 1\n@assert f(2.5) == \"b $x\" && true\nfor i in 1:2 end")
    ]).markup
    for part in [
      "<span class=\"function\">f</span>(x) = <span class=\"derivative\">∇</span><span class=\"function\">g</span>(x)",
      "<span class=\"comment\"># &quot;a&quot; &lt; 1</span>",
      "<span class=\"macro\">@assert</span> <span class=\"function\">f</span>",
      "(<span class=\"number\">2.5</span>)",
      "<span class=\"string\">&quot;</span><span class=\"string\">b </span>$x",
      "<span class=\"number\">true</span>",
      "<span class=\"keyword\">for</span> i <span class=\"keyword\">in</span>",
    ] { XCTAssertTrue(markup.contains(part), part) }
    // What is no program is shown all the same.
    XCTAssertTrue(try page([code("\"open $( 3 ) ]")]).markup.contains("open "))
  }

  func testTheRichestSafeFormIsShown() throws {
    let svg = "<svg height=\"392\" width=\"760.4\" xmlns=\"http://www.w3.org/2000/svg\"></svg>"
    XCTAssertEqual(
      try output(["text/plain": "a \"b\"", "text/html": "<b>c</b>", "image/svg+xml": .string(svg)]),
      "<img src=\"data:image/svg+xml;base64,\(Data(svg.utf8).base64EncodedString())\" alt=\"a &quot;b&quot;\" width=\"760\" height=\"392\">"
    )
    XCTAssertEqual(
      try output(["image/png": "AA\nBB\n", "text/plain": "p"]),
      "<img src=\"data:image/png;base64,AABB\" alt=\"p\">")
    XCTAssertEqual(
      try output(["text/html": "<table onclick=\"x\"><tr><td>1</td></tr></table>", "text/plain": "p"]),
      "<div class=\"wide\"><table><tr><td>1</td></tr></table></div>")
    XCTAssertEqual(try output(["text/plain": "1 < 2"]), "<pre>1 &lt; 2</pre>")
    XCTAssertTrue(try output(["text/latex": "$x$", "text/plain": "p"]).hasPrefix("<p><math"))
  }

  func testErrorsKeepTheirUnderlines() throws {
    let error: JSONValue = [
      "output_type": "error", "ename": "NameError", "evalue": "x",
      "traceback": ["\u{1B}[1;31mNameError\u{1B}[0m: x", "  ─"],
    ]
    let stream: JSONValue = ["output_type": "stream", "name": "stderr", "text": "careful\n"]
    let markup = try page([code("x", outputs: [stream, error])]).markup
    XCTAssertTrue(
      markup.contains("<pre class=\"error\"><span class=\"bold colour1\">NameError</span>: x\n  ─</pre>"))
    XCTAssertTrue(markup.contains("<pre class=\"stderr\">careful\n</pre>"))
  }

  func testFoldedCells() throws {
    let shown = display(["text/plain": "42"])
    let hidden: JSONObject = ["jupyter": ["source_hidden": true]]
    let solution: JSONObject = ["jupyter": ["source_hidden": true], "tags": ["solution"]]
    let folded = try page([code("x", metadata: hidden, outputs: [shown])]).markup
    XCTAssertNotNil(
      folded.firstMatch(of: /<details><summary>Code<\/summary>[^§]*<\/details>\n<div class="output">/))
    let solved = try page([code("x", metadata: solution, outputs: [shown])]).markup
    XCTAssertNotNil(solved.firstMatch(of: /<details><summary>Solution<\/summary>[^§]*42[^§]*<\/details>/))
    let proof: JSONObject = ["jupyter": ["source_hidden": true], "tags": ["proof"]]
    let proved = try page([code("@assert 1 == 1", metadata: proof)]).markup
    XCTAssertNotNil(proved.firstMatch(of: /<details><summary>Proof<\/summary>[^§]*assert[^§]*<\/details>/))
    // A text of that tag is a text.
    var said = text("*a*")
    said["metadata"] = ["tags": ["proof"]]
    XCTAssertFalse(try page([said]).markup.contains("<details>"))
  }

  func testPicturesComeFromTheCellOrFromBeside() throws {
    let attached: JSONValue = [
      "cell_type": "markdown", "metadata": [:], "source": "![a](attachment:b.png)",
      "attachments": ["b.png": ["image/png": "AAAA"]],
    ]
    XCTAssertTrue(try page([attached]).markup.contains("<img src=\"data:image/png;base64,AAAA\" alt=\"a\">"))
    let beside = try page([text("![c](d.svg) ![e](f.txt)")]) { $0 == "d.svg" ? Array("<svg/>".utf8) : nil }
    XCTAssertTrue(beside.markup.contains("<img src=\"data:image/svg+xml;base64,PHN2Zy8+\" alt=\"c\">"))
    XCTAssertEqual(beside.warnings, ["text: the picture f.txt is not on the page"])
  }

  /// Pictures are regular files in the folder, none hidden, none and not all together beyond bounds.
  func testPicturesAreThoseOfTheFolder() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("pictures-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = root.appendingPathComponent("notebook")
    for name in ["notebook/sub", "notebook/.hidden", "notebook/folder.png"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    for name in [
      "secret.png", "notebook/a.png", "notebook/sub/b.png", "notebook/.c.png", "notebook/.hidden/d.png",
    ] {
      try Data([1, 2]).write(to: root.appendingPathComponent(name))
    }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    symlink("../secret.png", path("link.png"))
    symlink("/dev/zero", path("zero.png"))
    symlink("a.png", path("inner.png"))
    XCTAssertEqual(mkfifo(path("pipe.png"), 0o600), 0)
    let large = open(path("large.png"), O_WRONLY | O_CREAT, 0o600)
    XCTAssertEqual(ftruncate(large, off_t(PagePictures.largest) + 1), 0)
    close(large)
    let pictures = PagePictures(folder: folder.path)
    for name in ["a.png", "sub/b.png", "inner.png", "sub/../a.png"] {
      XCTAssertEqual(pictures.file(name), [1, 2], name)
    }
    for name in [
      "link.png", "zero.png", "pipe.png", "folder.png", "large.png", ".c.png", ".hidden/d.png",
      "../secret.png",
      "missing.png", root.appendingPathComponent("secret.png").path, "file:a.png", "", ".", "..",
    ] { XCTAssertNil(pictures.file(name), name) }
    // All together no more than a browser opens.
    let most = open(path("most.png"), O_WRONLY | O_CREAT, 0o600)
    XCTAssertEqual(ftruncate(most, off_t(PagePictures.largest)), 0)
    close(most)
    let taken = (0..<6).count { _ in pictures.file("most.png") != nil }
    XCTAssertEqual(taken, (PagePictures.most - 8) / PagePictures.largest)
    XCTAssertEqual(pictures.file("a.png"), [1, 2])
  }
}
