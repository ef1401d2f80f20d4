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
      let (stride, length) = (x.shape.strides[axis], x.shape[axis])
      return try Tensor.numbers(x.shape) { Double(positions[$0] / stride % length + 1) }
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
    let order = try Ordering.sorted(Positions.filled(x.count) { $0 }, of: x, descending: false)
    // The first of those that are equal, and one NaN.
    let first = try Positions.filtered(order.count) { place in
      guard place > 0 else { return true }
      let (value, last) = (x.element(order[place]), x.element(order[place - 1]))
      return !(last == value || last.isNaN && value.isNaN)
    }
    let all = x.isScalar ? try Operations.reshape(x, Shape(1)) : x
    return try Operations.take(all, Positions.filled(first.count) { order[first[$0]] }, Shape(first.count))
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
      let found = try Positions.filtered(mask.count) { mask.element($0) != 0 }
      if mask.rank == 1 { return try Tensor.numbers(Shape(found.count)) { Double(found[$0] + 1) } }
      let (strides, rank) = (mask.shape.strides, mask.rank)
      return try Tensor.numbers(Shape(found.count, rank)) {
        Double(found[$0 / rank] / strides[$0 % rank] % mask.shape[$0 % rank] + 1)
      }
    })
}

enum Ordering {
  /// Ascending, NaN last.
  static func precedes(_ a: Double, _ b: Double) -> Bool { a < b || (!a.isNaN && b.isNaN) }

  private typealias Keyed = (key: Double, position: Int)

  /// Positions in the order of their elements; equal ones keep theirs.
  static func sorted(_ positions: [Int], of x: Tensor, descending: Bool) throws -> [Int] {
    try Memory.reserve(positions.count * (2 * MemoryLayout<Keyed>.size + MemoryLayout<Int>.size))
    var keyed: [Keyed] = []
    keyed.reserveCapacity(positions.count)
    for start in stride(from: 0, to: positions.count, by: blockLength) {
      for place in start..<min(start + blockLength, positions.count) {
        keyed.append((x.element(positions[place]), positions[place]))
      }
      try NumericsInterruption.poll()
    }
    let ordered =
      descending
      ? try merged(keyed) { $0.key > $1.key || (!$0.key.isNaN && $1.key.isNaN) }
      : try merged(keyed) { precedes($0.key, $1.key) }
    return try Positions.filled(ordered.count) { ordered[$0].position }
  }

  /// Sorted: blocks by the standard library, whose sort is stable but hears no interruption, and these merged in pairs.
  private static func merged(_ elements: [Keyed], _ precedes: (Keyed, Keyed) -> Bool) throws -> [Keyed] {
    let count = elements.count
    if count <= blockLength {
      try NumericsInterruption.poll()
      return elements.sorted(by: precedes)
    }
    var (from, to) = (elements, elements)
    for start in stride(from: 0, to: count, by: blockLength) {
      try NumericsInterruption.poll()
      from[start..<min(start + blockLength, count)].sort(by: precedes)
    }
    var width = blockLength
    while width < count {
      for start in stride(from: 0, to: count, by: 2 * width) {
        let (middle, end) = (min(start + width, count), min(start + 2 * width, count))
        var (left, right) = (start, middle)
        for place in start..<end {
          if place & 0xFFFF == 0 { try NumericsInterruption.poll() }
          if right == end || left < middle && !precedes(from[right], from[left]) {
            to[place] = from[left]
            left += 1
          } else {
            to[place] = from[right]
            right += 1
          }
        }
      }
      swap(&from, &to)
      width *= 2
    }
    return from
  }

  static func positions(_ arguments: OperationArguments) throws -> (positions: [Int], axis: Int) {
    let x = arguments[0]
    let axis = try arguments.axis(rank: x.rank, default: x.rank - 1)
    let descending = try arguments.flag("rev")
    let strides = x.shape.strides
    let length = x.shape[axis]
    let stride = strides[axis]
    if x.count == 0 { return ([], axis) }
    try Memory.reserve(x.count * MemoryLayout<Int>.size)
    var result = [Int](repeating: 0, count: x.count)
    let others = (0..<x.rank).filter { $0 != axis }
    for base in try Reduction.offsets(others.map { (x.shape[$0], strides[$0]) }) {
      let group = try Positions.filled(length) { base + $0 * stride }
      let order = try sorted(group, of: x, descending: descending)
      for place in order.indices {
        if place & 0xFFFF == 0xFFFF { try NumericsInterruption.poll() }
        result[base + place * stride] = order[place]
      }
    }
    return (result, axis)
  }
}
