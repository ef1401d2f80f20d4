import Foundation
import XCTest

@testable import Interpreter

/// Programs that fail, and the whole report of each, kept as text in the folder Reports: a line `# what it is`,
/// the cells with `%%` between them, a line `---`, the report. `NABLA_WRITE_REPORTS=1` writes what the
/// programs report now, to be read before it is committed.
final class ReportTests: XCTestCase {
  func testShapeErrors() throws { try check("shape") }
  func testNameErrors() throws { try check("name") }
  func testTypeErrors() throws { try check("type") }
  func testIndexErrors() throws { try check("index") }
  func testValueErrors() throws { try check("value") }
  func testLinearAlgebraErrors() throws { try check("algebra") }
  func testLimitErrors() throws { try check("limit") }
  func testAssertionErrors() throws { try check("assertion") }
  func testSyntaxErrors() throws { try check("syntax") }
  func testPlaces() throws { try check("place") }

  private struct Program {
    var title: String
    var cells: [String]
    var report: String?
  }

  private func check(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Reports/\(name).txt")
    var programs = programs(in: try String(contentsOf: file, encoding: .utf8))
    XCTAssertFalse(programs.isEmpty)
    for index in programs.indices {
      let program = programs[index]
      let failure = try XCTUnwrap(firstFailure(of: program), "\(program.title) ran without an error")
      let report = failure.report.joined(separator: "\n")
      if ProcessInfo.processInfo.environment["NABLA_WRITE_REPORTS"] == nil {
        XCTAssertEqual(report, program.report, program.title)
      }
      programs[index].report = report
      XCTAssertEqual(failure.report.first, "\(failure.kind): \(failure.message)", program.title)
      XCTAssertEqual(failure.colouredReport.map(withoutColours), failure.report, program.title)
    }
    if ProcessInfo.processInfo.environment["NABLA_WRITE_REPORTS"] != nil {
      try text(of: programs).write(to: file, atomically: true, encoding: .utf8)
    }
  }

  /// The cells run one after the other in one session, on a stack that carries 10,000 levels.
  private func firstFailure(of program: Program) -> Failure? {
    nonisolated(unsafe) var result: Failure?
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: ".")
      for (index, cell) in program.cells.enumerated() {
        if case .failed(let failure) = session.run(cell, label: "cell [\(index + 1)]") {
          result = failure
          return
        }
      }
    }
    return result
  }

  private func withoutColours(_ line: String) -> String {
    var plain = ""
    var isCode = false
    for scalar in line.unicodeScalars {
      if scalar == "\u{1B}" { isCode = true }
      if !isCode { plain.unicodeScalars.append(scalar) }
      if isCode, scalar == "m" { isCode = false }
    }
    while plain.last == " " { plain.removeLast() }
    return plain
  }

  // MARK: The files

  private func programs(in text: String) -> [Program] {
    var programs: [Program] = []
    var isReport = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("# ") {
        programs.append(Program(title: String(line.dropFirst(2)), cells: [""]))
        isReport = false
      } else if line == "---" {
        isReport = true
        programs[programs.count - 1].report = ""
      } else if isReport {
        programs[programs.count - 1].report! += line + "\n"
      } else if line == "%%" {
        programs[programs.count - 1].cells.append("")
      } else {
        programs[programs.count - 1].cells[programs[programs.count - 1].cells.count - 1] += line + "\n"
      }
    }
    return programs.map { program in
      var program = program
      program.cells = program.cells.map { $0.trimmingCharacters(in: .newlines) }
      program.report = program.report?.trimmingCharacters(in: .newlines)
      return program
    }
  }

  private func text(of programs: [Program]) -> String {
    programs.map { program in
      "# \(program.title)\n" + program.cells.joined(separator: "\n%%\n") + "\n---\n" + (program.report ?? "")
        + "\n"
    }.joined(separator: "\n")
  }
}
