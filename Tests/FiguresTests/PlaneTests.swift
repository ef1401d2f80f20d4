// One scale on both axes of a plane, and limits that no outlier rules.
import Foundation
import XCTest

@testable import Figures

final class PlaneTests: XCTestCase {
  /// The pixels of a unit of y for each of a unit of x, in the first panel of a figure as it is drawn.
  private func stretch(_ figure: Figure) throws -> Double {
    let size = try figure.size
    var layout = Layout(figure)
    try layout.settle(in: Size(width: size.width, height: size.height))
    let frame = try XCTUnwrap(layout.frames.first)
    func unit(_ scale: Scale) -> Double { abs(scale.end - scale.start) / (scale.high - scale.low) }
    return unit(frame.y) / unit(frame.x)
  }

  /// Figures of a plane over a rectangle of this ratio.
  private func planes(_ ratio: Double, _ options: [String: OptionValue]) throws -> [(String, Figure)] {
    let sides: [Channel] = [.interval(-1, 1), .interval(-ratio, ratio)]
    let corners = [-1, -ratio, 1, ratio, -1, ratio]
    let path = Channel.matrix(rows: 3, columns: 2, corners)
    return try [
      ("contour", [.surface { $0 + $1 }] + sides), ("field", [.vectorField { ($0, $1) }] + sides),
      ("region", [.surface { $0 + $1 }] + sides), ("track", [path]),
      ("arrow", [.numbers([-1]), .numbers([-ratio]), .numbers([2]), .numbers([2 * ratio])]),
    ].map { ($0, try Marks.build($0, $1, options)) }
  }

  func testAUnitIsAsLongOnBothAxesOfAPlane() throws {
    for ratio in [0.4, 0.7, 1, 1.6, 2.5] {
      for size in [nil, [640.0, 200], [300, 400]] {
        let options: [String: OptionValue] = size.map { ["size": .numbers($0)] } ?? [:]
        for (mark, figure) in try planes(ratio, options) {
          XCTAssertEqual(try stretch(figure), 1, accuracy: 0.05, "\(mark) \(ratio) \(size ?? [])")
          // Beside others it holds too, and with a line over it.
          let line = try Marks.build("plot", [.numbers([-1, 1]), .numbers([-ratio, ratio])])
          if mark != "arrow" { XCTAssertEqual(try stretch(figure + line), 1, accuracy: 0.05, mark) }
        }
        for (mark, figure) in try planes(ratio, options.merging(["equal": .flag(false)]) { $1 })
        where size != nil && ratio != 1 {
          XCTAssertGreaterThan(abs(try stretch(figure) - 1), 0.05, mark)
        }
      }
    }
  }

  func testBeyondAFactorOfThreeItIsAskedFor() throws {
    for ratio in [0.05, 20] {
      for (mark, figure) in try planes(ratio, ["size": .numbers([400, 400])]) {
        XCTAssertGreaterThan(abs(log(try stretch(figure))), 1, mark)
      }
      for (mark, figure) in try planes(ratio, ["size": .numbers([400, 400]), "equal": .flag(true)]) {
        XCTAssertEqual(try stretch(figure), 1, accuracy: 0.3, mark)
      }
    }
  }

  func testWhatIsNoPlaneIsEqualOnlyWhereItIsAskedFor() throws {
    for mark in ["plot", "scatter"] {
      let channels: [Channel] = [.numbers([0, 1, 2]), .numbers([0, 1, 3])]
      let size: [String: OptionValue] = ["size": .numbers([600, 200])]
      XCTAssertLessThan(try stretch(try Marks.build(mark, channels, size)), 0.5, mark)
      let equal = try Marks.build(mark, channels, size.merging(["equal": .flag(true)]) { $1 })
      XCTAssertEqual(try stretch(equal), 1, accuracy: 0.05, mark)
      XCTAssertThrowsError(
        try Marks.build(mark, channels, ["equal": .flag(true), "xscale": .text("symlog")]))
    }
  }

  func testTheAxesOfADescentHaveOneScale() throws {
    let sides: [(Double, Double)] = [(1, 0.02), (1, 0.3), (1, 0.8), (1, 2), (1, 30), (0, 1), (1, 0)]
    for (width, height) in sides {
      let points: [[Double]] = (0..<30).map { step -> [Double] in
        let share = 1 - Double(step) / 29
        let side: Double = step % 2 == 0 ? 1 : -1
        return [width * share, height * share * side]
      }
      let path = PathData(
        points: points, values: points.map { Descents.bowl($0) },
        gradientNorms: points.map { Descents.norm($0) }, steps: 29, status: "stopped", method: "m")
      for options: [String: OptionValue] in [[:], ["steady": .flag(true)]] {
        let figure = try Gallery.descent(Descents.bowl, [path], options)
        XCTAssertEqual(try stretch(figure), 1, accuracy: 0.05, "\(width) by \(height)")
      }
      let free = try Gallery.descent(Descents.bowl, [path], ["equal": .flag(false)])
      XCTAssertNoThrow(try free.svg())
    }
  }

  /// A path of small steps, one of which throws it far away.
  private func thrown(at step: Int, to far: [Double], count: Int = 40, status: String = "stopped") -> PathData
  {
    let points = (0..<count).map { index -> [Double] in
      if index >= step { return [far[0] + 1e-3 * Double(index), far[1]] }
      return [0.1 * Double(index % 3), 0.05 * Double(index)]
    }
    let values: [Double] = (0..<count).map { $0 < step ? 1 - 0.01 * Double($0) : 2 }
    return PathData(
      points: points, values: values,
      gradientNorms: points.map { _ in 1 }, steps: count - 1, status: status, method: "m")
  }

  func testAStepThatThrowsAPathOutHasNoSayInTheLimits() throws {
    for step in [4, 10, 30] {
      for far in [[50.0, 0], [0, -80], [-30, 1e6]] {
        let path = thrown(at: step, to: far)
        let limits = try PathLimits.around([
          .init(points: path.points.map { Point(x: $0[0], y: $0[1]) }, values: path.values, diverged: false)
        ])
        XCTAssertLessThan(limits.x.upperBound - limits.x.lowerBound, 5)
        XCTAssertLessThan(limits.y.upperBound - limits.y.lowerBound, 5)
        let figure = try Gallery.descent(Descents.bowl, [path])
        XCTAssertTrue(figure.sentence.contains("left at step \(step) of 39"), figure.sentence)
        XCTAssertTrue(try figure.svg().contains("step \(step)</text>"))
      }
    }
  }

  func testAPathThatComesBackOrArrivesIsFollowed() throws {
    func reach(_ path: PathData) throws -> Double {
      let limits = try PathLimits.around([
        .init(
          points: path.points.map { Point(x: $0[0], y: $0[1]) }, values: path.values, diverged: false,
          converged: path.status == "converged")
      ])
      return limits.x.upperBound
    }
    XCTAssertGreaterThan(try reach(thrown(at: 30, to: [50, 0], status: "converged")), 50)
    // The first steps say nothing of how long a step is.
    XCTAssertGreaterThan(try reach(thrown(at: 1, to: [50, 0])), 50)
  }

  func testARunThatFliesOffSaysThatItDiverged() throws {
    func path(_ values: [Double], _ status: String) -> PathData {
      PathData(
        points: values.map { [$0, 1] }, values: values, gradientNorms: values.map { abs($0) },
        steps: values.count - 1, status: status, method: "m")
    }
    let growing = (0..<400).map { pow(1.5, Double($0)) }
    for values in [growing, growing.map { -$0 * 1e40 }, [1, 2, 3, 1e101]] {
      let figure = try Gallery.descent(Descents.bowl, [path(values, "stopped")])
      XCTAssertTrue(figure.sentence.contains("diverged in \(values.count - 1) steps"), figure.sentence)
      XCTAssertFalse(figure.sentence.contains("stopped"))
    }
    XCTAssertTrue(
      try Gallery.descent(Descents.bowl, [path([4, 2, 1], "stopped")]).sentence.contains("stopped after 2"))
  }
}
