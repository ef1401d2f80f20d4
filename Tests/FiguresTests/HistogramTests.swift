// Bins: each value is in one of them, at every magnitude and in every measure.
import XCTest

@testable import Figures

final class HistogramTests: XCTestCase {
  func testEachValueIsInABin() throws {
    var source = Numbers.Source(3)
    for round in 0..<1500 {
      let (low, high) = source.interval()
      let values = (0..<12).map { index -> Double in
        switch index {
        case 0: return low
        case 1: return high
        default:
          let share = Double(source.below(1001)) / 1000
          return min(max(Scale.finite(low * (1 - share) + high * share), low), high)
        }
      }
      for kind in [ScaleKind.linear, .log, .symlog] {
        let counted = kind == .log ? values.filter { $0 > 0 } : values
        if counted.isEmpty { continue }
        for count in [nil, 1, 7] {
          let bins = try HistogramBins(counted, count: count, measure: .init(kind, DataRange(counted)))
          let place = "\(round): \(kind), \(counted.min()!)...\(counted.max()!)"
          XCTAssertEqual(bins.counts.reduce(0, +), Double(counted.count), place)
          XCTAssertEqual(bins.edges.count, bins.counts.count + 1, place)
          XCTAssertTrue(zip(bins.edges, bins.edges.dropFirst()).allSatisfy { $0 < $1 }, place)
          XCTAssertTrue(bins.edges.allSatisfy { $0.isFinite && (kind != .log || $0 > 0) }, place)
          XCTAssertLessThanOrEqual(bins.edges[0], counted.min()!, place)
          XCTAssertGreaterThanOrEqual(bins.edges[bins.edges.count - 1], counted.max()!, place)
          XCTAssertLessThanOrEqual(bins.counts.count, 100, place)
        }
      }
    }
  }

  func testBinsOfALogarithmicAxisSpanEqualFactors() throws {
    let values = Gallery.noise(1000).map { pow(10, 3 * $0) }
    let bins = try HistogramBins(values, count: nil, measure: .init(.log, DataRange(values)))
    let factors = zip(bins.edges, bins.edges.dropFirst()).map { $1 / $0 }
    for factor in factors { XCTAssertEqual(factor, factors[0], accuracy: 1e-9 * factor) }
    XCTAssertEqual(
      try Gallery.draw("hist", [.numbers([1, 10, 100, 0, -1, .nan])], ["xscale": .text("log")]).sentence,
      "Histogram of 6 values, 1 not finite, 2 not positive, values from 1 to 100, in 1 bin.")
  }

  func testEdgesAreRoundNumbers() throws {
    let bins = try HistogramBins(
      [0.05, 0.1, 0.2, 0.3, 0.31], count: nil, measure: .init(.linear, DataRange()))
    XCTAssertTrue(bins.edges.contains(0.3), "\(bins.edges)")
  }

  func testNamedEdgesSayWhatTheyLeaveOut() throws {
    let figure = try Gallery.draw("hist", [.numbers([1, 2, 3, 9])], ["bins": .numbers([0, 2, 4])])
    XCTAssertEqual(
      figure.sentence, "Histogram of 4 values, 1 outside the bins, values from 1 to 9, in 2 bins.")
  }
}
