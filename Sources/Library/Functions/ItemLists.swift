import Interpreter
import Numerics

// Lists of small tuples, which take more memory than what they are made of.

/// The items of a value, each with its position.
func numbered(_ value: Value) throws -> Value {
  let items = try Iteration.items(value)
  return try beside(items.count) { [.number(Double($0 + 1)), items[$0]] }
}

/// A tuple of so many tuples, each of which takes memory of its own.
func beside(_ count: Int, _ items: (Int) -> [Value]) throws -> Value {
  var rows: [Value] = []
  for index in 0..<count {
    if index & 0xFFF == 0 {
      try NumericsInterruption.poll()
      // A tuple and its place.
      try Memory.reserve((index + 0x1000) * 160)
    }
    rows.append(.items(items(index)))
  }
  return .items(rows)
}
