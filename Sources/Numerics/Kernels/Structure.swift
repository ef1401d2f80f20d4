import CVector
import Glibc

/// Kernels that move elements without computing: constant tensors in, a constant tensor out.
enum Structure {
  /// Copies `count` elements of one type.
  static func copy(
    _ from: Storage, _ start: Int, _ to: Storage, _ place: Int, _ count: Int, _ type: ElementType
  ) {
    guard count > 0 else { return }
    memcpy(to.pointer + place * type.size, from.pointer + start * type.size, count * type.size)
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
      if count > blockLength { try NumericsInterruption.poll() }
      if step == 1 { return copy(source, from, result, to, count, type) }
      switch type {
      case .f64: (result.f64 + to).update(repeating: source.f64[from], count: count)
      case .f32: (result.f32 + to).update(repeating: source.f32[from], count: count)
      case .f16: (result.f16 + to).update(repeating: source.f16[from], count: count)
      case .bool: (result.bool + to).update(repeating: source.bool[from], count: count)
      }
    }
    return Tensor(result, type)
  }

  static func fill(_ storage: Storage, _ value: Double, _ type: ElementType) throws {
    try forEachBlock(storage.count) { start, count in
      switch type {
      case .f64: (storage.f64 + start).update(repeating: value, count: count)
      case .f32: (storage.f32 + start).update(repeating: Float(value), count: count)
      case .f16: (storage.f16 + start).update(repeating: Half(value), count: count)
      case .bool: (storage.bool + start).update(repeating: value == 0 ? 0 : 1, count: count)
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
    for block in 0..<outer {
      copy(
        source, (block * shape[axis] + start) * inner, result, block * length * inner, length * inner, x.type)
    }
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
    for block in 0..<outer {
      copy(source, block * run, result.storage!, (block * total + start) * inner, run, x.type)
    }
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
    _ from: UnsafeMutablePointer<E>, _ to: UnsafeMutablePointer<E>, _ shape: Shape, _ steps: [Int]
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
          (to + place + row * columns).update(from: from + offset + row * stepRow, count: columns)
        }
      }
      for rowStart in stride(from: 0, to: stepColumn == 1 ? 0 : rows, by: tile) {
        let rowEnd = min(rowStart + tile, rows)
        for columnStart in stride(from: 0, to: columns, by: tile) {
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
      try forEachBlock(positions.count) { start, length in
        switch x.type {
        case .f64: for i in start..<start + length { result.f64[i] = source.f64[positions[i]] }
        case .f32: for i in start..<start + length { result.f32[i] = source.f32[positions[i]] }
        case .f16: for i in start..<start + length { result.f16[i] = source.f16[positions[i]] }
        case .bool: for i in start..<start + length { result.bool[i] = source.bool[positions[i]] }
        }
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
      positions.withUnsafeBufferPointer { positions in
        switch type {
        case .f32: place(source.f32, target.f32, positions)
        case .f16: place(source.f16, target.f16, positions)
        default: place(source.f64, target.f64, positions)
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
      positions.withUnsafeBufferPointer { positions in
        if x.type == .f64 {
          add(values.f64, sums, positions)
        } else {
          add(values.f32, sums, positions)
        }
      }
    } else {
      for (i, position) in positions.enumerated() { sums[position] += x.element(i) }
    }
    if wide { result = try Elementwise.converted(result, type) }
    return result
  }

  @inline(__always)
  private static func place<E>(
    _ from: UnsafePointer<E>, _ to: UnsafeMutablePointer<E>, _ positions: UnsafeBufferPointer<Int>
  ) {
    for i in positions.indices { to[positions[i]] = from[i] }
  }

  @inline(__always)
  private static func add<E: BinaryFloatingPoint>(
    _ from: UnsafePointer<E>, _ to: UnsafeMutablePointer<Double>, _ positions: UnsafeBufferPointer<Int>
  ) {
    for i in positions.indices { to[positions[i]] += Double(from[i]) }
  }

  /// A copy of `x` with the elements at `positions` replaced by those of `value`, in order.
  static func replaced(_ x: Tensor, _ value: Tensor, _ positions: [Int]) throws -> Tensor {
    guard let source = x.storage else { return Tensor(value.element(0), type: x.type) }
    let result = try Storage.allocate(source.shape, x.type)
    copy(source, 0, result, 0, source.count, x.type)
    overwrite(result, value, positions, x.type)
    return Tensor(result, x.type)
  }

  static func overwrite(_ target: Storage, _ value: Tensor, _ positions: [Int], _ type: ElementType) {
    precondition(value.isScalar || value.count == positions.count)
    if value.isScalar {
      for position in positions { target.store(value.scalar, at: position, type) }
    } else if type == .f64, value.type == .f64 {
      let from = value.storage!.f64
      for (i, position) in positions.enumerated() { target.f64[position] = from[i] }
    } else {
      for (i, position) in positions.enumerated() { target.store(value.element(i), at: position, type) }
    }
  }

  /// Tensors of equal shapes but for `axis` joined along it.
  static func concatenated(_ parts: [Tensor], _ axis: Int) throws -> Tensor {
    let type = parts[0].type
    let first = parts[0].shape
    let total = parts.reduce(0) { $0 + $1.shape[axis] }
    let result = try Storage.allocate(first.replacing(axis, with: total), type)
    let inner = first[(axis + 1)...].reduce(1, *)
    let outer = first[..<axis].reduce(1, *)
    var place = 0
    for part in parts {
      precondition(part.type == type && part.shape.replacing(axis, with: first[axis]) == first)
      let run = part.shape[axis] * inner
      for block in 0..<outer {
        copy(part.storage!, block * run, result, block * total * inner + place, run, type)
      }
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
      if let source = part.storage {
        copy(source, 0, result, i * run, run, type)
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
    memset(storage.pointer, 0, storage.count * type.size)
    return Tensor(storage, type)
  }

  /// One value in a whole shape.
  public static func filled(_ value: Double, _ shape: Shape, _ type: ElementType) throws -> Tensor {
    guard shape.rank > 0 else { return Tensor(value, type: type) }
    let storage = try Storage.allocate(shape, type)
    try Structure.fill(storage, value, type)
    return Tensor(storage, type)
  }

  /// Whether sums in the type are accumulated in a wider one.
  static func sumTypeIsWide(_ type: ElementType) -> Bool { type != .f64 }

  /// Adds `other` to the block of an axis that begins at `start`; the rest as below.
  mutating func addInPlace(_ other: Tensor, axis: Int, from start: Int) throws {
    let (whole, part) = (shape, other.shape)
    let inner = whole[(axis + 1)...].reduce(1, *)
    let outer = whole[..<axis].reduce(1, *)
    let run = part[axis] * inner
    precondition(other.type == type && part.replacing(axis, with: whole[axis]) == whole)
    precondition(start >= 0 && start <= whole[axis] - part[axis])
    try own()
    for block in 0..<outer {
      try add(other.storage!.head, block * run, at: (block * whole[axis] + start) * inner, run)
    }
  }

  /// A buffer that nobody else looks at.
  private mutating func own() throws {
    guard !isKnownUniquelyReferenced(&storage) || storage!.head.pointee.owner != nil else { return }
    let copy = try Storage.allocate(storage!.shape, type)
    Structure.copy(storage!, 0, copy, 0, storage!.count, type)
    storage = copy
  }

  private func add(
    _ source: UnsafeMutablePointer<StorageHeader>, _ first: Int, at start: Int, _ count: Int
  ) throws {
    let target = storage!.head
    switch type {
    case .f32:
      let (to, from) = (target.pointee.f32 + start, source.pointee.f32 + first)
      try forEachBlock(count) { Float.binary(VECTOR_add, to + $0, 1, from + $0, 1, to + $0, $1) }
    case .f16:
      let (to, from) = (target.pointee.f16 + start, source.pointee.f16 + first)
      for i in 0..<count { to[i].add(from[i]) }
    default:
      let (to, from) = (target.pointee.f64 + start, source.pointee.f64 + first)
      try forEachBlock(count) { Double.binary(VECTOR_add, to + $0, 1, from + $0, 1, to + $0, $1) }
    }
  }

  /// Adds `other` to a run of elements, in place where nobody else looks; both constants of one type.
  mutating func addInPlace(_ other: Tensor, at start: Int) throws {
    precondition(start >= 0 && other.type == type && start <= count - other.count)
    guard storage != nil else {
      scalar = type.rounded(scalar + other.scalar)
      return
    }
    if other.storage?.shape == storage!.shape, other.type == type,
      !isKnownUniquelyReferenced(&storage) || storage!.head.pointee.owner != nil
    {
      self = try Registry.apply(Code.add, primal, other.primal).viewed(shape)
      return
    }
    try own()
    let target = storage!.head
    guard let source = other.storage?.head else {
      switch type {
      case .f32: target.pointee.f32[start] += Float(other.scalar)
      case .f16: target.pointee.f16[start].add(Half(other.scalar))
      default: target.pointee.f64[start] += other.scalar
      }
      return
    }
    try add(source, 0, at: start, source.pointee.shape.elementCount)
  }
}
