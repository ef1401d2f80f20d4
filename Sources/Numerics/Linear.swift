import Glibc

/// Kernels of linear algebra by LAPACK, in f64 and rounded once. NaN is a value like others here.
enum Linear {
  /// Matrices on which the rows are tried.
  static let sample = Tensor([2, -1, 0.5, 1, 3, -0.5, 0.25, 1, 1.5], shape: [3, 3])
  static let definiteSample = Tensor([4, 1, 0.5, 1, 3, -0.25, 0.5, -0.25, 2], shape: [3, 3])

  /// What our lower triangle is to a reader of columns.
  private static let upper = CChar(UInt8(ascii: "U"))
  private static let transposed = CChar(UInt8(ascii: "T"))

  static func checkSquare(_ x: Tensor, _ name: String) throws {
    guard x.rank == 2 else { throw Fault.rank(operation: name, shape: x.shape, expected: "2") }
    guard x.shape[0] == x.shape[1] else { throw Fault.notSquare(operation: name, shape: x.shape) }
  }

  /// A copy in f64 that LAPACK may overwrite.
  private static func workingCopy(_ x: Tensor) throws -> Storage {
    let result = try Storage.allocate(x.shape, .f64)
    let wide = try Elementwise.converted(x.primal, .f64)
    Structure.copy(wide.storage!, 0, result, 0, x.count, .f64)
    return result
  }

  /// The right side as LAPACK reads it, column after column, and back.
  private static func columns(_ b: Tensor) throws -> Storage {
    try workingCopy(b.rank == 1 ? b : Structure.permuted(b.primal, [1, 0]))
  }

  private static func fromColumns(_ x: Storage, _ rows: Int, _ rank: Int, _ type: ElementType) throws
    -> Tensor
  {
    let stride = x.shape[x.shape.rank - 1]
    let count = rank == 1 ? 1 : x.shape[0]
    let result = try Storage.allocate(rank == 1 ? Shape(rows) : Shape(rows, count), .f64)
    for column in 0..<count {
      for row in 0..<rows { result.f64[row * count + column] = x.f64[column * stride + row] }
    }
    return try Elementwise.converted(Tensor(result, .f64), type)
  }

  /// LU of the transpose, in place; the row exchanges, and whether a pivot is exactly 0.
  private static func factor(_ a: Storage) throws -> (pivots: [Int32], isSingular: Bool) {
    let library = try LinearLibrary.required()
    var n = Int32(a.shape[0])
    var pivots = [Int32](repeating: 0, count: Int(n))
    var status: Int32 = 0
    guard n > 0 else { return (pivots, false) }
    let rows = n
    withUnsafePointer(to: rows) { library.factor($0, &n, a.f64, $0, &pivots, &status) }
    return (pivots, status > 0)
  }

  static func inverse(_ x: Tensor) throws -> Tensor {
    try checkSquare(x, "inv")
    let a = try workingCopy(x)
    var n = Int32(x.shape[0])
    let (pivots, isSingular) = try factor(a)
    if isSingular { throw Fault.singular(operation: "inv", shape: x.shape) }
    if n > 0 {
      var length = n * 64
      let stride = n
      var status: Int32 = 0
      let work = try Storage.allocate(Shape(Int(length)), .f64)
      withExtendedLifetime((a, work)) {
        withUnsafePointer(to: stride) { stride in
          try? LinearLibrary.required().invert(&n, a.f64, stride, pivots, work.f64, &length, &status)
        }
      }
    }
    return try Elementwise.converted(Tensor(a, .f64), x.type.arithmetic)
  }

  /// The diagonal of the triangular factor, and the sign of the row exchanges.
  private static func pivotsOfDeterminant(_ x: Tensor, _ name: String) throws -> ([Double], Double) {
    try checkSquare(x, name)
    let a = try workingCopy(x)
    let n = x.shape[0]
    let (pivots, _) = try factor(a)
    let exchanges = pivots.enumerated().reduce(0) { $0 + (Int($1.element) != $1.offset + 1 ? 1 : 0) }
    return ((0..<n).map { a.f64[$0 * n + $0] }, exchanges % 2 == 0 ? 1 : -1)
  }

  static func determinant(_ x: Tensor) throws -> Tensor {
    let (diagonal, sign) = try pivotsOfDeterminant(x, "det")
    return Tensor(diagonal.reduce(sign, *), type: x.type.arithmetic)
  }

  static func logarithmOfDeterminant(_ x: Tensor) throws -> Tensor {
    let (diagonal, _) = try pivotsOfDeterminant(x, "logdet")
    return Tensor(diagonal.reduce(0) { $0 + log($1.magnitude) }, type: x.type.arithmetic)
  }

  /// The triangular factor in place of our lower triangle; whether there is one.
  private static func factorDefinite(_ a: Storage) throws -> Bool {
    let library = try LinearLibrary.required()
    let n = Int32(a.shape[0])
    guard n > 0 else { return true }
    var status: Int32 = 0
    var triangle = upper
    withUnsafePointer(to: n) { library.factorDefinite(&triangle, $0, a.f64, $0, &status) }
    return status == 0
  }

  static func cholesky(_ x: Tensor) throws -> Tensor {
    try checkSquare(x, "cholesky")
    let a = try workingCopy(x)
    let n = x.shape[0]
    for row in 0..<n {
      for column in 0..<row {
        a.f64[row * n + column] = (a.f64[row * n + column] + a.f64[column * n + row]) / 2
      }
    }
    guard try factorDefinite(a) else {
      throw Fault.notPositiveDefinite(operation: "cholesky", shape: x.shape)
    }
    for row in 0..<n {
      for column in row + 1..<max(n, row + 1) { a.f64[row * n + column] = 0 }
    }
    return try Elementwise.converted(Tensor(a, .f64), x.type.arithmetic)
  }

  /// A square system: Cholesky where the matrix is symmetric and turns out definite, else LU.
  static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = try Elementwise.commonType(a, b, "\\")
    let size = a.shape[0]
    guard b.count > 0 else { return try Tensor.zeros(b.shape, type) }
    let library = try LinearLibrary.required()
    let right = try columns(b)
    let matrix = try workingCopy(a)
    let n = Int32(size)
    var count = Int32(b.rank == 1 ? 1 : b.shape[1])
    var status: Int32 = 0
    // Of a diagonal matrix LU divides by its entries, where Cholesky rounds their roots.
    if isSymmetric(matrix, size), !isDiagonal(matrix, size) {
      if try factorDefinite(matrix) {
        var triangle = upper
        withExtendedLifetime((matrix, right)) {
          withUnsafePointer(to: n) { n in
            library.solveDefinite(&triangle, n, &count, matrix.f64, n, right.f64, n, &status)
          }
        }
        return try fromColumns(right, size, b.rank, type)
      }
      let wide = try Elementwise.converted(a.primal, .f64)
      Structure.copy(wide.storage!, 0, matrix, 0, size * size, .f64)
    }
    let (pivots, isSingular) = try factor(matrix)
    if isSingular { throw Fault.singular(operation: "\\", shape: a.shape) }
    var letter = transposed
    withExtendedLifetime((matrix, right)) {
      withUnsafePointer(to: n) { n in
        library.solveFactored(&letter, n, &count, matrix.f64, n, pivots, right.f64, n, &status)
      }
    }
    return try fromColumns(right, size, b.rank, type)
  }

  private static func isDiagonal(_ a: Storage, _ n: Int) -> Bool {
    (0..<n * n).allSatisfy { $0 / n == $0 % n || a.f64[$0] == 0 }
  }

  private static func isSymmetric(_ a: Storage, _ n: Int) -> Bool {
    for row in 0..<n {
      guard a.f64[row * n + row] > 0 else { return false }
      for column in 0..<row where a.f64[row * n + column] != a.f64[column * n + row] { return false }
    }
    return true
  }

  /// More rows than columns, by orthogonal factors.
  static func leastSquares(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = try Elementwise.commonType(a, b, "\\")
    var rows = Int32(a.shape[0])
    let columnCount = Int32(a.shape[1])
    var count = Int32(b.rank == 1 ? 1 : b.shape[1])
    guard columnCount > 0, count > 0 else {
      return try Tensor.zeros(b.rank == 1 ? Shape(a.shape[1]) : Shape(a.shape[1], b.shape[1]), type)
    }
    let library = try LinearLibrary.required()
    let matrix = try workingCopy(a)
    let right = try columns(b)
    var length = max(columnCount + rows, columnCount * 2) * 32
    let work = try Storage.allocate(Shape(Int(length)), .f64)
    var letter = transposed
    var status: Int32 = 0
    withExtendedLifetime((matrix, right, work)) {
      withUnsafePointer(to: columnCount) { m in
        let stride = rows
        withUnsafePointer(to: stride) { stride in
          library.leastSquares(
            &letter, m, &rows, &count, matrix.f64, m, right.f64, stride, work.f64, &length, &status)
        }
      }
    }
    guard status == 0 else { throw Fault.singular(operation: "\\", shape: a.shape) }
    return try fromColumns(right, a.shape[1], b.rank, type)
  }
}
