/// Least squares and the pseudoinverse by singular values. One that is below the greatest by more than rounding can
/// tell counts as 0.
enum LeastNorm {
  /// Relative to the greatest singular value.
  private static func cutoff(_ rows: Int, _ columns: Int) -> Double {
    Double(max(rows, columns)) * Double.ulpOfOne
  }

  /// Whether rounding can tell all singular values from 0 and there is one for each column.
  static func hasIndependentColumns(_ a: Tensor) throws -> Bool {
    let (m, n) = (a.shape[0], a.shape[1])
    guard m >= n, n > 0 else { return false }
    let values = try Operations.singularValues(a.primal).doubles
    return values[n - 1] > values[0] * cutoff(m, n)
  }

  /// The x of least norm among those that make A x - b least. `b` is a vector or a matrix.
  static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = try Elementwise.commonType(a, b, "lstsq")
    let (m, n) = (a.shape[0], a.shape[1])
    precondition(a.rank == 2 && b.rank <= 2 && b.shape[0] == m)
    let count = b.rank == 1 ? 1 : b.shape[1]
    let shape = b.rank == 1 ? Shape(n) : Shape(n, count)
    guard m > 0, n > 0, count > 0 else { return try Tensor.zeros(shape, type) }
    let matrix = try Linear.workingCopy(a)
    let right = try Linear.workingCopy(b)
    let result = try Storage.allocate(shape, .f64)
    let stride = max(m, n)
    let columns = try Storage.allocate(Shape(m, n), .f64)
    let solution = try Storage.allocate(Shape(count, stride), .f64)
    try withExtendedLifetime((matrix, right, result, columns, solution)) {
      if try Linear.isFinite(matrix.f64, m * n), try Linear.isFinite(right.f64, m * count) {
        try Structure.fill(solution, 0, .f64)
        try Linear.copyTransposed(matrix.f64, rows: m, columns: n, to: columns.f64)
        for column in 0..<count {
          try NumericsInterruption.poll()
          for row in 0..<m { solution.f64[column * stride + row] = right.f64[row * count + column] }
        }
        let status = try Lapack.leastNorm(
          columns.f64, m, n, cutoff: cutoff(m, n), solution.f64, count, stride: stride)
        guard status == 0 else { throw Fault.noConvergence(operation: "lstsq") }
      } else {
        try Structure.fill(solution, .nan, .f64)
      }
      for column in 0..<count {
        try NumericsInterruption.poll()
        for row in 0..<n { result.f64[row * count + column] = solution.f64[column * stride + row] }
      }
    }
    return try Elementwise.converted(Tensor(result, .f64), type)
  }

  /// The pseudoinverse of every matrix along the last two axes.
  static func pseudoinverse(_ x: Tensor) throws -> Tensor {
    let (m, n) = Factorisations.lengths(x)
    let k = min(m, n)
    let factors = try Factorisations.svd(Elementwise.converted(x.primal, .f64))
    let axis = x.rank - 2
    let left = try Structure.narrowed(factors, axis, 0, m)
    let values = try Structure.narrowed(factors, axis, m, 1)
    let right = try Structure.narrowed(factors, axis, m + 1, n)
    try withExtendedLifetime((values, right)) {
      for matrix in 0..<(k > 0 ? values.count / k : 0) {
        let s = values.storage!.f64 + matrix * k
        let v = right.storage!.f64 + matrix * n * k
        let least = s[0] * cutoff(m, n)
        for row in 0..<n {
          if row & 0xFF == 0 || k > 256 { try NumericsInterruption.poll() }
          for i in 0..<k { v[row * k + i] = s[i] <= least ? 0 : v[row * k + i] / s[i] }
        }
      }
    }
    return try Elementwise.converted(Products.matrix(right, left, false, true), x.type.arithmetic)
  }
}
