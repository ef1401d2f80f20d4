import CVector

/// The products of linear algebra.
struct ProductRows: Sendable {
  let product: Operation = .init(
    "product(a, b)",
    """
    `a * b`. A number scales; `m×k * k×n` is `m×n`, `m×k * k` is `m`, `k * k×n` is `n`; of rank 3 and more
    batched over the leading axes, which broadcast; a vector to the right multiplies into the last axis.

    Adjoint of a: `u * b'`
    Adjoint of b: `a' * u`

    > product([1 2; 3 4], [1, 1])
    2 f64
     3  7

    See also: *, dot, outer, einsum
    """,
    notation: .infix("*"), rule: .composite,
    samples: [
      Sample(2.5, Tensor([1, -2, 3])),
      Sample(Tensor([1, 2, -1, 0.5, 3, 1.5], shape: [2, 3]), Tensor([0.5, -1, 2])),
      Sample(Tensor([1, -2]), Tensor([1, 2, -1, 0.5, 3, 1.5], shape: [2, 3])),
      Sample(
        Tensor([1, 2, -1, 0.5, 3, 1.5], shape: [2, 3]), Tensor([1, 2, -1, 0.5, 3, 1.5], shape: [3, 2])),
      Sample(
        Tensor((0..<12).map { Double($0) / 4 - 1 }, shape: [2, 2, 3]),
        Tensor([1, 2, -1, 0.5, 3, 1.5], shape: [3, 2])),
      Sample(
        Tensor([1, 2, -1, 0.5, 3, 1.5], shape: [2, 3]),
        Tensor((0..<12).map { Double($0) / 4 - 1 }, shape: [2, 3, 2])),
      Sample(Tensor((0..<12).map { Double($0) / 4 - 1 }, shape: [2, 2, 3]), Tensor([0.5, -1, 2])),
    ], call: { try Operations.product($0[0], $0[1]) })

  let dot: Operation = .init(
    "dot(a, b)",
    """
    `a ⋅ b`, the sum of the products of the elements: equal shapes, or trees of one structure, give a number.

    Adjoint of a: `u * b`
    Adjoint of b: `u * a`

    > dot([1, 2, 3], [4, 5, 6])
    32

    See also: ⋅, norm, outer
    """,
    kind: .reduction, notation: .infix("⋅"), kernel: .binary { a, b, _ in try Products.inner(a, b) },
    rule: .multilinear { input, c, x in try Operations.multiply(c, input == 0 ? x.second : x.first) },
    samples: [
      Sample(Tensor([1, -2, 3]), Tensor([0.5, 1.5, -1])),
      Sample(Tensor([1, -2, 3, 4], shape: [2, 2]), Tensor([0.5, 1.5, -1, 2], shape: [2, 2])),
    ]
  ).pullingRows { input, rows, x in
    try Operations.multiply(
      Operations.aligned(rows, rank: x.first.rank),
      Operations.shared(input == 0 ? x.second : x.first, rank: x.first.rank))
  }

  let outer: Operation = .init(
    "outer(a, b)",
    """
    `a ⊗ b`, every element of one times every element of the other; shapes concatenated.

    > outer([1, 2], [3, 4])
    2×2 f64
     3  4
     6  8

    See also: ⊗, dot, kron
    """,
    notation: .infix("⊗"), rule: .composite, samples: [Sample(Tensor([1, -2, 3]), Tensor([0.5, 1.5]))],
    call: { try Operations.outer($0[0], $0[1]) })

  /// Matrix product with either side transposed, batched over leading axes; vectors to the left are rows,
  /// to the right columns, and lose that axis again.
  let matrix: Operation = .init(
    "matrixProduct(a, b)",
    kind: .product { inputs, attributes in
      let (left, isTransposed) = (inputs[0], attributes!.integers[0] != 0)
      return left.shape[left.rank - (isTransposed ? 2 : 1)]
    }, notation: .infix("*"),
    kernel: .binary { a, b, flags in
      try Products.matrix(a, b, flags!.integers[0] != 0, flags!.integers[1] != 0)
    },
    rule: .multilinear { input, c, x in try Products.cotangent(input, c, x) },
  ).pullingRows { input, rows, x in try Products.cotangents(input, rows, x) }
}

extension Operations {
  /// `a * b`.
  public static func product(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if a.storage == nil || b.storage == nil { return try scaled(a, b) }
    switch (a.rank, b.rank) {
    case (1, 1): throw Fault.vectorTimesVector(a.shape, b.shape)
    case (_, 1) where a.rank > 2:
      let columns = a.shape[a.rank - 1]
      guard columns == b.shape[0] else { throw Fault.innerLengths(operation: "*", a: a.shape, b: b.shape) }
      let rows = try reshape(a, Shape(a.count / max(columns, 1), columns))
      return try reshape(matrixProduct(rows, b), Shape(Array(a.shape.dropLast())))
    case (_, 2) where a.rank > 2:
      let columns = a.shape[a.rank - 1]
      guard columns == b.shape[0] else { throw Fault.innerLengths(operation: "*", a: a.shape, b: b.shape) }
      let rows = try reshape(a, Shape(a.count / max(columns, 1), columns))
      return try reshape(
        matrixProduct(rows, b), a.shape.replacing(a.rank - 1, with: b.shape[1]))
    case (1, _) where b.rank > 2:
      let row = try reshape(a, Shape(1, a.count))
      let result = try matrixProduct(row, b)
      return try reshape(result, result.shape.removing(result.rank - 2))
    default: return try matrixProduct(a, b)
    }
  }

  /// A number times anything. Not elementwise by name, so that faults speak of `*`.
  private static func scaled(_ a: Tensor, _ b: Tensor) throws -> Tensor { try multiply(a, b) }

  static func matrixProduct(
    _ a: Tensor, _ b: Tensor, transposedA: Bool = false, transposedB: Bool = false
  ) throws -> Tensor {
    let attributes = Products.flags[(transposedA ? 2 : 0) + (transposedB ? 1 : 0)]
    return try table.products.matrix.apply(a, b, attributes)
  }

  /// `a ⋅ b`.
  public static func inner(_ a: Tensor, _ b: Tensor) throws -> Tensor { try table.products.dot.apply(a, b) }

  /// `a ⊗ b`.
  public static func outer(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if a.isScalar || b.isScalar { return try multiply(a, b) }
    let left = try reshape(a, Shape(Array(a.shape) + [Int](repeating: 1, count: b.rank)))
    let right = try reshape(b, Shape([Int](repeating: 1, count: a.rank) + Array(b.shape)))
    return try multiply(left, right)
  }

  /// The last two axes exchanged.
  public static func transpose(_ x: Tensor) throws -> Tensor {
    if x.isScalar { return x }
    guard x.rank > 1 else { throw Fault.vectorTranspose(x.shape) }
    var order = Array(0..<x.rank)
    order.swapAt(x.rank - 1, x.rank - 2)
    return try permute(x, order)
  }
}

enum Products {
  /// By transposition of the left (2) and of the right (1).
  static let flags = [[0, 0], [0, 1], [1, 0], [1, 1]].map { Attributes(integers: $0) }

  static func inner(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard a.shape == b.shape else {
      throw Fault.differentShapes(operation: "⋅", a: a.shape, b: b.shape)
    }
    let type = try Elementwise.commonType(a, b, "⋅")
    guard a.storage != nil else { return Tensor(a.scalar * b.scalar, type: type) }
    return Tensor(try wideInner(a, b), type: type)
  }

  /// The sum of the products in f64, which those of f32 are exact in.
  static func wideInner(_ a: Tensor, _ b: Tensor) throws -> Double {
    if a.type == .f32, b.type == .f32, let left = a.storage, let right = b.storage {
      let (p, q) = (left.f32, right.f32)
      return try Reduction.total(left.count) { Float.dot(p + $0, q + $0, $1) }
    }
    let x = try Elementwise.converted(a.primal, .f64)
    let y = try Elementwise.converted(b.primal, .f64)
    let (p, q) = (x.storage!.f64, y.storage!.f64)
    return try withExtendedLifetime((x, y)) {
      try Reduction.total(a.count) { Double.dot(p + $0, q + $0, $1) }
    }
  }

  /// The kernel of the matrix product.
  static func matrix(_ a: Tensor, _ b: Tensor, _ transposedA: Bool, _ transposedB: Bool) throws -> Tensor {
    if (a.meta | b.meta) & 0xF == 0,
      let result = try plainMatrix(a.storage!.head, b.storage!.head, transposedA, transposedB)
    {
      return result
    }
    let type = try Elementwise.commonType(a, b, "*")
    let computed: ElementType = type.isShortFloat ? .f32 : .f64
    let left = try Elementwise.converted(a, computed)
    let right = try Elementwise.converted(b, computed)
    let x = left.storage!
    let y = right.storage!
    // A vector is a row to the left and a column to the right, never its transpose.
    precondition(!(transposedA && x.shape.rank == 1) && !(transposedB && y.shape.rank == 1))
    let shapeA = x.shape.rank == 1 ? Shape(1, x.count) : x.shape
    let shapeB = y.shape.rank == 1 ? Shape(y.count, 1) : y.shape
    let ra = shapeA.rank
    let rb = shapeB.rank
    let m = shapeA[transposedA ? ra - 1 : ra - 2]
    let k = shapeA[transposedA ? ra - 2 : ra - 1]
    let n = shapeB[transposedB ? rb - 2 : rb - 1]
    guard k == shapeB[transposedB ? rb - 1 : rb - 2] else {
      throw Fault.innerLengths(operation: "*", a: a.shape, b: b.shape)
    }
    let batchA = Shape(Array(shapeA.dropLast(2)))
    let batchB = Shape(Array(shapeB.dropLast(2)))
    guard let batch = Broadcasting.stretched(batchA, batchB) else {
      throw Fault.broadcast(operation: "*", a: a.shape, b: b.shape, wouldBe: nil)
    }
    var lengths = Array(batch)
    if x.shape.rank > 1 { lengths.append(m) }
    if y.shape.rank > 1 { lengths.append(n) }
    let shape = Shape(lengths)
    let result = try Storage.allocate(shape.rank == 0 ? Shape(1) : shape, computed)
    func multiply<T: LoopElement>(_: T.Type) throws {
      let matricesA = MatrixProduct.Operand(
        T.elements(x), stride: shapeA[ra - 1], isTransposed: transposedA)
      let matricesB = MatrixProduct.Operand(
        T.elements(y), stride: shapeB[rb - 1], isTransposed: transposedB)
      let c = T.elements(result)
      // Of no results there may be more products than can be counted through.
      if result.count == 0 { return }
      if batch.rank == 0 { return try MatrixProduct.run(matricesA, matricesB, c, m, n, k) }
      var pairs: [(a: Int, b: Int)] = []
      try Memory.reserve(batch.elementCount * MemoryLayout<(Int, Int)>.size)
      pairs.reserveCapacity(batch.elementCount)
      try Broadcasting.forEachRun(batchA, batchB, batch) { i, j, _, stepA, stepB, count in
        for entry in 0..<count { pairs.append((i + entry * stepA, j + entry * stepB)) }
      }
      try MatrixProduct.run(matricesA, matricesB, c, m, n, k, pairs: pairs)
    }
    try withExtendedLifetime((left, right)) {
      try computed == .f32 ? multiply(Float.self) : multiply(Double.self)
    }
    let product = Tensor(result, computed)
    if shape.rank == 0 { return Tensor(product.element(0), type: type) }
    return try Elementwise.converted(product, type)
  }

  /// One product of f64 without a batch, which needs no lists; `nil` where that is not the case, or the shapes
  /// do not fit.
  private static func plainMatrix(
    _ a: UnsafeMutablePointer<StorageHeader>, _ b: UnsafeMutablePointer<StorageHeader>, _ transposedA: Bool,
    _ transposedB: Bool
  ) throws -> Tensor? {
    let x = a.pointee.shape
    let y = b.pointee.shape
    guard x.rank <= 2, y.rank <= 2 else { return nil }
    let rowsA = x.rank == 1 ? 1 : x[0]
    let columnsA = x[x.rank - 1]
    let rowsB = y[0]
    let columnsB = y.rank == 1 ? 1 : y[1]
    let (m, k) = transposedA ? (columnsA, rowsA) : (rowsA, columnsA)
    let (inner, n) = transposedB ? (columnsB, rowsB) : (rowsB, columnsB)
    guard k == inner, x.rank + y.rank > 2, !(transposedA && x.rank == 1), !(transposedB && y.rank == 1) else {
      return nil
    }
    let shape = x.rank == 1 ? Shape(n) : y.rank == 1 ? Shape(m) : Shape(m, n)
    let result = try Storage.allocate(shape, .f64)
    try MatrixProduct.run(
      .init(a.pointee.f64, stride: columnsA, isTransposed: transposedA),
      .init(b.pointee.f64, stride: columnsB, isTransposed: transposedB), result.f64, m, n, k)
    return Tensor(result, .f64)
  }

  /// Cotangents by the same product with other sides transposed; broadcasts of the batch are undone outside.
  static func cotangent(_ input: Int, _ c: Tensor, _ x: Application) throws -> Tensor {
    let a = x.first
    let b = x.second
    let transposedA = x.integers[0] != 0
    let transposedB = x.integers[1] != 0
    if a.rank == 1 {
      // c = a op(B), a row.
      if input == 0 { return try Operations.matrixProduct(c, b, transposedB: !transposedB) }
      return transposedB ? try Operations.outer(c, a) : try Operations.outer(a, c)
    }
    if b.rank == 1 {
      // c = op(A) b, a column.
      if input == 1 { return try Operations.matrixProduct(a, c, transposedA: !transposedA) }
      return transposedA ? try Operations.outer(b, c) : try Operations.outer(c, b)
    }
    return try matrixCotangent(input, c, x)
  }

  /// The same for many cotangents, along one more axis in front.
  static func cotangents(_ input: Int, _ rows: Tensor, _ x: Application) throws -> Tensor {
    let a = x.first
    let b = x.second
    let transposedA = x.integers[0] != 0
    let transposedB = x.integers[1] != 0
    // The other factor is a vector: every row by itself is `u ⊗ v`.
    func outer(_ v: Tensor, isFirst: Bool) throws -> Tensor {
      let (count, n) = (rows.shape[0], rows.shape[1])
      return isFirst
        ? try Operations.multiply(
          Operations.reshape(rows, [count, 1, n]), Operations.reshape(v, [1, v.count, 1]))
        : try Operations.multiply(
          Operations.reshape(rows, [count, n, 1]), Operations.reshape(v, [1, 1, v.count]))
    }
    if a.rank == 1 {
      return input == 0
        ? try Operations.matrixProduct(rows, b, transposedB: !transposedB)
        : try outer(a, isFirst: !transposedB)
    }
    if b.rank == 1 {
      return input == 1
        ? try Operations.matrixProduct(rows, a, transposedB: transposedA) : try outer(b, isFirst: transposedA)
    }
    return try matrixCotangent(input, rows, x)
  }

  /// Of two matrices or batches of them.
  private static func matrixCotangent(_ input: Int, _ c: Tensor, _ x: Application) throws -> Tensor {
    let a = x.first
    let b = x.second
    let transposedA = x.integers[0] != 0
    let transposedB = x.integers[1] != 0
    if input == 0 {
      return transposedA
        ? try Operations.matrixProduct(b, c, transposedA: transposedB, transposedB: true)
        : try Operations.matrixProduct(c, b, transposedB: !transposedB)
    }
    return transposedB
      ? try Operations.matrixProduct(c, a, transposedA: true, transposedB: transposedA)
      : try Operations.matrixProduct(a, c, transposedA: !transposedA)
  }
}
