// Gradient flow for the snapshots: a loop, a highway, the three kinds of zero, and the first NaN.
@testable import Figures

enum FlowGallery {
  static func item(
    _ name: String, _ adjoints: [Double], _ values: [Double], _ mark: FlowData.Mark? = nil,
    saturated: Double? = nil, dead: Double = 0
  ) -> FlowData.Item {
    FlowData.Item(
      name: name, adjoints: adjoints, values: values, mark: mark, saturated: saturated, dead: dead)
  }

  static func node(_ item: FlowData.Item, variable: Bool = false, loss: Bool = false) -> FlowData.Node {
    FlowData.Node(item: item, isVariable: variable, isLoss: loss)
  }

  /// A recurrent network whose gradient vanishes on the way back.
  static var loop: FlowData {
    let turns = (0..<12).map { Double($0) }
    return FlowData(
      function: "L", loss: 0.73, variables: [item("θ.W", [2.4e-3], [0.9]), item("θ.V", [0.2], [1.1])],
      sections: [
        FlowData.Section(
          place: "cell [4]",
          lines: [
            FlowData.Line(number: 1, text: "function L(θ; X, y)", items: []),
            FlowData.Line(number: 2, text: "  h = zeros(8)", items: []),
            FlowData.Line(number: 3, text: "  for x in X", items: []),
            FlowData.Line(
              number: 4, text: "    h = tanh(θ.W * h + x)",
              items: [
                item(
                  "h", turns.map { 1e-7 * pow10($0 / 2) }, turns.map { 0.2 + 0.05 * $0 }, saturated: 0.62)
              ]),
            FlowData.Line(number: 5, text: "  end", items: []),
            FlowData.Line(number: 6, text: "  z = θ.V * h", items: [item("z", [0.31], [1.4])]),
            FlowData.Line(number: 7, text: "  crossentropy(z, y)", items: [item("L", [1], [0.73])]),
          ])
      ],
      nodes: [
        node(item("h₁", [1e-7], [0.2])), node(item("z", [0.31], [1.4])),
        node(item("L", [1], [0.73]), loss: true),
      ],
      edges: [
        FlowData.Edge(from: 0, to: 1, size: 1e-7), FlowData.Edge(from: 1, to: 2, size: 0.31),
      ])
  }

  static func pow10(_ exponent: Double) -> Double { (0..<Int(exponent * 2)).reduce(1) { a, _ in a * 3.162 } }

  /// Every kind of zero.
  static var zeros: FlowData {
    let items = [
      item("h", [3e-5], [0.8], saturated: 0.9), item("u", [0], [0.4], .underflow(0.93)),
      item("v", [0], [0], .zero, dead: 1), item("m", [.nan], [2.1], .noPath), item("z", [0.02], [1.2]),
      item("L", [1], [0.4]),
    ]
    return FlowData(
      function: "L", loss: 0.4, variables: [item("W", [1e-6], [1])],
      sections: [
        FlowData.Section(
          place: "cell [2]",
          lines: zip(
            items,
            ["h = tanh(W * x)", "u = 0.0001h", "v = relu(-abs(u))", "m = stop(h)", "z = h + v", "sum(z²)"]
          )
          .enumerated().map { FlowData.Line(number: $0 + 1, text: $1.1, items: [$1.0]) })
      ],
      nodes: [
        node(item("W", [1e-6], [1]), variable: true), node(item("V", [.nan], [1], .noPath), variable: true),
      ] + items.map { node($0, loss: $0.name == "L") },
      edges: [(0, 2, 1e-6), (2, 3, 0), (3, 4, 0), (4, 6, 0), (2, 6, 0.02), (2, 5, 0), (6, 7, 0.02)].map {
        FlowData.Edge(from: $0.0, to: $0.1, size: $0.2)
      })
  }

  /// A logarithm of what is not positive.
  static var broken: FlowData {
    let items = [
      item("a", [0.4], [2.9]), item("b", [0.5], [.nan], .notFinite(isFirst: true)),
      item("c", [0.5], [.nan], .notFinite(isFirst: false)),
      item("L", [1], [.nan], .notFinite(isFirst: false)),
    ]
    return FlowData(
      function: "L", loss: .nan, variables: [item("W", [.nan], [1], .notFinite(isFirst: false))],
      sections: [
        FlowData.Section(
          place: "cell [7]",
          lines: zip(items, ["a = W * x", "b = log(a)", "c = b + x", "sum(c)"]).enumerated().map {
            FlowData.Line(number: $0 + 1, text: $1.1, items: [$1.0])
          })
      ],
      nodes: [node(item("W", [.nan], [1], .notFinite(isFirst: false)), variable: true)]
        + items.map { node($0, loss: $0.name == "L") },
      edges: [(0, 1, 0.4), (1, 2, 0.4), (2, 3, 0.5), (3, 4, 1)].map {
        FlowData.Edge(from: $0.0, to: $0.1, size: $0.2)
      }, firstNotFinite: "b: values first become NaN here, in log")
  }

  /// Blocks with a skip over each: the highway, with the shares that come back along it.
  static var highway: FlowData {
    var nodes = [node(item("h0", [0.02], [1]))]
    var edges: [FlowData.Edge] = []
    for block in 1...3 {
      let below = nodes.count - 1
      nodes.append(
        node(item("b\(block)", [0.01], [0.6], saturated: 0.1 * Double(block), dead: block == 2 ? 0.3 : 0)))
      nodes.append(node(item("h\(block)", [0.02 * Double(block)], [1.2])))
      edges.append(FlowData.Edge(from: below, to: below + 1, size: 0.004))
      edges.append(FlowData.Edge(from: below, to: below + 2, size: 0.02 * Double(block)))
      edges.append(FlowData.Edge(from: below + 1, to: below + 2, size: 0.01))
    }
    nodes.append(node(item("L", [1], [0.2]), loss: true))
    edges.append(FlowData.Edge(from: nodes.count - 2, to: nodes.count - 1, size: 0.06))
    return FlowData(function: "L", loss: 0.2, variables: [], sections: [], nodes: nodes, edges: edges)
  }

  static let all: [Gallery.Entry] = [
    ("flow-source-loop", { Figure.gradientFlowSource(loop, title: "The gradient through time") }),
    ("flow-source-zeros", { Figure.gradientFlowSource(zeros) }),
    ("flow-source-nan", { Figure.gradientFlowSource(broken) }),
    ("flow-graph-zeros", { Figure.gradientFlowGraph(zeros) }),
    ("flow-graph-nan", { Figure.gradientFlowGraph(broken) }),
    ("flow-graph-highway", { Figure.gradientFlowGraph(highway, title: "A highway of skips") }),
  ]
}
