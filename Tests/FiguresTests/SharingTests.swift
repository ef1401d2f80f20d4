// What is compared is comparable: axes of a grid, bins of histograms, coordinates of cells.
import Foundation
import XCTest

@testable import Figures

final class SharingTests: XCTestCase {
  private func domains(_ grid: Figure) throws -> [[Double]] {
    guard case .grid(let grid) = grid.content else { return [] }
    return grid.rows.joined().map { figure in
      guard case .panel(let panel) = figure.content else { return [] }
      return [panel.domains.x.low, panel.domains.x.high, panel.domains.y.low, panel.domains.y.high]
    }
  }

  private func cloud(_ scale: Double, _ options: [String: OptionValue] = [:], mark: String = "scatter") throws
    -> Figure
  {
    let noise = [-1] + Gallery.noise(40) + [1]
    return try Marks.build(
      mark, [.numbers(noise.map { $0 * scale }), .numbers(noise.reversed().map { $0 * scale })], options)
  }

  func testCloudsOfAGridShareBothAxes() throws {
    for count in 2...6 {
      let clouds = try (1...count).map { try cloud(Double($0)) }
      for grid in [
        [clouds], clouds.map { [$0] }, [Array(clouds.prefix(count / 2)), Array(clouds.dropFirst(count / 2))],
      ] {
        XCTAssertEqual(Set(try domains(.grid(grid))).count, 1)
        XCTAssertEqual(Set(try domains(.grid(grid, sharesAxes: false))).count, count)
      }
    }
  }

  func testWhatWouldBecomeASpeckDoesNotShare() throws {
    XCTAssertEqual(Set(try domains(.grid([[cloud(1), cloud(100)]]))).count, 2)
    // Nor does what shows something else, or has limits of its own.
    XCTAssertEqual(Set(try domains(.grid([[cloud(1), cloud(2, mark: "plot")]]))).count, 2)
    let named = try cloud(2, ["xlimits": .numbers([-9, 9]), "ylimits": .numbers([-9, 9])])
    XCTAssertEqual(Set(try domains(.grid([[cloud(1), named]]))).count, 2)
  }

  func testAxesOfOneNameShareAcrossTheGrid() throws {
    for mark in ["plot", "scatter", "bars"] {
      func panel(_ scale: Double, _ name: String) throws -> Figure {
        try cloud(scale, ["xlabel": .text(name), "ylabel": .text("loss")], mark: mark)
      }
      let same = try domains(.grid([[panel(1, "step"), panel(2, "step")], [panel(3, "step")]]))
      XCTAssertEqual(Set(same).count, 1, mark)
      let other = try domains(.grid([[panel(1, "step"), panel(2, "time")]]))
      XCTAssertNotEqual(other[0][...1], other[1][...1], mark)
      XCTAssertEqual(other[0][2...], other[1][2...], mark)
      // In a column and in a row however much they differ.
      XCTAssertEqual(
        Set(try domains(.grid([[panel(1, "step")], [panel(100, "step")]])).map { $0[0] }).count, 1)
    }
  }

  // MARK: Bins

  private func layers(_ figure: Figure) -> [HistogramLayer] {
    guard case .panel(let panel) = figure.content else { return [] }
    return panel.layers.compactMap { $0 as? HistogramLayer }
  }

  func testHistogramsOverEachOtherShareTheirBins() throws {
    let options: [[String: OptionValue]] = [
      [:], ["bins": .number(7)], ["xscale": .text("log")], ["magnitude": .flag(true)],
      ["density": .flag(true)],
    ]
    for options in options {
      for count in 2...5 {
        let samples: [[Double]] = (0..<count).map { k in
          let (noise, shift) = (Gallery.noise(k == 3 ? 1 : 200, seed: UInt64(k + 1)), Double(k))
          return noise.map { pow(10, $0 + shift / 3) + shift }
        }
        let all = try samples.map { try Marks.build("hist", [.numbers($0)], options) }
        let figure = try all.dropFirst().reduce(all[0]) { try $0 + $1 }
        let own = layers(figure)
        XCTAssertEqual(own.count, count)
        XCTAssertEqual(Set(own.map { $0.edges }).count, 1, "\(options)")
        for (layer, values) in zip(own, samples) {
          XCTAssertEqual(layer.data.values.count, values.count)
          XCTAssertTrue(layer.sentence.contains("of \(values.count) values"))
          XCTAssertFalse(layer.sentence.contains("outside"), layer.sentence)
        }
        XCTAssertNoThrow(try figure.svg())
      }
    }
  }

  func testEdgesThatAreNamedStay() throws {
    let named = try Marks.build("hist", [.numbers([1, 2, 3])], ["bins": .numbers([0, 2, 4])])
    let free = try Marks.build("hist", [.numbers([1, 2, 3, 9])])
    for figure in [try named + free, try free + named] {
      XCTAssertEqual(layers(figure).map(\.edges), [[0, 2, 4], [0, 2, 4]])
    }
    // What is measured otherwise has bins of its own.
    let logarithms = try Marks.build("hist", [.numbers([1, 2, 3])], ["magnitude": .flag(true)])
    XCTAssertEqual(Set(layers(try free + logarithms).map(\.edges)).count, 2)
  }

  func testBinsOfSeveralAreAsNarrowAsTheNarrowest() throws {
    let wide = Gallery.noise(2000).map { 10 * $0 }
    let narrow = Gallery.noise(2000, seed: 5)
    let alone = layers(try Marks.build("hist", [.numbers(narrow)]))[0].edges
    let shared = layers(
      try Marks.build("hist", [.numbers(wide)]) + Marks.build("hist", [.numbers(narrow)]))[1].edges
    XCTAssertLessThan(shared[1] - shared[0], 2.5 * (alone[1] - alone[0]))
  }

  // MARK: Coordinates

  func testCellsStandAtTheirCoordinates() throws {
    for count in [2, 5, 12, 30] {
      for kind in [ScaleKind.linear, .log] {
        for falls in [false, true] {
          var x = (0..<count).map { kind == .log ? pow(10, Double($0) / 3) : 3 + 0.5 * Double($0) }
          if falls { x.reverse() }
          let coordinates = try XCTUnwrap(CellCoordinates(middles: x, kind: kind))
          let frame = Scale(
            kind: kind, low: coordinates.edges.lowerBound, high: coordinates.edges.upperBound, start: 0,
            end: 1)
          for (index, middle) in x.enumerated() {
            let place = (Double(falls ? count - 1 - index : index) + 0.5) / Double(count)
            XCTAssertEqual(try XCTUnwrap(frame.position(middle)), place, accuracy: 1e-6)
          }
        }
      }
    }
    for uneven in [[1, 2, 4], [1, 1, 1], [1], [1, .nan], []] {
      XCTAssertNil(CellCoordinates(middles: uneven, kind: .linear))
    }
    XCTAssertNil(CellCoordinates(middles: [-1, 1], kind: .log))
  }

  func testTheGreatestCellIsDrawnWhereItsCoordinatesAre() throws {
    let values: [Double] = [0, 0, 9, 0, 0, 0]
    for (x, y) in [([1.0, 2, 3], [5.0, 6]), ([3, 2, 1], [6, 5]), ([3, 2, 1], [5, 6])] {
      let figure = try Marks.build(
        "heatmap", [.matrix(rows: 2, columns: 3, values)],
        ["x": .numbers(x), "y": .numbers(y), "numbers": .flag(true), "size": .numbers([400, 300])])
      guard case .panel(let panel) = figure.content else { return XCTFail("a grid") }
      var layout = Layout(figure)
      try layout.settle(in: Size(width: 400, height: 300))
      let frame = panel.frame(panel.fitted(layout.box))
      let place = try XCTUnwrap(frame.point(x[2], y[0]))
      // The axis grows upwards, as it does everywhere.
      XCTAssertLessThan(try XCTUnwrap(frame.y.position(6)), try XCTUnwrap(frame.y.position(5)))
      let text = try XCTUnwrap(
        figure.svg().firstMatch(of: /<text [^>]*text-anchor="middle" x="([\d.]+)" y="([\d.]+)">9<\/text>/))
      XCTAssertEqual(try XCTUnwrap(Double(text.1)), place.x, accuracy: 1)
      XCTAssertEqual(try XCTUnwrap(Double(text.2)), place.y + 4, accuracy: 1)
    }
  }

  func testCoordinatesNameCellsWhereTheyAreUneven() throws {
    let matrix = Channel.matrix(rows: 1, columns: 3, [1, 2, 3])
    let svg = try Marks.build("heatmap", [matrix], ["x": .numbers([1, 10, 50])]).svg()
    for name in ["1", "10", "50"] { XCTAssertTrue(svg.contains(">\(name)</text>"), name) }
    for wrong: OptionValue in [
      .numbers([1, 2, 3, 4]), .numbers([2, 1]), .text("a"), .numbers([1, .nan, 3]),
    ] {
      XCTAssertThrowsError(try Marks.build("heatmap", [matrix], ["x": wrong])) {
        XCTAssertTrue($0 is FigureFault)
      }
    }
    XCTAssertNoThrow(try Marks.build("heatmap", [matrix], ["x": .numbers([0, 1]), "y": .number(3)]).svg())
  }
}
