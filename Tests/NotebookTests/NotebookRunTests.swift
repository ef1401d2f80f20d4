import Interpreter
import JSON
import XCTest

@testable import Notebook

/// Whole notebooks through the interpreter.
final class NotebookRunTests: XCTestCase {
  private func document(_ sources: String..., tags: [Int: String] = [:]) throws -> Document {
    let cells = sources.enumerated().map { index, source -> JSONValue in
      [
        "cell_type": "code", "source": .string(source), "execution_count": 99,
        "outputs": [["output_type": "stream", "name": "stdout", "text": "stale"]],
        "metadata": [
          "tags": .array(tags[index].map { [.string($0)] } ?? []), "execution": ["iopub": "stale"],
        ],
      ]
    }
    let json: JSONValue = ["nbformat": 4, "nbformat_minor": 5, "metadata": [:], "cells": .array(cells)]
    return try Document(parsing: json.bytes())
  }

  private func run(_ document: inout Document, timeout: Double? = nil) -> RunFailure? {
    let executed = NotebookRun(limits: Limits(), timeout: timeout, folder: ".").execute(document)
    document = executed.document
    return executed.problem
  }

  private func kinds(_ document: Document) -> [[String?]] {
    document.cells.map { $0.outputs.map { $0["output_type"]?.string } }
  }

  func testOutputsAndNumbers() throws {
    var document = try document("x = 2", "println(x)\nx + 1", "", "x + 1;")
    XCTAssertNil(run(&document))
    XCTAssertEqual(document.cells.map(\.executionCount), [1, 2, nil, 3])
    XCTAssertEqual(kinds(document), [[], ["stream", "execute_result"], [], []])
    XCTAssertEqual(document.cells[1].outputs[0]["text"], "2\n")
    XCTAssertEqual(document.cells[1].outputs[1]["data"]?["text/plain"], "3")
    XCTAssertEqual(document.cells[1].outputs[1]["execution_count"], 2)
    XCTAssertEqual(document.language, "nabla")
  }

  func testStopsAtTheFirstError() throws {
    var document = try document("a = 1", "b = 2\nerror(\"stop\")", "println(3)")
    let problem = try XCTUnwrap(run(&document))
    XCTAssertEqual(problem.place, "cell [2], line 2")
    XCTAssertEqual(problem.failure.kind, "ValueError")
    XCTAssertNil(problem.timeout)
    XCTAssertEqual(kinds(document), [[], ["error"], []])
    XCTAssertEqual(document.cells.map(\.executionCount), [1, 2, nil])
    XCTAssertEqual(document.cells[1].outputs[0]["evalue"], "stop")
  }

  func testNothingStaleRemains() throws {
    var document = try document("error(\"stop\")", "1")
    _ = run(&document)
    XCTAssertFalse(String(decoding: document.bytes(), as: UTF8.self).contains("stale"))
  }

  func testTags() throws {
    var document = try document(
      "error(\"wanted\")", "error(\"not run\")", "5", tags: [0: "raises-exception", 1: "skip-execution"])
    XCTAssertNil(run(&document))
    XCTAssertEqual(kinds(document), [["error"], ["stream"], ["execute_result"]])
    XCTAssertEqual(document.cells.map(\.executionCount), [1, 99, 2])
  }

  func testTimeOut() throws {
    // Even where an error is expected, an endless cell is not.
    var document = try document(
      "x = 1", "while true\n  x += 1\nend", "println(x)", tags: [1: "raises-exception"])
    let problem = try XCTUnwrap(run(&document, timeout: 0.05))
    XCTAssertEqual(problem.timeout, 0.05)
    XCTAssertEqual(problem.failure.kind, "Interrupted")
    XCTAssertTrue(problem.place.hasPrefix("cell [2]"))
    XCTAssertEqual(kinds(document)[2], [])
    XCTAssertFalse(Interruption.isRaised)
  }

  func testUpdatesReachEarlierCells() throws {
    var document = try document("d = display(\"old\")", "update(d, \"new\")")
    XCTAssertNil(run(&document))
    XCTAssertEqual(kinds(document), [["display_data"], []])
    let shown = try XCTUnwrap(document.cells[0].outputs[0]["data"]?["text/plain"]?.string)
    XCTAssertTrue(shown.contains("new"), shown)
  }

  func testTwoRunsAgreeToTheByte() throws {
    var first = try document("rand(3)", "plot(x -> x², -1..1)", "println(randn())")
    var second = first
    XCTAssertNil(run(&first))
    XCTAssertNil(run(&second))
    XCTAssertEqual(first.bytes(), second.bytes())
    XCTAssertEqual(kinds(first), [["execute_result"], ["execute_result"], ["stream"]])
  }

  /// A misspelled name would pass unseen.
  func testASettingThatNothingReads() throws {
    func warning(_ text: String, _ sources: [String]) -> String? { Setting(text)?.warning(sources) }
    XCTAssertEqual(
      warning("rates=0.5", ["rate = 0.1", "println(rate)"]),
      "--set rates: no cell has the name rates; did you mean rate?")
    XCTAssertEqual(warning("zzz=1", ["rate = 0.1"]), "--set zzz: no cell has the name zzz")
    XCTAssertEqual(warning("zzz=1", []), "--set zzz: no cell has the name zzz")
    for source in [
      "v = 1", "println(sum(v))", "\"$v\"", "f(x; v) = x", "\"$(v + 1)\"", "(1", "θ.v", "w = [v",
    ] {
      XCTAssertEqual(warning("v=1", [source]) == nil, source != "(1", source)
    }
    XCTAssertNil(warning("\u{3BC}=1", ["\u{B5} = 2"]), "the same name in two spellings")
  }
}
