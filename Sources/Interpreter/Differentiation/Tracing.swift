// Between trees of values and the tapes of the numeric core: what is differentiated is traced leaf by
// leaf, and what comes back has the structure of what went in.

import Numerics

/// The leaves of an argument as variables of one tape.
struct TracedTree {
  /// The argument with its leaves traced.
  let value: Value
  /// The traced leaves, from left to right.
  let variables: [Tensor]

  /// - Parameters:
  ///   - parameter: the argument's name, for the error when a leaf is no number.
  ///   - function: whose argument it is; its named parameters are the way out.
  init(
    _ argument: Value, parameter: String?, of function: Function, trace: (Tensor) throws -> Tensor
  ) throws {
    if case .tensor(let tensor) = argument, tensor.type != .bool {
      let variable = try trace(tensor)
      value = .tensor(variable)
      variables = [variable]
      return
    }
    var found: [Tensor] = []
    value = try Trees.map(argument) { leaf in
      guard case .tensor(let tensor) = leaf, tensor.type != .bool else {
        throw Problem.notDifferentiable(
          argument: parameter, kind: leaf.kindDescription, named: function.signature.named)
      }
      let variable = try trace(tensor)
      found.append(variable)
      return .tensor(variable)
    }
    variables = found
  }

  /// The structure of the argument with these leaves instead.
  func rebuilt(_ leaves: [Tensor]) -> Value {
    if leaves.count == 1, case .tensor = value { return .tensor(leaves[0]) }
    var position = 0
    return Trees.map(value) { _ in
      defer { position += 1 }
      return .tensor(leaves[position])
    }
  }
}

extension Function {
  /// The name of a positional parameter, where it has one.
  func parameterName(_ index: Int) -> String? {
    let names = signature.positional
    return index < names.count ? names[index] : signature.rest
  }

  /// Calls with one point: whole for one positional parameter, in its parts for several.
  func call(at point: Value, named: [(name: String, value: Value)] = []) throws -> Value {
    guard let count = positionalCount, count > 1 else {
      return named.isEmpty ? try call(point) : try call(Arguments([point], named: named))
    }
    return try call(Arguments(try parts(of: point, count: count), named: named))
  }

  private func parts(of point: Value, count: Int) throws -> [Value] {
    if Iteration.isIterable(point) {
      let parts = try Iteration.items(point)
      if parts.count == count { return parts }
      throw Problem.argumentCount(signature: signature, given: parts.count, count...count)
    }
    throw Problem.argumentCount(signature: signature, given: 1, count...count)
  }

  /// The same function of one parameter, the point.
  var ofPoint: Function {
    guard let count = positionalCount, count > 1 else { return self }
    return PointFunction(self)
  }
}

/// A function of several parameters, called with a point.
private final class PointFunction: Function {
  private let origin: Function

  init(_ origin: Function) { self.origin = origin }

  override var signature: Signature {
    var signature = origin.signature
    signature.positional = ["point"]
    signature.rest = nil
    return signature
  }

  override var positionalCount: Int? { 1 }
  override func call(_ argument: Value) throws -> Value { try origin.call(at: argument) }

  override func call(_ arguments: Arguments) throws -> Value {
    guard arguments.positional.count == 1 else {
      throw Problem.argumentCount(signature: signature, given: arguments.positional.count, 1...1)
    }
    return try origin.call(at: arguments.positional[0], named: arguments.named)
  }
}
