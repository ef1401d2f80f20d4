import Foundation
import XCTest

@testable import Interpreter

/// Programs whose values and derivatives other libraries computed. `References/references.json` names them in its
/// header and holds each program beside the numbers; `References/make.py` makes the file.
final class ReferenceValueTests: XCTestCase {
  private struct File: Decodable {
    let source: String
    let cases: [Case]
  }

  private struct Case: Decodable {
    let name: String
    let program: String
    /// `nil` where the answer is a tuple or a record.
    let shape: [Int]?
    let values: [Double]
  }

  /// Relative to the greatest number of a case.
  private static let tolerance = 1e-10

  private static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("References/references.json")

  func testProgramsAgreeWithOtherLibraries() throws {
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: Self.url))
    XCTAssertTrue(file.source.contains("JAX"))
    XCTAssertGreaterThan(file.cases.count, 500)
    XCTAssertEqual(Set(file.cases.map(\.name)).count, file.cases.count, "two cases of one name")
    for item in file.cases { check(item) }
  }

  private func check(_ item: Case) {
    let asks =
      item.program + "\nfor number in flatten(answer)\n  println(f64(number))\nend\n"
      + (item.shape == nil ? "" : "println(\"\", shape(answer))\n")
    var (printed, failure) = execute(asks, name: item.name, folder: NSTemporaryDirectory())
    if let failure {
      XCTFail("\(item.name): \(failure.message)\n\(item.program)")
      return
    }
    if let shape = item.shape, let last = printed.popLast() {
      XCTAssertEqual(last, text(of: shape), item.name)
    }
    let numbers = printed.map { Double($0) ?? .nan }
    guard numbers.count == item.values.count else {
      XCTFail("\(item.name): \(numbers.count) numbers instead of \(item.values.count)\n\(item.program)")
      return
    }
    let greatest = item.values.reduce(0) { max($0, $1.magnitude) }
    // Not finite, or too far.
    for (place, (number, value)) in zip(numbers, item.values).enumerated()
    where !((number - value).magnitude <= Self.tolerance * greatest) {
      XCTFail("\(item.name): entry \(place + 1) is \(number) instead of \(value)\n\(item.program)")
      return
    }
  }

  /// As Nabla prints a tuple.
  private func text(of shape: [Int]) -> String {
    let lengths = shape.map(String.init).joined(separator: ", ")
    return shape.count == 1 ? "(\(lengths),)" : "(\(lengths))"
  }
}
