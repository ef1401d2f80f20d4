import Figures
import Foundation
import FoundationXML
import Support
import Synchronization
import XCTest

@testable import Interpreter

/// The media types a value is shown in.
final class DisplayTests: XCTestCase {
  private let session = Session(host: CollectingHost(), folder: ".")

  private func bundle(_ code: String) -> Interpreter.Bundle? {
    if case .finished(let bundle) = session.run(code, label: "cell [1]") { return bundle }
    return nil
  }

  func testPlainValues() {
    XCTAssertNil(bundle("nothing"))
    XCTAssertEqual(bundle("\"a\\tb\""), Interpreter.Bundle(plain: "a\tb"))
    XCTAssertEqual(bundle("[1 2; 3 4]"), Interpreter.Bundle(plain: "2×2 f64\n 1  2\n 3  4"))
    XCTAssertEqual(bundle("(1, \"a\")"), Interpreter.Bundle(plain: "(1, \"a\")"))
    XCTAssertEqual(bundle("f(x; T = 1) = x\nf"), Interpreter.Bundle(plain: "f(x; T)"))
    XCTAssertEqual(bundle("sin"), Interpreter.Bundle(plain: "sin"))
    XCTAssertEqual(bundle("0.5..2"), Interpreter.Bundle(plain: "0.5..2"))
  }

  func testFiguresComeAsHTMLThenSVGThenASentence() throws {
    let shown = try XCTUnwrap(bundle("plot([1, 4, 9])"))
    XCTAssertEqual(shown.entries.map(\.mediaType), ["text/html", "image/svg+xml", "text/plain"])
    let svg = try XCTUnwrap(shown["image/svg+xml"])
    // A line through the three points: 3 up, then 5 up.
    let document = try XMLDocument(data: Data(svg.utf8))
    XCTAssertEqual(document.rootElement()?.name, "svg")
    let line = try XCTUnwrap(
      svg.firstMatch(of: /d="M[\d.]+ [\d.]+l([\d.]+)-([\d.]+) ([\d.]+)-([\d.]+)"[^>]*stroke-width="2"/))
    let steps = try [line.1, line.2, line.3, line.4].map { try XCTUnwrap(Double($0)) }
    XCTAssertEqual(steps[0], steps[2])
    XCTAssertEqual(steps[1] / steps[3], 3.0 / 5, accuracy: 1e-3)
    // The picture in the page is the same one.
    let page = try XCTUnwrap(shown["text/html"])
    let data = try XCTUnwrap(page.firstMatch(of: /<img alt="([^"]*)" .*base64,([^"]*)"/))
    XCTAssertEqual(String(decoding: try XCTUnwrap(Data(base64Encoded: String(data.2))), as: UTF8.self), svg)
    XCTAssertEqual(shown["text/plain"], "A line of 3 points, y from 1 to 9 over x from 1 to 3.")
    XCTAssertEqual(String(data.1), shown["text/plain"])
  }

  /// Showing a figure draws it once, as saving it does.
  func testAFigureIsDrawnOnceADisplay() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nabla-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let session = Session(host: CollectingHost(), folder: folder.path)
    func drawings(_ code: String) -> Int {
      let before = DrawnFigure.count.load(ordering: .relaxed)
      if case .failed(let failure) = session.run(code, label: "cell [1]") { XCTFail(failure.message) }
      return DrawnFigure.count.load(ordering: .relaxed) - before
    }
    let figure = "plot([1, 4, 9])"
    let path = "descend(x -> (x - 2)², 0.0)"
    for figure in [figure, path, "[\(figure) \(path)]", "contour((x, y) -> x² - y², -1..1, -1..1)"] {
      let saves = drawings("for i in 1:40\nsave(\"a.svg\", \(figure))\nend")
      XCTAssertEqual(drawings("for i in 1:40\ndisplay(\(figure))\nend"), saves, figure)
      XCTAssertEqual(saves, 40, figure)
      XCTAssertEqual(drawings(figure), 1, figure)
    }
  }

  /// A path of which a field is replaced is a plain record, whoever else holds it and by whichever way it was
  /// replaced; what is no path is told so.
  func testAChangedPathIsARecord() throws {
    let changes = [
      "p.status = \"mine\"", "p.steps = NaN", "p.steps = 1e300", "p[\"steps\"] = -1", "p.points = 3",
    ]
    for share in ["", "q = p\n", "q = (p, p)\n"] {
      for change in changes {
        let shown = bundle("p = descend(x -> (x - 2)², 0.0; steps = 3)\n\(share)\(change)\np")
        XCTAssertEqual(shown?.entries.map(\.mediaType), ["text/plain"], share + change)
        XCTAssertEqual(shown?["text/plain"]?.hasPrefix("(points = "), true, share + change)
      }
    }
    for change in changes.dropFirst() {
      XCTAssertNil(
        bundle(
          "p = descend(x -> (x - 2)², 0.0; steps = 3)\n\(change)\nkept(p, \"Path\", show_path, nothing)"),
        change)
      XCTAssertNotNil(bundle("1"))
    }
  }

  func testAPathShowsAsAFigure() throws {
    let shown = try XCTUnwrap(bundle("p = descend(x -> (x - 2)², 0.0)\np"))
    XCTAssertEqual(shown.entries.map(\.mediaType), ["text/html", "image/svg+xml", "text/plain"])
    // The figure that `descent` draws of it.
    XCTAssertEqual(shown, bundle("descent(p.f, p)"))
    XCTAssertEqual(bundle("p = descend(x -> (x - 2)², 0.0)\np.converged"), Interpreter.Bundle(plain: "true"))
    XCTAssertEqual(bundle("(p,)")?["text/plain"]?.hasPrefix("(Path(points = "), true)
  }
}
