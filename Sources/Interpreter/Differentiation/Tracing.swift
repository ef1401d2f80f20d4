// Between trees of values and the tapes of the numeric core: what is differentiated is traced leaf by
// leaf, and what comes back has the structure of what went in.

import Numerics

extension Value {
  /// What it is that cannot be differentiated: of a mask that it holds bools, not what shape it has.
  var kindForDerivative: String {
    if case .tensor(let tensor) = self, tensor.type == .bool, !tensor.isScalar { return "bools" }
    return kindDescription
  }

  /// The same tree with its leaves as variables of a tape.
  ///
  /// - Parameters:
  ///   - parameter: which positional argument of `function` this is, for the error when a leaf is no number.
  package func traced(on tape: Tape, parameter: Int, of function: Function) throws -> Value {
    try mapLeaves { leaf in
      guard case .tensor(let tensor) = leaf, tensor.type != .bool else {
        throw Problem.notDifferentiable(
          argument: function.parameterName(parameter), kind: leaf.kindForDerivative,
          named: function.signature.named)
      }
      return .tensor(tape.variable(tensor))
    }
  }

  /// The tree of cotangents that the last pullback from `y` left at these variables.
  package func cotangents(on tape: Tape, from y: Tensor) throws -> Value {
    try mapLeaves { leaf in
      guard case .tensor(let variable) = leaf else { return leaf }
      return .tensor(try tape.settled(tape.cotangent(of: variable, from: y)))
    }
  }

  /// The traced leaves, from left to right.
  var leafTensors: [Tensor] {
    Trees.leaves(self).compactMap { if case .tensor(let tensor) = $0 { tensor } else { nil } }
  }
}

extension Function {
  /// The name of a positional parameter, where it has one.
  package func parameterName(_ index: Int) -> String? {
    let names = signature.positional
    return index < names.count ? names[index] : signature.rest
  }

  /// Calls with one point: whole for one positional parameter, in its parts for several.
  package func call(at point: Value, named: [(name: String, value: Value)] = []) throws -> Value {
    guard let count = positionalCount, count > 1 else {
      return named.isEmpty ? try call(point) : try call(Arguments([point], named: named))
    }
    if count == 2, named.isEmpty, case .tuple(let tuple) = point, tuple.count == 2 {
      return try call(tuple[0], tuple[1])
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
  package var ofPoint: Function {
    guard let count = positionalCount, count > 1 else { return self }
    return PointFunction(self)
  }
}

/// A function of several parameters, called with a point.
final class PointFunction: Function {
  let origin: Function
  private var kept: StagedFunction?

  init(_ origin: Function) { self.origin = origin }

  override var signature: Signature {
    var signature = origin.signature
    signature.positional = ["point"]
    signature.rest = nil
    return signature
  }

  override var staged: StagedFunction? {
    if kept == nil, origin is Closure { kept = origin.staged?.derived(.ofPoint) }
    return kept
  }
  override var heldFunctions: [Function] { [origin] }
  override var positionalCount: Int? { 1 }
  override func call(_ argument: Value) throws -> Value { try origin.call(at: argument) }

  override func call(_ arguments: Arguments) throws -> Value {
    guard arguments.positional.count == 1 else {
      throw Problem.argumentCount(signature: signature, given: arguments.positional.count, 1...1)
    }
    return try origin.call(at: arguments.positional[0], named: arguments.named)
  }
}
