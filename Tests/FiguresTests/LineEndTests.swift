// Where lines end: what is said there, and what room it takes; and lines that lie on each other.
import Foundation
import XCTest

@testable import Figures

final class LineEndTests: XCTestCase {
  private func frame(_ figure: Figure, _ page: Size = Size(width: 640, height: 400)) throws -> (Panel, Frame)
  {
    guard case .panel(let panel) = figure.content else { throw FigureFault.unknownMark(name: "panel") }
    var layout = Layout(figure)
    try layout.settle(in: page)
    return (panel, panel.frame(layout.box))
  }

  func testALineThatReachesZeroOnALogAxisEndsThere() throws {
    for zeros in [[2], [2, 3], [0, 2], [3]] {
      var y: [Double] = [100, 1, 0.01, 1e-4]
      for place in zeros { y[place] = 0 }
      let figure = try Marks.build(
        "plot", [.numbers(y)], ["yscale": .text("log"), "label": .text("arrives")])
      let (panel, frame) = try frame(figure)
      let label = try XCTUnwrap(try panel.endLabels(in: frame).first)
      XCTAssertEqual(label.end.x, frame.x.position(4) ?? .nan, accuracy: 1e-9)
      if zeros.contains(3) { XCTAssertEqual(label.end.y, frame.box.bottom, accuracy: 1e-9) }
      for mark in ["plot", "scatter"] {
        let svg = try Marks.build(mark, [.numbers(y)], ["yscale": .text("log")]).svg()
        XCTAssertEqual(svg.matches(of: /<text [^>]*fill="#0072b2"[^>]*>0<\/text>/).count, 1, mark)
        // On other axes 0 is a place like others.
        for scale in ["linear", "symlog"] {
          let svg = try Marks.build(mark, [.numbers(y)], ["yscale": .text(scale)]).svg()
          XCTAssertFalse(svg.contains(/fill="#0072b2"[^>]*>0<\/text>/), mark)
        }
      }
    }
  }

  func testADescentThatArrivesIsMarkedAndOneThatStoppedIsNot() throws {
    for (status, zeros) in [("converged", 2), ("stopped", 1), ("diverged", 1)] {
      let path = PathData(
        points: [[2, 0], [1, 0], [0, 0]], values: [4, 1, 0], gradientNorms: [4, 2, 0], steps: 2,
        status: status, method: "cg")
      let svg = try Gallery.descent(Descents.bowl, [path]).svg()
      // The gradient is exactly 0; the loss is only the best one seen, unless the descent has arrived.
      XCTAssertEqual(svg.matches(of: /<text [^>]*fill="#d55e00"[^>]*>0<\/text>/).count, zeros, status)
    }
  }

  func testALineThatEndsEarlyIsNamedWhereItEnds() throws {
    for scale in ["linear", "log"] {
      let long = try Marks.build(
        "plot", [.numbers((1...100).map { 1 / Double($0) })],
        ["label": .text("goes on"), "yscale": .text(scale)])
      let short = try Marks.build("plot", [.numbers([0.9, 0.02, 0.01])], ["label": .text("arrives")])
      let (panel, frame) = try frame(long + short)
      let drawing = try PanelDrawing(panel, box: frame.box)
      XCTAssertEqual(drawing.insideLabels, [1], scale)
    }
  }

  func testNamesOfLinesLeaveMostOfTheWidthToThePlot() throws {
    for count in 1...8 {
      for length in [1, 12, 24, 60] {
        for width in [200.0, 320, 640] {
          let names = (0..<count).map { i in
            String(String(repeating: "name \(i) of a line ", count: 5).prefix(length))
          }
          let data = (0..<30).flatMap { i in (0..<count).map { j in Double(i * j) } }
          let figure = try Marks.build(
            "plot", [.matrix(rows: 30, columns: count, data)],
            ["labels": .texts(names), "size": .numbers([width, 240])])
          let (_, frame) = try frame(figure, Size(width: width, height: 240))
          XCTAssertGreaterThan(frame.box.width, 0.35 * width, "\(count) names of \(length) in \(width)")
          for text in try figure.svg().matches(of: /<text [^>]*x="([\d.]+)"[^>]*>([^<]*n[^<]*)<\/text>/) {
            let right = (Double(text.1) ?? 0) + TextWidth.of(String(text.2), size: Type.axis)
            XCTAssertLessThan(right, width + 1, "\(text.2) in \(width)")
          }
        }
      }
    }
  }

  func testOfLinesThatLieOnEachOtherAllAreSeen() throws {
    for count in 2...4 {
      for mark in ["plot", "track"] {
        func one(_ shift: Double) throws -> Figure {
          let points = (0..<40).flatMap { [Double($0), Double($0 * $0) / 40 + shift] }
          let y = (0..<40).map { Double($0 * $0) / 40 + shift }
          return mark == "plot"
            ? try Marks.build("plot", [.numbers(y)])
            : try Marks.build("track", [.matrix(rows: 40, columns: 2, points)])
        }
        func widths(_ shift: Double) throws -> [Double] {
          let all = try (1..<count).reduce(one(0)) { try $0 + one(Double($1) * shift) }
          let (panel, frame) = try frame(all)
          return try panel.framedLayers(in: frame).map { $0.frame.overlap(0).rim }
        }
        // Each shows at both sides of the next.
        let rims = try widths(0)
        for (below, above) in zip(rims, rims.dropFirst()) { XCTAssertGreaterThan(below, above + 2, mark) }
        XCTAssertEqual(rims.last, 0)
        XCTAssertEqual(Set(try widths(8)), [0], mark)
      }
    }
  }

  func testNothingCrossesTheNumberOfAContour() throws {
    let below = try Marks.build("contour", [.surface { $0 * $0 + $1 }, .interval(-2, 2), .interval(-2, 2)])
    let ramp = stride(from: -2.0, through: 2, by: 0.05).map { $0 }
    let above: [(String, [Channel])] = [
      ("plot", [.numbers(ramp), .numbers(ramp.map { 2 - $0 * $0 })]),
      ("plot", [.numbers(ramp), .numbers(ramp.map { _ in 0 })]),
      (
        "arrow",
        [.numbers([-2, 0, 1]), .numbers([-2, -1, 1]), .numbers([4, 0, -3]), .numbers([4, 3, -3])]
      ),
      ("track", [.matrix(rows: 2, columns: 2, [-1.5, 1.9, 1.5, -1.8])]),
      ("scatter", [.numbers(ramp), .numbers(ramp.map { $0 * $0 - 1 })]),
      ("text", [.numbers([0.0]), .numbers([-1.0]), .text("a remark of some length")]),
    ]
    for (mark, channels) in above {
      let figure = try below + Marks.build(mark, channels)
      let (panel, frame) = try frame(figure)
      let courses = try panel.layers[1].obstacles(in: frame).flatMap { try Courses.places($0, in: frame.box) }
      XCTAssertFalse(courses.isEmpty)
      let contour = try XCTUnwrap(panel.layers[0] as? ContourLayer)
      var canvas = Canvas()
      try contour.drawTexts(in: frame, clearOf: panel.layers[1].obstacles(in: frame), on: &canvas)
      XCTAssertGreaterThan(canvas.elements.count, 2, mark)
      for element in canvas.elements {
        guard case .text(let x)? = element.attributes.first(where: { $0.name == "x" })?.value,
          case .text(let y)? = element.attributes.first(where: { $0.name == "y" })?.value,
          let left = Double(x), let bottom = Double(y)
        else { return XCTFail("a text without a place") }
        let half = TextWidth.of(element.text ?? "", size: 10) / 2
        let box = Rectangle(left: left - half, top: bottom - 8, width: 2 * half, height: 8)
        XCTAssertFalse(courses.contains { box.contains($0) }, "\(mark) crosses \(element.text ?? "")")
      }
      // They lie above everything.
      let svg = try figure.svg()
      let number = try XCTUnwrap(svg.range(of: "font-size=\"10.0\"") ?? svg.range(of: "font-size=\"10\""))
      let last = svg.range(of: "<path", options: .backwards)
      XCTAssertTrue(last.map { $0.lowerBound < number.lowerBound } ?? true, mark)
    }
  }
}
