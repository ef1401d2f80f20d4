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

  private func descent(_ steps: Int, _ reach: Double, method: String = "sgd(rate = 0.1)") throws -> Figure {
    let points = (0...steps).map { [reach * (1 - Double($0) / 20), 1 - Double($0) / 25] }
    let path = PathData(
      points: points, values: points.map { $0[0] * $0[0] + $0[1] * $0[1] },
      gradientNorms: points.map { abs($0[0]) + 0.1 }, steps: steps, status: "stopped", method: method)
    return try Gallery.draw("descent", [.surface({ $0 * $0 + $1 * $1 }), .path(path)])
  }

  /// The lines and texts of a picture that a reader takes for the ground of it: frames, axes, grids, their numbers.
  private func ground(_ figure: Figure) throws -> [String] {
    try figure.svg().split(separator: "\n").compactMap { line in
      let isFrame =
        line.contains("#8c959f") && !line.contains("stroke-width=\"0.8\"") || line.contains("#e8ebef")
      let isNumber = line.hasPrefix("<text") && line.contains("text-anchor")
      // Which colour of a picture has which number is the picture's own.
      return isFrame || isNumber ? String(line.replacing(/class="[^"]*"/, with: "")) : nil
    }
  }

  private func checkStill(
    _ states: [Figure], file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let settled = try states.map { try XCTUnwrap($0.settled, file: file, line: line) }
    XCTAssertEqual(Set(settled.map { "\($0.page)" }).count, 1, file: file, line: line)
    XCTAssertEqual(
      Set(settled.map { $0.layout.frames.map { "\($0.box)" } }).count, 1, file: file, line: line)
    let grounds = try states.map(ground)
    XCTAssertGreaterThan(grounds[0].count, 5, file: file, line: line)
    for other in grounds { XCTAssertEqual(other, grounds[0], file: file, line: line) }
  }

  func testDescentsStandStill() throws {
    for many in [[(0, 1.0), (3, 1.0), (18, 1.0)], [(10, 0.2), (10, 3.0)]] {
      try checkStill(Figure.steady(many.map { try descent($0.0, $0.1) }))
    }
    // Names of other lengths at the ends of the curves and in the table.
    let names = [
      "a", "a method with a name that needs two lines of its own", "momentum(rate = 0.1, β = 0.25)",
    ]
    try checkStill(Figure.steady(names.map { try descent(12, 1, method: $0) }))
    // In a grid beside something else.
    let grids = try (1...3).map {
      Figure.grid([[try descent(6 * $0, 1, method: names[$0 - 1])], [try line(3)]])
    }
    try checkStill(Figure.steady(grids))
  }

  func testLabelsAndKeysOfOtherSizesStandStill() throws {
    func named(_ name: String, _ scale: Double) throws -> Figure {
      try Gallery.draw("plot", [.numbers([0, scale, -scale])], ["label": .text(name), "title": .text(name)])
    }
    let names = ["", "x", "a long name of a line that is broken", String(repeating: "a title ", count: 16)]
    try checkStill(Figure.steady(names.enumerated().map { try named($1, Double($0 + 1)) }))
  }

  /// What is changed after it was laid out with others is laid out anew.
  func testChangesAreLaidOutAnew() throws {
    let states = try Figure.steady([1, 2].map(line))
    XCTAssertNil(states[0].titled("a title").settled)
    XCTAssertNil(try (states[0] + states[1]).settled)
    XCTAssertNil(try states[0].sized([300, 200], by: "grid").settled)
    XCTAssertEqual(try states[0].sized([300, 200], by: "grid").size.width, 300)
  }

  func testOneMoreStandsLikeTheOthers() throws {
    let states = try Figure.steady([(0, 1.0), (3, 1.0), (18, 1.0)].map { try descent($0.0, $0.1) })
    try checkStill(states + [descent(9, 1).standing(like: states[0])])
    // A state that was there is the same picture, to the byte.
    XCTAssertEqual(try descent(3, 1).standing(like: states[0]).svg(), try states[1].svg())
    let lines = try Figure.steady([1, 2, 3].map(line))
    try checkStill(lines + [line(2.5).standing(like: lines[0])])
    // One that reaches beyond has axes of its own: nothing is cut off.
    let beyond = try line(30).standing(like: lines[0])
    XCTAssertGreaterThanOrEqual(axes(beyond)[3], 30)
    // Another figure altogether has nothing of them.
    XCTAssertNil(try Figure.grid([[line(1), line(2)]]).standing(like: lines[0]).settled)
  }
}
