import CLAPACK

/// LAPACK's routines on matrices of f64 stored column after column, without gaps; those of ours are their transposes.
/// What they answer is LAPACK's status: 0 where all is well. An interruption is heard inside of them: then they throw,
/// and what they were to write is lost.
///
/// Letters are followed by their lengths at the end of the arguments, as Fortran compilers pass them.
enum Lapack {
  typealias Reals = ElementView<Double>

  /// One of the letters that options are.
  struct Option: ExpressibleByUnicodeScalarLiteral {
    let letter: [CChar]

    init(unicodeScalarLiteral letter: Unicode.Scalar) {
      self.letter = [CChar(UInt8(ascii: letter))]
    }

    fileprivate var isNone: Bool { letter == [CChar(UInt8(ascii: "N"))] }
  }

  /// Tells `CLAPACK` whom to ask, once.
  private static let isWatched: Void = lapack_watch { NumericsInterruption.isRaised }

  /// Runs a routine that answers false where it was left before its end.
  private static func run(_ routine: () -> Bool) throws {
    _ = isWatched
    guard routine() else { throw NumericsInterruption.cause() }
  }

  /// Runs a routine twice: first it says how long a workspace it wants, then it gets one.
  private static func withWorkspace(
    _ routine: (UnsafeMutablePointer<Double>, UnsafePointer<Int32>) -> Bool
  ) throws {
    var wanted = 0.0
    try run { routine(&wanted, [-1]) }
    let length = Int(clamping: wanted, to: 1...Int(Int32.max))
    let work = try Storage.allocate(Shape(length), .f64)
    try withExtendedLifetime(work) { try run { routine(work.f64.run(length), [Int32(clamping: length)]) } }
  }

  /// LAPACK counts in 32 bits: the elements of a matrix may be more, the lengths of its sides not.
  private static func count(_ length: Int) throws -> [Int32] {
    guard let count = Int32(exactly: length) else { throw Fault.memory(bytes: Int.max, limit: Memory.limit) }
    return [count]
  }

  // MARK: - Square systems

  /// LU of A (n×n) in its place, and the row exchanges. A positive status says that a pivot is exactly 0.
  static func factor(_ a: Reals, _ n: Int, pivots: inout [Int32]) throws -> Int32 {
    let order = try count(n)
    var status: Int32 = 0
    try run { leavable_dgetrf(order, order, a.run(n * n), order, &pivots, &status) }
    return status
  }

  /// The inverse in place of its LU.
  static func invert(_ a: Reals, _ n: Int, pivots: [Int32]) throws -> Int32 {
    let order = try count(n)
    var status: Int32 = 0
    try withWorkspace { leavable_dgetri(order, a.run(n * n), order, pivots, $0, $1, &status) }
    return status
  }

  /// Solutions in place of `columns` columns, by LU; `transposition` is "N" or "T".
  static func solve(
    _ a: Reals, _ n: Int, pivots: [Int32], transposition: Option, _ right: Reals, _ columns: Int
  ) throws -> Int32 {
    let (order, width) = (try count(n), try count(columns))
    var status: Int32 = 0
    try run {
      leavable_dgetrs(
        transposition.letter, order, width, a.run(n * n), order, pivots, right.run(n * columns), order,
        &status)
    }
    return status
  }

  /// The Cholesky factor in the triangle ("U" or "L") of A (n×n). A positive status says that there is none.
  static func factorDefinite(_ a: Reals, _ n: Int, triangle: Option) throws -> Int32 {
    let order = try count(n)
    var status: Int32 = 0
    try run { leavable_dpotrf(triangle.letter, order, a.run(n * n), order, &status) }
    return status
  }

  /// Solutions in place of `columns` columns, by the Cholesky factor.
  static func solveDefinite(
    _ a: Reals, _ n: Int, triangle: Option, _ right: Reals, _ columns: Int
  ) throws -> Int32 {
    let (order, width) = (try count(n), try count(columns))
    var status: Int32 = 0
    try run {
      leavable_dpotrs(
        triangle.letter, order, width, a.run(n * n), order, right.run(n * columns), order, &status)
    }
    return status
  }

  // MARK: - Orthogonal factors

  /// R above and on the diagonal of A (m×n), below it the reflections whose product is Q; their factors.
  static func triangulate(_ a: Reals, _ m: Int, _ n: Int, factors: inout [Double]) throws -> Int32 {
    let (rows, width) = (try count(m), try count(n))
    var status: Int32 = 0
    try withWorkspace { leavable_dgeqrf(rows, width, a.run(m * n), rows, &factors, $0, $1, &status) }
    return status
  }

  /// Q (m×n) in place of n reflections.
  static func formReflections(_ a: Reals, _ m: Int, _ n: Int, factors: [Double]) throws -> Int32 {
    let (rows, width) = (try count(m), try count(n))
    var status: Int32 = 0
    try withWorkspace { leavable_dorgqr(rows, width, width, a.run(m * n), rows, factors, $0, $1, &status) }
    return status
  }

  /// Singular values of A (m×n), descending, and with "S" for `vectors` U (m×k) and V′ (k×n), with "N" neither.
  static func singularValues(
    _ a: Reals, _ m: Int, _ n: Int, vectors: Option, values: Reals, left: Reals, right: Reals
  ) throws -> Int32 {
    let k = min(m, n)
    let (rows, width, least) = (try count(m), try count(n), try count(k))
    var whole = [Int32](repeating: 0, count: 8 * k)
    var status: Int32 = 0
    try withWorkspace {
      leavable_dgesdd(
        vectors.letter, rows, width, a.run(m * n), rows, values.run(k), left.run(vectors.isNone ? 1 : m * k),
        rows,
        right.run(vectors.isNone ? 1 : k * n), least, $0, $1, &whole, &status)
    }
    return status
  }

  // MARK: - Eigenvalues

  /// Eigenvalues, ascending, of the symmetric matrix in a triangle ("U" or "L") of A (n×n), whose place the vectors
  /// take.
  static func symmetricEigen(_ a: Reals, _ n: Int, triangle: Option, values: Reals) throws -> Int32 {
    let order = try count(n)
    let vectors: Option = "V"
    var whole = [Int32](repeating: 0, count: 3 + 5 * n)
    let length = [Int32(whole.count)]
    var status: Int32 = 0
    try withWorkspace {
      leavable_dsyevd(
        vectors.letter, triangle.letter, order, a.run(n * n), order, values.run(n), $0, $1, &whole, length,
        &status)
    }
    return status
  }

  /// Eigenvalues of A (n×n), which is lost, and right vectors: those of a conjugate pair are the real part of the
  /// first and its imaginary part.
  static func eigen(
    _ a: Reals, _ n: Int, real: inout [Double], imaginary: inout [Double], vectors: Reals
  ) throws -> Int32 {
    let order = try count(n)
    let (none, all): (Option, Option) = ("N", "V")
    var unused = 0.0
    var status: Int32 = 0
    try withWorkspace {
      leavable_dgeev(
        none.letter, all.letter, order, a.run(n * n), order, &real, &imaginary, &unused, [1],
        vectors.run(n * n),
        order, $0, $1, &status)
    }
    return status
  }

  // MARK: - Least squares

  /// Solutions of least norm in place of `columns` columns of `stride` numbers; singular values of A (m×n), of which
  /// those below the cutoff, relative to the greatest, count as 0.
  static func leastNorm(
    _ a: Reals, _ m: Int, _ n: Int, cutoff: Double, _ right: Reals, _ columns: Int, stride: Int
  ) throws -> Int32 {
    let least = min(m, n)
    let (rows, width, length, sides) = (try count(m), try count(n), try count(stride), try count(columns))
    var values = [Double](repeating: 0, count: least)
    // As many as LAPACK can want for a tree of at most 32 levels.
    var whole = [Int32](repeating: 0, count: 128 * least)
    var (rank, status): (Int32, Int32) = (0, 0)
    try withWorkspace {
      leavable_dgelsd(
        rows, width, sides, a.run(m * n), rows, right.run(stride * columns), length, &values, [cutoff], &rank,
        $0,
        $1, &whole, &status)
    }
    return status
  }
}
