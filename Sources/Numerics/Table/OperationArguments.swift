/// The arguments of a call, read by the operation's own row.
struct OperationArguments {
  let operation: Operation
  let positional: [Tensor]
  let named: [String: Tensor]

  var count: Int { positional.count }

  subscript(position: Int) -> Tensor { positional[position] }

  /// Counts and names against the signature.
  func check() throws {
    var least = 0
    var most = 0
    for parameter in operation.parameters where !parameter.isNamed {
      if parameter.isVariadic {
        most = Int.max
      } else {
        least += 1
        if most < Int.max { most += 1 }
      }
    }
    guard positional.count >= least, positional.count <= most else {
      throw Fault.argumentCount(
        operation: operation.name, got: positional.count, signature: operation.signature)
    }
    for name in named.keys.sorted()
    where !operation.parameters.contains(where: { $0.isNamed && $0.name == name }) {
      throw Fault.unknownArgument(operation: operation.name, name: name, signature: operation.signature)
    }
  }

  func required(_ name: String) throws -> Tensor {
    if let value = named[name] { return value }
    throw Fault.missingArgument(operation: operation.name, name: name, signature: operation.signature)
  }

  func bad(_ name: String, _ expected: String) -> Fault {
    .badArgument(operation: operation.name, name: name, expected: expected)
  }

  /// A number passed by name.
  func number(_ name: String, default fallback: Double) throws -> Double {
    guard let value = named[name] else { return fallback }
    guard value.isScalar else { throw bad(name, "a number") }
    return value.scalar
  }

  func flag(_ name: String) throws -> Bool {
    guard let value = named[name] else { return false }
    guard let truth = value.truth else { throw bad(name, "true or false") }
    return truth
  }

  /// A number passed by position.
  func number(_ value: Tensor, _ name: String) throws -> Double {
    guard value.isScalar else { throw bad(name, "a number") }
    return value.scalar
  }

  /// A whole number of at least `least`.
  func whole(_ value: Tensor, _ name: String, from least: Int) throws -> Int {
    guard value.isScalar, let whole = Int(exactly: value.scalar), whole >= least else {
      throw bad(name, "a whole number from \(least)")
    }
    return whole
  }

  /// A whole number from 0 of elements to be added: with any it can be computed, and far more fit into no memory.
  func margin(_ value: Tensor, _ name: String) throws -> Int {
    let margin = try whole(value, name, from: 0)
    guard margin < Shape.mostElements else { throw Fault.memory(bytes: Int.max, limit: Memory.limit) }
    return margin
  }

  func whole(_ name: String, from least: Int, default fallback: Int) throws -> Int {
    guard let value = named[name] else { return fallback }
    return try whole(value, name, from: least)
  }

  /// The axes passed as `axis`, counted from 0 and ascending; `nil` where none were.
  func axes(rank: Int) throws -> [Int]? {
    guard let value = named["axis"] else { return nil }
    guard value.rank <= 1 else { throw bad("axis", "an axis or a tuple of axes") }
    var axes: [Int] = []
    for number in value.doubles {
      let axis = try Self.axis(number, rank: rank, operation: operation.name)
      if axes.contains(axis) { throw bad("axis", "different axes") }
      axes.append(axis)
    }
    return axes.sorted()
  }

  /// One axis, counted from 0.
  func axis(rank: Int, default fallback: Int) throws -> Int {
    guard let value = named["axis"] else { return fallback }
    guard value.isScalar else { throw bad("axis", "one axis") }
    return try Self.axis(value.scalar, rank: rank, operation: operation.name)
  }

  static func axis(_ number: Double, rank: Int, operation: String) throws -> Int {
    guard let axis = Int(exactly: number), axis >= 1, axis <= rank else {
      throw Fault.axis(operation: operation, axis: number, rank: rank)
    }
    return axis - 1
  }

  /// Lengths from position `start` on: numbers, or one vector of them.
  func lengths(from start: Int) throws -> Shape {
    let rest = positional[start...]
    guard rest.allSatisfy({ $0.isScalar || rest.count == 1 && $0.rank == 1 }) else {
      throw bad("dims", "whole numbers")
    }
    let numbers = rest.flatMap(\.doubles)
    return Shape(
      try numbers.map { number in
        guard let length = Int(exactly: number), length >= 0 else {
          throw bad("dims", "whole numbers from 0")
        }
        return length
      })
  }

  /// The element type passed as `dtype` (as the name's place in `ElementType.allCases`), else `fallback`.
  func elementType(default fallback: ElementType) throws -> ElementType {
    guard let value = named["dtype"] else { return fallback }
    guard value.isScalar, let raw = UInt8(exactly: value.scalar), let type = ElementType(rawValue: raw) else {
      throw bad("dtype", "f64, f32, f16 or bool")
    }
    return type
  }
}
