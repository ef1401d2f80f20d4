import Numerics

/// Going through a value: a tensor's first axis, a tuple's items, a string's characters.
package enum Iteration {
  package static func isIterable(_ value: Value) -> Bool {
    switch value {
    case .tensor(let tensor): return !tensor.isScalar
    case .tuple, .string, .record: return true
    default: return false
    }
  }

  /// Calls `body` with each item until it answers false.
  package static func each(_ value: Value, _ body: (Value) throws -> Bool) throws {
    switch value {
    case .tensor(let tensor):
      guard !tensor.isScalar else { throw Problem.notIterable(kind: value.kindDescription) }
      for index in 0..<tensor.shape[0] {
        if try !body(.tensor(try tensor.row(index))) { return }
      }
    case .tuple(let tuple):
      for item in tuple.items { if try !body(item) { return } }
    case .record(let record):
      if let guide = record.payload as? any IterationGuide { return try guide.each(body) }
      for item in record.items { if try !body(item) { return } }
    case .string(let text):
      for character in text.string { if try !body(.text(String(character))) { return } }
    default: throw Problem.notIterable(kind: value.kindDescription)
    }
  }

  package static func items(_ value: Value) throws -> [Value] {
    if case .tuple(let tuple) = value { return tuple.items }
    if case .string(let text) = value { return try text.characters() }
    var items: [Value] = []
    if case .tensor(let tensor) = value, !tensor.isScalar {
      try reserve(tensor.shape[0])
      items.reserveCapacity(tensor.shape[0])
    }
    try each(value) {
      items.append($0)
      return true
    }
    return items
  }

  /// Throws where a list of `count` values would pass the limit on memory.
  package static func reserve(_ count: Int) throws {
    try Memory.reserve(count.multipliedReportingOverflow(by: MemoryLayout<Value>.stride).partialValue)
  }

  /// Takes a value apart into exactly `count` pieces.
  static func unpack(_ value: Value, count: Int) throws -> [Value] {
    guard isIterable(value) else { throw Problem.notUnpackable(kind: value.kindDescription) }
    let items = try items(value)
    guard items.count == count else { throw Problem.unpackCount(targets: count, values: items.count) }
    return items
  }
}

/// What goes through the items of a record in a way of its own.
package protocol IterationGuide: AnyObject {
  func each(_ body: (Value) throws -> Bool) throws
}

/// `a:s:b`, both ends included.
struct NumericRange {
  let start: Double
  let step: Double
  let count: Int
  /// What all elements are whole multiples of, as `1 / parts`: `0:0.1:0.3` counts tenths, so that its elements
  /// are the numbers that read `0.1`, `0.2`, `0.3`. 0 where there is none.
  private let parts: Double
  /// The last element when the range meets its end.
  private let last: Double?
  /// The elements as a tensor when an end is being differentiated.
  var traced: Value?

  init(_ start: Double, _ step: Double, _ end: Double) throws {
    guard step != 0, start.isFinite, step.isFinite, end.isFinite else {
      throw Problem.badValue(
        function: ":", reason: step == 0 ? "the step is 0" : "the ends and the step must be finite numbers")
    }
    self.start = start
    self.step = step
    let steps = (end - start) / step
    guard steps < 1e12 else {
      throw Problem.badValue(function: ":", reason: "it would have \(steps) elements")
    }
    let whole = (steps + 1e-10).rounded(.down)
    count = whole < 0 ? 0 : Int(clamping: whole) + 1
    let meetsEnd = abs(steps - whole) < 1e-9 * max(1, abs(steps))
    let areWhole = start == start.rounded() && step == step.rounded()
    last = meetsEnd && !areWhole && count > 1 ? end : nil
    parts = areWhole ? 1 : NumericRange.parts(start, step, count)
  }

  /// The least power of 10 that makes whole numbers of all elements.
  private static func parts(_ start: Double, _ step: Double, _ count: Int) -> Double {
    var parts = 10.0
    while parts <= 1e12 {
      let (a, s) = ((start * parts).rounded(), (step * parts).rounded())
      if a / parts == start, s / parts == step { return abs(a) + abs(s) * Double(count) < 0x1p53 ? parts : 0 }
      parts *= 10
    }
    return 0
  }

  @inline(__always)
  func element(_ index: Int) -> Double {
    if parts > 1 {
      return ((start * parts).rounded() + (step * parts).rounded() * Double(index)) / parts
    }
    if let last {
      let n = Double(count - 1)
      let i = Double(index)
      return (start * (n - i) + last * i) / n
    }
    return start + step * Double(index)
  }

  var tensor: Tensor {
    get throws {
      try Tensor(
        Shape(count), .f64,
        writtenInBlocks: { first, bytes in
          let target = bytes.assumingMemoryBound(to: Double.self)
          for index in target.indices { target[index] = element(first + index) }
        })
    }
  }
}
