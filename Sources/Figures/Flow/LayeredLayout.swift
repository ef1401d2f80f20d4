// A directed graph in layers from left to right, after Sugiyama, Tagawa and Toda (1981): layers by the longest
// path, order by barycentre sweeps, and heights that keep long edges straight.

/// Places for the nodes of a graph without cycles.
struct LayeredLayout {
  /// A node, or a bend of an edge that passes a layer.
  struct Vertex {
    /// The node; nil for a bend.
    var node: Int?
    var layer: Int
    var y = 0.0
    var height: Double
    /// Whether it belongs to an edge that skips layers of the main line.
    var isSkip = false
    var before: [Int] = []
    var after: [Int] = []
  }

  private(set) var vertices: [Vertex] = []
  /// The vertices of each layer from top to bottom.
  private(set) var layers: [[Int]] = []
  /// For each edge the vertices it runs through, its ends included.
  private(set) var routes: [[Int]] = []
  private static let gap = 14.0

  /// - Parameters:
  ///   - heights: one for each node.
  ///   - late: nodes without edges into them that stand right before the first they lead to.
  ///   - edges: from an earlier node to a later one.
  init(heights: [Double], late: Set<Int>, edges: [(from: Int, to: Int)]) {
    let layer = LayeredLayout.longestPaths(heights.count, late, edges)
    vertices = heights.indices.map { Vertex(node: $0, layer: layer[$0], height: heights[$0]) }
    for edge in edges {
      var route = [edge.from]
      let isSkip = !late.contains(edge.from) && layer[edge.to] > layer[edge.from] + 1
      for passed in (layer[edge.from] + 1)..<max(layer[edge.to], layer[edge.from] + 1) {
        vertices.append(Vertex(node: nil, layer: passed, height: 8, isSkip: isSkip))
        route.append(vertices.count - 1)
      }
      route.append(edge.to)
      for (a, b) in zip(route, route.dropFirst()) {
        vertices[a].after.append(b)
        vertices[b].before.append(a)
      }
      routes.append(route)
    }
    layers = Array(repeating: [], count: (vertices.map(\.layer).max() ?? -1) + 1)
    // Skips start at the top, what enters from the side at the bottom.
    let rank = vertices.map { vertex in
      vertex.isSkip ? 0 : vertex.node.map { late.contains($0) } == true ? 2 : 1
    }
    for index in vertices.indices.sorted(by: { (rank[$0], $0) < (rank[$1], $1) }) {
      layers[vertices[index].layer].append(index)
    }
    order(rank)
    place(late)
  }

  private static func longestPaths(
    _ count: Int, _ late: Set<Int>, _ edges: [(from: Int, to: Int)]
  ) -> [Int] {
    var layer = [Int](repeating: 0, count: count)
    // Edges go from earlier nodes to later ones, so one pass in that order suffices.
    for edge in edges.sorted(by: { $0.from < $1.from }) where !late.contains(edge.from) {
      layer[edge.to] = max(layer[edge.to], layer[edge.from] + 1)
    }
    if !late.isEmpty {
      // Whatever a side input feeds needs a layer before it.
      for edge in edges where late.contains(edge.from) && layer[edge.to] == 0 { layer[edge.to] = 1 }
      for edge in edges.sorted(by: { $0.from < $1.from }) where !late.contains(edge.from) {
        layer[edge.to] = max(layer[edge.to], layer[edge.from] + 1)
      }
    }
    for node in late {
      let first = edges.filter { $0.from == node }.map { layer[$0.to] }.min() ?? 1
      layer[node] = max(0, first - 1)
    }
    return layer
  }

  /// Barycentre sweeps, forth and back; skips keep to the top.
  private mutating func order(_ rank: [Int]) {
    var position = [Double](repeating: 0, count: vertices.count)
    func settle(_ layer: [Int]) {
      for (place, vertex) in layer.enumerated() { position[vertex] = Double(place) }
    }
    for layer in layers { settle(layer) }
    for sweep in 0..<8 {
      let forwards = sweep % 2 == 0
      for layer in forwards ? Array(layers.indices) : layers.indices.reversed() {
        var wish: [Int: Double] = [:]
        for vertex in layers[layer] {
          let others = forwards ? vertices[vertex].before : vertices[vertex].after
          wish[vertex] =
            others.isEmpty
            ? position[vertex] : others.reduce(0) { $0 + position[$1] } / Double(others.count)
        }
        layers[layer].sort { a, b in
          let (x, y) = (rank[a] == 0 ? 0 : 1, rank[b] == 0 ? 0 : 1)
          return (x, wish[a]!, a) < (y, wish[b]!, b)
        }
        settle(layers[layer])
      }
    }
  }

  /// Each vertex as near to the middle of its neighbours as the others of its layer allow.
  private mutating func place(_ late: Set<Int>) {
    for layer in layers {
      var y = 0.0
      for vertex in layer {
        vertices[vertex].y = y + vertices[vertex].height / 2
        y += vertices[vertex].height + LayeredLayout.gap
      }
    }
    for sweep in 0..<24 {
      let forwards = sweep % 2 == 0
      for layer in forwards ? Array(layers.indices) : layers.indices.reversed() {
        let wishes = layers[layer].map { vertex -> Double in
          let others = forwards ? vertices[vertex].before : vertices[vertex].after
          let all = others.isEmpty ? vertices[vertex].before + vertices[vertex].after : others
          // The main line is straight; what enters from the side follows it.
          let main = all.filter { other in vertices[other].node.map { !late.contains($0) } ?? true }
          let near = main.isEmpty ? all : main
          if main.isEmpty, vertices[vertex].node.map({ !late.contains($0) }) ?? true {
            return vertices[vertex].y
          }
          if near.isEmpty { return vertices[vertex].y }
          return near.reduce(0) { $0 + vertices[$1].y } / Double(near.count)
        }
        spread(layers[layer], wishes)
      }
    }
    pack()
  }

  /// Parts that no edge joins, each right below the one before: nothing else holds them together.
  private mutating func pack() {
    var top = 0.0
    var isPlaced = [Bool](repeating: false, count: vertices.count)
    for first in vertices.indices where !isPlaced[first] {
      var part: [Int] = []
      var open = [first]
      isPlaced[first] = true
      while let next = open.popLast() {
        part.append(next)
        for other in vertices[next].before + vertices[next].after where !isPlaced[other] {
          isPlaced[other] = true
          open.append(other)
        }
      }
      let highest = part.map { vertices[$0].y - vertices[$0].height / 2 }.min() ?? 0
      for index in part { vertices[index].y += top - highest }
      top = (part.map { vertices[$0].y + vertices[$0].height / 2 }.max() ?? top) + LayeredLayout.gap
    }
  }

  /// Heights near the wishes, in order and without touching (pool adjacent violators).
  private mutating func spread(_ layer: [Int], _ wishes: [Double]) {
    var offsets: [Double] = []
    var total = 0.0
    for (place, vertex) in layer.enumerated() {
      if place > 0 {
        total += (vertices[layer[place - 1]].height + vertices[vertex].height) / 2 + LayeredLayout.gap
      }
      offsets.append(total)
    }
    var blocks: [(mean: Double, count: Int)] = []
    for (place, wish) in wishes.enumerated() {
      blocks.append((wish - offsets[place], 1))
      while blocks.count > 1, blocks[blocks.count - 2].mean >= blocks[blocks.count - 1].mean {
        let last = blocks.removeLast()
        let previous = blocks.removeLast()
        let count = previous.count + last.count
        let mean =
          (previous.mean * Double(previous.count) + last.mean * Double(last.count)) / Double(count)
        blocks.append((mean, count))
      }
    }
    var place = 0
    for block in blocks {
      for _ in 0..<block.count {
        vertices[layer[place]].y = block.mean + offsets[place]
        place += 1
      }
    }
  }

  var height: Double { vertices.map { $0.y + $0.height / 2 }.max() ?? 0 }
}
