// How rows of elementwise functions are made, and how Swift code calls those it needs.

extension Operation {
  /// A row for a function of one number with its slope, written with operations from input and output.
  static func function<F: UnaryFunction>(
    _ signature: String, _ documentation: String, _: F.Type, at points: [Double] = [-1.2, 0.3, 2.1],
    aliases: [String] = [],
    slope: @escaping (Tensor, Tensor) throws -> Tensor, scalarSlope: ((Double, Double) -> Double)? = nil
  ) -> Operation {
    function(
      signature, documentation, F.self, at: points,
      rule: .elementwise { _, x in try slope(x.first, x.output) }, aliases: aliases,
      scalarSlope: scalarSlope)
  }

  /// The same with the cotangent times the slope in one operation, from cotangent, input and output.
  static func function<F: UnaryFunction>(
    _ signature: String, _ documentation: String, _: F.Type, at points: [Double] = [-1.2, 0.3, 2.1],
    aliases: [String] = [], pullback: @escaping (Tensor, Tensor, Tensor) throws -> Tensor,
    scalarSlope: @escaping (Double, Double) -> Double
  ) -> Operation {
    let rule = { (_: Int, c: Tensor, x: Application) in try pullback(c, x.first, x.output) }
    return function(
      signature, documentation, F.self, at: points, rule: .general(vjp: rule, jvp: rule), aliases: aliases,
      scalarSlope: scalarSlope)
  }

  private static func function<F: UnaryFunction>(
    _ signature: String, _ documentation: String, _: F.Type, at points: [Double], rule: Rule,
    aliases: [String] = [], scalarSlope: ((Double, Double) -> Double)?
  ) -> Operation {
    Operation(
      signature, documentation, aliases: aliases, kernel: Elementwise.unary(F.self), rule: rule,
      scalarUnary: { F.call($0) },
      scalarSlope: scalarSlope,
      samples: [
        Sample(Tensor(points)), Sample(Tensor(points[1])), Sample(Tensor(points + points, shape: [2, 3])),
      ])
  }

  /// A row written with other operations.
  static func composite(
    _ signature: String, _ documentation: String, samples: [Sample] = [],
    call: @escaping (OperationArguments) throws -> Tensor
  ) -> Operation {
    Operation(signature, documentation, rule: .composite, samples: samples, call: call)
  }
}

extension Operations {
  public static func exp(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(Exponential.call(x.scalar)) }
    return try table.elementwise.exp.apply(x)
  }

  public static func log(_ x: Tensor) throws -> Tensor {
    if x.isPlainNumber { return Tensor(Logarithm.call(x.scalar)) }
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
