import Foundation
import XCTest

@testable import Interpreter

/// Elementwise functions and losses in each of the three types, against mpmath: over the whole domain, at the least and
/// the greatest numbers of the type and near the zeros of the function. `References/accuracy.json` holds arguments and
/// values; `References/accuracy.py` makes it.
final class AccuracyTests: XCTestCase {
  private struct File: Decodable {
    let source: String
    let cases: [Case]
  }

  private struct Case: Decodable {
    /// In x, y, z and w.
    let function: String
    let type: String
    let arguments: [[Double]]
    let values: [Double]
  }

  /// In units of the last place of the type.
  private static let most = 4.0

  /// What the last place of a number is in a type.
  private func unit(_ value: Double, _ type: String) -> Double {
    let (digits, least) = type == "f64" ? (53, -1074) : type == "f32" ? (24, -149) : (11, -24)
    let exponent = value == 0 ? least : max(Int(value.exponent) - digits + 1, least)
    return Double(sign: .plus, exponent: exponent, significand: 1)
  }

  func testWithinFourUnitsInTheLastPlace() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("References/accuracy.json")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    XCTAssertTrue(file.source.contains("mpmath"))
    XCTAssertEqual(Set(file.cases.map(\.type)), ["f64", "f32", "f16"])
    XCTAssertGreaterThan(file.cases.reduce(0) { $0 + $1.values.count }, 5000)
    for item in file.cases { check(item) }
  }

  private func check(_ item: Case) {
    let names = ["x", "y", "z", "w"].prefix(item.arguments[0].count).joined(separator: ", ")
    var lines = ["answer(\(names)) = \(item.function)"]
    for arguments in item.arguments {
      lines.append("println(f64(answer(\(arguments.map { "\(item.type)(\($0))" }.joined(separator: ", ")))))")
    }
    let (printed, failure) = execute(
      lines.joined(separator: "\n"), name: item.function, folder: NSTemporaryDirectory())
    if let failure { return XCTFail("\(item.function) in \(item.type): \(failure.message)") }
    XCTAssertEqual(printed.count, item.values.count, item.function)
    for (text, (arguments, value)) in zip(printed, zip(item.arguments, item.values)) {
      let error = abs((Double(text) ?? .nan) - value) / unit(value, item.type)
      XCTAssertLessThanOrEqual(
        error, Self.most, "\(item.function) of \(arguments) in \(item.type) is \(text), not \(value)")
    }
  }

  /// What is infinite, or nothing.
  func testAtTheEnds() {
    let table = [
      ("bce([Inf], [1])", "0"), ("bce([-Inf], [0])", "0"), ("bce([Inf], [0])", "Inf"),
      ("bce([-Inf], [1])", "Inf"),
      ("bce(f16([8]), f16([1]))", "0.0003355"), ("crossentropy([40 0], [1])", "4.248354255291589e-18"),
      ("crossentropy([800 0], [1])", "0"), ("nll([0 -1], [1])", "0"), ("det([1 2; 2 4])", "0"),
      ("∇(x -> 0 - sum(x * 0))([1, 2])[1]", "0"), ("(∇logsumexp([-Inf, -Inf]),)", "([0, 0],)"),
      ("logsumexp([-Inf, -Inf])", "-Inf"), ("kl([1, 0], [1, 0])", "0"), ("kl([0.5, 0.5], [1, 0])", "Inf"),
      ("∇atan2(1e-200, 1e-200)", "(5e199, -5e199)"), ("∇atan2(3e200, 4e200)", "(1.6e-201, -1.2e-201)"),
      ("∇(z -> bce([z], [1]))(40)", "-4.248354255291589e-18"), ("round(0.01; digits = 309)", "0.01"),
      ("round(π; digits = 308)", "3.141592653589793"), ("round(5e-324; digits = 324)", "5e-324"),
      ("round(1e-320; digits = 319)", "0"), ("round(f16(0.5); digits = 5)", "0.5"),
      ("round(1.7e308; digits = -308)", "Inf"), ("round(12345; digits = -309)", "0"),
      ("round(1e300; digits = 20)", "1e300"), ("round(Inf; digits = 3)", "Inf"),
      ("round(-Inf; digits = -3)", "-Inf"),
      ("∇(q -> quantile([1, 2, 4, 8], q))(0.5)", "6"), ("∇(q -> quantile([1, 2, 4, 8], q))(1)", "12"),
      ("(∇(q -> sum(quantile([1, 2, 4, 8], q)))([0.1, 0.5]),)", "([3, 6],)"),
      ("(∇(x -> sum(unique(x)²))([2, 1, 2]),)", "([4, 2, 0],)"),
    ]
    let program = table.map { "println(\($0.0))" }.joined(separator: "\n")
    let (printed, failure) = execute(program, name: "ends", folder: NSTemporaryDirectory())
    if let failure { XCTFail(failure.report.joined(separator: "\n")) }
    for (line, text) in zip(table, printed) { XCTAssertEqual(text, line.1, line.0) }
    XCTAssertEqual(printed.count, table.count)
  }
}
