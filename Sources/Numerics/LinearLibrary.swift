import COpenBLAS
import Glibc

/// OpenBLAS with the LAPACK inside it, opened when first needed: linking it would cost every start of the
/// program several milliseconds, most of which never multiply a large matrix.
///
/// LAPACK sees columns where we have rows, so a matrix of ours is the transpose of itself to it.
struct LinearLibrary: Sendable {
  typealias MatrixMultiply =
    @convention(c) (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Double, UnsafePointer<Double>,
      Int32, UnsafePointer<Double>, Int32, Double, UnsafeMutablePointer<Double>, Int32
    ) -> Void
  typealias Whole = UnsafePointer<Int32>
  typealias Reals = UnsafeMutablePointer<Double>
  typealias Letter = UnsafePointer<CChar>
  typealias Status = UnsafeMutablePointer<Int32>

  /// Rows, columns, A, stride, pivots, status.
  typealias Factor = @convention(c) (Whole, Whole, Reals, Whole, Status, Status) -> Void
  /// Order, A, stride, pivots, workspace, its length, status.
  typealias Invert = @convention(c) (Whole, Reals, Whole, Whole, Reals, Whole, Status) -> Void
  /// Transposition, order, columns of B, A, stride, pivots, B, stride, status.
  typealias SolveFactored =
    @convention(c) (Letter, Whole, Whole, Reals, Whole, Whole, Reals, Whole, Status) -> Void
  /// Triangle, order, A, stride, status.
  typealias FactorDefinite = @convention(c) (Letter, Whole, Reals, Whole, Status) -> Void
  /// Triangle, order, columns of B, A, stride, B, stride, status.
  typealias SolveDefinite = @convention(c) (Letter, Whole, Whole, Reals, Whole, Reals, Whole, Status) -> Void

  let multiply: MatrixMultiply
  let factor: Factor
  let invert: Invert
  let solveFactored: SolveFactored
  let factorDefinite: FactorDefinite
  let solveDefinite: SolveDefinite
  /// Where the library is open, for `function(_:as:)`.
  private let handle: Int

  /// `nil` where the library is not installed.
  static let shared: LinearLibrary? = open()

  /// Throws where the library is not installed.
  static func required() throws -> LinearLibrary {
    guard let shared else { throw Fault.missingLibrary(name: fileName) }
    return shared
  }

  static let fileName = "libopenblas.so.0"

  private static func open() -> LinearLibrary? {
    // It would start a thread for each processor, which spin for a while before they sleep.
    let threads = getenv("OPENBLAS_NUM_THREADS").map { String(cString: $0) }
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    defer {
      if let threads { setenv("OPENBLAS_NUM_THREADS", threads, 1) } else { unsetenv("OPENBLAS_NUM_THREADS") }
    }
    guard var handle = dlopen(fileName, RTLD_NOW | RTLD_LOCAL) else { return nil }
    if let name = betterCore(than: coreName(handle)) {
      // It reads its choice of kernels from the environment, when it is opened.
      dlclose(handle)
      setenv("OPENBLAS_CORETYPE", name, 1)
      guard let second = dlopen(fileName, RTLD_NOW | RTLD_LOCAL) else { return nil }
      unsetenv("OPENBLAS_CORETYPE")
      handle = second
    }
    guard let setThreads = dlsym(handle, "openblas_set_num_threads"),
      let multiply = dlsym(handle, "cblas_dgemm"), let factor = dlsym(handle, "dgetrf_"),
      let invert = dlsym(handle, "dgetri_"), let solveFactored = dlsym(handle, "dgetrs_"),
      let factorDefinite = dlsym(handle, "dpotrf_"), let solveDefinite = dlsym(handle, "dpotrs_")
    else { return nil }
    // The partition of large products is ours, so that results do not depend on the number of threads.
    unsafeBitCast(setThreads, to: (@convention(c) (Int32) -> Void).self)(1)
    return LinearLibrary(
      multiply: unsafeBitCast(multiply, to: MatrixMultiply.self),
      factor: unsafeBitCast(factor, to: Factor.self), invert: unsafeBitCast(invert, to: Invert.self),
      solveFactored: unsafeBitCast(solveFactored, to: SolveFactored.self),
      factorDefinite: unsafeBitCast(factorDefinite, to: FactorDefinite.self),
      solveDefinite: unsafeBitCast(solveDefinite, to: SolveDefinite.self),
      handle: Int(bitPattern: handle))
  }

  /// A function of the library by its name; `nil` where it has none.
  func function<Function>(_ name: String, as type: Function.Type) -> Function? {
    dlsym(UnsafeMutableRawPointer(bitPattern: handle), name).map { unsafeBitCast($0, to: type) }
  }

  /// The processor that it takes this one for.
  private static func coreName(_ handle: UnsafeMutableRawPointer) -> String {
    guard let symbol = dlsym(handle, "openblas_get_corename") else { return "" }
    let name = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafePointer<CChar>?).self)()
    return name.map { String(cString: $0) } ?? ""
  }

  /// An older OpenBLAS takes a processor newer than itself for the oldest one, and is then five to nine times
  /// slower than it could be. The name of one that it knows, with the same instructions.
  private static func betterCore(than name: String) -> String? {
    guard ["Prescott", "Core2", "Generic", "Katmai", "Coppermine", "Northwood"].contains(name),
      getenv("OPENBLAS_CORETYPE") == nil
    else { return nil }
    let flags = processorFlags()
    if ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"].allSatisfy(flags.contains) {
      return "SkylakeX"
    }
    return flags.contains("avx2") && flags.contains("fma") ? "Haswell" : nil
  }

  /// What the first processor says it can do.
  private static func processorFlags() -> Set<Substring> {
    let file = Glibc.open("/proc/cpuinfo", O_RDONLY)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + length, $0.count - length) }
      if count <= 0 { break }
      length += count
    }
    let text = String(decoding: bytes[..<length], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") }
    return Set(line?.split(separator: " ") ?? [])
  }
}
