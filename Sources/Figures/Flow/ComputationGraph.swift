// The graph of a computation: an operation a node, in each its value and what the result's derivative by it is.

/// A computation that was recorded, ready to be drawn.
public struct ComputationGraph: Sendable {
  /// A number that went into the computation, or an operation and what it made.
  public struct Node: Sendable {
    public enum Kind: Sendable { case variable, constant, operation }

    public var kind: Kind
    /// The operation, or the name of the variable.
    public var symbol: String
    /// The name that the source gives to it.
    public var name: String?
    /// Empty for a number; of a tensor the sizes below are norms.
    public var shape: String
    public var value: Double
    /// The derivative of the result by it; nil where none arrives.
    public var adjoint: Double?

    public init(
      kind: Kind, symbol: String, name: String?, shape: String, value: Double, adjoint: Double?
    ) {
      self.kind = kind
      self.symbol = symbol
      self.name = name
      self.shape = shape
      self.value = value
      self.adjoint = adjoint
    }
  }

  public var function: String
  /// Each after those it is computed from; the result is the last.
  public var nodes: [Node]
  public var edges: [(from: Int, to: Int)]

  public init(function: String, nodes: [Node], edges: [(from: Int, to: Int)]) {
    self.function = function
    self.nodes = nodes
    self.edges = edges
  }
}

extension Figure {
  /// The operations of a computation with their values and adjoints.
  public static func computationGraph(_ data: ComputationGraph, title: String? = nil) -> Figure {
    let drawing = ComputationGraphDrawing(data: data, title: title)
    return Figure(drawing, width: drawing.width)
  }
}

/// Nodes from left to right in the order of the computation.
struct ComputationGraphDrawing: Note {
  let data: ComputationGraph
  let title: String?
  private let layout: LayeredLayout
  private let widths: [Double]
  private let columns: [(left: Double, width: Double)]

  private static let side = 20.0
  private static let head = 44.0
  private static let foot = 18.0
  private static let between = 34.0

  init(data: ComputationGraph, title: String?) {
    self.data = data
    self.title = title
    let widths = data.nodes.map { node in
      let texts = ComputationGraphDrawing.rows(node).map { TextWidth.of($0, size: Type.tick) }
      return max(
        38, TextWidth.of(ComputationGraphDrawing.header(node), size: Type.axis) * 1.08, texts.max() ?? 0)
        + 16
    }
    self.widths = widths
    let leaves = Set(data.nodes.indices.filter { data.nodes[$0].kind != .operation })
    let layout = LayeredLayout(
      heights: data.nodes.map { 26 + 15 * Double(ComputationGraphDrawing.rows($0).count) }, late: leaves,
      edges: data.edges)
    self.layout = layout
    var left = ComputationGraphDrawing.side
    var columns: [(left: Double, width: Double)] = []
    for layer in layout.layers {
      let width = layer.compactMap { layout.vertices[$0].node }.map { widths[$0] }.max() ?? 20
      columns.append((left, width))
      left += width + ComputationGraphDrawing.between
    }
    self.columns = columns
  }

  var width: Double {
    let graph = columns.last.map { $0.left + $0.width + ComputationGraphDrawing.side } ?? 0
    let words = TextWidth.of(key, size: Type.tick) + 2 * ComputationGraphDrawing.side
    let heading = TextWidth.of(title ?? "", size: Type.title) * 1.08 + 2 * ComputationGraphDrawing.side
    return max(graph, words, heading).rounded()
  }

  private var titleHeight: Double { title == nil ? 0 : Type.titleLine + 4 }

  func height(width: Double) -> Double {
    ComputationGraphDrawing.head + titleHeight + layout.height + ComputationGraphDrawing.foot
  }

  private var key: String {
    let sizes = data.nodes.contains { !$0.shape.isEmpty } ? "; ‖ ‖: of a tensor the norm" : ""
    return "= value on the way there, ∂ derivative of \(data.function) on the way back\(sizes)"
  }

  private static func header(_ node: ComputationGraph.Node) -> String {
    let shape = node.shape.isEmpty ? "" : " [\(node.shape)]"
    return (node.name.map { "\($0): \(node.symbol)" } ?? node.symbol) + shape
  }

  /// What stands under the header. A constant is its own value.
  private static func rows(_ node: ComputationGraph.Node) -> [String] {
    func sized(_ sign: String, _ value: Double) -> String {
      let text = labelText(value, digits: 3)
      return node.shape.isEmpty ? "\(sign) \(text)" : "\(sign) ‖\(text)‖"
    }
    if node.kind == .constant { return node.shape.isEmpty ? [] : [sized("=", node.value)] }
    return [sized("=", node.value), node.adjoint.map { sized("∂", $0) } ?? "∂ none"]
  }

  func draw(in box: Rectangle, on canvas: inout Canvas) throws {
    if let title {
      canvas.text(
        title, at: Point(x: box.left + ComputationGraphDrawing.side, y: box.top + 24),
        TextStyle(size: Type.title, bold: true))
    }
    canvas.text(
      key, at: Point(x: box.left + ComputationGraphDrawing.side, y: box.top + titleHeight + 24),
      TextStyle(paint: .muted))
    let graph = (columns.last.map { $0.left + $0.width } ?? 0) + ComputationGraphDrawing.side
    let origin = Point(
      x: box.left + max(0, (box.width - graph) / 2).rounded(),
      y: box.top + titleHeight + ComputationGraphDrawing.head)
    for index in data.edges.indices { try drawEdge(index, origin, on: &canvas) }
    for vertex in layout.vertices {
      if let node = vertex.node { draw(node, vertex, origin, on: &canvas) }
    }
  }

  /// The ends of a node, or of a bend, on the left and on the right.
  private func ends(_ vertex: LayeredLayout.Vertex, _ origin: Point) -> (left: Point, right: Point) {
    let column = columns[vertex.layer]
    let middle = column.left + column.width / 2
    let half = vertex.node.map { widths[$0] / 2 } ?? column.width / 2
    return (
      Point(x: origin.x + middle - half, y: origin.y + vertex.y),
      Point(x: origin.x + middle + half, y: origin.y + vertex.y)
    )
  }

  private func drawEdge(_ index: Int, _ origin: Point, on canvas: inout Canvas) throws {
    let route = layout.routes[index]
    var points: [Point] = []
    for (a, b) in zip(route, route.dropFirst()) {
      let from = ends(layout.vertices[a], origin).right
      let to = ends(layout.vertices[b], origin).left
      for step in 0...12 {
        let t = Double(step) / 12
        points.append(
          Point(x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t * t * (3 - 2 * t)))
      }
    }
    var path = PathText()
    path.polyline(try Polyline.simplified(points))
    canvas.path(path.text, Style(stroke: .axis, width: 1.4))
    guard let tip = points.last else { return }
    var head = PathText()
    head.polyline(
      [Point(x: tip.x - 7, y: tip.y - 3.5), tip, Point(x: tip.x - 7, y: tip.y + 3.5)], closed: true)
    canvas.path(head.text, Style(fill: .axis))
  }

  private func draw(_ index: Int, _ vertex: LayeredLayout.Vertex, _ origin: Point, on canvas: inout Canvas) {
    let node = data.nodes[index]
    let ends = ends(vertex, origin)
    let box = Rectangle(
      left: ends.left.x, top: ends.left.y - vertex.height / 2, width: ends.right.x - ends.left.x,
      height: vertex.height)
    let isResult = index == data.nodes.count - 1
    canvas.rectangle(
      box,
      Style(
        fill: node.kind == .operation ? .card : .grid, stroke: node.kind == .constant ? .axis : .ink,
        width: isResult ? 2.4 : 1.2),
      radius: node.kind == .operation ? 4 : 12)
    let middle = box.left + box.width / 2
    canvas.text(
      ComputationGraphDrawing.header(node), at: Point(x: middle, y: box.top + 17),
      TextStyle(
        size: Type.axis, anchor: .middle, paint: node.kind == .constant ? .muted : .ink,
        bold: node.kind != .constant))
    for (row, text) in ComputationGraphDrawing.rows(node).enumerated() {
      canvas.text(
        text, at: Point(x: middle, y: box.top + 33 + 15 * Double(row)),
        TextStyle(anchor: .middle, paint: row == 0 ? .ink : .vermillion))
    }
  }

  var sentence: String {
    let operations = data.nodes.count { $0.kind == .operation }
    let derivatives = data.nodes.filter { $0.kind == .variable }.map { node in
      let size = node.adjoint.map { plainText($0) } ?? "none"
      return node.shape.isEmpty ? "∂/∂\(node.symbol) = \(size)" : "‖∂/∂\(node.symbol)‖ = \(size)"
    }
    return (title.map { "\($0): " } ?? "")
      + "Computation of \(data.function) = \(plainText(data.nodes.last?.value ?? .nan)) in \(operations) operations, "
      + derivatives.joined(separator: ", ") + "."
  }
}
