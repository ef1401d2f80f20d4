/// Linear algebra on one matrix.
struct MatrixRows: Sendable {
  let inv: Operation = .init(
    "inv(A)",
    """
    The inverse of a square matrix; `A \\ b` is quicker and more exact than `inv(A) * b`. A LinearAlgebraError where `A`
    is singular.

    Adjoint of A: `-inv(A)' * u * inv(A)'`

    > inv([1 2; 3 5])
    2×2 f64
     -5   2
      3  -1

    See also: \\, pinv, det
    """,
    kernel: .unary { x, _, _ in try Linear.inverse(x) },
    rule: .general(
      vjp: { _, c, x in
        let left = try Operations.matrixProduct(x.output, c, transposedA: true)
        return try Operations.negate(Operations.matrixProduct(left, x.output, transposedB: true))
      },
      jvp: { _, t, x in
        let left = try Operations.matrixProduct(x.output, t)
        return try Operations.negate(Operations.matrixProduct(left, x.output))
      }),
    samples: [Sample(Linear.sample)])

  let det: Operation = .init(
    "det(A)",
    """
    The determinant.

    Adjoint of A: `u * det(A) * inv(A)'`

    > det([1 2; 3 4])
    -2

    See also: logdet, inv, trace
    """, kernel: .unary { x, _, _ in try Linear.determinant(x) },
    rule: .general(
      vjp: { _, c, x in try Operations.gate(c, cofactors(x)) },
      jvp: { _, t, x in try Operations.sum(Operations.gate(t, cofactors(x))) }),
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, 2, 2, 4], shape: [2, 2])),
      Sample(Tensor([1, 2, 3, 2, 4, 6, 1, 0, 1], shape: [3, 3])),
    ])

  let logdet: Operation = .init(
    "logdet(A)",
    """
    `log(|det(A)|)`, without overflow.

    Adjoint of A: `u * inv(A)'`

    > logdet([2 0; 0 8])
    2.772588722239781

    See also: det, cholesky
    """,
    kernel: .unary { x, _, _ in try Linear.logarithmOfDeterminant(x) },
    rule: .general(
      vjp: { _, c, x in try Operations.gate(c, Operations.transpose(Operations.inverse(x.first))) },
      jvp: { _, t, x in
        try Operations.sum(Operations.gate(t, Operations.transpose(Operations.inverse(x.first))))
      }),
    samples: [Sample(Linear.sample)])

  let cholesky: Operation = .init(
    "cholesky(A)",
    """
    The lower triangle L with `A = L * L'`, for a symmetric positive definite matrix.

    > cholesky([4 2; 2 5])
    2×2 f64
     2  0
     1  2

    See also: solve
    """,
    kernel: .unary { x, _, _ in try Linear.cholesky(x) },
    rule: .general(
      vjp: { _, c, x in
        let inverse = try Operations.inverse(x.output)
        let inner = try lowerHalf(Operations.matrixProduct(x.output, c, transposedA: true))
        let left = try Operations.matrixProduct(inverse, inner, transposedA: true)
        return try symmetric(Operations.matrixProduct(left, inverse))
      },
      jvp: { _, t, x in
        let inverse = try Operations.inverse(x.output)
        let left = try Operations.matrixProduct(inverse, symmetric(t))
        let inner = try Operations.matrixProduct(left, inverse, transposedB: true)
        return try Operations.matrixProduct(x.output, lowerHalf(inner))
      }),
    samples: [Sample(Linear.definiteSample)])

  /// A square system; `Operations.solve` reduces the others to it.
  let solve: Operation = .init(
    "solve(A, b)",
    """
    `A \\ b`: the x with `A * x = b`, by Cholesky, LU or least squares as A asks.

    Adjoint of b: `A' \\ u`

    > solve([4 0; 1 2], [4, 5])
    2 f64
     1  2

    See also: \\, inv
    """,
    kernel: .binary { a, b, _ in try Linear.solve(a, b) },
    rule: .general(
      vjp: { input, c, x in
        let right = try Operations.solve(Operations.transpose(x.first), c)
        if input == 1 { return right }
        let product =
          x.output.rank == 1
          ? try Operations.outer(right, x.output)
          : try Operations.matrixProduct(right, x.output, transposedB: true)
        return try Operations.negate(product)
      },
      jvp: { input, t, x in
        let right = input == 1 ? t : try Operations.negate(Operations.matrixProduct(t, x.output))
        return try Operations.solve(x.first, right)
      }),
    samples: [
      Sample(Linear.sample, Tensor([1, -2, 0.5])),
      Sample(Linear.sample, Tensor([1, 2, -2, 1, 0.5, 3], shape: [3, 2])),
      Sample(Linear.definiteSample, Tensor([1, -2, 0.5])),
      Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2]), Tensor([1, 2, -1, 0.5])),
      Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3]), Tensor([1, 2])),
    ], call: { try Operations.solve($0[0], $0[1]) })

  /// The slope of the determinant: by the inverse, or where there is none by minors.
  private static func cofactors(_ x: Application) throws -> Tensor {
    let a = x.first
    if x.output.value() != 0 {
      return try Operations.multiply(x.output, Operations.transpose(Operations.inverse(a)))
    }
    let n = a.shape[0]
    var entries: [Tensor] = []
    for row in 0..<n {
      for column in 0..<n {
        let rows = (0..<n).filter { $0 != row }
        let columns = (0..<n).filter { $0 != column }
        let positions = rows.flatMap { r in columns.map { r * n + $0 } }
        let minor = try Operations.take(a, positions, Shape(n - 1, n - 1))
        let determinant = try table.matrices.det.apply(minor)
        entries.append((row + column) % 2 == 0 ? determinant : try Operations.negate(determinant))
      }
    }
    return try Operations.reshape(Operations.stack(entries), a.shape)
  }

  private static func symmetric(_ x: Tensor) throws -> Tensor {
    try Operations.multiply(0.5, Operations.add(x, Operations.transpose(x)))
  }

  /// The lower triangle with half the diagonal.
  private static func lowerHalf(_ x: Tensor) throws -> Tensor {
    let n = x.shape[0]
    let weights = (0..<n * n).map { $0 / n > $0 % n ? 1 : $0 / n == $0 % n ? 0.5 : 0 }
    return try Operations.multiply(x, Tensor(weights, shape: x.shape, type: x.type))
  }
}

extension Operations {
  public static func inverse(_ a: Tensor) throws -> Tensor { try table.matrices.inv.apply(a) }

  /// `A \ b`. More rows than columns: least squares; fewer: the solution of least norm.
  public static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard a.rank == 2 else { throw Fault.rank(operation: "\\", shape: a.shape, expected: "2") }
    guard b.rank == 1 || b.rank == 2 else {
      throw Fault.rank(operation: "\\", shape: b.shape, expected: "1 or 2")
    }
    guard a.shape[0] == b.shape[0] else {
      throw Fault.innerLengths(operation: "\\", a: a.shape, b: b.shape)
    }
    if a.shape[0] == a.shape[1] { return try table.matrices.solve.apply(a, b) }
    if a.shape[0] < a.shape[1] {
      let gram = try matrixProduct(a, a, transposedB: true)
      return try matrixProduct(a, table.matrices.solve.apply(gram, b), transposedA: true)
    }
    return try table.leastSquares.lstsq.apply(a, b)
  }
}

/// Least squares for a matrix with more rows than columns, by orthogonal factors.
struct LeastSquaresRows: Sendable {
  let lstsq: Operation = .init(
    "leastSquares(A, b)", isPublic: false, kernel: .binary { a, b, _ in try Linear.leastSquares(a, b) },
    rule: .general(
      vjp: { input, c, x in
        // With w = (AᵀA)⁻¹ c: b gets A w, and A gets r wᵀ - A w xᵀ.
        let gram = try Operations.matrixProduct(x.first, x.first, transposedA: true)
        let w = try Operations.solve(gram, c)
        let right = try Operations.matrixProduct(x.first, w)
        if input == 1 { return right }
        let residual = try Operations.subtract(
          x.second, Operations.matrixProduct(x.first, x.output))
        return try Operations.subtract(paired(residual, w), paired(right, x.output))
      },
      jvp: { input, t, x in
        let gram = try Operations.matrixProduct(x.first, x.first, transposedA: true)
        if input == 1 {
          return try Operations.solve(gram, Operations.matrixProduct(x.first, t, transposedA: true))
        }
        let residual = try Operations.subtract(
          x.second, Operations.matrixProduct(x.first, x.output))
        let moved = try Operations.matrixProduct(
          x.first, Operations.matrixProduct(t, x.output), transposedA: true)
        return try Operations.solve(
          gram, Operations.subtract(Operations.matrixProduct(t, residual, transposedA: true), moved))
      }))

  /// `u vᵀ`, of vectors or of the columns of two matrices.
  private static func paired(_ u: Tensor, _ v: Tensor) throws -> Tensor {
    u.rank == 1 ? try Operations.outer(u, v) : try Operations.matrixProduct(u, v, transposedB: true)
  }
}
