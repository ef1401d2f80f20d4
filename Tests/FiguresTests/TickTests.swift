// Tables: which ticks an axis has and what stands beside them.
import XCTest

@testable import Figures

final class TickTests: XCTestCase {
  private func texts(_ ticks: Ticks) -> [String] { ticks.ticks.map(\.text) }

  func testLinearSteps() {
    let table: [(Double, Double, Int, [String])] = [
      (0, 1, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0, 0.5, 5, ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
      (-1, 1, 4, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
      (0, 100, 5, ["0", "20", "40", "60", "80", "100"]),
      (3, 47, 4, ["10", "20", "30", "40"]),
      (0, 7, 7, ["0", "1", "2", "3", "4", "5", "6", "7"]),
      (0, 3e6, 3, ["0", "1×10⁶", "2×10⁶", "3×10⁶"]),
      (-2e-9, 2e-9, 4, ["−2×10⁻⁹", "−1×10⁻⁹", "0", "1×10⁻⁹", "2×10⁻⁹"]),
      (0, 2.5e6, 5, ["0", "0.5×10⁶", "1.0×10⁶", "1.5×10⁶", "2.0×10⁶", "2.5×10⁶"]),
      (1e5, 4e5, 3, ["100000", "200000", "300000", "400000"]),
    ]
    for (low, high, count, expected) in table {
      XCTAssertEqual(texts(.linear(low, high, count: count)), expected, "\(low)...\(high)")
    }
  }

  func testLinearTicksAreTheNumbersTheySay() {
    let values = Ticks.linear(0, 1, count: 10).ticks.map(\.value)
    XCTAssertEqual(values, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  }

  func testFarDigitsAreTakenOut() {
    let ticks = Ticks.linear(1 - 1e-9, 1 + 1e-9, count: 2)
    XCTAssertEqual(ticks.offset, 1)
    XCTAssertEqual(texts(ticks), ["−1×10⁻⁹", "0", "1×10⁻⁹"])
    let years = Ticks.linear(1_000_000.2, 1_000_000.8, count: 3)
    XCTAssertEqual(years.offset, 1_000_000)
    XCTAssertEqual(texts(years), ["0.2", "0.4", "0.6", "0.8"])
  }

  func testThereAreAlwaysTwoTicks() {
    for low in stride(from: -5.0, through: 5, by: 0.37) {
      for length in [1e-7, 0.013, 0.7, 3, 99, 12_345] {
        let ticks = Ticks.linear(low, low + length, count: 2).ticks
        XCTAssertGreaterThanOrEqual(ticks.count, 2, "\(low) + \(length)")
        XCTAssertEqual(Set(ticks.map(\.text)).count, ticks.count, "\(low) + \(length)")
        for tick in ticks {
          XCTAssertGreaterThanOrEqual(tick.value, low - 1e-9 * length)
          XCTAssertLessThanOrEqual(tick.value, low + length * (1 + 1e-9))
        }
      }
    }
  }

  func testLogarithmic() {
    let table: [(Double, Double, Int, [String])] = [
      (1, 1000, 5, ["10⁰", "10¹", "10²", "10³"]),
      (1e-3, 1e3, 4, ["", "10⁻²", "", "10⁰", "", "10²", ""]),
      (1, 20, 5, ["1", "2", "5", "10", "20"]),
      (0.02, 0.5, 6, ["0.02", "0.05", "0.1", "0.2", "0.5"]),
      (100, 120, 4, ["100", "105", "110", "115", "120"]),
    ]
    for (low, high, count, expected) in table {
      XCTAssertEqual(texts(.logarithmic(low, high, count: count)), expected, "\(low)...\(high)")
    }
    let crowded = texts(.logarithmic(1e-300, 1e300, count: 4)).filter { !$0.isEmpty }
    XCTAssertLessThanOrEqual(crowded.count, 8)
    XCTAssertTrue(crowded.contains("10⁰"))
  }

  func testSymlogHasThreeZones() {
    let scale = Scale(kind: .symlog, low: -1000, high: 100, start: 0, end: 600, threshold: 1)
    XCTAssertEqual(
      texts(.of(scale, count: 10)), ["−10³", "−10²", "−10¹", "−10⁰", "0", "10⁰", "10¹", "10²"])
    let positions = Ticks.of(scale, count: 10).ticks.map { scale.position($0.value)! }
    let gaps = zip(positions, positions.dropFirst()).map { $1 - $0 }
    for gap in gaps { XCTAssertEqual(gap, gaps[0], accuracy: 1e-9) }
  }
}
