import CVector

/// The operators of arithmetic.
struct ArithmeticRows: Sendable {
  let add: Operation = .pair(
    "add(a, b)",
    """
    `a + b`, elementwise; shapes broadcast.

    > add([1, 2], 10)
    2 f64
     11  12

    See also: +
    """, .vector(VECTOR_add), notation: .infix("+"), rule: .signedSum(second: 1))

  let subtract: Operation = .pair(
    "subtract(a, b)",
    """
    `a - b`, elementwise; shapes broadcast.

    > subtract([1, 2], 10)
    2 f64
     -9  -8

    See also: -
    """, .vector(VECTOR_subtract), notation: .infix("-"), rule: .signedSum(second: -1))

  let multiply: Operation = .pair(
    "multiply(a, b)",
    """
    `a ⊙ b`, the product element by element; shapes broadcast.

    Adjoint of a: `u ⊙ b`
    Adjoint of b: `u ⊙ a`

    > multiply([1, 2], [3, 4])
    2 f64
     3  8

    See also: ⊙, product
    """, .vector(VECTOR_multiply), notation: .infix("⊙"),
    rule: .elementwise { input, x in input == 0 ? x.second : x.first })

  let divide: Operation = .pair(
    "divide(a, b)",
    """
    `a / b`, elementwise; shapes broadcast. Division by 0 gives Inf or NaN.

    Adjoint of a: `u / b`
    Adjoint of b: `-u ⊙ a / b²`

    > divide([1, 2], [4, 4])
    2 f64
     0.25  0.5

    See also: /, ÷
    """, .vector(VECTOR_divide), notation: .infix("/"), rule: .sameBothWays(quotientRule))

  let power: Operation = .pair(
    "power(a, b)",
    """
    `a ^ b`, elementwise; shapes broadcast. The slope by `a` is `b a^(b - 1)`, right at `a = 0` for every
    `b ≥ 1`; by `b` it is `a^b log(a)`, and 0 where `a^b` is 0.

    > power([1, 2, 3], 2)
    3 f64
     1  4  9

    See also: ^
    """,
    .number({ Power.call($0, $1) }, short: { Power.call($0, $1) }, loopOfFirst: { Power.loop($0) }),
    notation: .infix("^"),
    rule: .sameBothWays { input, c, x in try Powers.derivative(input, c, x, logarithms: 0) },
    samples: [
      Sample(Tensor([0.5, 1.5, 2.25]), Tensor([2, -1.5, 0.75])),
      Sample(Tensor([1.5, 0.5, 2, 3], shape: [2, 2]), 3.0), Sample(1.75, Tensor([0.5, 2, -1])),
    ]
  ).depending(Powers.dependence)

  let negate: Operation = .function(
    "negate(x)",
    """
    `-x`, elementwise.

    > negate([1, -2])
    2 f64
     -1  2

    See also: -
    """, .vector(VECTOR_negate), notation: .prefix("-"),
    rule: .linear { _, c, _ in try Operations.negate(c) })

  private static let quotientRule: @Sendable (Int, Tensor, Application) throws -> Tensor = { input, c, x in
    input == 0
      ? try Operations.divide(c, x.second)
      : try Operations.multiply(c, Operations.negate(Operations.divide(x.output, x.second)))
  }
}

extension Rule {
  /// `a ± b`: linear in both together, with nothing to compute.
  static func signedSum(second: Double) -> Rule {
    .linear { input, c, _ in input == 0 || second > 0 ? c : try Operations.negate(c) }
  }
}

extension Sample {
  /// Pairs for an elementwise operation of two numbers: equal shapes and broadcasts.
  static var pairs: [Sample] {
    let matrix = Tensor([0.5, -1.25, 2, 1.5, -0.75, 3], shape: [2, 3])
    return [
      Sample(1.5, -2.25), Sample(Tensor([0.5, -1.5, 2]), Tensor([1.25, 0.75, -3])), Sample(2.5, matrix),
      Sample(matrix, -1.75), Sample(matrix, Tensor([1.25, -2, 0.5])),
      Sample(matrix, Tensor([1.5, -0.5], shape: [2, 1])),
      Sample(Tensor([1.5, 2.5], shape: [2, 1]), Tensor([0.75, -2, 3], shape: [1, 3])),
    ]
  }
}

/// What derivative rules choose with.
struct GateRows: Sendable {
  /// The product, and 0 where either is 0: of an exponent and the power that it comes down from. At an exponent of 0
  /// the power may be infinite, and the slope is 0 all the same.
  let annihilate: Operation = .pair(
    "annihilate(a, b)", "", .vector(VECTOR_annihilate), notation: .infix("⊙"),
    rule: .elementwise { input, x in input == 0 ? x.second : x.first })

  /// The second where the first is true, else exactly 0.
  let select: Operation = .init(
    "select(mask, x)", kind: .elementwise,
    kernel: .binary { mask, x, _ in try Selection.select(mask, x) }, rule: .selection { _, x in x.first })
}

extension Operations {
  @inlinable @inline(__always)
  static func bothPlain(_ a: Tensor, _ b: Tensor) -> Bool {
    (a.meta | b.meta) == 0 && a.storage == nil && b.storage == nil
  }

  @inlinable
  public static func add(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) { return Tensor(a.scalar + b.scalar) }
    return try generalAdd(a, b)
  }

  @inlinable
  public static func subtract(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) { return Tensor(a.scalar - b.scalar) }
    return try generalSubtract(a, b)
  }

  @inlinable
  public static func multiply(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) { return Tensor(a.scalar * b.scalar) }
    return try generalMultiply(a, b)
  }

  @inlinable
  public static func divide(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) { return Tensor(a.scalar / b.scalar) }
    return try generalDivide(a, b)
  }

  @inlinable
  public static func power(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) && b.scalar == 2 { return Tensor(a.scalar * a.scalar) }
    return try generalPower(a, b)
  }

  @inlinable
  public static func negate(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(-x.scalar) }
    return try generalNegate(x)
  }

  @usableFromInline
  static func generalAdd(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try recorded(Code.add, a, b) { $0 + $1 }
  }

  @usableFromInline
  static func generalSubtract(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try recorded(Code.subtract, a, b) { $0 - $1 }
  }

  @usableFromInline
  static func generalMultiply(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try recorded(Code.multiply, a, b) { $0 * $1 }
  }

  @usableFromInline
  static func generalDivide(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try recorded(Code.divide, a, b) { $0 / $1 }
  }

  @usableFromInline
  static func generalPower(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try recorded(Code.power, a, b) { Power.call($0, $1) }
  }

  @usableFromInline
  static func generalNegate(_ x: Tensor) throws -> Tensor { try Registry.apply(Code.negate, x) }

  /// An operator on two numbers of which a tape follows one, without a detour; anything else by the row.
  @inline(__always)
  private static func recorded(
    _ code: UInt16, _ a: Tensor, _ b: Tensor, _ compute: (Double, Double) -> Double
  ) throws -> Tensor {
    guard a.storage == nil, b.storage == nil, (a.meta | b.meta) & 0xF == 0 else {
      if (a.meta | b.meta) == 0, let result = try small(a, b, compute) { return result }
      return try Registry.apply(code, a, b)
    }
    let levelA = a.isPlain ? 0 : a.liveLevel
    let levelB = b.isPlain ? 0 : b.liveLevel
    let level = max(levelA, levelB)
    if level == 0, PlanTrace.isOn { return try Registry.apply(code, a, b) }
    let y = compute(a.scalar, b.scalar)
    if level == 0 { return Tensor(y) }
    let recording = Tape.recordings! + level
    guard !recording.pointee.isNested, recording.pointee.mode == .reverse,
      levelA == level || levelA == 0, levelB == level || levelB == 0
    else { return try Registry.apply(code, a, b) }
    let nodeA = try recording.pointee.numberInput(a, at: levelA)
    let nodeB = try recording.pointee.numberInput(b, at: levelB)
    return try recording.pointee.recordPlain(
      code, nodeA, nodeB, TapeNode.plain | TapeNode.binary, y, level: level)
  }

  /// An operator on f64 tensors of a few elements that no tape follows: the work is in the result's allocation.
  /// `nil` for larger ones, and where a broadcast is more than a number's.
  @inline(__always)
  private static func small(
    _ a: Tensor, _ b: Tensor, _ compute: (Double, Double) -> Double
  ) throws -> Tensor? {
    let most = 8
    if let left = a.storage?.head {
      let count = left.pointee.shape.elementCount
      guard count <= most else { return nil }
      guard let right = b.storage?.head else {
        let result = try Storage.allocate(left.pointee.shape, .f64)
        let (p, to) = (left.pointee.f64, result.head.pointee.f64)
        for i in 0..<count { to[i] = compute(p[i], b.scalar) }
        return Tensor(result, .f64)
      }
      guard left.pointee.shape == right.pointee.shape else { return nil }
      let result = try Storage.allocate(left.pointee.shape, .f64)
      let (p, q, to) = (left.pointee.f64, right.pointee.f64, result.head.pointee.f64)
      for i in 0..<count { to[i] = compute(p[i], q[i]) }
      return Tensor(result, .f64)
    }
    guard let right = b.storage?.head, right.pointee.shape.elementCount <= most else { return nil }
    let result = try Storage.allocate(right.pointee.shape, .f64)
    let (q, to) = (right.pointee.f64, result.head.pointee.f64)
    for i in 0..<right.pointee.shape.elementCount { to[i] = compute(a.scalar, q[i]) }
    return Tensor(result, .f64)
  }

  static func annihilate(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) { return Tensor(vector_annihilate_f64(a.scalar, b.scalar)) }
    return try Registry.apply(Code.annihilate, a, b)
  }

  /// `x` where `mask` is true, else 0.
  static func select(_ mask: Tensor, _ x: Tensor) throws -> Tensor {
    try Registry.apply(Code.select, mask.primal, x)
  }

  public static func remainder(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    if bothPlain(a, b) { return Tensor(Remainder.call(a.scalar, b.scalar)) }
    return try table.elementwise.remainder.apply(a, b)
  }

  public static func quotient(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try table.elementwise.quotient.apply(a, b)
  }
}

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}
