/// Linear algebra on square matrices, of rank 3 and more on every one along the last two axes.
struct MatrixRows: Sendable {
  let inv: Operation = .init(
    "inv(A)",
    """
    The inverse of a square matrix; of rank 3 and more, of each matrix along the last two axes. `A \\ b` is quicker \
    and more exact than `inv(A) * b`. A LinearAlgebraError where `A` is singular.

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
    samples: [Sample(Linear.sample), Sample(Linear.batchSample)]
  ).working(on: .matrices)

  let det: Operation = .init(
    "det(A)",
    """
    The determinant of a square matrix; of rank 3 and more, of each matrix along the last two axes. It has a \
    derivative where the matrix is singular too.

    Adjoint of A: `u * det(A) * inv(A)'`

    > det([1 2; 3 4])
    -2

    See also: logdet, inv, trace
    """, kernel: .unary { x, _, _ in try Linear.determinant(x) },
    rule: .general(
      vjp: { _, c, x in try Operations.multiply(Operations.spread(c), cofactors(x)) },
      jvp: { _, t, x in
        try Operations.sumOfEach(Operations.selected(Operations.multiply(t, cofactors(x)), x))
      }),
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, 2, 2, 4], shape: [2, 2])),
      Sample(Tensor([1, 2, 3, 2, 4, 6, 1, 0, 1], shape: [3, 3])), Sample(Linear.batchSample),
      Sample(Tensor([1, 2, 2, 4, 2, 1, 0, 3], shape: [2, 2, 2])),
    ]
  ).working(on: .matrices)

  let logdet: Operation = .init(
    "logdet(A)",
    """
    `log(|det(A)|)`, without overflow; -Inf where A is singular. Of rank 3 and more, of each matrix along the last \
    two axes.

    Adjoint of A: `u * inv(A)'`

    > logdet([2 0; 0 8])
    2.772588722239781

    See also: det, cholesky
    """,
    kernel: .unary { x, _, _ in try Linear.logarithmOfDeterminant(x) },
    rule: .general(
      vjp: { _, c, x in
        try Operations.multiply(Operations.spread(c), Operations.transpose(Operations.inverse(x.first)))
      },
      jvp: { _, t, x in
        let slope = try Operations.transpose(Operations.inverse(x.first))
        return try Operations.sumOfEach(Operations.selected(Operations.multiply(t, slope), x))
      }),
    samples: [Sample(Linear.sample), Sample(Linear.batchSample)]
  ).working(on: .matrices)

  let cholesky: Operation = .init(
    "cholesky(A)",
    """
    The lower triangle L with `A = L * L'`, for a symmetric positive definite matrix; of rank 3 and more, of each \
    matrix along the last two axes. Of a matrix that is not symmetric, the mean with its transpose counts.

    > cholesky([4 2; 2 5])
    2×2 f64
     2  0
     1  2

    See also: solve, logdet, eigh
    """,
    kernel: .unary { x, _, _ in try Linear.cholesky(x) },
    rule: .general(
      vjp: { _, c, x in
        let inverse = try Operations.inverse(x.output)
        let inner = try lowerHalf(Operations.matrixProduct(x.output, c, transposedA: true))
        let left = try Operations.matrixProduct(inverse, inner, transposedA: true)
        return try Operations.symmetric(Operations.matrixProduct(left, inverse))
      },
      jvp: { _, t, x in
        let inverse = try Operations.inverse(x.output)
        let left = try Operations.matrixProduct(inverse, Operations.symmetric(t))
        let inner = try Operations.matrixProduct(left, inverse, transposedB: true)
        return try Operations.matrixProduct(x.output, lowerHalf(inner))
      }),
    samples: [Sample(Linear.definiteSample), Sample(Linear.definiteBatchSample)]
  ).working(on: .matrices)

  /// Square systems of one shape; `Operations.solve` reduces the others to them.
  let square: Operation = .init(
    "solveSquare(A, b)", kernel: .binary { a, b, _ in try Linear.solve(a, b) },
    rule: .general(
      vjp: { input, c, x in
        let right = try table.matrices.square.apply(Operations.transpose(x.first), c)
        if input == 1 { return right }
        return try Operations.negate(Operations.paired(right, x.output))
      },
      jvp: { input, t, x in
        let right = input == 1 ? t : try Operations.negate(Operations.matrixProduct(t, x.output))
        return try table.matrices.square.apply(x.first, right)
      })
  ).working(on: .matrices)

  let solve: Operation = .composite(
    "solve(A, b)",
    """
    `A \\ b`: the x with `A * x = b`, by Cholesky or LU where A is square, else by least squares as `lstsq` does. b is \
    a vector or a matrix of several right sides. Of rank 3 and more, every matrix along the last two axes with its \
    own; leading axes broadcast, and a vector b serves all. A LinearAlgebraError where A is square and singular.

    Adjoint of b: `A' \\ u`

    > solve([4 0; 1 2], [4, 5])
    2 f64
     1  2

    See also: \\, inv, lstsq
    """,
    notation: .call(symbol: "\\"),
    samples: [
      Sample(Linear.sample, Tensor([1, -2, 0.5])),
      Sample(Linear.sample, Tensor([1, 2, -2, 1, 0.5, 3], shape: [3, 2])),
      Sample(Linear.definiteSample, Tensor([1, -2, 0.5])),
      Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2]), Tensor([1, 2, -1, 0.5])),
      Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3]), Tensor([1, 2])),
      Sample(Linear.batchSample, Tensor([1, -2])),
      Sample(Linear.batchSample, Tensor([1, -2, 3, 0.5, 1, 2, -1, 1], shape: [2, 2, 2])),
      Sample(Tensor([2, 1, -1, 3], shape: [2, 2]), Tensor([1, -2, 3, 0.5], shape: [2, 2, 1])),
    ]
  ) { try Operations.solve($0[0], $0[1]) }

  /// The slope of the determinant: by the inverse, or where there is none by minors.
  private static func cofactors(_ x: Application) throws -> Tensor {
    let a = x.first
    if try !Operations.isZeroAnywhere(x.output) {
      return try Operations.multiply(
        Operations.spread(x.output), Operations.transpose(Operations.inverse(a)))
    }
    let n = a.shape[a.rank - 1]
    let shape = Shape(Array(a.shape) + [n - 1, n - 1])
    try Memory.reserve(shape.checkedCount() * MemoryLayout<Int>.size)
    var positions: [Int] = []
    for start in stride(from: 0, to: a.count, by: n * n) {
      for place in 0..<n * n {
        try NumericsInterruption.poll()
        for other in 0..<n * n where other / n != place / n && other % n != place % n {
          positions.append(start + other)
        }
      }
    }
    let minors = try Operations.take(a, positions, shape)
    let signs = Tensor(
      (0..<n * n).map { ($0 / n + $0 % n) % 2 == 0 ? 1 : -1 }, shape: Shape(n, n), type: a.type)
    return try Operations.multiply(signs, table.matrices.det.apply(minors))
  }

  /// The lower triangle with half the diagonal.
  private static func lowerHalf(_ x: Tensor) throws -> Tensor {
    let n = x.shape[x.rank - 1]
    let weights = try Tensor.numbers(Shape(n, n)) { $0 / n > $0 % n ? 1 : $0 / n == $0 % n ? 0.5 : 0 }
    return try Operations.multiply(x, Elementwise.converted(weights, x.type))
  }
}

extension Operations {
  public static func inverse(_ a: Tensor) throws -> Tensor { try table.matrices.inv.apply(a) }

  /// `A \ b`. A that is not square: least squares, of least norm.
  public static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try Linear.checkMatrix(a, "\\")
    guard b.rank >= 1 else { throw Fault.rank(operation: "\\", shape: b.shape, expected: "at least 1") }
    guard a.shape[a.rank - 2] == b.shape[max(0, b.rank - 2)] else {
      throw Fault.innerLengths(operation: "\\", a: a.shape, b: b.shape)
    }
    if a.shape[a.rank - 2] != a.shape[a.rank - 1] {
      return a.rank == 2 && b.rank <= 2
        ? try table.leastSquares.leastNorm.apply(a, b) : try product(pseudoinverse(a), b)
    }
    if a.rank == 2 && b.rank <= 2 { return try table.matrices.square.apply(a, b) }
    if b.rank == 1 {
      let column = try solve(a, reshape(b, Shape(b.count, 1)))
      return try reshape(column, column.shape.removing(column.rank - 1))
    }
    let leading = try leadingAxes(a, b)
    return try table.matrices.square.apply(
      expand(a, to: Shape(leading + a.shape.suffix(2))), expand(b, to: Shape(leading + b.shape.suffix(2))))
  }

  /// The leading axes of two batches of matrices, broadcast.
  private static func leadingAxes(_ a: Tensor, _ b: Tensor) throws -> [Int] {
    let rank = max(a.rank, b.rank) - 2
    let (x, y) = (Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    return try (0..<rank).map { axis in
      let i = axis + x.count - rank
      let j = axis + y.count - rank
      let (p, q) = (i < 0 ? 1 : x[i], j < 0 ? 1 : y[j])
      guard p == q || p == 1 || q == 1 else {
        throw Fault.broadcast(operation: "\\", a: a.shape, b: b.shape, wouldBe: nil)
      }
      return p == 1 ? q : p
    }
  }

  // ---- what the rules of linear algebra have in common

  /// A number for every matrix, as matrices of one entry that broadcast.
  static func spread(_ x: Tensor) throws -> Tensor {
    x.isScalar ? x : try reshape(x, Shape(Array(x.shape) + [1, 1]))
  }

  /// Whether an element is 0.
  static func isZeroAnywhere(_ x: Tensor) throws -> Bool {
    for start in stride(from: 0, to: x.count, by: blockLength) {
      for place in start..<min(start + blockLength, x.count) where x.element(place) == 0 { return true }
      try NumericsInterruption.poll()
    }
    return false
  }

  /// The sum of every matrix.
  static func sumOfEach(_ x: Tensor) throws -> Tensor { try sum(x, [x.rank - 2, x.rank - 1]) }

  static func symmetric(_ x: Tensor) throws -> Tensor {
    try multiply(0.5, add(x, transpose(x)))
  }

  /// `u vᵀ`, of vectors or of the columns of matrices.
  static func paired(_ u: Tensor, _ v: Tensor) throws -> Tensor {
    u.rank == 1 ? try outer(u, v) : try matrixProduct(u, v, transposedB: true)
  }

  /// The diagonals of the matrices along the last two axes.
  static func diagonals(_ x: Tensor) throws -> Tensor {
    let (rows, columns) = Factorisations.lengths(x)
    let n = min(rows, columns)
    let shape = Shape(Array(x.shape.dropLast(2)) + [n])
    let positions = try Positions.filled(shape.checkedCount()) {
      $0 / n * rows * columns + $0 % n * (columns + 1)
    }
    return try take(x, positions, shape)
  }

  /// The square matrices that have the last axis as diagonals.
  static func diagonalMatrices(_ x: Tensor) throws -> Tensor {
    let n = x.shape[x.rank - 1]
    let positions = try Positions.filled(x.count) { $0 / n * n * n + $0 % n * (n + 1) }
    return try put(x, positions, Shape(Array(x.shape) + [n]))
  }

  /// Eigenvalues or singular values that differ by less may be equal ones, rounded.
  static func leastGap(_ x: Tensor) -> Double {
    let greatest = x.doubles.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    let unit = x.type == .f16 ? 0x1p-10 : x.type == .f32 ? 0x1p-23 : Double.ulpOfOne
    return 4 * Double(max(1, x.shape[x.rank - 1])) * unit * greatest
  }

  /// Every entry of the last axis where the row is not the column, as a mask.
  static func offDiagonal(_ n: Int) throws -> Tensor {
    let mask = try Tensor.zeros(Shape(n, n), .bool)
    let bits = mask.storage!.bool
    for row in 0..<n {
      if row & 0xF == 0 { try NumericsInterruption.poll() }
      for column in 0..<n where column != row { bits[row * n + column] = 1 }
    }
    return mask
  }

  /// Column j less row i, along the last axis; 1 on the diagonal, where nothing is divided by it. What rounding cannot
  /// tell from 0 is 0.
  static func gaps(_ x: Tensor) throws -> Tensor {
    let n = x.shape[x.rank - 1]
    let leading = Array(x.shape.dropLast())
    var gaps = try subtract(
      reshape(x, Shape(leading + [1, n])), reshape(x, Shape(leading + [n, 1])))
    let least = Tensor(leastGap(x.primal))
    let areApart = try compare(.greater, abs(gaps.primal), least)
    if case .some = SelectionMask.extent(try or(areApart, not(offDiagonal(n)))) {
      gaps = try select(areApart, gaps)
    }
    let ones = try Elementwise.converted(
      Tensor.numbers(Shape(n, n)) { $0 / n == $0 % n ? 1 : 0 }, x.type)
    return try add(gaps, ones)
  }
}
