// Every colour that carries meaning stands out from its card by 3:1 (WCAG 2) in light and in dark, text by 4.5:1.
import Foundation
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
    for index in 0..<8 {
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
    for make in [{ SeriesLook($0) }, SeriesLook.path] {
      let looks = (0..<40).map(make)
      for (index, look) in looks.enumerated() {
        for other in looks[(index + 1)...] where other.paint == look.paint {
          XCTAssertNotEqual(look.dash, other.dash)
          XCTAssertNotEqual(look.marker, other.marker)
        }
      }
      // Eight lines in eight colours and dashes, ten classes in ten marks.
      XCTAssertEqual(Set(looks.prefix(8).map(\.paint)).count, 8)
      XCTAssertEqual(Set(looks.prefix(8).map(\.dash)).count, 8)
      XCTAssertEqual(Set(looks.prefix(10).map(\.marker)).count, 10)
    }
  }

  func testEveryMarkerAndDashIsDrawnInItsOwnWay() {
    func drawn(_ marker: Marker) -> String {
      var canvas = Canvas()
      marker.draw([Point(x: 9, y: 9)], radius: 3, paint: .ink, on: &canvas)
      return "\(canvas.elements)"
    }
    XCTAssertEqual(Set(Marker.allCases.map(drawn)).count, Marker.allCases.count)
    XCTAssertEqual(Set(Dash.allCases.map(\.pattern)).count, Dash.allCases.count)
  }

  /// Colours as one sees them who lacks a kind of cones (Machado et al. 2009), in Oklab, where distances are even.
  func testSeriesAreApartForEveryEye() throws {
    let eyes: [[[Double]]] = [
      [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ]
    func times(_ matrix: [[Double]], _ v: [Double]) -> [Double] {
      matrix.map { row in zip(row, v).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    func seen(_ hex: String, _ eye: [[Double]]) throws -> [Double] {
      let color = RGB(try XCTUnwrap(Int(hex.dropFirst(), radix: 16)))
      let linear = [color.red, color.green, color.blue].map { channel in
        channel / 255 <= 0.04045 ? channel / 255 / 12.92 : pow((channel / 255 + 0.055) / 1.055, 2.4)
      }
      let cones = times(
        [
          [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
          [0.0883024619, 0.2817188376, 0.6299787005],
        ], times(eye, linear).map { min(max($0, 0), 1) })
      return times(
        [
          [0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099],
          [0.0259040371, 0.7827717662, -0.808675766],
        ], cones.map { cbrt($0) })
    }
    for card in [\Paint.light, \Paint.dark] {
      for eye in eyes {
        let colors = try (0..<8).map { try seen(SeriesLook($0).paint[keyPath: card], eye) }
        for i in 0..<8 {
          for j in 0..<i {
            let distance = zip(colors[i], colors[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            XCTAssertGreaterThan(distance.squareRoot(), 0.07, "\(i) and \(j)")
          }
        }
      }
    }
  }

  func testZeroIsTheCardOnTheSignedMap() {
    for scale in [
      ColorScale(.signed, fitting: DataRange([-3, 1])), ColorScale(.signed, low: -0.2, high: 0.2),
    ] {
      XCTAssertEqual(scale.paint(0), .card)
    }
  }

  func testTheFartherFromZeroTheMoreASignedColourStandsOut() throws {
    let scale = ColorScale(.signed, low: -1, high: 1)
    for card in [\Paint.light, \Paint.dark] {
      for sign in [-1.0, 1] {
        let contrasts = try stride(from: 0.0, through: 1, by: 0.05).map {
          try contrast(scale.paint(sign * $0)[keyPath: card], Paint.card[keyPath: card])
        }
        for (less, more) in zip(contrasts, contrasts.dropFirst()) { XCTAssertGreaterThan(more, less) }
        for share in stride(from: -1.0, through: 1, by: 0.05) {
          let (ink, ground) = (scale.ink(share)[keyPath: card], scale.paint(share)[keyPath: card])
          XCTAssertGreaterThan(try contrast(ink, ground), 3, "\(share)")
        }
      }
    }
  }

  func testASignedPictureHasOneForEachCard() throws {
    let values = (0..<400).map { Double($0 - 200) }
    for mark in ["heatmap", "image"] {
      let svg = try Marks.build(mark, [.matrix(rows: 20, columns: 20, values)], [:]).svg()
      // The cells and the bar beside them.
      XCTAssertEqual(svg.matches(of: /<image [^>]*display="none"/).count, 2, mark)
      XCTAssertEqual(svg.matches(of: #/<image /#).count, 4, mark)
      XCTAssertEqual(svg.matches(of: /\{display:none\}/).count, 1, mark)
      XCTAssertEqual(svg.matches(of: /\{display:inline\}/).count, 1, mark)
    }
    let positive = try Marks.build("heatmap", [.matrix(rows: 20, columns: 20, values.map(abs))], [:]).svg()
    XCTAssertFalse(positive.contains("display"))
  }

  func testThinColoursAreSeenOnBothCards() throws {
    /// The lightness (CIE L*) between a colour over a card and the card.
    func apart(_ color: String, _ card: String, _ opacity: Double) throws -> Double {
      func channels(_ hex: String) throws -> RGB { RGB(try XCTUnwrap(Int(hex.dropFirst(), radix: 16))) }
      func lightness(_ color: RGB) -> Double { 116 * cbrt(max(color.luminance, 0.0089)) - 16 }
      let below = try channels(card)
      return abs(lightness(below.mixed(with: try channels(color), opacity)) - lightness(below))
    }
    for index in 0..<8 {
      let paint = SeriesLook(index).paint
      for opacity in [0.16, 0.25, 0.5] {
        let dark = try apart(paint.dark, Paint.card.dark, Canvas.darkOpacity(opacity))
        XCTAssertGreaterThan(dark, 40 * opacity, "series \(index) at \(opacity)")
      }
    }
    for mark in ["plot", "scatter", "bars", "hist", "hline"] {
      let svg = try Marks.build(mark, [.numbers([1, 2, 3])], ["opacity": .number(0.25)]).svg()
      XCTAssertTrue(svg.contains("{opacity:0.41}"), mark)
    }
  }
}
