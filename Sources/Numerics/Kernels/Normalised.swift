import CVector

/// The kernels of softmax and its relations, by the differences from the greatest, which are exact where it
/// matters. Sums are accumulated in f64.
enum Normalised {
  static func logsumexp(_ x: Tensor, _ axes: [Int], _ shape: Shape) throws -> Tensor {
    let type = x.type.arithmetic
    guard x.storage != nil else { return Tensor(x.scalar, type: type).viewed(shape) }
    Reduction.check(shape, of: x.shape, without: axes)
    let (moved, outer, count, inner) = try Reduction.grouped(loopable(x), axes)
    guard count > 0 else { return try Tensor.filled(-.infinity, shape, type) }
    let wide = try Storage.allocate(Shape(outer * inner), .f64)
    if moved.type == .f32 {
      try logsumexp(moved.storage!.f32, wide.f64, outer, count, inner)
    } else {
      try logsumexp(moved.storage!.f64, wide.f64, outer, count, inner)
    }
    return try withExtendedLifetime(moved) {
      try Elementwise.converted(Tensor(wide, .f64), type).viewed(shape)
    }
  }

  static func softmax(_ x: Tensor, _ axes: [Int], logarithm: Bool) throws -> Tensor {
    let type = x.type.arithmetic
    guard x.storage != nil else { return Tensor(logarithm ? 0 : 1, type: type) }
    let contiguous = axes.isEmpty || axes.last! - axes.first! == axes.count - 1
    let others = (0..<x.rank).filter { !axes.contains($0) }
    let order = contiguous ? Array(0..<x.rank) : others + axes
    let plain = try loopable(x)
    let moved = contiguous ? plain : try Structure.permuted(plain, order)
    let (_, outer, count, inner) = try Reduction.grouped(plain, axes)
    let result = try Storage.allocate(moved.shape, moved.type)
    if result.count > 0 {
      try withExtendedLifetime(moved) {
        if moved.type == .f32 {
          try normalise(moved.storage!.f32, result.f32, outer, count, inner, logarithm)
        } else {
          try normalise(moved.storage!.f64, result.f64, outer, count, inner, logarithm)
        }
      }
    }
    var y = Tensor(result, moved.type)
    if !contiguous {
      var inverse = order
      for (i, axis) in order.enumerated() { inverse[axis] = i }
      y = try Structure.permuted(y, inverse)
    }
    return try Elementwise.converted(y, type)
  }

  /// The elements in a type that has loops.
  private static func loopable(_ x: Tensor) throws -> Tensor {
    x.type == .f32 ? x.primal : try Elementwise.converted(x.primal, .f64)
  }

  private static func logsumexp<E: LoopElement>(
    _ x: ElementView<E>, _ y: ElementView<Double>, _ outer: Int, _ count: Int, _ inner: Int
  ) throws {
    try forEachSlab(outer, count, inner) { block, column, columns in
      let from = x + (block * count * inner + column)
      let to = y + (block * inner + column)
      withRoom(E.self, columns) { greatest, sums in
        if inner == 1 {
          greatest[0] = self.greatest(from, count)
          Scratch.withRoom(E.self, min(count, blockLength)) { scratch in
            sums[0] = sumOfBlocks(count) { start, length in
              E.binary(VECTOR_subtract, from + start, 1, greatest, 0, scratch, length)
              E.unary(VECTOR_exp, scratch, scratch, length)
              return E.sum(scratch, length)
            }
          }
          if sums[0] < confident { sums[0] = -rest(from, greatest[0], count, 1) }
        } else {
          self.greatest(from, greatest, count, inner, columns)
          Scratch.withRoom(E.self, columns) { scratch in
            for row in 0..<count where row & 0x3F != 0 || !NumericsInterruption.isRaised {
              E.binary(VECTOR_subtract, from + row * inner, 1, greatest, 1, scratch, columns)
              E.unary(VECTOR_exp, scratch, scratch, columns)
              E.accumulate(scratch, sums, columns)
            }
            for i in 0..<columns where sums[i] < confident {
              sums[i] = -rest(from + i, greatest[i], count, inner)
            }
          }
        }
        logarithms(sums, columns)
        for i in 0..<columns {
          to[i] = greatest[i].isFinite ? Double(greatest[i]) + sums[i] : Double(greatest[i])
        }
      }
    }
  }

  private static func normalise<E: LoopElement>(
    _ x: ElementView<E>, _ y: ElementView<E>, _ outer: Int, _ count: Int, _ inner: Int, _ logarithm: Bool
  ) throws {
    try forEachSlab(outer, count, inner) { block, column, columns in
      let from = x + (block * count * inner + column)
      let to = y + (block * count * inner + column)
      withRoom(E.self, columns) { total, sums in
        // Along a run block by block, else row by row.
        if inner == 1 {
          total[0] = greatest(from, count)
          if logarithm {
            sums[0] = sumOfPowers(from, count, total, differences: to)
          } else {
            sums[0] = sumOfBlocks(count) { start, length in
              let line = to + start
              E.binary(VECTOR_subtract, from + start, 1, total, 0, line, length)
              E.unary(VECTOR_exp, line, line, length)
              return E.sum(line, length)
            }
          }
        } else {
          greatest(from, total, count, inner, columns)
          Scratch.withRoom(E.self, columns) { room in
            for row in 0..<count where row & 0x3F != 0 || !NumericsInterruption.isRaised {
              let line = to + row * inner
              let powers = logarithm ? room : line
              E.binary(VECTOR_subtract, from + row * inner, 1, total, 1, line, columns)
              E.unary(VECTOR_exp, line, powers, columns)
              E.accumulate(powers, sums, columns)
            }
          }
          for i in 0..<columns where logarithm && sums[i] < confident {
            sums[i] = -rest(from + i, total[i], count, inner)
          }
        }
        if logarithm { logarithms(sums, columns) }
        for i in 0..<columns { total[i] = E(sums[i]) }
        let function = logarithm ? VECTOR_subtract : VECTOR_divide
        if inner == 1 {
          forEachPiece(count) { E.binary(function, to + $0, 1, total, 0, to + $0, $1) }
        } else {
          for row in 0..<count where row & 0x3F != 0 || !NumericsInterruption.isRaised {
            E.binary(function, to + row * inner, 1, total, 1, to + row * inner, columns)
          }
        }
      }
    }
  }

  /// The sum of the powers of a row's differences from its greatest element; negated and without that where it leaves
  /// few digits of the others. The differences are kept where there is a place for them.
  static func sumOfPowers<E: LoopElement>(
    _ x: ElementView<E>, _ count: Int, _ greatest: ElementView<E>, differences: ElementView<E>? = nil
  ) -> Double {
    Scratch.withRoom(E.self, min(count, blockLength)) { room in
      let sum = sumOfBlocks(count) { start, length in
        let line = differences.map { $0 + start } ?? room
        E.binary(VECTOR_subtract, x + start, 1, greatest, 0, line, length)
        E.unary(VECTOR_exp, line, room, length)
        return E.sum(room, length)
      }
      guard sum < confident else { return sum }
      // In one block the powers are there.
      return count <= blockLength ? -rest(room, of: x, greatest[0], count) : -rest(x, greatest[0], count, 1)
    }
  }

  /// A sum with the 1 of its greatest term that is less than this leaves few digits of the others. Such sums are
  /// formed again without it, and stand negated.
  private static let confident = 1.25

  /// The logarithms of such sums.
  static func logarithms(_ sums: ElementView<Double>, _ count: Int) {
    if !(0..<count).contains(where: { sums[$0] <= 0 }) {
      return Double.unary(VECTOR_log, sums, sums, count)
    }
    for i in 0..<count { sums[i] = sums[i] <= 0 ? vector_log1p_f64(-sums[i]) : vector_log_f64(sums[i]) }
  }

  /// What `a - b` loses.
  private static func lost<E: LoopElement>(_ a: E, _ b: E) -> E {
    let difference = a - b
    let back = a - difference
    return (a - (difference + back)) + (back - b)
  }

  /// The sum of a row's powers without that of the first of its greatest, with what the differences lost to rounding.
  private static func rest<E: LoopElement>(
    _ powers: ElementView<E>, of x: ElementView<E>, _ greatest: E, _ count: Int
  ) -> Double {
    for i in 0..<count where powers[i] > 0 { powers[i] += powers[i] * lost(x[i], greatest) }
    if let place = (0..<count).first(where: { x[$0] == greatest }) { powers[place] = 0 }
    return E.sum(powers, count)
  }

  /// The sum of a column without the first of its greatest.
  private static func rest<E: LoopElement>(
    _ x: ElementView<E>, _ greatest: E, _ rows: Int, _ stride: Int
  ) -> Double {
    var sum = 0.0
    var isPassed = false
    for row in 0..<rows where row & 0xFFF != 0 || !NumericsInterruption.isRaised {
      if !isPassed, x[row * stride] == greatest {
        isPassed = true
      } else {
        let (a, b) = (Double(x[row * stride]), Double(greatest))
        let power = vector_exp_f64(a - b)
        if power > 0 { sum += power + power * lost(a, b) }
      }
    }
    return sum
  }

  /// The greatest of a run.
  static func greatest<E: LoopElement>(_ x: ElementView<E>, _ count: Int) -> E {
    var greatest = E.greatest(x, min(count, blockLength))
    forEachPiece(count) { start, length in
      if start == 0 { return }
      let next = E.greatest(x + start, length)
      if next > greatest || next.isNaN { greatest = greatest.isNaN ? greatest : next }
    }
    return greatest
  }

  /// The greatest of each column.
  private static func greatest<E: LoopElement>(
    _ x: ElementView<E>, _ greatest: ElementView<E>, _ rows: Int, _ stride: Int, _ columns: Int
  ) {
    greatest.copy(from: x, count: columns)
    for row in 1..<max(1, rows) where row & 0x3F != 0 || !NumericsInterruption.isRaised {
      E.binary(VECTOR_max, x + row * stride, 1, greatest, 1, greatest, columns)
    }
  }

  /// The sum of what `part` gives for the blocks of a run, which are added as those of `Reduction.total` are.
  static func sumOfBlocks(_ count: Int, _ part: (Int, Int) -> Double) -> Double {
    if count <= blockLength { return part(0, count) }
    let blocks = (count - 1) / blockLength + 1
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: blocks) { parts in
      parts.initialize(repeating: 0)
      let sums = ElementView(parts.baseAddress!, count: blocks)
      forEachPiece(count) { sums[$0 / blockLength] = part($0, $1) }
      return Double.sum(sums, blocks)
    }
  }

  /// Blocks of a run, within the share of one thread. What an interruption leaves undone nobody sees.
  static func forEachPiece(_ count: Int, _ body: (Int, Int) -> Void) {
    for start in stride(from: 0, to: count, by: blockLength) {
      if start > 0, NumericsInterruption.isRaised { return }
      body(start, min(blockLength, count - start))
    }
  }

  /// A row of values and one of sums that start at 0.
  private static func withRoom<E: LoopElement>(
    _: E.Type, _ columns: Int, _ body: (ElementView<E>, ElementView<Double>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: E.self, capacity: columns) { values in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sums in
        sums.initialize(repeating: 0)
        body(
          ElementView(values.baseAddress!, count: columns), ElementView(sums.baseAddress!, count: columns))
      }
    }
  }

  /// Calls `body(block, column, columns)` for slabs of up to 512 columns, on several threads where there is
  /// much to do.
  private static func forEachSlab(
    _ outer: Int, _ count: Int, _ inner: Int, _ body: (Int, Int, Int) -> Void
  ) throws {
    let width = 512
    let slabs = (inner + width - 1) / width
    try Reduction.forEachGroup(outer * slabs, of: count * min(inner, width), weight: 8) { index in
      let column = index % slabs * width
      body(index / slabs, column, min(width, inner - column))
    }
  }
}
