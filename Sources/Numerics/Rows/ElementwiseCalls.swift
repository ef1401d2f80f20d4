import CVector

// How rows are made that have something in common, and how Swift code calls the elementwise ones it needs.

extension Operation {
  /// A row for a function of one number with its slope, written with operations from input and output.
  static func function(
    _ signature: String, _ documentation: String, _ function: UnaryFunction,
    at points: [Double] = usualPoints,
    slope: @escaping (Tensor, Tensor) throws -> Tensor, scalarSlope: ScalarSlope? = nil
  ) -> Operation {
    .function(
      signature, documentation, function, at: points,
      rule: .elementwise { _, x in try slope(x.first, x.output) }, scalarSlope: scalarSlope)
  }

  /// The same with the cotangent times the slope in one operation, from cotangent, input and output.
  static func function(
    _ signature: String, _ documentation: String, _ function: UnaryFunction,
    at points: [Double] = usualPoints,
    pullback: @escaping (Tensor, Tensor, Tensor) throws -> Tensor, scalarSlope: ScalarSlope
  ) -> Operation {
    let rule = { (_: Int, c: Tensor, x: Application) in try pullback(c, x.first, x.output) }
    return .function(
      signature, documentation, function, at: points, rule: .general(vjp: rule, jvp: rule),
      scalarSlope: scalarSlope)
  }

  /// The same with a rule of any kind.
  static func function(
    _ signature: String, _ documentation: String, _ function: UnaryFunction, notation: Notation = .name,
    at points: [Double] = usualPoints, rule: Rule, scalarSlope: ScalarSlope? = nil, call: Call? = nil
  ) -> Operation {
    let samples = [
      Sample(Tensor(points)), Sample(Tensor(points[1])), Sample(Tensor(points + points, shape: [2, 3])),
    ]
    return Operation(
      signature, documentation, kind: .elementwise, notation: notation, kernel: Elementwise.unary(function),
      numbers: NumberForms(unary: function.f64, slope: scalarSlope, loop: function.loop), rule: rule,
      samples: rule.isConstant ? [] : samples, call: call)
  }

  private static let usualPoints = [-1.2, 0.3, 2.1]

  /// A row for a function of two numbers.
  static func pair(
    _ signature: String, _ documentation: String, _ function: BinaryFunction, notation: Notation = .name,
    rule: Rule, samples: [Sample] = Sample.pairs, call: Call? = nil
  ) -> Operation {
    Operation(
      signature, documentation, kind: .elementwise, notation: notation,
      kernel: Elementwise.binary(function, notation.symbol ?? OperationSignature(signature).name),
      numbers: NumberForms(binary: function.f64, loop: function.loop), rule: rule,
      samples: rule.isConstant ? [] : samples,
      call: call)
  }

  /// A row written with other operations.
  static func composite(
    _ signature: String, _ documentation: String, notation: Notation = .name, samples: [Sample] = [],
    call: @escaping Call
  ) -> Operation {
    Operation(signature, documentation, notation: notation, rule: .composite, samples: samples, call: call)
  }
}

extension Operations {
  public static func exp(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(vector_exp_f64(x.scalar)) }
    return try table.elementwise.exp.apply(x)
  }

  public static func log(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(vector_log_f64(x.scalar)) }
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
