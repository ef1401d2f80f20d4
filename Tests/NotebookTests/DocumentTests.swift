import Foundation
import JSON
import XCTest

@testable import Notebook

/// Files in, files out. `*.written.ipynb` are what nbformat 5.11 writes of the files beside them.
final class DocumentTests: XCTestCase {
  func testWritesWhatNbformatWrites() throws {
    for name in ["untidy-4.5", "untidy-4.2"] {
      let document = try Document(parsing: fixture("\(name).ipynb"))
      let written = try fixture("\(name).written.ipynb")
      XCTAssertEqual(
        String(decoding: document.bytes(), as: UTF8.self), String(decoding: written, as: UTF8.self))
      XCTAssertEqual(document.bytes(), written)
      XCTAssertEqual(try Document(parsing: written), document)
    }
  }

  func testReadsCells() throws {
    let document = try Document(parsing: fixture("untidy-4.5.ipynb"))
    XCTAssertEqual(document.cells.map(\.isCode), [false, true, false, true])
    XCTAssertEqual(document.cells[1].source, "x = 1\ny = 2")
    XCTAssertEqual(document.cells[1].tags, ["a", "b"])
    XCTAssertEqual(document.cells[1].executionCount, 7)
    XCTAssertEqual(document.cells[1].outputs[1]["data"]?["text/plain"], "a\nb")
    XCTAssertEqual(document.cells[1].outputs[1]["data"]?["application/vnd.x.v1+json"], ["a", "b"])
    XCTAssertEqual(document.language, "nabla")
  }

  func testRecordsTheLanguage() throws {
    var document = try Document(parsing: fixture("untidy-4.2.ipynb"))
    XCTAssertNil(document.language)
    document.recordLanguage()
    XCTAssertEqual(document.language, "nabla")
    XCTAssertEqual(document.metadata["kernelspec"]?["name"], "nabla")
    XCTAssertEqual(document.metadata["language_info"]?["file_extension"], ".nabla")
    // A kernelspec under another name stays.
    document.metadata["kernelspec"] = ["name": "nabla-dev", "language": "nabla", "display_name": "Dev"]
    document.recordLanguage()
    XCTAssertEqual(document.metadata["kernelspec"]?["name"], "nabla-dev")
  }

  func testIDs() throws {
    let cell = #"{"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": null"#
    let cells = "\"cells\": [\(cell)}, \(cell), \"id\": \"cell-1\"}, \(cell)}]"
    let ids = { (minor: Int) in
      try Document(parsing: Array("{\(cells), \"nbformat\": 4, \"nbformat_minor\": \(minor)}".utf8)).cells
        .map(\.id)
    }
    XCTAssertEqual(try ids(5), ["cell-1-1", "cell-1", "cell-3"])
    XCTAssertEqual(try ids(4), [nil, "cell-1", nil])
  }

  /// Ids that nbformat would refuse, and those of two cells.
  func testIDsAreMadeValidAndDifferent() throws {
    let long = String(repeating: "a", count: 65)
    for (ids, expected) in [
      (["a b!", "c", "c"], ["cell-1", "c", "cell-3"]), (["", long, "é"], ["cell-1", "cell-2", "cell-3"]),
      (["cell-2", "cell-2", "cell-2-1"], ["cell-2", "cell-2-1-1", "cell-2-1"]),
      (["a", String(long.dropLast()), "-_9"], ["a", String(long.dropLast()), "-_9"]),
    ] {
      let cells = ids.map {
        "{\"cell_type\": \"raw\", \"source\": \"\", \"metadata\": {}, \"id\": \"\($0)\"}"
      }
      let text = "{\"cells\": [\(cells.joined(separator: ", "))], \"nbformat\": 4, \"nbformat_minor\": 5}"
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      XCTAssertEqual(try Document(parsing: mark + Array(text.utf8)).cells.map(\.id), expected)
    }
  }

  func testTolerates() throws {
    let text =
      #"{"nbformat": 4, "cells": [{"cell_type": "code"}, {"cell_type": "markdown", "source": ["a", "b"]}]}"#
    let document = try Document(parsing: Array(text.utf8))
    XCTAssertEqual(document.cells.map(\.source), ["", "ab"])
    let written = try JSONValue(parsing: document.bytes())
    XCTAssertEqual(
      written["cells"]?[0],
      ["cell_type": "code", "source": [], "metadata": [:], "outputs": [], "execution_count": nil])
    XCTAssertEqual(written["metadata"], [:])
    XCTAssertEqual(written["nbformat_minor"], 0)
  }

  func testRefuses() {
    let table: [(String, DocumentError)] = [
      ("", .notJSON(JSONError(.unexpectedEnd, at: 0))),
      ("[]", .notANotebook), (#"{"cells": []}"#, .notANotebook), (#"{"nbformat": 4}"#, .notANotebook),
      (#"{"nbformat": 3, "worksheets": []}"#, .unsupportedFormat(3)),
      (#"{"nbformat": 5, "cells": []}"#, .unsupportedFormat(5)),
      (#"{"nbformat": 4, "cells": [{"cell_type": "code"}, 3]}"#, .malformedCell(2)),
      (#"{"nbformat": 4, "cells": [{"source": "x"}]}"#, .malformedCell(1)),
      (#"{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}"#, .malformedCell(1)),
    ]
    for (text, error) in table {
      XCTAssertThrowsError(try Document(parsing: Array(text.utf8)), text) {
        XCTAssertEqual($0 as? DocumentError, error, text)
      }
    }
  }

  /// Whatever a file holds, reading and writing it answers; what is accepted stays readable.
  func testMutatedFiles() throws {
    let json = try JSONValue(parsing: fixture("untidy-4.5.ipynb"))
    var acceptedCount = 0
    for _ in 0..<2000 {
      guard let document = try? Document(parsing: mutated(json).bytes()) else { continue }
      acceptedCount += 1
      let written = document.bytes()
      XCTAssertEqual(try Document(parsing: written).bytes(), written)
    }
    XCTAssertGreaterThan(acceptedCount, 0)
  }

  /// The tree with some places replaced or dropped.
  private func mutated(_ value: JSONValue) -> JSONValue {
    if Int.random(in: 0..<60) == 0 { return [nil, 3, "text", [], ["x": 1], ["a", 1]].randomElement()! }
    switch value {
    case .array(let elements):
      return .array(elements.filter { _ in Int.random(in: 0..<40) > 0 }.map { mutated($0) })
    case .object(let object):
      let kept = object.filter { _ in Int.random(in: 0..<40) > 0 }
      return .object(JSONObject(kept.map { ($0.key, mutated($0.value)) }))
    default: return value
    }
  }

  /// As Python's `str.splitlines(keepends=True)`.
  func testLines() {
    let table: [(String, [String])] = [
      ("", []), ("a", ["a"]), ("a\n", ["a\n"]), ("a\nb", ["a\n", "b"]), ("\n\n", ["\n", "\n"]),
      ("a\r\nb\rc", ["a\r\n", "b\r", "c"]), ("a\n\rb", ["a\n", "\r", "b"]),
      (
        "a\u{B}b\u{C}c\u{1C}d\u{1D}e\u{1E}f\u{1F}g",
        ["a\u{B}", "b\u{C}", "c\u{1C}", "d\u{1D}", "e\u{1E}", "f\u{1F}g"]
      ),
      ("a\u{85}b\u{2028}c\u{2029}", ["a\u{85}", "b\u{2028}", "c\u{2029}"]),
      ("e\n\u{301}x", ["e\n", "\u{301}x"]),
    ]
    for (text, expected) in table {
      XCTAssertEqual(lines(of: text).map { Array($0.utf8) }, expected.map { Array($0.utf8) }, text)
    }
  }
}

func fixture(_ name: String) throws -> [UInt8] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
}
