import Foundation
import Numerics
import Support
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
  func testFileErrors() throws { try check("file") }
  func testHabitsOfOtherLanguages() throws { try check("beginner") }
  func testPlaces() throws { try check("place") }

  private struct Program {
    var title: String
    var cells: [String]
    var report: String?
  }

  private func check(_ name: String) throws {
    let file = file(name)
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

  // MARK: Ways out

  /// Every expression that a report says would fit does, and gives what it says.
  func testWhatWouldFitFits() throws {
    var tried = 0
    for name in ["shape", "type", "place"] {
      // What `catch` binds is gone when the cell has ended.
      for program in programs(in: try String(contentsOf: file(name), encoding: .utf8))
      where !program.cells.joined().contains("catch") {
        for line in (program.report ?? "").split(separator: "\n") {
          guard let colon = line.range(of: "would fit: ") else { continue }
          for form in line[colon.upperBound...].components(separatedBy: "; ") where !form.contains(" for ") {
            let parts = form.components(separatedBy: ", giving ")
            let session = Session(host: CollectingHost(), folder: ".")
            for (index, cell) in program.cells.enumerated() {
              _ = session.run(cell, label: "cell [\(index + 1)]")
            }
            guard case .finished = session.run("fitting = \(parts[0])", label: "way out") else {
              XCTFail("\(program.title): \(parts[0]) fails too")
              continue
            }
            tried += 1
            guard parts.count == 2 else { continue }
            let size = parts[1].split(whereSeparator: { !$0.isNumber }).joined(separator: ", ")
            let shape = session.run("join(shape(fitting), \", \")", label: "shape")
            guard case .finished(let bundle) = shape else { return XCTFail(program.title) }
            XCTAssertEqual(bundle?["text/plain"], size, program.title)
          }
        }
      }
    }
    XCTAssertGreaterThan(tried, 10)
  }

  func testLimits() {
    var limits = Limits()
    // Far above what the tests before this one may still hold.
    limits.memory = 200_000_000
    limits.output = 100
    limits.time = 0.05
    let session = Session(host: CollectingHost(), limits: limits, folder: ".")
    defer { Memory.limit = Int.max }
    XCTAssertEqual(
      report("A = zeros(10000, 10000)", session),
      """
      LimitError: 800 MB more would pass the limit on memory, 200 MB (--max-memory)
        1 │ A = zeros(10000, 10000)
          │           ─────  ─────
          │           │      └ a number
          │           └ a number
      """)
    XCTAssertEqual(
      report("for i in 1:100\n  println(\"line $i\")\nend", session)?.components(separatedBy: "\n").first,
      "LimitError: the cell put out more than 100 bytes, the limit on output (--max-output)")
    XCTAssertEqual(
      report("while true; 1 end", session),
      "LimitError: the cell ran longer than 50 ms, the limit on time (--max-time)")
    limits.time = nil
    let patient = Session(host: CollectingHost(), limits: limits, folder: ".")
    XCTAssertEqual(
      report("wrap(f) = x -> f(x)\nf = sin\nwhile true\n  f = wrap(f)\nend", patient)?
        .components(separatedBy: "\n").first,
      "LimitError: the notebook's values hold more than 200 MB, the limit on memory (--max-memory)")
  }

  func testAnInterruptSaysThatVariablesStay() {
    let session = Session(host: CollectingHost(), folder: ".")
    Interruption.raise()
    let report = report("x = 1\ny = 2", session)
    Interruption.clear()
    XCTAssertEqual(
      report, "Interrupted: the evaluation was stopped; variables keep what they were assigned before")
  }

  func testTheLineIsThatOfTheCellThatRan() {
    let session = Session(host: CollectingHost(), folder: ".")
    _ = session.run("\n\nf(x) = x + [1, 2]", label: "cell [1]")
    guard case .failed(let elsewhere) = session.run("a = 1\nf([1, 2, 3])", label: "cell [2]"),
      case .failed(let here) = session.run("g(x) =\n  x + [1, 2]\ng([1, 2, 3])", label: "cell [3]")
    else { return XCTFail("both fail") }
    XCTAssertEqual(elsewhere.line, 2)
    XCTAssertEqual(here.line, 2)
  }

  func testColoursMarkTheOperandsAndTheirNotes() {
    let session = Session(host: CollectingHost(), folder: ".")
    guard case .failed(let failure) = session.run("损失 = [1, 2] + [1, 2, 3]", label: "cell [1]") else {
      return XCTFail("it fails")
    }
    let (escape, end) = ("\u{1B}[", "\u{1B}[0m")
    XCTAssertTrue(failure.colouredReport[0].hasPrefix("\(escape)1;31mShapeError\(end): "))
    // Where a line holds wide characters, the operands are underlined by the terminal as well.
    XCTAssertTrue(
      failure.colouredReport[1].contains("\(escape)1;4;31m[1, 2]\(end) + \(escape)1;4;34m[1, 2, 3]\(end)"))
    XCTAssertTrue(failure.colouredReport[3].contains("\(escape)1;34m└ [1, 2, 3]: 3\(end)"))
  }

  private func report(_ code: String, _ session: Session) -> String? {
    if case .failed(let failure) = session.run(code, label: "cell [1]") {
      return failure.report.joined(separator: "\n")
    }
    return nil
  }

  // MARK: Running

  private func file(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Reports/\(name).txt")
  }

  /// The cells run one after the other in one session, on a stack that carries 10,000 levels.
  private func firstFailure(of program: Program) -> Failure? {
    nonisolated(unsafe) var result: Failure?
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: FileFormatTests.fixtures.path)
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
