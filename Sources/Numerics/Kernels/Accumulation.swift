import CVector

// Adding to a tensor in place, which is how the way back collects what comes from several sides.

extension Tensor {
  /// Adds `other` to the block of an axis that begins at `start`; the rest as below.
  mutating func addInPlace(_ other: Tensor, axis: Int, from start: Int) throws {
    let (whole, part) = (shape, other.shape)
    let inner = whole[(axis + 1)...].reduce(1, *)
    let outer = whole[..<axis].reduce(1, *)
    let run = part[axis] * inner
    precondition(other.type == type && part.replacing(axis, with: whole[axis]) == whole)
    precondition(start >= 0 && start <= whole[axis] - part[axis])
    try own()
    guard run > 0 else { return }
    var sincePoll = 0
    for block in 0..<outer {
      try add(other.storage!.head, block * run, at: (block * whole[axis] + start) * inner, run)
      sincePoll += run
      if sincePoll >= blockLength {
        try NumericsInterruption.poll()
        sincePoll = 0
      }
    }
  }

  /// A buffer that nobody else looks at.
  private mutating func own() throws {
    guard !isKnownUniquelyReferenced(&storage) || storage!.head.pointee.owner != nil else { return }
    let copy = try Storage.allocate(storage!.shape, type)
    try Structure.copy(storage!, 0, copy, 0, storage!.count, type)
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
      try forEachBlock(count) { for i in $0..<$0 + $1 { to[i].add(from[i]) } }
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
