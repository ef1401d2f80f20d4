/// Kernels that move elements without computing: constant tensors in, a constant tensor out.
enum Structure {
  /// Copies `count` elements of one type.
  static func copy(
    _ from: Storage, _ start: Int, _ to: Storage, _ place: Int, _ count: Int, _ type: ElementType
  ) throws {
    try forEachBlock(count) { first, length in
      copyBlock(from, start + first, to, place + first, length, type)
    }
  }

  /// The same of elements that are few between two polls.
  @inline(__always)
  private static func copyBlock(
    _ from: Storage, _ start: Int, _ to: Storage, _ place: Int, _ count: Int, _ type: ElementType
  ) {
    switch type {
    case .f64: (to.f64 + place).copy(from: from.f64 + start, count: count)
    case .f32: (to.f32 + place).copy(from: from.f32 + start, count: count)
    case .f16: (to.f16 + place).copy(from: from.f16 + start, count: count)
    case .bool: (to.bool + place).copy(from: from.bool + start, count: count)
    }
  }

  /// Copies as many runs of `count` elements, those of either side a distance apart.
  private static func copyRuns(
    _ runs: Int, _ count: Int, _ from: Storage, _ start: Int, _ stride: Int, _ to: Storage, _ place: Int,
    _ distance: Int, _ type: ElementType
  ) throws {
    guard count > 0 else { return }
    if count > blockLength {
      for run in 0..<runs { try copy(from, start + run * stride, to, place + run * distance, count, type) }
      return
    }
    let share = max(1, blockLength / count)
    try Workers.share((runs + share - 1) / share, weight: share * count) { part in
      for run in part * share..<min(runs, (part + 1) * share) {
        copyBlock(from, start + run * stride, to, place + run * distance, count, type)
      }
    }
  }

  /// `x` stretched to `shape`; a fault where it does not broadcast to that.
  static func expanded(_ x: Tensor, _ shape: Shape) throws -> Tensor {
    if x.shape == shape { return x.primal }
    try Broadcasting.checkStretch(x.shape, to: shape)
    let type = x.type
    let result = try Storage.allocate(shape, type)
    guard let source = x.storage else {
      try fill(result, x.scalar, type)
      return Tensor(result, type)
    }
    try Broadcasting.forEachRun(source.shape, shape, shape) { from, _, to, step, _, count in
      if step == 1 { return copyBlock(source, from, result, to, count, type) }
      switch type {
      case .f64: (result.f64 + to).fill(source.f64[from], count: count)
      case .f32: (result.f32 + to).fill(source.f32[from], count: count)
      case .f16: (result.f16 + to).fill(source.f16[from], count: count)
      case .bool: (result.bool + to).fill(source.bool[from], count: count)
      }
    }
    return Tensor(result, type)
  }

  static func fill(_ storage: Storage, _ value: Double, _ type: ElementType) throws {
    try forEachBlock(storage.count) { start, count in
      switch type {
      case .f64: (storage.f64 + start).fill(value, count: count)
      case .f32: (storage.f32 + start).fill(Float(value), count: count)
      case .f16: (storage.f16 + start).fill(Half(value), count: count)
      case .bool: (storage.bool + start).fill(value == 0 ? 0 : 1, count: count)
      }
    }
  }

  /// A block of an axis: `length` entries from `start` on.
  static func narrowed(_ x: Tensor, _ axis: Int, _ start: Int, _ length: Int) throws -> Tensor {
    let source = x.storage!
    let shape = source.shape
    precondition(start >= 0 && length >= 0 && length <= shape[axis] && start <= shape[axis] - length)
    let result = try Storage.allocate(shape.replacing(axis, with: length), x.type)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    try copyRuns(
      outer, length * inner, source, start * inner, shape[axis] * inner, result, 0, length * inner, x.type)
    return Tensor(result, x.type)
  }

  /// Zeros with `x` as a block of an axis of length `total`.
  static func widened(_ x: Tensor, _ axis: Int, _ start: Int, _ total: Int) throws -> Tensor {
    let source = x.storage!
    let shape = source.shape
    precondition(start >= 0 && shape[axis] <= total && start <= total - shape[axis])
    let result = try Tensor.zeros(shape.replacing(axis, with: total), x.type)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    let run = shape[axis] * inner
    try copyRuns(outer, run, source, 0, run, result.storage!, start * inner, total * inner, x.type)
    return result
  }

  /// Axes in another order: axis `i` of the result is axis `order[i]` of `x`.
  static func permuted(_ x: Tensor, _ order: [Int]) throws -> Tensor {
    guard let source = x.storage else { return x.primal }
    let shape = Shape(order.map { source.shape[$0] })
    let result = try Storage.allocate(shape, x.type)
    let strides = source.shape.strides
    let steps = order.map { strides[$0] }
    switch x.type {
    case .f64: try permute(source.f64, result.f64, shape, steps)
    case .f32: try permute(source.f32, result.f32, shape, steps)
    case .f16: try permute(source.f16, result.f16, shape, steps)
    case .bool: try permute(source.bool, result.bool, shape, steps)
    }
    return Tensor(result, x.type)
  }

  /// The two innermost axes in tiles that stay in cache, the others by a counter.
  private static func permute<E>(
    _ from: ElementView<E>, _ to: ElementView<E>, _ shape: Shape, _ steps: [Int]
  ) throws {
    let rank = shape.rank
    guard shape.elementCount > 0 else { return }
    let columns = shape[rank - 1]
    let rows = rank > 1 ? shape[rank - 2] : 1
    let stepColumn = steps[rank - 1]
    let stepRow = rank > 1 ? steps[rank - 2] : 0
    let outer = max(rank - 2, 0)
    var counter = [Int](repeating: 0, count: outer)
    var offset = 0
    var place = 0
    let tile = 16
    while true {
      try NumericsInterruption.poll()
      if stepColumn == 1 {
        // Neighbours stay neighbours: whole runs.
        for row in 0..<rows {
          let (target, source) = (to + (place + row * columns), from + (offset + row * stepRow))
          if columns > blockLength || row & 0xFF == 0xFF { try NumericsInterruption.poll() }
          try forEachBlock(columns) { (target + $0).copy(from: source + $0, count: $1) }
        }
      }
      for rowStart in stride(from: 0, to: stepColumn == 1 ? 0 : rows, by: tile) {
        let rowEnd = min(rowStart + tile, rows)
        if rowStart & 0xFF == 0 { try NumericsInterruption.poll() }
        for columnStart in stride(from: 0, to: columns, by: tile) {
          // Lines far apart, each of another page: a block of these takes as long as eight others.
          if columnStart & 0xFFF == 0 { try NumericsInterruption.poll() }
          let columnEnd = min(columnStart + tile, columns)
          for row in rowStart..<rowEnd {
            let base = offset + row * stepRow
            let target = place + row * columns
            for column in columnStart..<columnEnd { to[target + column] = from[base + column * stepColumn] }
          }
        }
      }
      place += rows * columns
      var axis = outer - 1
      while axis >= 0 {
        counter[axis] += 1
        offset += steps[axis]
        if counter[axis] < shape[axis] { break }
        offset -= steps[axis] * shape[axis]
        counter[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// The elements at `positions`, in a new shape.
  static func taken(_ x: Tensor, _ positions: [Int], _ shape: Shape) throws -> Tensor {
    guard shape.rank > 0 else { return Tensor(x.element(positions[0]), type: x.type) }
    precondition(positions.count == shape.elementCount)
    let result = try Storage.allocate(shape, x.type)
    guard let source = x.storage else {
      try fill(result, x.scalar, x.type)
      return Tensor(result, x.type)
    }
    try positions.withUnsafeBufferPointer { positions in
      func take<E>(_ from: ElementView<E>, _ to: ElementView<E>) throws {
        try forEachBlock(positions.count) { start, length in
          for i in start..<start + length { to[i] = from[positions[i]] }
        }
      }
      switch x.type {
      case .f64: try take(source.f64, result.f64)
      case .f32: try take(source.f32, result.f32)
      case .f16: try take(source.f16, result.f16)
      case .bool: try take(source.bool, result.bool)
      }
    }
    return Tensor(result, x.type)
  }

  /// Zeros of `shape`, to which the elements of `x` are added at `positions`.
  static func put(
    _ x: Tensor, _ positions: [Int], _ shape: Shape, areDistinct: Bool
  ) throws -> Tensor {
    precondition(positions.count == x.count)
    let type = x.type.arithmetic
    if areDistinct, shape.rank > 0, let source = x.storage, x.type == type {
      let result = try Tensor.zeros(shape, type)
      let target = result.storage!
      try positions.withUnsafeBufferPointer { positions in
        switch type {
        case .f32: try place(source.f32, target.f32, positions)
        case .f16: try place(source.f16, target.f16, positions)
        default: try place(source.f64, target.f64, positions)
        }
      }
      return result
    }
    let wide = Tensor.sumTypeIsWide(type)
    guard shape.rank > 0 else {
      var sum = 0.0
      for i in positions.indices { sum += x.element(i) }
      return Tensor(sum, type: type)
    }
    var result = try Tensor.zeros(shape, wide ? .f64 : type)
    let target = result.storage!
    let sums = target.f64
    if let values = x.storage, x.type == .f64 || x.type == .f32 {
      try positions.withUnsafeBufferPointer { positions in
        if x.type == .f64 {
          try add(values.f64, sums, positions)
        } else {
          try add(values.f32, sums, positions)
        }
      }
    } else {
      try forEachBlockInOrder(positions.count) { start, length in
        for i in start..<start + length { sums[positions[i]] += x.element(i) }
      }
    }
    if wide { result = try Elementwise.converted(result, type) }
    return result
  }

  @inline(__always)
  private static func place<E>(
    _ from: ElementView<E>, _ to: ElementView<E>, _ positions: UnsafeBufferPointer<Int>
  ) throws {
    try forEachBlockInOrder(positions.count) { start, length in
      for i in start..<start + length { to[positions[i]] = from[i] }
    }
  }

  @inline(__always)
  private static func add<E: BinaryFloatingPoint>(
    _ from: ElementView<E>, _ to: ElementView<Double>, _ positions: UnsafeBufferPointer<Int>
  ) throws {
    try forEachBlockInOrder(positions.count) { start, length in
      for i in start..<start + length { to[positions[i]] += Double(from[i]) }
    }
  }

  /// A copy of `x` with the elements at `positions` replaced by those of `value`, in order.
  static func replaced(_ x: Tensor, _ value: Tensor, _ positions: [Int]) throws -> Tensor {
    guard let source = x.storage else { return Tensor(value.element(0), type: x.type) }
    let result = try Storage.allocate(source.shape, x.type)
    try copy(source, 0, result, 0, source.count, x.type)
    try overwrite(result, value, positions, x.type)
    return Tensor(result, x.type)
  }

  static func overwrite(_ target: Storage, _ value: Tensor, _ positions: [Int], _ type: ElementType) throws {
    precondition(value.isScalar || value.count == positions.count)
    try forEachBlockInOrder(positions.count) { start, length in
      let places = start..<start + length
      if value.isScalar {
        for i in places { target.store(value.scalar, at: positions[i], type) }
      } else if type == .f64, value.type == .f64 {
        let (from, to) = (value.storage!.f64, target.f64)
        for i in places { to[positions[i]] = from[i] }
      } else {
        for i in places { target.store(value.element(i), at: positions[i], type) }
      }
    }
  }

  /// Tensors of equal shapes but for `axis` joined along it.
  static func concatenated(_ parts: [Tensor], _ axis: Int) throws -> Tensor {
    let type = parts[0].type
    let first = parts[0].shape
    // Of very many parts the sum is no number; so long an axis is a fault in any case.
    let total = parts.reduce(0) { min($0 + $1.shape[axis], Shape.mostElements) }
    let result = try Storage.allocate(first.replacing(axis, with: total), type)
    let inner = first[(axis + 1)...].reduce(1, *)
    let outer = first[..<axis].reduce(1, *)
    var place = 0
    for part in parts {
      precondition(part.type == type && part.shape.replacing(axis, with: first[axis]) == first)
      let run = part.shape[axis] * inner
      try copyRuns(outer, run, part.storage!, 0, run, result, place, total * inner, type)
      place += run
    }
    return Tensor(result, type)
  }

  /// Tensors of equal shapes along a new first axis.
  static func stacked(_ parts: [Tensor]) throws -> Tensor {
    let type = parts[0].type
    let shape = parts[0].shape
    let result = try Storage.allocate(shape.inserting(parts.count, at: 0), type)
    let run = shape.elementCount
    for (i, part) in parts.enumerated() {
      precondition(part.type == type && part.shape == shape)
      if i & 0xFFF == 0xFFF { try NumericsInterruption.poll() }
      if let source = part.storage {
        try copy(source, 0, result, i * run, run, type)
      } else {
        result.store(part.scalar, at: i, type)
      }
    }
    return Tensor(result, type)
  }
}

extension Tensor {
  /// Zeros of a shape and type.
  public static func zeros(_ shape: Shape, _ type: ElementType) throws -> Tensor {
    guard shape.rank > 0 else { return Tensor(0, type: type) }
    let storage = try Storage.allocate(shape, type)
    try Structure.fill(storage, 0, type)
    return Tensor(storage, type)
  }

  /// One value in a whole shape.
  public static func filled(_ value: Double, _ shape: Shape, _ type: ElementType) throws -> Tensor {
    guard shape.rank > 0 else { return Tensor(value, type: type) }
    let storage = try Storage.allocate(shape, type)
    try Structure.fill(storage, value, type)
    return Tensor(storage, type)
  }

  /// Numbers, each from its place in row-major order.
  @inline(__always)
  static func numbers(_ shape: Shape, _ number: (Int) -> Double) throws -> Tensor {
    let storage = try Storage.allocate(shape.rank == 0 ? Shape(1) : shape, .f64)
    let to = storage.f64
    try forEachBlockInOrder(storage.count) { start, count in
      for i in start..<start + count { to[i] = number(i) }
    }
    return shape.rank == 0 ? Tensor(to[0]) : Tensor(storage, .f64)
  }

  /// Whether sums in the type are accumulated in a wider one.
  static func sumTypeIsWide(_ type: ElementType) -> Bool { type != .f64 }
}
