// Figures of matrices, distributions and fields; see Gallery.
import Foundation

@testable import Figures

extension Gallery {
  private static func matrix(_ rows: Int, _ columns: Int, seed: UInt64 = 7) -> Channel {
    .matrix(rows: rows, columns: columns, noise(rows * columns, seed: seed))
  }

  static let matrices: [Entry] = [
    (
      "heatmap-numbers",
      { try draw("heatmap", [matrix(5, 7)], ["title": .text("Weights"), "label": .text("w")]) }
    ),
    (
      "heatmap-large",
      {
        try draw("heatmap", [matrix(60, 90)], ["xlabel": .text("input"), "ylabel": .text("output")])
      }
    ),
    (
      "heatmap-names",
      {
        try draw(
          "heatmap", [.matrix(rows: 2, columns: 3, [1, 10, 100, 0.1, .nan, 1000])],
          [
            "xnames": .texts(["the", "cat", "sat"]), "ynames": .texts(["query", "key"]),
            "colorscale": .text("log"), "colors": .text("cividis"),
          ])
      }
    ),
    ("heatmap-vector", { try draw("heatmap", [.numbers(noise(40))], ["square": .flag(false)]) }),
    (
      "image-gray",
      { try draw("image", [.matrix(rows: 20, columns: 30, (0..<600).map { Double($0 % 30) / 29 })]) }
    ),
    (
      "image-sheet",
      {
        try draw(
          "image", [.tensor(shape: [6, 8, 8], (0..<384).map { Double($0 % 64) / 63 })],
          ["columns": .number(3)])
      }
    ),
    (
      "image-colour",
      { try draw("image", [.tensor(shape: [6, 9, 3], noise(162).map { ($0 + 1) / 2 })]) }
    ),
    (
      "hist-two",
      {
        let normal = noise(3000).enumerated().reduce(into: [Double](repeating: 0, count: 500)) {
          $0[$1.offset % 500] += $1.element
        }
        let first = try draw("hist", [.numbers(normal)], ["label": .text("first")])
        return try first
          + (draw("hist", [.numbers(normal.map { $0 / 2 + 3 })], ["label": .text("second")]))
      }
    ),
    (
      "hist-magnitude",
      {
        let tiny = noise(800).map { abs($0) < 0.1 ? 0 : pow(10, $0 * 6 - 8) }
        return try draw("hist", [.numbers(tiny)], ["magnitude": .flag(true), "title": .text("Gradient")])
      }
    ),
    (
      "ribbon-and-mean",
      {
        let mean = ramp.map { sin($0 / 2) }
        let band = try draw(
          "ribbon",
          [.numbers(ramp), .numbers(mean.map { $0 - 0.4 }), .numbers(mean.map { $0 + 0.4 })],
          ["label": .text("±σ")])
        return try band + (draw("plot", [.numbers(ramp), .numbers(mean)], ["label": .text("mean")]))
      }
    ),
    (
      "errorbars",
      {
        try draw(
          "errorbars",
          [
            .numbers([1, 2, 4, 8, 16]), .numbers([1, 0.5, 0.24, 0.13, 0.06]),
            .numbers([0.2, 0.1, 0.05, 0.03, 0.02]),
          ],
          ["xscale": .text("log"), "yscale": .text("log"), "xlabel": .text("batch")])
      }
    ),
    (
      "spectrum",
      {
        let values = noise(120)
        return try draw(
          "spectrum",
          [.complex(real: Array(values[..<60]).map { $0 * 1.1 }, imaginary: Array(values[60...]))])
      }
    ),
    (
      "field-saddle",
      {
        let map = try draw(
          "contour", [.surface { $0 * $0 - $1 * $1 }, .interval(-2, 2), .interval(-1, 2)])
        return try map
          + (draw(
            "field", [.vectorField { (2 * $0, -2 * $1) }, .interval(-2, 2), .interval(-1, 2)]))
      }
    ),
    (
      "grid-of-matrices",
      {
        Figure.grid([
          [try draw("heatmap", [matrix(20, 20)]), try draw("image", [matrix(16, 16, seed: 3)])],
          [
            try draw("plot", [.curve { sin($0) }, .interval(0, 6)]), try draw("hist", [.numbers(noise(99))]),
          ],
        ])
      }
    ),
  ]
}
