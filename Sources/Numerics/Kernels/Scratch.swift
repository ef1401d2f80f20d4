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
  static func withDoubles<Result>(
    _ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Result
  ) -> Result {
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
      return body(pointer)
    }
    if own.pointee.capacity < count {
      free(own.pointee.pointer)
      let capacity = max(count, min(own.pointee.capacity * 2, largestKept))
      own.pointee = Buffer(pointer: allocate(capacity), capacity: capacity)
    }
    own.pointee.isTaken = true
    defer { own.pointee.isTaken = false }
    return body(own.pointee.pointer)
  }

  /// The same for numbers of either type.
  @inline(__always)
  static func withRoom<T: LoopElement, Result>(
    _: T.Type, _ count: Int, _ body: (UnsafeMutablePointer<T>) -> Result
  ) -> Result {
    withDoubles((count * MemoryLayout<T>.stride + 7) / 8) {
      body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: T.self))
    }
  }
}

/// Between f32 as it is stored and f64, in which its sums and products are accumulated.
enum Precision {
  @inline(__always)
  static func widen(
    _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    vector_widen(from, to, count)
  }

  @inline(__always)
  static func narrow(
    _ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    vector_narrow(from, to, count)
  }

  /// Elements of either type, from an offset on, as f64.
  @inline(__always)
  static func read(
    _ from: UnsafeRawPointer, _ type: ElementType, at offset: Int, _ to: UnsafeMutablePointer<Double>,
    _ count: Int
  ) {
    if type == .f32 {
      widen(from.assumingMemoryBound(to: Float.self) + offset, to, count)
    } else {
      to.update(from: from.assumingMemoryBound(to: Double.self) + offset, count: count)
    }
  }

  /// The other way, each element rounded once.
  @inline(__always)
  static func write(
    _ from: UnsafePointer<Double>, _ to: UnsafeMutableRawPointer, _ type: ElementType, at offset: Int,
    _ count: Int
  ) {
    if type == .f32 {
      narrow(from, to.assumingMemoryBound(to: Float.self) + offset, count)
    } else {
      (to.assumingMemoryBound(to: Double.self) + offset).update(from: from, count: count)
    }
  }
}
