import Numerics

/// The variables of one call, or of one turn of a loop whose body makes functions.
///
/// Functions capture frames, not values: a name is looked up when it is reached. Frames that nobody
/// captured go back to their code's free list, so an ordinary call allocates nothing.
final class Frame {
  let slots: UnsafeMutablePointer<Value>
  let count: Int
  /// The frame of the enclosing function (or turn). Borrowed during a call, whose function holds it.
  private(set) unowned(unsafe) var parent: Frame?
  /// The parent's slots, at hand without counting a reference to it.
  private(set) var outer: UnsafeMutablePointer<Value>?
  private var ownsParent = false
  /// Grows from one call or turn to the next.
  private(set) var serial: UInt64 = Frame.nextSerial()
  nonisolated(unsafe) private static var lastSerial: UInt64 = 0
  /// The place among the frames that outlived their call; -1 for others.
  var suspectIndex = -1
  /// The value of the last statement, or of `return`.
  var result: Value = .unset

  /// A frame that holds its parent.
  init(count: Int, parent: Frame?) {
    self.count = count
    self.parent = parent
    outer = parent?.slots
    slots = .allocate(capacity: max(count, 1))
    slots.initialize(repeating: .unset, count: count)
    keepParent()
    Memory.hold(Frame.bytes(count))
  }

  /// A frame for a call of a function that holds the parent.
  init(count: Int, borrowing parent: Frame?) {
    self.count = count
    self.parent = parent
    outer = parent?.slots
    slots = .allocate(capacity: max(count, 1))
    slots.initialize(repeating: .unset, count: count)
    Memory.hold(Frame.bytes(count))
  }

  deinit {
    if suspectIndex >= 0 { FrameCycles.forget(suspectIndex) }
    Memory.release(Frame.bytes(count))
    ReleaseQueue.release(slots, count)
    if ownsParent, let parent { Unmanaged.passUnretained(parent).release() }
  }

  /// For the next call: no reference is counted.
  @inline(__always)
  func borrow(_ parent: Frame?) {
    self.parent = parent
    outer = parent?.slots
    serial = Frame.nextSerial()
  }

  @inline(__always)
  private static func nextSerial() -> UInt64 {
    lastSerial &+= 1
    return lastSerial
  }

  /// Somebody holds the frame beyond its call, so it holds its parent from now on.
  func keepParent() {
    guard !ownsParent, let parent else { return }
    _ = Unmanaged.passRetained(parent)
    ownsParent = true
  }

  /// The parent, where the frame holds it.
  var keptParent: Frame? { ownsParent ? parent : nil }

  /// For a frame that nobody will use again but that holds itself.
  func letGoOfVariables() {
    for index in 0..<count { slots[index] = .unset }
    result = .unset
  }

  private static func bytes(_ count: Int) -> Int { 112 + count * MemoryLayout<Value>.stride }

  func clear() {
    for index in 0..<count { slots[index] = .unset }
    result = .unset
    parent = nil
    outer = nil
  }
}

/// Functions that hold functions form chains as long as memory: releasing one by recursion would overflow the stack.
/// Below a certain depth, variables are therefore put aside and released one after the other.
private enum ReleaseQueue {
  private typealias Slots = (slots: UnsafeMutablePointer<Value>, count: Int)

  nonisolated(unsafe) private static var depth = 0
  nonisolated(unsafe) private static var waiting: [Slots] = []
  /// Far from the end of any stack, and seldom reached: what waits costs an allocation.
  private static let deepest = 1000

  static func release(_ slots: UnsafeMutablePointer<Value>, _ count: Int) {
    guard depth < deepest else {
      waiting.append((slots, count))
      return
    }
    depth += 1
    free((slots, count))
    if depth == 1 { while let next = waiting.popLast() { free(next) } }
    depth -= 1
  }

  private static func free(_ next: Slots) {
    next.slots.deinitialize(count: next.count)
    next.slots.deallocate()
  }
}

/// What a compiled expression is.
typealias Evaluate = (Frame) throws -> Value
/// What a compiled statement is.
typealias Execute = (Frame) throws -> Flow

// Closures in arrays, tuples and optionals are called through a thunk; in a struct of their own they are not.

struct Evaluator {
  let evaluate: Evaluate
}

struct Executor {
  let execute: Execute
}

struct Storer {
  let store: (Frame, Value) throws -> Void
}

/// How a statement ended.
package enum Flow {
  case next
  case breakLoop
  case continueLoop
  /// The value is in `frame.result`.
  case returned
}

/// `break`, `continue` and `return` out of a block that stands inside an expression.
struct FlowOut: Error, @unchecked Sendable {
  var flow: Flow
  var value: Value
}
