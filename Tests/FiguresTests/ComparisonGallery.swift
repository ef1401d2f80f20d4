// Figures in which several things are compared: they end, coincide, crowd, and lie far apart.
import Foundation

@testable import Figures

enum ComparisonGallery {
  private static func draw(_ mark: String, _ channels: [Channel], _ options: [String: OptionValue] = [:])
    throws
    -> Figure
  {
    try Marks.build(mark, channels, options)
  }

  static let all: [Gallery.Entry] = [
    (
      // One line arrives at 0, one ends early, two coincide.
      "plot-arrives",
      {
        let slow = (0..<60).map { exp(-Double($0) / 9) }
        let quick = [1, 0.3, 1e-4, 0]
        let early = (0..<24).map { 0.4 * exp(-Double($0) / 30) }
        let log: [String: OptionValue] = ["yscale": .text("log")]
        func line(_ y: [Double], _ label: String) throws -> Figure {
          try draw("plot", [.numbers(y)], log.merging(["label": .text(label)]) { $1 })
        }
        return try line(slow, "slow") + line(slow.map { $0 * 1.001 }, "nearly as slow") + line(quick, "quick")
          + line(early, "given up")
      }
    ),
    (
      "scatter-ten-classes",
      {
        var figure: Figure?
        for k in 0..<10 {
          let angle = Double(k) * 0.2 * Double.pi
          let x = Gallery.noise(24, seed: UInt64(k + 1)).map { 3 * cos(angle) + $0 * 0.7 }
          let y = Gallery.noise(24, seed: UInt64(k + 50)).map { 3 * sin(angle) + $0 * 0.7 }
          let cloud = try draw(
            "scatter", [.numbers(x), .numbers(y)], ["label": .text("\(k)"), "equal": .flag(true)])
          figure = try figure.map { try $0 + cloud } ?? cloud
        }
        return try figure ?? draw("scatter", [.numbers([0])])
      }
    ),
    (
      "descent-thrown",
      {
        let steps = (0..<40).map { Double($0) }
        func path(_ points: [[Double]], _ label: String) -> PathData {
          PathData(
            points: points, values: points.map { Descents.valley($0) },
            gradientNorms: points.map { Descents.norm(Descents.valleyGradient($0)) }, steps: points.count - 1,
            status: "stopped", method: "sgd(rate = 0.1)", label: label)
        }
        let careful = steps.map { [2 - $0 / 50, 1 - $0 / 80] }
        let bold = careful.prefix(5) + steps.map { [40 + $0 / 100, 25] }.prefix(36)
        return try Gallery.descent(Descents.valley, [path(Array(bold), "bold"), path(careful, "careful")])
      }
    ),
    (
      "descent-wide",
      {
        let from = [4.0, 0.6]
        let loss: Descents.Loss = { 0.1 * $0[0] * $0[0] + 2 * $0[1] * $0[1] }
        let slope: Descents.Gradient = { [0.2 * $0[0], 4 * $0[1]] }
        return try Gallery.descent(
          loss,
          (1...8).map {
            Descents.run(loss, slope, from: from, rate: 0.05 * Double($0), steps: 60, label: "rate \($0)")
          })
      }
    ),
    (
      "heatmap-coordinates",
      {
        let values = (0..<30).flatMap { row in (0..<60).map { sin(Double($0) / 9) * cos(Double(row) / 5) } }
        let map = try draw(
          "heatmap", [.matrix(rows: 30, columns: 60, values)],
          [
            "x": .numbers([0, 2]), "y": .numbers((0..<30).map { 10 + 0.1 * Double($0) }),
            "xlabel": .text("t"),
            "ylabel": .text("x"),
          ])
        let rates = try draw(
          "heatmap", [.matrix(rows: 2, columns: 5, (0..<10).map { Double($0) })],
          ["x": .numbers([1, 10, 100, 1000, 1e4]), "xscale": .text("log"), "xlabel": .text("rate")])
        return .grid([[map, rates]])
      }
    ),
    (
      "grid-of-clouds",
      {
        let clouds = try [1.0, 0.8, 0.6, 0.3].map { scale in
          try draw(
            "scatter",
            [
              .numbers(Gallery.noise(200, seed: 3).map { $0 * scale }),
              .numbers(Gallery.noise(200, seed: 8).map { $0 * scale }),
            ], ["title": .text("spread \(scale)"), "radius": .number(1.5)])
        }
        return .grid([Array(clouds.prefix(2)), Array(clouds.suffix(2))])
      }
    ),
  ]
}
