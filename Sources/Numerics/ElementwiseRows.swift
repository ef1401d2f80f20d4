import Glibc

/// Functions applied to every element.
struct ElementwiseRows: Sendable {
  let exp: Operation = .function(
    "exp(x)", "ℯ to the power `x`.", Exponential.self, slope: { _, y in y }, scalarSlope: { _, y in y })
  let log: Operation = .function(
    "log(x)", "The natural logarithm; NaN below 0, -Inf at 0.", Logarithm.self, at: [0.25, 1.5, 3],
    slope: { x, _ in try Operations.divide(1, x) }, scalarSlope: { x, _ in 1 / x })
  let log1p: Operation = .function(
    "log1p(x)", "`log(1 + x)`, exact near 0.", Logarithm1.self, at: [-0.5, 0.25, 2],
    slope: { x, _ in try Operations.divide(1, Operations.add(1, x)) })
  let expm1: Operation = .function(
    "expm1(x)", "`exp(x) - 1`, exact near 0.", Exponential1.self, slope: { x, _ in try Operations.exp(x) })
  let sqrt: Operation = .function(
    "sqrt(x)", "`√x`; its slope at 0 is Inf.", SquareRoot.self, at: [0.25, 1.5, 3],
    slope: { _, y in try Operations.divide(0.5, y) }, scalarSlope: { _, y in 0.5 / y })
  let abs: Operation = .function(
    "abs(x)", "`|x|`; its slope at 0 is 0.", Absolute.self, slope: { x, _ in try Operations.sign(x) },
    scalarSlope: { x, _ in Signum.call(x) })
  let sign: Operation = .init(
    "sign(x)", "1, 0 or -1; its slope is 0 everywhere.", kernel: Elementwise.unary(Signum.self),
    rule: .constant, scalarUnary: { Signum.call($0) })
  let sin: Operation = .function(
    "sin(x)", "The sine; `x` in radians.", Sine.self, slope: { x, _ in try Operations.cos(x) },
    scalarSlope: { x, _ in Cosine.call(x) })
  let cos: Operation = .function(
    "cos(x)", "The cosine; `x` in radians.", Cosine.self,
    slope: { x, _ in try Operations.negate(Operations.sin(x)) }, scalarSlope: { x, _ in -Sine.call(x) })
  let tan: Operation = .function(
    "tan(x)", "The tangent; `x` in radians.", Tangent.self,
    slope: { _, y in try Operations.add(1, Operations.multiply(y, y)) })
  let asin: Operation = .function(
    "asin(x)", "The arc sine; NaN outside -1 … 1.", ArcSine.self, at: [-0.5, 0.25, 0.75],
    slope: { x, _ in try Operations.divide(1, Operations.sqrt(oneMinusSquare(x))) })
  let acos: Operation = .function(
    "acos(x)", "The arc cosine; NaN outside -1 … 1.", ArcCosine.self, at: [-0.5, 0.25, 0.75],
    slope: { x, _ in try Operations.divide(-1, Operations.sqrt(oneMinusSquare(x))) })
  let atan: Operation = .function(
    "atan(x)", "The arc tangent.", ArcTangent.self,
    slope: { x, _ in try Operations.divide(1, Operations.add(1, Operations.multiply(x, x))) })
  let sinh: Operation = .function(
    "sinh(x)", "The hyperbolic sine.", HyperbolicSine.self,
    slope: { x, _ in try table.elementwise.cosh.apply(x) })
  let cosh: Operation = .function(
    "cosh(x)", "The hyperbolic cosine.", HyperbolicCosine.self,
    slope: { x, _ in try table.elementwise.sinh.apply(x) })
  let tanh: Operation = .function(
    "tanh(x)", "The hyperbolic tangent.", HyperbolicTangent.self, slope: { _, y in try oneMinusSquare(y) },
    scalarSlope: { _, y in 1 - y * y })
  let erf: Operation = .function(
    "erf(x)", "The error function.", ErrorFunction.self,
    slope: { x, _ in
      try Operations.multiply(
        Tensor(2 / Double.pi.squareRoot()), Operations.exp(Operations.negate(Operations.multiply(x, x))))
    })
  let sigmoid: Operation = .function(
    "sigmoid(x)", "`1 / (1 + exp(-x))`, without overflow.", Logistic.self,
    slope: { _, y in try Operations.multiply(y, Operations.subtract(1, y)) },
    scalarSlope: { _, y in y * (1 - y) })
  let softplus: Operation = .function(
    "softplus(x)", "`log(1 + exp(x))`, without overflow.", SoftPlus.self,
    slope: { x, _ in try table.elementwise.sigmoid.apply(x) })
  let relu: Operation = .init(
    "relu(x)", "`max(0, x)`; its slope at 0 is 0.", kernel: Elementwise.unary(Rectify.self),
    rule: .selection { _, x in try Operations.compare(.greater, x.first, 0) },
    scalarUnary: { Rectify.call($0) }, samples: [Sample(Tensor([-1.2, 0.3, 2.1])), Sample(0.75)])
  let silu: Operation = .composite(
    "silu(x)", "`x σ(x)`.", samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) { try Operations.multiply($0[0], table.elementwise.sigmoid.apply($0[0])) }
  let gelu: Operation = .composite(
    "gelu(x)", "`x Φ(x)`, with the distribution function of the normal law.",
    samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) {
    let half = try Operations.multiply(0.5, $0[0])
    let erf = try table.elementwise.erf.apply(Operations.multiply($0[0], Tensor(0.5.squareRoot())))
    return try Operations.multiply(half, Operations.add(1, erf))
  }
  let elu: Operation = .composite(
    "elu(x)", "`x` above 0, else `exp(x) - 1`.", samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) {
    let mask = try Operations.compare(.greater, $0[0], 0)
    return try Operations.choose(mask, $0[0], table.elementwise.expm1.apply($0[0]))
  }
  let leakyrelu: Operation = .composite(
    "leakyrelu(x; slope = 0.01)", "`x` above 0, else `slope x`; its slope at 0 is `slope`.",
    samples: [Sample(Tensor([-1.2, 0.3, 2.1]))]
  ) {
    let mask = try Operations.compare(.greater, $0[0], 0)
    let slope = $0.named["slope"] ?? 0.01
    return try Operations.choose(mask, $0[0], Operations.multiply($0[0], slope))
  }
  let atan2: Operation = .init(
    "atan2(y, x)", "The angle of the point `(x, y)`, from -π to π.",
    kernel: Elementwise.binary(ArcTangent2.self),
    rule: .elementwise { input, x in
      let square = try Operations.add(
        Operations.multiply(x.first, x.first), Operations.multiply(x.second, x.second))
      return try Operations.divide(input == 0 ? x.second : Operations.negate(x.first), square)
    }, scalarBinary: { ArcTangent2.call($0, $1) }, samples: Sample.pairs)
  let remainder: Operation = .init(
    "remainder(a, b)", "`a % b`, with the sign of the divisor.",
    kernel: Elementwise.binary(Remainder.self),
    rule: .elementwise { input, x in
      input == 0
        ? Tensor(1, type: x.output.type.arithmetic)
        : try Operations.negate(Operations.quotient(x.first, x.second))
    }, scalarBinary: { Remainder.call($0, $1) },
    samples: [Sample(Tensor([5.5, -3.25, 4.5]), Tensor([2.0, 1.5, -1.75])), Sample(7.25, 2.0)])
  let quotient: Operation = .init(
    "quotient(a, b)", "`a ÷ b`, the quotient rounded down; its slope is 0.",
    kernel: Elementwise.binary(Quotient.self), rule: .constant,
    scalarBinary: { Quotient.call($0, $1) })
  let max: Operation = .init(
    "max(a, b, rest...)", "The greater, element by element; the gradient goes to the first of equal winners.",
    kernel: Elementwise.binary(Maximum.self),
    rule: .selection { input, x in
      let second = try Operations.compare(.greater, x.second, x.first)
      return input == 1 ? second : try Operations.not(second)
    }, scalarBinary: { Maximum.call($0, $1) }, samples: Sample.pairs,
    call: { try $0.positional.dropFirst().reduce($0[0]) { try Operations.maximum2($0, $1) } })
  let min: Operation = .init(
    "min(a, b, rest...)", "The lesser, element by element; the gradient goes to the first of equal winners.",
    kernel: Elementwise.binary(Minimum.self),
    rule: .selection { input, x in
      let second = try Operations.compare(.less, x.second, x.first)
      return input == 1 ? second : try Operations.not(second)
    }, scalarBinary: { Minimum.call($0, $1) }, samples: Sample.pairs,
    call: { try $0.positional.dropFirst().reduce($0[0]) { try Operations.minimum2($0, $1) } })
  let clamp: Operation = .composite(
    "clamp(x, low, high)", "`x`, but not below `low` nor above `high`.",
    samples: [Sample(Tensor([-1.2, 0.3, 2.1]), -0.5, 1.5)]
  ) { try Operations.minimum2(Operations.maximum2($0[0], $0[1]), $0[2]) }
}

private func oneMinusSquare(_ x: Tensor) throws -> Tensor {
  try Operations.subtract(1, Operations.multiply(x, x))
}

extension Operation {
  /// A row for a function of one number with its slope, written with operations from input and output.
  static func function<F: UnaryFunction>(
    _ signature: String, _ documentation: String, _: F.Type, at points: [Double] = [-1.2, 0.3, 2.1],
    slope: @escaping (Tensor, Tensor) throws -> Tensor, scalarSlope: ((Double, Double) -> Double)? = nil
  ) -> Operation {
    Operation(
      signature, documentation, kernel: Elementwise.unary(F.self),
      rule: .elementwise { _, x in try slope(x.first, x.output) }, scalarUnary: { F.call($0) },
      scalarSlope: scalarSlope,
      samples: [
        Sample(Tensor(points)), Sample(Tensor(points[1])), Sample(Tensor(points + points, shape: [2, 3])),
      ])
  }

  /// A row written with other operations.
  static func composite(
    _ signature: String, _ documentation: String, samples: [Sample] = [],
    call: @escaping (Arguments) throws -> Tensor
  ) -> Operation {
    Operation(signature, documentation, rule: .composite, samples: samples, call: call)
  }
}

extension Operations {
  public static func exp(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(Glibc.exp(x.scalar)) }
    return try table.elementwise.exp.apply(x)
  }

  public static func log(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(Glibc.log(x.scalar)) }
    return try table.elementwise.log.apply(x)
  }

  public static func sqrt(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(x.scalar.squareRoot()) }
    return try table.elementwise.sqrt.apply(x)
  }

  public static func sin(_ x: Tensor) throws -> Tensor { try table.elementwise.sin.apply(x) }
  public static func cos(_ x: Tensor) throws -> Tensor { try table.elementwise.cos.apply(x) }
  public static func abs(_ x: Tensor) throws -> Tensor { try table.elementwise.abs.apply(x) }
  public static func sign(_ x: Tensor) throws -> Tensor { try table.elementwise.sign.apply(x) }
  public static func maximum2(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try table.elementwise.max.apply(a, b)
  }
  public static func minimum2(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try table.elementwise.min.apply(a, b)
  }
}
