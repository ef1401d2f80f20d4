import COpenBLAS
import Glibc

/// Kernels of linear algebra by LAPACK, in f64 and rounded once.
enum Linear {
  /// Matrices on which the rows are tried.
  static let sample = Tensor([2, -1, 0.5, 1, 3, -0.5, 0.25, 1, 1.5], shape: [3, 3])
  static let definiteSample = Tensor([4, 1, 0.5, 1, 3, -0.25, 0.5, -0.25, 2], shape: [3, 3])

  static func checkSquare(_ x: Tensor, _ name: String) throws {
    guard x.rank == 2 else { throw Fault.rank(operation: name, shape: x.shape, expected: "2") }
    guard x.shape[0] == x.shape[1] else { throw Fault.notSquare(operation: name, shape: x.shape) }
  }

  /// A copy in f64 that LAPACK may overwrite.
  private static func workingCopy(_ x: Tensor) throws -> Storage {
    _ = quiet
    let result = try Storage.allocate(x.shape, .f64)
    let wide = try Elementwise.converted(x.primal, .f64)
    Structure.copy(wide.storage!, 0, result, 0, x.count, .f64)
    return result
  }

  /// NaN is a value like others here.
  private static let quiet: Void = {
    Workers.useOneThreadPerProduct()
    LAPACKE_set_nancheck(0)
  }()

  /// LU in place; the row exchanges, and whether a pivot is exactly 0.
  private static func factor(_ a: Storage) -> (pivots: [Int32], isSingular: Bool) {
    let n = Int32(a.shape[0])
    var pivots = [Int32](repeating: 0, count: Int(n))
    let status = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, a.f64, max(n, 1), &pivots)
    return (pivots, status > 0)
  }

  static func inverse(_ x: Tensor) throws -> Tensor {
    try checkSquare(x, "inv")
    let a = try workingCopy(x)
    let n = Int32(x.shape[0])
    let (pivots, isSingular) = factor(a)
    if isSingular { throw Fault.singular(operation: "inv", shape: x.shape) }
    if n > 0 { _ = LAPACKE_dgetri(LAPACK_ROW_MAJOR, n, a.f64, n, pivots) }
    return try Elementwise.converted(Tensor(a, .f64), x.type.arithmetic)
  }

  /// The diagonal of the triangular factor, and the sign of the row exchanges.
  private static func pivotsOfDeterminant(_ x: Tensor, _ name: String) throws -> ([Double], Double) {
    try checkSquare(x, name)
    let a = try workingCopy(x)
    let n = x.shape[0]
    let (pivots, _) = factor(a)
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

  static func cholesky(_ x: Tensor) throws -> Tensor {
    try checkSquare(x, "cholesky")
    let a = try workingCopy(x)
    let n = x.shape[0]
    for row in 0..<n {
      for column in 0..<row {
        a.f64[row * n + column] = (a.f64[row * n + column] + a.f64[column * n + row]) / 2
      }
    }
    guard LAPACKE_dpotrf(LAPACK_ROW_MAJOR, CChar(76), Int32(n), a.f64, Int32(max(n, 1))) == 0 else {
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
    let n = a.shape[0]
    let columns = Int32(b.rank == 1 ? 1 : b.shape[1])
    let size = Int32(n)
    guard n > 0, columns > 0 else { return try Tensor.zeros(b.shape, type) }
    let right = try workingCopy(b)
    let matrix = try workingCopy(a)
    defer { withExtendedLifetime((matrix, right)) {} }
    if isSymmetric(matrix, n) {
      if LAPACKE_dpotrf(LAPACK_ROW_MAJOR, CChar(76), size, matrix.f64, size) == 0 {
        _ = LAPACKE_dpotrs(LAPACK_ROW_MAJOR, CChar(76), size, columns, matrix.f64, size, right.f64, columns)
        return try Elementwise.converted(Tensor(right, .f64), type)
      }
      let wide = try Elementwise.converted(a.primal, .f64)
      Structure.copy(wide.storage!, 0, matrix, 0, n * n, .f64)
    }
    let (pivots, isSingular) = factor(matrix)
    if isSingular { throw Fault.singular(operation: "\\", shape: a.shape) }
    _ = LAPACKE_dgetrs(
      LAPACK_ROW_MAJOR, CChar(78), size, columns, matrix.f64, size, pivots, right.f64, columns)
    return try Elementwise.converted(Tensor(right, .f64), type)
  }

  private static func isSymmetric(_ a: Storage, _ n: Int) -> Bool {
    for row in 0..<n {
      guard a.f64[row * n + row] > 0 else { return false }
      for column in 0..<row where a.f64[row * n + column] != a.f64[column * n + row] { return false }
    }
    return true
  }

  static func leastSquares(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = try Elementwise.commonType(a, b, "\\")
    let rows = Int32(a.shape[0])
    let columns = Int32(a.shape[1])
    let count = Int32(b.rank == 1 ? 1 : b.shape[1])
    let shape = b.rank == 1 ? Shape(Int(columns)) : Shape(Int(columns), Int(count))
    guard columns > 0, count > 0 else { return try Tensor.zeros(shape, type) }
    let matrix = try workingCopy(a)
    let right = try workingCopy(b)
    defer { withExtendedLifetime((matrix, right)) {} }
    let status = LAPACKE_dgels(
      LAPACK_ROW_MAJOR, CChar(78), rows, columns, count, matrix.f64, columns, right.f64, count)
    guard status == 0 else { throw Fault.singular(operation: "\\", shape: a.shape) }
    let result = try Storage.allocate(shape, .f64)
    Structure.copy(right, 0, result, 0, shape.elementCount, .f64)
    return try Elementwise.converted(Tensor(result, .f64), type)
  }
}
