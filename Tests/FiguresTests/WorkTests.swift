// What is asked while figures are made: often enough that an interrupt is heard, however much there is to draw. Counted in
// questions, not in seconds.
import XCTest

@testable import Figures

final class WorkTests: XCTestCase {
  private struct Stopped: Error {}

  private static let count = 30_000
  private static let side = 170

  private static let large: [(name: String, make: @Sendable () throws -> Figure)] = {
    let noise = Gallery.noise(count)
    let other = Gallery.noise(count, seed: 11)
    let steps = (0..<count).map { Double($0) }
    func mark(_ name: String, _ channels: [Channel], _ options: [String: OptionValue] = [:]) -> (
      String, @Sendable () throws -> Figure
    ) {
      nonisolated(unsafe) let channels = channels
      return (name, { try Marks.build(name, channels, options) })
    }
    let matrix = Channel.matrix(rows: side, columns: side, Array(noise.prefix(side * side)))
    let path = PathData(
      points: zip(noise, other).map { [$0, $1] }, values: noise, gradientNorms: other.map { abs($0) },
      steps: count - 1, status: "stopped", method: "m")
    return [
      mark("plot", [.numbers(noise)], ["label": .text("a")]),
      mark("plot", [.numbers(noise), .numbers(other)]),
      mark("plot", [.numbers(noise.enumerated().map { $0.offset % 2 == 0 ? $0.element : .nan })]),
      mark("scatter", [.numbers(noise), .numbers(other)]), mark("bars", [.numbers(noise)]),
      mark("bars", [.numbers(other), .numbers(noise)]), mark("hist", [.numbers(noise)]),
      mark("hist", [.numbers(noise)], ["bins": .numbers(steps)]),
      mark("ribbon", [.numbers(noise), .numbers(other)]),
      mark("ribbon", [.numbers(noise), .numbers(other), .numbers(noise)]),
      mark("errorbars", [.numbers(steps), .numbers(noise), .numbers(other)]),
      mark("arrow", [.numbers(noise), .numbers(other), .numbers(other), .numbers(noise)]),
      mark("hline", [.numbers(noise)]), mark("vline", [.numbers(noise)]),
      mark("spectrum", [.complex(real: noise, imaginary: other)]), mark("heatmap", [matrix]),
      mark("image", [matrix]),
      mark("image", [.tensor(shape: [100, 100, 3], noise)]), mark("overlay", [matrix, matrix]),
      mark("contour", [matrix, .interval(0, 1), .interval(0, 1)]),
      mark("region", [matrix, .interval(0, 1), .interval(0, 1)]),
      mark("track", [.path(path)]), mark("descent", [.objective { $0[0] * $0[1] }, .path(path)]),
    ]
  }()

  /// Runs with a hook that is told of each question.
  private func asking(_ hook: @escaping () throws -> Void, _ body: () throws -> Void) rethrows {
    let kept = FigureWork.poll
    defer { FigureWork.poll = kept }
    FigureWork.poll = hook
    try body()
  }

  func testEveryMarkAsksOftenAndStopsWhereverItIsTold() throws {
    for (name, make) in Self.large {
      var asked = 0
      var sizes = 0
      try asking({ asked += 1 }, { sizes = try make().svg().utf8.count })
      // At least once for each few thousand values, in each of the passes that making and drawing take.
      XCTAssertGreaterThan(asked, 2 * Self.count / FigureWork.stride, name)
      XCTAssertLessThan(sizes, 600_000, name)
      for share in [1, asked / 3, asked - 1] where share > 0 {
        var left = share
        let stop = {
          left -= 1
          if left == 0 { throw Stopped() }
        }
        XCTAssertThrowsError(try asking(stop, { _ = try make().svg() }), "\(name) at \(share) of \(asked)") {
          XCTAssertTrue($0 is Stopped, "\(name): \($0)")
        }
      }
    }
  }

  /// The work grows with the values and not with their square: it is counted in questions, which loops ask evenly.
  func testWorkGrowsWithTheValues() throws {
    func questions(_ count: Int, _ channels: ([Double]) -> [Channel], _ mark: String) throws -> Int {
      var asked = 0
      let spiral = (0..<count).map { Double($0) / Double(count) * cos(Double($0) * 0.7) }
      try asking({ asked += 1 }, { _ = try Marks.build(mark, channels(spiral), [:]).svg() })
      return asked
    }
    let tables: [(mark: String, channels: ([Double]) -> [Channel])] = [
      ("plot", { [.numbers($0), .numbers($0.reversed())] }),
      ("ribbon", { [.numbers($0), .numbers($0.reversed()), .numbers($0)] }),
      ("ribbon", { [.numbers($0), .numbers($0.map { $0 + 1 })] }), ("scatter", { [.numbers($0)] }),
      ("track", { [.matrix(rows: $0.count / 2, columns: 2, $0)] }),
      ("arrow", { [.numbers($0), .numbers($0), .numbers($0), .numbers($0)] }), ("bars", { [.numbers($0)] }),
    ]
    for (mark, channels) in tables {
      let few = try questions(20_000, channels, mark)
      let many = try questions(80_000, channels, mark)
      XCTAssertLessThan(many, 8 * few + 200, mark)
    }
  }

  func testLongTextsAreMeasuredOnceAndCut() throws {
    let long = String(repeating: "long label ", count: 3000)
    let options: [String: OptionValue] = [
      "title": .text(long), "xlabel": .text(long), "ylabel": .text(long), "label": .text(long),
    ]
    for mark in ["plot", "scatter", "bars", "hist", "hline", "vline"] {
      let figure = try Gallery.draw(mark, [.numbers([1, 2, 3])], options)
      // The whole of it stands in the description, and once more in the name.
      XCTAssertLessThan(try figure.svg().utf8.count, 250_000, mark)
    }
    let elided = TextWidth.elided(long, size: 12, limit: 150)
    XCTAssertLessThanOrEqual(TextWidth.of(elided, size: 12), 150)
    XCTAssertGreaterThan(TextWidth.of(elided, size: 12), 130)
    XCTAssertEqual(TextWidth.wrapped(long, size: 12, limit: 100, most: 3).count, 3)
    XCTAssertEqual(TextWidth.wrapped("a b c", size: 12, limit: 10, most: 3), ["a", "b", "c"])
    XCTAssertEqual(TextWidth.wrapped("a b c d", size: 12, limit: 10, most: 3), ["a", "b", "c…"])
  }

  func testALegendOfThousandsIsCut() throws {
    var figure = try Gallery.draw("scatter", [.numbers([0])], ["label": .text("0")])
    for index in 1..<2000 {
      figure =
        try figure + (Gallery.draw("scatter", [.numbers([Double(index)])], ["label": .text("\(index)")]))
    }
    let svg = try figure.svg()
    XCTAssertTrue(svg.contains(/>and \d+ more</))
    XCTAssertLessThan(svg.components(separatedBy: "<text").count, 300)
  }

  func testRoomIsAskedForBeforeValuesAreCopied() throws {
    let kept = FigureWork.reserve
    defer { FigureWork.reserve = kept }
    for (name, make) in Self.large {
      var greatest = 0
      FigureWork.reserve = { greatest = max(greatest, $0) }
      let figure = try make()
      XCTAssertGreaterThanOrEqual(greatest, Self.side * Self.side * 8, name)
      // Contours and bins keep what they found, not what they were given.
      guard !["contour", "region", "hist"].contains(name) else { continue }
      XCTAssertGreaterThanOrEqual(figure.valueCount, Self.side * Self.side, name)
      FigureWork.reserve = { _ in throw Stopped() }
      XCTAssertThrowsError(try figure.svg(), name)
      XCTAssertThrowsError(try make(), name)
    }
  }
}
