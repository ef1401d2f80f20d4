import Interpreter
import Numerics

extension LibraryBuilder {
  /// Every public row of the operation table becomes a function of its name.
  func addOperations() {
    for operation in Operations.all where operation.isPublic {
      add(operation, as: operation.name, operation.documentation)
      for alias in operation.aliases {
        // Each name refers to the other.
        let text = operation.documentation.replacing(
          "See also: \(alias)", with: "See also: \(operation.name)")
        add(operation, as: alias, text)
      }
    }
  }

  private func add(_ operation: Operation, as name: String, _ documentation: String) {
    var header = Signature(parsing: operation.signature)
    header.name = name
    let count = header.positional.count
    let takesType = operation.parameters.contains { $0.name == "dtype" }
    if let results = operation.results {
      add(operation.signature, documentation) {
        let results = try results(try $0.positional.map { try operand($0, name) })
        let items = results.tensors.map { Value.tensor($0) }
        return results.names.isEmpty
          ? .tuple(Tuple(items)) : .record(Record(names: results.names, items: items))
      }
      return
    }
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
          documentation: documentation,
          numberUse: operation.isScalarFunction ? .traced : operation.isPlannable ? .untraced : .none,
          isFollowed: operation.isTensorFunction,
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
