import Foundation
import Numerics
import Support
import Syntax
import XCTest

@testable import Interpreter
@testable import Library

/// Every name has a page, and what the pages say is so: their examples are evaluated, their derivatives compared.
final class HelpTests: XCTestCase {
  private let entries = Reference.groups.flatMap(\.entries)

  func testEveryOperatorAndKindOfErrorHasOnePage() {
    let operators = BinaryOperator.allCases.filter { $0.operation == $0 }
    let spellings = operators.flatMap(\.spellings) + ComparisonOperator.allCases.flatMap(\.spellings)
    for name in spellings + BinaryOperator.updates + ErrorKind.allCases.map(\.rawValue) {
      XCTAssertEqual(Notation.names.filter { $0 == name }.count, 1, name)
    }
  }

  func testEveryNameIsDocumentedWithAnExample() {
    for entry in entries {
      let name = entry.names[0]
      XCTAssertFalse(
        entry.paragraphs.isEmpty,
        "\(name) has no documentation; what only the library needs begins with '\(Function.internalPrefix)'"
      )
      XCTAssertFalse(entry.examples.isEmpty, "the documentation of \(name) has no example ('> \(name)(…)')")
    }
    XCTAssertGreaterThan(entries.count, 250)
  }

  func testEveryNameIsInOneGroup() {
    var seen = Set<String>()
    for name in entries.flatMap(\.names) {
      XCTAssertTrue(seen.insert(name).inserted, "\(name) stands twice on the reference page")
    }
    for operation in Operations.all where !operation.documentation.hasPrefix(Function.internalPrefix) {
      XCTAssertTrue(seen.contains(operation.name), operation.name)
    }
  }

  func testRelatedNamesExist() {
    let session = Session(host: CollectingHost(), folder: ".")
    for name in entries.flatMap(\.names) {
      for other in Help.find(name, session.globals)?.documentation.related ?? [] {
        XCTAssertNotNil(Help.find(other, session.globals), "\(name) refers to \(other)")
        XCTAssertNotEqual(other, name)
      }
    }
  }

  // MARK: Examples

  func testEveryExampleShowsWhatItSays() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let shown = Shown()
    onEvaluationThread { [entries] in
      for entry in entries {
        let screen = Screen()
        let session = Session(host: screen, folder: folder.path)
        shown.outputs.append(entry.examples.map { screen.show(session.run($0.code, label: "example")) })
      }
    }
    for (entry, outputs) in zip(entries, shown.outputs) {
      for (example, output) in zip(entry.examples, outputs) {
        XCTAssertTrue(
          areAlike(output, example.output),
          """
          the example of \(entry.names[0])
          \(example.code)
          shows
          \(output)
          and its documentation says
          \(example.output)
          """)
      }
    }
  }

  /// Equal but for the last digits of numbers, which depend on the machine, and for times.
  private func areAlike(_ a: String, _ b: String) -> Bool {
    let (a, b) = (a.split(separator: "\n"), b.split(separator: "\n"))
    return a.count == b.count
      && zip(a, b).allSatisfy { a, b in
        let (a, b) = (words(a), words(b))
        if isTime(a) && isTime(b) { return true }
        return a.count == b.count && zip(a, b).allSatisfy(areAlikeWords)
      }
  }

  private func words(_ line: Substring) -> [Substring] {
    line.split { " ,()[];=".contains($0) }
  }

  /// `1.5 µs`, which is another each time.
  private func isTime(_ words: [Substring]) -> Bool {
    words.count == 2 && Double(words[0]) != nil && ["ns", "µs", "ms", "s"].contains(words[1])
  }

  private func areAlikeWords(_ a: Substring, _ b: Substring) -> Bool {
    if a == b { return true }
    guard let a = Double(a), let b = Double(b) else { return false }
    return abs(a - b) <= 1e-9 * max(1, abs(b))
  }

  // MARK: Derivatives

  func testStatedSlopesAreThoseOfTheFunctions() {
    let points = "[-0.75, -0.25, 0.5, 0.9]"
    var count = 0
    for (name, documentation, _) in documented() {
      guard let slope = documentation.slope else { continue }
      count += 1
      // Where the function is defined.
      let inside = name == "acosh" ? "1 + abs(\(points))" : "abs(\(points))"
      assertTrue("x = \(inside); close(\(name)′(x), \(slope); rtol = 1e-9)", name)
      guard !["log", "sqrt", "acosh"].contains(name) else { continue }
      assertTrue("x = \(points); close(\(name)′(x), \(slope); rtol = 1e-9)", name)
    }
    XCTAssertGreaterThan(count, 20)
  }

  func testStatedAdjointsAreThoseOfTheOperations() throws {
    var count = 0
    for (name, documentation, signature) in documented() {
      for adjoint in documentation.adjoints {
        count += 1
        let position = try XCTUnwrap(signature.positional.firstIndex(of: adjoint.parameter), name)
        let samples = try XCTUnwrap(Operations.named(name)?.samples.filter { $0.named.isEmpty }, name)
        XCTAssertFalse(samples.isEmpty, name)
        for sample in samples where sample.positional.count == signature.positional.count {
          // Broadcasts are undone apart from the rule, and the formulas of a product are those of matrices.
          let shapes = sample.positional.map { Array($0.shape) }
          if Self.broadcasts.contains(name), Set(shapes).count > 1 { continue }
          if Self.ofMatrices.contains(name), shapes.contains(where: { $0.count > 2 }) { continue }
          if name == "product", shapes.contains(where: { $0.count != 2 }) { continue }
          let host = CollectingHost()
          let session = Session(host: host, folder: ".")
          for (parameter, value) in zip(signature.positional, sample.positional) {
            session.globals.cell(parameter).value = .tensor(value)
          }
          var arguments = signature.positional
          arguments[position] = "varied"
          let code = """
            applied = varied -> \(name)(\(arguments.joined(separator: ", ")))
            u = cos(1 + \(name)(\(signature.positional.joined(separator: ", "))))
            \(name == "det" ? "abs(det(A)) < 1e-9 || " : "")close(vjp(applied, \(adjoint.parameter), u), \(adjoint.formula); rtol = 1e-8)
            """
          assertTrue(code, "\(name) by \(adjoint.parameter)", session)
        }
      }
    }
    XCTAssertGreaterThan(count, 12)
  }

  private static let ofMatrices: Set = ["inv", "det", "logdet", "trace", "solve"]
  private static let broadcasts: Set = ["multiply", "divide", "atan2"]

  private func documented() -> [(String, Documentation, Signature)] {
    entries.flatMap(\.names).compactMap { name in
      guard case .function(let function)? = Library.whole.globals.value(of: name) else { return nil }
      return (name, Documentation(function.documentation), function.signature)
    }
  }

  private func assertTrue(_ code: String, _ what: String, _ session: Session? = nil) {
    let session = session ?? Session(host: CollectingHost(), folder: ".")
    switch session.run(code, label: "cell [1]") {
    case .finished(let bundle): XCTAssertEqual(bundle?["text/plain"], "true", "\(what): \(code)")
    case .failed(let failure): XCTFail("\(what): \(failure.message) in \(code)")
    }
  }

  // MARK: Asking

  private func page(_ code: String, file: StaticString = #filePath, line: UInt = #line) -> Interpreter.Bundle?
  {
    let session = Session(host: CollectingHost(), folder: ".")
    guard case .finished(let bundle) = session.run(code, label: "cell [1]") else {
      XCTFail("\(code) fails", file: file, line: line)
      return nil
    }
    return bundle
  }

  func testEveryNameCanBeAskedFor() {
    for name in entries.flatMap(\.names) where !["#", "$"].contains(name) {
      for code in ["?\(name)", "\(name)?"] where code != "??" {
        let bundle = page(code)
        XCTAssertEqual(bundle?.entries.map(\.mediaType), ["text/markdown", "text/plain"], code)
        XCTAssertEqual(bundle?["text/plain"]?.isEmpty, false, code)
      }
    }
  }

  func testAPage() {
    XCTAssertEqual(
      page("?softplus")?["text/plain"],
      """
      softplus(x)
        `log(1 + exp(x))`, without overflow.
        The slope is `sigmoid(x)`.

        > softplus([-1000, 0, 1000])
        3 f64
         0.0  0.6931471805599453  1000.0

        See also: sigmoid, bce, relu
      """)
    XCTAssertEqual(
      page("?softplus")?["text/markdown"],
      """
      ```julia
      softplus(x)
      ```

      `log(1 + exp(x))`, without overflow.

      The slope is `sigmoid(x)`.

      ```julia
      softplus([-1000, 0, 1000])
      ```

      ```text
      3 f64
       0.0  0.6931471805599453  1000.0
      ```

      See also: `sigmoid`, `bce`, `relu`
      """)
  }

  func testHowCallsLook() {
    XCTAssertEqual(page("?sum")?["text/plain"]?.hasPrefix("sum(x; axis, keep = false)\n"), true)
    XCTAssertEqual(page("?adam")?["text/plain"]?.hasPrefix("adam(; rate = 0.001, β₁ = 0.9"), true)
    XCTAssertEqual(page("?plot")?["text/plain"]?.hasPrefix("plot(y)\nplot(x, y)\n"), true)
    XCTAssertEqual(page("h(x; k = [1, 2]) = x\n?h")?["text/plain"]?.hasPrefix("h(x; k = [1, 2])\n"), true)
  }

  func testHowSymbolsAreTyped() {
    let nabla = page("?∇")?["text/plain"]
    XCTAssertEqual(nabla?.contains("`∇` is typed `\\nabla` and Tab; on a plain keyboard write `grad`."), true)
    XCTAssertEqual(page("?\\nabla")?["text/plain"], nabla)
    XCTAssertEqual(page("?θ")?["text/plain"], "θ\n  `θ` is typed `\\theta` and Tab.")
    XCTAssertEqual(page("θ = 2\n?θ")?["text/plain"]?.contains("\\theta"), true)
    XCTAssertEqual(page("?σ")?["text/plain"]?.contains("\\sigma"), true)
    XCTAssertEqual(page("?π")?["text/plain"]?.contains("on a plain keyboard write `pi`"), true)
  }

  func testFieldsAndVariables() {
    XCTAssertEqual(page("θ = (W = 3)\n?θ.W")?["text/plain"]?.hasPrefix("θ.W = 3\n  a number, f64"), true)
    // A notebook's own π is its own.
    XCTAssertEqual(page("π = 3\n?π")?["text/plain"]?.contains("circumference"), false)
  }

  func testNearNamesAreOffered() {
    let session = Session(host: CollectingHost(), folder: ".")
    for (asked, meant) in [("sofmax", "softmax"), ("shapeerror", "ShapeError"), ("momentun", "momentum")] {
      guard case .failed(let failure) = session.run("?\(asked)", label: "cell [1]") else {
        XCTFail("\(asked) is known")
        continue
      }
      XCTAssertEqual(failure.kind, "NameError")
      XCTAssertTrue(failure.report.joined().contains("did you mean \(meant)"), failure.report.joined())
    }
  }

  func testWhatOnlyTheLibraryNeedsIsNotOffered() {
    let session = Session(host: CollectingHost(), folder: ".")
    XCTAssertFalse(session.complete("wolf", at: 4).matches.contains { $0.text == "wolfe" })
    XCTAssertFalse(entries.contains { $0.names == ["wolfe"] })
  }

  func testInspectionHasBothForms() {
    let session = Session(host: CollectingHost(), folder: ".")
    let bundle = session.inspect("softmax(x)", at: 3, detail: 0)
    XCTAssertEqual(bundle?.entries.map(\.mediaType), ["text/markdown", "text/plain"])
    XCTAssertEqual(
      session.inspect("mse(a, b)", at: 2, detail: 1)?["text/markdown"]?.contains("mean((pred"), true)
  }
}

/// Written on the evaluation thread, read after it has ended.
private final class Shown: @unchecked Sendable {
  var outputs: [[String]] = []
}
