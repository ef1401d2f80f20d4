// A tree is a tuple or record of tensors and trees. Everything that holds "leaf by leaf" is here.

import Numerics

extension Value {
  /// The same structure with `body` applied to the leaves. What the library made of a record no longer holds, so its
  /// tag is dropped unless `keepsTags`.
  func mapLeaves(keepsTags: Bool = false, _ body: (Value) throws -> Value) rethrows -> Value {
    switch self {
    case .tuple(let tuple): return .tuple(try tuple.map { try $0.mapLeaves(keepsTags: keepsTags, body) })
    case .record(let record):
      let items = try record.items.map { try $0.mapLeaves(keepsTags: keepsTags, body) }
      return .record(Record(names: record.names, items: items, tag: keepsTags ? record.tag : nil))
    default: return try body(self)
    }
  }

  /// Visits the leaves from left to right.
  func forEachLeaf(_ body: (Value) throws -> Void) rethrows {
    switch self {
    case .tuple(let tuple): for index in 0..<tuple.count { try tuple[index].forEachLeaf(body) }
    case .record(let record): for item in record.items { try item.forEachLeaf(body) }
    default: try body(self)
    }
  }

  /// Whether every leaf satisfies `test`; stops at the first that does not.
  func allLeaves(satisfy test: (Value) -> Bool) -> Bool {
    switch self {
    case .tuple(let tuple): return (0..<tuple.count).allSatisfy { tuple[$0].allLeaves(satisfy: test) }
    case .record(let record): return record.items.allSatisfy { $0.allLeaves(satisfy: test) }
    default: return test(self)
    }
  }

  /// Whether two trees have the same structure, the names in the same order, and their leaves agree pair by pair.
  func agrees(with other: Value, leaves: (Value, Value) -> Bool) -> Bool {
    switch (self, other) {
    case (.tuple(let x), .tuple(let y)):
      return x.count == y.count && (0..<x.count).allSatisfy { x[$0].agrees(with: y[$0], leaves: leaves) }
    case (.record(let x), .record(let y)):
      return x.names == y.names
        && x.items.indices.allSatisfy { x.items[$0].agrees(with: y.items[$0], leaves: leaves) }
    default: return leaves(self, other)
    }
  }
}

/// The tensors of a tree and how a program would write them.
package enum Paths {
  package static func of(_ tree: Value, _ prefix: String) -> [(path: String, tensor: Tensor)] {
    switch tree {
    case .tensor(let tensor): return [(prefix, tensor)]
    case .tuple(let tuple): return tuple.items.enumerated().flatMap { of($1, "\(prefix)[\($0 + 1)]") }
    case .record(let record):
      return zip(record.names, record.items).flatMap { of($1, "\(prefix).\($0)") }
    default: return []
    }
  }

  /// The same of what a function is differentiated by: a point of several parameters is these.
  package static func of(_ point: Value, parametersOf f: Function) -> [(path: String, tensor: Tensor)] {
    if case .tuple(let tuple) = point, tuple.count == f.positionalCount, tuple.count > 1 {
      return tuple.items.enumerated().flatMap { of($1, f.parameterName($0) ?? "x") }
    }
    return of(point, f.parameterName(0) ?? "x")
  }
}

package enum Trees {
  /// The same structure with `body` applied to the leaves.
  package static func map(_ tree: Value, _ body: (Value) throws -> Value) rethrows -> Value {
    try tree.mapLeaves(body)
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
    // The usual case, without sets of names: a gradient has the names of its point, in their order.
    case (.record(let x), .record(let y)) where x.names == y.names:
      var items: [Value] = []
      items.reserveCapacity(x.items.count)
      for index in x.items.indices {
        items.append(try map2(x.items[index], y.items[index], operation: operation, body))
      }
      return .record(Record(names: x.names, items: items))
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
    var leaves: [Value] = []
    tree.forEachLeaf { leaves.append($0) }
    return leaves
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
