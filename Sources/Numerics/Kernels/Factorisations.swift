/// Orthogonal and spectral factorisations of every matrix along the last two axes. Signs are fixed, so that a
/// factorisation is one function and the same everywhere: R has no negative entry on its diagonal, and of each
/// singular vector in U and each eigenvector the entry of greatest magnitude is positive.
enum Factorisations {
  typealias Reals = Linear.Reals

  /// Q (m×n) over the transpose of R (n×n), for m ≥ n.
  static func qr(_ x: Tensor) throws -> Tensor {
    let (m, n) = lengths(x)
    return try Linear.forEachMatrix(x, tail: [m + n, n]) { a, result in
      guard try Linear.isFinite(a, m * n) else { return try fill(result, (m + n) * n) }
      guard n > 0 else { return }
      let columns = try Storage.allocate(Shape(m, n), .f64)
      var factors = [Double](repeating: 0, count: n)
      var signs = [Double](repeating: 1, count: n)
      let c = columns.f64
      try withExtendedLifetime(columns) {
        try Linear.copyTransposed(a, rows: m, columns: n, to: c)
        _ = try Lapack.triangulate(c, m, n, factors: &factors)
        for column in 0..<n {
          signs[column] = c[column * m + column] < 0 ? -1 : 1
        }
        for column in 0..<n {
          try NumericsInterruption.poll()
          for row in 0..<n {
            // Entry (row, column) of R.
            result[(m + column) * n + row] = row > column ? 0 : times(signs[row], c[column * m + row])
          }
        }
        _ = try Lapack.formReflections(c, m, n, factors: factors)
        for row in 0..<m {
          if row & 0xFF == 0 || n > 256 { try NumericsInterruption.poll() }
          for column in 0..<n { result[row * n + column] = times(signs[column], c[column * m + row]) }
        }
      }
    }
  }

  /// U (m×k) over S (a row) over V (n×k), with k the lesser of m and n.
  static func svd(_ x: Tensor) throws -> Tensor {
    let (m, n) = lengths(x)
    let k = min(m, n)
    return try Linear.forEachMatrix(x, tail: [m + 1 + n, k]) { a, result in
      guard try Linear.isFinite(a, m * n) else { return try fill(result, (m + 1 + n) * k) }
      guard k > 0 else { return }
      // Of the transpose that LAPACK sees, U and V change places: what it writes as V′ is our U, row after row.
      let right = try Storage.allocate(Shape(n, k), .f64)
      try withExtendedLifetime(right) {
        try decompose(a, m, n, vectors: "S", values: result + m * k, left: right.f64, right: result, x.shape)
        try Linear.copyTransposed(right.f64, rows: k, columns: n, to: result + (m + 1) * k)
      }
      for column in 0..<k where try sign(result + column, stride: k, m) < 0 {
        try NumericsInterruption.poll()
        for row in 0..<m + 1 + n where row != m {
          result[row * k + column] = times(-1, result[row * k + column])
        }
      }
    }
  }

  /// S alone.
  static func singularValues(_ x: Tensor) throws -> Tensor {
    let (m, n) = lengths(x)
    let k = min(m, n)
    return try Linear.forEachMatrix(x, tail: [k]) { a, result in
      guard try Linear.isFinite(a, m * n) else { return try fill(result, k) }
      guard k > 0 else { return }
      let unused = try Storage.allocate(Shape(1), .f64)
      try decompose(a, m, n, vectors: "N", values: result, left: unused.f64, right: unused.f64, x.shape)
    }
  }

  private static func decompose(
    _ a: Reals, _ m: Int, _ n: Int, vectors: Lapack.Option, values: Reals, left: Reals, right: Reals,
    _ shape: Shape
  ) throws {
    let status = try Lapack.singularValues(
      a, n, m, vectors: vectors, values: values, left: left, right: right)
    guard status == 0 else { throw Fault.noConvergence(operation: "svd") }
  }

  /// λ (a row, ascending) over V, of the mean of the matrix and its transpose.
  static func symmetricEigen(_ x: Tensor) throws -> Tensor {
    let (n, _) = lengths(x)
    return try Linear.forEachMatrix(x, tail: [n + 1, n]) { a, result in
      guard try Linear.isFinite(a, n * n) else { return try fill(result, (n + 1) * n) }
      guard n > 0 else { return }
      try Linear.symmetrise(a, n)
      let status = try Lapack.symmetricEigen(a, n, triangle: Linear.lower, values: result)
      guard status == 0 else { throw Fault.noConvergence(operation: "eigh") }
      let vectors = result + n
      try Linear.copyTransposed(a, rows: n, columns: n, to: vectors)
      for column in 0..<n where try sign(vectors + column, stride: n, n) < 0 {
        try NumericsInterruption.poll()
        for row in 0..<n { vectors[row * n + column] = times(-1, vectors[row * n + column]) }
      }
    }
  }

  /// The real and the imaginary parts of the eigenvalues (two rows), then those of the eigenvectors (n rows each).
  static func eigen(_ x: Tensor) throws -> Tensor {
    let (n, _) = lengths(x)
    return try Linear.forEachMatrix(x, tail: [2 + 2 * n, n]) { a, result in
      guard try Linear.isFinite(a, n * n) else { return try fill(result, (2 + 2 * n) * n) }
      guard n > 0 else { return }
      let columns = try Storage.allocate(Shape(n, n), .f64)
      let storage = try Storage.allocate(Shape(n, n), .f64)
      let vectors = storage.f64
      defer { withExtendedLifetime(storage) {} }
      var real = [Double](repeating: 0, count: n)
      var imaginary = real
      try Linear.copyTransposed(a, rows: n, columns: n, to: columns.f64)
      let status = try withExtendedLifetime(columns) {
        try Lapack.eigen(columns.f64, n, real: &real, imaginary: &imaginary, vectors: vectors)
      }
      guard status == 0 else { throw Fault.noConvergence(operation: "eigenvalues") }
      for (place, index) in ascending(real, imaginary).enumerated() {
        result[place] = real[index]
        result[n + place] = imaginary[index]
        // A pair of conjugate vectors shares two columns, the real parts and the imaginary ones of the first.
        let isPaired = imaginary[index] != 0
        let first = imaginary[index] < 0 ? index - 1 : index
        let sign: Double = imaginary[index] < 0 ? -1 : 1
        try NumericsInterruption.poll()
        for row in 0..<n {
          result[(2 + row) * n + place] = vectors[first * n + row]
          result[(2 + n + row) * n + place] = isPaired ? sign * vectors[(first + 1) * n + row] : 0
        }
      }
    }
  }

  /// By real part, and where those are equal but for rounding by imaginary part.
  private static func ascending(_ real: [Double], _ imaginary: [Double]) -> [Int] {
    var order = real.indices.sorted { (real[$0], imaginary[$0]) < (real[$1], imaginary[$1]) }
    let scale = zip(real, imaginary).reduce(0) { max($0, $1.0.magnitude, $1.1.magnitude) }
    var start = 0
    for place in 1...order.count
    where place == order.count || real[order[place]] - real[order[place - 1]] > 1e-10 * scale {
      order[start..<place].sort { (imaginary[$0], real[$0]) < (imaginary[$1], real[$1]) }
      start = place
    }
    return order
  }

  /// The sign of the entry of greatest magnitude, of several that are as great but for rounding the first.
  private static func sign(_ vector: Reals, stride: Int, _ count: Int) throws -> Double {
    try NumericsInterruption.poll()
    let greatest = (0..<count).reduce(0) { max($0, vector[$1 * stride].magnitude) }
    let first = (0..<count).first { vector[$0 * stride].magnitude >= greatest * (1 - 1e-6) }
    return first.map { vector[$0 * stride] } ?? 1
  }

  /// The number with another sign or the same; no -0, which would be printed.
  private static func times(_ sign: Double, _ x: Double) -> Double { sign < 0 ? 0 - x : x + 0 }

  static func lengths(_ x: Tensor) -> (rows: Int, columns: Int) { (x.shape[x.rank - 2], x.shape[x.rank - 1]) }

  private static func fill(_ result: Reals, _ count: Int) throws {
    try forEachBlock(count) { (result + $0).fill(.nan, count: $1) }
  }
}
