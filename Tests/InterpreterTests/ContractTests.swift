import Foundation
import Support
import XCTest

@testable import Interpreter

/// What the language promises, case by case: the files of the folder Contract hold cells, each with `=>` before
/// every line that it prints or shows, or `!>` before the error it ends in. A case has a notebook of its own.
final class ContractTests: XCTestCase {
  func testText() throws { try check("text") }
  func testValues() throws { try check("values") }
  func testOperators() throws { try check("operators") }
  func testBroadcastingAndIndexing() throws { try check("broadcasting-and-indexing") }
  func testFunctionsAndControl() throws { try check("functions-and-control") }
  func testDifferentiation() throws { try check("differentiation") }
  func testErrors() throws { try check("errors") }

  private func check(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Contract/\(name).txt")
    let cases = ContractCase.all(in: try String(contentsOf: file, encoding: .utf8))
    XCTAssertGreaterThan(cases.count, 90)
    nonisolated(unsafe) var answers: [String] = []
    onEvaluationThread { answers = cases.map { Self.answer(to: $0.code) } }
    for (one, answer) in zip(cases, answers) {
      let wanted = one.error.map { "!> " + $0 } ?? one.shown
      XCTAssertEqual(answer, wanted, "\(name): \(one.code)")
    }
  }

  /// What a cell prints and shows, without line ends behind it, or its error.
  private static func answer(to code: String) -> String {
    let host = CollectingHost()
    switch Session(host: host, folder: ".").run(code, label: "cell [1]") {
    case .failed(let failure): return "!> \(failure.kind): \(failure.message)"
    case .finished(let bundle):
      var text = host.takeOutput() + (bundle?["text/plain"] ?? "")
      while text.hasSuffix("\n") { text.removeLast() }
      return text
    }
  }
}
