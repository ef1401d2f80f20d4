// Points given whole are the points of their coordinates.
import Foundation
import XCTest

@testable import Figures

final class WholePointTests: XCTestCase {
  private func svg(_ mark: String, _ channels: [Channel]) throws -> String {
    try Marks.build(mark, channels, [:]).svg()
  }

  private func matrix(_ points: [[Double]]) -> Channel {
    .matrix(rows: points.count, columns: 2, points.flatMap(\.self))
  }

  func testWholePointsAreThoseOfTheirCoordinates() throws {
    for count in [1, 2, 3, 40] {
      let points = (0..<count).map { [cos(Double($0)), $0 == 2 ? .nan : sin(2 * Double($0))] }
      let (x, y) = (points.map { $0[0] }, points.map { $0[1] })
      XCTAssertEqual(try svg("scatter", [matrix(points)]), try svg("scatter", [.numbers(x), .numbers(y)]))
      let (u, v) = (x.map { 3 - $0 }, y.map { 4 - $0 })
      let arrows = try svg("arrow", [.numbers(x), .numbers(y), .numbers(u), .numbers(v)])
      XCTAssertEqual(try svg("arrow", [matrix(points), .numbers([3, 4])]), arrows)
      XCTAssertEqual(try svg("arrow", [matrix(points), matrix(points.map { _ in [3, 4] })]), arrows)
    }
    XCTAssertEqual(
      try svg("arrow", [.numbers([1, 2]), .numbers([4, 6])]),
      try svg("arrow", [.numbers([1]), .numbers([2]), .numbers([3]), .numbers([4])]))
    XCTAssertEqual(
      try svg("text", [.numbers([1, 2]), .text("a")]),
      try svg("text", [.numbers([1]), .numbers([2]), .text("a")]))
  }

  func testWhatIsNoPointIsRefused() {
    let three = Channel.matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
    for (mark, channels) in [
      ("scatter", [three]), ("arrow", [three, three]), ("arrow", [.numbers([1]), .numbers([2])]),
      ("arrow", [.numbers([1, 2, 3]), .numbers([1, 2, 3])]),
      ("arrow", [matrix([[1, 2], [3, 4]]), matrix([[1, 2], [3, 4], [5, 6]])]),
      ("text", [matrix([[1, 2], [3, 4]]), .text("a")]), ("text", [.numbers([1, .nan]), .text("a")]),
    ] {
      XCTAssertThrowsError(try svg(mark, channels), mark) { XCTAssertTrue($0 is FigureFault) }
    }
  }

  func testEveryArrowHasAHead() throws {
    for count in [1, 2, 7, 400] {
      for length in [1e-3, 1, 1e3] {
        let feet = (0..<count).map { Double($0) / Double(count) }
        let arrows = try Marks.build(
          "arrow",
          [.numbers(feet), .numbers(feet), .numbers(feet.map { _ in length }), .numbers(feet.map { -$0 })],
          ["color": .text("black")])
        // Within limits that cut the long ones off, too.
        let ground = try Marks.build(
          "contour", [.surface { $0 + $1 }, .interval(-1, 2), .interval(-1, 2)], ["values": .flag(false)])
        let bare = try ground.svg().matches(of: /<path [^>]*fill="#1f2328"/).count
        for figure in [arrows, try ground + arrows] where length > 0.1 || count == 1 {
          let heads = try figure.svg().matches(of: /<path [^>]*d="([^"]*)"[^>]*fill="#1f2328"/).map { $0.1 }
          let closed = heads.map { $0.filter { $0 == "z" }.count }.reduce(0, +)
          XCTAssertEqual(closed + bare, count, "\(count) of \(length)")
        }
      }
    }
  }
}
