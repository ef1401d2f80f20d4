import Numerics
import XCTest

@testable import Interpreter
@testable import Library

/// How values look as text.
final class PrinterTests: XCTestCase {
  private func tensor(_ values: [Double], _ lengths: [Int], _ type: ElementType = .f64) -> Value {
    .tensor(Tensor(values, shape: Shape(lengths), type: type))
  }

  private func lines(_ value: Value) -> [String] { Printer.block(value).components(separatedBy: "\n") }

  func testNumbers() {
    let table: [(Double, String)] = [
      (0, "0"), (-0.0, "-0"), (3, "3"), (-17, "-17"), (0.5, "0.5"), (-2.25, "-2.25"),
      (0.1 + 0.2, "0.30000000000000004"),
      (100_000, "100000"), (999_999_999_999_999, "999999999999999"), (1e15, "1e15"), (-1e15, "-1e15"),
      (1.5e15, "1.5e15"), (123_456_789_012_345_680, "1.2345678901234568e17"), (1e300, "1e300"),
      (.infinity, "Inf"),
      (-.infinity, "-Inf"), (.nan, "NaN"), (0.0001, "0.0001"), (0.00012, "0.00012"), (1e-5, "1e-5"),
      (2.5e-10, "2.5e-10"), (-1.25e-7, "-1.25e-7"), (.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e308"),
      (123_456_789.125, "123456789.125"), (999_999_999_999_999.9, "999999999999999.9"),
      (1 / 3.0, "0.3333333333333333"),
    ]
    for (value, text) in table { XCTAssertEqual(Printer.number(value), text) }
  }

  func testNumbersReadBack() {
    var state: UInt64 = 42
    for _ in 0..<10_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state)
      guard value.isFinite else { continue }
      XCTAssertEqual(Double(Printer.number(value)), value)
      let short = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
      guard short.isFinite else { continue }
      XCTAssertEqual(Float(Printer.number(Double(short), .f32)), short)
    }
  }

  func testShortNumbersHaveTheirOwnDigits() {
    XCTAssertEqual(Printer.number(Double(Float(0.1)), .f32), "0.1")
    XCTAssertEqual(Printer.number(Double(Float(1) / 3), .f32), "0.33333334")
    XCTAssertEqual(Printer.number(1, .bool), "true")
    XCTAssertEqual(Printer.number(0, .bool), "false")
  }

  func testInline() {
    XCTAssertEqual(Printer.inline(tensor([1, 2, 3], [3])), "[1, 2, 3]")
    XCTAssertEqual(Printer.inline(tensor([1, 2.5], [2])), "[1.0, 2.5]")
    XCTAssertEqual(Printer.inline(tensor([1, 2, 3, 4], [2, 2])), "[1 2; 3 4]")
    XCTAssertEqual(Printer.inline(tensor([1, 2, 3], [1, 3])), "[1 2 3]")
    XCTAssertEqual(Printer.inline(tensor([1, 2], [2, 1])), "[1; 2]")
    XCTAssertEqual(Printer.inline(tensor([5], [1, 1])), "[[5]]")
    XCTAssertEqual(Printer.inline(tensor([1, 2, 3, 4], [2, 1, 2])), "[[[1, 2]], [[3, 4]]]")
    XCTAssertEqual(Printer.inline(tensor(Array(repeating: 0, count: 12), [3, 4])), "3×4 f64")
    XCTAssertEqual(Printer.inline(tensor(Array(repeating: 0, count: 11), [11], .f32)), "11 f32")
    XCTAssertEqual(Printer.inline(tensor([], [0])), "[]")
    XCTAssertEqual(Printer.inline(tensor([], [0, 3])), "0×3 f64")
    XCTAssertEqual(Printer.inline(tensor([1, 0], [2], .bool)), "[true, false]")
    XCTAssertEqual(Printer.inline(.items([])), "()")
    XCTAssertEqual(Printer.inline(.items([.number(1)])), "(1,)")
    XCTAssertEqual(Printer.inline(.items([.number(1), .text("a\n\"$x\"")])), "(1, \"a\\n\\\"\\$x\\\"\")")
    XCTAssertEqual(
      Printer.inline(.record(Record(names: ["W", "b"], items: [tensor([1, 2], [2]), .nothing]))),
      "(W = [1, 2], b = nothing)")
    XCTAssertEqual(Printer.inline(.interval(Interval(-2, 2))), "-2..2")
    XCTAssertEqual(Printer.inline(.bool(true)), "true")
  }

  func testLongTuplesLeaveOutTheirMiddle() {
    let text = Printer.inline(.items((1...1000).map { .number(Double($0)) }))
    XCTAssertTrue(text.hasPrefix("(1, 2, 3,"))
    XCTAssertTrue(text.contains("25, …, 976"))
    XCTAssertTrue(text.hasSuffix("999, 1000)"))
  }

  func testInterpolated() {
    XCTAssertEqual(Printer.interpolated(.text("a\"b")), "a\"b")
    XCTAssertEqual(Printer.interpolated(.items([.text("a")])), "(\"a\",)")
    XCTAssertEqual(Printer.interpolated(tensor([1, 2], [2])), "[1, 2]")
    XCTAssertEqual(Printer.printed([.text("x = "), .number(2), .text("!")]), "x = 2!")
    XCTAssertEqual(Printer.printed([tensor([1, 2], [2])]), "2 f64\n 1  2")
  }

  func testShown() {
    XCTAssertEqual(Printer.shown(.number(2), after: "x"), "x = 2")
    XCTAssertEqual(Printer.shown(.text("a"), after: "x"), "x = \"a\"")
    XCTAssertEqual(Printer.shown(tensor([1, 2], [2]), after: "x"), "x =\n2 f64\n 1  2")
  }

  func testFixedDigits() {
    XCTAssertEqual(Printer.fixed(Tensor(2.0 / 3), digits: 3), "0.667")
    XCTAssertEqual(Printer.fixed(Tensor(1e20), digits: 2), "100000000000000000000.00")
    XCTAssertEqual(Printer.fixed(Tensor(-0.0), digits: 0), "0")
    XCTAssertEqual(Printer.fixed(Tensor(-0.00123), digits: 1), "-1.2e-3")
    XCTAssertEqual(Printer.fixed(Tensor(.nan), digits: 3), "NaN")
    XCTAssertEqual(Printer.fixed(Tensor([1, 2.345]), digits: 2), "[1.00, 2.35]")
  }

  // MARK: Blocks

  func testTheBlockOfTheLanguagePage() {
    XCTAssertEqual(
      lines(tensor([1.5, 2, 3, 4, 5, 6], [2, 3])), ["2×3 f64", " 1.5  2.0  3.0", " 4.0  5.0  6.0"])
  }

  func testBlocks() {
    XCTAssertEqual(lines(tensor([1, 2, 3], [3])), ["3 f64", " 1  2  3"])
    XCTAssertEqual(lines(tensor([1, -20, 300, 4], [2, 2])), ["2×2 f64", "   1  -20", " 300    4"])
    XCTAssertEqual(
      lines(tensor([1, 22.75, -0.125, 1e-7], [2, 2])), ["2×2 f64", "  1.0    22.75", " -0.125   1e-7"])
    XCTAssertEqual(lines(tensor([1, .nan, .infinity], [3, 1])), ["3×1 f64", "   1", " NaN", " Inf"])
    XCTAssertEqual(
      lines(tensor([1, 0, 0, 1], [2, 2], .bool)), ["2×2 bool", "  true  false", " false   true"])
    XCTAssertEqual(lines(tensor([], [0])), ["0 f64"])
    XCTAssertEqual(lines(tensor([], [0, 3])), ["0×3 f64"])
    XCTAssertEqual(lines(tensor([0.1], [1], .f32)), ["1 f32", " 0.1"])
    XCTAssertEqual(
      lines(tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])),
      ["2×2×2 f64", "[1, :, :]", " 1  2", " 3  4", "[2, :, :]", " 5  6", " 7  8"])
    XCTAssertEqual(
      lines(tensor([1, 2, 3, 4], [2, 1, 1, 2])),
      ["2×1×1×2 f64", "[1, 1, :, :]", " 1  2", "[2, 1, :, :]", " 3  4"])
  }

  func testWideRowsLeaveOutTheirMiddle() {
    let block = lines(tensor((1...200).map(Double.init), [200]))
    XCTAssertEqual(block.count, 2)
    XCTAssertLessThanOrEqual(block[1].count, 101)
    XCTAssertTrue(block[1].hasPrefix(" 1  2  3  4"))
    XCTAssertTrue(block[1].contains("  …  "))
    XCTAssertTrue(block[1].hasSuffix("  199  200"))
    let exact = lines(tensor(Array(repeating: 7, count: 33), [33]))
    XCTAssertEqual(exact[1], String(repeating: "  7", count: 33).dropFirst().description)
  }

  func testLongTensorsLeaveOutRowsAndSlices() {
    let rows = lines(tensor((1...3000).map(Double.init), [1000, 3]))
    XCTAssertEqual(rows.count, 12)
    XCTAssertEqual(rows[1], "    1     2     3")
    XCTAssertEqual(rows[6], " …")
    XCTAssertEqual(rows[11], " 2998  2999  3000")
    let slices = lines(tensor(Array(repeating: 1, count: 2000), [500, 2, 2]))
    XCTAssertEqual(
      slices.filter { $0.hasPrefix("[") },
      ["[1, :, :]", "[2, :, :]", "[3, :, :]", "[498, :, :]", "[499, :, :]", "[500, :, :]"])
    let whole = lines(tensor(Array(repeating: 1, count: 1000), [500, 2]))
    XCTAssertEqual(whole.count, 501)
  }

  func testNoLineEndsInASpace() {
    let values: [Value] = [
      tensor([1, 2.5, 3.25, 4], [2, 2]), tensor([1.25, 2, 3, 4], [4, 1]),
      tensor((1...900).map { Double($0) / 8 }, [30, 30]),
    ]
    for value in values { for line in lines(value) { XCTAssertFalse(line.hasSuffix(" "), line) } }
  }

  func testDurations() {
    let table: [(Double, String)] = [
      (0, "0 ns"), (4.5e-8, "45 ns"), (4.5e-5, "45 µs"), (0.00123, "1.23 ms"), (0.0999, "99.9 ms"),
      (2.1, "2.1 s"), (59.94, "59.9 s"),
      (125, "2 min 5 s"), (7260, "2 h 1 min"), (0.9999, "1 s"), (0.99949, "999 ms"),
    ]
    for (seconds, text) in table { XCTAssertEqual(Clock.duration(seconds), text) }
  }
}
