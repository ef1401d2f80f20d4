import Numerics

extension Differentiation {
  /// `jacobian(f)`: the shape of the value, then that of the argument; several arguments or a tree count
  /// as their `flatten`.
  package static func jacobian(_ f: Function) -> Function {
    Derived("jacobian(\(f.description))", from: f, isFollowed: true, kind: .jacobian) { f, arguments in
      try repeated(f, .jacobian, arguments) {
        .tensor(try jacobian(f, $0, name: "Jacobian of \(headName(f))"))
      }
    }
  }

  /// `hessian(f)`, `∇²f`: the Jacobian of the gradient.
  package static func hessian(_ f: Function) -> Function {
    Derived("∇²\(headName(f))", from: f, isFollowed: true, kind: .hessian) { f, arguments in
      try repeated(f, .hessian, arguments) { try hessian(f, $0) }
    }
  }

  private static func hessian(_ f: Function, _ arguments: Arguments) throws -> Value {
    let (point, rebuild) = try flattened(f, arguments)
    let slope = Derived("∇\(headName(f))", from: f, isFollowed: true) { f, inner in
      let (_, gradient) = try gradientAndValue(flat(f, rebuild, arguments.named), inner, only: nil)
      return gradient
    }
    return .tensor(try jacobian(slope, Arguments([point]), name: "Hessian of \(headName(f))"))
  }

  /// One recording of `f`; the rows of the result are passes back, many at a time, or where the arguments are
  /// fewer its columns are passes forward.
  private static func jacobian(_ f: Function, _ arguments: Arguments, name: String) throws -> Tensor {
    let (point, rebuild) = try flattened(f, arguments)
    guard case .tensor(let x) = point else { throw nonNumber(f, point) }
    let function = flat(f, rebuild, arguments.named)
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let variable = tape.variable(x)
    let repetition = Repetition()
    function.willBeCalledByLibrary()
    let y = try numbers(f, try function.call(.tensor(variable)))
    if y.count > 4 * x.count, x.count > 0 {
      let shape = Shape(Array(y.shape) + Array(x.shape))
      tape.close()
      return try Operations.reshape(try columns(function, x, count: y.count, repetition, name), shape)
    }
    let rows = try onWayBack { try tape.jacobian(of: y, by: variable) }
    try inspect(rows: rows, of: name, y, on: tape)
    return try Operations.reshape(
      Operations.withoutNegativeZero(rows), Shape(Array(y.shape) + Array(x.shape)))
  }

  /// The Jacobian of a function with few inputs, values along the rows: `f` again for each input, with the same
  /// random numbers, and nothing printed twice.
  private static func columns(
    _ f: Function, _ x: Tensor, count: Int, _ repetition: Repetition, _ name: String
  ) throws -> Tensor {
    var columns: [Tensor] = []
    columns.reserveCapacity(x.count)
    for index in 0..<x.count {
      try Machine.poll()
      let column = try repetition.run { try self.column(index, f, x, repetition, name) }
      columns.append(try Operations.reshape(Operations.withoutNegativeZero(column), Shape([count])))
    }
    return try Operations.transpose(try Operations.stack(columns))
  }

  private static func column(
    _ index: Int, _ f: Function, _ x: Tensor, _ repetition: Repetition, _ name: String
  ) throws -> Tensor {
    var basis = [Double](repeating: 0, count: x.count)
    basis[index] = 1
    let tape = try Tape.open(.forward)
    defer { tape.close() }
    let direction = try Operations.convert(Tensor(basis, shape: x.shape), to: x.type)
    let moved = tape.dual(
      x, direction, selection: x.isScalar ? nil : try Operations.compare(.notEqual, direction, 0))
    let y = try numbers(f, try f.call(.tensor(moved)))
    let column = try settled(
      .tensor(try tape.tangent(of: y)), on: tape, at: .tensor(x), along: [direction], repetition
    ) { .tensor(try numbers(f, try f.call($0))) }
    try inspect(tangent: column, of: name, .tensor(tape.value(of: y)), on: tape)
    guard case .tensor(let tensor) = column else { return try tape.tangent(of: y) }
    return tensor
  }

  /// One argument that is a tensor stays as it is; everything else becomes one vector and the way back.
  private static func flattened(
    _ f: Function, _ arguments: Arguments
  ) throws -> (point: Value, rebuild: ((Tensor) throws -> [Value])?) {
    let positional = arguments.positional
    guard !positional.isEmpty else {
      throw nothingGiven(f)
    }
    for (index, argument) in positional.enumerated() {
      for leaf in Trees.leaves(argument) {
        if case .tensor(let tensor) = leaf, tensor.type != .bool { continue }
        throw Problem.notDifferentiable(
          argument: f.parameterName(index), kind: leaf.kindForDerivative, named: f.signature.named)
      }
    }
    if positional.count == 1, case .tensor = positional[0] { return (positional[0], nil) }
    let pattern = Value.items(positional)
    let vector = try Trees.flatten(pattern)
    return (
      .tensor(vector),
      { flat in
        guard case .tuple(let tuple) = try Trees.unflatten(flat, pattern) else { return [] }
        return tuple.items
      }
    )
  }

  /// `f` as a function of the one tensor that `flattened` made.
  private static func flat(
    _ f: Function, _ rebuild: ((Tensor) throws -> [Value])?, _ named: [(name: String, value: Value)]
  ) -> Function {
    guard rebuild != nil || !named.isEmpty else { return f }
    return Derived(f.signature.name, from: f, isFollowed: true) { f, inner in
      f.willBeCalledByLibrary()
      guard let rebuild, case .tensor(let vector) = inner.positional[0] else {
        return try f.call(Arguments(inner.positional, named: named))
      }
      return try f.call(Arguments(try rebuild(vector), named: named))
    }
  }
}

extension Trees {
  /// A tensor as it is, a tree as one vector.
  package static func flattenUnlessTensor(_ value: Value) throws -> Tensor {
    if case .tensor(let tensor) = value { return tensor }
    return try flatten(value)
  }
}
