// Gradient flow as a graph: named values from left to right, the width of an edge the gradient that comes back
// along it, the colour of a node what it does to the gradient.

import CVector

/// The graph of named values.
struct FlowGraph: Note {
  let data: FlowData
  let title: String?
  private let layout: LayeredLayout
  private let widths: [Double]
  private let columns: [(left: Double, width: Double)]
  private let scale: (low: Double, high: Double)

  private static let side = 20.0
  private static let head = 78.0
  private static let foot = 40.0
  private static let between = 44.0
  private static let line = 17.0

  init(data: FlowData, title: String?) {
    self.data = data
    self.title = title
    widths = data.nodes.map { max($0.isVariable ? 26 : 44, TextWidth.of($0.item.name, size: Type.axis) + 18) }
    let late = Set(data.nodes.indices.filter { data.nodes[$0].isVariable })
    let layout = LayeredLayout(
      heights: data.nodes.map { $0.isVariable ? 22 : 36 }, late: late,
      edges: data.edges.map { ($0.from, $0.to) })
    self.layout = layout
    var left = FlowGraph.side
    var columns: [(left: Double, width: Double)] = []
    for layer in layout.layers {
      let width = layer.compactMap { layout.vertices[$0].node }.map { [widths] in widths[$0] }.max() ?? 20
      columns.append((left, width))
      left += width + FlowGraph.between
    }
    self.columns = columns
    let sizes = data.edges.map(\.size).filter { $0 > 0 && $0.isFinite }
    let high = sizes.max() ?? 1
    // At least three decades from the widest to the thinnest, else noise would look like a trend.
    scale = (max(min(sizes.min() ?? high, high / 1000), .leastNonzeroMagnitude), high)
  }

  var width: Double { max(420, (columns.last.map { $0.left + $0.width } ?? 400) + FlowGraph.side) }

  private var titleHeight: Double { title == nil ? 0 : Type.titleLine + 4 }

  func height(width: Double) -> Double {
    FlowGraph.head + titleHeight + layout.height + foot
      + Double(max(0, remarks.count + zeros.count - 1)) * FlowGraph.line
  }

  /// What the whole way comes to, and where it broke.
  private var remarks: [String] {
    let broken = data.firstNotFinite.map { "NaN or Inf first at \($0)" }
    return [data.ends, broken].compactMap { $0 }.flatMap {
      TextWidth.wrapped($0, size: Type.tick, limit: width - 2 * FlowGraph.side)
    }
  }

  /// The marks of zeros that there are, with the names they stand beside.
  private var zeros: [(mark: FlowData.Mark?, words: String)] {
    FlowData.Mark.kinds(of: data.nodes.map(\.item)).flatMap { mark, words in
      let lines = TextWidth.wrapped(words, size: Type.tick, limit: width - 2 * FlowGraph.side - 18)
      return lines.enumerated().map { (mark: $0 == 0 ? mark : nil, words: $1) }
    }
  }

  /// Room for the words under the node where the first NaN or Inf came up.
  private var foot: Double { FlowGraph.foot + (data.firstNotFinite == nil ? 0 : 16) }

  var sentence: String {
    (title.map { "\($0): " } ?? "") + data.sentence
      + ". \(data.nodes.count) nodes, \(data.edges.count) edges."
  }

  func draw(in box: Rectangle, on canvas: inout Canvas) throws {
    if let title {
      canvas.text(
        title, at: Point(x: box.left + FlowGraph.side, y: box.top + 24),
        TextStyle(size: Type.title, bold: true))
    }
    drawKey(top: box.top + titleHeight, left: box.left + FlowGraph.side, on: &canvas)
    let origin = Point(x: box.left, y: box.top + titleHeight + FlowGraph.head)
    for (index, edge) in data.edges.enumerated() {
      try draw(edge, route: layout.routes[index], origin, on: &canvas)
    }
    for vertex in layout.vertices {
      if let node = vertex.node { draw(node, vertex, origin, on: &canvas) }
    }
    drawShares(origin, on: &canvas)
    var y = box.top + titleHeight + FlowGraph.head + layout.height + foot - 14
    for text in remarks {
      canvas.text(text, at: Point(x: box.left + FlowGraph.side, y: y), TextStyle(paint: .muted))
      y += FlowGraph.line
    }
    for (mark, words) in zeros {
      mark?.draw(at: Point(x: box.left + FlowGraph.side + 6, y: y - 4), on: &canvas)
      canvas.text(words, at: Point(x: box.left + FlowGraph.side + 18, y: y), TextStyle(paint: .muted))
      y += FlowGraph.line
    }
  }

  // MARK: Edges

  /// The width of an edge; nil where nothing flows.
  private func thickness(_ size: Double) -> Double? {
    guard size > 0 else { return nil }
    guard size.isFinite else { return 10 }
    let low = vector_log10_f64(scale.low)
    let share = (vector_log10_f64(size) - low) / max(vector_log10_f64(scale.high) - low, 1e-9)
    return 1 + 8 * min(max(share, 0), 1)
  }

  private func position(_ vertex: LayeredLayout.Vertex, _ origin: Point) -> (left: Point, right: Point) {
    let column = columns[vertex.layer]
    let middle = column.left + column.width / 2
    let half = vertex.node.map { widths[$0] / 2 } ?? 0
    return (
      Point(x: origin.x + middle - half, y: origin.y + vertex.y),
      Point(x: origin.x + middle + half, y: origin.y + vertex.y)
    )
  }

  private func draw(_ edge: FlowData.Edge, route: [Int], _ origin: Point, on canvas: inout Canvas) throws {
    var path = PathText()
    var points: [Point] = []
    for (a, b) in zip(route, route.dropFirst()) {
      let from = position(layout.vertices[a], origin).right
      let to = position(layout.vertices[b], origin).left
      // A smooth step from the one height to the other.
      for step in 0...12 {
        let t = Double(step) / 12
        let eased = t * t * (3 - 2 * t)
        points.append(Point(x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * eased))
      }
    }
    path.polyline(try Polyline.simplified(points))
    if let width = thickness(edge.size) {
      let paint = edge.size.isFinite ? Paint.blue : .vermillion
      canvas.path(path.text, Style(stroke: paint, width: width, opacity: 0.45))
    } else {
      canvas.path(path.text, Style(stroke: .axis, width: 1, dash: .dot))
    }
  }

  /// At a fan-out the share of the gradient that came back along each branch.
  private func drawShares(_ origin: Point, on canvas: inout Canvas) {
    for node in data.nodes.indices where !data.nodes[node].isVariable {
      let ways = data.edges.indices.filter { data.edges[$0].from == node }
      let total = ways.reduce(0) { $0 + data.edges[$1].size }
      guard ways.count > 1, total > 0, total.isFinite else { continue }
      var taken: [Double] = []
      for way in ways.sorted(by: {
        layout.vertices[layout.routes[$0][1]].y < layout.vertices[layout.routes[$1][1]].y
      }) {
        let start = position(layout.vertices[node], origin).right
        let next = position(layout.vertices[layout.routes[way][1]], origin).left
        let x = start.x + min(22, (next.x - start.x) / 2)
        let t = (x - start.x) / max(next.x - start.x, 1)
        var y = start.y + (next.y - start.y) * t * t * (3 - 2 * t) - 3
        while let near = taken.first(where: { abs($0 - y) < 12 }) { y = near + 12 }
        taken.append(y)
        canvas.text(
          percent(data.edges[way].size / total), at: Point(x: x, y: y),
          TextStyle(size: 10, anchor: .middle, paint: .ink, halo: .card))
      }
    }
  }

  // MARK: Nodes

  /// What the node makes of the gradient: what leaves it against what arrives.
  private func gain(_ node: Int) -> Double? {
    let adjoint = data.nodes[node].item.adjoint
    let sizes = data.edges.filter { edge in
      let from = data.nodes[edge.from]
      return edge.to == node && !from.isVariable && from.item.mark != .noPath
    }.map(\.size)
    guard !sizes.isEmpty, adjoint > 0, adjoint.isFinite else { return nil }
    return norm(sizes) / adjoint
  }

  private static let gains = ColorScale(.signed, low: -2, high: 2)

  private func draw(_ index: Int, _ vertex: LayeredLayout.Vertex, _ origin: Point, on canvas: inout Canvas) {
    let node = data.nodes[index]
    let ends = position(vertex, origin)
    let box = Rectangle(
      left: ends.left.x, top: ends.left.y - vertex.height / 2, width: ends.right.x - ends.left.x,
      height: vertex.height)
    var fill = Paint.card
    var ink = Paint.ink
    if let gain = gain(index) {
      let decade = gain > 0 ? vector_log10_f64(gain) : -99
      fill = FlowGraph.gains.paint(decade)
      ink = FlowGraph.gains.ink(decade)
    }
    let isBroken = if case .notFinite = node.item.mark { true } else { false }
    let isFirst = node.item.mark == .notFinite(isFirst: true)
    canvas.rectangle(
      box,
      Style(
        fill: fill, stroke: isBroken ? .vermillion : node.isVariable ? .muted : .ink,
        width: isFirst ? 3.5 : 1.2, dash: isBroken && !isFirst ? .dash : .solid),
      radius: node.isVariable ? 11 : 4)
    let shares = shares(node.item)
    let middle = Point(x: box.left + box.width / 2, y: ends.left.y + (shares == nil ? 4 : 0))
    canvas.text(
      node.item.name, at: middle, TextStyle(size: Type.axis, anchor: .middle, paint: ink, bold: node.isLoss))
    if let shares { draw(shares, in: box, on: &canvas) }
    node.item.mark?.draw(at: Point(x: box.right - 2, y: box.top + 2), on: &canvas)
    if isFirst {
      canvas.text(
        "first NaN or Inf", at: Point(x: middle.x, y: box.bottom + 14),
        TextStyle(size: Type.tick, anchor: .middle, paint: .vermillion, bold: true, halo: .card))
    }
  }

  /// Active, saturated and dead; nil where the value is no activation.
  private func shares(_ item: FlowData.Item) -> [(share: Double, paint: Paint)]? {
    guard item.saturated != nil || item.dead > 0 else { return nil }
    let saturated = min(item.saturated ?? 0, 1 - item.dead)
    return [(1 - saturated - item.dead, .green), (saturated, .vermillion), (item.dead, .ink)]
  }

  private func draw(_ shares: [(share: Double, paint: Paint)], in box: Rectangle, on canvas: inout Canvas) {
    let bar = Rectangle(left: box.left + 6, top: box.bottom - 10, width: box.width - 12, height: 5)
    var left = bar.left
    for (place, part) in shares.enumerated() where part.share > 0 {
      // Told apart by height as well as colour: dead is a line, saturated lower than active.
      let height = [5.0, 3.5, 2][place]
      canvas.rectangle(
        Rectangle(left: left, top: bar.bottom - height, width: part.share * bar.width, height: height),
        Style(fill: part.paint))
      left += part.share * bar.width
    }
    canvas.rectangle(bar, Style(stroke: Paint("#57606a", "#57606a"), width: 0.6))
  }

  // MARK: Words

  private func drawKey(top: Double, left: Double, on canvas: inout Canvas) {
    var x = left
    func say(_ text: String, gap: Double = 14) {
      canvas.text(text, at: Point(x: x, y: top + 30), TextStyle(paint: .muted))
      x += TextWidth.of(text, size: Type.tick) + gap
    }
    say("edge: gradient that flows back,", gap: 6)
    for share in [0.0, 1] {
      let size = share == 0 ? scale.low : scale.high
      canvas.line(
        Point(x: x, y: top + 26), Point(x: x + 22, y: top + 26),
        Style(stroke: .blue, width: 1 + 8 * share, opacity: 0.45))
      x += 28
      say(labelText(size, digits: 2), gap: share == 0 ? 10 : 0)
    }
    x = left
    canvas.text("node: what it does to it,", at: Point(x: x, y: top + 50), TextStyle(paint: .muted))
    x += TextWidth.of("node: what it does to it,", size: Type.tick) + 8
    for (decade, text) in [(-2.0, "÷100"), (0, "keeps"), (2, "×100")] {
      canvas.rectangle(
        Rectangle(left: x, top: top + 41, width: 14, height: 11),
        Style(fill: FlowGraph.gains.paint(decade), stroke: .axis, width: 0.8))
      canvas.text(text, at: Point(x: x + 18, y: top + 50), TextStyle(paint: .muted))
      x += 28 + TextWidth.of(text, size: Type.tick)
    }
    if data.nodes.contains(where: { shares($0.item) != nil }) {
      x = left
      canvas.text("bar:", at: Point(x: x, y: top + 68), TextStyle(paint: .muted))
      x += 30
      for (paint, text, height) in [
        (Paint.green, "active", 5.0), (.vermillion, "saturated", 3.5), (.ink, "dead", 2),
      ] {
        canvas.rectangle(
          Rectangle(left: x, top: top + 66 - height, width: 14, height: height), Style(fill: paint))
        canvas.text(text, at: Point(x: x + 18, y: top + 68), TextStyle(paint: .muted))
        x += 30 + TextWidth.of(text, size: Type.tick)
      }
    }
  }
}
