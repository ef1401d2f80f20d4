import CVector

// The way back through softmax in one pass, where no tape must see how it is made.

extension Normalised {
  /// The cotangent of the input of softmax, or of its logarithm, in one pass; `nil` where a tape must see how it is
  /// made.
  static func softmaxCotangent(_ c: Tensor, _ x: Application, isLogarithm: Bool = false) throws -> Tensor? {
    guard !c.isFollowed, !x.output.isFollowed, x.output.storage != nil, c.shape == x.output.shape else {
      return nil
    }
    return try byGroups([c.primal, x.output.primal], x.integers, x.output.type) { rows, to, count in
      let (c, y) = (rows[0], rows[1])
      if isLogarithm {
        let total = sum(c, count)
        // A share near 1, of which there is one at most, is told by how much less it is.
        var place: Int?
        forEachPiece(count) { start, length in
          for i in start..<start + length where y[i] > -0.5 { place = place ?? i }
        }
        let less = place.map { vector_expm1_f64(y[$0]) }
        forEachPiece(count) { start, length in
          Double.unary(VECTOR_exp, y + start, y + start, length)
          for i in start..<start + length { to[i] = c[i] - total * y[i] }
        }
        if let place, let less { to[place] = (c[place] - total) - total * less }
      } else {
        forEachPiece(count) { start, length in
          for i in start..<start + length { to[i] = c[i] * y[i] }
        }
        let total = sum(to, count)
        forEachPiece(count) { start, length in
          for i in start..<start + length { to[i] -= total * y[i] }
        }
      }
    }
  }

  private static func sum(_ x: Row, _ count: Int) -> Double {
    sumOfBlocks(count) { Double.sum(x + $0, $1) }
  }

  private typealias Row = ElementView<Double>

  /// A tensor of the shape of `inputs`, group by group of the elements along `axes`: `body` gets those of each input
  /// as f64, which it may write over, and gives those of the result. Groups are shared out to workers.
  private static func byGroups(
    _ inputs: [Tensor], _ axes: [Int], _ type: ElementType, _ body: @escaping ([Row], Row, Int) -> Void
  ) throws -> Tensor {
    let rank = inputs[0].rank
    let others = (0..<rank).filter { !axes.contains($0) }
    // Axes that are the last are read where they are, others are moved there.
    let order = others + axes
    let moved = try inputs.map { x in
      let x = x.type == .f32 ? x : try Elementwise.converted(x, .f64)
      return order.elementsEqual(0..<rank) ? x : try Structure.permuted(x, order)
    }
    let inner: ElementType = type == .f32 ? .f32 : .f64
    let count = axes.reduce(1) { $0 * inputs[0].shape[$1] }
    let groups = others.reduce(1) { $0 * inputs[0].shape[$1] }
    let result = try Storage.allocate(moved[0].shape, inner)
    if result.count == 0 { return try Tensor.zeros(inputs[0].shape, type) }
    // Parts of 8,192 elements: 17 µs of a softmax (2.1 ns an element, measured), beside which fetching one is little.
    let share = max(1, (1 << 13) / max(count, 1))
    try Memory.reserve((moved.count + 1) * count * MemoryLayout<Double>.size)
    let sources = moved.map { $0.storage! }
    let types = moved.map(\.type)
    let step: (Int) -> Void = { part in
      Scratch.withDoubles((sources.count + 1) * count) { room in
        let rows = sources.indices.map { room + ($0 + 1) * count }
        for group in part * share..<min((part + 1) * share, groups) {
          for (index, source) in sources.enumerated() {
            forEachPiece(count) {
              Precision.read(source, types[index], at: group * count + $0, rows[index] + $0, $1)
            }
          }
          body(rows, room, count)
          forEachPiece(count) { Precision.write(room + $0, result, inner, at: group * count + $0, $1) }
        }
      }
    }
    try withExtendedLifetime((moved, result)) {
      let parts = (groups + share - 1) / share
      // At this size two threads take as long as one, 0.07 ms (a softmax of 65 rows of 512, measured), beyond it less.
      if groups * count > 1 << 15 {
        try Workers.forEach(parts) { part in if !NumericsInterruption.isRaised { step(part) } }
      } else {
        for part in 0..<parts { step(part) }
        try NumericsInterruption.poll()
      }
    }
    var y = Tensor(result, inner)
    if !order.elementsEqual(0..<rank) {
      var inverse = order
      for (i, axis) in order.enumerated() { inverse[axis] = i }
      y = try Structure.permuted(y, inverse)
    }
    return try Elementwise.converted(y, type)
  }
}
