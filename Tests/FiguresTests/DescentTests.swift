// What the figure of a descent says about it.
import Foundation
import XCTest

@testable import Figures

final class DescentTests: XCTestCase {
  private func svg(_ paths: [PathData], _ options: [String: OptionValue] = [:]) throws -> String {
    try Gallery.descent(Descents.valley, paths, options).svg()
  }

  func testItPrintsMethodStartStepsLossAndNorm() throws {
    let figure = try Gallery.descent(Descents.valley, [Gallery.valley(rate: 0.03, β: 0.8)])
    XCTAssertEqual(
      figure.sentence,
      "Descent by momentum(rate = 0.03, β = 0.8) from (-4, 2.5) converged in 185 steps: loss 3.61e-18, gradient norm"
        + " 8.117e-9. Rug: steps at which the gradient norm rises though the descent converges (81).")
    let svg = try figure.svg()
    for text in [
      "momentum(rate = 0.03, β = 0.8)", "(−4, 2.5)", "converged in 185 steps", "3.61×10⁻¹⁸", "8.117×10⁻⁹",
    ] {
      XCTAssertTrue(svg.contains(">\(text)</text>"), text)
    }
    for key in ["start", "end", "optimum"] { XCTAssertTrue(svg.contains(">\(key)</text>"), key) }
  }

  func testAStepCanBeMarked() throws {
    let path = Gallery.valley(rate: 0.03, β: 0.8)
    let plain = try svg([path])
    let marked = try svg([path], ["marked": .number(40)])
    XCTAssertFalse(plain.contains(">step 40</text>"))
    XCTAssertTrue(marked.contains(">step 40</text>"))
    // A dashed line through each of the two curves.
    func dashes(_ svg: String) -> Int { svg.components(separatedBy: "stroke-dasharray").count }
    XCTAssertEqual(dashes(marked), dashes(plain) + 2)
    // A step that the path does not have is no place on it.
    XCTAssertFalse(try svg([path], ["marked": .number(4000)]).contains(">step 4000</text>"))
    XCTAssertThrowsError(try svg([path], ["marked": .number(1.5)]))
  }

  func testARisingNormIsCountedOnlyWhereItConverges() {
    func path(_ norms: [Double], _ status: String) -> PathData {
      PathData(
        points: norms.map { [$0] }, values: norms, gradientNorms: norms, steps: norms.count - 1,
        status: status,
        method: "sgd(rate = 1)")
    }
    let curves = DescentCurves(
      paths: [path([3, 2, 4, 1, 1, 2], "converged"), path([1, 2, 3], "diverged")], known: nil, animation: nil)
    XCTAssertEqual(curves.rises, [[2, 5], []])
  }

  func testTheBestLossSeenIsSubtracted() {
    let path = PathData(
      points: [[0], [1], [2]], values: [5, 3, 2], gradientNorms: [1, 1, 1], steps: 2, status: "stopped",
      method: "m")
    XCTAssertEqual(DescentCurves(paths: [path], known: 1.5, animation: nil).gap(2), 0.5)
    XCTAssertEqual(DescentCurves(paths: [path], known: nil, animation: nil).gap(2), 0)
    XCTAssertTrue(DescentCurves(paths: [path], known: nil, animation: nil).gap(.nan).isNaN)
  }

  func testAPathThatConvergesAtItsStartIsAPointInEachPanel() throws {
    let path = PathData(
      points: [[0, 0]], values: [0], gradientNorms: [0], steps: 0, status: "converged", method: "m")
    let curves = DescentCurves(paths: [path], known: nil, animation: nil)
    for panel in [try curves.lossPanel(), try curves.normPanel()] {
      XCTAssertEqual(panel.options.yscale, .linear)
      XCTAssertEqual(panel.options.xlimits, -0.1...1)
      XCTAssertEqual(panel.options.ylimits, -0.1...1)
      let line = try XCTUnwrap(panel.layers.first as? LineLayer).lines[0]
      XCTAssertEqual([line.x, line.y], [[0], [0]])
    }
  }

  func testADivergingPathIsMarkedWhereItLeaves() throws {
    let svg = try svg([Gallery.valley(rate: 0.19, steps: 3000)])
    XCTAssertTrue(svg.contains(/leaves at step \d+</))
    XCTAssertTrue(svg.contains("diverged at step 1423"))
    XCTAssertLessThan(svg.utf8.count, 40_000)
  }

  func testExit() throws {
    let box = Rectangle(left: 0, top: 0, width: 100, height: 100)
    let positions: [Point?] = [
      Point(x: 50, y: 50), Point(x: 80, y: 50), Point(x: 120, y: 50), Point(x: 900, y: 50),
    ]
    XCTAssertEqual(
      PlanePath.exit(positions, from: box),
      .init(at: Point(x: 100, y: 50), direction: Point(x: 1, y: 0), step: 2))
    XCTAssertNil(PlanePath.exit(Array(positions.prefix(2)), from: box))
    // Out and back in again is no exit.
    XCTAssertNil(PlanePath.exit(positions + [Point(x: 10, y: 10)], from: box))
    XCTAssertEqual(PlanePath.exit([Point(x: 1, y: 1), nil], from: box)?.step, 1)
  }

  func testLimitsFollowTheBulk() throws {
    var points = (0..<200).map { Point(x: sin(Double($0)), y: cos(Double($0))) }
    points[77] = Point(x: 1e6, y: -1e6)
    let values = [Double](repeating: 1, count: 200)
    let limits = try PathLimits.around([.init(points: points, values: values, diverged: false)])
    XCTAssertLessThan(limits.x.upperBound, 3)
    XCTAssertGreaterThan(limits.y.lowerBound, -3)
    XCTAssertGreaterThan(limits.x.upperBound, 1)
    let alone = try PathLimits.around([.init(points: [Point(x: 3, y: 4)], values: [1], diverged: false)])
    XCTAssertTrue(alone.x.contains(3) && alone.y.contains(4) && alone.x.upperBound > 3)
  }

  func testNamesTellPathsApart() {
    func path(_ method: String, _ label: String? = nil) -> PathData {
      PathData(
        points: [[0, 1]], values: [0], gradientNorms: [0], steps: 0, status: "stopped", method: method,
        label: label)
    }
    XCTAssertEqual(PathWords.names([path("sgd(rate = 0.1)"), path("adam(rate = 0.1)")]), ["sgd", "adam"])
    XCTAssertEqual(
      PathWords.names([path("sgd(rate = 0.1)"), path("sgd(rate = 0.2)"), path("adam(rate = 1)", "mine")]),
      ["rate = 0.1", "rate = 0.2", "mine"])
    XCTAssertEqual(
      PathWords.names([path("momentum(rate = 0.1, β = 0.9)"), path("momentum(rate = 0.1, β = 0.5)")]),
      ["β = 0.9", "β = 0.5"])
    XCTAssertEqual(
      PathWords.names([path("sgd(rate = 1)"), path("sgd(rate = 1)")]), ["sgd from (0, 1)", "sgd from (0, 1)"])
  }

  func testProjectionFindsThePlane() throws {
    // Points in a plane of seven dimensions, and a little beside it.
    let u = [1.0, 1, 0, 0, 0, 0, 1].map { $0 / 3.0.squareRoot() }
    let v = [0.0, 0, 1, -1, 0, 0, 0].map { $0 / 2.0.squareRoot() }
    let noise = Gallery.noise(700, seed: 4)
    let points = (0..<100).map { k -> [Double] in
      let (a, b) = (5 * sin(Double(k)), 2 * cos(Double(3 * k)))
      return (0..<7).map { a * u[$0] + b * v[$0] + 0.01 * noise[7 * k + $0] }
    }
    let plane = try Projection(points)
    XCTAssertGreaterThan(plane.shown, 0.999)
    XCTAssertLessThan(plane.shown, 1)
    XCTAssertEqual(abs(zip(plane.first, u).reduce(0) { $0 + $1.0 * $1.1 }), 1, accuracy: 1e-3)
    XCTAssertEqual(abs(zip(plane.second, v).reduce(0) { $0 + $1.0 * $1.1 }), 1, accuracy: 1e-3)
    XCTAssertEqual(zip(plane.first, plane.second).reduce(0) { $0 + $1.0 * $1.1 }, 0, accuracy: 1e-9)
    let foot = plane.project(points[3])
    let back = plane.project(plane.point(foot.x, foot.y))
    XCTAssertEqual(back.x, foot.x, accuracy: 1e-9)
    XCTAssertEqual(back.y, foot.y, accuracy: 1e-9)
  }

  func testAPathOnALineStillHasAPlane() throws {
    let plane = try Projection((0..<10).map { [Double($0), 2 * Double($0), 0] })
    XCTAssertEqual(plane.shares.0, 1, accuracy: 1e-9)
    XCTAssertEqual(plane.second.reduce(0) { $0 + $1 * $1 }, 1, accuracy: 1e-9)
    XCTAssertEqual(try Projection([[1, 2, 3], [1, 2, 3]]).shares.0, 0)
  }

  func testAProjectionSaysSo() throws {
    let path = Descents.run(
      Descents.bowl, Descents.bowlGradient, from: [3, -2, 2, 1, -1, 0.5, 2, -1], rate: 0.05, β: 0.7)
    let figure = try Gallery.descent(Descents.bowl, [path])
    XCTAssertTrue(
      figure.sentence.contains(
        "projected from 8 dimensions onto two principal components that show 95 % of the variance"))
    XCTAssertTrue(try figure.svg().contains(/principal component 1 \(\d+ %\)/))
  }

  func testAnimationIsFiniteAndRestsAtTheEnd() throws {
    let still = try svg([Gallery.valley(rate: 0.1)])
    XCTAssertFalse(still.contains("<animate"))
    let moving = try svg([Gallery.valley(rate: 0.1)], ["animate": .flag(true)])
    XCTAssertTrue(moving.contains("<animate"))
    XCTAssertFalse(moving.contains("indefinite"))
    // The circle without its animation is where the last value puts it.
    let match = try XCTUnwrap(
      moving.firstMatch(of: /cx="([\d.]+)"[^>]*>\n<animate attributeName="cx" [^>]*values="[^"]*;([\d.]+)"/))
    XCTAssertEqual(match.1, match.2)
  }

  func testDegeneratePathsStillShow() throws {
    func path(_ points: [[Double]], _ status: String) -> PathData {
      PathData(
        points: points, values: points.map { Descents.valley($0) },
        gradientNorms: points.map { Descents.norm(Descents.valleyGradient($0)) }, steps: points.count - 1,
        status: status, method: "sgd(rate = 0.1)")
    }
    for points in [
      [[0.0, 0.0]], [[1, 1], [1, 1]], [[1, 2], [.nan, .nan]], [[1, 2], [1e300, -1e300]],
      [[1e-9, 0], [0, 0]],
    ] {
      let figure = try Gallery.descent(Descents.valley, [path(points, "stopped")])
      XCTAssertFalse(try figure.svg().contains("nan"))
      XCTAssertFalse(figure.sentence.isEmpty)
    }
  }
}
