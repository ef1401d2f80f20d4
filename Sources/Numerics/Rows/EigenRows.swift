/// Eigenvalues, of symmetric matrices with their vectors. Packed as the other factorisations are.
struct EigenRows: Sendable {
  let eigh: Operation = .init(
    "eigh(A)",
    """
    `λ, V = eigh(A)`: the eigenvalues of a symmetric matrix, ascending, and its orthonormal eigenvectors, the columns \
    of V: `A = V * diag(λ) * V'`. In each the entry of greatest magnitude is positive. Of a matrix that is not \
    symmetric, the mean with its transpose counts. Of rank 3 and more, of each matrix along the last two axes. Where \
    eigenvalues are equal the derivatives of their vectors are not defined, Inf or NaN; those of λ are, and the gradient \
    of what does not depend on the choice of the vectors.

    > eigh([3 0; 0 1])
    ([1, 3], [0 1; 1 0])

    See also: eigenvalues, svd, cholesky
    """,
    kernel: .unary { x, _, _ in
      try Linear.checkSquare(x, "eigh")
      return try Factorisations.symmetricEigen(x)
    },
    rule: .general(
      vjp: { _, c, x in
        let (values, v) = try parts(x.output)
        let (valuesCotangent, cv) = try parts(c)
        let reached = try FactorisationRows.reached(x, 1, values.shape[values.rank - 1])
        let turned = try over(Operations.matrixProduct(v, cv, transposedA: true), values, reached)
        let inner = try Operations.add(
          turned, Operations.diagonalMatrices(FactorisationRows.flat(valuesCotangent)))
        return try Operations.symmetric(
          Operations.matrixProduct(Operations.matrixProduct(v, inner), v, transposedB: true))
      },
      jvp: { _, t, x in
        let (values, v) = try parts(x.output)
        let inner = try Operations.matrixProduct(
          v, Operations.matrixProduct(Operations.symmetric(t), v), transposedA: true)
        let diagonal = try Operations.diagonals(inner)
        return try FactorisationRows.packed(
          Operations.reshape(diagonal, diagonal.shape.inserting(1, at: diagonal.rank - 1)),
          Operations.matrixProduct(v, over(inner, values)))
      }),
    samples: [Sample(Linear.definiteSample), Sample(Linear.sample), Sample(Linear.definiteBatchSample)]
  ).giving {
    let (values, v) = try parts(table.eigen.eigh.apply($0[0]))
    return Results(try FactorisationRows.flat(values), v)
  }.working(on: .matrices)

  /// All of `Factorisations.eigen`. The vectors' derivatives hold up to a factor for each vector, on which
  /// eigenvalues do not depend; so they serve derivatives of eigenvalues alone.
  let system: Operation = .init(
    "eigensystem(A)", kernel: .unary { x, _, _ in try Factorisations.eigen(x) },
    rule: .general(
      vjp: { _, c, x in
        let (values, v) = try ComplexMatrix.system(x.output)
        let (valuesCotangent, cv) = try ComplexMatrix.system(c)
        let columns = try FactorisationRows.reached(x, 2, 2 * values.real.shape[values.real.rank - 1])
        let turned = try v.adjoint.times(cv).dividedByGaps(of: values, conjugate: true)
        let inner = try turned.chosen(columns).plus(valuesCotangent.diagonal)
        let inverse = try v.inverse
        return try inverse.adjoint.times(inner).times(v.adjoint).real
      },
      jvp: { _, t, x in
        let (values, v) = try ComplexMatrix.system(x.output)
        let moved = ComplexMatrix(
          real: try Operations.matrixProduct(t, v.real),
          imaginary: try Operations.matrixProduct(t, v.imaginary))
        let inner = try v.inverse.times(moved)
        let dv = try v.times(inner.dividedByGaps(of: values, conjugate: false))
        let real = try Operations.diagonals(inner.real)
        let imaginary = try Operations.diagonals(inner.imaginary)
        let row = real.shape.inserting(1, at: real.rank - 1)
        return try Operations.concatenate(
          [Operations.reshape(real, row), Operations.reshape(imaginary, row), dv.real, dv.imaginary],
          axis: t.rank - 2)
      })
  ).working(on: .matrices)

  let eigenvalues: Operation = .init(
    "eigenvalues(A)",
    """
    The eigenvalues of a square matrix as a record `(re = …, im = …)` of two vectors, ascending by real part and then \
    by imaginary part; complex ones come in conjugate pairs. Of rank 3 and more, of each matrix along the last two \
    axes. Differentiable where the matrix has as many independent eigenvectors as rows. `eigh` is better for a \
    symmetric matrix.

    > eigenvalues([0 -2; 2 0])
    (re = [0, 0], im = [-2, 2])

    See also: eigh, spectral_radius
    """, rule: .composite,
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, -2, 0.5, 1, 1, 3, -0.5, 0.25, 2], shape: [3, 3])),
      Sample(Linear.batchSample),
    ],
    call: { try FactorisationRows.part(Operations.eigensystem($0[0]), 0, 2) }
  ).giving {
    let (real, imaginary) = try Operations.eigenvalues($0[0])
    return Results(real, imaginary, names: ["re", "im"])
  }

  private static func parts(_ packed: Tensor) throws -> (values: Tensor, v: Tensor) {
    (
      try FactorisationRows.part(packed, 0, 1),
      try FactorisationRows.part(packed, 1, packed.shape[packed.rank - 1])
    )
  }

  /// Off the diagonal, over λ[j] - λ[i], in the columns given.
  private static func over(_ x: Tensor, _ values: Tensor, _ columns: Tensor? = nil) throws -> Tensor {
    let ratios = try Operations.divide(x, Operations.gaps(FactorisationRows.flat(values)))
    return try FactorisationRows.chosen(
      columns, Operations.select(Operations.offDiagonal(x.shape[x.rank - 1]), ratios))
  }
}

extension Operations {
  /// The eigenvalues of a square matrix, ascending by real part and then by imaginary part.
  public static func eigenvalues(_ a: Tensor) throws -> (real: Tensor, imaginary: Tensor) {
    let (values, _) = try ComplexMatrix.system(eigensystem(a))
    return (try FactorisationRows.flat(values.real), try FactorisationRows.flat(values.imaginary))
  }

  fileprivate static func eigensystem(_ a: Tensor) throws -> Tensor {
    try Linear.checkSquare(a, "eigenvalues")
    return try table.eigen.system.apply(a)
  }
}

/// Complex matrices along the last two axes, for rules alone: Nabla's tensors are real.
private struct ComplexMatrix {
  var real: Tensor
  var imaginary: Tensor

  /// The eigenvalues as a row, and the eigenvectors.
  static func system(_ packed: Tensor) throws -> (values: ComplexMatrix, v: ComplexMatrix) {
    let n = packed.shape[packed.rank - 1]
    func part(_ start: Int, _ length: Int) throws -> Tensor {
      try FactorisationRows.part(packed, start, length)
    }
    return (
      ComplexMatrix(real: try part(0, 1), imaginary: try part(1, 1)),
      ComplexMatrix(real: try part(2, n), imaginary: try part(2 + n, n))
    )
  }

  var adjoint: ComplexMatrix {
    get throws {
      ComplexMatrix(
        real: try Operations.transpose(real),
        imaginary: try Operations.negate(Operations.transpose(imaginary)))
    }
  }

  /// The square matrix that has this row on its diagonal.
  var diagonal: ComplexMatrix {
    get throws {
      ComplexMatrix(
        real: try Operations.diagonalMatrices(FactorisationRows.flat(real)),
        imaginary: try Operations.diagonalMatrices(FactorisationRows.flat(imaginary)))
    }
  }

  /// By the real matrix of twice the size that multiplies as this one does.
  var inverse: ComplexMatrix {
    get throws {
      let n = real.shape[real.rank - 1]
      let axis = real.rank - 1
      let upper = try Operations.concatenate([real, Operations.negate(imaginary)], axis: axis)
      let lower = try Operations.concatenate([imaginary, real], axis: axis)
      let whole = try Operations.inverse(FactorisationRows.packed(upper, lower))
      let left = try Operations.narrow(whole, axis: axis, start: 0, length: n)
      return ComplexMatrix(
        real: try FactorisationRows.part(left, 0, n), imaginary: try FactorisationRows.part(left, n, n))
    }
  }

  func plus(_ other: ComplexMatrix) throws -> ComplexMatrix {
    ComplexMatrix(
      real: try Operations.add(real, other.real), imaginary: try Operations.add(imaginary, other.imaginary))
  }

  func chosen(_ columns: Tensor?) throws -> ComplexMatrix {
    ComplexMatrix(
      real: try FactorisationRows.chosen(columns, real),
      imaginary: try FactorisationRows.chosen(columns, imaginary))
  }

  func times(_ other: ComplexMatrix) throws -> ComplexMatrix {
    let product = Operations.matrixProduct(_:_:transposedA:transposedB:)
    return ComplexMatrix(
      real: try Operations.subtract(
        product(real, other.real, false, false), product(imaginary, other.imaginary, false, false)),
      imaginary: try Operations.add(
        product(real, other.imaginary, false, false), product(imaginary, other.real, false, false)))
  }

  /// Off the diagonal, over λ[j] - λ[i] or its conjugate.
  func dividedByGaps(of values: ComplexMatrix, conjugate: Bool) throws -> ComplexMatrix {
    let mask = try Operations.offDiagonal(real.shape[real.rank - 1])
    let p = try Operations.gaps(FactorisationRows.flat(values.real))
    let gaps = try Operations.gaps(FactorisationRows.flat(values.imaginary))
    let q = try Operations.select(mask, conjugate ? Operations.negate(gaps) : gaps)
    let size = try Operations.add(Operations.multiply(p, p), Operations.multiply(q, q))
    let x = try Operations.divide(Operations.select(mask, real), size)
    let y = try Operations.divide(Operations.select(mask, imaginary), size)
    return ComplexMatrix(
      real: try Operations.add(Operations.multiply(x, p), Operations.multiply(y, q)),
      imaginary: try Operations.subtract(Operations.multiply(y, p), Operations.multiply(x, q)))
  }
}
