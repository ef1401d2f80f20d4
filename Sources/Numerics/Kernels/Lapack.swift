import CLAPACK

/// LAPACK's routines on matrices of f64 stored column after column, without gaps; those of ours are their transposes.
/// What they answer is LAPACK's status: 0 where all is well.
///
/// Letters are followed by their lengths at the end of the arguments, as Fortran compilers pass them.
enum Lapack {
  typealias Reals = UnsafeMutablePointer<Double>

  /// One of the letters that options are.
  struct Option: ExpressibleByUnicodeScalarLiteral {
    let letter: [CChar]

    init(unicodeScalarLiteral letter: Unicode.Scalar) {
      self.letter = [CChar(UInt8(ascii: letter))]
    }
  }

  /// Runs a routine twice: first it says how long a workspace it wants, then it gets one.
  private static func withWorkspace(_ routine: (Reals, UnsafePointer<Int32>) -> Void) throws {
    var wanted = 0.0
    routine(&wanted, [-1])
    let length = Int(clamping: wanted, to: 1...Int(Int32.max))
    let work = try Storage.allocate(Shape(length), .f64)
    withExtendedLifetime(work) { routine(work.f64, [Int32(clamping: length)]) }
  }

  // MARK: - Square systems

  /// LU of A (n×n) in its place, and the row exchanges. A positive status says that a pivot is exactly 0.
  static func factor(_ a: Reals, _ n: Int, pivots: inout [Int32]) -> Int32 {
    let order = [Int32(n)]
    var status: Int32 = 0
    dgetrf_(order, order, a, order, &pivots, &status)
    return status
  }

  /// The inverse in place of its LU.
  static func invert(_ a: Reals, _ n: Int, pivots: [Int32]) throws -> Int32 {
    let order = [Int32(n)]
    var status: Int32 = 0
    try withWorkspace { dgetri_(order, a, order, pivots, $0, $1, &status) }
    return status
  }

  /// Solutions in place of `count` columns, by LU; `transposition` is "N" or "T".
  static func solve(
    _ a: Reals, _ n: Int, pivots: [Int32], transposition: Option, _ right: Reals, _ count: Int
  ) -> Int32 {
    let order = [Int32(n)]
    var status: Int32 = 0
    dgetrs_(transposition.letter, order, [Int32(count)], a, order, pivots, right, order, &status, 1)
    return status
  }

  /// The Cholesky factor in the triangle ("U" or "L") of A (n×n). A positive status says that there is none.
  static func factorDefinite(_ a: Reals, _ n: Int, triangle: Option) -> Int32 {
    let order = [Int32(n)]
    var status: Int32 = 0
    dpotrf_(triangle.letter, order, a, order, &status, 1)
    return status
  }

  /// Solutions in place of `count` columns, by the Cholesky factor.
  static func solveDefinite(_ a: Reals, _ n: Int, triangle: Option, _ right: Reals, _ count: Int) -> Int32 {
    let order = [Int32(n)]
    var status: Int32 = 0
    dpotrs_(triangle.letter, order, [Int32(count)], a, order, right, order, &status, 1)
    return status
  }

  // MARK: - Orthogonal factors

  /// R above and on the diagonal of A (m×n), below it the reflections whose product is Q; their factors.
  static func triangulate(_ a: Reals, _ m: Int, _ n: Int, factors: inout [Double]) throws -> Int32 {
    let (rows, width) = ([Int32(m)], [Int32(n)])
    var status: Int32 = 0
    try withWorkspace { dgeqrf_(rows, width, a, rows, &factors, $0, $1, &status) }
    return status
  }

  /// Q (m×n) in place of n reflections.
  static func formReflections(_ a: Reals, _ m: Int, _ n: Int, factors: [Double]) throws -> Int32 {
    let (rows, width) = ([Int32(m)], [Int32(n)])
    var status: Int32 = 0
    try withWorkspace { dorgqr_(rows, width, width, a, rows, factors, $0, $1, &status) }
    return status
  }

  /// Singular values of A (m×n), descending, and with "S" for `vectors` U (m×k) and V′ (k×n), with "N" neither.
  static func singularValues(
    _ a: Reals, _ m: Int, _ n: Int, vectors: Option, values: Reals, left: Reals, right: Reals
  ) throws -> Int32 {
    let (rows, width, least) = ([Int32(m)], [Int32(n)], [Int32(min(m, n))])
    var whole = [Int32](repeating: 0, count: 8 * min(m, n))
    var status: Int32 = 0
    try withWorkspace {
      dgesdd_(
        vectors.letter, rows, width, a, rows, values, left, rows, right, least, $0, $1, &whole, &status, 1)
    }
    return status
  }

  // MARK: - Eigenvalues

  /// Eigenvalues, ascending, of the symmetric matrix in a triangle ("U" or "L") of A (n×n), whose place the vectors
  /// take.
  static func symmetricEigen(_ a: Reals, _ n: Int, triangle: Option, values: Reals) throws -> Int32 {
    let order = [Int32(n)]
    let vectors: Option = "V"
    var whole = [Int32](repeating: 0, count: 3 + 5 * n)
    let length = [Int32(whole.count)]
    var status: Int32 = 0
    try withWorkspace {
      dsyevd_(
        vectors.letter, triangle.letter, order, a, order, values, $0, $1, &whole, length, &status, 1, 1)
    }
    return status
  }

  /// Eigenvalues of A (n×n), which is lost, and right vectors: those of a conjugate pair are the real part of the
  /// first and its imaginary part.
  static func eigen(
    _ a: Reals, _ n: Int, real: inout [Double], imaginary: inout [Double], vectors: inout [Double]
  ) throws -> Int32 {
    let order = [Int32(n)]
    let (none, all): (Option, Option) = ("N", "V")
    var unused = 0.0
    var status: Int32 = 0
    try withWorkspace {
      dgeev_(
        none.letter, all.letter, order, a, order, &real, &imaginary, &unused, [1], &vectors, order, $0, $1,
        &status, 1, 1)
    }
    return status
  }

  // MARK: - Least squares

  /// Solutions of least norm in place of `count` columns of `stride` numbers; singular values of A (m×n), of which
  /// those below the cutoff, relative to the greatest, count as 0.
  static func leastNorm(
    _ a: Reals, _ m: Int, _ n: Int, cutoff: Double, _ right: Reals, _ count: Int, stride: Int
  ) throws -> Int32 {
    let least = min(m, n)
    let (rows, width, length) = ([Int32(m)], [Int32(n)], [Int32(stride)])
    var values = [Double](repeating: 0, count: least)
    // As many as LAPACK can want for a tree of at most 32 levels.
    var whole = [Int32](repeating: 0, count: 128 * least)
    var (rank, status): (Int32, Int32) = (0, 0)
    try withWorkspace {
      dgelsd_(
        rows, width, [Int32(count)], a, rows, right, length, &values, [cutoff], &rank, $0, $1, &whole, &status
      )
    }
    return status
  }
}
