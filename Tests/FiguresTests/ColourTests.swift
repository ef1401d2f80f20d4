// Every colour that carries meaning stands out from its card by 3:1 (WCAG 2) in light and in dark, text by 4.5:1.
import XCTest

@testable import Figures

final class ColourTests: XCTestCase {
  private func luminance(_ hex: String) throws -> Double {
    RGB(try XCTUnwrap(Int(hex.dropFirst(), radix: 16))).luminance
  }

  private func contrast(_ a: String, _ b: String) throws -> Double {
    let (x, y) = (try luminance(a), try luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  private func assertStandsOut(_ paint: Paint, _ least: Double, _ name: String) throws {
    XCTAssertGreaterThanOrEqual(try contrast(paint.light, Paint.card.light), least, "\(name), light")
    XCTAssertGreaterThanOrEqual(try contrast(paint.dark, Paint.card.dark), least, "\(name), dark")
  }

  func testContrastIsMeasuredAsWCAGHasIt() throws {
    XCTAssertEqual(try contrast("#ffffff", "#000000"), 21, accuracy: 1e-9)
    XCTAssertEqual(try contrast("#777777", "#ffffff"), 4.478, accuracy: 1e-3)
    // Sky on white fails, which is why it stands on the dark card only.
    XCTAssertLessThan(try contrast("#56b4e9", "#ffffff"), 3)
  }

  func testEverySeriesStandsOut() throws {
    for index in 0..<5 {
      try assertStandsOut(SeriesLook(index).paint, 3, "series \(index)")
      try assertStandsOut(SeriesLook.path(index).paint, 3, "path \(index)")
    }
  }

  func testEveryNamedColourStandsOut() throws {
    for name in Paint.names { try assertStandsOut(try XCTUnwrap(Paint(named: name)), 3, name) }
  }

  func testTextAndAxesStandOut() throws {
    try assertStandsOut(.ink, 7, "ink")
    try assertStandsOut(.muted, 4.5, "muted text")
    try assertStandsOut(.axis, 3, "axis")
  }

  func testNoSeriesIsToldApartByColourAlone() {
    let looks = (0..<25).map { SeriesLook($0) }
    for (index, look) in looks.enumerated() {
      for other in looks[(index + 1)...] where other.paint == look.paint {
        XCTAssertNotEqual(look.dash, other.dash)
      }
    }
    XCTAssertEqual(Set((0..<5).map { SeriesLook($0).dash }).count, 5)
    XCTAssertEqual(Set((0..<5).map { SeriesLook($0).marker }).count, 5)
  }

  func testZeroIsWhiteOnTheSignedMap() {
    XCTAssertEqual(ColorScale(.signed, fitting: DataRange([-3, 1])).color(0), RGB(0xffffff))
    XCTAssertEqual(ColorScale(.signed, low: -0.2, high: 0.2).color(0), RGB(0xffffff))
  }
}
