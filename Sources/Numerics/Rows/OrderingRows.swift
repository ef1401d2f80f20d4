/// Sorting and finding.
struct OrderingRows: Sendable {
  let sort: Operation = .composite(
    "sort(x; axis, rev = false)",
    """
    The elements in ascending order along an axis, by default the last; NaN comes last.

    > sort([3, 1, 2])
    3 f64
     1  2  3

    > sort([3, 1, 2]; rev = true)
    3 f64
     3  2  1

    See also: argsort, unique, median
    """,
    samples: Sample.scans
  ) { arguments in
    let x = arguments[0]
    if x.isScalar { return x }
    return try Operations.take(x, Ordering.positions(arguments).positions, x.shape)
  }

  let argsort: Operation = .init(
    "argsort(x; axis, rev = false)",
    """
    Where the elements of `sort(x)` stand in `x`, from 1; equal ones keep their order.

    > argsort([30, 10, 20])
    3 f64
     2  3  1

    See also: sort, argmax
    """, rule: .constant,
    call: { arguments in
      let x = arguments[0]
      if x.isScalar { return 1 }
      let (positions, axis) = try Ordering.positions(arguments)
      let stride = x.shape.strides[axis]
      return Tensor(positions.map { Double($0 / stride % x.shape[axis] + 1) }, shape: x.shape)
    })

  let unique: Operation = .composite(
    "unique(x)",
    """
    The different elements, ascending; of equal ones the first gets the gradient.

    > unique([2, 1, 2, 3])
    3 f64
     1  2  3

    See also: sort, find
    """, samples: [Sample(Tensor([3, 1, 2])), Sample(1.5)]
  ) { arguments in
    let x = arguments[0]
    var positions: [Int] = []
    for position in try Ordering.sorted(Array(0..<x.count), of: x, descending: false) {
      let value = x.element(position)
      if let last = positions.last.map(x.element), last == value || last.isNaN && value.isNaN { continue }
      positions.append(position)
    }
    let all = x.isScalar ? try Operations.reshape(x, Shape(1)) : x
    return try Operations.take(all, positions, Shape(positions.count))
  }

  let find: Operation = .init(
    "find(mask)",
    """
    The positions, from 1, where the mask is true; a row for each where it has several axes.

    > find([5, -1, 3] > 0)
    2 f64
     1  3

    See also: where, argmax
    """,
    rule: .constant,
    call: { arguments in
      let mask = arguments[0]
      guard mask.type == .bool else {
        throw Fault.elementType(operation: "find", got: mask.type, expected: .bool)
      }
      guard mask.rank > 0 else {
        throw Fault.rank(operation: "find", shape: mask.shape, expected: "at least 1")
      }
      let found = (0..<mask.count).filter { mask.element($0) != 0 }
      if mask.rank == 1 { return Tensor(found.map { Double($0 + 1) }) }
      let strides = mask.shape.strides
      let rows = found.flatMap { position in
        (0..<mask.rank).map { Double(position / strides[$0] % mask.shape[$0] + 1) }
      }
      return Tensor(rows, shape: Shape(found.count, mask.rank))
    })
}

enum Ordering {
  /// Ascending, NaN last.
  static func precedes(_ a: Double, _ b: Double) -> Bool { a < b || (!a.isNaN && b.isNaN) }

  /// Positions in the order of their elements; equal ones keep theirs.
  static func sorted(_ positions: [Int], of x: Tensor, descending: Bool) throws -> [Int] {
    try NumericsInterruption.poll()
    let keyed = positions.map { (key: x.element($0), position: $0) }
    // The standard library's sort is stable.
    let ordered = keyed.sorted { a, b in
      descending ? a.key > b.key || (!a.key.isNaN && b.key.isNaN) : precedes(a.key, b.key)
    }
    return ordered.map(\.position)
  }

  static func positions(_ arguments: OperationArguments) throws -> (positions: [Int], axis: Int) {
    let x = arguments[0]
    let axis = try arguments.axis(rank: x.rank, default: x.rank - 1)
    let descending = try arguments.flag("rev")
    let strides = x.shape.strides
    let length = x.shape[axis]
    let stride = strides[axis]
    var result = [Int](repeating: 0, count: x.count)
    let others = (0..<x.rank).filter { $0 != axis }
    for base in Reduction.offsets(others.map { (x.shape[$0], strides[$0]) }) {
      let group = (0..<length).map { base + $0 * stride }
      for (place, position) in try sorted(group, of: x, descending: descending).enumerated() {
        result[base + place * stride] = position
      }
    }
    return (result, axis)
  }
}
