import Interpreter
import JSON
import XCTest

@testable import Notebook

/// What `nabla check` finds in whole notebooks, and which of them it compares to the letter.
final class CheckTests: XCTestCase {
  private func document(_ outputs: [JSONValue], metadata: JSONValue = [:]) throws -> Document {
    let cell: JSONValue = [
      "cell_type": "code", "source": "x", "execution_count": 1, "metadata": [:], "outputs": .array(outputs),
    ]
    let json: JSONValue = ["nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]]
    return try Document(parsing: json.bytes())
  }

  private func mismatches(
    _ kept: [JSONValue], _ now: [JSONValue], _ agreement: Agreement = .exact
  ) throws -> [Mismatch] {
    NotebookCheck(agreement: agreement).mismatches(try document(kept), try document(now))
  }

  private func stream(_ text: String, _ name: String = "stdout") -> JSONValue {
    ["output_type": "stream", "name": .string(name), "text": .string(text)]
  }

  private func shown(_ data: JSONObject) -> JSONValue {
    ["output_type": "display_data", "data": .object(data), "metadata": [:]]
  }

  // MARK: Outputs

  func testAStreamIsOneTextInHoweverManyPieces() throws {
    let pieces = [stream("1\n"), stream("a note\n", "stderr"), stream("2\n")]
    XCTAssertEqual(try mismatches(pieces, [stream("1\n2\n")]), [])
    XCTAssertEqual(try mismatches(pieces, [stream("1\n3\n")]).first?.kept, "2")
  }

  /// JupyterLab keeps what the carriage returns of a progress bar left, in as many pieces as came.
  func testCarriageReturnsCompareAsWhatTheyLeave() throws {
    for (kept, now) in [
      (["3"], ["\r1\r2\r3"]), (["3\n", "done\n"], ["\r1\r2", "\r3\ndone\n"]), (["aX"], ["ab", "\u{8}X"]),
      (["abc\n"], ["x\rabc\r\n"]), (["Xbc"], ["abc\rX"]),
    ] {
      for agreement in [Agreement.exact, .within(.text)] {
        XCTAssertEqual(
          try mismatches(kept.map { stream($0) }, now.map { stream($0) }, agreement), [], "\(now)")
      }
    }
    XCTAssertEqual(try mismatches([stream("3")], [stream("\r1\r2\r4")]).first?.now, "4")
  }

  func testTheLastDigitCountsOnlyExactly() throws {
    let kept = [shown(["text/plain": "0.12345678901234567"])]
    let now = [shown(["text/plain": "0.12345678901234568"])]
    XCTAssertEqual(try mismatches(kept, now, .within(.text)), [])
    let found = try XCTUnwrap(mismatches(kept, now).first)
    XCTAssertEqual(found.what, "the value")
    XCTAssertEqual(found.now, "0.12345678901234568")
    XCTAssertEqual(found.remark?.hasPrefix("apart by "), true)
    // What no tolerance would let pass needs no such remark.
    let other = try XCTUnwrap(mismatches(kept, [shown(["text/plain": "0.5"])]).first)
    XCTAssertNil(other.remark)
  }

  func testAHairInAFigureCountsOnlyExactly() throws {
    func figure(_ place: String) -> [JSONValue] {
      let path = "<path d=\"M0 0" + String(repeating: "l1 1", count: 90) + "l\(place) 4\"/>"
      return [
        shown([
          "image/svg+xml": .string("<svg>\n\(path)\n</svg>\n"), "text/html": .string("<div>\(path)</div>"),
          "text/plain": "A line.",
        ])
      ]
    }
    XCTAssertEqual(try mismatches(figure("2.1"), figure("2.1")), [])
    XCTAssertEqual(try mismatches(figure("2.1"), figure("2.2"), .within(.text)), [])
    let found = try XCTUnwrap(mismatches(figure("2.1"), figure("2.2")).first)
    XCTAssertEqual(found.what, "the figure")
    XCTAssertEqual(found.remark, "the figures agree within a pixel")
    // Of a long line the part is shown that differs.
    XCTAssertTrue(found.kept.contains("l2.1 4") && found.now.contains("l2.2 4"), found.kept)
  }

  func testTheReportOfAnErrorCountsOnlyExactly() throws {
    func error(_ report: String) -> [JSONValue] {
      [["output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": [.string(report)]]]
    }
    XCTAssertEqual(try mismatches(error("line 1"), error("line 2"), .within(.text)), [])
    XCTAssertEqual(try mismatches(error("line 1"), error("line 2")).first?.what, "the error's report")
  }

  func testJSONIsComparedWhateverItsOrder() throws {
    let kept = [shown(["application/json": ["a": 1, "b": 2]])]
    XCTAssertEqual(try mismatches(kept, [shown(["application/json": ["b": 2, "a": 1]])]), [])
    XCTAssertEqual(try mismatches(kept, [shown(["application/json": ["a": 1, "b": 3]])]).count, 1)
  }

  // MARK: Who wrote the file

  private func run(
    _ sources: [String], metadata: JSONValue = [:], settings: [String] = []
  ) throws -> Document {
    let cells = sources.map { source -> JSONValue in
      [
        "cell_type": "code", "source": .string(source), "execution_count": .null, "metadata": [:],
        "outputs": [],
      ]
    }
    let json: JSONValue = [
      "nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": .array(cells),
    ]
    let run = NotebookRun(
      limits: Limits(), timeout: nil, folder: ".", settings: settings.compactMap(Setting.init))
    return run.execute(try Document(parsing: json.bytes())).document
  }

  func testAWholeRunSaysWhichVersionItWas() throws {
    let document = try run(["1", "2"])
    XCTAssertEqual(document.metadata["nabla"], ["version": .string(Language.version)])
    XCTAssertEqual(try Document(parsing: document.bytes()).writer, Language.version)
  }

  func testWhatIsNotAWholeRunSaysNothing() throws {
    let earlier: JSONValue = ["nabla": ["version": .string(Language.version)]]
    XCTAssertNil(try run(["1", "error(\"stop\")", "2"], metadata: earlier).metadata["nabla"])
    XCTAssertNil(try run(["1"], metadata: earlier, settings: ["a=1"]).metadata["nabla"])
    // Others may keep something there too.
    let more: JSONValue = ["nabla": ["version": "0", "course": "spring"]]
    XCTAssertEqual(try run(["error(\"stop\")"], metadata: more).metadata["nabla"], ["course": "spring"])
    XCTAssertEqual(
      try run(["1"], metadata: more).metadata["nabla"],
      ["course": "spring", "version": .string(Language.version)])
  }

  func testAnotherKernelSinceMakesTheClaimVoid() throws {
    func writer(_ nabla: String?, kernel: String?) throws -> String? {
      var metadata: JSONObject = [:]
      if let nabla { metadata["nabla"] = ["version": .string(nabla)] }
      if let kernel { metadata["language_info"] = ["name": "nabla", "version": .string(kernel)] }
      return try document([], metadata: .object(metadata)).writer
    }
    XCTAssertEqual(try writer("0.1.0", kernel: "0.1.0"), "0.1.0")
    XCTAssertNil(try writer("0.1.0", kernel: "0.2.0"))
    XCTAssertNil(try writer(nil, kernel: "0.1.0"))
    XCTAssertNil(try writer("0.1.0", kernel: nil))
  }
}
