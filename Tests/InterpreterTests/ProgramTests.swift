import Foundation
import XCTest

@testable import Interpreter

/// Runs the programs of Tests/Programs, a test a folder, and compares what they print, and the error that ends
/// them, with the comments beside their lines: `# prints: …` for a line of output, in order, and
/// `# error: Kind: beginning of the message` on the line where the error is (or `# error:` for any).
final class ProgramTests: XCTestCase {
  func testText() { run("text") }
  func testValues() { run("values") }
  func testTrees() { run("trees") }
  func testOperators() { run("operators") }
  func testBroadcasting() { run("broadcasting") }
  func testProducts() { run("products") }
  func testIndexing() { run("indexing") }
  func testFunctions() { run("functions") }
  func testControl() { run("control") }
  func testDifferentiation() { run("differentiation") }
  func testLibrary() { run("library") }
  func testDescent() { run("descent") }
  func testErrors() { run("errors") }
  func testData() { run("data") }
  func testMacros() { run("macros") }

  /// No folder is forgotten above.
  func testEveryFolderIsRun() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
    let known = [
      "text", "values", "trees", "operators", "broadcasting", "products", "indexing", "functions", "control",
      "differentiation", "library", "descent", "errors", "macros",
      "data",
    ]
    XCTAssertEqual(entries.filter { !$0.hasPrefix(".") }.sorted(), known.sorted())
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Programs")

  private func run(_ folder: String) {
    let directory = Self.root.appendingPathComponent(folder)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    let programs = files.filter { $0.hasSuffix(".nabla") }.sorted()
    XCTAssertFalse(programs.isEmpty, folder)
    for program in programs {
      let file = directory.appendingPathComponent(program)
      guard let code = try? String(contentsOf: file, encoding: .utf8) else {
        XCTFail("unreadable: \(folder)/\(program)")
        continue
      }
      check(code, name: "\(folder)/\(program)")
    }
  }

  private func check(_ code: String, name: String) {
    let expected = Expectation(code)
    let (printed, failure) = execute(code, name: name, folder: Self.root.path)
    if printed != expected.printed {
      let pairs = zip(printed + ["(nothing more)"], expected.printed + ["(nothing more)"])
      let first = pairs.first { $0 != $1 }
      XCTFail("\(name): printed \(first?.0 ?? ""), expected \(first?.1 ?? "")")
    }
    switch (failure, expected.error) {
    case (nil, nil): break
    case (let failure?, let error?):
      let heading = failure.message.isEmpty ? failure.kind : "\(failure.kind): \(failure.message)"
      XCTAssertTrue(heading.hasPrefix(error.heading), "\(name): \(heading)")
      XCTAssertEqual(failure.line, error.line, "\(name): line of \(heading)")
    case (let failure?, nil): XCTFail("\(name): \(failure.report.joined(separator: "\n"))")
    case (nil, let error?): XCTFail("\(name): no error, expected \(error.heading)")
    }
  }
}

/// What the comments of a program promise.
private struct Expectation {
  var printed: [String] = []
  var error: (heading: String, line: Int)?

  init(_ code: String) {
    for (index, line) in code.components(separatedBy: "\n").enumerated() {
      if let mark = line.range(of: "# prints:") {
        printed.append(Self.content(line[mark.upperBound...]))
      } else if let mark = line.range(of: "# error:") {
        error = (Self.content(line[mark.upperBound...]), index + 1)
      }
    }
  }

  /// Without the one space behind the colon.
  private static func content(_ text: Substring) -> String {
    String(text.hasPrefix(" ") ? text.dropFirst() : text)
  }
}
