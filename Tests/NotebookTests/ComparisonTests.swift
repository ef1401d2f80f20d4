import XCTest

@testable import Notebook

/// What counts as the same output, and what does not.
final class ComparisonTests: XCTestCase {
  private func agree(_ kept: String, _ now: String) -> Bool {
    TextComparison.difference(kept, now, .text) == nil
  }

  func testNumbersMayDifferInTheirLastDigits() {
    XCTAssertTrue(agree("loss 0.123456789012", "loss 0.123456789013"))
    XCTAssertTrue(agree("[1, −2.5e-3]", "[1, -0.0025000000001]"))
    XCTAssertTrue(agree("NaN Inf", "NaN Inf"))
    XCTAssertFalse(agree("loss 0.1234", "loss 0.1235"))
    XCTAssertFalse(agree("x -1", "x 1"))
    XCTAssertFalse(agree("1 2 3", "1 2"))
    XCTAssertFalse(agree("1e-3", "1e-4"))
  }

  func testWordsMayNotDiffer() {
    XCTAssertFalse(agree("converged", "diverged"))
    XCTAssertFalse(agree("a\nb", "a"))
    // A number in a name is part of the name.
    XCTAssertFalse(agree("h1 = 2", "h2 = 2"))
  }

  func testTimesAreNotCompared() {
    XCTAssertTrue(agree("took 12.5 ms", "took 3 s"))
    XCTAssertFalse(agree("took 12.5 metres", "took 3 metres"))
  }

  func testTheFirstLineThatDiffersIsNamed() {
    let found = TextComparison.difference("one\ntwo 2\nthree", "one\ntwo 3\nfour", .text)
    XCTAssertEqual(found?.kept, "two 2")
    XCTAssertEqual(found?.now, "two 3")
  }

  private func figure(_ element: String) -> String { "<svg id=\"n1-0\">\n\(element)\n</svg>\n" }

  private func look(_ kept: String, _ now: String) -> Bool {
    FigureComparison.difference(figure(kept), figure(now)) == nil
  }

  func testPlacesInFiguresMayDifferByAPixel() {
    XCTAssertTrue(look("<circle cx=\"10\" cy=\"5.2\" r=\"3\"/>", "<circle cx=\"10.6\" cy=\"5\" r=\"3\"/>"))
    XCTAssertFalse(look("<circle cx=\"10\" cy=\"5\" r=\"3\"/>", "<circle cx=\"14\" cy=\"5\" r=\"3\"/>"))
    XCTAssertTrue(look("<path d=\"M10 10l5 5h3\"/>", "<path d=\"M10 10l5.3 5h2.8\"/>"))
    XCTAssertFalse(look("<path d=\"M10 10l5 5h3\"/>", "<path d=\"M10 10l5 9h3\"/>"))
    XCTAssertFalse(look("<path d=\"M1 1h5\"/>", "<rect d=\"M1 1h5\"/>"))
    XCTAssertFalse(look("<path fill=\"#d55e00\"/>", "<path fill=\"#0072b2\"/>"))
    XCTAssertFalse(look("<text x=\"1\">loss</text>", "<text x=\"1\">gain</text>"))
    XCTAssertFalse(look("<text x=\"1\">0.5</text>", "<text x=\"1\">0.6</text>"))
    XCTAssertFalse(look("<text x=\"1\">a</text>", "<text x=\"1\">a</text>\n<text x=\"9\">b</text>"))
  }

  func testADarkPictureIsNotABrightOne() {
    let dark = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    let bright =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
    func image(_ data: String, x: Double = 1) -> String {
      "<image href=\"data:image/png;base64,\(data)\" x=\"\(x)\"/>"
    }
    XCTAssertTrue(look(image(dark), image(dark, x: 1.2)))
    XCTAssertFalse(look(image(dark), image(bright)))
  }
}
