/// LAPACK's orthogonal and spectral factorisations, on matrices stored column after column.
///
/// Characters are followed by their lengths at the end of the arguments, as Fortran compilers pass them.
struct FactorLibrary: Sendable {
  typealias Whole = UnsafePointer<Int32>
  typealias Status = UnsafeMutablePointer<Int32>
  typealias Reals = UnsafeMutablePointer<Double>
  typealias Letter = UnsafePointer<CChar>

  /// Rows, columns, A, stride, factors, workspace, its length, status.
  typealias Triangulate = @convention(c) (Whole, Whole, Reals, Whole, Reals, Reals, Whole, Status) -> Void
  /// Rows, columns, reflections, A, stride, factors, workspace, its length, status.
  typealias Reflections =
    @convention(c) (Whole, Whole, Whole, Reals, Whole, Reals, Reals, Whole, Status) -> Void
  /// What to compute, rows, columns, A, stride, S, U, stride, V′, stride, workspace, its length, whole numbers,
  /// status.
  typealias SingularValues =
    @convention(c) (
      Letter, Whole, Whole, Reals, Whole, Reals, Reals, Whole, Reals, Whole, Reals, Whole, Status, Status, Int
    ) -> Void
  /// What to compute, triangle, order, A, stride, λ, workspace, its length, whole numbers, their length, status.
  typealias SymmetricEigen =
    @convention(c) (
      Letter, Letter, Whole, Reals, Whole, Reals, Reals, Whole, Status, Whole, Status, Int, Int
    ) -> Void
  /// Left, right, order, A, stride, real parts, imaginary parts, left vectors, stride, right vectors, stride,
  /// workspace, its length, status.
  typealias Eigen =
    @convention(c) (
      Letter, Letter, Whole, Reals, Whole, Reals, Reals, Reals, Whole, Reals, Whole, Reals, Whole, Status,
      Int,
      Int
    ) -> Void
  /// Rows, columns, columns of B, A, stride, B, stride, S, cutoff, rank, workspace, its length, whole numbers,
  /// status.
  typealias LeastNorm =
    @convention(c) (
      Whole, Whole, Whole, Reals, Whole, Reals, Whole, Reals, UnsafePointer<Double>, Status, Reals, Whole,
      Status, Status
    ) -> Void

  let triangulate: Triangulate
  let reflections: Reflections
  let singularValues: SingularValues
  let symmetricEigen: SymmetricEigen
  let eigen: Eigen
  let leastNorm: LeastNorm

  private static let shared: FactorLibrary? = open()

  /// Throws where the library is not installed.
  static func required() throws -> FactorLibrary {
    guard let shared else { throw Fault.missingLibrary(name: LinearLibrary.fileName) }
    return shared
  }

  private static func open() -> FactorLibrary? {
    guard let library = LinearLibrary.shared,
      let triangulate = library.function("dgeqrf_", as: Triangulate.self),
      let reflections = library.function("dorgqr_", as: Reflections.self),
      let singularValues = library.function("dgesdd_", as: SingularValues.self),
      let symmetricEigen = library.function("dsyevd_", as: SymmetricEigen.self),
      let eigen = library.function("dgeev_", as: Eigen.self),
      let leastNorm = library.function("dgelsd_", as: LeastNorm.self)
    else { return nil }
    return FactorLibrary(
      triangulate: triangulate, reflections: reflections, singularValues: singularValues,
      symmetricEigen: symmetricEigen, eigen: eigen, leastNorm: leastNorm)
  }

  /// Runs a routine twice: first it says how long a workspace it wants, then it gets one.
  static func withWorkspace(_ routine: (Reals, Whole) -> Void) throws {
    var wanted = 0.0
    routine(&wanted, [-1])
    let length = max(1, Int(wanted))
    let work = try Storage.allocate(Shape(length), .f64)
    withExtendedLifetime(work) { routine(work.f64, [Int32(length)]) }
  }
}
