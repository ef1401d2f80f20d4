import Foundation
import Numerics
import Support
import XCTest

@testable import Interpreter
@testable import Library

/// Every parameter of the library's functions of numbers is differentiated by, against difference quotients, or is
/// said to be one that no gradient goes through. `References/parameters.txt` has a line for each: `name.parameter`, a
/// point and an expression in `t`, or `none`. (`DerivativeTests` does the same for the rows of the table.)
final class ParameterTests: XCTestCase {
  private struct Line {
    var name: String
    var parameter: String
    /// `nil` where no gradient goes through it.
    var point: String?
    var expression = ""
  }

  private static let groups: Set = [
    "Making", "Shape", "Elementwise", "Reductions", "Linear algebra", "Trees", "Layers", "Losses", "Descent",
  ]
  /// What names, counts or shapes, gives no numbers, or is looked at by tests of its own.
  private static let exempt: Set = [
    "zeros_like", "ones_like", "seed", "glorot", "he", "orthogonal", "rnn_init", "lstm_init", "gru_init",
    "shape", "at", "fork",
    "length", "rank", "close", "keys", "train", "batches", "div", "computation_graph", "feature_maps",
    "edges",
  ]

  private func lines() throws -> [Line] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("References/parameters.txt")
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { text in
      let parts = text.components(separatedBy: " | ")
      let name = parts[0].split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 3 else { return Line(name: name[0], parameter: name[1]) }
      return Line(name: name[0], parameter: name[1], point: parts[1], expression: parts[2])
    }
  }

  func testEveryParameterHasALine() throws {
    let known = Set(try lines().map { "\($0.name).\($0.parameter)" })
    let rows = Set(Operations.all.flatMap { [$0.name] + $0.aliases })
    var count = 0
    for group in Reference.groups where Self.groups.contains(group.title) {
      for name in group.entries.flatMap(\.names) where !rows.contains(name) && !Self.exempt.contains(name) {
        guard case .function(let function)? = Library.whole.globals.value(of: name) else { continue }
        let signature = function.signature
        for parameter in signature.positional + [signature.rest].compactMap({ $0 }) + signature.named
        where !["axis", "keep", "dtype"].contains(parameter) {
          count += 1
          XCTAssertTrue(known.contains("\(name).\(parameter)"), "\(name).\(parameter)")
        }
      }
    }
    XCTAssertGreaterThan(count, 100)
  }

  func testEveryParameterIsDifferentiated() throws {
    let lines = try lines().filter { $0.point != nil }
    let program = lines.map { line in
      """
      c = check_gradient(t -> \(line.expression), \(line.point!))
      println(c.ok, " ", norm(flatten(c.gradient)) > 1e-12, " ", c)
      """
    }.joined(separator: "\n")
    let (printed, failure) = execute(program, name: "parameters", folder: NSTemporaryDirectory())
    if let failure { XCTFail(failure.report.joined(separator: "\n")) }
    XCTAssertEqual(printed.count, lines.count)
    for (line, text) in zip(lines, printed) {
      XCTAssertTrue(text.hasPrefix("true true "), "\(line.name).\(line.parameter): \(text)")
    }
  }

  private func errors(_ cells: String...) -> String {
    nonisolated(unsafe) let host = CollectingHost()
    onEvaluationThread {
      let session = Session(host: host, folder: ".")
      for (index, cell) in cells.enumerated() { _ = session.run(cell, label: "cell [\(index + 1)]") }
    }
    return host.errors
  }

  func testAGradientThroughANameOfAPlaceIsNoted() {
    XCTAssertEqual(
      errors("f(x) = sum(linspace(0, 1, x)) + x\n∇f(3), ∇f(4)", "f′(3)"),
      """
      Note: the gradient of f does not go through n of linspace, a constant to it:
        1 │ f(x) = sum(linspace(0, 1, x)) + x
          │            ─────────────────
        in cell [1]
      Note: the derivative of f does not go through n of linspace, a constant to it:
        1 │ f(x) = sum(linspace(0, 1, x)) + x
          │            ─────────────────
        in cell [1]

      """)
    XCTAssertEqual(errors("∇(x -> sum(x * linspace(0, x, 3)))(2)"), "")
    for (cell, cut) in [
      ("hessian(x -> x^2 * round(2.345; digits = x))(1)", "digits of round"),
      ("∇(k -> [1, 4, 9][k])(2)", "an index of [ ]"), ("∇(k -> sum((1:9)[k:end]))(2)", "an index of [ ]"),
      ("(k -> [1 2; 3 4][k, 1])′(2)", "an index of [ ]"),
      ("∇(c -> withgrad((x; k) -> k * x, (u, y, x) -> u)(2; k = c))(3)", "k of withgrad"),
      ("∇(c -> withgrad(x -> c * x, (u, y, x) -> u)(2))(3)", "a variable around the function of withgrad"),
      ("∇(x -> check_gradient(sin, x).quotients)(1)", "the quotients of check_gradient"),
      ("∇(x -> flow(sin, x).x.norm)(1)", "the adjoints of flow"),
      ("∇(r -> close(1, 2; rtol = r) ? r : 2r)(1)", "rtol of close"),
    ] {
      XCTAssertTrue(
        errors(cell).contains("does not go through \(cut), a constant to it"), cell + errors(cell))
    }
    XCTAssertEqual(errors("∇(x -> withgrad(x -> x, (u, y, x) -> u)(x) * [1, 2][2])(2)"), "")
  }

  func testASecondDerivativeThatIsNoneIsNoted() {
    for (cell, what) in [
      ("hessian(x -> abs(x))(0)", "Note: the Hessian of"),
      ("hessian(norm)([0, 0])", "Note: the Hessian of norm contains NaN"),
      ("∇(x -> ∇abs(x))(0)", "Note: the gradient of"), ("abs″(0)", "Note: the derivative of"),
      ("jacobian(x -> [√x[1]^2, x[2]])([0, 1])", "Note: the Jacobian of"),
      ("hvp(x -> exp(-norm(x)^2), [0, 0], [1, 0])", "Note: the derivative of"),
    ] {
      XCTAssertTrue(errors(cell).contains(what), "\(cell): \(errors(cell))")
    }
    XCTAssertEqual(errors("hessian(x -> exp(-x ⋅ x))([0, 0])"), "")
  }
}
