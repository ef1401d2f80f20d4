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
    _ a: Operand, _ b: Operand, _ c: UnsafeMutablePointer<Double>, _ m: Int, _ n: Int,
    _ k: Int
  ) throws {
    if m * n * k <= smallWork || m == 0 || n == 0 || k == 0 {
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for l in 0..<k {
            let x = a.isTransposed ? a.pointer[l * a.stride + i] : a.pointer[i * a.stride + l]
            let y = b.isTransposed ? b.pointer[j * b.stride + l] : b.pointer[l * b.stride + j]
            sum += x * y
          }
          c[i * n + j] = sum
        }
      }
      return
    }
    try tiled(m, n, k) { rows, columns, depth in
      cblas_dgemm(
        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
        Int32(rows.count), Int32(columns.count), Int32(depth.count), 1,
        a.pointer
          + (a.isTransposed
            ? depth.lowerBound * a.stride + rows.lowerBound : rows.lowerBound * a.stride + depth.lowerBound),
        Int32(a.stride),
        b.pointer
          + (b.isTransposed
            ? columns.lowerBound * b.stride + depth.lowerBound
            : depth.lowerBound * b.stride + columns.lowerBound),
        Int32(b.stride),
        depth.lowerBound == 0 ? 0 : 1, c + rows.lowerBound * n + columns.lowerBound, Int32(n))
    }
  }

  /// The partition, which the shape alone decides: tiles of the result that workers take, each tile in
  /// stretches of the inner axis between which the interruption flag is looked at.
  private static func tiled(
    _ m: Int, _ n: Int, _ k: Int, _ run: @escaping (Range<Int>, Range<Int>, Range<Int>) -> Void
  ) throws {
    Workers.useOneThreadPerProduct()
    let work = m * n * k
    if work <= 1 << 22 { return run(0..<m, 0..<n, 0..<k) }
    // Enough tiles for the workers, but not so small that packing dominates.
    let edge = work < 1 << 27 ? 256 : 512
    let depth = 1024
    let tileRows = (m + edge - 1) / edge
    let tileColumns = (n + edge - 1) / edge
    try Workers.forEach(tileRows * tileColumns) { tile in
      let row = tile / tileColumns * edge
      let column = tile % tileColumns * edge
      var start = 0
      while start < k {
        if NumericsInterruption.isRaised { return }
        run(row..<min(row + edge, m), column..<min(column + edge, n), start..<min(start + depth, k))
        start += depth
      }
    }
  }
}
