/// What a storage knows about its elements.
public struct StorageHeader {
  var shape: Shape
  var pointer: UnsafeMutableRawPointer
  var bytes: Int
  /// The storage whose buffer this one shows in another shape.
  var owner: Storage?
  /// Where in the program it was made.
  var site: Int32 = Tape.site

  /// The elements, as those of one type.
  @inline(__always)
  func elements<Element>(_: Element.Type) -> ElementView<Element> {
    #if NABLA_CHECKED
      ElementView(pointer.assumingMemoryBound(to: Element.self), count: shape.elementCount)
    #else
      ElementView(pointer.assumingMemoryBound(to: Element.self), count: 0)
    #endif
  }

  @inline(__always)
  var f64: ElementView<Double> { elements(Double.self) }
  @inline(__always)
  var f32: ElementView<Float> { elements(Float.self) }
  @inline(__always)
  var f16: ElementView<Half> { elements(Half.self) }
}

/// The elements of a tensor of rank 1 or more: contiguous, row-major, never changed once shared.
/// Small buffers are part of the object; larger ones come from the pool.
public final class Storage: ManagedBuffer<StorageHeader, UInt64> {
  /// Uninitialised elements, past the memory limit a fault.
  static func allocate(_ shape: Shape, _ type: ElementType) throws -> Storage {
    let bytes = try shape.checkedCount() * type.size
    try Memory.reserve(bytes)
    guard let storage = make(shape, bytes) else { throw Fault.memory(bytes: bytes, limit: Memory.limit) }
    return storage
  }

  /// The same without regard to the limit, for values that the caller holds already.
  static func allocateUnlimited(_ shape: Shape, _ type: ElementType) -> Storage {
    let bytes = shape.elementCount * type.size
    if let storage = make(shape, bytes) { return storage }
    // The system has no memory left; this traps with its own message.
    return wrap(shape, bytes, UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16))
  }

  /// The elements of `owner` in another shape of as many elements.
  static func view(_ owner: Storage, _ shape: Shape) -> Storage {
    precondition(shape.elementCount == owner.count)
    return view(owner, shape, at: owner.pointer)
  }

  /// A run of the elements of `owner` as a vector.
  static func part(_ owner: Storage, _ start: Int, _ count: Int, _ type: ElementType) -> Storage {
    precondition(start >= 0 && count >= 0 && start <= owner.count - count)
    return view(owner, Shape(count), at: owner.pointer + start * type.size)
  }

  private static func view(_ owner: Storage, _ shape: Shape, at pointer: UnsafeMutableRawPointer) -> Storage {
    let source = owner.header.owner ?? owner
    return unsafeDowncast(
      create(minimumCapacity: 0) { _ in
        StorageHeader(shape: shape, pointer: pointer, bytes: 0, owner: source)
      }, to: Storage.self)
  }

  private static func make(_ shape: Shape, _ bytes: Int) -> Storage? {
    if bytes <= Memory.inlineBytes {
      Memory.live += bytes
      return unsafeDowncast(
        create(minimumCapacity: (bytes + 7) >> 3) { buffer in
          StorageHeader(
            shape: shape, pointer: buffer.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) },
            bytes: bytes, owner: nil)
        }, to: Storage.self)
    }
    guard let buffer = Memory.buffer(bytes) else { return nil }
    return wrap(shape, bytes, buffer)
  }

  private static func wrap(_ shape: Shape, _ bytes: Int, _ buffer: UnsafeMutableRawPointer) -> Storage {
    Memory.live += bytes
    return unsafeDowncast(
      create(minimumCapacity: 0) { _ in
        StorageHeader(shape: shape, pointer: buffer, bytes: bytes, owner: nil)
      }, to: Storage.self)
  }

  deinit {
    withUnsafeMutablePointerToHeader { header in
      let bytes = header.pointee.bytes
      guard bytes > 0 else { return }
      Memory.live -= bytes
      if bytes > Memory.inlineBytes { Memory.recycle(header.pointee.pointer, bytes: bytes) }
    }
  }

  /// The header in place: reading through it counts no references.
  @inline(__always)
  var head: UnsafeMutablePointer<StorageHeader> { withUnsafeMutablePointerToHeader { $0 } }
  @inline(__always)
  var shape: Shape { head.pointee.shape }
  @inline(__always)
  var count: Int { head.pointee.shape.elementCount }
  @inline(__always)
  var pointer: UnsafeMutableRawPointer { head.pointee.pointer }
  var f64: ElementView<Double> { head.pointee.elements(Double.self) }
  var f32: ElementView<Float> { head.pointee.elements(Float.self) }
  var f16: ElementView<Half> { head.pointee.elements(Half.self) }
  var bool: ElementView<UInt8> { head.pointee.elements(UInt8.self) }
  /// Whether the buffer belongs to this storage alone (given that nobody else refers to it).
  var ownsBuffer: Bool { head.pointee.owner == nil }
}
