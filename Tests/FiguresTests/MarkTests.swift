// The table of marks: what each accepts, and how it refuses the rest.
import Foundation
import XCTest

@testable import Figures

final class MarkTests: XCTestCase {
  func testEveryRowIsDocumented() {
    XCTAssertEqual(Set(Marks.all.map(\.name)).count, Marks.all.count)
    for row in Marks.all {
      XCTAssertFalse(row.documentation.isEmpty)
      XCTAssertFalse(row.signatures.isEmpty)
      XCTAssertTrue(row.signatures.allSatisfy { $0.hasPrefix(row.name + "(") })
      XCTAssertEqual(Set(row.options.map(\.name)).count, row.options.count)
      XCTAssertTrue(row.options.contains { $0.name == "title" })
    }
  }

  func testFaultsAreData() {
    let path = Gallery.valley(rate: 0.1)
    let table: [(String, [Channel], [String: OptionValue], FigureFault)] = [
      ("plot", [], [:], .wrongChannels(mark: "plot", given: [], signatures: Marks.plot.signatures)),
      (
        "plot", [.text("a")], [:],
        .wrongChannels(mark: "plot", given: ["string"], signatures: Marks.plot.signatures)
      ),
      ("plot", [.numbers([1, 2]), .numbers([1])], [:], .lengths(mark: "plot", x: 2, y: 1)),
      ("plot", [.numbers([])], [:], .emptyData(mark: "plot")),
      ("plot", [.numbers([.nan, .infinity])], [:], .emptyData(mark: "plot")),
      ("scatter", [.numbers([]), .numbers([])], [:], .emptyData(mark: "scatter")),
      ("bars", [.numbers([.nan])], [:], .emptyData(mark: "bars")),
      ("plot", [.curve { $0 }, .interval(2, 1)], [:], .emptyInterval(mark: "plot", 2, 1)),
      (
        "contour", [.surface { $0 + $1 }, .interval(0, 0), .interval(0, 1)], [:],
        .emptyInterval(mark: "contour", 0, 0)
      ),
      (
        "contour", [.surface { _, _ in .nan }, .interval(0, 1), .interval(0, 1)], [:],
        .emptyData(mark: "contour")
      ),
      ("plot", [.numbers([-1, 0])], ["yscale": .text("log")], .logOfNonPositive(axis: "y")),
      (
        "plot", [.numbers([1])], ["ylimits": .numbers([0, 1]), "yscale": .text("log")],
        .logOfNonPositive(axis: "y")
      ),
      (
        "plot", [.numbers([1])], ["size": .numbers([10, 10])],
        .badOption(name: "size", mark: "plot", expected: "(width, height), each from 60 to 4000 pixels")
      ),
      (
        "plot", [.numbers([1])], ["opacity": .number(2)],
        .badOption(name: "opacity", mark: "plot", expected: "a number from 0 to 1")
      ),
      (
        "plot", [.numbers([1])], ["title": .number(2)],
        .badOption(name: "title", mark: "plot", expected: "a string")
      ),
      (
        "descent", [.surface { $0 + $1 }], [:],
        .wrongChannels(mark: "descent", given: ["function"], signatures: Marks.descent.signatures)
      ),
      (
        "descent", [.curve { $0 }, .path(path)], [:],
        .dimensions(mark: "descent", path: 2, expected: "one of dimension 1 for a function of one number")
      ),
      (
        "descent", [.surface { $0 + $1 }, .path(path)], ["labels": .texts(["a", "b"])],
        .badOption(name: "labels", mark: "descent", expected: "one string for each path")
      ),
      ("spaghetti", [], [:], .unknownMark(name: "spaghetti")),
    ]
    for (mark, channels, options, expected) in table {
      XCTAssertThrowsError(try Gallery.draw(mark, channels, options), "\(mark): \(expected)") { error in
        XCTAssertEqual(error as? FigureFault, expected)
      }
    }
  }

  func testUnknownOptionsOfferTheNearest() {
    XCTAssertThrowsError(try Gallery.draw("plot", [.numbers([1])], ["tilte": .text("a")])) { error in
      XCTAssertEqual("\(error)", "plot has no option tilte (did you mean title?)")
    }
  }

  func testColours() {
    XCTAssertEqual(Paint.names.compactMap(Paint.init(named:)).count, Paint.names.count)
    XCTAssertEqual(Paint(named: "vermillion"), Paint("#d55e00", "#e69f00"))
    XCTAssertEqual(Paint(named: "#AABBCC"), Paint("#aabbcc", "#aabbcc"))
    for wrong in ["red\" onload=\"x", "#abc", "#gggggg", "", "url(#a)"] { XCTAssertNil(Paint(named: wrong)) }
  }

  /// WCAG contrast of every series on its card.
  func testSeriesPassThreeToOne() {
    func luminance(_ hex: String) -> Double {
      let value = Int(hex.dropFirst(), radix: 16)!
      let parts = [value >> 16 & 255, value >> 8 & 255, value & 255].map { byte -> Double in
        let c = Double(byte) / 255
        return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    func contrast(_ a: String, _ b: String) -> Double {
      let (x, y) = (luminance(a), luminance(b))
      return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }
    let paints =
      (0..<5).map { SeriesLook($0).paint } + Paint.names.compactMap { Paint(named: $0) } + [.ink, .muted]
    for paint in paints {
      XCTAssertGreaterThanOrEqual(contrast(paint.light, Paint.card.light), 3, paint.light)
      XCTAssertGreaterThanOrEqual(contrast(paint.dark, Paint.card.dark), 3, paint.dark)
    }
    let looks = (0..<25).map { SeriesLook($0) }
    XCTAssertEqual(Set(looks.map { "\($0.paint.light) \($0.dash)" }).count, 25)
  }

  func testOverlaysShareTheirAxes() throws {
    let a = try Gallery.draw("plot", [.numbers([0, 1])])
    let b = try Gallery.draw("plot", [.numbers([5, 10, 20])], ["title": .text("both")])
    guard case .panel(let panel) = try (a + b).content else { return XCTFail("not one panel") }
    XCTAssertEqual(panel.layers.count, 2)
    XCTAssertEqual(panel.mergedExtent.y.low, 0)
    XCTAssertEqual(panel.mergedExtent.y.high, 20)
    XCTAssertEqual(panel.options.title, "both")
    XCTAssertEqual(panel.numberedLayers.map(\.firstSeries), [0, 1])
  }

  func testFramesOfAGridAlign() throws {
    let narrow = try Gallery.draw("plot", [.numbers([0, 1])])
    let wide = try Gallery.draw(
      "plot", [.numbers([0, 123_456])], ["title": .text("t"), "ylabel": .text("y")])
    let svg = try Figure.grid([[narrow, wide], [wide, narrow]]).svg()
    // The clip rectangles are the frames.
    let rectangles = svg.matches(
      of: /<clipPath[^>]*>\n<rect height="([\d.]+)" width="([\d.]+)" x="([\d.]+)" y="([\d.]+)"/)
    XCTAssertEqual(rectangles.count, 4)
    let frames = rectangles.map { [$0.1, $0.2, $0.3, $0.4].map { Double($0)! } }
    XCTAssertEqual(frames[0][3], frames[1][3])
    XCTAssertEqual(frames[0][0], frames[1][0])
    XCTAssertEqual(frames[0][2], frames[2][2])
    XCTAssertEqual(frames[1][2], frames[3][2])
    XCTAssertEqual(frames[0][1], frames[2][1])
  }
}

extension MarkTests {
  func testSentencesSayTheKeyNumbers() throws {
    let table: [(String, [Channel], [String: OptionValue], String)] = [
      ("plot", [.numbers([1, 4, 9])], [:], "A line of 3 points, y from 1 to 9 over x from 1 to 3."),
      (
        "plot", [.numbers([1, 1 + 1e-9])], [:],
        "A line of 2 points, y from 1 to 1.000000001 over x from 1 to 2."
      ),
      (
        "plot", [.curve { $0 }, .interval(0, 1)], ["title": .text("f(x)")],
        "f(x): A curve, y from 0 to 1 over x from 0 to 1."
      ),
      (
        "scatter", [.numbers([1, .nan, 3])], ["label": .text("a")],
        "2 points a, x from 1 to 3, y from 1 to 3."
      ),
      ("bars", [.numbers([1, -2])], [:], "2 bars, from -2 to 1."),
      ("hline", [.numbers([.nan, 1000.1, 1000.2])], [:], "A horizontal line at 1000.1, 1000.2."),
      (
        "contour", [.surface { 1e6 + $0 * $1 }, .interval(1, 1 + 1e-9), .interval(0, 1)], [:],
        "Contours over (1..1.000000001) × (0..1): 10 levels, least 1e6 at the edge, greatest 1.000001e6."
      ),
      ("hline", [.numbers([0.5])], ["label": .text("goal")], "A horizontal line at 0.5 (goal)."),
      ("text", [.numbers([1]), .numbers([2]), .text("hi")], [:], "The text “hi” at (1, 2)."),
      (
        "contour", [.surface { $0 * $0 + $1 * $1 }, .interval(-1, 1), .interval(-1, 1)], [:],
        "Contours over (-1..1) × (-1..1): 9 logarithmic levels, least 0 at (0, 0), greatest 2."
      ),
    ]
    for (mark, channels, options, expected) in table {
      XCTAssertEqual(try Gallery.draw(mark, channels, options).sentence, expected)
    }
  }
}

extension MarkTests {
  func testExtremeNumbersAreDrawn() throws {
    let far = Double.greatestFiniteMagnitude
    let values: [[Double]] = [
      [1e300, -1e300], [far, -far], [.leastNonzeroMagnitude, .leastNonzeroMagnitude * 2000], [0, 1e18, 3],
      [1e-300, 1, 1e300], [-0.0, 0],
    ]
    for y in values {
      for scale in ["linear", "log", "symlog"] where scale != "log" || y.contains(where: { $0 > 0 }) {
        for mark in ["plot", "scatter", "bars", "hline"] {
          let svg = try Gallery.draw(mark, [.numbers(y)], ["yscale": .text(scale)]).svg()
          XCTAssertFalse(svg.contains(/[ "(]nan/), "\(mark) \(y) \(scale)")
        }
      }
      let narrow: [String: OptionValue] = [
        "xlimits": .numbers([1, 1 + 1e-12]), "ylimits": .numbers([0, 1e-9]),
      ]
      for mark in ["plot", "scatter", "bars"] {
        _ = try Gallery.draw(mark, [.numbers(y)], narrow).svg()
        _ = try Gallery.draw(mark, [.numbers(y.map { _ in 1 }), .numbers(y)], narrow).svg()
        _ = try? Gallery.draw(mark, [.numbers(y), .numbers(y)], narrow).svg()
      }
    }
    let map = try Gallery.draw(
      "contour", [.surface { $0 + $1 }, .interval(0, 1), .interval(0, 1)],
      ["xlimits": .numbers([0.5, 0.5 + 1e-12])])
    XCTAssertLessThan(try map.svg().utf8.count, 60_000)
    let huge = try Gallery.draw(
      "contour", [.surface { $0 * 1e200 * $1 * 1e100 }, .interval(-1e100, 1e100), .interval(-1e-5, 1e-5)])
    XCTAssertFalse(try huge.svg().contains(/[ "(]nan/))
  }
}

extension MarkTests {
  func testBarsOfALogarithmicAxisAreEquallyWideAndInsideIt() throws {
    let svg = try Gallery.draw(
      "bars", [.numbers([0.001, 0.1, 10, 1000]), .numbers([1, 2, 3, 4])], ["xscale": .text("log")]
    ).svg()
    // Each bar goes up, across by its width, and down again.
    let path = try XCTUnwrap(svg.firstMatch(of: /<path[^>]* d="([^"]*)"[^>]*fill="#0072b2"/)).1
    let widths = path.matches(of: /v-[\d.]+h([\d.]+)v/).compactMap { Double($0.1) }
    XCTAssertEqual(widths.count, 4)
    for width in widths { XCTAssertEqual(width, widths[0], accuracy: 0.2) }
    XCTAssertGreaterThan(widths[0], 50)
  }
}
