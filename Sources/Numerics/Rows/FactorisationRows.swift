/// Factorisations by orthogonal matrices. The parts are packed below each other in one tensor, which is what the
/// rules see; programs get them apart.
struct FactorisationRows: Sendable {
  /// Q over the transpose of R, for at least as many rows as columns.
  let tallQR: Operation = .init(
    "tallQR(A)", kernel: .unary { x, _, _ in try Factorisations.qr(x) },
    rule: .general(
      vjp: { _, c, x in
        let (q, r) = try qrParts(x)
        let (cq, cr) = try qrParts(c, rows: x.first)
        let inner = try Operations.subtract(
          Operations.matrixProduct(r, cr, transposedB: true),
          Operations.matrixProduct(cq, q, transposedA: true))
        // The lower triangle, mirrored.
        let lower = try Operations.select(triangle(inner, 0), inner)
        let mirrored = try Operations.add(
          lower, Operations.transpose(Operations.select(triangle(inner, -1), inner)))
        let moved = try Operations.add(cq, Operations.matrixProduct(q, mirrored))
        return try Operations.matrixProduct(moved, Operations.inverse(r), transposedB: true)
      },
      jvp: { _, t, x in
        let (q, r) = try qrParts(x)
        let scaled = try Operations.matrixProduct(t, Operations.inverse(r))
        let inner = try Operations.matrixProduct(q, scaled, transposedA: true)
        let lower = try Operations.select(triangle(inner, -1), inner)
        let rotation = try Operations.subtract(lower, Operations.transpose(lower))
        let outside = try Operations.subtract(scaled, Operations.matrixProduct(q, inner))
        let dq = try Operations.add(Operations.matrixProduct(q, rotation), outside)
        let dr = try Operations.matrixProduct(Operations.subtract(inner, rotation), r)
        return try packed(dq, Operations.transpose(dr))
      })
  ).working(on: .matrices)

  let qr: Operation = .init(
    "qr(A)",
    """
    `Q, R = qr(A)`: `A = Q * R`, for m×n with k the lesser of m and n: Q m×k with orthonormal columns, R k×n with \
    zeros below its diagonal, on which nothing is negative. Of rank 3 and more, of each matrix along the last two \
    axes. Where the first k columns depend on each other it has no derivative.

    > qr([0 -2; 3 0])
    ([0 -1; 1 0], [3 0; 0 2])

    See also: svd, lstsq, cholesky
    """, rule: .composite,
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2])),
      Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3])), Sample(Linear.batchSample),
    ],
    call: {
      let (q, r) = try Operations.qr($0[0])
      return try packed(q, Operations.transpose(r))
    }
  ).giving {
    let (q, r) = try Operations.qr($0[0])
    return Results(q, r)
  }

  let svd: Operation = .init(
    "svd(A)",
    """
    `U, S, V = svd(A)`: `A = U * diag(S) * V'`, for m×n with k the lesser of m and n: U m×k and V n×k with orthonormal \
    columns, S the k singular values, descending. In each column of U the entry of greatest magnitude is positive. Of \
    rank 3 and more, of each matrix along the last two axes. Where singular values are equal, or 0, the derivatives of \
    U and V are not defined, Inf or NaN; those of S are.

    > svd([0 2; 1 0; 0 0])
    ([1 0; 0 1; 0 0], [2, 1], [0 1; 1 0])

    See also: singular_values, pinv, eigh, qr
    """,
    kernel: .unary { x, _, _ in
      try Linear.checkMatrix(x, "svd")
      return try Factorisations.svd(x)
    },
    rule: .general(
      vjp: { _, c, x in
        let factors = try singularParts(x.output, of: x.first)
        let (cu, cs, cv) = try singularParts(c, of: x.first)
        let (u, s, v) = factors
        let (m, n) = Factorisations.lengths(x.first)
        let (ofU, ofV) = (try reached(x, 0, m), try reached(x, m + 1, n))
        // Their squares must stay in range.
        let unit = Operations.unit(of: s)
        let scaled = try Operations.divide(s, unit)
        let left = try over(turned(u, cu), scaled, ofU)
        let right = try over(turned(v, cv), scaled, ofV)
        let sum = try Operations.multiply(Operations.add(left, Operations.transpose(left)), scaled)
        let other = try Operations.multiply(
          rows(scaled), Operations.add(right, Operations.transpose(right)))
        let inner = try Operations.add(
          Operations.divide(Operations.add(sum, other), unit), Operations.diagonalMatrices(flat(cs)))
        var result = try Operations.matrixProduct(
          Operations.matrixProduct(u, inner), v, transposedB: true)
        if hasMore(u) {
          let outside = try chosen(ofU, Operations.divide(outside(u, cu), s))
          result = try Operations.add(result, Operations.matrixProduct(outside, v, transposedB: true))
        }
        if hasMore(v) {
          let outside = try chosen(ofV, Operations.divide(outside(v, cv), s))
          result = try Operations.add(result, Operations.matrixProduct(u, outside, transposedB: true))
        }
        return result
      },
      jvp: { _, t, x in
        let (u, s, v) = try singularParts(x.output, of: x.first)
        let tv = try Operations.matrixProduct(t, v)
        let tu = try Operations.matrixProduct(t, u, transposedA: true)
        let inner = try Operations.matrixProduct(u, tv, transposedA: true)
        let back = try Operations.transpose(inner)
        let unit = Operations.unit(of: s)
        let scaled = try Operations.divide(s, unit)
        let left = try Operations.add(
          Operations.multiply(inner, scaled), Operations.multiply(rows(scaled), back))
        let right = try Operations.add(
          Operations.multiply(rows(scaled), inner), Operations.multiply(back, scaled))
        var du = try Operations.matrixProduct(u, Operations.divide(over(left, scaled), unit))
        var dv = try Operations.matrixProduct(v, Operations.divide(over(right, scaled), unit))
        if hasMore(u) { du = try Operations.add(du, Operations.divide(outside(u, tv), s)) }
        if hasMore(v) { dv = try Operations.add(dv, Operations.divide(outside(v, tu), s)) }
        let diagonal = try Operations.diagonals(inner)
        let ds = try Operations.reshape(
          diagonal, diagonal.shape.inserting(1, at: diagonal.rank - 1))
        return try packed(packed(du, ds), dv)
      }),
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2])),
      Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3])), Sample(Linear.batchSample),
    ]
  ).giving {
    let packed = try table.factorisations.svd.apply($0[0])
    let (u, s, v) = try singularParts(packed, of: $0[0])
    return Results(u, try flat(s), v)
  }.working(on: .matrices)

  let singularValues: Operation = .init(
    "singular_values(A)",
    """
    The singular values of a matrix, descending; of rank 3 and more, of each matrix along the last two axes. Differentiable, \
    also where some are equal.

    > singular_values([0 2; 1 0; 0 0])
    2 f64
     2  1

    See also: svd, cond
    """,
    kernel: .unary { x, _, _ in
      try Linear.checkMatrix(x, "singular_values")
      return try Factorisations.singularValues(x)
    },
    rule: .general(
      vjp: { _, c, x in
        let (u, _, v) = try singularParts(table.factorisations.svd.apply(x.first), of: x.first)
        let scaled = try Operations.multiply(u, Operations.reshape(c, c.shape.inserting(1, at: c.rank - 1)))
        return try Operations.matrixProduct(scaled, v, transposedB: true)
      },
      jvp: { _, t, x in
        let (u, _, v) = try singularParts(table.factorisations.svd.apply(x.first), of: x.first)
        return try Operations.diagonals(
          Operations.matrixProduct(u, Operations.matrixProduct(t, v), transposedA: true))
      }),
    samples: [
      Sample(Linear.sample), Sample(Tensor([1, 2, 3, 1, -1, 2, 0.5, 1], shape: [4, 2])),
      Sample(Tensor([1, 2, 3, 1, -1, 2], shape: [2, 3])), Sample(Linear.batchSample),
    ]
  ).working(on: .matrices)

  // ---- the parts

  private static func qrParts(_ x: Application) throws -> (Tensor, Tensor) {
    try qrParts(x.output, rows: x.first)
  }

  fileprivate static func qrParts(_ packed: Tensor, rows a: Tensor) throws -> (Tensor, Tensor) {
    let (m, n) = Factorisations.lengths(a)
    return (
      try part(packed, 0, m), try Operations.transpose(part(packed, m, n))
    )
  }

  /// U, S as a row, V.
  private static func singularParts(_ packed: Tensor, of a: Tensor) throws -> (Tensor, Tensor, Tensor) {
    let (m, n) = Factorisations.lengths(a)
    return (try part(packed, 0, m), try part(packed, m, 1), try part(packed, m + 1, n))
  }

  /// Rows of each matrix.
  static func part(_ packed: Tensor, _ start: Int, _ length: Int) throws -> Tensor {
    try Operations.narrow(packed, axis: packed.rank - 2, start: start, length: length)
  }

  static func packed(_ upper: Tensor, _ lower: Tensor) throws -> Tensor {
    try Operations.concatenate([upper, lower], axis: upper.rank - 2)
  }

  /// In which columns of those rows anything depends on the cotangent, as a row; `nil` is all. What depends on values
  /// alone, or on vectors of other values, has a derivative where some are equal too.
  static func reached(_ x: Application, _ start: Int, _ length: Int) throws -> Tensor? {
    guard let selection = x.selection else { return nil }
    let rows = try SelectionMask.indicator(part(selection, start, length), Shape())
    return try SelectionMask.mask(Operations.sum(rows, [rows.rank - 2], keep: true))
  }

  /// What belongs to those columns.
  static func chosen(_ columns: Tensor?, _ x: Tensor) throws -> Tensor {
    try columns.map { try Operations.select($0, x) } ?? x
  }

  /// Rows of one entry a column, as vectors.
  static func flat(_ row: Tensor) throws -> Tensor {
    try Operations.reshape(row, row.shape.removing(row.rank - 2))
  }

  // ---- the terms of the rules

  private static func triangle(_ x: Tensor, _ k: Int) throws -> Tensor {
    try Operations.triangleMask(x.shape, k, lower: true)
  }

  /// What of `direction` turns the vectors among themselves.
  private static func turned(_ vectors: Tensor, _ direction: Tensor) throws -> Tensor {
    try Operations.matrixProduct(vectors, direction, transposedA: true)
  }

  /// What of `direction` leaves the space of the vectors.
  private static func outside(_ vectors: Tensor, _ direction: Tensor) throws -> Tensor {
    try Operations.subtract(direction, Operations.matrixProduct(vectors, turned(vectors, direction)))
  }

  /// Whether there is such a space.
  private static func hasMore(_ vectors: Tensor) -> Bool {
    vectors.shape[vectors.rank - 2] > vectors.shape[vectors.rank - 1]
  }

  private static func rows(_ s: Tensor) throws -> Tensor { try Operations.transpose(s) }

  /// Off the diagonal, over s[j]² - s[i]², in the columns given.
  private static func over(_ x: Tensor, _ s: Tensor, _ columns: Tensor? = nil) throws -> Tensor {
    let n = s.shape[s.rank - 1]
    let ratios = try Operations.divide(
      Operations.divide(x, Operations.gaps(flat(s))), Operations.add(s, rows(s)))
    return try chosen(columns, Operations.select(Operations.offDiagonal(n), ratios))
  }
}

extension Operations {
  /// The singular values of a matrix, descending.
  public static func singularValues(_ a: Tensor) throws -> Tensor {
    try table.factorisations.singularValues.apply(a)
  }

  /// Q and R of every matrix along the last two axes.
  static func qr(_ a: Tensor) throws -> (q: Tensor, r: Tensor) {
    try Linear.checkMatrix(a, "qr")
    let (m, n) = Factorisations.lengths(a)
    if m >= n {
      return try FactorisationRows.qrParts(table.factorisations.tallQR.apply(a), rows: a)
    }
    // The first m columns give Q; the others follow.
    let square = try narrow(a, axis: a.rank - 1, start: 0, length: m)
    let (q, r) = try FactorisationRows.qrParts(table.factorisations.tallQR.apply(square), rows: square)
    let rest = try narrow(a, axis: a.rank - 1, start: m, length: n - m)
    return (q, try concatenate([r, matrixProduct(q, rest, transposedA: true)], axis: a.rank - 1))
  }
}
