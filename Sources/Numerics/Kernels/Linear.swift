import CVector
import Glibc

/// Kernels of linear algebra by LAPACK, in f64 and rounded once, for every matrix along the last two axes. NaN is a
/// value like others here. LAPACK sees columns where we have rows: a matrix of ours is its transpose to it.
enum Linear {
  typealias Reals = Lapack.Reals

  /// Matrices on which the rows are tried.
  static let sample = Tensor([2, -1, 0.5, 1, 3, -0.5, 0.25, 1, 1.5], shape: [3, 3])
  static let definiteSample = Tensor([4, 1, 0.5, 1, 3, -0.25, 0.5, -0.25, 2], shape: [3, 3])
  static let batchSample = Tensor([2, -1, 1, 3, 0.5, 2, -1.5, 1], shape: [2, 2, 2])
  static let definiteBatchSample = Tensor([2, -1, -1, 3, 1.5, 0.5, 0.5, 1], shape: [2, 2, 2])

  /// What our lower triangle is to a reader of columns.
  static let lower: Lapack.Option = "U"

  static func checkMatrix(_ x: Tensor, _ name: String) throws {
    guard x.rank >= 2 else {
      throw Fault.rank(operation: name, shape: x.shape, expected: "at least 2")
    }
  }

  static func checkSquare(_ x: Tensor, _ name: String) throws {
    try checkMatrix(x, name)
    guard x.shape[x.rank - 2] == x.shape[x.rank - 1] else {
      throw Fault.notSquare(operation: name, shape: x.shape)
    }
  }

  /// A copy in f64 that LAPACK may overwrite.
  static func workingCopy(_ x: Tensor) throws -> Storage {
    let result = try Storage.allocate(x.shape, .f64)
    let wide = try Elementwise.converted(x.primal, .f64)
    try Structure.copy(wide.storage!, 0, result, 0, x.count, .f64)
    return result
  }

  /// The results of `body` for every matrix of `x`: it gets a copy that it may overwrite and the place of a result,
  /// whose shape is `tail`.
  static func forEachMatrix(_ x: Tensor, tail: [Int], _ body: (Reals, Reals) throws -> Void) throws -> Tensor
  {
    let copy = try workingCopy(x)
    let leading = Array(x.shape.dropLast(2))
    let result = try Storage.allocate(Shape(leading + tail), .f64)
    let size = x.shape[x.rank - 2] * x.shape[x.rank - 1]
    let length = tail.reduce(1, *)
    try withExtendedLifetime((copy, result)) {
      // Where there are no results, the matrices may be more than can be counted through.
      for index in 0..<(result.count == 0 ? 0 : leading.reduce(1, *)) {
        try NumericsInterruption.poll()
        try body(copy.f64 + index * size, result.f64 + index * length)
      }
    }
    let whole = result.shape.rank == 0 ? Tensor(result.f64[0]) : Tensor(result, .f64)
    return try Elementwise.converted(whole, x.type.arithmetic)
  }

  static func isFinite(_ a: Reals, _ count: Int) throws -> Bool {
    for start in stride(from: 0, to: count, by: blockLength) {
      for place in start..<min(start + blockLength, count) where !a[place].isFinite { return false }
      try NumericsInterruption.poll()
    }
    return true
  }

  /// LU of the transpose, in place; the row exchanges, and whether a pivot is exactly 0.
  private static func factor(_ a: Reals, _ n: Int) throws -> (pivots: [Int32], isSingular: Bool) {
    var pivots = [Int32](repeating: 0, count: n)
    guard n > 0 else { return (pivots, false) }
    let status = try Lapack.factor(a, n, pivots: &pivots)
    return (pivots, status > 0)
  }

  static func inverse(_ x: Tensor) throws -> Tensor {
    try checkSquare(x, "inv")
    let n = x.shape[x.rank - 1]
    return try forEachMatrix(x, tail: [n, n]) { a, result in
      let (pivots, isSingular) = try factor(a, n)
      if isSingular { throw Fault.singular(operation: "inv", shape: x.shape) }
      guard n > 0 else { return }
      _ = try Lapack.invert(a, n, pivots: pivots)
      try copy(a, to: result, n * n)
    }
  }

  /// The product of the pivots of each matrix, or of what `combine` makes of them and of the sign of the exchanges.
  private static func pivots(
    _ x: Tensor, _ name: String, _ combine: (_ diagonal: [Double], _ sign: Double) -> Double
  ) throws -> Tensor {
    try checkSquare(x, name)
    let n = x.shape[x.rank - 1]
    return try forEachMatrix(x, tail: []) { a, result in
      let (pivots, _) = try factor(a, n)
      let exchanges = pivots.enumerated().reduce(0) { $0 + (Int($1.element) != $1.offset + 1 ? 1 : 0) }
      result[0] = combine((0..<n).map { a[$0 * n + $0] }, exchanges % 2 == 0 ? 1 : -1)
    }
  }

  static func determinant(_ x: Tensor) throws -> Tensor {
    // A zero has no sign.
    try pivots(x, "det") { diagonal, sign in diagonal.reduce(sign, *) + 0 }
  }

  static func logarithmOfDeterminant(_ x: Tensor) throws -> Tensor {
    try pivots(x, "logdet") { diagonal, _ in diagonal.reduce(0) { $0 + vector_log_f64($1.magnitude) } }
  }

  /// The triangular factor in place of our lower triangle; whether there is one.
  private static func factorDefinite(_ a: Reals, _ n: Int) throws -> Bool {
    try n == 0 || Lapack.factorDefinite(a, n, triangle: lower) == 0
  }

  /// The mean of a matrix and its transpose, in the lower triangle.
  static func symmetrise(_ a: Reals, _ n: Int) throws {
    for row in 0..<n {
      try NumericsInterruption.poll()
      for column in 0..<row {
        a[row * n + column] = (a[row * n + column] + a[column * n + row]) / 2
      }
    }
  }

  static func cholesky(_ x: Tensor) throws -> Tensor {
    try checkSquare(x, "cholesky")
    let n = x.shape[x.rank - 1]
    return try forEachMatrix(x, tail: [n, n]) { a, result in
      let isOrdinary = try isFinite(a, n * n)
      try symmetrise(a, n)
      if isOrdinary, try !factorDefinite(a, n) {
        throw Fault.notPositiveDefinite(operation: "cholesky", shape: x.shape)
      }
      for row in 0..<n {
        try NumericsInterruption.poll()
        for column in 0..<n {
          result[row * n + column] = column > row ? 0 : isOrdinary ? a[row * n + column] : .nan
        }
      }
    }
  }

  /// Square systems: Cholesky where the matrix is symmetric and turns out definite, else LU. `b` is a vector, or has
  /// as many matrices as `a`.
  static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = try Elementwise.commonType(a, b, "\\")
    let n = a.shape[a.rank - 1]
    precondition(
      a.shape[a.rank - 2] == n
        && (b.rank == 1 ? a.shape == Shape(n, n) && b.shape[0] == n : fits(a.shape, b.shape)))
    guard b.count > 0 else { return try Tensor.zeros(b.shape, type) }
    let count = b.rank == 1 ? 1 : b.shape[b.rank - 1]
    let matrices = try workingCopy(a)
    let original = try Elementwise.converted(a.primal, .f64)
    let right = try workingCopy(b)
    let columns = try Storage.allocate(Shape(count, n), .f64)
    try withExtendedLifetime((matrices, original, right, columns)) {
      for index in 0..<b.count / (n * count) {
        try NumericsInterruption.poll()
        let side = right.f64 + index * n * count
        try copyTransposed(side, rows: n, columns: count, to: columns.f64)
        let start = index * n * n
        try solve(
          matrices.f64 + start, original: original.storage!.f64 + start, n, columns.f64, count, a.shape)
        try copyTransposed(columns.f64, rows: count, columns: n, to: side)
      }
    }
    return try Elementwise.converted(Tensor(right, .f64), type)
  }

  /// Whether there are as many right sides as matrices, each with as many rows.
  private static func fits(_ a: Shape, _ b: Shape) -> Bool {
    a.rank == b.rank && (0..<a.rank - 1).allSatisfy { a[$0] == b[$0] }
  }

  /// One system in place of its right side. `matrix` is overwritten; `original` has it still.
  private static func solve(
    _ matrix: Reals, original: Reals, _ n: Int, _ right: Reals, _ count: Int, _ shape: Shape
  ) throws {
    // Of a diagonal matrix LU divides by its entries, where Cholesky rounds their roots.
    if try isSymmetric(matrix, n), try !isDiagonal(matrix, n) {
      if try factorDefinite(matrix, n) {
        _ = try Lapack.solveDefinite(matrix, n, triangle: lower, right, count)
        return
      }
      try copy(original, to: matrix, n * n)
    }
    let (pivots, isSingular) = try factor(matrix, n)
    if isSingular { throw Fault.singular(operation: "\\", shape: shape) }
    _ = try Lapack.solve(matrix, n, pivots: pivots, transposition: "T", right, count)
  }

  static func copyTransposed(_ source: Reals, rows: Int, columns: Int, to target: Reals) throws {
    for row in 0..<rows {
      if row & 0xF == 0 || columns > blockLength { try NumericsInterruption.poll() }
      for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
    }
  }

  static func copy(_ source: Reals, to target: Reals, _ count: Int) throws {
    try forEachBlock(count) { (target + $0).copy(from: source + $0, count: $1) }
  }

  private static func isDiagonal(_ a: Reals, _ n: Int) throws -> Bool {
    for row in 0..<n {
      try NumericsInterruption.poll()
      for column in 0..<n where column != row && a[row * n + column] != 0 { return false }
    }
    return true
  }

  private static func isSymmetric(_ a: Reals, _ n: Int) throws -> Bool {
    for row in 0..<n {
      try NumericsInterruption.poll()
      guard a[row * n + row] > 0 else { return false }
      for column in 0..<row where a[row * n + column] != a[column * n + row] { return false }
    }
    return true
  }
}
