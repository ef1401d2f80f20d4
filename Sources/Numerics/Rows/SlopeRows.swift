import CVector

/// A cotangent times a slope, in one pass over large arrays where the general rule takes several. A tape shows their
/// formula.
struct SlopeRows: Sendable {
  /// Of `y = tanh(x)`.
  let tanh: Operation = .slope(
    "tanhSlope(c, y)", "c ⊙ (1 - y²)", .vector(VECTOR_tanhSlope)
  ) { c, y in try Operations.multiply(-2, Operations.multiply(c, y)) }

  /// Of `y = sigmoid(x)`.
  let sigmoid: Operation = .slope(
    "sigmoidSlope(c, y)", "c ⊙ y ⊙ (1 - y)", .vector(VECTOR_sigmoidSlope)
  ) { c, y in try Operations.multiply(c, Operations.subtract(1, Operations.multiply(2, y))) }

  /// Of `x²`.
  let square: Operation = .slope("squareSlope(c, x)", "c ⊙ (2 ⊙ x)", .vector(VECTOR_squareSlope)) { c, _ in
    try Operations.multiply(2, c)
  }

  /// The sum of `c s`: what comes back to a number that met a tensor. `s` stretches to `c`, never the reverse.
  let sum: Operation = .init(
    "sumOfProducts(c, s)", kind: .reduction, notation: .formula("c ⋅ s"),
    kernel: .binary { c, s, _ in try Slope.sum(c, s) },
    rule: .general(
      vjp: { input, u, x in
        try Operations.multiply(u, input == 0 ? x.second : x.first)
      },
      jvp: { input, t, x in
        input == 0
          ? try table.slopes.sum.apply(t, x.second)
          : try Operations.sum(Operations.multiply(t, x.first))
      }), samples: Array(Sample.pairs.dropLast())
  ).pullingRows { input, rows, x in
    let rank = max(x.first.rank, x.second.rank)
    let spread = try Operations.aligned(rows, rank: rank)
    let other = try Operations.shared(input == 0 ? x.second : x.first, rank: rank)
    return try Operations.multiply(spread, other)
  }

  /// Of `|x|`, which is `sign(x)`. At 0 that is a convention, not the slope of anything, so no slope of its own is
  /// right there: it is NaN.
  let abs: Operation = .function(
    "slopeOfAbs(x)", "", .vector(VECTOR_sign), notation: .formula("sign(x)"),
    rule: .elementwise { _, x in try Operations.divide(0, Operations.abs(x.first)) })

  /// Of a norm n, which is `x / n`, at 0 by convention 0: differentiated again it is divided by 0 there.
  let norm: Operation = .pair(
    "slopeOfNorm(x, n)", "", .number { x, n in n == 0 ? 0 : x / n }, notation: .formula("x / n"),
    rule: .elementwise { input, x in
      input == 0
        ? try Operations.divide(1, x.second)
        : try Operations.negate(Operations.divide(x.output, x.second))
    })

  /// `1 - x²` of the slopes of asin and others: differentiated as it is written, what is left near 0 would be nothing.
  let oneMinusSquare: Operation = .function(
    "oneMinusSquare(x)", "", .number { (1 - $0) * (1 + $0) }, notation: .formula("1 - x²"),
    rule: .elementwise { _, x in try Operations.multiply(-2, x.first) })

  /// Of an angle: `a / (a² + b²)`, also where the squares leave the range.
  let angle: Operation = .pair(
    "slopeOfAngle(a, b)", "", .number(Slope.ofAngle), notation: .formula("a / (a² + b²)"),
    rule: .elementwise { input, x in
      let other = try table.slopes.angle.apply(x.second, x.first)
      return input == 0
        ? try Operations.multiply(Operations.subtract(other, x.output), Operations.add(other, x.output))
        : try Operations.multiply(Operations.multiply(-2, x.output), other)
    })

  /// `a^b log(a)^k`, the k-th derivative of a power by its exponent, at a base of 0 its limit.
  let powerOfLogarithm: Operation = .init(
    "powerOfLogarithm(a, b)", kind: .elementwise,
    notation: .formula("a^b ⊙ log(a)^k"),
    kernel: .binary { a, b, attributes in try Powers.kernel(a, b, logarithms: attributes!.integers[0]) },
    rule: .sameBothWays { input, c, x in try Powers.derivative(input, c, x, logarithms: x.integers[0]) }
  ).depending(Powers.dependence)
}

/// Derivatives of powers: those of `a^b log(a)^k` are sums of such terms again, so that every order is right where a
/// base is 0.
enum Powers {
  /// What `c` brings to an input of `a^b log(a)^k`.
  static func derivative(_ input: Int, _ c: Tensor, _ x: Application, logarithms k: Int) throws -> Tensor {
    let (base, exponent) = (x.first, x.second)
    if input == 1 { return try Operations.multiply(c, term(base, exponent, k + 1)) }
    if k == 0, exponent.isScalar, exponent.scalar == 2, !exponent.isTraced {
      return try table.slopes.square.apply(c, base)
    }
    let lowered = try Operations.subtract(exponent, 1)
    let slope = try Operations.annihilate(exponent, Operations.multiply(c, term(base, lowered, k)))
    guard k > 0 else { return slope }
    let times = try Operations.multiply(c, Tensor(Double(k)))
    return try Operations.add(slope, Operations.multiply(times, term(base, lowered, k - 1)))
  }

  /// A power does not depend on its base where the exponent is the constant 0.
  static func dependence(_ input: Int, _ x: Application) throws -> Tensor? {
    guard input == 0, !x.second.isFollowed, try Operations.isZeroAnywhere(x.second.primal),
      x.attributes?.integers.first ?? 0 == 0
    else { return nil }
    return try Operations.compare(.notEqual, x.second, 0)
  }

  private static func term(_ base: Tensor, _ exponent: Tensor, _ k: Int) throws -> Tensor {
    try k == 0
      ? Operations.power(base, exponent)
      : table.slopes.powerOfLogarithm.apply(base, exponent, Attributes(integers: [k]))
  }

  /// `a^b log(a)^k` of two numbers, given the power.
  static func timesLogarithms(_ power: Double, _ base: Double, _ k: Int) -> Double {
    if power == 0 { return 0 }
    let logarithm = vector_log_f64(base)
    return (0..<k).reduce(power) { product, _ in product * logarithm }
  }

  static func kernel(_ a: Tensor, _ b: Tensor, logarithms k: Int) throws -> Tensor {
    let power = try Operations.power(a.primal, b.primal)
    guard power.storage != nil else {
      return Tensor(timesLogarithms(power.scalar, a.scalar, k), type: power.type)
    }
    let base = try Operations.expand(a.primal, to: power.shape)
    return try Elementwise.converted(
      Tensor.numbers(power.shape) { timesLogarithms(power.element($0), base.element($0), k) }, power.type)
  }
}

extension Operation {
  /// Linear in the first; `rest` is its slope by the second.
  fileprivate static func slope(
    _ signature: String, _ formula: String, _ function: BinaryFunction,
    rest: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> Operation {
    let index = Registry.count
    return .pair(
      signature, "", function, notation: .formula(formula),
      rule: .sameBothWays { input, c, x in
        input == 0
          ? try Registry.apply(index, c, x.second)
          : try Operations.multiply(c, rest(x.first, x.second))
      })
  }
}

enum Slope {
  static let ofAngle: NumberForms.Binary = { a, b in
    let greatest = max(a.magnitude, b.magnitude)
    if a.isInfinite || b.isInfinite { return a.isNaN || b.isNaN ? .nan : 0 }
    // Far from both ends the squares are numbers.
    if greatest == 0 || greatest > 1e-140 && greatest < 1e140 { return a / (a * a + b * b) }
    // A power of two scales without rounding; in two steps, since one may be out of range.
    let unit = Double(sign: .plus, exponent: greatest.exponent / 2, significand: 1)
    let rest = Double(sign: .plus, exponent: greatest.exponent - greatest.exponent / 2, significand: 1)
    let (p, q) = (a / unit / rest, b / unit / rest)
    return p / (p * p + q * q) / unit / rest
  }

  /// The sum of the products, in f64 and rounded once.
  static func sum(_ c: Tensor, _ s: Tensor) throws -> Tensor {
    if c.type == .f16 || c.type == .bool {
      return try Reduction.sum(Registry.apply(Code.multiply, c.primal, s.primal), to: Shape())
    }
    return Tensor(try wideSum(c, s), type: c.type)
  }

  /// The same unrounded.
  static func wideSum(_ c: Tensor, _ s: Tensor) throws -> Double {
    guard let left = c.storage, let right = s.storage, left.shape == right.shape, c.type == s.type,
      c.type == .f64 || c.type == .f32
    else { return try Reduction.wideSum(Registry.apply(Code.multiply, c.primal, s.primal)) }
    if c.type == .f64 {
      let (p, q) = (left.f64, right.f64)
      return try Reduction.total(left.count) { Double.dot(p + $0, q + $0, $1) }
    }
    let (p, q) = (left.f32, right.f32)
    return try Reduction.total(left.count) { Float.dot(p + $0, q + $0, $1) }
  }

  /// The sums of the blocks that `wideSum` adds up.
  static func blockSums(_ c: Tensor, _ s: Tensor) throws -> [Double] {
    guard let left = c.storage, let right = s.storage, left.shape == right.shape, c.type == s.type,
      c.type == .f64 || c.type == .f32
    else { return try Reduction.blockSums(Registry.apply(Code.multiply, c.primal, s.primal)) }
    if c.type == .f64 {
      return try Reduction.blockSums(left.count) { Double.dot(left.f64 + $0, right.f64 + $0, $1) }
    }
    return try Reduction.blockSums(left.count) { Float.dot(left.f32 + $0, right.f32 + $0, $1) }
  }
}
