// Labels never collide, and stand as near to their lines as that allows.
import XCTest

@testable import Figures

final class LabelPlacementTests: XCTestCase {
  func testFreeLabelsStay() {
    XCTAssertEqual(LabelPlacement.spread([10, 50, 90], spacing: 14, within: 0...100), [10, 50, 90])
    XCTAssertEqual(LabelPlacement.spread([90, 10], spacing: 14, within: 0...100), [90, 10])
    XCTAssertEqual(LabelPlacement.spread([], spacing: 14, within: 0...100), [])
  }

  func testEqualLabelsShareTheMove() {
    XCTAssertEqual(LabelPlacement.spread([50, 50], spacing: 10, within: 0...100), [45, 55])
    XCTAssertEqual(LabelPlacement.spread([50, 50, 50], spacing: 10, within: 0...100), [40, 50, 60])
    XCTAssertEqual(LabelPlacement.spread([0, 0, 100], spacing: 10, within: 0...100), [0, 10, 100])
  }

  func testNeverCloserThanTheSpacingNorOutside() {
    for seed in 1...200 as ClosedRange<UInt64> {
      let wanted = Gallery.noise(Int(seed % 9) + 2, seed: seed).map { 150 + 170 * $0 }
      let placed = LabelPlacement.spread(wanted, spacing: 14, within: 0...300)
      let sorted = placed.sorted()
      for (a, b) in zip(sorted, sorted.dropFirst()) { XCTAssertGreaterThanOrEqual(b - a, 14 - 1e-9) }
      XCTAssertGreaterThanOrEqual(sorted[0], 0)
      XCTAssertLessThanOrEqual(sorted[sorted.count - 1], 300 + 1e-9)
      // Labels keep the order of their lines.
      for i in wanted.indices {
        for j in wanted.indices where wanted[i] < wanted[j] { XCTAssertLessThan(placed[i], placed[j]) }
      }
    }
  }

  func testItIsTheLeastSquaresSolution() {
    // Against a slow projection by many small corrections.
    for seed in 1...20 as ClosedRange<UInt64> {
      let wanted = Gallery.noise(5, seed: seed).map { 100 + 40 * $0 }.sorted()
      let placed = LabelPlacement.spread(wanted, spacing: 14, within: -1000...1000)
      func cost(_ p: [Double]) -> Double { zip(p, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      let best = cost(placed)
      for trial in Gallery.noise(200, seed: seed + 99).indices {
        let shake = Gallery.noise(5, seed: UInt64(trial) &+ seed &* 1000)
        var other = zip(placed, shake).map { $0 + $1 }
        for i in 1..<5 { other[i] = max(other[i], other[i - 1] + 14) }
        XCTAssertGreaterThanOrEqual(cost(other), best - 1e-9)
      }
    }
  }

  func testPlacesInAFrameAreFree() {
    var taken = Occupancy()
    let frame = Rectangle(left: 0, top: 0, width: 300, height: 200)
    let x = Gallery.noise(60, seed: 5)
    let y = Gallery.noise(60, seed: 6)
    for (x, y) in zip(x, y) {
      _ = taken.place(
        "step 12", size: 11, around: Point(x: 150 + 150 * x, y: 100 + 100 * y), gap: 8, within: frame)
    }
    XCTAssertGreaterThan(taken.boxes.count, 15)
    for (i, box) in taken.boxes.enumerated() {
      XCTAssertFalse(taken.boxes[(i + 1)...].contains { $0.intersects(box) })
      XCTAssertTrue(box.left >= 0 && box.right <= 300 && box.top >= 0 && box.bottom <= 200)
    }
  }
}
