import Foundation
import Interpreter
import XCTest

@testable import Notebook

/// The reference page that is kept is the one that the sources make, and it runs cleanly.
final class ReferenceTests: XCTestCase {
  private let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../notebooks/reference.ipynb")

  func testThePageIsCurrent() throws {
    let kept = try Document(parsing: [UInt8](Data(contentsOf: path)))
    let executed = NotebookRun(limits: Limits(), timeout: nil, folder: "/dev/null")
      .execute(ReferenceNotebook.document())
    let made = executed.document
    XCTAssertNil(executed.problem)
    let advice = "; `nabla reference --output notebooks/reference.ipynb` writes it anew"
    XCTAssertEqual(kept.cells.map(\.id), made.cells.map(\.id), "the names have changed" + advice)
    for (kept, made) in zip(kept.cells, made.cells) {
      let place = "the cell \(made.id ?? "")"
      XCTAssertEqual(kept.source, made.source, "\(place) has changed" + advice)
      XCTAssertEqual(kept.tags, made.tags, "\(place) has changed" + advice)
      XCTAssertTrue(areAlike(shown(kept), shown(made)), "\(place) shows something else" + advice)
    }
  }

  func testEveryCellThatHasNoErrorShowsNone() throws {
    let kept = try Document(parsing: [UInt8](Data(contentsOf: path)))
    for cell in kept.cells where cell.isCode {
      let hasError = cell.outputs.contains { $0["output_type"] == "error" }
      XCTAssertEqual(hasError, cell.tags.contains("raises-exception"), cell.source)
    }
  }

  func testThePageIsSmallEnoughToOpen() throws {
    XCTAssertLessThan(try Data(contentsOf: path).count, 1_500_000)
  }

  /// What a cell shows, as text.
  private func shown(_ cell: Cell) -> String {
    cell.outputs.map { output in
      output["text"]?.string ?? output["data"]?["text/plain"]?.string ?? output["evalue"]?.string ?? ""
    }.joined(separator: "\n")
  }

  /// Equal but for the last digits of numbers, which depend on the machine.
  private func areAlike(_ a: String, _ b: String) -> Bool {
    func words(_ text: String) -> [Substring] { text.split { " \n,()[];=".contains($0) } }
    let (a, b) = (words(a), words(b))
    return a.count == b.count
      && zip(a, b).allSatisfy { a, b in
        if a == b { return true }
        guard let a = Double(a), let b = Double(b) else { return false }
        return abs(a - b) <= 1e-6 * max(1, abs(b))
      }
  }
}
