/// Operations on the arrangement of elements. All are written with the linear ones of `StructureRows`.
struct ShapingRows: Sendable {
  let reshape: Operation = .composite(
    "reshape(x, dims...)",
    """
    The same elements, row-major, in another shape of as many. Lengths may be a tuple.

    > reshape(1:6, 2, 3)
    2×3 f64
     1  2  3
     4  5  6

    See also: flatten, permute, shape
    """,
    samples: [Sample(Tensor([1, 2, 3, 4, 5, 6]), 2, 3)]
  ) { try Operations.reshape($0[0], $0.lengths(from: 1)) }.constant("dims")

  let permute: Operation = .composite(
    "permute(x, axes...)",
    """
    The axes in another order: axis i of the result is axis `axes[i]` of `x`.

    > shape(permute(zeros(2, 3, 4), 3, 1, 2))
    (4, 2, 3)

    See also: transpose, reshape
    """,
    samples: [Sample(Tensor((0..<12).map { Double($0) }, shape: [2, 3, 2]), 3, 1, 2)]
  ) { arguments in
    let x = arguments[0]
    let order = try arguments.lengths(from: 1).map {
      try OperationArguments.axis(Double($0), rank: x.rank, operation: "permute")
    }
    guard order.sorted() == Array(0..<x.rank) else {
      throw arguments.bad("axes", "each axis from 1 to \(x.rank) once")
    }
    return try Operations.permute(x, order)
  }.constant("axes")

  let transpose: Operation = .composite(
    "transpose(A)",
    """
    `A'`: the last two axes exchanged. A vector has no transpose.

    Adjoint of A: `u'`

    > transpose([1 2; 3 4])
    2×2 f64
     1  3
     2  4

    See also: ', permute
    """,
    notation: .postfix("ᵀ"), samples: [Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))]
  ) { try Operations.transpose($0[0]) }

  let squeeze: Operation = .composite(
    "squeeze(x; axis)",
    """
    Without the axes of length 1, or without those named.

    > shape(squeeze(zeros(1, 3, 1)))
    (3,)

    > shape(squeeze(zeros(1, 3, 1); axis = 1))
    (3, 1)

    See also: expand, reshape
    """,
    samples: [Sample(Tensor([1, 2, 3], shape: [1, 3, 1]))]
  ) { arguments in
    let x = arguments[0]
    let axes = try arguments.axes(rank: x.rank) ?? (0..<x.rank).filter { x.shape[$0] == 1 }
    guard axes.allSatisfy({ x.shape[$0] == 1 }) else { throw arguments.bad("axis", "an axis of length 1") }
    return try Operations.reshape(
      x, Shape((0..<x.rank).filter { !axes.contains($0) }.map { x.shape[$0] }))
  }

  let expand: Operation = .composite(
    "expand(x, axis)",
    """
    With a new axis of length 1, which becomes axis `axis`.

    > shape(expand([1, 2, 3], 1))
    (1, 3)

    See also: squeeze, reshape
    """,
    samples: [Sample(Tensor([1, 2, 3]), 2)]
  ) { arguments in
    let x = arguments[0]
    let axis = try OperationArguments.axis(
      arguments.number(arguments[1], "axis"), rank: x.rank + 1, operation: "expand")
    return try Operations.reshape(x, x.shape.inserting(1, at: axis))
  }.constant("axis")

  let stack: Operation = .composite(
    "stack(parts...; axis = 1)",
    """
    Tensors of one shape along a new axis.

    > stack([1, 2], [3, 4])
    2×2 f64
     1  2
     3  4

    > stack([1, 2], [3, 4]; axis = 2)
    2×2 f64
     1  3
     2  4

    See also: concat, push
    """,
    samples: [
      Sample(Tensor([1, 2]), Tensor([3, 4]), Tensor([5, 6])),
      Sample(Tensor([1, 2]), Tensor([3, 4]), named: ["axis": 2]), Sample(1.5, 2.5),
    ]
  ) { arguments in
    let parts = arguments.positional
    guard let rank = parts.first?.rank else { return try Operations.stack([]) }
    let axis = try arguments.axis(rank: rank + 1, default: 0)
    if axis == 0 { return try Operations.stack(parts) }
    for part in parts where part.shape != parts[0].shape {
      throw Fault.differentShapes(operation: "stack", a: parts[0].shape, b: part.shape)
    }
    return try Operations.concatenate(
      parts.map { try Operations.reshape($0, $0.shape.inserting(1, at: axis)) }, axis: axis)
  }

  let concat: Operation = .composite(
    "concat(parts...; axis = 1)",
    """
    Tensors joined along an axis, in which alone they may differ.

    > concat([1, 2], [3])
    3 f64
     1  2  3

    > concat([1 2; 3 4], [5; 6]; axis = 2)
    2×3 f64
     1  2  5
     3  4  6

    See also: stack, push, chunks
    """,
    samples: [
      Sample(Tensor([1, 2]), Tensor([3, 4, 5])),
      Sample(Tensor([1, 2], shape: [2, 1]), Tensor([3, 4, 5, 6], shape: [2, 2]), named: ["axis": 2]),
    ]
  ) { arguments in
    guard let first = arguments.positional.first else { return try Operations.stack([]) }
    guard first.rank > 0 else {
      throw Fault.rank(operation: "concat", shape: first.shape, expected: "at least 1")
    }
    return try Operations.concatenate(
      arguments.positional, axis: arguments.axis(rank: first.rank, default: 0))
  }

  let push: Operation = .composite(
    "push(xs, x)",
    """
    `xs` with `x` as one more entry of its first axis, or as one more item of a tuple. What is pushed to `[]`
    becomes its first entry, whatever it is.

    > push([1 2; 3 4], [5, 6])
    3×2 f64
     1  2
     3  4
     5  6

    > push([], [5, 6])
    1×2 f64
     5  6

    > push(("a", 1), "b")
    ("a", 1, "b")

    See also: concat, ...
    """,
    samples: [Sample(Tensor([1, 2]), 3.5), Sample(Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([5, 6]))]
  ) { arguments in
    let (xs, x) = (arguments[0], arguments[1])
    guard xs.rank > 0 else {
      throw Fault.rank(operation: "push", shape: xs.shape, expected: "at least 1")
    }
    // `[]` has no entries yet that `x` would have to be like.
    if xs.shape == [0], xs.type == .f64 { return try Operations.stack([x]) }
    let entry = xs.shape == [0] ? x.shape : xs.shape.removing(0)
    guard x.shape == entry else { throw Fault.notAnEntry(of: xs.shape, got: x.shape) }
    let aligned = try Operations.commonType([xs, x], "push")
    let parts = try zip(aligned, [xs.shape[0], 1]).map {
      try Operations.reshape($0, entry.inserting($1, at: 0))
    }
    return try Operations.concatenate(parts, axis: 0)
  }

  let `repeat`: Operation = .composite(
    "repeat(x, n; axis = 1)",
    """
    Each entry of an axis `n` times in a row.

    > repeat([1, 2], 3)
    6 f64
     1  1  1  2  2  2

    See also: tile, upsample
    """,
    samples: [
      Sample(Tensor([1, 2]), 3), Sample(Tensor([1, 2, 3, 4], shape: [2, 2]), 2, named: ["axis": 2]),
    ]
  ) { arguments in
    let times = try arguments.whole(arguments[1], "n", from: 0)
    let x = arguments[0].isScalar ? try Operations.reshape(arguments[0], Shape(1)) : arguments[0]
    let axis = try arguments.axis(rank: x.rank, default: 0)
    let slotted = try Operations.reshape(x, x.shape.inserting(1, at: axis + 1))
    let stretched = try Operations.expand(slotted, to: slotted.shape.replacing(axis + 1, with: times))
    return try Operations.reshape(stretched, x.shape.replacing(axis, with: x.shape[axis] * times))
  }.constant("n")

  let tile: Operation = .composite(
    "tile(x, n...)",
    """
    The whole so many times along each axis; one number is for the first.

    > tile([1, 2], 3)
    6 f64
     1  2  1  2  1  2

    See also: repeat
    """,
    samples: [Sample(Tensor([1, 2]), 3), Sample(Tensor([1, 2, 3, 4], shape: [2, 2]), 2, 3)]
  ) { arguments in
    let counts = try arguments.lengths(from: 1)
    let x = arguments[0]
    var shape = Array(x.shape)
    while shape.count < counts.count { shape.insert(1, at: 0) }
    var slots: [Int] = []
    var stretched: [Int] = []
    var result: [Int] = []
    for (axis, length) in shape.enumerated() {
      let count = axis < counts.rank ? counts[axis] : 1
      slots += [1, length]
      stretched += [count, length]
      result.append(Shape.product(count, length))
    }
    return try Operations.reshape(
      Operations.expand(Operations.reshape(x, Shape(slots)), to: Shape(stretched)), Shape(result))
  }.constant("n")

  let flip: Operation = .composite(
    "flip(x; axis)",
    """
    Backwards along the axes named, by default the last.

    > flip([1, 2, 3])
    3 f64
     3  2  1

    See also: roll, sort
    """, samples: Sample.scans
  ) { arguments in
    let x = arguments[0]
    if x.isScalar { return x }
    let axes = try arguments.axes(rank: x.rank) ?? [x.rank - 1]
    return try Operations.rearranged(x, x.shape) { axis, i in
      axes.contains(axis) ? x.shape[axis] - 1 - i : i
    }
  }

  let roll: Operation = .composite(
    "roll(x, n; axis)",
    """
    Entries moved `n` places on along an axis, by default the last, the end to the front.

    > roll([1, 2, 3, 4], 1)
    4 f64
     4  1  2  3

    See also: flip, diff
    """,
    samples: [
      Sample(Tensor([1, 2, 3, 4]), 1), Sample(Tensor([1, 2, 3, 4], shape: [2, 2]), -3, named: ["axis": 1]),
    ]
  ) { arguments in
    let x = arguments[0]
    if x.isScalar { return x }
    let places = try arguments.whole(arguments[1], "n", from: Int.min)
    let axis = try arguments.axis(rank: x.rank, default: x.rank - 1)
    let length = max(x.shape[axis], 1)
    let start = (length - places % length) % length
    return try Operations.concatenate(
      [
        Operations.narrow(x, axis: axis, start: start, length: x.shape[axis] - start),
        Operations.narrow(x, axis: axis, start: 0, length: start),
      ], axis: axis)
  }.constant("n")

  let pad: Operation = .composite(
    "pad(x, n; axis, value = 0)",
    """
    With `n` more entries at both ends of every axis or of those named; `n` may be `[before, after]`.

    > pad([1, 2], 1)
    4 f64
     0  1  2  0

    See also: conv2d, concat
    """,
    samples: [
      Sample(Tensor([1, 2, 3]), 1),
      Sample(Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([0, 2]), named: ["axis": 2, "value": 7]),
    ]
  ) { arguments in
    let x = arguments[0]
    let ends = try arguments[1].doubles.map { try arguments.margin(Tensor($0), "n") }
    guard arguments[1].rank <= 1, ends.count == 1 || ends.count == 2 else {
      throw arguments.bad("n", "a number or [before, after]")
    }
    var inside = x
    let value = arguments.named["value"] ?? 0
    guard value.isScalar else { throw arguments.bad("value", "a number") }
    var mask = value.isTraced || value.scalar != 0 ? try Tensor.filled(1, x.shape, .bool) : nil
    for axis in try arguments.axes(rank: x.rank) ?? Array(0..<x.rank) {
      let total = ends[0] + inside.shape[axis] + ends[ends.count - 1]
      inside = try Operations.widen(inside, axis: axis, start: ends[0], total: total)
      mask = try mask.map { try Operations.widen($0, axis: axis, start: ends[0], total: total) }
    }
    return try mask.map { try Operations.choose($0, inside, value) } ?? inside
  }.constant("n")

  let diff: Operation = .composite(
    "diff(x; axis)",
    """
    The differences of neighbours along an axis, by default the last.

    > diff([1, 4, 9, 16])
    3 f64
     3  5  7

    See also: cumsum, roll
    """,
    samples: Sample.scans
  ) { arguments in
    let x = arguments[0]
    guard x.rank > 0 else { throw Fault.rank(operation: "diff", shape: x.shape, expected: "at least 1") }
    let axis = try arguments.axis(rank: x.rank, default: x.rank - 1)
    let length = max(x.shape[axis] - 1, 0)
    let start = min(1, x.shape[axis])
    return try Operations.subtract(
      Operations.narrow(x, axis: axis, start: start, length: length),
      Operations.narrow(x, axis: axis, start: 0, length: length))
  }
}

extension Operations {
  /// Elements taken from elsewhere in a tensor of the same rank: `source(axis, index)` from 0.
  static func rearranged(_ x: Tensor, _ shape: Shape, _ source: (Int, Int) -> Int) throws -> Tensor {
    if x.count == 0, shape == x.shape { return x }
    let strides = x.shape.strides
    var positions = [0]
    for axis in 0..<shape.rank {
      positions = try Positions.sums(positions, shape[axis]) { source(axis, $0) * strides[axis] }
    }
    return try take(x, positions, shape)
  }

  /// A matrix literal: numbers, columns and matrices in rows of blocks.
  public static func blocks(_ rows: [[Tensor]]) throws -> Tensor {
    let width = rows.first?.count ?? 0
    if rows.allSatisfy({ $0.count == width && $0.allSatisfy(\.isScalar) }) {
      return try reshape(stack(rows.flatMap { $0 }), Shape(rows.count, width))
    }
    let bands = try rows.map { row in
      let parts = try row.map { part -> Tensor in
        switch part.rank {
        case 0: return try reshape(part, Shape(1, 1))
        case 1: return try reshape(part, Shape(part.count, 1))
        case 2: return part
        default: throw Fault.rank(operation: "[ ]", shape: part.shape, expected: "0, 1 or 2")
        }
      }
      return try concatenate(parts, axis: 1)
    }
    return try concatenate(bands, axis: 0)
  }
}
