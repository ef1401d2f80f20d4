// How operations are differentiated: the kinds of rules, and what they mean in both directions.

/// How an operation is differentiated. Rules are written with the same operations that programs call, so
/// that a derivative can be differentiated again. A broadcast is undone outside, in one place.
enum Rule {
  /// Piecewise constant: the result is a constant at every level.
  case constant
  /// Written with other operations, which are recorded and differentiated in its place.
  case composite
  /// Recorded by `Operations.custom`, with the derivative in the attributes.
  case given
  /// `∂output/∂input` at every element, for the input asked for.
  case elementwise((Int, Application) throws -> Tensor)
  /// A choice among the inputs: where the input asked for was taken.
  case selection((Int, Application) throws -> Tensor)
  /// Linear in all inputs together; its derivative forward is the operation itself.
  case linear(vjp: (Int, Tensor, Application) throws -> Tensor)
  /// Linear in each input by itself.
  case multilinear(vjp: (Int, Tensor, Application) throws -> Tensor)
  /// The derivative in each direction; `jvp` gets the tangent of one input, and the results are added.
  case general(
    vjp: (Int, Tensor, Application) throws -> Tensor, jvp: (Int, Tensor, Application) throws -> Tensor)

  /// The same both ways, for what works element by element.
  static func sameBothWays(_ rule: @escaping (Int, Tensor, Application) throws -> Tensor) -> Rule {
    .general(vjp: rule, jvp: rule)
  }

  var isConstant: Bool {
    if case .constant = self { true } else { false }
  }
}

extension Operation {
  /// The cotangent of one input, before broadcasts are undone.
  func cotangent(of input: Int, _ cotangent: Tensor, _ application: Application) throws -> Tensor {
    switch rule {
    case .elementwise(let slope):
      // A number that met a tensor gets the sum at once, without a tensor of products.
      application[input].isScalar && !cotangent.isScalar
        ? try table.slopes.sum.apply(cotangent, slope(input, application))
        : try Operations.multiply(cotangent, slope(input, application))
    case .selection(let mask): try Operations.select(mask(input, application), cotangent)
    case .linear(let vjp), .multilinear(let vjp), .general(let vjp, _):
      try vjp(input, cotangent, application)
    case .constant, .composite, .given: preconditionFailure("\(name) has no rule")
    }
  }
}

extension Operations {
  /// A derivative in the shape and the type of what it belongs to: broadcasts are undone by sums, missing
  /// ones done.
  static func fit(_ derivative: Tensor, to value: Tensor) throws -> Tensor {
    var result = derivative
    if result.shape != value.shape {
      result =
        value.shape.stretches(to: result.shape)
        ? try sum(result, to: value.shape) : try expand(result, to: value.shape)
    }
    let type = value.type.arithmetic
    if result.type != type { result = try convert(result, to: type) }
    return result
  }
}
