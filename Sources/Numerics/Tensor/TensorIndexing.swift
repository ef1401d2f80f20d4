/// What stands for one axis (or, for a mask, for several) between the brackets.
public enum IndexItem: Sendable {
  /// The whole axis.
  case all
  /// One entry, from 1; drops the axis.
  case at(Int)
  /// `count` entries from `start` (from 1) on, `step` apart; keeps the axis.
  case range(start: Int, step: Int, count: Int)
  /// Positions from 1, whose shape takes the place of the axis.
  case list([Int], Shape)
  /// A bool tensor, which takes as many axes as it has.
  case mask(Tensor)
  /// Whatever the program gave: a number, positions, or a mask.
  case value(Tensor)
}

/// Which elements of a shape an index names.
struct Region {
  /// The shape of the part.
  let shape: Shape
  /// Row-major positions of its elements, when it is not one run.
  let positions: [Int]
  /// Where the part is one run of elements: its start.
  let start: Int?
  /// Where it is a block, neighbours staying neighbours: its first entry and its length along each axis.
  let block: [(start: Int, length: Int)]?

  private let strides: [Int]

  /// One axis of the result, or several: where its entries lie along the source, and the shape they take.
  private struct Part {
    var offsets: Offsets
    var shape: [Int]
    /// All of its axis, in order.
    var isWhole = false
    /// Neighbours in the source are neighbours here.
    var isRun = false
  }

  /// Distances from the start of the source, in elements. An axis of nothing else may be longer than any list.
  private enum Offsets {
    case steps(start: Int, step: Int, count: Int)
    case list([Int])

    var count: Int {
      switch self {
      case .steps(_, _, let count): count
      case .list(let list): list.count
      }
    }

    var first: Int? {
      switch self {
      case .steps(let start, _, let count): count > 0 ? start : nil
      case .list(let list): list.first
      }
    }

    /// Each of these after each of the bases.
    func added(to bases: [Int]) throws -> [Int] {
      switch self {
      case .steps(let start, let step, let count): try Positions.sums(bases, count) { start + $0 * step }
      case .list(let list): bases == [0] ? list : try Positions.sums(bases, list.count) { list[$0] }
      }
    }
  }

  init(_ shape: Shape, _ items: [IndexItem]) throws {
    let strides = shape.strides
    self.strides = strides
    var parts: [Part] = []
    var axis = 0
    for item in items {
      guard axis < shape.rank else { throw Fault.tooManyIndices(count: items.count, shape: shape) }
      let used = try Region.part(item, shape, strides, axis)
      parts.append(used.part)
      axis += used.axes
    }
    while axis < shape.rank {
      parts.append(try Region.part(.all, shape, strides, axis).part)
      axis += 1
    }
    let resultShape = Shape(parts.flatMap(\.shape))
    self.shape = resultShape
    start = Region.run(parts)
    block = Region.block(parts, strides)
    guard start == nil, block == nil, try resultShape.checkedCount() > 0 else {
      positions = []
      return
    }
    positions = try parts.reduce([0]) { try $1.offsets.added(to: $0) }
  }

  /// The start of the part where it is one run: single entries first, then at most one stretch of
  /// neighbours, then whole axes.
  private static func run(_ parts: [Part]) -> Int? {
    var start = 0
    var isOpen = true
    for part in parts {
      if isOpen {
        guard let first = part.offsets.first else { return nil }
        if part.offsets.count == 1 {
          start += first
        } else if part.isRun {
          start += first
          isOpen = false
        } else {
          return nil
        }
      } else if !part.isWhole {
        return nil
      }
    }
    return start
  }

  /// The part as a block, where every index names neighbours of one axis.
  private static func block(_ parts: [Part], _ strides: [Int]) -> [(start: Int, length: Int)]? {
    guard parts.count == strides.count else { return nil }
    var block: [(start: Int, length: Int)] = []
    for (part, stride) in zip(parts, strides) {
      guard part.isRun, part.shape.count <= 1, let first = part.offsets.first, stride > 0 else { return nil }
      block.append((first / stride, part.offsets.count))
    }
    return block
  }

  private static func part(
    _ item: IndexItem, _ shape: Shape, _ strides: [Int], _ axis: Int
  ) throws -> (part: Part, axes: Int) {
    let length = shape[axis]
    let stride = strides[axis]
    switch item {
    case .all:
      return (
        Part(
          offsets: .steps(start: 0, step: stride, count: length), shape: [length], isWhole: true, isRun: true),
        1
      )
    case .at(let index):
      let start = try checked(index, length, axis) * stride
      return (Part(offsets: .steps(start: start, step: 0, count: 1), shape: [], isRun: true), 1)
    case .range(let start, let step, let count):
      guard count > 0 else {
        return (Part(offsets: .list([]), shape: [0], isWhole: length == 0, isRun: step == 1), 1)
      }
      let first = try checked(start, length, axis)
      let (distance, isFar) = (count - 1).multipliedReportingOverflow(by: step)
      let (last, isOutside) = start.addingReportingOverflow(distance)
      guard !isFar, !isOutside else {
        throw Fault.index(
          value: Double(start) + Double(count - 1) * Double(step), length: length, axis: axis + 1)
      }
      _ = try checked(last, length, axis)
      return (
        Part(
          offsets: .steps(start: first * stride, step: count == 1 ? 0 : step * stride, count: count),
          shape: [count], isWhole: step == 1 && count == length, isRun: step == 1 || count == 1), 1
      )
    case .list(let indices, let listShape):
      return (try listed(indices.count, listShape, length, stride, axis) { indices[$0] }, 1)
    case .mask(let mask): return try masked(mask, shape, strides, axis)
    case .value(let value):
      if value.type == .bool { return try masked(value, shape, strides, axis) }
      if value.isScalar { return try part(.at(whole(value.scalar)), shape, strides, axis) }
      return (
        try listed(value.count, value.shape, length, stride, axis) { try whole(value.element($0)) }, 1
      )
    }
  }

  private static func listed(
    _ count: Int, _ shape: Shape, _ length: Int, _ stride: Int, _ axis: Int, _ index: (Int) throws -> Int
  ) throws -> Part {
    var isRun = true
    var last: Int?
    let offsets = try Positions.filled(count) { place in
      let offset = try checked(index(place), length, axis) * stride
      isRun = isRun && last.map { offset - $0 == stride } ?? true
      last = offset
      return offset
    }
    return Part(
      offsets: .list(offsets), shape: Array(shape), isWhole: isRun && count == length, isRun: isRun)
  }

  private static func masked(
    _ mask: Tensor, _ shape: Shape, _ strides: [Int], _ axis: Int
  ) throws -> (part: Part, axes: Int) {
    let rank = mask.rank
    guard rank > 0, axis + rank <= shape.rank,
      (0..<rank).allSatisfy({ mask.shape[$0] == shape[axis + $0] })
    else { throw Fault.mask(mask: mask.shape, shape: shape, axis: axis + 1) }
    let stride = strides[axis + rank - 1]
    let bits = mask.storage!.bool
    let found = try Positions.filtered(mask.count) { bits[$0] != 0 }
    let offsets = stride == 1 ? found : try Positions.filled(found.count) { found[$0] * stride }
    return (Part(offsets: .list(offsets), shape: [offsets.count]), rank)
  }

  static func whole(_ value: Double) throws -> Int {
    guard let index = Int(exactly: value) else { throw Fault.notWhole(value: value) }
    return index
  }

  static func checked(_ index: Int, _ length: Int, _ axis: Int) throws -> Int {
    guard index >= 1, index <= length else {
      throw Fault.index(value: Double(index), length: length, axis: axis + 1)
    }
    return index - 1
  }

  var allPositions: [Int] {
    get throws {
      if let start { return try Positions.filled(shape.elementCount) { start + $0 } }
      guard let block, shape.elementCount > 0 else { return positions }
      var all = [0]
      for (axis, stretch) in block.enumerated() {
        all = try Positions.sums(all, stretch.length) { (stretch.start + $0) * strides[axis] }
      }
      return all
    }
  }
}

extension Operations {
  /// `x[i]` for one index, the case that loops are made of.
  public static func index(_ x: Tensor, _ i: Tensor) throws -> Tensor {
    if let storage = x.storage, i.storage == nil, i.meta & 0xF != UInt64(ElementType.bool.rawValue) {
      let length = storage.header.shape[0]
      let index = i.scalar
      guard index >= 1, index <= Double(length), index == index.rounded(.down) else {
        _ = try Region.checked(Region.whole(index), length, 0)
        throw Fault.notWhole(value: index)
      }
      return try x.row(Int(clamping: index) - 1)
    }
    return try index(x, [.value(i)])
  }

  /// `x[items…]`; fewer items than axes keep the rest.
  public static func index(_ x: Tensor, _ items: [IndexItem]) throws -> Tensor {
    if items.isEmpty { return x }
    let region = try Region(x.shape, items)
    if let start = region.start {
      if region.shape.rank == 0 {
        if x.isPlain { return Tensor(x.element(start), type: x.type) }
        return try Registry.apply(Code.element, x, integer: start)
      }
      if region.shape == x.shape { return x }
      if x.isFollowed, let block = region.block, x.rank > 1 { return try narrowed(x, block, region.shape) }
      // A run of a row-major tensor is a block of it seen as a vector.
      let flat = try reshape(x, Shape(x.count))
      return try reshape(
        narrow(flat, axis: 0, start: start, length: region.shape.elementCount), region.shape)
    }
    if let block = region.block { return try narrowed(x, block, region.shape) }
    if region.positions.isEmpty { return try Tensor.zeros(region.shape, x.type) }
    return try take(x, region.positions, region.shape)
  }

  /// A block axis by axis: the way back adds to the block alone, however large the rest is.
  private static func narrowed(
    _ x: Tensor, _ block: [(start: Int, length: Int)], _ shape: Shape
  ) throws -> Tensor {
    var result = x
    for (axis, stretch) in block.enumerated() {
      result = try narrow(result, axis: axis, start: stretch.start, length: stretch.length)
    }
    return try reshape(result, shape)
  }

  /// `x` with the part that `items` name replaced by `value`, broadcast into it.
  public static func replacing(_ x: Tensor, _ items: [IndexItem], with value: Tensor) throws -> Tensor {
    let region = try Region(x.shape, items)
    var value = try fitted(value, into: region.shape, of: x)
    let target = try retyped(x, for: value)
    if value.type != target.type { value = try convert(value, to: target.type) }
    var positions = try region.allPositions
    if positions.isEmpty { return target }
    if region.start == nil, let last = try lastOccurrences(positions) {
      value = try take(expand(value, to: region.shape), last, Shape(last.count))
      positions = last.map { positions[$0] }
    } else if value.shape != region.shape {
      value = try expand(value, to: region.shape)
    }
    return try table.structure.replace.apply(target, value, Attributes(integers: positions))
  }

  /// `x[items…] = value`, in place where nobody else looks at `x` and no tape follows.
  public static func assign(_ x: inout Tensor, _ items: [IndexItem], _ value: Tensor) throws {
    if x.isPlain, value.isPlain || !value.isTraced, x.storage != nil,
      x.type == value.type || value.type == .f64 && value.isScalar && x.type != .bool,
      isKnownUniquelyReferenced(&x.storage), x.storage!.ownsBuffer
    {
      let region = try Region(x.shape, items)
      let fitted = try fitted(value.primal, into: region.shape, of: x)
      let whole = fitted.isScalar ? fitted : try Structure.expanded(fitted, region.shape)
      try Structure.overwrite(x.storage!, whole, region.allPositions, x.type)
      return
    }
    x = try replacing(x, items, with: value)
  }

  /// `x[i] = value` for one index.
  public static func assign(_ x: inout Tensor, at i: Tensor, _ value: Tensor) throws {
    if x.meta == 0, value.isPlainNumber, i.isPlainNumber, x.storage != nil,
      isKnownUniquelyReferenced(&x.storage)
    {
      let storage = x.storage!
      if storage.header.shape.rank == 1, storage.ownsBuffer, let index = Int(exactly: i.scalar), index >= 1,
        index <= storage.header.shape[0]
      {
        storage.f64[index - 1] = value.scalar
        return
      }
    }
    try assign(&x, [.value(i)], value)
  }

  /// The value checked against the part: it may be stretched, the part may not.
  private static func fitted(_ value: Tensor, into part: Shape, of x: Tensor) throws -> Tensor {
    if value.isScalar || value.shape == part { return value }
    guard let shape = try? Broadcasting.shape(part, value.shape, "="), shape == part else {
      throw Fault.assignment(part: part, value: value.shape)
    }
    return value
  }

  /// Element types in an assignment meet as in arithmetic; only what is replaced may take the value's type.
  private static func retyped(_ x: Tensor, for value: Tensor) throws -> Tensor {
    if x.type == value.type || (value.type == .f64 && value.isScalar && x.type != .bool) { return x }
    if value.type == .bool { return x }
    if x.type == .bool { return try convert(x, to: value.type) }
    throw Fault.elementTypes(operation: "=", a: x.type, b: value.type)
  }

  /// Where positions repeat, the last of each; `nil` where none do.
  private static func lastOccurrences(_ positions: [Int]) throws -> [Int]? {
    try Memory.reserve(positions.count * 4 * MemoryLayout<Int>.size)
    var seen = Set<Int>()
    var last: [Int] = []
    for place in positions.indices.reversed() {
      if place & 0xFFF == 0 { try NumericsInterruption.poll() }
      if seen.insert(positions[place]).inserted { last.append(place) }
    }
    return last.count == positions.count ? nil : last.reversed()
  }
}
