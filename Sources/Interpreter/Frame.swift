/// The variables of one call, or of one turn of a loop whose body makes functions.
///
/// Functions capture frames, not values: a name is looked up when it is reached. Frames that nobody
/// captured go back to their code's free list, so an ordinary call allocates nothing.
final class Frame {
  let slots: UnsafeMutablePointer<Value>
  let count: Int
  /// The frame of the enclosing function (or turn).
  var parent: Frame? {
    didSet { outer = parent?.slots }
  }
  /// The parent's slots, at hand without counting a reference to it.
  private(set) var outer: UnsafeMutablePointer<Value>?
  /// The value of the last statement, or of `return`.
  var result: Value = .unset

  init(count: Int, parent: Frame?) {
    self.count = count
    self.parent = parent
    outer = parent?.slots
    slots = .allocate(capacity: max(count, 1))
    slots.initialize(repeating: .unset, count: count)
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
  }

  func clear() {
    for index in 0..<count { slots[index] = .unset }
    result = .unset
    if parent != nil { parent = nil }
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
