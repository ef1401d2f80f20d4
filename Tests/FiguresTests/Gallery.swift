// Figures that are looked at and whose bytes are kept: the snapshots are tests and gallery in one.
import Foundation

@testable import Figures

enum Gallery {
  typealias Entry = (name: String, make: @Sendable () throws -> Figure)

  static func draw(_ mark: String, _ channels: [Channel], _ options: [String: OptionValue] = [:]) throws
    -> Figure
  {
    try Marks.build(mark, channels, options)
  }

  static let ramp = stride(from: 0.0, through: 20, by: 0.25).map { $0 }

  static func rosenbrock(_ x: Double, _ y: Double) -> Double {
    (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
  }

  /// A pseudorandom sequence that is the same everywhere.
  static func noise(_ count: Int, seed: UInt64 = 7) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53) * 2 - 1
    }
  }

  static let basic: [Entry] = [
    ("plot-plain", { try draw("plot", [.numbers(ramp.map { sin($0) })]) }),
    (
      "plot-lines",
      {
        let data = ramp.flatMap { (x: Double) -> [Double] in
          [exp(-x / 3), exp(-x / 4), exp(-x / 8), cos(x) * exp(-x / 10)]
        }
        return try draw(
          "plot", [.numbers(ramp), .matrix(rows: ramp.count, columns: 4, data)],
          [
            "labels": .texts(["τ = 3", "τ = 4", "τ = 8", "oscillating"]),
            "title": .text("Decay at four rates"), "xlabel": .text("time"), "ylabel": .text("amplitude"),
          ])
      }
    ),
    (
      "plot-function",
      { try draw("plot", [.curve { sin(1 / $0) }, .interval(0.02, 1)], ["title": .text("sin(1/x)")]) }
    ),
    ("plot-pole", { try draw("plot", [.curve { tan($0) }, .interval(-5, 5)]) }),
    (
      "plot-log",
      {
        try draw(
          "plot", [.numbers((1...200).map { 1 / pow(Double($0), 3) })],
          [
            "yscale": .text("log"), "xscale": .text("log"), "xlabel": .text("n"),
            "ylabel": .text("error"), "label": .text("n⁻³"),
          ])
      }
    ),
    (
      "plot-symlog",
      {
        try draw(
          "plot", [.numbers((-50...50).map { pow(Double($0) / 5, 5) })], ["yscale": .text("symlog")])
      }
    ),
    (
      "plot-long",
      {
        let steps = noise(20_000)
        var walk: [Double] = []
        for (index, value) in steps.enumerated() {
          walk.append((walk.last ?? 0) + value + (index == 12_345 ? 400 : index == 12_346 ? -400 : 0))
        }
        return try draw(
          "plot", [.numbers(walk)],
          [
            "title": .text(
              "A walk of 20,000 steps with one spike, which the thinning to pixel columns must not lose"),
            "color": .text("vermillion"), "width": .number(1),
          ])
      }
    ),
    (
      "plot-ranges",
      {
        func panel(_ values: [Double], _ title: String) throws -> Figure {
          try draw("plot", [.numbers(values)], ["title": .text(title)])
        }
        let wave = (0..<40).map { sin(Double($0) / 5) }
        return Figure.grid([
          [
            try panel(wave.map { 3e6 * $0 }, "large"), try panel(wave.map { 1e-9 * $0 }, "tiny"),
            try panel(wave.map { 1 + 1e-9 * $0 }, "tiny around one"),
          ],
          [
            try panel([3], "one point"), try panel([5, 5, 5, 5], "constant"),
            try panel([1, 2, .nan, 4, 3, .infinity, 2, .nan, 5, .nan, 3, 4], "gaps"),
          ],
        ])
      }
    ),
    (
      "scatter",
      {
        let x = noise(120)
        let y = zip(x, noise(120, seed: 3)).map { 2 * $0 - 0.5 + 0.4 * $1 }
        return try draw("scatter", [.numbers(x), .numbers(y)], ["label": .text("measured")])
          + draw(
            "scatter", [.numbers(noise(30, seed: 9)), .numbers(noise(30, seed: 10))],
            ["label": .text("noise")])
          + draw("plot", [.curve { 2 * $0 - 0.5 }, .interval(-1, 1)], ["label": .text("2x − 0.5")])
          + draw("hline", [.numbers([-0.5])], ["label": .text("intercept")])
          + draw("vline", [.numbers([0])])
          + draw("text", [.numbers([-0.6]), .numbers([2]), .text("a fit & its <data>")])
      }
    ),
    (
      "bars",
      {
        try draw(
          "bars", [.numbers([3, -1, 4, 1, -5, 9, 2, 6])], ["title": .text("Bars"), "xlabel": .text("digit")])
      }
    ),
    (
      "arrow",
      {
        try draw(
          "hline", [.numbers([1, 2])], ["names": .texts(["low", "high"]), "xlimits": .numbers([0, 4])])
          + draw(
            "arrow", [.numbers([1]), .numbers([1]), .numbers([2]), .numbers([1])], ["label": .text("step")])
          + draw(
            "arrow", [.numbers([1]), .numbers([1]), .numbers([1]), .numbers([-0.5])],
            ["label": .text("gradient")])
          + draw(
            "bars", [.numbers([0.2, 0.4, 0.3])], ["names": .texts(["W", "b", "c"]), "color": .text("gray")])
      }
    ),
    (
      "computation-graph",
      {
        let nodes: [ComputationGraph.Node] = [
          .init(kind: .variable, symbol: "w", name: nil, shape: "", value: 0.5, adjoint: -0.4),
          .init(kind: .constant, symbol: "2", name: nil, shape: "", value: 2, adjoint: nil),
          .init(kind: .variable, symbol: "V", name: nil, shape: "3×4", value: 7, adjoint: nil),
          .init(kind: .operation, symbol: "⊙", name: "z", shape: "", value: 1, adjoint: -0.2),
          .init(kind: .operation, symbol: "tanh", name: "a", shape: "3×4", value: 0.76, adjoint: 0.477),
          .init(kind: .operation, symbol: "sum", name: nil, shape: "", value: 1.5e-8, adjoint: 1),
        ]
        let edges = [(0, 3), (1, 3), (3, 4), (2, 4), (3, 5), (4, 5)].map { (from: $0.0, to: $0.1) }
        return .computationGraph(
          ComputationGraph(function: "f", nodes: nodes, edges: edges), title: "A graph")
      }
    ),
    (
      "contour-rosenbrock",
      {
        try draw(
          "contour", [.surface(rosenbrock), .interval(-2, 2), .interval(-1, 3)],
          ["title": .text("Rosenbrock"), "xlabel": .text("x"), "ylabel": .text("y")])
      }
    ),
    (
      "contour-matrix",
      {
        let nodes = (0..<13).map { Double($0) / 3 - 2 }
        let values = nodes.flatMap { y in nodes.map { x in sin(2 * x) + y * y } }
        return try draw(
          "contour", [.matrix(rows: 13, columns: 13, values), .interval(-2, 2), .interval(-2, 2)],
          ["levelscale": .text("linear"), "values": .flag(false)])
      }
    ),
    (
      "region-arrows",
      {
        let nodes = (0..<31).map { Double($0) / 10 - 1.5 }
        let values = nodes.flatMap { y in nodes.map { x in y - x * x + 0.5 } }
        let above = try draw(
          "region", [.matrix(rows: 31, columns: 31, values), .interval(-1.5, 1.5), .interval(-1.5, 1.5)],
          ["label": .text("above")])
        let disc = try draw(
          "region",
          [.surface { 0.5 - $0 * $0 - ($1 + 0.8) * ($1 + 0.8) }, .interval(-1.5, 1.5), .interval(-1.5, 1.5)],
          ["label": .text("disc")])
        let arrows = try draw(
          "arrow",
          [.numbers([0, 0, 1]), .numbers([-0.5, -0.5, 1]), .numbers([0.7, 0, 0]), .numbers([0, 0.7, 0])],
          ["color": .text("black"), "label": .text("steps")])
        let crosses = try draw(
          "scatter", [.numbers([-1, 0, 1]), .numbers([0.8, 1, 0.8])], ["marker": .text("cross")])
        return try above + disc + arrows + crosses
      }
    ),
    (
      "contour-saddle",
      { try draw("contour", [.surface { $0 * $0 - $1 * $1 }, .interval(-2, 2), .interval(-1, 1)]) }
    ),
    (
      "contour-hole",
      {
        try draw("contour", [.surface { log($0 * $1) + sin(3 * $0) }, .interval(-1, 2), .interval(-1, 2)])
      }
    ),
  ]

  static func descent(
    _ loss: @escaping Descents.Loss, _ paths: [PathData], _ options: [String: OptionValue] = [:]
  ) throws -> Figure {
    try draw("descent", [.objective(loss)] + paths.map { .path($0) }, options)
  }

  static func valley(rate: Double, β: Double = 0, steps: Int = 300, label: String? = nil) -> PathData {
    Descents.run(
      Descents.valley, Descents.valleyGradient, from: [-4, 2.5], rate: rate, β: β, steps: steps,
      label: label)
  }

  static let descents: [Entry] = [
    (
      "descent-momentum",
      { try descent(Descents.valley, [valley(rate: 0.03, β: 0.8)]) }
    ),
    (
      "descent-met-at-start",
      {
        try descent(
          Descents.bowl,
          [Descents.run(Descents.bowl, Descents.bowlGradient, from: [0, 0], rate: 0.1)])
      }
    ),
    (
      "descent-several",
      {
        try descent(
          Descents.valley,
          [
            valley(rate: 0.02), valley(rate: 0.1), valley(rate: 0.03, β: 0.8), valley(rate: 0.01, β: 0.95),
          ], ["title": .text("Four descents of a narrow valley")])
      }
    ),
    (
      "descent-rosenbrock",
      {
        try descent(
          Descents.rosenbrock,
          [
            Descents.run(
              Descents.rosenbrock, Descents.rosenbrockGradient, from: [-1.2, 1], rate: 1e-3, β: 0.9,
              steps: 3000)
          ])
      }
    ),
    (
      "descent-diverging",
      {
        try descent(
          Descents.valley,
          [valley(rate: 0.1, label: "rate 0.1"), valley(rate: 0.19, steps: 3000, label: "rate 0.19")])
      }
    ),
    (
      "descent-alone-diverging", { try descent(Descents.valley, [valley(rate: 0.19, steps: 3000)]) }
    ),
    (
      // Finite to the last step, but flying off all the same.
      "descent-exploding",
      { try descent(Descents.valley, [valley(rate: 0.19, steps: 60)]) }
    ),
    (
      "descent-saddle",
      {
        try descent(
          Descents.saddle,
          [
            Descents.run(
              Descents.saddle, Descents.saddleGradient, from: [1.5, 1e-3], rate: 0.1, steps: 60)
          ])
      }
    ),
    (
      "descent-projected",
      {
        try descent(
          Descents.bowl,
          [
            Descents.run(
              Descents.bowl, Descents.bowlGradient, from: [3, -2, 2, 1, -1, 0.5, 2, -1], rate: 0.05, β: 0.7)
          ])
      }
    ),
    (
      "descent-one-dimension",
      {
        try descent(
          Descents.well,
          [Descents.run(Descents.well, Descents.wellGradient, from: [2.4], rate: 0.08, β: 0.6)])
      }
    ),
    (
      "descent-animated",
      {
        try descent(
          Descents.valley, [valley(rate: 0.1), valley(rate: 0.03, β: 0.8)], ["animate": .flag(true)])
      }
    ),
    (
      "track",
      { try draw("track", [.path(valley(rate: 0.03, β: 0.8))], ["title": .text("momentum in a valley")]) }
    ),
    (
      "contour-track",
      {
        try draw("contour", [.objective(Descents.valley), .interval(-5, 3), .interval(-3, 3)])
          + draw("track", [.path(valley(rate: 0.1))])
      }
    ),
    (
      // Two paths on one picture share its key and are told apart by colour and marker.
      "contour-tracks",
      {
        try draw("contour", [.objective(Descents.valley), .interval(-5, 3), .interval(-4, 3)])
          + draw("track", [.path(valley(rate: 0.1))], ["label": .text("plain")])
          + draw("track", [.path(valley(rate: 0.03, β: 0.8))], ["label": .text("with momentum")])
      }
    ),
    (
      // More paths than colours: the labels say the markers too.
      "descent-six",
      {
        try descent(
          Descents.valley,
          [0.01, 0.02, 0.04, 0.07, 0.1, 0.12].map { valley(rate: $0, steps: 120) })
      }
    ),
  ]

  /// What layouts break on: long words, other scripts, many labels, little room, grids of grids.
  static let stress: [Entry] = [
    (
      "stress-labels",
      {
        let count = 14
        let data = (0..<50).flatMap { i in (0..<count).map { j in sin(Double(i) / 9) * Double(j % 5) } }
        let long =
          "A long title that says what the figure shows, in which units, and why it was drawn at all: "
        return try draw(
          "plot", [.matrix(rows: 50, columns: count, data)],
          [
            "labels": .texts(
              (1...count).map { $0 == 3 ? "an uncommonly long label for a line" : "layer \($0)" }),
            "title": .text(long + "損失関数と勾配ノルムの推移"), "ylabel": .text("损失 ‖∇f(θ₁, θ₂)‖²"),
            "xlabel": .text("schrittweise gemessene Trainingszeit in Minuten"),
          ])
      }
    ),
    (
      "stress-small",
      {
        try draw(
          "plot", [.numbers([-1e6, 2.5e6, 1e6])],
          ["size": .numbers([180, 120]), "title": .text("small"), "label": .text("end")])
      }
    ),
    (
      "stress-grid",
      {
        let one = try descent(Descents.valley, [valley(rate: 0.1)], ["title": .text("plain descent")])
        let other = try descent(
          Descents.valley, [valley(rate: 0.03, β: 0.8)], ["title": .text("with momentum")])
        return Figure.grid([[one, other]])
      }
    ),
    (
      "stress-steep",
      {
        try draw(
          "contour", [.surface { exp(3 * $0) + exp(-9 * $1) }, .interval(-1e-9, 5), .interval(-4, 1e6)],
          ["yscale": .text("symlog"), "size": .numbers([420, 300])])
      }
    ),
    (
      "stress-rough",
      {
        try draw(
          "contour", [.surface { sin($0 * 1e6) * cos($1 * 1e5) }, .interval(-2, 2), .interval(-1, 3)],
          ["size": .numbers([420, 400])])
      }
    ),
    (
      "stress-lines",
      { try draw("plot", [.matrix(rows: 400, columns: 200, noise(80_000))], ["size": .numbers([420, 300])]) }
    ),
  ]

  static var all: [Entry] { basic + matrices + descents + stress + ComparisonGallery.all + FlowGallery.all }

  /// Every figure of the gallery as SVG, made once.
  static let drawn: [(name: String, svg: Result<String, any Error>)] = all.map { entry in
    (entry.name, Result { try entry.make().svg() })
  }
}
