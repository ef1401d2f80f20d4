/// Least squares and the pseudoinverse by singular values. One that is below the greatest by more than rounding can
/// tell counts as 0.
enum LeastNorm {
  /// Relative to the greatest singular value.
  private static func cutoff(_ rows: Int, _ columns: Int) -> Double {
    Double(max(rows, columns)) * Double.ulpOfOne
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
    var columns = [Double](repeating: 0, count: m * n)
    var solution = [Double](repeating: 0, count: stride * count)
    try withExtendedLifetime((matrix, right, result)) {
      if Linear.isFinite(matrix.f64, m * n), Linear.isFinite(right.f64, m * count) {
        try columns.withUnsafeMutableBufferPointer { columns in
          Linear.copyTransposed(matrix.f64, rows: m, columns: n, to: columns.baseAddress!)
          for column in 0..<count {
            for row in 0..<m { solution[column * stride + row] = right.f64[row * count + column] }
          }
          try solve(columns.baseAddress!, m, n, &solution, count, stride)
        }
      } else {
        solution = [Double](repeating: .nan, count: solution.count)
      }
      for column in 0..<count {
        for row in 0..<n { result.f64[row * count + column] = solution[column * stride + row] }
      }
    }
    return try Elementwise.converted(Tensor(result, .f64), type)
  }

  private static func solve(
    _ a: Linear.Reals, _ m: Int, _ n: Int, _ right: inout [Double], _ count: Int, _ stride: Int
  ) throws {
    let status = try Lapack.leastNorm(a, m, n, cutoff: cutoff(m, n), &right, count, stride: stride)
    guard status == 0 else { throw Fault.noConvergence(operation: "lstsq") }
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
    withExtendedLifetime((values, right)) {
      for matrix in 0..<(k > 0 ? values.count / k : 0) {
        let s = values.storage!.f64 + matrix * k
        let v = right.storage!.f64 + matrix * n * k
        let least = s[0] * cutoff(m, n)
        for i in 0..<n * k { v[i] = s[i % k] <= least ? 0 : v[i] / s[i % k] }
      }
    }
    return try Elementwise.converted(Products.matrix(right, left, false, true), x.type.arithmetic)
  }
}
