import CVector
import Glibc

/// Memory for a moment: where kernels, on any thread, widen their operands. Every thread keeps a buffer, because
/// a fresh page from the system costs more than the arithmetic on it.
enum Scratch {
  /// Larger requests are handed back to the system at once.
  private static let largestKept = 1 << 20

  private struct Buffer {
    var pointer: UnsafeMutablePointer<Double>
    var capacity: Int
    var isTaken = false
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { pointer in
      guard let pointer else { return }
      let buffer = pointer.assumingMemoryBound(to: Buffer.self)
      free(buffer.pointee.pointer)
      buffer.deallocate()
    }
    return key
  }()

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 8, alignment: 64)
      .assumingMemoryBound(to: Double.self)
  }

  /// Calls `body` with room for `count` numbers, uninitialised.
  ///
  /// It may not throw: of a closure that may, Swift 6.3 turns a copy at the end into a jump to memcpy that does not
  /// restore the register of errors, and its caller sees one that nobody threw.
  static func withDoubles<Result>(_ count: Int, _ body: (ElementView<Double>) -> Result) -> Result {
    let own: UnsafeMutablePointer<Buffer>
    if let pointer = pthread_getspecific(key) {
      own = pointer.assumingMemoryBound(to: Buffer.self)
    } else {
      own = UnsafeMutablePointer<Buffer>.allocate(capacity: 1)
      own.initialize(to: Buffer(pointer: allocate(1 << 14), capacity: 1 << 14))
      pthread_setspecific(key, own)
    }
    if own.pointee.isTaken || count > largestKept {
      let pointer = allocate(count)
      defer { free(pointer) }
      return body(ElementView(pointer, count: count))
    }
    if own.pointee.capacity < count {
      free(own.pointee.pointer)
      let capacity = max(count, min(own.pointee.capacity * 2, largestKept))
      own.pointee = Buffer(pointer: allocate(capacity), capacity: capacity)
    }
    own.pointee.isTaken = true
    defer { own.pointee.isTaken = false }
    return body(ElementView(own.pointee.pointer, count: count))
  }

  /// The same for numbers of either type.
  @inline(__always)
  static func withRoom<T: LoopElement, Result>(
    _: T.Type, _ count: Int, _ body: (ElementView<T>) -> Result
  ) -> Result {
    let room = (count * MemoryLayout<T>.stride + 7) / 8
    return withDoubles(room) {
      body(ElementView(UnsafeMutableRawPointer($0.run(0)).assumingMemoryBound(to: T.self), count: count))
    }
  }
}

/// Between f32 as it is stored and f64, in which its sums and products are accumulated.
enum Precision {
  @inline(__always)
  static func widen(_ from: ElementView<Float>, _ to: ElementView<Double>, _ count: Int) {
    vector_widen(from.run(count), to.run(count), count)
  }

  @inline(__always)
  static func narrow(_ from: ElementView<Double>, _ to: ElementView<Float>, _ count: Int) {
    vector_narrow(from.run(count), to.run(count), count)
  }

  /// Elements of either type, from an offset on, as f64.
  @inline(__always)
  static func read(
    _ from: Storage, _ type: ElementType, at offset: Int, _ to: ElementView<Double>, _ count: Int
  ) {
    if type == .f32 {
      widen(from.f32 + offset, to, count)
    } else {
      to.copy(from: from.f64 + offset, count: count)
    }
  }

  /// The other way, each element rounded once.
  @inline(__always)
  static func write(
    _ from: ElementView<Double>, _ to: Storage, _ type: ElementType, at offset: Int, _ count: Int
  ) {
    if type == .f32 {
      narrow(from, to.f32 + offset, count)
    } else {
      (to.f64 + offset).copy(from: from, count: count)
    }
  }
}
