/// Least squares and the pseudoinverse. The derivatives are those at constant rank.
struct LeastSquaresRows: Sendable {
  let leastNorm: Operation = .init(
    "leastNorm(A, b)", kernel: .binary { a, b, _ in try LeastNorm.solve(a, b) },
    rule: .general(
      vjp: { input, c, x in
        let inverse = try Operations.pseudoinverse(x.first)
        let w = try Operations.matrixProduct(inverse, c, transposedA: true)
        if input == 1 { return w }
        let residual = try Operations.subtract(x.second, Operations.matrixProduct(x.first, x.output))
        // The square of the inverse must stay in range.
        let unit = Operations.unit(of: inverse)
        let twice = try Operations.matrixProduct(inverse, Operations.divide(w, unit))
        let moved = try Operations.subtract(
          Operations.paired(Operations.multiply(residual, unit), twice), Operations.paired(w, x.output))
        // Of independent columns nothing lies outside, and what rounding left there would be magnified.
        if try LeastNorm.hasIndependentColumns(x.first) { return moved }
        let outside = try Operations.subtract(c, Operations.matrixProduct(x.first, w, transposedA: true))
        let left = try Operations.matrixProduct(inverse, x.output, transposedA: true)
        return try Operations.add(moved, Operations.paired(left, outside))
      },
      jvp: { input, t, x in
        let inverse = try Operations.pseudoinverse(x.first)
        if input == 1 { return try Operations.matrixProduct(inverse, t) }
        let residual = try Operations.subtract(x.second, Operations.matrixProduct(x.first, x.output))
        let turned = try Operations.matrixProduct(
          t, Operations.matrixProduct(inverse, x.output, transposedA: true), transposedA: true)
        let outside = try Operations.subtract(
          turned, Operations.matrixProduct(inverse, Operations.matrixProduct(x.first, turned)))
        let pulled = try Operations.matrixProduct(
          inverse, Operations.matrixProduct(t, residual, transposedA: true), transposedA: true)
        let inside = try Operations.matrixProduct(
          inverse, Operations.subtract(pulled, Operations.matrixProduct(t, x.output)))
        return try Operations.add(inside, outside)
      }))

  let lstsq: Operation = .composite(
    "lstsq(A, b)",
    """
    The x that makes `norm(A * x - b)` least; where several do, because A is wide or its columns depend on each \
    other, the one of least norm. b is a vector, or a matrix whose columns are right sides. Computed from the \
    singular values, without squaring the condition of A.

    Adjoint of b: `pinv(A)' * u`

    > round(lstsq([1 1; 1 2; 1 3], [1, 2, 2]); digits = 6)
    2 f64
     0.666667  0.5

    > round(lstsq([1 2; 2 4], [1, 2]); digits = 6)
    2 f64
     0.2  0.4

    See also: pinv, \\, polyfit
    """, samples: systems
  ) { arguments in
    let (a, b) = (arguments[0], arguments[1])
    guard a.rank == 2 else { throw Fault.rank(operation: "lstsq", shape: a.shape, expected: "2") }
    guard b.rank == 1 || b.rank == 2 else {
      throw Fault.rank(operation: "lstsq", shape: b.shape, expected: "1 or 2")
    }
    guard a.shape[0] == b.shape[0] else {
      throw Fault.innerLengths(operation: "lstsq", a: a.shape, b: b.shape)
    }
    return try table.leastSquares.leastNorm.apply(a, b)
  }

  let pinv: Operation = .init(
    "pinv(A)",
    """
    The pseudoinverse of a matrix of any shape and rank: `pinv(A) * b` is the x of least norm among those of least \
    error. Singular values that rounding cannot tell from 0 count as 0. Of rank 3 and more, of each matrix along the \
    last two axes.

    > pinv([2 0; 0 4; 0 0])
    2×3 f64
     0.5  0.0   0.0
     0.0  0.25  0.0

    See also: inv, lstsq, svd
    """,
    kernel: .unary { x, _, _ in
      try Linear.checkMatrix(x, "pinv")
      return try LeastNorm.pseudoinverse(x)
    },
    rule: .general(
      vjp: { _, c, x in
        // P gets -P dA P + P P′ dA′ (1 - A P) + (1 - P A) dA′ P′ P, and this is its adjoint.
        let (a, p) = (x.first, x.output)
        let straight = try times(times(p, c, "'"), p, "", "'")
        let upper = try times(times(c, p, "'"), p, "", "'")
        let lower = try times(p, times(p, c, "", "'"), "'")
        return try sum(
          [upper, lower],
          less: [straight, times(a, times(p, upper)), times(times(lower, p), a)])
      },
      jvp: { _, t, x in
        let (a, p) = (x.first, x.output)
        let straight = try times(times(p, t), p)
        let upper = try times(p, times(p, t, "'", "'"))
        let lower = try times(times(t, p, "'", "'"), p)
        return try sum(
          [upper, lower],
          less: [straight, times(times(upper, a), p), times(p, times(a, lower))])
      }),
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2])),
      Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3])), Sample(Linear.batchSample),
    ]
  ).working(on: .matrices)

  /// A product of two matrices, each of which may be marked as transposed.
  private static func times(
    _ a: Tensor, _ b: Tensor, _ markOfA: String = "", _ markOfB: String = ""
  ) throws -> Tensor {
    try Operations.matrixProduct(a, b, transposedA: markOfA == "'", transposedB: markOfB == "'")
  }

  private static func sum(_ terms: [Tensor], less others: [Tensor]) throws -> Tensor {
    let sum = try terms.dropFirst().reduce(terms[0]) { try Operations.add($0, $1) }
    return try others.reduce(sum) { try Operations.subtract($0, $1) }
  }

  /// Tall, wide and square systems, with one right side and with two.
  private static let systems = [
    Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2]), Tensor([1, 2, -1, 0.5])),
    Sample(
      Tensor([1, 2, 3, 1, -1, 2], shape: [3, 2]), Tensor([1, 2, -1, 0.5, 3, 1], shape: [3, 2])),
    Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3]), Tensor([1, 2, -1, 0.5], shape: [2, 2])),
    Sample(Linear.sample, Tensor([1, -2, 0.5])),
  ]
}

extension Operations {
  /// A power of two about as large as the greatest of its numbers; 1 where there is none. To divide by it rounds nothing.
  static func unit(of x: Tensor) -> Tensor {
    let greatest = x.doubles.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    guard greatest > 0 else { return Tensor(1) }
    return Tensor(Double(sign: .plus, exponent: greatest.exponent, significand: 1))
  }

  static func pseudoinverse(_ a: Tensor) throws -> Tensor { try table.leastSquares.pinv.apply(a) }
}
