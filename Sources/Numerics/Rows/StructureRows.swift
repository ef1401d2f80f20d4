/// Reading one part: the tape knows these by number, and adds their cotangents in place.
struct PartRows: Sendable {
  /// One element, by its row-major position.
  let element: Operation = .init(
    "element(x)", kind: .movement, notation: .part,
    kernel: .unary { x, _, position in Tensor(x.element(position), type: x.type) },
    rule: .linear { _, c, x in try Operations.put(c, [x.integer], x.first.shape) }
  ).partially()

  /// An entry of the first axis.
  let row: Operation = .init(
    "row(x)", kind: .movement, notation: .part,
    kernel: .unary { x, _, index in
      let source = x.storage!
      let rest = source.shape.removing(0)
      precondition(index >= 0 && index < source.shape[0])
      let result = try Storage.allocate(rest, x.type)
      try Structure.copy(source, index * rest.elementCount, result, 0, rest.elementCount, x.type)
      return Tensor(result, x.type)
    },
    rule: .linear { _, c, x in
      let whole = x.first.shape
      let slab = try Operations.reshape(c, c.shape.inserting(1, at: 0))
      return try Operations.widen(slab, axis: 0, start: x.integer, total: whole[0])
    }
  ).partially()
}

/// Linear operations that move elements; the other shape operations are written with them.
struct StructureRows: Sendable {
  /// The first, because the tape knows it by number.
  let narrow: Operation = .init(
    "narrow(x)", kind: .movement, notation: .part,
    kernel: .unary { x, a, _ in try Structure.narrowed(x, a!.integers[0], a!.integers[1], a!.integers[2]) },
    rule: .linear { _, c, x in
      let axis = x.integers[0]
      return try Operations.widen(c, axis: axis, start: x.integers[1], total: x.first.shape[axis])
    }
  ).partially()
  let expand: Operation = .init(
    "expandTo(x)", kind: .movement, notation: .phrase { "\($0[0]) ⊙ ones(\(lengths($1)))" },
    kernel: .unary { x, a, _ in try Structure.expanded(x, a!.shape) },
    rule: .linear { _, c, x in try Operations.sum(c, to: x.first.shape) }
  ).pullingRows { _, rows, _ in rows }
  let sum: Operation = .init(
    "sumTo(x)", kind: .reduction,
    notation: .phrase { $1.isScalar ? "sum(\($0[0]))" : "sum(\($0[0])) to \($1.shape)" },
    kernel: .unary { x, a, _ in try Reduction.sum(x, to: a!.shape) },
    rule: .linear { _, c, x in try Operations.expand(c, to: x.first.shape) }
  ).pullingRows { _, rows, x in try Operations.aligned(rows, rank: x.first.rank) }
  let convert: Operation = .init(
    "convert(x)", kind: .movement, notation: .phrase { "\($1.type.name)(\($0[0]))" },
    kernel: .unary { x, _, type in try Elementwise.converted(x.primal, ElementType(rawValue: UInt8(type))!) },
    rule: .linear { _, c, x in try Operations.convert(c, to: x.first.type.arithmetic) }
  ).pullingRows { _, rows, x in try Operations.convert(rows, to: x.first.type.arithmetic) }
  let reshape: Operation = .init(
    "reshapeTo(x)", kind: .movement,
    notation: .phrase { "reshape(\($0[0]), \($1.rank == 0 ? "()" : lengths($1)))" },
    kernel: .unary { x, a, _ in x.viewed(a!.shape) },
    rule: .linear { _, c, x in try Operations.reshape(c, x.first.shape) }
  ).pullingRows { _, rows, x in
    try Operations.reshape(rows, Shape([rows.shape[0]] + Array(x.first.shape)))
  }
  let permute: Operation = .init(
    "permuteTo(x)", kind: .movement,
    notation: .phrase { $1.rank == 2 ? "\($0[0])ᵀ" : "permute(\($0[0]))" },
    kernel: .unary { x, a, _ in try Structure.permuted(x, a!.integers) },
    rule: .linear { _, c, x in
      var inverse = x.integers
      for (i, axis) in x.integers.enumerated() { inverse[axis] = i }
      return try Operations.permute(c, inverse)
    }
  ).pullingRows { _, rows, x in
    var inverse = Array(0...x.integers.count)
    for (i, axis) in x.integers.enumerated() { inverse[axis + 1] = i + 1 }
    return try Operations.permute(rows, inverse)
  }
  let widen: Operation = .init(
    "widen(x)", kind: .movement, notation: .whole,
    kernel: .unary { x, a, _ in try Structure.widened(x, a!.integers[0], a!.integers[1], a!.integers[2]) },
    rule: .linear { _, c, x in
      let axis = x.integers[0]
      return try Operations.narrow(c, axis: axis, start: x.integers[1], length: x.first.shape[axis])
    }
  ).pullingRows { _, rows, x in
    let axis = x.integers[0]
    return try Operations.narrow(rows, axis: axis + 1, start: x.integers[1], length: x.first.shape[axis])
  }.partially()
  let take: Operation = .init(
    "take(x)", kind: .movement, notation: .part,
    kernel: .unary { x, a, _ in try Structure.taken(x, a!.integers, a!.shape) },
    rule: .linear { _, c, x in
      try Operations.put(c, x.integers, x.first.shape, areDistinct: x.attributes?.flag ?? false)
    }
  ).partially()
  let put: Operation = .init(
    "put(x)", kind: .movement, notation: .whole,
    kernel: .unary { x, a, _ in try Structure.put(x, a!.integers, a!.shape, areDistinct: a!.flag) },
    rule: .linear { _, c, x in
      try Operations.take(c, x.integers, x.first.shape, areDistinct: x.attributes?.flag ?? false)
    }
  ).partially()
  let replace: Operation = .init(
    "replace(x, v)", kind: .movement,
    notation: .phrase { operands, _ in "\(operands[0]) with \(operands[1]) at […]" },
    kernel: .binary { x, v, a in try Structure.replaced(x, v, a!.integers) },
    rule: .linear { input, c, x in
      input == 0
        ? try table.structure.replace.apply(c, Tensor(0, type: c.type), x.attributes)
        : try Operations.take(c, x.integers, x.second.shape)
    }
  ).partially()
  let concatenate: Operation = .init(
    "concatenate(parts...)", kind: .movement,
    notation: .phrase { operands, _ in "concat(\(operands.joined(separator: ", ")))" },
    kernel: .many { parts, a in try Structure.concatenated(parts, a!.integers[0]) },
    rule: .linear { input, c, x in
      let axis = x.integers[0]
      let start = x.all[..<input].reduce(0) { $0 + $1.shape[axis] }
      return try Operations.narrow(c, axis: axis, start: start, length: x.all[input].shape[axis])
    }
  ).pullingRows { input, rows, x in
    let axis = x.integers[0]
    let start = x.all[..<input].reduce(0) { $0 + $1.shape[axis] }
    return try Operations.narrow(rows, axis: axis + 1, start: start, length: x.all[input].shape[axis])
  }
  let stack: Operation = .init(
    "stackFirst(parts...)", kind: .movement,
    notation: .phrase { operands, _ in "stack(\(operands.joined(separator: ", ")))" },
    kernel: .many { parts, _ in try Structure.stacked(parts) },
    rule: .linear { input, c, _ in try c.row(input) }
  ).pullingRows { input, rows, x in
    let part = try Operations.narrow(rows, axis: 1, start: input, length: 1)
    return try Operations.reshape(part, Shape([rows.shape[0]] + Array(x.all[input].shape)))
  }
}

extension Notation {
  /// What lies at some places.
  fileprivate static let part = Notation.phrase { operands, _ in "\(operands[0])[…]" }
  /// Zeros but for some places.
  fileprivate static let whole = Notation.phrase { "zeros(\(lengths($1))) with \($0[0]) at […]" }
}

private func lengths(_ x: Tensor) -> String { x.shape.map { String($0) }.joined(separator: ", ") }

extension Tensor {
  /// The entry `index` (from 0) of the first axis, on the tape if the tensor is.
  public func row(_ index: Int) throws -> Tensor {
    let source = storage!.head
    if source.pointee.shape.rank == 1 {
      if meta & 0xF == 0 {
        precondition(index >= 0 && index < source.pointee.shape[0])
        let number = source.pointee.f64[index]
        let level = isPlain ? 0 : liveLevel
        if level == 0 {
          return isPlain || !PlanTrace.isOn
            ? Tensor(number) : try Registry.apply(Code.element, self, integer: index)
        }
        let recording = Tape.recordings! + level
        if !recording.pointee.isNested, recording.pointee.mode == .reverse {
          return try recording.pointee.recordPlain(
            Code.element, Int32(truncatingIfNeeded: meta >> 36), Int32(truncatingIfNeeded: index), 0,
            number, level: level)
        }
      }
      return try Registry.apply(Code.element, self, integer: index)
    }
    return try Registry.apply(Code.row, self, integer: index)
  }
}

extension Operations {
  /// `x` broadcast to `shape`.
  public static func expand(_ x: Tensor, to shape: Shape) throws -> Tensor {
    x.shape == shape ? x : try table.structure.expand.apply(x, Attributes(shape: shape))
  }

  /// Sums over the axes along which `shape` would be stretched to that of `x`: undoes a broadcast.
  public static func sum(_ x: Tensor, to shape: Shape) throws -> Tensor {
    x.shape == shape ? x : try table.structure.sum.apply(x, Attributes(shape: shape))
  }

  public static func convert(_ x: Tensor, to type: ElementType) throws -> Tensor {
    x.type == type ? x : try table.structure.convert.apply(x, integer: Int(type.rawValue))
  }

  /// In f64, where products of many short numbers keep their range and are rounded once, at the end.
  static func widened(_ x: Tensor) throws -> Tensor {
    x.type.isShortFloat ? try convert(x, to: .f64) : x
  }

  /// What `body` makes of halves in f64, rounded once: for what divides sums by counts, either of which may
  /// be beyond 65504 where the quotient is not.
  static func widely(_ x: Tensor, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    guard x.type == .f16 else { return try body(x) }
    return try convert(body(convert(x, to: .f64)), to: .f16)
  }

  public static func reshape(_ x: Tensor, _ shape: Shape) throws -> Tensor {
    if x.shape == shape { return x }
    guard try x.count == shape.checkedCount() else { throw Fault.reshapeCount(from: x.shape, to: shape) }
    return try table.structure.reshape.apply(x, Attributes(shape: shape))
  }

  /// Axis `i` of the result is axis `order[i]`, both from 0.
  public static func permute(_ x: Tensor, _ order: [Int]) throws -> Tensor {
    if order.elementsEqual(0..<order.count) { return x }
    return try table.structure.permute.apply(x, Attributes(integers: order))
  }

  /// Entries `start ..< start + length` of an axis.
  public static func narrow(_ x: Tensor, axis: Int, start: Int, length: Int) throws -> Tensor {
    if start == 0 && length == x.shape[axis] { return x }
    return try table.structure.narrow.apply(x, Attributes(integers: [axis, start, length]))
  }

  /// Zeros with `x` at `start` of an axis of length `total`.
  static func widen(_ x: Tensor, axis: Int, start: Int, total: Int) throws -> Tensor {
    if start == 0 && total == x.shape[axis] { return x }
    return try table.structure.widen.apply(x, Attributes(integers: [axis, start, total]))
  }

  /// The elements at row-major positions (from 0), in a shape of their own. Where no position occurs twice, the
  /// way back needs no sums.
  static func take(
    _ x: Tensor, _ positions: [Int], _ shape: Shape, areDistinct: Bool = false
  ) throws -> Tensor {
    try table.structure.take.apply(x, Attributes(shape: shape, integers: positions, flag: areDistinct))
  }

  /// Zeros of `shape` to which the elements of `x` are added at row-major positions.
  static func put(
    _ x: Tensor, _ positions: [Int], _ shape: Shape, areDistinct: Bool = false
  ) throws -> Tensor {
    try table.structure.put.apply(x, Attributes(shape: shape, integers: positions, flag: areDistinct))
  }

  /// Tensors that differ only in the length of `axis` (from 0), joined along it.
  public static func concatenate(_ parts: [Tensor], axis: Int) throws -> Tensor {
    guard let first = parts.first else {
      throw Fault.emptyReduction(operation: "concat", shape: Shape(0))
    }
    let aligned = try commonType(parts, "concat")
    for part in aligned.dropFirst() {
      guard part.rank == first.rank,
        (0..<first.rank).allSatisfy({ $0 == axis || part.shape[$0] == first.shape[$0] })
      else { throw Fault.differentShapes(operation: "concat", a: first.shape, b: part.shape) }
    }
    if parts.count == 1 { return first }
    return try table.structure.concatenate.apply(aligned, Attributes(integers: [axis]))
  }

  /// Tensors of one shape along a new first axis.
  public static func stack(_ parts: [Tensor]) throws -> Tensor {
    guard let first = parts.first else { return try Tensor.zeros(Shape(0), .f64) }
    let aligned = try commonType(parts, "stack")
    for part in aligned.dropFirst() where part.shape != first.shape {
      throw Fault.differentShapes(operation: "stack", a: first.shape, b: part.shape)
    }
    return try table.structure.stack.apply(aligned)
  }

  /// The parts in the one type in which they all meet.
  static func commonType(_ parts: [Tensor], _ operation: String) throws -> [Tensor] {
    var type = parts[0].type
    var allScalar = parts[0].isScalar
    var isUniform = true
    for part in parts.dropFirst() {
      if part.type == type {
        allScalar = allScalar && part.isScalar
        continue
      }
      isUniform = false
      let next = part.type
      if type == .bool || (type == .f64 && allScalar && next != .bool) {
        type = next
      } else if next != .bool && !(next == .f64 && part.isScalar) {
        throw Fault.elementTypes(operation: operation, a: type, b: next)
      }
      allScalar = allScalar && part.isScalar
    }
    return isUniform ? parts : try parts.map { try convert($0, to: type) }
  }
}
