import COpenBLAS

/// C = op(A) op(B) on contiguous row-major matrices of f64. Products of f32 come here too: they are
/// accumulated in f64 and rounded once.
enum MatrixProduct {
  /// Below this many multiply-adds a plain loop beats the call.
  static let smallWork = 256

  struct Operand {
    let pointer: UnsafeMutablePointer<Double>
    let isTransposed: Bool
    /// Elements between rows as stored.
    let stride: Int
  }

  static func run(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutablePointer<Double>, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    let work = m * n * k
    if work <= smallWork { return try loops(a, b, c, m, n, k) }
    if n == 1 { return try matrixVector(a.pointer, b.pointer, c, m, k, isTransposed: a.isTransposed) }
    if m == 1 { return try matrixVector(b.pointer, a.pointer, c, n, k, isTransposed: !b.isTransposed) }
    guard let library = LinearLibrary.shared else { return try loops(a, b, c, m, n, k) }
    let shape = Extent(rows: 0..<m, columns: 0..<n, depth: 0..<k)
    if work <= 1 << 22 { return multiply(library, a, b, c, n, shape) }
    try forEachTile(shape) { multiply(library, a, b, c, n, $0) }
  }

  /// A tile of the result and a stretch of the axis that is summed over.
  private struct Extent {
    var rows: Range<Int>
    var columns: Range<Int>
    var depth: Range<Int>
  }

  private static func multiply(
    _ library: LinearLibrary, _ a: Operand, _ b: Operand, _ c: UnsafeMutablePointer<Double>, _ n: Int,
    _ extent: Extent
  ) {
    let row = extent.rows.lowerBound
    let column = extent.columns.lowerBound
    let depth = extent.depth.lowerBound
    library.multiply(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      Int32(extent.rows.count), Int32(extent.columns.count), Int32(extent.depth.count), 1,
      a.pointer + (a.isTransposed ? depth * a.stride + row : row * a.stride + depth), Int32(a.stride),
      b.pointer + (b.isTransposed ? column * b.stride + depth : depth * b.stride + column), Int32(b.stride),
      depth == 0 ? 0 : 1, c + row * n + column, Int32(n))
  }

  /// op(A) x with m results, each the sum of k products. Bound by memory: a library gains nothing.
  private static func matrixVector(
    _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ m: Int,
    _ k: Int, isTransposed: Bool
  ) throws {
    let rowsBetweenPolls = max(1, blockLength / max(isTransposed ? m : k, 1))
    if isTransposed {
      y.update(repeating: 0, count: m)
      for row in 0..<k {
        if row % rowsBetweenPolls == 0 { try NumericsInterruption.poll() }
        let factor = x[row]
        let from = a + row * m
        for i in 0..<m { y[i] += factor * from[i] }
      }
    } else {
      for row in 0..<m {
        if row % rowsBetweenPolls == 0 { try NumericsInterruption.poll() }
        y[row] = Products.dot(a + row * k, x, k)
      }
    }
  }

  /// By the definition: for small products, and where there is no library.
  private static func loops(
    _ a: Operand, _ b: Operand, _ c: UnsafeMutablePointer<Double>, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    let (rowA, columnA) = a.isTransposed ? (1, a.stride) : (a.stride, 1)
    let (rowB, columnB) = b.isTransposed ? (1, b.stride) : (b.stride, 1)
    for i in 0..<m {
      if k * n > 4096 { try NumericsInterruption.poll() }
      for j in 0..<n {
        var x = a.pointer + i * rowA
        var y = b.pointer + j * columnB
        var sum = 0.0
        for _ in 0..<k {
          sum += x.pointee * y.pointee
          x += columnA
          y += rowB
        }
        c[i * n + j] = sum
      }
    }
  }

  /// The partition, which the shape alone decides: tiles of the result that workers take, each tile in
  /// stretches of the inner axis between which the interruption flag is looked at.
  private static func forEachTile(_ whole: Extent, _ run: @escaping (Extent) -> Void) throws {
    let (m, n, k) = (whole.rows.count, whole.columns.count, whole.depth.count)
    // Enough tiles for the workers, but not so small that packing dominates.
    let edge = m * n * k < 1 << 27 ? 256 : 512
    let stretch = 1024
    let tileRows = (m + edge - 1) / edge
    let tileColumns = (n + edge - 1) / edge
    try Workers.forEach(tileRows * tileColumns) { tile in
      let row = tile / tileColumns * edge
      let column = tile % tileColumns * edge
      var start = 0
      while start < k {
        if NumericsInterruption.isRaised { return }
        run(
          Extent(
            rows: row..<min(row + edge, m), columns: column..<min(column + edge, n),
            depth: start..<min(start + stretch, k)))
        start += stretch
      }
    }
  }
}
