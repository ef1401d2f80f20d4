/// Philox 4×32 with 10 rounds: a block of four random words from a counter and a key, by arithmetic alone,
/// so that the same seed gives the same numbers on every machine.
enum Philox {
  static func block(
    _ counter: (UInt32, UInt32, UInt32, UInt32), _ key: (UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1, c2, c3) = counter
    var (k0, k1) = key
    for round in 0..<10 {
      if round > 0 {
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
      }
      let a = UInt64(c0) * 0xD251_1F53
      let b = UInt64(c2) * 0xCD9E_8D57
      let next = (UInt32(b >> 32) ^ c1 ^ k0, UInt32(a >> 32) ^ c3 ^ k1)
      c1 = UInt32(truncatingIfNeeded: b)
      c3 = UInt32(truncatingIfNeeded: a)
      c0 = next.0
      c2 = next.1
    }
    return (c0, c1, c2, c3)
  }
}

/// The random numbers of a notebook: a seed and how many blocks were drawn.
public enum Random {
  /// All there is to know about what comes next.
  public struct State: Sendable, Equatable {
    public var seed: UInt64 = 0
    public var block: UInt64 = 0

    public init(seed: UInt64 = 0, block: UInt64 = 0) {
      self.seed = seed
      self.block = block
    }
  }

  /// May be saved and put back, so that what is evaluated again draws the same numbers.
  nonisolated(unsafe) public static var state = State()

  public static func seed(_ seed: Int) { state = State(seed: UInt64(bitPattern: Int64(seed))) }

  public static func seed(_ seed: Double) {
    if let whole = Int(exactly: seed) { return self.seed(whole) }
    // Of NaN one bit pattern: which it has is the processor's choice.
    state = State(seed: (seed.isNaN ? .nan : seed).bitPattern)
  }

  /// Two words of 64 bits.
  private static func next() -> (UInt64, UInt64) {
    let words = Philox.block(
      (UInt32(truncatingIfNeeded: state.block), UInt32(truncatingIfNeeded: state.block >> 32), 0, 0),
      (UInt32(truncatingIfNeeded: state.seed), UInt32(truncatingIfNeeded: state.seed >> 32)))
    state.block &+= 1
    return (UInt64(words.1) << 32 | UInt64(words.0), UInt64(words.3) << 32 | UInt64(words.2))
  }

  /// `transform` of a word for every element.
  private static func draw(_ shape: Shape, _ transform: (UInt64) -> Double) throws -> Tensor {
    let count = shape.elementCount
    guard shape.rank > 0 else { return Tensor(transform(next().0)) }
    let storage = try Storage.allocate(shape, .f64)
    let to = storage.f64
    var i = 0
    while i < count {
      if i & 0x7FFF == 0 { try NumericsInterruption.poll() }
      let words = next()
      to[i] = transform(words.0)
      if i + 1 < count { to[i + 1] = transform(words.1) }
      i += 2
    }
    return Tensor(storage, .f64)
  }

  /// Uniform in [0, 1), multiples of 2⁻⁵³; in a shorter type of 2⁻²⁴ or 2⁻¹¹, cut off and not rounded, so that
  /// none becomes 1.
  public static func uniform(_ shape: Shape, _ type: ElementType = .f64) throws -> Tensor {
    let digits: UInt64 = type == .f32 ? 24 : type == .f16 ? 11 : 53
    let unit = 1 / Double(UInt64(1) << digits)
    return try Operations.convert(draw(shape) { Double($0 >> (64 - digits)) * unit }, to: type)
  }

  /// From the normal law with mean 0 and deviation 1.
  public static func normal(_ shape: Shape) throws -> Tensor {
    // The middle of each of 2⁵² cells, so that neither end is hit.
    try draw(shape) { NormalLaw.quantile((Double($0 >> 12) + 0.5) * 0x1p-52) }
  }

  /// Whole numbers from 1 to `n`.
  public static func integers(_ n: Int, _ shape: Shape) throws -> Tensor {
    try draw(shape) { Double($0.multipliedFullWidth(by: UInt64(n)).high + 1) }
  }

  /// The numbers from 1 to `n` in random order.
  public static func permutation(_ n: Int) throws -> Tensor {
    let result = try Tensor(from: 1, step: 1, count: n)
    let values = result.storage!.f64
    for i in stride(from: n - 1, to: 0, by: -1) {
      if i & 0xFFFF == 0 { try NumericsInterruption.poll() }
      let j = Int(next().0.multipliedFullWidth(by: UInt64(i + 1)).high)
      (values[i], values[j]) = (values[j], values[i])
    }
    return result
  }
}

/// The quantiles of the normal law by Wichura's rational approximations (AS 241, good to 1e-16), with
/// nothing but + - * / and √, whose roundings are the same everywhere. The system's logarithm is not.
enum NormalLaw {
  static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * ratio(r, central)
    }
    var r = (-logarithm(q < 0 ? p : 1 - p)).squareRoot()
    if r <= 5 {
      r = ratio(r - 1.6, middle)
    } else {
      r = ratio(r - 5, far)
    }
    return q < 0 ? -r : r
  }

  /// Two polynomials, constant term first; the divisor's is 1.
  private static func ratio(_ x: Double, _ table: (over: [Double], under: [Double])) -> Double {
    var over = 0.0
    var under = 0.0
    for i in stride(from: 7, through: 0, by: -1) {
      over = over * x + table.over[i]
      under = under * x + table.under[i]
    }
    return over / under
  }

  /// The natural logarithm of a positive normal number.
  static func logarithm(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 {
      m /= 2
      exponent += 1
    }
    let s = (m - 1) / (m + 1)
    let square = s * s
    var series = 0.0
    for i in stride(from: 23, through: 1, by: -2) { series = series * square + 1 / Double(i) }
    return exponent * 0.6931471805599453 + 2 * s * series
  }

  private static let central: (over: [Double], under: [Double]) = (
    [
      3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
      4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ],
    [
      1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
      3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ]
  )
  private static let middle: (over: [Double], under: [Double]) = (
    [
      1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
      7.74545014278341407640e-4,
    ],
    [
      1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ]
  )
  private static let far: (over: [Double], under: [Double]) = (
    [
      6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
      2.01033439929228813265e-7,
    ],
    [
      1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ]
  )
}
