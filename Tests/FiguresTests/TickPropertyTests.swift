// Properties: whatever interval an axis covers, its ticks say where they stand.
import Foundation
import XCTest

@testable import Figures

final class TickPropertyTests: XCTestCase {
  private static let intervals: [(low: Double, high: Double)] = {
    var source = Numbers.Source(1)
    let far = Double.greatestFiniteMagnitude
    let least = Double.leastNonzeroMagnitude
    let chosen: [(low: Double, high: Double)] = [
      (-far, far), (0, far), (far.nextDown, far), (0, least), (-least, least), (1, 1.0.nextUp),
      (-1, (-1.0).nextUp),
      (1e15, 1e15 + 2), (0.3, 0.3.nextUp), (-1.8e307, 0), (1e6 - 1, 1e6 + 1), (99_999.95, 100_000.05),
    ]
    return chosen + (0..<1500).map { _ in source.interval() }
  }()

  func testEachLinearTickStandsWhereItsTextSays() throws {
    for (low, high) in Self.intervals {
      for count in [2, 7, 20] {
        let scale = Scale(kind: .linear, low: low, high: high, start: 0, end: 1000)
        let ticks = Ticks.of(scale, count: count)
        let place = "\(low)...\(high), \(count)"
        XCTAssertGreaterThanOrEqual(ticks.ticks.count, 2, place)
        XCTAssertLessThanOrEqual(ticks.ticks.count, 4 * count + 4, place)
        XCTAssertEqual(Set(ticks.ticks.map(\.text)).count, ticks.ticks.count, place)
        let offset = try ticks.offsetText.map { try number(inOffset: $0, place) } ?? 0
        let positions = try ticks.ticks.map { try XCTUnwrap(scale.position(of: $0), place) }
        for (a, b) in zip(positions, positions.dropFirst()) { XCTAssertLessThan(a, b, place) }
        for (tick, position) in zip(ticks.ticks, positions) {
          XCTAssertTrue((-1e-6...1000.000001).contains(position), "\(place): \(tick.text) at \(position)")
          let said = try XCTUnwrap(Numbers.said(tick.text), "\(place): \(tick.text)")
          // The offset is taken off the low end first: of numbers so near that is exact, unless it is none itself.
          let share =
            ticks.offset == nil ? between(said, low, high) : between(said, low - offset, high - offset)
          let isExact =
            ticks.offset == nil || high - low > 1e6 * offset.ulp || isNumber(ticks.offsetText!, offset)
          let accuracy = isExact ? 0.1 : 0.1 + 1000 * offset.ulp / (high - low)
          XCTAssertEqual(position, 1000 * share, accuracy: accuracy, "\(place): \(tick.text), \(offset)")
        }
      }
    }
  }

  /// The number in "+ 10¹⁵". Where it is no number of f64, what it says cannot be followed any further in f64.
  private func number(inOffset text: String, _ place: String) throws -> Double {
    let value = try XCTUnwrap(Numbers.said(String(text.dropFirst(2))), "\(place): \(text)")
    return text.hasPrefix("−") ? -value : value
  }

  /// Whether a decimal number is one of f64 to the last digit.
  private func isNumber(_ text: String, _ value: Double) -> Bool {
    func digits(_ text: some StringProtocol) -> [Character] {
      Array(text.filter { ("0"..."9").contains($0) }.drop { $0 == "0" }.reversed().drop { $0 == "0" })
    }
    let written = String(format: "%.770e", value).split(separator: "e")[0]
    let mantissa = text.firstRange(of: "×10").map { text[..<$0.lowerBound] } ?? text[...]
    return digits(mantissa) == digits(written) || text.contains("10") && digits(written) == ["1"]
  }

  private func between(_ value: Double, _ low: Double, _ high: Double) -> Double {
    let length = high - low
    return length.isFinite && (value - low).isFinite
      ? (value - low) / length : (value / 2 - low / 2) / (high / 2 - low / 2)
  }

  func testEachLogarithmicTickStandsWhereItsTextSays() throws {
    for (a, b) in Self.intervals {
      let (low, high) = (min(abs(a), abs(b)), max(abs(a), abs(b)))
      guard low > 0, low < high else { continue }
      for kind in [ScaleKind.log, .symlog] {
        let span = DataRange(kind == .log ? [low, high] : [a, b])
        let ends = Scale.domain(span, kind: kind, padding: 0.05)
        let scale = Scale(
          kind: kind, low: ends.low, high: ends.high, start: 0, end: 1000, threshold: Scale.threshold(span))
        for count in [1, 2, 3, 12, 40] {
          let named = Ticks.of(scale, count: count).ticks.count { !$0.text.isEmpty }
          XCTAssertGreaterThanOrEqual(named, 2, "\(kind) \(a)...\(b), \(count)")
        }
        let ticks = Ticks.of(scale, count: 5)
        let place = "\(kind) \(a)...\(b)"
        let named = ticks.ticks.filter { !$0.text.isEmpty }
        XCTAssertGreaterThanOrEqual(named.count, 2, place)
        for (tick, next) in zip(named, named.dropFirst()) {
          let (here, there) = (
            try XCTUnwrap(scale.position(of: tick)), try XCTUnwrap(scale.position(of: next))
          )
          XCTAssertLessThan(here, there, place)
          XCTAssertNotEqual(tick.text, next.text, place)
        }
        for tick in named {
          let position = try XCTUnwrap(scale.position(of: tick), place)
          XCTAssertTrue((-1e-6...1000.000001).contains(position), "\(place): \(tick.text) at \(position)")
          guard ticks.offset == nil else { continue }
          let said = try XCTUnwrap(Numbers.said(tick.text), "\(place): \(tick.text)")
          XCTAssertEqual(said, tick.value, accuracy: tick.value.ulp, "\(place): \(tick.text)")
        }
      }
    }
  }

  func testALogarithmicAxisHasTwoNumbersHoweverShortItIs() throws {
    for decades in stride(from: 0.1, through: 40, by: 0.7) {
      for width in [60.0, 90, 140, 320] {
        let y = [0.03, 0.03 * pow(10, decades / 2), 0.03 * pow(10, decades)]
        for mark in ["plot", "scatter", "errorbars"] {
          let figure = try Marks.build(
            mark, [.numbers(y), .numbers(y)] + (mark == "errorbars" ? [.numbers([0])] : []),
            [
              "xscale": .text("log"), "yscale": .text("log"),
              "size": .numbers([max(60, width), max(60, width)]),
            ])
          let svg = try figure.svg()
          let named = svg.matches(of: /<text [^>]*fill="#57606a"[^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>/)
          let across = Dictionary(grouping: named, by: { String($0.2) }).values.map(\.count).max() ?? 0
          let upwards = Dictionary(grouping: named, by: { String($0.1) }).values.map(\.count).max() ?? 0
          XCTAssertGreaterThanOrEqual(min(across, upwards), 2, "\(mark) \(decades) decades in \(width)")
        }
      }
    }
  }

  func testAnAxisHoldsItsDataAndTellsItApart() throws {
    for (low, high) in Self.intervals {
      for kind in [ScaleKind.linear, .log, .symlog] where kind != .log || low > 0 {
        let span = DataRange([low, high])
        for padding in [0, 0.06] {
          let ends = Scale.domain(span, kind: kind, padding: padding)
          let place = "\(kind) \(low)...\(high): \(ends)"
          XCTAssertTrue(ends.low <= low && high <= ends.high && ends.low < ends.high, place)
          XCTAssertTrue(ends.low.isFinite && ends.high.isFinite, place)
          let scale = Scale(
            kind: kind, low: ends.low, high: ends.high, start: 0, end: 1000, threshold: Scale.threshold(span))
          let (first, last) = (try XCTUnwrap(scale.position(low)), try XCTUnwrap(scale.position(high)))
          XCTAssertGreaterThan(last - first, kind == .symlog ? 100 : 500, place)
        }
      }
    }
  }

  func testOneNumberHasAnAxisAroundIt() {
    for value in Numbers.extremes where value.isFinite {
      for kind in [ScaleKind.linear, .log, .symlog] where kind != .log || value > 0 {
        let ends = Scale.domain(DataRange([value]), kind: kind, padding: 0.06)
        XCTAssertTrue(ends.low < ends.high && ends.low <= value && value <= ends.high, "\(kind) \(value)")
        XCTAssertTrue(ends.low.isFinite && ends.high.isFinite, "\(kind) \(value)")
      }
    }
  }

  func testLabelsTellNeighboursApart() throws {
    var source = Numbers.Source(2)
    for _ in 0..<2000 {
      var values = [source.number()]
      for _ in 0..<5 { values.append(source.partner(of: values[0])) }
      let labels = tellingTexts(values)
      let finite = values.filter(\.isFinite)
      let span = (finite.max() ?? 0) / 2 - (finite.min() ?? 0) / 2
      // Neighbours that rounding may have put apart, and whatever lies in a row of such.
      func areAlike(_ a: Double, _ b: Double) -> Bool {
        abs(a / 2 - b / 2) <= 6 * alike * span && abs(a - b) <= 6 * alike * max(abs(a), abs(b))
      }
      for (i, value) in values.enumerated() {
        let said = try XCTUnwrap(Numbers.said(labels[i]), labels[i])
        for (j, other) in values.enumerated()
        where value != other && other.isFinite && !areAlike(value, other) {
          XCTAssertNotEqual(labels[i], labels[j], "\(values)")
          XCTAssertLessThan(abs(said - value), abs(said - other), "\(value) of \(values): \(labels)")
        }
      }
    }
  }

  func testLevelsAreInsideAndEachOnce() throws {
    for (low, high) in Self.intervals {
      let values = (0...20).map { index -> Double in
        let share = Double(index) / 20
        return index == 0 ? low : min(max(low * (1 - share) + high * share, low), high)
      }
      for inside in [false, true] {
        let levels = try ContourLevels(values, best: values.min() ?? 0, inside: inside).values
        for (a, b) in zip(levels, levels.dropFirst()) { XCTAssertLessThan(a, b, "\(low)...\(high)") }
        XCTAssertTrue(levels.allSatisfy { $0 > low && $0 < high || $0 == 0 }, "\(low)...\(high): \(levels)")
      }
    }
  }
}
