import Numerics

extension LibraryBuilder {
  /// Every public row of the operation table becomes a function of its name.
  func addOperations() {
    for operation in Operations.all where operation.isPublic { add(operation) }
  }

  private func add(_ operation: Operation) {
    let header = Signature(parsing: operation.signature)
    let count = header.positional.count
    let name = operation.name
    let takesType = operation.parameters.contains { $0.name == "dtype" }
    let body = { (arguments: Arguments) throws -> Value in
      var named: [String: Tensor] = [:]
      for (key, value) in arguments.named {
        named[key] =
          key == "dtype" && takesType
          ? try ElementTypes.code(value, function: name) : try operand(value, name)
      }
      let positional = try arguments.positional.map { try operand($0, name) }
      return .tensor(try operation.call(positional: positional, named: named))
    }
    set(
      name,
      .function(
        Builtin(
          header, arity: count...(header.rest == nil ? count : Int.max),
          documentation: operation.documentation,
          unary: count == 1 && header.rest == nil
            ? { .tensor(try operation.call(try operand($0, name))) } : nil,
          binary: count == 2 && header.rest == nil
            ? { .tensor(try operation.call(try operand($0, name), try operand($1, name))) } : nil,
          body: body)))
  }
}

/// A tensor, or a tuple of numbers that stacks into one: axes and lengths are often written so.
private func operand(_ value: Value, _ function: String) throws -> Tensor {
  switch value {
  case .tensor(let tensor): return tensor
  case .tuple(let tuple):
    if case .tensor(let tensor) = try Stacking.stack(tuple.items) { return tensor }
  default: break
  }
  throw Problem.wrongArgument(
    function: function, expected: "a number or a tensor", got: value.kindDescription)
}

/// `f64`, `f32`, `f16` and `bool` as functions that convert, and as values of `dtype`.
enum ElementTypes {
  static func name(_ type: ElementType) -> String { "\(type)" }

  /// The number that stands for a type in the operation table.
  static func code(_ value: Value, function: String) throws -> Tensor {
    Tensor(Double(try type(value, function: function).rawValue))
  }

  static func type(_ value: Value, function: String) throws -> ElementType {
    if case .function(let given) = value,
      let type = ElementType.allCases.first(where: { name($0) == given.signature.name })
    {
      return type
    }
    let names = ElementType.allCases.map(name).joined(separator: ", ")
    throw Problem.wrongArgument(
      function: function, expected: "dtype to be one of \(names)", got: value.kindDescription)
  }
}

extension LibraryBuilder {
  func addConstants() {
    let circle = "The circumference of a circle of diameter 1, in f64; as a plain number it takes the type it meets."
    constant("π", .number(.pi), circle)
    constant("pi", .number(.pi), circle)
    constant(
      "ℯ", .number(2.718281828459045), "Euler's number, the base of the natural logarithm; `exp(1)`.")
    constant(
      "Inf", .number(.infinity), "Infinity, greater than every number; `∞` reads as `Inf`. `-Inf` is below all.")
    constant("NaN", .number(.nan), "What is no number, such as 0/0; it equals nothing, itself included.")
    for type in ElementType.allCases {
      let name = ElementTypes.name(type)
      add1(
        "\(name)(x)",
        "`x` converted to \(name), trees leaf by leaf. Differentiable; as `dtype = \(name)` it says what to make."
      ) { value in
        try Trees.map(value) { .tensor(try Operations.convert(try $0.tensor(name), to: type)) }
      }
    }
    addLimit("eps", "The distance from 1 to the next larger number of an element type.", \.epsilon)
    addLimit("floatmin", "The least positive number of an element type that has all its digits.", \.least)
    addLimit("floatmax", "The greatest finite number of an element type.", \.greatest)
    add1("dtype(x)", "The element type of a tensor, as the function that converts to it.") { value in
      self.globals.cell(ElementTypes.name(try value.tensor("dtype").type)).value
    }
  }

  /// A limit of floating point, by default that of f64. The number is a plain one: it takes the type it meets.
  private func addLimit(
    _ name: String, _ documentation: String, _ limit: KeyPath<FloatingPointLimits, Double>
  ) {
    add("\(name)(type)", documentation, optional: 1) {
      let type = try $0.positional.first.map { try ElementTypes.type($0, function: name) } ?? .f64
      guard let limits = FloatingPointLimits(type) else {
        throw Problem.wrongArgument(function: name, expected: "a type of floating point", got: "bool")
      }
      return .number(limits[keyPath: limit])
    }
  }
}

private struct FloatingPointLimits {
  let epsilon: Double
  let least: Double
  let greatest: Double

  init?(_ type: ElementType) {
    switch type {
    case .f64:
      (epsilon, least, greatest) = (.ulpOfOne, .leastNormalMagnitude, .greatestFiniteMagnitude)
    case .f32: (epsilon, least, greatest) = (0x1p-23, 0x1p-126, 0x1.fffffep127)
    case .f16: (epsilon, least, greatest) = (0x1p-10, 0x1p-14, 65504)
    case .bool: return nil
    }
  }
}
