import Support
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
    XCTAssertTrue(try XCTUnwrap(shown["text/html"]).contains("<img"))
    XCTAssertTrue(try XCTUnwrap(shown["image/svg+xml"]).contains("<svg"))
    XCTAssertFalse(try XCTUnwrap(shown["text/plain"]).isEmpty)
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
        bundle("p = descend(x -> (x - 2)², 0.0; steps = 3)\n\(change)\nas_path(p)"), change)
      XCTAssertNotNil(bundle("1"))
    }
  }

  func testAPathShowsAsAFigure() throws {
    let shown = try XCTUnwrap(bundle("descend(x -> (x - 2)², 0.0)"))
    XCTAssertEqual(shown.entries.count, 3)
    XCTAssertEqual(bundle("p = descend(x -> (x - 2)², 0.0)\np.converged"), Interpreter.Bundle(plain: "true"))
    XCTAssertEqual(bundle("(p,)")?["text/plain"]?.hasPrefix("(Path(points = "), true)
  }
}
