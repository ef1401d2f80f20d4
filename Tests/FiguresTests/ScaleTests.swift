// Tables: where values fall on an axis, and numbers as text.
import XCTest

@testable import Figures

final class ScaleTests: XCTestCase {
  func testPositions() {
    let linear = Scale(kind: .linear, low: -2, high: 2, start: 100, end: 0)
    XCTAssertEqual(linear.position(-2), 100)
    XCTAssertEqual(linear.position(0), 50)
    XCTAssertEqual(linear.position(3), -25)
    XCTAssertNil(linear.position(.nan))
    let log = Scale(kind: .log, low: 0.01, high: 100, start: 0, end: 400)
    XCTAssertEqual(log.position(1)!, 200, accuracy: 1e-9)
    XCTAssertNil(log.position(0))
    XCTAssertNil(log.position(-1))
    let symlog = Scale(kind: .symlog, low: -100, high: 100, start: 0, end: 600, threshold: 1)
    XCTAssertEqual(symlog.position(0)!, 300, accuracy: 1e-9)
    XCTAssertEqual(symlog.position(1)!, 400, accuracy: 1e-9)
    XCTAssertEqual(symlog.position(-10)!, 100, accuracy: 1e-9)
  }

  func testPositionAndValueAreInverse() {
    for kind in [ScaleKind.linear, .log, .symlog] {
      let low = kind == .log ? 1e-5 : -300.0
      let scale = Scale(kind: kind, low: low, high: 4000, start: 0, end: 1, threshold: 0.1)
      for share in stride(from: 0.0, through: 1, by: 0.05) {
        XCTAssertEqual(scale.position(scale.value(at: share))!, share, accuracy: 1e-9, "\(kind)")
      }
    }
  }

  func testDomains() {
    XCTAssertEqual(Scale.domain(DataRange([3]), kind: .linear, padding: 0.1).low, 2.7, accuracy: 1e-12)
    XCTAssertEqual(Scale.domain(DataRange([0, 0]), kind: .linear, padding: 0.1).high, 1)
    let tiny = Scale.domain(DataRange([1, 1 + 1e-9]), kind: .linear, padding: 0)
    XCTAssertEqual(tiny.high, 1 + 1e-9)
    let log = Scale.domain(DataRange([-5, 0, 1, 100]), kind: .log, padding: 0)
    XCTAssertEqual(log.low, 1)
    XCTAssertEqual(log.high, 100)
    let huge = Scale.domain(
      DataRange([-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]), kind: .linear, padding: 0.05)
    XCTAssertTrue(huge.low.isFinite && huge.high.isFinite)
    let scale = Scale(kind: .linear, low: huge.low, high: huge.high, start: 0, end: 100)
    XCTAssertEqual(scale.position(0)!, 50, accuracy: 1e-9)
  }

  func testNumbersAsText() {
    let table: [(Double, String, String)] = [
      (0, "0", "0"), (-0.0, "0", "0"), (1, "1", "1"), (-1.5, "-1.5", "−1.5"),
      (0.1 + 0.2, "0.3", "0.3"), (123_456, "123456", "123456"), (1_234_567, "1.235e6", "1.235×10⁶"),
      (1e-9, "1e-9", "10⁻⁹"), (-2.5e-7, "-2.5e-7", "−2.5×10⁻⁷"), (0.00012, "0.00012", "0.00012"),
      (.infinity, "Inf", "Inf"), (-.infinity, "-Inf", "−Inf"), (.nan, "NaN", "NaN"),
      (1e300, "1e300", "10³⁰⁰"), (9.99999, "10", "10"),
    ]
    for (value, ascii, label) in table {
      XCTAssertEqual(plainText(value), ascii)
      XCTAssertEqual(labelText(value), label)
    }
    XCTAssertEqual(fixed(-0.04, 1), "0.0")
    XCTAssertEqual(decimal(-0.04, 1), "0")
    XCTAssertEqual(decimal(1.25, 2), "1.25")
    XCTAssertEqual(decimal(-3.06, 1), "-3.1")
    XCTAssertEqual(decimal(2.0, 1), "2")
    for power in -300...300 {
      XCTAssertEqual(decade(powerOf10(power)), power)
    }
  }
}
