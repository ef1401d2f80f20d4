import CVector

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

  /// The loop that compares arrays.
  var loop: Int {
    switch self {
    case .equal: VECTOR_equal
    case .notEqual: VECTOR_unequal
    case .less: VECTOR_less
    case .lessOrEqual: VECTOR_lessEqual
    case .greater: VECTOR_greater
    case .greaterOrEqual: VECTOR_greaterEqual
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
    """, kind: .elementwise, kernel: .many { x, _ in try Selection.choose(x[0], x[1], x[2]) },
    rule: .selection { input, x in input == 1 ? x[0] : try Operations.not(x[0]) },
    samples: [
      Sample(Tensor([true, false, true]), Tensor([1, 2, 3]), Tensor([0.5, -1, 2])),
      Sample(Tensor([true, false, true]), 2.5, Tensor([0.5, -1, 2, 1, 3, 4], shape: [2, 3])),
    ]
  ).constant("mask")

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
}

extension Operation {
  fileprivate static func predicate(
    _ signature: String, _ documentation: String, _ ask: @escaping (Double) -> Bool
  ) -> Operation {
    Operation(
      signature, documentation, kind: .elementwise, kernel: Elementwise.predicate(ask), rule: .constant)
  }

  fileprivate static func quantifier(
    _ signature: String, _ documentation: String, _ all: Bool
  ) -> Operation {
    let name = all ? "all" : "any"
    return Operation(
      signature, documentation, kind: .reduction, rule: .constant,
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
    let (from, to) = (source.bool, result.bool)
    try forEachBlock(source.count) { for i in $0..<$0 + $1 { to[i] = from[i] ^ 1 } }
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
    let shape = try Broadcasting.shape(a.shape, b.shape, comparison.name)
    let result = try Storage.allocate(shape, .bool)
    let to = result.bool
    // Values of every type are exact in f64.
    let isShort = isExact(a, .f32) && isExact(b, .f32)
    let x = try elements(a, isShort ? .f32 : .f64)
    let y = try elements(b, isShort ? .f32 : .f64)
    try withExtendedLifetime((x, y)) {
      if isShort {
        let (p, q) = (x.f32, y.f32)
        try Broadcasting.forEachRun(a.shape, b.shape, shape, weight: 1) { i, j, k, stepA, stepB, count in
          Float.compare(comparison.loop, p + i, stepA, q + j, stepB, to + k, count)
        }
      } else {
        let (p, q) = (x.f64, y.f64)
        try Broadcasting.forEachRun(a.shape, b.shape, shape, weight: 1) { i, j, k, stepA, stepB, count in
          Double.compare(comparison.loop, p + i, stepA, q + j, stepB, to + k, count)
        }
      }
    }
    return Tensor(result, .bool)
  }

  /// Whether nothing of `x` is lost in the type: a tensor by its type, a number by its value.
  private static func isExact(_ x: Tensor, _ type: ElementType) -> Bool {
    x.type == type || x.isScalar && !(type.rounded(x.scalar) != x.scalar)
  }

  /// The elements in a type; those of a number are one.
  private static func elements(_ x: Tensor, _ type: ElementType) throws -> Storage {
    if let storage = try Elementwise.converted(x.primal, type).storage { return storage }
    let storage = try Storage.allocate(Shape(1), type)
    storage.store(x.scalar, at: 0, type)
    return storage
  }

  static func logical(
    _ name: String, _ a: Tensor, _ b: Tensor, _ combine: (Bool, Bool) -> Bool
  ) throws -> Tensor {
    for x in [a, b] where x.type != .bool {
      throw Fault.elementType(operation: name, got: x.type, expected: .bool)
    }
    if a.isScalar && b.isScalar { return Tensor(combine(a.scalar != 0, b.scalar != 0)) }
    let shape = try Broadcasting.shape(a.shape, b.shape, name)
    let result = try Storage.allocate(shape, .bool)
    let x = try elements(a, .bool)
    let y = try elements(b, .bool)
    try Broadcasting.forEachRun(a.shape, b.shape, shape) { i, j, k, stepA, stepB, count in
      let (p, q, to) = (x.bool + i, y.bool + j, result.bool + k)
      for n in 0..<count { to[n] = combine(p[n * stepA] != 0, q[n * stepB] != 0) ? 1 : 0 }
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
    let stepA = a.isScalar ? 0 : 1
    let stepB = b.isScalar ? 0 : 1
    let x = try elements(stepA == 0 ? a : Structure.expanded(a, shape), type)
    let y = try elements(stepB == 0 ? b : Structure.expanded(b, shape), type)
    let result = try Storage.allocate(shape, type)
    let bits = m.storage!.bool
    try withExtendedLifetime((m, x, y)) {
      switch type {
      case .f64:
        let (p, q, to) = (x.f64, y.f64, result.f64)
        try forEachBlock(result.count) { i, count in
          Double.choose(bits + i, p + i * stepA, stepA, q + i * stepB, stepB, to + i, count)
        }
      case .f32:
        let (p, q, to) = (x.f32, y.f32, result.f32)
        try forEachBlock(result.count) { i, count in
          Float.choose(bits + i, p + i * stepA, stepA, q + i * stepB, stepB, to + i, count)
        }
      case .f16: try choose(bits, x.f16, stepA, y.f16, stepB, result.f16, result.count)
      case .bool: try choose(bits, x.bool, stepA, y.bool, stepB, result.bool, result.count)
      }
    }
    return Tensor(result, type)
  }

  /// The same of elements that have no loop.
  private static func choose<E>(
    _ mask: ElementView<UInt8>, _ a: ElementView<E>, _ stepA: Int, _ b: ElementView<E>, _ stepB: Int,
    _ to: ElementView<E>, _ count: Int
  ) throws {
    try forEachBlock(count) { start, length in
      for i in start..<start + length { to[i] = mask[i] != 0 ? a[i * stepA] : b[i * stepB] }
    }
  }
}
