/// A number or an array of numbers, with value semantics.
///
/// A number (rank 0) of any element type is held unboxed. A value that is being differentiated carries the
/// level and the node of its tape in `meta`; its elements are always the concrete ones, so that printing,
/// comparison and control flow never look at a tape.
@frozen
public struct Tensor: @unchecked Sendable {
  /// The same, as a constant where no tape follows it any more.
  public var unfollowed: Tensor { isPlain || isFollowed ? self : primal }

  /// The value of a tensor of rank 0.
  public var scalar: Double
  /// The elements of a tensor of rank 1 or more.
  public var storage: Storage?
  /// node: 28 bits | generation: 24 | level: 8 | element type: 4. Zero is a plain f64 constant.
  public var meta: UInt64

  @inlinable @inline(__always)
  init(scalar: Double, storage: Storage?, meta: UInt64) {
    self.scalar = scalar
    self.storage = storage
    self.meta = meta
  }

  /// A number as another place held it, with its type and its place on a tape.
  @inlinable @inline(__always)
  public init(number: Double, meta: UInt64) {
    scalar = number
    storage = nil
    self.meta = meta
  }

  @inlinable @inline(__always)
  public init(_ value: Double) {
    scalar = value
    storage = nil
    meta = 0
  }

  @inlinable @inline(__always)
  public init(_ value: Bool) {
    scalar = value ? 1 : 0
    storage = nil
    meta = UInt64(ElementType.bool.rawValue)
  }

  /// A vector of two numbers: a point in the plane.
  public init(_ x: Double, _ y: Double) {
    let storage = Storage.allocateUnlimited(Shape(2), .f64)
    storage.f64[0] = x
    storage.f64[1] = y
    self.init(storage, .f64)
  }

  /// A number, rounded to the type.
  @inlinable
  public init(_ value: Double, type: ElementType) {
    scalar = type.rounded(value)
    storage = nil
    meta = UInt64(type.rawValue)
  }

  /// Row-major elements, rounded to the type.
  public init(_ values: [Double], shape: Shape, type: ElementType = .f64) {
    precondition(values.count == shape.elementCount)
    guard shape.rank > 0 else {
      self.init(values[0], type: type)
      return
    }
    let storage = Storage.allocateUnlimited(shape, type)
    switch type {
    case .f64: storage.f64.run(values.count).update(from: values, count: values.count)
    case .f32: for i in values.indices { storage.f32[i] = Float(values[i]) }
    case .f16: for i in values.indices { storage.f16[i] = Half(values[i]) }
    case .bool: for i in values.indices { storage.bool[i] = values[i] == 0 ? 0 : 1 }
    }
    self.init(storage, type)
  }

  /// A vector.
  public init(_ values: [Double], type: ElementType = .f64) {
    self.init(values, shape: Shape(values.count), type: type)
  }

  /// A vector or tensor of bools.
  public init(_ values: [Bool], shape: Shape? = nil) {
    self.init(values.map { $0 ? 1 : 0 }, shape: shape ?? Shape(values.count), type: .bool)
  }

  @inline(__always)
  init(_ storage: Storage, _ type: ElementType) {
    scalar = 0
    self.storage = storage
    meta = UInt64(type.rawValue)
  }

  /// `count` numbers from `start` on, `step` apart.
  public init(from start: Double, step: Double, count: Int) throws {
    let storage = try Storage.allocate(Shape(count), .f64)
    let to = storage.f64
    try forEachBlock(count) { first, length in
      for i in first..<first + length { to[i] = start + Double(i) * step }
    }
    self.init(storage, .f64)
  }

  @inlinable @inline(__always)
  public var type: ElementType { unsafeBitCast(UInt8(truncatingIfNeeded: meta & 0xF), to: ElementType.self) }

  /// Whether it is a plain f64 number that no tape knows: what the quick paths ask.
  @inlinable @inline(__always)
  public var isPlainNumber: Bool { meta == 0 && storage == nil }

  /// Whether it is an f64 number that no tape follows now.
  public var isFreeNumber: Bool { storage == nil && meta & 0xF == 0 && !isFollowed }

  /// Whether no tape ever knew it.
  @inlinable @inline(__always)
  public var isPlain: Bool { meta & ~0xF == 0 }

  /// Rank 0.
  @inlinable @inline(__always)
  public var isScalar: Bool { storage == nil }

  /// The site that was current when its elements were computed; numbers keep none.
  public var origin: Int32? { storage?.header.site }

  public var shape: Shape { storage?.shape ?? Shape() }
  public var rank: Int { storage?.shape.rank ?? 0 }
  /// How many elements it has.
  public var count: Int { storage?.count ?? 1 }

  /// Whether an open tape follows it. A value whose tape was closed is a constant.
  public var isTraced: Bool { liveLevel != 0 }

  /// The same elements as a constant.
  @inlinable @inline(__always)
  public var primal: Tensor { Tensor(scalar: scalar, storage: storage, meta: meta & 0xF) }

  /// The value of a tensor of rank 0 (of one element, else the first).
  @inlinable
  public func value() -> Double { storage == nil ? scalar : element(0) }

  /// An element by its row-major position.
  public func element(_ position: Int) -> Double {
    guard let storage else { return scalar }
    precondition(position >= 0 && position < storage.count)
    return storage.value(position, type)
  }

  /// All elements, row-major.
  public var doubles: [Double] {
    guard let storage else { return [scalar] }
    let count = storage.count
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      switch type {
      case .f64: buffer.baseAddress?.update(from: storage.f64.run(count), count: count)
      case .f32: for i in 0..<count { buffer[i] = Double(storage.f32[i]) }
      case .f16: for i in 0..<count { buffer[i] = storage.f16[i].value }
      case .bool: for i in 0..<count { buffer[i] = Double(storage.bool[i]) }
      }
      initialized = count
    }
  }

  /// Its one bool; `nil` where it is not one.
  @inlinable
  public var truth: Bool? {
    storage == nil && meta & 0xF == UInt64(ElementType.bool.rawValue) ? scalar != 0 : nil
  }

  /// The same elements in another shape of as many elements, as a constant; nothing is copied.
  func viewed(_ shape: Shape) -> Tensor {
    guard let storage else {
      guard shape.rank > 0 else { return primal }
      let storage = Storage.allocateUnlimited(shape, type)
      storage.store(scalar, at: 0, type)
      return Tensor(storage, type)
    }
    guard shape.rank > 0 else { return Tensor(element(0), type: type) }
    return Tensor(Storage.view(storage, shape), type)
  }
}

extension Storage {
  /// One element.
  @inline(__always)
  func value(_ position: Int, _ type: ElementType) -> Double {
    switch type {
    case .f64: f64[position]
    case .f32: Double(f32[position])
    case .f16: f16[position].value
    case .bool: Double(bool[position])
    }
  }

  /// One element, rounded to the type.
  func store(_ value: Double, at position: Int, _ type: ElementType) {
    switch type {
    case .f64: f64[position] = value
    case .f32: f32[position] = Float(value)
    case .f16: f16[position] = Half(value)
    case .bool: bool[position] = value == 0 ? 0 : 1
    }
  }
}

extension Tensor: CustomStringConvertible {
  /// For a debugger and for tests; the language prints for itself.
  public var description: String {
    isScalar ? "\(scalar) \(type.name)" : "\(shape) \(type.name) \(doubles)"
  }
}
