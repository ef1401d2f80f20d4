import Interpreter
import JSON
import XCTest

import struct Interpreter.Bundle

@testable import Notebook

/// What a cell puts out, as Jupyter's clients store it.
final class OutputCollectorTests: XCTestCase {
  private let collector = OutputCollector()

  override func setUp() { collector.begin(cell: 0) }

  private func bundle(_ text: String) -> Bundle { Bundle(plain: text) }

  func testStreamsMerge() {
    collector.write("a\n", to: .standardOutput)
    collector.write("b", to: .standardOutput)
    collector.write("", to: .standardError)
    collector.write("50%\r100%", to: .standardOutput)
    collector.write("e", to: .standardError)
    collector.write("c", to: .standardOutput)
    XCTAssertEqual(
      collector.outputs[0],
      [
        .stream(.standardOutput, "a\nb50%\r100%"), .stream(.standardError, "e"),
        .stream(.standardOutput, "c"),
      ])
    collector.begin(cell: 3)
    collector.write("d", to: .standardOutput)
    XCTAssertEqual(collector.outputs[3], [.stream(.standardOutput, "d")])
  }

  func testUpdatesReachEveryPlace() {
    collector.display(bundle("1"), id: "p")
    collector.display(bundle("other"), id: nil)
    collector.begin(cell: 1)
    collector.display(bundle("2"), id: "p")
    collector.display(bundle("q"), id: "q")
    XCTAssertEqual(collector.outputs[0]?[0], .display(bundle("2"), id: "p"))
    collector.update(bundle("3"), id: "p")
    collector.update(bundle("nobody"), id: "unknown")
    XCTAssertEqual(
      collector.outputs[0], [.display(bundle("3"), id: "p"), .display(bundle("other"), id: nil)])
    XCTAssertEqual(collector.outputs[1], [.display(bundle("3"), id: "p"), .display(bundle("q"), id: "q")])
  }

  func testClearing() {
    collector.write("a", to: .standardOutput)
    collector.clearOutput(wait: false)
    XCTAssertEqual(collector.outputs[0], [])
    collector.write("b", to: .standardOutput)
    collector.clearOutput(wait: true)
    XCTAssertEqual(collector.outputs[0], [.stream(.standardOutput, "b")])
    collector.write("c", to: .standardOutput)
    collector.write("d", to: .standardOutput)
    XCTAssertEqual(collector.outputs[0], [.stream(.standardOutput, "cd")])
    // A clear that waits does not reach into the next cell.
    collector.clearOutput(wait: true)
    collector.begin(cell: 1)
    collector.display(bundle("x"), id: nil)
    XCTAssertEqual(collector.outputs[0], [.stream(.standardOutput, "cd")])
    XCTAssertEqual(collector.outputs[1]?.count, 1)
  }

  func testStoredForms() {
    let table: [(Output, JSONValue)] = [
      (.stream(.standardError, "e\n"), ["output_type": "stream", "name": "stderr", "text": "e\n"]),
      (
        .display(
          Bundle([
            .init("text/plain", "a"), .init("application/vnd.x+json", "{\"a\": 1}"),
            .init("application/json", "broken"),
          ]), id: "p"),
        [
          "output_type": "display_data", "metadata": [:],
          "data": ["text/plain": "a", "application/vnd.x+json": ["a": 1], "application/json": "broken"],
        ]
      ),
      (
        .result(bundle("3"), executionCount: 4),
        ["output_type": "execute_result", "execution_count": 4, "metadata": [:], "data": ["text/plain": "3"]]
      ),
      (
        .error(
          Failure(
            kind: "K", message: "m", report: ["K: m"], colouredReport: ["\u{1B}[31mK\u{1B}[0m: m"], line: 1)),
        ["output_type": "error", "ename": "K", "evalue": "m", "traceback": ["\u{1B}[31mK\u{1B}[0m: m"]]
      ),
    ]
    for (output, json) in table { XCTAssertEqual(output.json, json) }
  }
}
