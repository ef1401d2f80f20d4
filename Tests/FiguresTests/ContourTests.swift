// Topology of isolines, their exactness on the function, and the choice of levels.
import Foundation
import XCTest

@testable import Figures

final class ContourTests: XCTestCase {
  private func rings(
    _ f: @escaping (Double, Double) -> Double, _ level: Double, nodes: Int = 41
  ) throws -> [[Point]] {
    let surface = try SampledSurface(f, x: -2...2, y: -2...2, columns: nodes, rows: nodes)
    return try MarchingSquares.rings(surface, level: level, on: f)
  }

  private func area(_ ring: [Point]) -> Double {
    var sum = 0.0
    for i in ring.indices {
      let (a, b) = (ring[i], ring[(i + 1) % ring.count])
      sum += a.x * b.y - a.y * b.x
    }
    return sum / 2
  }

  func testBowlIsTheFrameWithAHole() throws {
    let rings = try rings({ $0 * $0 + $1 * $1 }, 1)
    XCTAssertEqual(rings.count, 2)
    let areas = rings.map(area).sorted { abs($0) < abs($1) }
    // The hole runs the other way round than the frame; a circle of radius one, on its vertices.
    XCTAssertEqual(abs(areas[0]), .pi, accuracy: 0.02)
    XCTAssertEqual(abs(areas[1]), 16, accuracy: 1e-9)
    XCTAssertLessThan(areas[0] * areas[1], 0)
  }

  func testVerticesLieOnTheFunctionItself() throws {
    // On the grid alone, linear interpolation of this would miss by ten times as much.
    let f: (Double, Double) -> Double = { exp(2 * $0) + exp(2 * $1) }
    for point in try rings(f, 3, nodes: 21).joined() where abs(point.x) < 1.99 && abs(point.y) < 1.99 {
      XCTAssertEqual(f(point.x, point.y), 3, accuracy: 0.006)
    }
  }

  func testIslandsAreSeparateRings() throws {
    let f: (Double, Double) -> Double = { x, y in
      exp(-8 * ((x - 1) * (x - 1) + y * y)) + exp(-8 * ((x + 1) * (x + 1) + y * y))
    }
    XCTAssertEqual(try rings(f, 0.5).count, 2)
    XCTAssertEqual(try rings(f, 2).count, 0)
  }

  func testSaddleIsSettledByTheMean() throws {
    // One cell, high at two opposite corners: joined when the mean is high, else apart.
    for (low, expected) in [(0.5, 1), (-3.0, 2)] {
      let f: (Double, Double) -> Double = { $0 * $1 > 0 ? 1 : low }
      let surface = try SampledSurface(f, x: -1...1, y: -1...1, columns: 2, rows: 2)
      XCTAssertEqual(try MarchingSquares.rings(surface, level: 0.4, on: f).count, low > 0.4 ? 1 : expected)
    }
    let f: (Double, Double) -> Double = { $0 * $1 > 0 ? 1 : -0.5 }
    let surface = try SampledSurface(f, x: -1...1, y: -1...1, columns: 2, rows: 2)
    XCTAssertEqual(try MarchingSquares.rings(surface, level: 0.2, on: f).count, 1)
    XCTAssertEqual(try MarchingSquares.rings(surface, level: 0.3, on: f).count, 2)
  }

  func testEveryRingIsClosedAndStaysInside() throws {
    let f: (Double, Double) -> Double = { sin(5 * $0) * cos(4 * $1) + 0.1 * $0 }
    for level in stride(from: -0.9, through: 0.9, by: 0.3) {
      for ring in try rings(f, level) {
        XCTAssertGreaterThanOrEqual(ring.count, 3)
        for (a, b) in zip(ring, ring.dropFirst() + [ring[0]]) {
          XCTAssertLessThanOrEqual(a.distance(to: b), 0.2)
          XCTAssertTrue((-2...2).contains(a.x) && (-2...2).contains(a.y))
        }
      }
    }
  }

  func testNotANumberIsAHole() throws {
    let map = try XCTUnwrap(try ContourMap({ log($0) + $1 }, x: -1...1, y: 0...1))
    let domain = try XCTUnwrap(map.domain)
    XCTAssertTrue(domain.joined().allSatisfy { $0.x > -0.05 })
    XCTAssertNil(try ContourMap({ _, _ in .nan }, x: 0...1, y: 0...1))
  }

  func testLevelsAreLogarithmicWhereTheBestIsInside() throws {
    let bowl = (0..<400).map { Double($0 * $0) / 100 }
    let steep = try ContourLevels(bowl, best: 0, inside: true)
    XCTAssertEqual(steep.best, 0)
    XCTAssertTrue(steep.values.contains(1) && steep.values.contains(100))
    let gentle = try ContourLevels((0...100).map { Double($0) + 50 }, best: 50, inside: false)
    XCTAssertNil(gentle.best)
    XCTAssertEqual(gentle.values.first, 60)
    XCTAssertEqual(try ContourLevels([3, 3, 3], best: 3, inside: false).values, [])
    // More decades between the least and the greatest than a quotient can say.
    let wide = ContourLevels.logarithmic(1e-308, 1e300)
    XCTAssertTrue((9...13).contains(wide.count) && wide.allSatisfy { $0 > 1e-308 && $0 < 1e300 }, "\(wide)")
  }

  func testALevelOfZeroIsZero() throws {
    // -1.0000000000000002 + 1 is -2e-16.
    let best = (-1.0).nextDown
    let values = (0...400).map { best + Double($0 * $0) / 10_000 }
    let levels = try ContourLevels(values, best: best, inside: true)
    XCTAssertTrue(levels.values.contains(0), "\(levels.values)")
    XCTAssertFalse(levels.values.contains { $0 != 0 && abs($0) < 1e-9 })
    let started = try ContourLevels(values, best: best, inside: true, starts: [1e-16])
    XCTAssertTrue(started.values.contains(0) && started.startLevels == [0], "\(started)")
    // A level that is small as its neighbours are small stays.
    let tiny = try ContourLevels(values.map { ($0 - best) * 1e-20 }, best: 0, inside: true)
    XCTAssertTrue(tiny.values.allSatisfy { $0 > 0 } && tiny.values.count > 3, "\(tiny.values)")
  }

  func testALevelGoesThroughTheStart() throws {
    let values = (0..<400).map { Double($0 * $0) / 100 }
    let levels = try ContourLevels(values, best: 0, inside: true, starts: [110])
    XCTAssertTrue(levels.values.contains(110))
    XCTAssertFalse(levels.values.contains(100), "too near the level of the start to be told apart")
    XCTAssertEqual(levels.values, levels.values.sorted())
  }

  func testErrorsOfTheFunctionPassThrough() {
    struct Own: Error {}
    XCTAssertThrowsError(
      try Marks.build("contour", [.surface { _, _ in throw Own() }, .interval(0, 1), .interval(0, 1)])
    ) { XCTAssertTrue($0 is Own) }
  }
}
