import Numerics
import Syntax

/// One index after evaluation.
enum EvaluatedIndex {
  case all
  case at(Value)
}

extension Compiler {
  func index(_ base: Expression, _ indices: [Index], _ span: Span) -> Evaluate {
    let evaluate = expression(base)
    let site = site(span, [base.span] + indices.map(\.span))
    if let only = indices.onlyPosition {
      let position = expression(only)
      let axes = indices.count
      let rest = [EvaluatedIndex](repeating: .all, count: axes - 1)
      return { frame in
        let value = try evaluate(frame)
        let index = try position(frame)
        do {
          Tape.site = site
          index.noteCut(of: "[ ]", "an index")
          if case .tensor(let tensor) = value, case .tensor(let at) = index,
            let entry = try tensor.entry(at: at, axes: axes)
          {
            return .tensor(entry)
          }
          if PlanTrace.isOn, case .tensor(let tensor) = value, case .tensor(let at) = index,
            let entry = try PlanTrace.current?.entry(tensor, at: at, axes: axes)
          {
            return .tensor(entry)
          }
          return try Indexing.read(value, [.at(Compiler.deciding(index))] + rest)
        } catch { throw located(error, site: site, [value, index]) }
      }
    }
    let items = evaluatedIndices(indices)
    return { frame in
      let value = try evaluate(frame)
      do {
        let index = try items(frame, value)
        Tape.site = site
        for case .at(let entry) in index { entry.noteCut(of: "[ ]", "an index") }
        return try Indexing.read(value, index)
      } catch { throw located(error, site: site, [value]) }
    }
  }

  /// Evaluates the entries of an index from left to right; `end` in one is the length of its axis.
  func evaluatedIndices(_ indices: [Index]) -> (Frame, Value) throws -> [EvaluatedIndex] {
    let usesEnd = indices.expressions.contains(where: \.usesEnd)
    let outer = scope
    var endSlot: Int?
    indexDepth += 1
    if usesEnd {
      scope = NameScope(layout: outer.layout, parent: outer, isFunction: false)
      endSlot = scope.bind(Compiler.endName(indexDepth), alwaysSet: true)
    }
    let parts = indices.map { index -> (evaluate: Evaluate?, isSpread: Bool) in
      switch index {
      case .all: return (nil, false)
      case .at(let tree, let isSpread): return (expression(tree), isSpread)
      }
    }
    indexDepth -= 1
    scope = outer
    return { frame, base in
      var items: [EvaluatedIndex] = []
      items.reserveCapacity(parts.count)
      var axis = 0
      for part in parts {
        guard let evaluate = part.evaluate else {
          items.append(.all)
          axis += 1
          continue
        }
        if let endSlot { frame.slots[endSlot] = .number(Double(try Indexing.length(base, axis: axis))) }
        let value = Compiler.deciding(try evaluate(frame))
        for item in part.isSpread ? try Iteration.items(value) : [value] {
          items.append(.at(item))
          if case .tensor(let tensor) = item, tensor.type == .bool {
            axis += max(tensor.rank, 1)
          } else {
            axis += 1
          }
        }
      }
      return items
    }
  }
}

extension [Index] {
  /// The `i` of `[i]` and `[i, :, :]`, where it does not ask for the length of its axis.
  var onlyPosition: Expression? {
    guard case .at(let only, false) = first, !only.usesEnd else { return nil }
    for index in dropFirst() {
      guard case .all = index else { return nil }
    }
    return only
  }
}

extension Index {
  var span: Span {
    switch self {
    case .all(let span): return span
    case .at(let expression, _): return expression.span
    }
  }
}

enum Indexing {
  /// The length that `end` stands for.
  static func length(_ base: Value, axis: Int) throws -> Int {
    switch base {
    case .tensor(let tensor): return axis < tensor.rank ? tensor.shape[axis] : 1
    case .tuple(let tuple): return tuple.items.count
    case .record(let record): return record.items.count
    case .string(let text): return try text.count()
    default: return 0
    }
  }

  @inline(__always)
  static func read(_ base: Value, _ index: [EvaluatedIndex]) throws -> Value {
    switch base {
    case .tensor(let tensor): return .tensor(try Operations.index(tensor, try index.map { try $0.item() }))
    case .tuple(let tuple): return try readItems(tuple.items, index, of: "tuple") { .items($0) }
    case .string(let text):
      if index.count == 1, case .at(.tensor(let tensor)) = index[0], tensor.isScalar, tensor.type != .bool,
        let place = Int(exactly: tensor.value()), place >= 1,
        let character = try text.character(at: place - 1)
      {
        return .text(String(character))
      }
      return try readItems(text.characters(), index, of: "string") { items in
        .text(items.map { if case .string(let t) = $0 { t.string } else { "" } }.joined())
      }
    case .record(let record):
      if index.count == 1, case .at(.string(let name)) = index[0] {
        guard let value = record[name.string] else {
          throw Problem.unknownField(name.string, known: record.names)
        }
        return value
      }
      throw Problem.notIndexable(kind: base.kindDescription)
    default: throw Problem.notIndexable(kind: base.kindDescription)
    }
  }

  private static func readItems(
    _ items: [Value], _ index: [EvaluatedIndex], of kind: String, _ join: ([Value]) -> Value
  ) throws -> Value {
    guard index.count == 1 else {
      throw Problem.badValue(function: "[ ]", reason: "a \(kind) takes one index, not \(index.count)")
    }
    switch index[0] {
    case .all: return join(items)
    case .at(.tensor(let tensor)) where tensor.isScalar && tensor.type != .bool:
      return items[try position(tensor.value(), in: items.count, of: kind)]
    case .at(.tensor(let tensor))
    where tensor.type == .bool && tensor.rank == 1 && tensor.count == items.count:
      return join(items.indices.filter { tensor.element($0) != 0 }.map { items[$0] })
    case .at(.tensor(let tensor)) where tensor.rank == 1 && tensor.type != .bool:
      return join(
        try (0..<tensor.count).map { items[try position(tensor.element($0), in: items.count, of: kind)] })
    case .at(let value):
      throw Problem.wrongArgument(
        function: "[ ]", expected: "a whole number or a vector of them", got: value.kindDescription)
    }
  }

  /// A 1-based position as an offset.
  static func position(_ index: Double, in length: Int, of kind: String) throws -> Int {
    guard index == index.rounded(), index.isFinite else { throw Problem.indexNotWhole(index) }
    guard let place = Int(exactly: index), place >= 1, place <= length else {
      throw Problem.indexRange(index: index, length: length, of: kind)
    }
    return place - 1
  }

  /// `base[index] = value`, in place where nobody else holds the value.
  static func write(_ base: inout Value, _ index: [EvaluatedIndex], _ value: Value) throws {
    if case .tensor = base {
      guard case .tensor(let new) = value else {
        throw Problem.wrongOperands(operation: "[ ] =", [base.kindDescription, value.kindDescription])
      }
      let items = try index.map { try $0.item() }
      guard var tensor = base.takeTensor() else { return }
      defer { base = .tensor(tensor) }
      return try Operations.assign(&tensor, items, new)
    }
    switch base {
    case .tuple(let tuple):
      base = .items(try replacing(tuple.items, index, with: value, of: "tuple") { $0.tupleItems })
    case .string(let text):
      guard case .string = value else {
        throw Problem.wrongOperands(operation: "[ ] =", ["a string", value.kindDescription])
      }
      base = .text(
        try replacing(text.characters(), index, with: value, of: "string") { try $0.characters() }.joined())
    case .record(let record):
      guard index.count == 1, case .at(.string(let name)) = index[0] else {
        throw Problem.notIndexable(kind: base.kindDescription)
      }
      guard record.position(of: name.string) != nil else {
        throw Problem.unknownField(name.string, known: record.names)
      }
      base = .record(record.replacing(name.string, with: value))
    default: throw Problem.notIndexable(kind: base.kindDescription)
    }
  }
}

extension Indexing {
  /// The items of a tuple or a string with some of them replaced: one by the whole value, several by the items
  /// that `parts` finds in it.
  private static func replacing(
    _ items: [Value], _ index: [EvaluatedIndex], with value: Value, of kind: String,
    _ parts: (Value) throws -> [Value]?
  ) throws -> [Value] {
    var items = items
    let places = try readItems(items.indices.map { .number(Double($0)) }, index, of: kind) { .items($0) }
    if let place = places.plainNumber {
      items[Int(clamping: place)] = value
      return items
    }
    let chosen = places.tupleItems ?? []
    let given = try parts(value)
    guard let new = given, new.count == chosen.count else {
      let count = given.map { String($0.count) } ?? value.kindDescription
      throw Problem.unfit("\(chosen.count) places of a \(kind) take as many items, not \(count)")
    }
    for (place, item) in zip(chosen, new) { items[Int(clamping: place.plainNumber ?? 0)] = item }
    return items
  }
}

extension Value {
  fileprivate var tupleItems: [Value]? {
    if case .tuple(let tuple) = self { return tuple.items }
    return nil
  }

  fileprivate func characters() throws -> [Value]? {
    if case .string(let text) = self { return try text.characters() }
    return nil
  }
}

extension [Value] {
  /// One string of strings.
  fileprivate func joined() -> String {
    map { if case .string(let text) = $0 { text.string } else { "" } }.joined()
  }
}

extension EvaluatedIndex {
  func item() throws -> IndexItem {
    switch self {
    case .all: return .all
    case .at(.tensor(let tensor)): return .value(tensor)
    case .at(let value):
      throw Problem.wrongArgument(
        function: "[ ]", expected: "a number, a vector, a range or a mask", got: value.kindDescription)
    }
  }
}

extension Record {
  /// A copy with one field replaced, or added at the end.
  package func replacing(_ name: String, with value: Value) -> Record {
    var (names, items) = (names, items)
    if let position = position(of: name) {
      items[position] = value
    } else {
      names.append(name)
      items.append(value)
    }
    return Record(names: names, items: items)
  }
}
