// Every mark, given the ends of f64 in each of its channels, on every kind of axis, makes a figure or says why not.
import XCTest

@testable import Figures

final class ExtremeMarkTests: XCTestCase {
  /// Vectors of three that no figure expects.
  private static let vectors: [[Double]] = {
    let far = Double.greatestFiniteMagnitude
    let least = Double.leastNonzeroMagnitude
    return [
      [], [5], [2, 2, 2], [0, -0.0, 0], [least, 0, least], [-least, least, 2 * least], [far, -far, 0],
      [far, far.nextDown, far], [-1.7e308, -1.7e308, -1.7e308], [1, 1.0.nextUp, 1.0.nextDown],
      [1e15, 1e15 + 1, 1e15 + 2], [.infinity, -.infinity, 0], [.nan, .nan, .nan], [1, .nan, 3],
      [0x1p-1060, 1, 1e308], [-1e300, 1e-300, 1e300],
    ]
  }()

  private static let scales = ["linear", "log", "symlog"]

  /// Draws, and looks at what came out: no number that is none, no other error than a fault of figures.
  @discardableResult
  private func draw(_ mark: String, _ channels: [Channel], _ options: [String: OptionValue] = [:]) -> Bool {
    do {
      let svg = try Marks.build(mark, channels, options).svg()
      XCTAssertFalse(svg.contains(/[ "(=](nan|inf)/), "\(mark) \(options)")
      XCTAssertLessThan(svg.utf8.count, 400_000, "\(mark) \(options)")
      return true
    } catch {
      XCTAssertTrue(error is FigureFault, "\(mark): \(error)")
      return false
    }
  }

  func testVectorsInEachChannel() {
    let usual: [Double] = [1, 2, 3]
    let channels = [
      "plot": 2, "scatter": 2, "bars": 2, "ribbon": 3, "errorbars": 4, "arrow": 4, "hist": 1, "hline": 1,
      "vline": 1,
    ]
    var drawn = 0
    for (mark, count) in channels.sorted(by: { $0.key < $1.key }) {
      for place in 0..<count {
        for vector in Self.vectors {
          // As long as the others, where it has elements at all.
          var vector = vector
          if mark != "errorbars" || place < 2, vector.count == 1, count > 1 {
            vector += [vector[0], vector[0]]
          }
          for (x, y) in zip(
            ["linear", "log", "linear", "symlog", "log"], ["linear", "linear", "log", "symlog", "log"])
          {
            var given = [Channel](repeating: .numbers(usual), count: count)
            given[place] = .numbers(vector)
            if draw(mark, given, ["xscale": .text(x), "yscale": .text(y)]) { drawn += 1 }
          }
        }
      }
    }
    XCTAssertGreaterThan(drawn, 500)
  }

  func testAllChannelsAtOnce() {
    for vector in Self.vectors {
      for scale in Self.scales {
        let options: [String: OptionValue] = ["xscale": .text(scale), "yscale": .text(scale)]
        for (mark, count) in [
          ("plot", 2), ("scatter", 2), ("bars", 2), ("ribbon", 3), ("errorbars", 3), ("arrow", 4),
        ] {
          draw(mark, [Channel](repeating: .numbers(vector), count: count), options)
          draw(
            mark, [Channel](repeating: .numbers(vector), count: count),
            options.merging(["equal": .flag(true), "label": .text("a")]) { $1 })
        }
        draw("spectrum", [.complex(real: vector, imaginary: vector)], options)
        draw(
          "text", [.numbers(Array(vector.prefix(1))), .numbers(Array(vector.suffix(1))), .text("a")], options)
      }
    }
  }

  func testMatrices() {
    for vector in Self.vectors {
      for (rows, columns) in [(vector.count, 1), (1, vector.count), (vector.count, vector.count)] {
        let values = (0..<(rows * columns)).map { vector[$0 % vector.count] }
        let matrix = Channel.matrix(rows: rows, columns: columns, values)
        for colors in ["viridis", "signed"] {
          for scale in ["linear", "log"] {
            draw("heatmap", [matrix], ["colors": .text(colors), "colorscale": .text(scale)])
          }
          draw("image", [matrix], ["colors": .text(colors)])
        }
        draw("plot", [matrix])
        draw("track", [matrix])
        draw("overlay", [matrix, matrix])
        draw("overlay", [.matrix(rows: rows, columns: columns, values.map { _ in 1 }), matrix])
        draw("image", [.tensor(shape: [rows, columns, 3], values + values + values)])
        draw("image", [.tensor(shape: [2, rows, columns], values + values)], ["columns": .number(1e300)])
        for option in ["contour", "region"] {
          draw(option, [matrix, .interval(0, 1), .interval(-1e308, 1e307)])
        }
      }
      draw("heatmap", [.numbers(vector)])
      for scale in Self.scales {
        draw(
          "heatmap", [.numbers(vector.map { _ in 1 })],
          ["x": .numbers(vector), "xscale": .text(scale), "y": .number(1), "square": .flag(true)])
      }
      let pairs = Channel.matrix(rows: vector.count, columns: 2, vector + vector)
      draw("scatter", [pairs])
      draw("arrow", [pairs, pairs])
      draw("arrow", [pairs, .numbers([vector.first ?? 0, vector.last ?? 0])])
    }
  }

  /// Over each other and beside each other figures share axes and bins, whatever each of them shows.
  func testTogether() {
    for vector in Self.vectors {
      for other in Self.vectors {
        for mark in ["plot", "scatter", "hist"] {
          for scale in ["linear", "log"] {
            let options: [String: OptionValue] = ["xscale": .text(scale), "yscale": .text(scale)]
            do {
              let (a, b) = try (
                Marks.build(mark, [.numbers(vector)], options), Marks.build(mark, [.numbers(other)], options)
              )
              for figure in [try a + b, .grid([[a, b]]), .grid([[a], [b]])] {
                XCTAssertFalse(try figure.svg().contains(/[ "(=](nan|inf)/), "\(mark) \(vector) \(other)")
              }
            } catch {
              XCTAssertTrue(error is FigureFault, "\(mark): \(error)")
            }
          }
        }
      }
    }
  }

  func testFunctions() {
    for value in Numbers.extremes {
      for (low, high) in [(-1.0, 1.0), (-8e307, 8e307), (1, 1.0.nextUp), (0, .leastNonzeroMagnitude)] {
        for scale in Self.scales {
          let options: [String: OptionValue] = ["xscale": .text(scale), "yscale": .text(scale)]
          draw("plot", [.curve { $0 * value }, .interval(low, high)], options)
          draw(
            "contour", [.surface { $0 * value + $1 }, .interval(low, high), .interval(low, high)], options)
        }
        let sides: [Channel] = [.interval(low, high), .interval(-1, 1)]
        draw("contour", [.surface { $0 * value * $1 }] + sides, ["levels": .number(60)])
        draw("region", [.surface { $0 * value + $1 }] + sides)
        draw("field", [.vectorField { ($0 * value, $1) }] + sides)
        draw("field", [.vectorField { (value, $0 + $1) }] + sides, ["unit": .flag(true)])
      }
    }
  }

  func testPaths() {
    for start in Numbers.extremes {
      for end in Numbers.extremes {
        for dimension in [1, 2, 3] {
          let path = PathData(
            points: [
              [Double](repeating: start, count: dimension), [Double](repeating: end, count: dimension),
            ],
            values: [start, end], gradientNorms: [abs(end), abs(start)], steps: 1, status: "diverged",
            method: "m")
          draw(
            "descent", [.objective { $0.reduce(0) { $0 + $1 * $1 } }, .path(path)], ["animate": .flag(true)])
          draw("track", [.path(path)])
        }
      }
    }
  }

  func testGradientFlows() throws {
    for size in Numbers.extremes {
      for other in Numbers.extremes {
        func item(_ name: String, _ sizes: [Double]) -> FlowData.Item {
          FlowData.Item(name: name, adjoints: sizes, values: sizes, mark: nil, saturated: size, dead: 0)
        }
        let items = [item("a", [size, other]), item("b", [other]), item("c", [abs(size)])]
        let data = FlowData(
          function: "f", loss: size, variables: [items[1]],
          sections: [.init(place: "cell", lines: [.init(number: 1, text: "a = b", items: items)])],
          nodes: items.map { FlowData.Node(item: $0, isVariable: false, isLoss: false) },
          edges: [.init(from: 0, to: 1, size: abs(size)), .init(from: 0, to: 2, size: abs(other))])
        for figure in [Figure.gradientFlowSource(data), .gradientFlowGraph(data)] {
          XCTAssertFalse(try figure.svg().contains(/[ "(=](nan|inf)/), "\(size) \(other)")
        }
      }
    }
  }

  func testValuesThatDifferAreDrawnApart() throws {
    var source = Numbers.Source(4)
    for _ in 0..<300 {
      let (low, high) = source.interval()
      let svg = try Marks.build("plot", [.numbers([low, high])], [:]).svg()
      // A line without height is written with "h" alone.
      let line = try XCTUnwrap(
        svg.firstMatch(of: /<path[^>]* d="M[\d.]+ [\d.]+([^"]*)"[^>]*stroke="#0072b2"/), svg)
      XCTAssertTrue(line.1.contains("l") || line.1.contains("v"), "\(low), \(high): \(line.1)")
    }
  }
}
