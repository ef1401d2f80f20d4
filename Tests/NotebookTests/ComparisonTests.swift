import XCTest

@testable import Notebook

/// What counts as the same output, and what does not.
final class ComparisonTests: XCTestCase {
  private func agree(_ kept: String, _ now: String) -> Bool {
    TextComparison.difference(kept, now, .within(.text)) == nil
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

  /// A count is right or wrong, however large it is.
  func testWholeNumbersAreCounted() {
    for tolerance in [Tolerance.text, Tolerance(relative: 0.1), Tolerance(relative: 1)] {
      func agree(_ kept: String, _ now: String) -> Bool {
        TextComparison.difference(kept, now, .within(tolerance)) == nil
      }
      for (kept, now) in [
        ("1000000", "1000001"), ("n = 3, x = 0.5", "n = 4, x = 0.5"), ("-3", "3"),
        ("90071992547409921", "90071992547409920"),
      ] {
        XCTAssertFalse(agree(kept, now), kept)
      }
      for (kept, now) in [
        ("1000000", "1000000"), ("0", "-0"), ("−3", "-3"), ("007", "7"), ("1", "1.00000001"),
        ("1e6", "1000000.1"),
      ] {
        XCTAssertTrue(agree(kept, now), kept)
      }
    }
    // Places in figures are whole pixels only by chance.
    func figure(_ place: String) -> String {
      "<svg>\n<circle cx=\"\(place)\"/>\n<text>1000000</text>\n</svg>"
    }
    XCTAssertNil(FigureComparison.difference(figure("300"), figure("301"), .within(.text)))
    XCTAssertNotNil(
      FigureComparison.difference(
        figure("300"), figure("300").replacing("1000000", with: "1000001"), .within(.text)))
  }

  func testWordsMayNotDiffer() {
    XCTAssertFalse(agree("converged", "diverged"))
    XCTAssertFalse(agree("a\nb", "a"))
    // A number in a name is part of the name.
    XCTAssertFalse(agree("h1 = 2", "h2 = 2"))
  }

  func testTimesAreNotCompared() {
    for agreement in [Agreement.exact, .within(.text)] {
      func agree(_ kept: String, _ now: String) -> Bool {
        TextComparison.difference(kept, now, agreement) == nil
      }
      XCTAssertTrue(agree("took 12.5 ms", "took 3 s"))
      XCTAssertTrue(agree("took 3 min 20 s, then 4", "took 45 µs, then 4"))
      XCTAssertTrue(agree("step 3  |  120 ms | 0.5", "step 3  | 1.05 s  | 0.5"))
      XCTAssertFalse(agree("took 12.5 metres", "took 3 metres"))
      XCTAssertFalse(agree("took 12.5 ms and stopped", "took 3 s and went on"))
      XCTAssertFalse(agree("took 12.5 ms for 3 steps", "took 3 s for 4 steps"))
    }
  }

  func testExactlyIsToTheLetter() {
    func agree(_ kept: String, _ now: String) -> Bool { TextComparison.difference(kept, now, .exact) == nil }
    XCTAssertTrue(agree("loss 0.1 [1, −2]\nNaN", "loss 0.1 [1, −2]\nNaN"))
    for (kept, now) in [
      ("loss 0.123456789012", "loss 0.123456789013"), ("1e-3", "0.001"), ("0.1", "0.10"), ("-1", "−1"),
      ("a  1", "a 1"), ("a\n", "a"), ("x 0", "x -0"),
      // The same letter in one character and in two.
      ("\u{E9}", "e\u{301}"),
    ] {
      XCTAssertFalse(agree(kept, now), "\(kept) \(now)")
      XCTAssertNotNil(TextComparison.difference(now, kept, .exact), "\(now) \(kept)")
    }
  }

  func testTheDistanceIsThatOfTheNumbers() throws {
    XCTAssertEqual(
      try XCTUnwrap(TextComparison.distance("a 1 b 2.5", "a 1 b 2")), 0.2, accuracy: 1e-12)
    XCTAssertEqual(TextComparison.distance("0.1", "0.10"), 0)
    XCTAssertNil(TextComparison.distance("a 1", "b 1"))
    XCTAssertNil(TextComparison.distance("1", "NaN"))
  }

  func testTheToleranceIsThePartOfANumber() {
    let loose = Agreement.within(Tolerance(relative: 0.01))
    XCTAssertNil(TextComparison.difference("100 0.000001", "100.9 0.000009", loose))
    XCTAssertNotNil(TextComparison.difference("100", "101.1", loose))
  }

  func testTheFirstLineThatDiffersIsNamed() {
    let found = TextComparison.difference("one\ntwo 2\nthree", "one\ntwo 3\nfour", .within(.text))
    XCTAssertEqual(found?.kept, "two 2")
    XCTAssertEqual(found?.now, "two 3")
  }

  private func figure(_ element: String) -> String { "<svg id=\"n1-0\">\n\(element)\n</svg>\n" }

  private func look(_ kept: String, _ now: String) -> Bool {
    FigureComparison.difference(figure(kept), figure(now), .within(.text)) == nil
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

  func testExactlyAFigureIsTheSameBytes() {
    func look(_ kept: String, _ now: String) -> Bool {
      FigureComparison.difference(figure(kept), figure(now), .exact) == nil
    }
    XCTAssertTrue(look("<path d=\"M10 10l5 5h3\"/>", "<path d=\"M10 10l5 5h3\"/>"))
    XCTAssertFalse(look("<path d=\"M10 10l5 5h3\"/>", "<path d=\"M10 10l5 5.1h3\"/>"))
    XCTAssertFalse(look("<path class=\"f1\"/>", "<path class=\"f2\"/>"))
    XCTAssertFalse(look("<text>0.50</text>", "<text>0.5</text>"))
    XCTAssertFalse(look("<g>\n</g>", "<g>\n\n</g>"))
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
