import XCTest

@testable import Figures

/// States of one figure that are seen one after the other have one size and one frame.
final class SteadyTests: XCTestCase {
  private func line(_ scale: Double) throws -> Figure {
    try Gallery.draw("plot", [.numbers([0, scale, -scale])])
  }

  private func axes(_ figure: Figure) -> [Double] {
    guard case .panel(let panel) = figure.content else { return [] }
    let (x, y) = panel.domains
    return [x.low, x.high, y.low, y.high]
  }

  func testLinesShareTheirAxes() throws {
    let states = try Figure.steady([1, 2, 3].map(line))
    XCTAssertEqual(Set(states.map(axes)).count, 1)
    XCTAssertGreaterThanOrEqual(axes(states[0])[3], 3)
    XCTAssertEqual(try Figure.steady([line(2)]).map(axes), [axes(try line(2))])
    XCTAssertEqual(try Figure.steady([]).count, 0)
  }

  func testOneThatIsMuchWiderKeepsItsOwn() throws {
    let states = try Figure.steady([1, 2, 3, 1000].map(line))
    XCTAssertEqual(Set(states.prefix(3).map(axes)).count, 1)
    XCTAssertEqual(axes(states[3]), axes(try line(1000)))
  }

  func testGridsCellByCell() throws {
    let states = try Figure.steady((1...3).map { .grid([[try line(Double($0)), try line(10)]]) })
    for column in 0..<2 {
      let cells = states.map { state -> [Double] in
        guard case .grid(let grid) = state.content else { return [] }
        return axes(grid.rows[0][column])
      }
      XCTAssertEqual(Set(cells).count, 1)
    }
  }

  func testDescentsHaveOneFrame() throws {
    func descent(_ steps: Int, _ reach: Double) throws -> Figure {
      let points = (0...steps).map { [reach * (1 - Double($0) / 20), 1 - Double($0) / 25] }
      let path = PathData(
        points: points, values: points.map { $0[0] * $0[0] + $0[1] * $0[1] },
        gradientNorms: points.map { abs($0[0]) + 0.1 }, steps: steps, status: "stopped",
        method: "sgd(rate = 0.1)")
      return try Gallery.draw("descent", [.surface({ $0 * $0 + $1 * $1 }), .path(path)])
    }
    for many in [[(0, 1.0), (3, 1.0), (18, 1.0)], [(10, 0.2), (10, 3.0)]] {
      let states = try Figure.steady(many.map { try descent($0.0, $0.1) })
      let sizes = try states.map { try $0.size }
      XCTAssertEqual(Set(sizes.map { "\($0)" }).count, 1)
      // The plane's; where it stands depends on the room that the names at the ends of the curves take.
      let planes = try states.map { state in
        try state.svg().split(separator: "\n").first { $0.hasPrefix("<rect") && !$0.contains("fill") }
          .map { $0.prefix { $0 != "x" } }
      }
      XCTAssertNotNil(planes[0])
      XCTAssertEqual(Set(planes).count, 1)
    }
  }
}
