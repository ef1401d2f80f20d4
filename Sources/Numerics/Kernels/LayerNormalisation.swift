import CVector

/// The kernel of layernorm: every row of numbers once there, and once back.
enum LayerNormalisation {
  /// Of x, γ, β and ε. `nil` where shapes or types do not fit, and where a variance leaves the range.
  static func run(_ inputs: [Tensor], _ isFollowed: [Bool]) throws -> CompoundRun? {
    let (x, scales, shifts, least) = (inputs[0], inputs[1], inputs[2], inputs[3])
    guard !Operations.areSmall(x), x.rank > 0, scales.shape == Shape(x.shape[x.rank - 1]),
      shifts.shape == scales.shape, scales.type == x.type, shifts.type == x.type, least.isPlainNumber
    else { return nil }
    switch x.type {
    case .f64: return try LayerRowsOf<Double>(x, scales, shifts, isFollowed).run(least.scalar)
    case .f32: return try LayerRowsOf<Float>(x, scales, shifts, isFollowed).run(least.scalar)
    default: return nil
    }
  }
}

private struct LayerRowsOf<T: LoopElement> {
  private let isFollowed: [Bool]
  private let rows: Int
  private let count: Int
  private let x: Storage
  /// γ and β.
  private let scales: Storage
  private let shifts: Storage
  /// Of each row: its mean, and its standard deviation with ε.
  private let means: Storage
  private let sizes: Storage

  init(_ x: Tensor, _ scales: Tensor, _ shifts: Tensor, _ isFollowed: [Bool]) throws {
    count = x.shape[x.rank - 1]
    rows = x.count / count
    (self.x, self.isFollowed) = (x.storage!, isFollowed)
    (self.scales, self.shifts) = (scales.storage!, shifts.storage!)
    means = try Storage.allocate(Shape(rows), T.type)
    sizes = try Storage.allocate(Shape(rows), T.type)
  }

  func run(_ least: Double) throws -> CompoundRun? {
    let result = try Storage.allocate(x.shape, T.type)
    let (means, sizes) = (T.elements(means), T.elements(sizes))
    try withExtendedLifetime((self, result)) {
      let (x, to) = (T.elements(x), T.elements(result))
      let (scales, shifts, count, least) = (T.elements(scales), T.elements(shifts), count, T(least))
      try Reduction.forEachGroup(rows, of: count, weight: 4) { row in
        let (from, y) = (x + row * count, to + row * count)
        means[row] = T(Normalised.sumOfBlocks(count) { T.sum(from + $0, $1) }) / T(count)
        let squares = Scratch.withRoom(T.self, min(count, blockLength)) { room in
          Normalised.sumOfBlocks(count) { start, length in
            T.binary(VECTOR_subtract, from + start, 1, means + row, 0, y + start, length)
            T.binary(VECTOR_multiply, y + start, 1, y + start, 1, room, length)
            return T.sum(room, length)
          }
        }
        sizes[row] = (T(squares) / T(count) + least).squareRoot()
        if NumericsInterruption.isRaised { return }
        Normalised.forEachPiece(count) { start, length in
          let y = y + start
          T.binary(VECTOR_divide, y, 1, sizes + row, 0, y, length)
          T.binary(VECTOR_multiply, y, 1, scales + start, 1, y, length)
          T.binary(VECTOR_add, y, 1, shifts + start, 1, y, length)
        }
      }
    }
    guard !T.survey(sizes, rows).contains(.nonFinite) else { return nil }
    return CompoundRun(result: Tensor(result, T.type)) { try pulled($0) }
  }

  /// The cotangents of x, γ, β and ε. With g = u γ, that of x is (g - mean(g) - y mean(g y)) / σ, where y is before γ;
  /// that of ε is the sum of -sum(g y) / 2σ².
  private func pulled(_ cotangent: Tensor) throws -> [Tensor?] {
    let u = try Elementwise.converted(cotangent, T.type).storage!
    precondition(u.shape == x.shape)
    let result = isFollowed[0] ? try Storage.allocate(x.shape, T.type) : nil
    // Groups of rows are decided by the shape alone; each has its sums for γ, β and ε.
    let share = max(1, blockLength / count)
    let groups = (rows + share - 1) / share
    let width = 2 * count + 1
    let sums = try Tensor.zeros(Shape(groups, width), .f64).storage!
    try withExtendedLifetime((self, u, result, sums)) {
      let (u, places) = (T.elements(u), sums.f64)
      let to = result.map { T.elements($0) }
      // As many steps an element as a softmax has.
      try Workers.share(groups, weight: 8 * share * count) { group in
        Scratch.withRoom(T.self, 3 * count) { room in
          for row in group * share..<min(rows, (group + 1) * share) {
            pull(row, u + row * count, places + group * width, room, to.map { $0 + row * count })
          }
        }
      }
    }
    let weights = try total(sums, groups, width)
    return [result.map { Tensor($0, T.type) }] + weights
  }

  /// One row: adds to the sums for γ, β and ε, and where the cotangent of x is asked for, gives the row's. The room is
  /// of three rows.
  private func pull(
    _ row: Int, _ u: ElementView<T>, _ sums: ElementView<Double>, _ y: ElementView<T>, _ to: ElementView<T>?
  ) {
    let (g, products) = (y + count, y + 2 * count)
    let (from, scales) = (T.elements(x) + row * count, T.elements(scales))
    let (mean, size) = (T.elements(means) + row, T.elements(sizes) + row)
    Normalised.forEachPiece(count) { start, length in
      T.binary(VECTOR_subtract, from + start, 1, mean, 0, y + start, length)
      T.binary(VECTOR_divide, y + start, 1, size, 0, y + start, length)
      T.binary(VECTOR_multiply, u + start, 1, y + start, 1, products + start, length)
      if NumericsInterruption.isRaised { return }
      T.accumulate(products + start, sums + start, length)
      T.accumulate(u + start, sums + count + start, length)
    }
    if NumericsInterruption.isRaised { return }
    var inner = 0.0
    var whole = 0.0
    Normalised.forEachPiece(count) { start, length in
      T.binary(VECTOR_multiply, u + start, 1, scales + start, 1, g + start, length)
      whole += T.sum(g + start, length)
      inner += T.dot(g + start, y + start, length)
    }
    let divisor = size[0]
    sums[2 * count] -= inner / (2 * Double(divisor) * Double(divisor))
    guard let to, !NumericsInterruption.isRaised else { return }
    let a = T(whole) / T(count)
    let b = T(inner) / T(count)
    Normalised.forEachPiece(count) { start, length in
      for i in start..<start + length { to[i] = (g[i] - a - y[i] * b) / divisor }
    }
  }

  /// The sums of the groups' for γ, β and ε, each rounded once.
  private func total(_ sums: Storage, _ groups: Int, _ width: Int) throws -> [Tensor?] {
    let scales = try Storage.allocate(Shape(count), T.type)
    let shifts = try Storage.allocate(Shape(count), T.type)
    let total = sums.f64
    for group in 1..<max(1, groups) {
      try forEachBlockInOrder(width) { Double.accumulate(total + group * width + $0, total + $0, $1) }
    }
    try forEachBlockInOrder(count) {
      T.rounded(total + $0, T.elements(scales) + $0, $1)
      T.rounded(total + count + $0, T.elements(shifts) + $0, $1)
    }
    let epsilon = total[2 * count]
    return withExtendedLifetime(sums) {
      [Tensor(scales, T.type), Tensor(shifts, T.type), Tensor(epsilon)]
    }
  }
}
