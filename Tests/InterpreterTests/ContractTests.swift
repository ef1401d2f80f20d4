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

  private struct Case {
    var code: [Substring] = []
    var shown: [Substring] = []
    var error: Substring?
  }

  private func check(_ name: String) throws {
    let cases = try cases(of: name)
    XCTAssertGreaterThan(cases.count, 90)
    nonisolated(unsafe) var answers: [String] = []
    onEvaluationThread { answers = cases.map { Self.answer(to: $0.code.joined(separator: "\n")) } }
    for (one, answer) in zip(cases, answers) {
      let wanted = one.error.map { "!> " + $0 } ?? one.shown.joined(separator: "\n")
      XCTAssertEqual(answer, wanted, "\(name): \(one.code.joined(separator: "\n"))")
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

  /// A case ends with the blank line behind what is expected; blank lines before that are its own.
  private func cases(of name: String) throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Contract/\(name).txt")
    var cases: [Case] = []
    var current = Case()
    var isAnswered = false
    let text = try String(contentsOf: file, encoding: .utf8) + "\n"
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "=>" || line.hasPrefix("=> ") {
        current.shown.append(line.dropFirst(3))
        isAnswered = true
      } else if line.hasPrefix("!> ") {
        current.error = line.dropFirst(3)
        isAnswered = true
      } else if line.isEmpty, isAnswered {
        cases.append(current)
        (current, isAnswered) = (Case(), false)
      } else if !line.isEmpty || !current.code.isEmpty {
        current.code.append(line)
      }
    }
    return cases
  }
}
