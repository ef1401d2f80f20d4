import CVector

/// C = op(A) op(B) on contiguous row-major matrices, all of f64 or all of f32. Products of f32 are accumulated in
/// f64 and rounded once: their operands are widened tile by tile, where they stay in cache.
enum MatrixProduct {
  /// Below this many multiply-adds a plain loop beats the call.
  static let smallWork = 256
  /// From here on several threads pay.
  static let sharedWork = 1 << 21
  /// Stretches of the axis that is summed over, between which the interruption flag is looked at.
  private static let stretch = 1024

  struct Operand {
    var pointer: UnsafeRawPointer
    let type: ElementType
    let isTransposed: Bool
    /// Elements between rows as stored.
    let stride: Int

    /// The matrix that many elements further on.
    func advanced(by elements: Int) -> Operand {
      var next = self
      next.pointer += elements * type.size
      return next
    }

    /// The block of op(matrix) as f64, where a library can read it: in place, or widened into `room`.
    fileprivate func block(
      _ rows: Range<Int>, _ columns: Range<Int>, _ room: UnsafeMutablePointer<Double>
    ) -> (pointer: UnsafePointer<Double>, stride: Int32) {
      let (lines, places) = isTransposed ? (columns, rows) : (rows, columns)
      let start = lines.lowerBound * stride + places.lowerBound
      if type == .f64 {
        return (pointer.assumingMemoryBound(to: Double.self) + start, Int32(stride))
      }
      let from = pointer.assumingMemoryBound(to: Float.self) + start
      if places.count == stride {
        Precision.widen(from, room, lines.count * stride)
      } else {
        for line in 0..<lines.count {
          Precision.widen(from + line * stride, room + line * places.count, places.count)
        }
      }
      return (UnsafePointer(room), Int32(places.count))
    }
  }

  /// One product, in tiles that workers take where it is large.
  static func run(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutableRawPointer, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    let work = m * n * k
    guard work > sharedWork, m > 1, n > 1 else {
      single(a, b, c, m, n, k)
      if work > smallWork { try NumericsInterruption.poll() }
      return
    }
    let (height, width) = tile(m, n, k)
    let across = (n + width - 1) / width
    try Workers.forEach((m + height - 1) / height * across) { index in
      let row = index / across * height
      let column = index % across * width
      multiply(
        a, b, c, n, k, row..<min(row + height, m), column..<min(column + width, n))
    }
  }

  /// Many products of one shape: entry `i` is of the matrices `pairs[i]` of the stacks a and b.
  static func run(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutableRawPointer, _ m: Int, _ n: Int, _ k: Int,
    pairs: [(a: Int, b: Int)]
  ) throws {
    let work = m * n * k
    let size = a.type.size
    if work > sharedWork << 2 {
      for (entry, pair) in pairs.enumerated() {
        try run(
          a.advanced(by: pair.a * m * k), b.advanced(by: pair.b * k * n), c + entry * m * n * size, m, n, k)
      }
      return
    }
    let step: (Int) -> Void = { entry in
      single(
        a.advanced(by: pairs[entry].a * m * k), b.advanced(by: pairs[entry].b * k * n),
        c + entry * m * n * size, m, n, k)
    }
    if work * pairs.count <= sharedWork {
      for entry in pairs.indices { step(entry) }
      return try NumericsInterruption.poll()
    }
    let group = max(1, sharedWork / 2 / max(work, 1))
    try Workers.forEach((pairs.count + group - 1) / group) { index in
      for entry in index * group..<min((index + 1) * group, pairs.count) {
        if NumericsInterruption.isRaised { return }
        step(entry)
      }
    }
  }

  /// The partition, which the shape alone decides: about sixteen tiles of the result, but none so small that
  /// packing dominates.
  private static func tile(_ m: Int, _ n: Int, _ k: Int) -> (height: Int, width: Int) {
    let area = Double(max(sharedWork, m * n * k / 16) / k)
    func whole(_ edge: Double, _ limit: Int) -> Int {
      min(limit, 4096, max(32, Int((edge / 32).rounded(.up)) * 32))
    }
    var height = whole(area.squareRoot(), m)
    let width = whole(area / Double(height), n)
    height = whole(area / Double(width), m)
    return (height, width)
  }

  /// One product on this thread.
  static func single(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutableRawPointer, _ m: Int, _ n: Int, _ k: Int
  ) {
    if m * n * k > smallWork, m > 1, n > 1 {
      return multiply(a, b, c, n, k, 0..<m, 0..<n)
    }
    if a.type == .f64 {
      loops(a, b, c.assumingMemoryBound(to: Double.self), m, n, k)
    } else {
      loops(a, b, c.assumingMemoryBound(to: Float.self), m, n, k)
    }
  }

  /// A tile of the result.
  private static func multiply(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutableRawPointer, _ n: Int, _ k: Int,
    _ rows: Range<Int>, _ columns: Range<Int>
  ) {
    let isWide = a.type == .f64
    let depth = min(k, stretch)
    let (sizeA, sizeB) = (rows.count * depth, depth * columns.count)
    Scratch.withDoubles(isWide ? 0 : sizeA + sizeB + rows.count * columns.count) { room in
      let offset = rows.lowerBound * n + columns.lowerBound
      let target = isWide ? c.assumingMemoryBound(to: Double.self) + offset : room + sizeA + sizeB
      var start = 0
      while start < k {
        if NumericsInterruption.isRaised { return }
        let inner = start..<min(start + stretch, k)
        let (left, strideA) = a.block(rows, inner, room)
        let (right, strideB) = b.block(inner, columns, room + sizeA)
        Self.block(
          left, a.isTransposed, Int(strideA), right, b.isTransposed, Int(strideB), target,
          isWide ? n : columns.count, rows.count, columns.count, inner.count, adding: start > 0)
        start += stretch
      }
      if isWide { return }
      let narrow = c.assumingMemoryBound(to: Float.self) + offset
      if columns.count == n { return Precision.narrow(target, narrow, rows.count * n) }
      for row in 0..<rows.count {
        Precision.narrow(target + row * columns.count, narrow + row * n, columns.count)
      }
    }
  }

  /// C = op(A) op(B), or C + op(A) op(B), of blocks of larger matrices of f64, on this thread.
  static func block(
    _ a: UnsafePointer<Double>, _ isTransposedA: Bool, _ strideA: Int, _ b: UnsafePointer<Double>,
    _ isTransposedB: Bool, _ strideB: Int, _ c: UnsafeMutablePointer<Double>, _ strideC: Int, _ m: Int,
    _ n: Int, _ k: Int, adding: Bool
  ) {
    let (rowA, columnA) = isTransposedA ? (1, strideA) : (strideA, 1)
    let (rowB, columnB) = isTransposedB ? (1, strideB) : (strideB, 1)
    vector_product_f64(
      m, n, k, a, rowA, columnA, b, rowB, columnB, c, strideC, 1,
      Int32(adding ? VECTOR_ADD : VECTOR_SET))
  }

  /// By the definition: for small products, those with a vector, and where there is no library.
  private static func loops<T: BinaryFloatingPoint>(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutablePointer<T>, _ m: Int, _ n: Int, _ k: Int
  ) {
    let left = a.pointer.assumingMemoryBound(to: T.self)
    let right = b.pointer.assumingMemoryBound(to: T.self)
    if n == 1, m * k > smallWork {
      return matrixVector(left, right, c, m, k, isTransposed: a.isTransposed)
    }
    if m == 1, n * k > smallWork {
      return matrixVector(right, left, c, n, k, isTransposed: !b.isTransposed)
    }
    let (rowA, columnA) = a.isTransposed ? (1, a.stride) : (a.stride, 1)
    let (rowB, columnB) = b.isTransposed ? (1, b.stride) : (b.stride, 1)
    for i in 0..<m {
      if k * n > 4096, NumericsInterruption.isRaised { return }
      for j in 0..<n {
        var x = left + i * rowA
        var y = right + j * columnB
        var sum = 0.0
        for _ in 0..<k {
          sum += Double(x.pointee) * Double(y.pointee)
          x += columnA
          y += rowB
        }
        c[i * n + j] = T(sum)
      }
    }
  }

  @inline(__always)
  private static func dot<T: BinaryFloatingPoint>(
    _ x: UnsafePointer<T>, _ y: UnsafePointer<T>, _ count: Int
  ) -> Double {
    if T.self == Float.self {
      return Products.dot(
        UnsafeRawPointer(x).assumingMemoryBound(to: Float.self),
        UnsafeRawPointer(y).assumingMemoryBound(to: Float.self), count)
    }
    return Products.dot(
      UnsafeRawPointer(x).assumingMemoryBound(to: Double.self),
      UnsafeRawPointer(y).assumingMemoryBound(to: Double.self), count)
  }

  /// op(A) x with m results, each the sum of k products. Bound by memory: a library gains nothing.
  private static func matrixVector<T: BinaryFloatingPoint>(
    _ a: UnsafePointer<T>, _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ m: Int, _ k: Int,
    isTransposed: Bool
  ) {
    let rowsBetweenLooks = max(1, blockLength / max(isTransposed ? m : k, 1))
    guard isTransposed else {
      for row in 0..<m {
        if row % rowsBetweenLooks == 0, NumericsInterruption.isRaised { return }
        y[row] = T(dot(a + row * k, x, k))
      }
      return
    }
    Scratch.withDoubles(m) { sums in
      sums.update(repeating: 0, count: m)
      for row in 0..<k {
        if row % rowsBetweenLooks == 0, NumericsInterruption.isRaised { return }
        let factor = Double(x[row])
        let from = a + row * m
        for i in 0..<m { sums[i] += factor * Double(from[i]) }
      }
      for i in 0..<m { y[i] = T(sums[i]) }
    }
  }
}
