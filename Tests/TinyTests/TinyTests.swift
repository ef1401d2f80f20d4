import Interpreter
import Support
import XCTest

/// The first tests to read: one of each thing that Nabla is for, from text to what a front end shows.
final class TinyTests: XCTestCase {
  private let screen = CollectingHost()

  /// What a cell shows in each of its media types, best first; or its error.
  private func shown(_ code: String) -> [(mediaType: String, text: String)] {
    switch Session(host: screen, folder: ".").run(code, label: "cell [1]") {
    case .finished(let bundle): bundle?.entries.map { ($0.mediaType, $0.text) } ?? []
    case .failed(let failure): [(failure.kind, failure.report.joined(separator: "\n"))]
    }
  }

  private func text(_ code: String) -> String? { shown(code).last?.text }

  func testAConstant() {
    XCTAssertEqual(text("2.5"), "2.5")
    XCTAssertEqual(text("π"), "3.141592653589793")
  }

  func testASum() {
    XCTAssertEqual(text("1 + 2"), "3")
    XCTAssertEqual(text("sum([1, 2, 3] + [10, 20, 30])"), "66")
  }

  func testAGradient() {
    XCTAssertEqual(text("f(x, y) = x² - y²\n∇f(1, 1)"), "(2, -2)")
    // The tape once more: a derivative of a derivative.
    XCTAssertEqual(text("f(x) = x³\nf′′(2)"), "12")
    // Written in Nabla, in the prelude.
    XCTAssertEqual(text("∇(θ -> mse(2θ, [1, 1]))([1, 0])"), "2 f64\n 2  -2")
  }

  func testAFigure() {
    let forms = shown("plot([1, 4, 9])")
    XCTAssertEqual(forms.map(\.mediaType), ["text/html", "image/svg+xml", "text/plain"])
    XCTAssertEqual(forms.last?.text, "A line of 3 points, y from 1 to 9 over x from 1 to 3.")
    XCTAssertEqual(forms[1].text.prefix(4), "<svg")
  }

  func testAMessage() {
    XCTAssertEqual(shown("println(\"θ = \", 1 / 3)").count, 0)
    XCTAssertEqual(screen.takeOutput(), "θ = 0.3333333333333333\n")
    let error = shown("learning_rate = 0.1\nlearning_rte * 2").last
    XCTAssertEqual(error?.mediaType, "NameError")
    XCTAssertEqual(error?.text.contains("did you mean learning_rate?"), true, error?.text ?? "")
  }
}
