// What holds for every SVG: valid, still, self-contained, small, the same bytes each time.
import Foundation
import XCTest

@testable import Figures

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Collects what an SVG is made of.
private final class Reader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []
  var texts: [String: String] = [:]
  private var current = ""

  static func read(_ svg: String) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    return reader
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
    current = name
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    texts[current, default: ""] += string
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { current = "" }
}

final class DocumentTests: XCTestCase {
  func testEveryFigureIsSafeAndSelfContained() throws {
    let allowed: Set = [
      "svg", "title", "desc", "style", "defs", "clipPath", "g", "rect", "path", "circle", "text", "animate",
      "image",
    ]
    for (name, drawn) in Gallery.drawn {
      let svg = try drawn.get()
      let reader = try Reader.read(svg)
      XCTAssertTrue(Set(reader.elements.map(\.name)).isSubset(of: allowed), name)
      XCTAssertLessThanOrEqual(reader.elements.count { $0.name == "style" }, 1, name)
      var identifiers: [String] = []
      for (element, attributes) in reader.elements {
        for (key, value) in attributes {
          XCTAssertFalse(key.hasPrefix("on") || key == "style", "\(name): \(key)")
          if key.contains("href") {
            // The one picture there may be is inside the file.
            XCTAssertTrue(element == "image" && value.hasPrefix("data:image/png;base64,"), "\(name): \(key)")
            continue
          }
          XCTAssertFalse(value.contains("currentColor") || value.contains("nan"), "\(name): \(value)")
          if value.contains("url(") { XCTAssertTrue(value.hasPrefix("url(#n"), name) }
          if ["d", "x", "y", "cx", "cy", "width", "height"].contains(key) {
            XCTAssertFalse(value.contains(/-0(?![\d.])/), "\(name): \(value)")
            XCTAssertFalse(value.contains(/\.\d\d/), "\(name): \(value)")
          }
          if key == "id" { identifiers.append(value) }
          if element == "animate", key == "repeatCount" { XCTAssertEqual(value, "1") }
        }
      }
      XCTAssertEqual(Set(identifiers).count, identifiers.count, name)
      let root = try XCTUnwrap(reader.elements.first)
      XCTAssertEqual(root.attributes["role"], "img")
      XCTAssertNotNil(root.attributes["viewBox"])
      XCTAssertFalse(reader.texts["desc", default: ""].isEmpty, name)
      XCTAssertFalse(reader.texts["title", default: ""].isEmpty, name)
      XCTAssertLessThan(svg.utf8.count, name == "stress-lines" ? 250_000 : 60_000, name)
    }
  }

  func testAnOpaqueCardIsDrawnFirst() throws {
    let svg = try Gallery.draw("plot", [.numbers([1, 2])]).svg()
    let reader = try Reader.read(svg)
    let drawn = try XCTUnwrap(
      reader.elements.first {
        !["svg", "title", "desc", "style", "defs", "clipPath"].contains($0.name)
          && $0.attributes["class"] != nil
      })
    XCTAssertEqual(drawn.name, "rect")
    XCTAssertEqual(drawn.attributes["fill"], "#ffffff")
    XCTAssertEqual(drawn.attributes["width"], "640")
    XCTAssertEqual(svg.components(separatedBy: "prefers-color-scheme").count, 2)
  }

  func testTheSameBytesEachTime() throws {
    for ((name, make), drawn) in zip(Gallery.all, Gallery.drawn) {
      XCTAssertEqual(try make().svg(), try drawn.svg.get(), name)
    }
  }

  func testAttributesAreSortedAndElementsHaveTheirLines() throws {
    let svg = try Gallery.draw("scatter", [.numbers([1, 2, 3])], ["label": .text("a")]).svg()
    for line in svg.split(separator: "\n") {
      XCTAssertTrue(line.hasPrefix("<") && line.hasSuffix(">"), String(line))
      let names = line.matches(of: /\s([a-z-]+[A-Za-z]*)="/).map { String($0.1) }
      XCTAssertEqual(names, names.sorted(), String(line))
    }
  }

  func testIdsDifferWhereTheContentDoes() throws {
    func identifier(_ values: [Double]) throws -> String? {
      try Reader.read(try Gallery.draw("plot", [.numbers(values)]).svg()).elements.first?.attributes["id"]
    }
    XCTAssertNotEqual(try identifier([1, 2, 3]), try identifier([1, 2, 4]))
  }

  func testUserTextIsEscaped() throws {
    let wild = "<script>alert(\"&\")</script> 'x' \u{0}\u{1B} 損失 🦀 ∇f"
    let figure = try Gallery.draw(
      "plot", [.numbers([1, 2])], ["title": .text(wild), "xlabel": .text(wild), "label": .text(wild)])
    let reader = try Reader.read(try figure.svg())
    XCTAssertFalse(reader.elements.contains { $0.name == "script" })
    XCTAssertTrue(reader.texts["title", default: ""].contains("<script>alert(\"&\")</script>"))
    XCTAssertFalse(try figure.html().contains("<script"))
  }

  func testHtmlIsAnImageWithEverythingInIt() throws {
    let figure = try Gallery.draw("plot", [.numbers([1, 4, 9])], ["size": .numbers([320, 200])])
    let html = try figure.html()
    XCTAssertTrue(
      html.hasPrefix(
        "<img alt=\"A line of 3 points, y from 1 to 9 over x from 1 to 3.\" height=\"200\" src=\"data:image/svg+xml;base64,"
      ))
    XCTAssertTrue(html.hasSuffix("width=\"320\">"))
    let start = try XCTUnwrap(html.range(of: "base64,")?.upperBound)
    let end = try XCTUnwrap(html.range(of: "\" width")?.lowerBound)
    XCTAssertEqual(Data(base64Encoded: String(html[start..<end])), Data(try figure.svg().utf8))
  }

  func testLargeDataStaysSmall() throws {
    let x = Gallery.noise(200_000, seed: 1)
    let y = Gallery.noise(200_000, seed: 2)
    XCTAssertLessThan(try Gallery.draw("scatter", [.numbers(x), .numbers(y)]).svg().utf8.count, 250_000)
    XCTAssertLessThan(try Gallery.draw("plot", [.numbers(x)]).svg().utf8.count, 250_000)
    // A line that runs to and fro cannot be thinned by columns.
    XCTAssertLessThan(
      try Gallery.draw("plot", [.numbers(x.map { $0 }), .numbers(y)]).svg().utf8.count, 250_000)
    XCTAssertLessThan(try Gallery.draw("bars", [.numbers(y)]).svg().utf8.count, 250_000)
  }

  func testLargeMatricesAndManyLinesStaySmall() throws {
    let noise = Gallery.noise(1_000_000, seed: 3)
    func size(_ mark: String, _ channels: [Channel]) throws -> Int {
      try Gallery.draw(mark, channels).svg().utf8.count
    }
    XCTAssertLessThan(try size("heatmap", [.matrix(rows: 1000, columns: 1000, noise)]), 250_000)
    XCTAssertLessThan(try size("image", [.matrix(rows: 1000, columns: 1000, noise)]), 250_000)
    let lines = Channel.matrix(rows: 1000, columns: 200, Array(noise.prefix(200_000)))
    XCTAssertLessThan(try size("plot", [lines]), 250_000)
    // A surface without any structure, whose isolines are all beads.
    let rough: (Double, Double) -> Double = { x, y in
      let place = Int(abs(x * 7919 + y * 104_729) * 1000) % noise.count
      return noise[place]
    }
    XCTAssertLessThan(
      try size("contour", [.surface(rough), .interval(-1, 1), .interval(-1, 1)]), 250_000)
  }
}
