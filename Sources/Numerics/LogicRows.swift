/// How two numbers compare.
public enum Comparison: Int, Sendable, CaseIterable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  @inlinable @inline(__always)
  public func holds(_ a: Double, _ b: Double) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }

  /// The operator.
  public var name: String {
    switch self {
    case .equal: "=="
    case .notEqual: "≠"
    case .less: "<"
    case .lessOrEqual: "≤"
    case .greater: ">"
    case .greaterOrEqual: "≥"
    }
  }
}

/// Questions and bools.
struct LogicRows: Sendable {
  let isnan: Operation = .predicate(
    "isnan(x)",
    """
    Where `x` is NaN.

    > isnan([1, NaN])
    2 bool
     false  true

    See also: isfinite, isinf
    """
  ) { $0.isNaN }
  let isinf: Operation = .predicate(
    "isinf(x)",
    """
    Where `x` is Inf or -Inf.

    > isinf([1, -Inf])
    2 bool
     false  true

    See also: isfinite, isnan
    """
  ) { $0.isInfinite }
  let isfinite: Operation = .predicate(
    "isfinite(x)",
    """
    Where `x` is neither NaN nor infinite.

    > isfinite([1, Inf, NaN])
    3 bool
     true  false  false

    See also: isnan, isinf
    """
  ) {
    $0.isFinite
  }

  let `where`: Operation = .init(
    "where(mask, a, b)",
    """
    `a` where `mask` is true, else `b`; shapes broadcast. No gradient, not even NaN, reaches the side that
    was not taken.

    > where([1, -1] > 0, 10, 20)
    2 f64
     10  20

    See also: ?, find, relu
    """,
    kernel: .many { x, _ in try Selection.choose(x[0], x[1], x[2]) },
    rule: .general(vjp: chosen, jvp: chosen),
    samples: [
      Sample(Tensor([true, false, true]), Tensor([1, 2, 3]), Tensor([0.5, -1, 2])),
      Sample(Tensor([true, false, true]), 2.5, Tensor([0.5, -1, 2, 1, 3, 4], shape: [2, 3])),
    ])

  let all: Operation = .quantifier(
    "all(x; axis, keep = false)",
    """
    Whether every element is true; true of none.

    > all([1, 2] > 0)
    true

    See also: any, &
    """, true)
  let any: Operation = .quantifier(
    "any(x; axis, keep = false)",
    """
    Whether some element is true; false of none.

    > any([1, -2] > 0)
    true

    See also: all, |
    """, false)

  private static let chosen: @Sendable (Int, Tensor, Application) throws -> Tensor = { input, c, x in
    try Operations.select(input == 1 ? x[0] : Operations.not(x[0]), c)
  }
}

extension Operation {
  fileprivate static func predicate(
    _ signature: String, _ documentation: String, _ ask: @escaping (Double) -> Bool
  ) -> Operation {
    Operation(signature, documentation, kernel: Elementwise.predicate(ask), rule: .constant)
  }

  fileprivate static func quantifier(
    _ signature: String, _ documentation: String, _ all: Bool
  ) -> Operation {
    let name = all ? "all" : "any"
    return Operation(
      signature, documentation, rule: .constant,
      call: { arguments in
        let x = arguments[0]
        // Nothing has no type of its own: `[]` is f64, and a comprehension over nothing gives it.
        guard x.type == .bool || x.count == 0 else {
          throw Fault.elementType(operation: name, got: x.type, expected: .bool)
        }
        let plan = try ReductionPlan(arguments, x)
        return try Reduction.quantifier(x, plan, all: all)
      })
  }
}

extension Operations {
  /// Compares element by element, by value across types.
  @inlinable
  public static func compare(_ comparison: Comparison, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    if a.storage == nil && b.storage == nil { return Tensor(comparison.holds(a.scalar, b.scalar)) }
    return try Selection.compare(comparison, a, b)
  }

  public static func and(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try Selection.logical("&", a, b) { $0 && $1 }
  }

  public static func or(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try Selection.logical("|", a, b) { $0 || $1 }
  }

  public static func not(_ x: Tensor) throws -> Tensor {
    guard x.type == .bool else { throw Fault.elementType(operation: "!", got: x.type, expected: .bool) }
    guard let source = x.storage else { return Tensor(x.scalar == 0) }
    let result = try Storage.allocate(source.shape, .bool)
    for i in 0..<source.count { result.bool[i] = source.bool[i] ^ 1 }
    return Tensor(result, .bool)
  }

  /// `a` where `mask` is true, else `b`.
  public static func choose(_ mask: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    try table.logic.where.apply([mask, a, b])
  }

  /// Whether `|a − b| ≤ absolute + relative · |b|` everywhere, for operands of the same shape or that
  /// broadcast.
  public static func close(_ a: Tensor, _ b: Tensor, relative: Double, absolute: Double) throws -> Bool {
    let shape = try Broadcasting.shape(a.shape, b.shape, "≈")
    var isClose = true
    try Broadcasting.forEachRun(a.shape, b.shape, shape) { x, y, _, stepX, stepY, count in
      for i in 0..<count where isClose {
        let p = a.element(x + i * stepX)
        let q = b.element(y + i * stepY)
        isClose = p == q || (p - q).magnitude <= absolute + relative * q.magnitude
      }
    }
    return isClose
  }
}

@usableFromInline
enum Selection {
  @usableFromInline
  static func compare(_ comparison: Comparison, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch comparison {
    case .equal: try bools(comparison.name, a, b) { $0 == $1 }
    case .notEqual: try bools(comparison.name, a, b) { $0 != $1 }
    case .less: try bools(comparison.name, a, b) { $0 < $1 }
    case .lessOrEqual: try bools(comparison.name, a, b) { $0 <= $1 }
    case .greater: try bools(comparison.name, a, b) { $0 > $1 }
    case .greaterOrEqual: try bools(comparison.name, a, b) { $0 >= $1 }
    }
  }

  static func logical(
    _ name: String, _ a: Tensor, _ b: Tensor, _ combine: (Bool, Bool) -> Bool
  ) throws -> Tensor {
    for x in [a, b] where x.type != .bool {
      throw Fault.elementType(operation: name, got: x.type, expected: .bool)
    }
    if a.isScalar && b.isScalar { return Tensor(combine(a.scalar != 0, b.scalar != 0)) }
    return try bools(name, a, b) { combine($0 != 0, $1 != 0) }
  }

  @inline(__always)
  private static func bools(
    _ name: String, _ a: Tensor, _ b: Tensor, _ ask: (Double, Double) -> Bool
  ) throws -> Tensor {
    let shape = try Broadcasting.shape(a.shape, b.shape, name)
    let result = try Storage.allocate(shape, .bool)
    // Values of every type are exact in f64.
    let x = try Elementwise.converted(a.primal, .f64)
    let y = try Elementwise.converted(b.primal, .f64)
    var numberX = x.scalar
    var numberY = y.scalar
    try withUnsafePointer(to: &numberX) { pointerX in
      try withUnsafePointer(to: &numberY) { pointerY in
        defer { withExtendedLifetime((x, y)) {} }
        let left = x.storage.map { UnsafePointer($0.f64) } ?? pointerX
        let right = y.storage.map { UnsafePointer($0.f64) } ?? pointerY
        try Broadcasting.forEachRun(a.shape, b.shape, shape) { i, j, k, stepX, stepY, count in
          try forEachBlock(count) { start, length in
            let to = result.bool + k + start
            if stepX == 1 && stepY == 1 && a.storage != nil && b.storage != nil {
              for n in 0..<length { to[n] = ask(left[i + start + n], right[j + start + n]) ? 1 : 0 }
            } else if stepX == 1 && a.storage != nil {
              let value = right[j]
              for n in 0..<length { to[n] = ask(left[i + start + n], value) ? 1 : 0 }
            } else {
              let value = left[i]
              for n in 0..<length { to[n] = ask(value, right[j + (start + n) * stepY]) ? 1 : 0 }
            }
          }
        }
      }
    }
    return Tensor(result, .bool)
  }

  /// `x` where the mask is true, else 0.
  static func select(_ mask: Tensor, _ x: Tensor) throws -> Tensor {
    if mask.isScalar && x.isScalar {
      return Tensor(mask.scalar != 0 ? x.scalar : 0, type: x.type.arithmetic)
    }
    return try choose(mask, x, Tensor(0, type: x.type.arithmetic))
  }

  static func choose(_ mask: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard mask.type == .bool else {
      throw Fault.elementType(operation: "where", got: mask.type, expected: .bool)
    }
    let type = a.type == .bool && b.type == .bool ? .bool : try Elementwise.commonType(a, b, "where")
    if mask.isScalar && a.isScalar && b.isScalar {
      return Tensor(mask.scalar != 0 ? a.scalar : b.scalar, type: type)
    }
    let shape = try Broadcasting.shape(
      Broadcasting.shape(mask.shape, a.shape, "where"), b.shape, "where")
    let m = try Structure.expanded(mask, shape)
    let x = try Structure.expanded(Elementwise.converted(a, type), shape)
    let y = try Structure.expanded(Elementwise.converted(b, type), shape)
    let result = try Storage.allocate(shape, type)
    let bits = m.storage!.bool
    defer { withExtendedLifetime(m) {} }
    try forEachBlock(result.count) { start, length in
      switch type {
      case .f64:
        let (p, q, to) = (x.storage!.f64 + start, y.storage!.f64 + start, result.f64 + start)
        for i in 0..<length { to[i] = bits[start + i] != 0 ? p[i] : q[i] }
      case .f32:
        let (p, q, to) = (x.storage!.f32 + start, y.storage!.f32 + start, result.f32 + start)
        for i in 0..<length { to[i] = bits[start + i] != 0 ? p[i] : q[i] }
      case .f16:
        let (p, q, to) = (x.storage!.f16 + start, y.storage!.f16 + start, result.f16 + start)
        for i in 0..<length { to[i] = bits[start + i] != 0 ? p[i] : q[i] }
      case .bool:
        let (p, q, to) = (x.storage!.bool + start, y.storage!.bool + start, result.bool + start)
        for i in 0..<length { to[i] = bits[start + i] != 0 ? p[i] : q[i] }
      }
    }
    return Tensor(result, type)
  }
}
