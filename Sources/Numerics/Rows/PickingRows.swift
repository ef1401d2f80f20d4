/// Picks by computed positions, and parts of matrices.
struct PickingRows: Sendable {
  let gather: Operation = .composite(
    "gather(A, positions; axis)",
    """
    One pick per row: along an axis, by default the last, the element at the position (from 1) given for
    each place of the other axes.

    > gather([1 2 3; 4 5 6], [3, 1])
    2 f64
     3  4

    See also: scatteradd, embedding, nll
    """,
    samples: [
      Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), Tensor([3, 1])),
      Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), Tensor([2, 1, 1]), named: ["axis": 1]),
    ]
  ) { arguments in
    let x = arguments[0]
    guard x.rank > 0 else { throw Fault.rank(operation: "gather", shape: x.shape, expected: "at least 1") }
    let axis = try arguments.axis(rank: x.rank, default: x.rank - 1)
    let positions = try picks(x.shape, arguments[1], axis, "gather")
    return try Operations.take(x, positions, x.shape.removing(axis))
  }.constant("positions")

  let labelled: Operation = .composite(
    "labelled(x, labels)",
    """
    For the library: the entry of each row of `x` that its label, from 1, names.

    > labelled([1 2 3; 4 5 6], [3, 1])
    2 f64
     3  4

    See also: gather, nll
    """,
    samples: [
      Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), Tensor([3, 1])), Sample(Tensor([1, 2, 3]), 2),
    ]
  ) { arguments in
    let (x, labels) = (arguments[0], arguments[1])
    guard x.rank > 0 else {
      throw Fault.rank(operation: "a loss with labels", shape: x.shape, expected: "at least 1")
    }
    let classes = x.shape[x.rank - 1]
    guard labels.shape == x.shape.removing(x.rank - 1) else {
      throw Fault.labels(shape: labels.shape, of: x.shape)
    }
    if let wrong = labels.doubles.first(where: { !($0 >= 1 && $0 <= Double(classes) && $0 == $0.rounded()) })
    {
      throw Fault.label(value: wrong, classes: classes)
    }
    let picked = try Operations.take(
      x, picks(x.shape, labels, x.rank - 1, "labels"), x.shape.removing(x.rank - 1))
    TensorLabels.note(picked, by: labels)
    return picked
  }.constant("labels")

  let scatteradd: Operation = .composite(
    "scatteradd(x, positions, v; axis)",
    """
    `x` with the entries of `v` added at positions (from 1) of its first axis, repeated ones too. With
    `axis`, one place per row, as `gather` picks them.

    > scatteradd(zeros(3), [1, 3, 1], [10, 20, 30])
    3 f64
     40  0  20

    See also: gather
    """,
    samples: [
      Sample(Tensor([1, 2, 3]), Tensor([3, 1, 3]), Tensor([0.5, 1.5, 2])),
      Sample(Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([2, 1]), Tensor([0.5, 1.5]), named: ["axis": 2]),
    ]
  ) { arguments in
    let x = arguments[0]
    guard x.rank > 0 else {
      throw Fault.rank(operation: "scatteradd", shape: x.shape, expected: "at least 1")
    }
    var shape = Shape()
    var positions: [Int]
    if arguments.named["axis"] != nil {
      let axis = try arguments.axis(rank: x.rank, default: 0)
      positions = try picks(x.shape, arguments[1], axis, "scatteradd")
      shape = x.shape.removing(axis)
    } else {
      let region = try Region(x.shape, [.value(arguments[1])])
      positions = try region.allPositions
      shape = region.shape
    }
    let type = x.type.arithmetic
    let values = try Operations.expand(Operations.convert(arguments[2], to: type), to: shape)
    return try Operations.add(x, Operations.put(values, positions, x.shape))
  }.constant("positions")

  let diag: Operation = .composite(
    "diag(x)",
    """
    The diagonal of a matrix, or the matrix with a diagonal.

    > diag([1, 2])
    2×2 f64
     1  0
     0  2

    > diag([1 2; 3 4])
    2 f64
     1  4

    See also: trace, eye
    """,
    samples: [Sample(Tensor([1, 2, 3])), Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))]
  ) { try Operations.diagonal($0[0]) }

  let tril: Operation = .triangle(
    "tril(A; k = 0)",
    """
    `A` with zeros above its k-th diagonal.

    > tril([1 2; 3 4])
    2×2 f64
     1  0
     3  4

    See also: triu, attention
    """, lower: true)
  let triu: Operation = .triangle(
    "triu(A; k = 0)",
    """
    `A` with zeros below its k-th diagonal.

    > triu([1 2; 3 4]; k = 1)
    2×2 f64
     0  2
     0  0

    See also: tril
    """, lower: false)

  let trace: Operation = .composite(
    "trace(A)",
    """
    The sum of the diagonal of a square matrix; of rank 3 and more, of each matrix along the last two axes.

    Adjoint of A: `u * eye(shape(A)[1])`

    > trace([1 2; 3 4])
    5

    See also: diag, det
    """,
    samples: [
      Sample(Tensor([1, 2, 3, 4], shape: [2, 2])),
      Sample(Tensor([1, 2, 3, 4, 5, 6, 7, 9], shape: [2, 2, 2])),
    ]
  ) { arguments in
    let x = arguments[0]
    try Linear.checkSquare(x, "trace")
    return try Operations.sum(Operations.diagonals(x), [x.rank - 2])
  }

  /// The row-major positions of one pick along `axis` for each place of the other axes.
  private static func picks(_ shape: Shape, _ indices: Tensor, _ axis: Int, _ name: String) throws -> [Int] {
    let others = shape.removing(axis)
    guard indices.shape == others else {
      throw Fault.differentShapes(operation: name, a: others, b: indices.shape)
    }
    let strides = shape.strides
    let bases = try Reduction.offsets(
      (0..<shape.rank).filter { $0 != axis }.map { (shape[$0], strides[$0]) })
    let picked = indices.doubles
    return try Positions.filled(bases.count) { place in
      bases[place] + (try Region.checked(Region.whole(picked[place]), shape[axis], axis)) * strides[axis]
    }
  }
}

extension Operation {
  fileprivate static func triangle(_ signature: String, _ documentation: String, lower: Bool) -> Operation {
    .composite(
      signature, documentation,
      samples: [Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), named: ["k": 1])]
    ) { arguments in
      let x = arguments[0]
      guard x.rank >= 2 else {
        throw Fault.rank(operation: arguments.operation.name, shape: x.shape, expected: "at least 2")
      }
      let k = try arguments.whole("k", from: Int.min, default: 0)
      return try Operations.select(Operations.triangleMask(x.shape, k, lower: lower), x)
    }.constant("k")
  }
}

extension Operations {
  /// Where the column is at most (or at least) the row plus `k`.
  static func triangleMask(_ shape: Shape, _ k: Int, lower: Bool) throws -> Tensor {
    let rows = shape[shape.rank - 2]
    let columns = shape[shape.rank - 1]
    let mask = try Tensor.zeros(Shape(rows, columns), .bool)
    let bits = mask.storage!.bool
    for row in 0..<(columns == 0 ? 0 : rows) {
      if row & 0xFF == 0 || columns > 256 { try NumericsInterruption.poll() }
      for column in 0..<columns where lower ? column - row <= k : column - row >= k {
        bits[row * columns + column] = 1
      }
    }
    return mask
  }

  static func diagonal(_ x: Tensor) throws -> Tensor {
    switch x.rank {
    case 1:
      let n = x.count
      return try put(x, Positions.filled(n) { $0 * n + $0 }, Shape(n, n))
    case 2:
      let columns = x.shape[1]
      let n = min(x.shape[0], columns)
      return try take(x, Positions.filled(n) { $0 * columns + $0 }, Shape(n))
    default: throw Fault.rank(operation: "diag", shape: x.shape, expected: "1 or 2")
    }
  }
}
