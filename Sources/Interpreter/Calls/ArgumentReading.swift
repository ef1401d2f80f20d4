// What functions of the library ask of their arguments, and the errors where they get something else.

import Numerics

extension Arguments {
  package subscript(name: String) -> Value? { named.first { $0.name == name }?.value }

  package func tensor(_ position: Int, _ function: String) throws -> Tensor {
    try positional[position].tensor(function)
  }

  package func function(_ position: Int, _ name: String) throws -> Function {
    if case .function(let function) = positional[position] { return function }
    throw Problem.wrongArgument(
      function: name, expected: "a function", got: positional[position].kindDescription)
  }

  package func number(_ name: String, function: String, default fallback: Double) throws -> Double {
    guard let value = self[name] else { return fallback }
    value.noteCut(of: function, name)
    return try value.number(function)
  }
}

extension Value {
  package func tensor(_ function: String) throws -> Tensor {
    if case .tensor(let tensor) = self { return tensor }
    throw Problem.wrongArgument(function: function, expected: "a number or a tensor", got: kindDescription)
  }

  package func number(_ function: String) throws -> Double {
    if case .tensor(let tensor) = self, tensor.isScalar {
      noteCut(of: function, "a number")
      return tensor.value()
    }
    throw Problem.wrongArgument(function: function, expected: "a number", got: kindDescription)
  }

  /// A whole number of at least `least`.
  package func whole(_ function: String, from least: Int = 0) throws -> Int {
    guard case .tensor(let tensor) = self, tensor.isScalar else {
      throw Problem.wrongArgument(function: function, expected: "a number", got: kindDescription)
    }
    let number: Double = tensor.value()
    guard let whole = Int(exactly: number), whole >= least else {
      throw Problem.badValue(
        function: function, reason: "\(Printer.inline(self)) is not a whole number from \(least)")
    }
    noteCut(of: function, "a count")
    return whole
  }

  package func string(_ function: String) throws -> String {
    if case .string(let text) = self { return text.string }
    throw Problem.wrongArgument(function: function, expected: "a string", got: kindDescription)
  }

  package func asFunction(_ name: String) throws -> Function {
    if case .function(let function) = self { return function }
    throw Problem.wrongArgument(function: name, expected: "a function", got: kindDescription)
  }
}
