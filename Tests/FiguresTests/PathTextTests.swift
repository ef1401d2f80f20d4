// Path data, thinning of lines, base 64: small things whose bytes matter.
import Foundation
import XCTest

@testable import Figures

final class PathTextTests: XCTestCase {
  private func path(_ points: [(Double, Double)], closed: Bool = false) -> String {
    var text = PathText()
    text.polyline(points.map { Point(x: $0.0, y: $0.1) }, closed: closed)
    return text.text
  }

  func testRelativeCommands() {
    XCTAssertEqual(path([(1, 2), (3, 2), (3, 5), (4.5, 4)]), "M1 2h2v3l1.5-1")
    XCTAssertEqual(path([(1, 2), (3, 3), (5, 4), (5, 4.01)]), "M1 2l2 1 2 1")
    XCTAssertEqual(path([(0, 0), (-0.04, 0.04)]), "M0 0")
    XCTAssertEqual(path([(0, 0), (5, 0), (5, 5)], closed: true), "M0 0h5v5z")
  }

  func testSecondLineIsMeasuredFromWhereTheFirstClosed() {
    var text = PathText()
    text.polyline([Point(x: 1, y: 1), Point(x: 5, y: 1), Point(x: 5, y: 5)], closed: true)
    text.polyline([Point(x: 11, y: 3), Point(x: 12, y: 4)])
    XCTAssertEqual(text.text, "M1 1h4v4zm10 2 1 1")
  }

  func testNothingDrifts() {
    // A thousand steps of 0.04 are 40 pixels, although each alone rounds to nothing.
    let points = (0...1000).map { (Double($0) * 0.04, Double($0) * 0.06) }
    var x = 0.0
    var y = 0.0
    let numbers = path(points).replacingOccurrences(of: "M0 0", with: "")
    var index = numbers.startIndex
    func number() -> Double? {
      while index < numbers.endIndex, numbers[index] == " " { index = numbers.index(after: index) }
      var text = ""
      while index < numbers.endIndex {
        let c = numbers[index]
        if !(c.isNumber || c == "." || (c == "-" && text.isEmpty)) { break }
        text.append(c)
        index = numbers.index(after: index)
      }
      return Double(text)
    }
    var command: Character = "l"
    while index < numbers.endIndex {
      if numbers[index].isLetter {
        command = numbers[index]
        index = numbers.index(after: index)
      }
      if command == "l" || command == "h" { x += number() ?? .nan }
      if command == "l" || command == "v" { y += number() ?? .nan }
    }
    XCTAssertEqual(x, 40, accuracy: 1e-9)
    XCTAssertEqual(y, 60, accuracy: 1e-9)
  }

  func testSimplifiedStaysWithinTheTolerance() throws {
    let points = (0...2000).map { Point(x: Double($0) / 4, y: 100 * sin(Double($0) / 80)) }
    let kept = try Polyline.simplified(points)
    XCTAssertLessThan(kept.count, 200)
    XCTAssertEqual(kept.first, points.first)
    XCTAssertEqual(kept.last, points.last)
    for point in points {
      let nearest = zip(kept, kept.dropFirst()).map { a, b -> Double in
        let along = (point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)
        let share = min(max(along / (a.distance(to: b) * a.distance(to: b)), 0), 1)
        return point.distance(to: Point(x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y)))
      }.min()!
      XCTAssertLessThanOrEqual(nearest, 0.2501)
    }
  }

  func testColumnsKeepEverySpike() {
    var points = (0..<100_000).map { Point(x: Double($0) / 200, y: 50) }
    points[77_777].y = -1000
    points[12_345].y = 900
    let kept = Polyline.columns(points)
    XCTAssertLessThanOrEqual(kept.count, 4 * 501)
    XCTAssertTrue(kept.contains(points[77_777]))
    XCTAssertTrue(kept.contains(points[12_345]))
    XCTAssertTrue(Polyline.isRising(kept))
  }

  func testRunsBreakAtGaps() {
    let a = Point(x: 0, y: 0)
    XCTAssertEqual(Polyline.runs([a, a, nil, a, nil, nil]), [[a, a], [a]])
    XCTAssertEqual(Polyline.runs([nil, Point(x: .nan, y: 0)]), [])
  }

  func testBase64() {
    let table = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE="]
    for (text, expected) in table { XCTAssertEqual(base64(Array(text.utf8)), expected) }
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 37) }
    XCTAssertEqual(base64(bytes), Data(bytes).base64EncodedString())
  }
}
