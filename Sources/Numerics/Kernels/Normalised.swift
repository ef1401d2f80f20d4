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
    let wide = Storage.allocateUnlimited(Shape(outer * inner), .f64)
    if moved.type == .f32 {
      try logsumexp(Float.elements(moved.storage!), wide.f64, outer, count, inner)
    } else {
      try logsumexp(Double.elements(moved.storage!), wide.f64, outer, count, inner)
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
          try normalise(
            Float.elements(moved.storage!), Float.elements(result), outer, count, inner, logarithm)
        } else {
          try normalise(
            Double.elements(moved.storage!), Double.elements(result), outer, count, inner, logarithm)
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
    _ x: UnsafePointer<E>, _ y: UnsafeMutablePointer<Double>, _ outer: Int, _ count: Int, _ inner: Int
  ) throws {
    try forEachSlab(outer, count, inner) { block, column, columns in
      let from = x + block * count * inner + column
      let to = y + block * inner + column
      withRoom(E.self, columns) { greatest, sums in
        withUnsafeTemporaryAllocation(of: E.self, capacity: inner == 1 ? count : columns) { room in
          let scratch = room.baseAddress!
          if inner == 1 {
            greatest[0] = E.greatest(from, count)
            E.binary(VECTOR_subtract, from, 1, greatest, 0, scratch, count)
            E.unary(VECTOR_exp, scratch, scratch, count)
            sums[0] = E.sum(scratch, count)
          } else {
            self.greatest(from, greatest, count, inner, columns)
            for row in 0..<count {
              E.binary(VECTOR_subtract, from + row * inner, 1, greatest, 1, scratch, columns)
              E.unary(VECTOR_exp, scratch, scratch, columns)
              E.accumulate(scratch, sums, columns)
            }
          }
        }
        vector_unary_f64(Int32(VECTOR_log), sums, sums, columns)
        for i in 0..<columns {
          to[i] = greatest[i].isFinite ? Double(greatest[i]) + sums[i] : Double(greatest[i])
        }
      }
    }
  }

  private static func normalise<E: LoopElement>(
    _ x: UnsafePointer<E>, _ y: UnsafeMutablePointer<E>, _ outer: Int, _ count: Int, _ inner: Int,
    _ logarithm: Bool
  ) throws {
    try forEachSlab(outer, count, inner) { block, column, columns in
      let from = x + block * count * inner + column
      let to = y + block * count * inner + column
      // Along a run in one go, else row by row.
      let rows = inner == 1 ? 1 : count
      let length = inner == 1 ? count : columns
      let step = inner == 1 ? 0 : 1
      withRoom(E.self, columns) { total, sums in
        if inner == 1 {
          total[0] = E.greatest(from, count)
        } else {
          greatest(from, total, count, inner, columns)
        }
        withUnsafeTemporaryAllocation(of: E.self, capacity: length) { room in
          for row in 0..<rows {
            let line = to + row * inner
            let powers = logarithm ? room.baseAddress! : line
            E.binary(VECTOR_subtract, from + row * inner, 1, total, step, line, length)
            E.unary(VECTOR_exp, line, powers, length)
            if inner == 1 { sums[0] = E.sum(powers, count) } else { E.accumulate(powers, sums, columns) }
          }
        }
        if logarithm { vector_unary_f64(Int32(VECTOR_log), sums, sums, columns) }
        for i in 0..<columns { total[i] = E(sums[i]) }
        for row in 0..<rows {
          let line = to + row * inner
          E.binary(logarithm ? VECTOR_subtract : VECTOR_divide, line, 1, total, step, line, length)
        }
      }
    }
  }

  private static func greatest<E: LoopElement>(
    _ x: UnsafePointer<E>, _ greatest: UnsafeMutablePointer<E>, _ rows: Int, _ stride: Int, _ columns: Int
  ) {
    greatest.update(from: x, count: columns)
    for row in 1..<max(1, rows) {
      E.binary(VECTOR_max, x + row * stride, 1, greatest, 1, greatest, columns)
    }
  }

  /// A row of values and one of sums that start at 0.
  private static func withRoom<E: LoopElement>(
    _: E.Type, _ columns: Int, _ body: (UnsafeMutablePointer<E>, UnsafeMutablePointer<Double>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: E.self, capacity: columns) { values in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sums in
        sums.initialize(repeating: 0)
        body(values.baseAddress!, sums.baseAddress!)
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
