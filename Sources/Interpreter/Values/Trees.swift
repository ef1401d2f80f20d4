// A tree is a tuple or record of tensors and trees. Everything that holds "leaf by leaf" is here.

import Numerics

package enum Trees {
  /// The same structure with `body` applied to the leaves.
  package static func map(_ tree: Value, _ body: (Value) throws -> Value) rethrows -> Value {
    switch tree {
    case .tuple(let tuple): return .tuple(try tuple.map { try map($0, body) })
    case .record(let record):
      return .record(Record(names: record.names, items: try record.items.map { try map($0, body) }, tag: nil))
    default: return try body(tree)
    }
  }

  /// The same for two trees of one structure.
  package static func map2(
    _ a: Value, _ b: Value, operation: String, _ body: (Value, Value) throws -> Value
  ) throws -> Value {
    switch (a, b) {
    case (.tuple(let x), .tuple(let y)) where x.count == 2 && y.count == 2:
      return .tuple(
        Tuple(
          try map2(x[0], y[0], operation: operation, body), try map2(x[1], y[1], operation: operation, body)))
    case (.tuple(let x), .tuple(let y)) where x.count == y.count:
      var items: [Value] = []
      items.reserveCapacity(x.items.count)
      for index in x.items.indices {
        items.append(try map2(x.items[index], y.items[index], operation: operation, body))
      }
      return .tuple(Tuple(items))
    case (.record(let x), .record(let y)) where Set(x.names) == Set(y.names):
      let items = try x.names.indices.map {
        try map2(x.items[$0], y[x.names[$0]]!, operation: operation, body)
      }
      return .record(Record(names: x.names, items: items))
    case (.tuple, _), (.record, _), (_, .tuple), (_, .record):
      throw Problem.differentStructure(operation: operation, structure(a), structure(b))
    default: return try body(a, b)
    }
  }

  /// The same for any number of trees.
  package static func map(_ trees: [Value], operation: String, _ body: ([Value]) throws -> Value) throws
    -> Value
  {
    guard let first = trees.first else { return .nothing }
    switch first {
    case .tuple(let tuple):
      let others = try trees.dropFirst().map { other -> [Value] in
        guard case .tuple(let t) = other, t.items.count == tuple.items.count else {
          throw Problem.differentStructure(operation: operation, structure(first), structure(other))
        }
        return t.items
      }
      return .tuple(
        Tuple(
          try tuple.items.indices.map { i in
            try map([tuple.items[i]] + others.map { $0[i] }, operation: operation, body)
          }))
    case .record(let record):
      let others = try trees.dropFirst().map { other -> [Value] in
        guard case .record(let r) = other, Set(r.names) == Set(record.names) else {
          throw Problem.differentStructure(operation: operation, structure(first), structure(other))
        }
        return record.names.map { r[$0]! }
      }
      return .record(
        Record(
          names: record.names,
          items: try record.items.indices.map { i in
            try map([record.items[i]] + others.map { $0[i] }, operation: operation, body)
          }))
    default: return try body(trees)
    }
  }

  /// The leaves from left to right.
  package static func leaves(_ tree: Value) -> [Value] {
    switch tree {
    case .tuple(let tuple): return tuple.items.flatMap(leaves)
    case .record(let record): return record.items.flatMap(leaves)
    default: return [tree]
    }
  }

  /// The leaves, all of them tensors.
  package static func tensors(_ tree: Value, function: String) throws -> [Tensor] {
    try leaves(tree).map {
      guard case .tensor(let tensor) = $0 else {
        throw Problem.wrongArgument(
          function: function, expected: "numbers or tensors", got: $0.kindDescription)
      }
      return tensor
    }
  }

  /// One vector of all elements, fields in the order written.
  package static func flatten(_ tree: Value) throws -> Tensor {
    if case .tensor(let tensor) = tree, tensor.rank == 1 { return tensor }
    if case .tuple(let tuple) = tree, let (x, y) = tuple.plainPair { return Tensor(x, y) }
    if let numbers = plainNumbers(tree) { return Tensor(numbers, shape: Shape(numbers.count)) }
    let leaves = try tensors(tree, function: "flatten")
    if leaves.count > 1, leaves.allSatisfy(\.isScalar) { return try Operations.stack(leaves) }
    let parts = try leaves.map { try Operations.reshape($0, Shape([$0.count])) }
    if parts.count == 1 { return parts[0] }
    guard !parts.isEmpty else { return Tensor([], shape: Shape([0])) }
    return try Operations.concatenate(parts, axis: 0)
  }

  /// The items of a tuple of plain numbers, a point in the plane say; `nil` for other trees.
  static func plainNumbers(_ tree: Value) -> [Double]? {
    guard case .tuple(let tuple) = tree, tuple.count > 0 else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(tuple.count)
    for index in 0..<tuple.count {
      guard case .tensor(let tensor) = tuple[index], tensor.isPlainNumber else { return nil }
      numbers.append(tensor.scalar)
    }
    return numbers
  }

  /// The inverse of `flatten`: `vector` cut into the structure and shapes of `pattern`.
  package static func unflatten(_ vector: Tensor, _ pattern: Value) throws -> Value {
    let total = try tensors(pattern, function: "unflatten").reduce(0) { $0 + $1.count }
    guard vector.rank == 1, vector.count == total else {
      guard vector.rank == 1 else {
        throw Fault.rank(operation: "unflatten", shape: vector.shape, expected: "1")
      }
      throw Problem.unfit("unflatten: the vector has \(vector.count) entries, the structure \(total)")
    }
    var position = 0
    return try map(pattern) { leaf in
      guard case .tensor(let tensor) = leaf else { return leaf }
      defer { position += tensor.count }
      if tensor.isScalar {
        return .tensor(try Operations.index(vector, [.value(Tensor(Double(position + 1)))]))
      }
      let part = try Operations.index(
        vector, [.range(start: position + 1, step: 1, count: tensor.count)])
      return .tensor(try Operations.reshape(part, tensor.shape))
    }
  }

  /// A tree's outline in messages: `(W: 3×2, b: 3)`.
  package static func structure(_ tree: Value) -> String {
    switch tree {
    case .tuple(let tuple): return "(" + tuple.items.map(structure).joined(separator: ", ") + ")"
    case .record(let record):
      return "(" + zip(record.names, record.items).map { "\($0): \(structure($1))" }.joined(separator: ", ")
        + ")"
    case .tensor(let tensor): return tensor.isScalar ? "number" : tensor.shape.description
    default: return tree.kindDescription
    }
  }
}
