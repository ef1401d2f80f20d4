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
  }

  /// A frame for a call of a function that holds the parent.
  init(count: Int, borrowing parent: Frame?) {
    self.count = count
    self.parent = parent
    outer = parent?.slots
    slots = .allocate(capacity: max(count, 1))
    slots.initialize(repeating: .unset, count: count)
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
    if ownsParent, let parent { Unmanaged.passUnretained(parent).release() }
  }

  /// For the next call: no reference is counted.
  @inline(__always)
  func borrow(_ parent: Frame?) {
    self.parent = parent
    outer = parent?.slots
  }

  /// Somebody holds the frame beyond its call, so it holds its parent from now on.
  func keepParent() {
    guard !ownsParent, let parent else { return }
    _ = Unmanaged.passRetained(parent)
    ownsParent = true
  }

  func clear() {
    for index in 0..<count { slots[index] = .unset }
    result = .unset
    parent = nil
    outer = nil
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
enum Flow {
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
