import XCTest

@testable import Figures

/// What sentences say of the ends of a range.
final class RangeTextTests: XCTestCase {
  func testBothEndsAreNearTheirOwnValues() {
    XCTAssertEqual(rangeText(99999.5, 100000.5), "99999.5 to 100000.5")
    XCTAssertEqual(rangeText(1, 2), "1 to 2")
    XCTAssertEqual(rangeText(3, 3), "3 to 3")
    XCTAssertEqual(intervalText(-1.5...1e300), "-1.5..1e300")
    let least = Double.leastNonzeroMagnitude
    for (low, high) in [(0.99999, 1.00001), (1e6, 1_000_001), (-least, least), (-1.7e308, 1.7e308)] {
      let ends = rangeText(low, high).components(separatedBy: " to ").compactMap(Double.init)
      XCTAssertEqual(ends.count, 2)
      XCTAssertLessThanOrEqual(abs(ends[0] - low), (high / 2 - low / 2) / 4, rangeText(low, high))
      XCTAssertLessThanOrEqual(abs(ends[1] - high), (high / 2 - low / 2) / 4, rangeText(low, high))
    }
  }
}
