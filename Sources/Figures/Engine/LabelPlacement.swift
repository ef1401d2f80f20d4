// Labels at the ends of lines: each as near to its line as it can be without touching another.

enum LabelPlacement {
  /// Centres for labels that want to be at `wanted`, at least `spacing` apart and inside the bounds:
  /// the least squares solution, by pooling adjacent violators.
  static func spread(_ wanted: [Double], spacing: Double, within bounds: ClosedRange<Double>) -> [Double] {
    spread(wanted, heights: wanted.map { _ in spacing }, spacing: spacing, within: bounds)
  }

  /// The same for labels of their own heights; those of one `spacing` may be centred on the bounds.
  static func spread(
    _ wanted: [Double], heights: [Double], spacing: Double, within bounds: ClosedRange<Double>
  ) -> [Double] {
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    guard let first = order.first, let last = order.last else { return [] }
    // How far below the first centre each is at least.
    var depths: [Double] = []
    for (rank, index) in order.enumerated() {
      depths.append(rank == 0 ? 0 : depths[rank - 1] + (heights[order[rank - 1]] + heights[index]) / 2)
    }
    // Without the depths, keeping apart means not decreasing.
    var pools: [(mean: Double, count: Int)] = []
    for (rank, index) in order.enumerated() {
      pools.append((wanted[index] - depths[rank], 1))
      while pools.count > 1, pools[pools.count - 2].mean >= pools[pools.count - 1].mean {
        let last = pools.removeLast()
        let before = pools.removeLast()
        let count = before.count + last.count
        let sum = before.mean * Double(before.count) + last.mean * Double(last.count)
        pools.append((sum / Double(count), count))
      }
    }
    let lowest = bounds.lowerBound + (heights[first] - spacing) / 2
    let highest = max(
      lowest, bounds.upperBound - depths[depths.count - 1] - (heights[last] - spacing) / 2)
    var placed = [Double](repeating: 0, count: wanted.count)
    var rank = 0
    for pool in pools {
      let position = min(max(pool.mean, lowest), highest)
      for _ in 0..<pool.count {
        placed[order[rank]] = position + depths[rank]
        rank += 1
      }
    }
    return placed
  }
}

/// Places taken by texts inside a frame, so that the next one goes elsewhere.
struct Occupancy {
  private(set) var boxes: [Rectangle] = []

  mutating func take(_ box: Rectangle) { boxes.append(box) }

  func isFree(_ box: Rectangle) -> Bool { !boxes.contains { $0.intersects(box) } }

  /// The first place around a point where a text fits inside the frame and touches nothing, or nil.
  mutating func place(
    _ text: String, size: Double, around point: Point, gap: Double, within frame: Rectangle
  ) -> (at: Point, anchor: TextAnchor)? {
    let width = TextWidth.of(text, size: size)
    let diagonal = gap * 0.8
    let choices: [(Double, Double, TextAnchor)] = [
      (gap, 0, .start), (-gap, 0, .end), (0, -gap - size / 2, .middle), (0, gap + size / 2, .middle),
      (diagonal, -diagonal - size / 3, .start), (diagonal, diagonal + size / 3, .start),
      (-diagonal, -diagonal - size / 3, .end), (-diagonal, diagonal + size / 3, .end),
    ]
    for (dx, dy, anchor) in choices {
      let x = point.x + dx
      let left = anchor == .start ? x : anchor == .end ? x - width : x - width / 2
      let box = Rectangle(left: left, top: point.y + dy - size / 2, width: width, height: size)
      let inside =
        box.left >= frame.left + 2 && box.right <= frame.right - 2 && box.top >= frame.top + 2
        && box.bottom <= frame.bottom - 2
      if inside, isFree(box) {
        take(box)
        return (Point(x: x, y: point.y + dy + size * 0.35), anchor)
      }
    }
    return nil
  }
}
