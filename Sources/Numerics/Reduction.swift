/// Which axes a reduction takes, and what comes out.
struct ReductionPlan {
  /// From 0, ascending.
  let axes: [Int]
  /// The input's shape with the axes of length 1.
  let kept: Shape
  let result: Shape
  /// How many elements each result takes.
  let count: Int

  init(_ shape: Shape, axes: [Int]?, keep: Bool) {
    self.axes = axes ?? Array(0..<shape.rank)
    var kept = shape
    var rest: [Int] = []
    var count = 1
    for axis in 0..<shape.rank {
      if self.axes.contains(axis) {
        kept[axis] = 1
        count *= shape[axis]
      } else {
        rest.append(shape[axis])
      }
    }
    self.kept = kept
    self.count = count
    result = keep ? kept : Shape(rest)
  }

  init(_ arguments: Arguments, _ x: Tensor) throws {
    self.init(x.shape, axes: try arguments.axes(rank: x.rank), keep: try arguments.flag("keep"))
  }
}

/// Reductions in a fixed order, so that a result does not depend on the machine: along contiguous runs in
/// vector lanes, across runs row by row. f32 is accumulated in f64 and rounded once.
enum Reduction {
  /// `x` as outer × reduced × inner with the reduced axes side by side; moved to the end if they are not.
  static func grouped(_ x: Tensor, _ axes: [Int]) throws -> (x: Tensor, outer: Int, count: Int, inner: Int) {
    let shape = x.shape
    guard let first = axes.first, let last = axes.last else { return (x, shape.elementCount, 1, 1) }
    let count = axes.reduce(1) { $0 * shape[$1] }
    if last - first == axes.count - 1 {
      return (x, shape[..<first].reduce(1, *), count, shape[(last + 1)...].reduce(1, *))
    }
    let others = (0..<shape.rank).filter { !axes.contains($0) }
    return (try Structure.permuted(x.primal, others + axes), others.reduce(1) { $0 * shape[$1] }, count, 1)
  }

  static func sum(_ x: Tensor, to shape: Shape) throws -> Tensor {
    let offset = x.rank - shape.rank
    let axes = (0..<x.rank).filter { $0 < offset || (shape[$0 - offset] == 1 && x.shape[$0] != 1) }
    return try sum(x, axes, shape)
  }

  /// The sums over `axes`, in the shape given.
  static func sum(_ x: Tensor, _ axes: [Int], _ shape: Shape) throws -> Tensor {
    guard x.storage != nil else {
      return try Elementwise.converted(x.primal, x.type.arithmetic).viewed(shape)
    }
    let (x, outer, count, inner) = try grouped(x, axes)
    let source = x.storage!
    let type = x.type.arithmetic
    if shape.rank == 0 {
      return Tensor(try total(source, x.type, 0, count * outer * inner), type: type)
    }
    if inner == 1 {
      let result = try Storage.allocate(shape, type)
      for block in 0..<outer {
        result.store(try total(source, x.type, block * count, count), at: block, type)
      }
      return Tensor(result, type)
    }
    // Row by row into a row of f64.
    let wide = try Tensor.zeros(shape, .f64)
    let sums = wide.storage!.f64
    for block in 0..<outer {
      let to = sums + block * inner
      for row in 0..<count {
        if row & 0xFF == 0 { try NumericsInterruption.poll() }
        let start = (block * count + row) * inner
        switch x.type {
        case .f64: for i in 0..<inner { to[i] += source.f64[start + i] }
        case .f32: for i in 0..<inner { to[i] += Double(source.f32[start + i]) }
        case .f16: for i in 0..<inner { to[i] += source.f16[start + i].value }
        case .bool: for i in 0..<inner { to[i] += Double(source.bool[start + i]) }
        }
      }
    }
    return try Elementwise.converted(wide, type)
  }

  /// The sum of a contiguous run.
  static func total(_ source: Storage, _ type: ElementType, _ start: Int, _ count: Int) throws -> Double {
    var sum = 0.0
    try forEachBlock(count) { blockStart, length in
      switch type {
      case .f64: sum += total(source.f64 + start + blockStart, length)
      case .f32: sum += total(source.f32 + start + blockStart, length)
      case .f16: for i in start + blockStart..<start + blockStart + length { sum += source.f16[i].value }
      case .bool:
        var whole = 0
        for i in 0..<length { whole += Int(source.bool[start + blockStart + i]) }
        sum += Double(whole)
      }
    }
    return sum
  }

  static func total(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    if count < 8 {
      var sum = 0.0
      for i in 0..<count { sum += x[i] }
      return sum
    }
    var a = SIMD8<Double>.zero
    var b = SIMD8<Double>.zero
    let raw = UnsafeRawPointer(x)
    var i = 0
    while i + 16 <= count {
      a += raw.loadUnaligned(fromByteOffset: i * 8, as: SIMD8<Double>.self)
      b += raw.loadUnaligned(fromByteOffset: i * 8 + 64, as: SIMD8<Double>.self)
      i += 16
    }
    var sum = (a + b).sum()
    while i < count {
      sum += x[i]
      i += 1
    }
    return sum
  }

  static func total(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var a = SIMD8<Double>.zero
    let raw = UnsafeRawPointer(x)
    var i = 0
    while i + 8 <= count {
      a += SIMD8<Double>(raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self))
      i += 8
    }
    var sum = a.sum()
    while i < count {
      sum += Double(x[i])
      i += 1
    }
    return sum
  }

  /// The position in `x` of the first greatest (or least) element of each group; NaN wins over all.
  static func extremePositions(
    _ x: Tensor, _ plan: ReductionPlan, greatest: Bool, _ name: String
  ) throws -> [Int] {
    guard plan.count > 0 else { throw Fault.emptyReduction(operation: name, shape: x.shape) }
    guard let source = x.storage else { return [0] }
    let shape = source.shape
    guard let first = plan.axes.first, let last = plan.axes.last else { return Array(0..<x.count) }
    guard last - first == plan.axes.count - 1 else {
      return try groups(x, plan).map { group in
        group[bestOffset(group.count, greatest) { x.element(group[$0]) }]
      }
    }
    let inner = shape[(last + 1)...].reduce(1, *)
    let outer = shape[..<first].reduce(1, *)
    var positions: [Int] = []
    positions.reserveCapacity(outer * inner)
    for block in 0..<outer {
      try NumericsInterruption.poll()
      for column in 0..<inner {
        let start = block * plan.count * inner + column
        let offset =
          switch x.type {
          case .f64: bestOffset(plan.count, greatest) { source.f64[start + $0 * inner] }
          case .f32: bestOffset(plan.count, greatest) { Double(source.f32[start + $0 * inner]) }
          case .f16: bestOffset(plan.count, greatest) { source.f16[start + $0 * inner].value }
          case .bool: bestOffset(plan.count, greatest) { Double(source.bool[start + $0 * inner]) }
          }
        positions.append(start + offset * inner)
      }
    }
    return positions
  }

  @inline(__always)
  private static func bestOffset(_ count: Int, _ greatest: Bool, _ element: (Int) -> Double) -> Int {
    var best = 0
    var value = element(0)
    if value.isNaN { return 0 }
    for offset in 1..<max(count, 1) {
      let candidate = element(offset)
      if greatest ? !(candidate <= value) : !(candidate >= value) {
        best = offset
        value = candidate
        if value.isNaN { break }
      }
    }
    return best
  }

  /// The row-major positions that each result takes, in order.
  static func groups(_ x: Tensor, _ plan: ReductionPlan) throws -> [[Int]] {
    let shape = x.shape
    let strides = shape.strides
    let reduced = offsets(plan.axes.map { (shape[$0], strides[$0]) })
    let others = (0..<shape.rank).filter { !plan.axes.contains($0) }
    try NumericsInterruption.poll()
    return offsets(others.map { (shape[$0], strides[$0]) }).map { base in reduced.map { base + $0 } }
  }

  /// All sums of one multiple of each stride, the last fastest.
  static func offsets(_ axes: [(length: Int, stride: Int)]) -> [Int] {
    var result = [0]
    for (length, stride) in axes {
      var next: [Int] = []
      next.reserveCapacity(result.count * length)
      for base in result {
        for i in 0..<length { next.append(base + i * stride) }
      }
      result = next
    }
    return result
  }

  static func quantifier(_ x: Tensor, _ plan: ReductionPlan, all: Bool) throws -> Tensor {
    if x.count == 0 { return try Tensor.filled(all ? 1 : 0, plan.result, .bool) }
    guard x.storage != nil else { return x.primal.viewed(plan.result) }
    let bits = x.storage!.bool
    let answers = try groups(x, plan).map { group -> Double in
      let holds = all ? group.allSatisfy { bits[$0] != 0 } : group.contains { bits[$0] != 0 }
      return holds ? 1 : 0
    }
    return Tensor(answers, shape: plan.result, type: .bool)
  }
}
