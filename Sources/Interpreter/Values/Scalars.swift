// The short way of numbers. A number, traced or not, owns no storage, so it can be read out of a value
// in place: no copy, no reference counts. Everything else takes the ordinary way.

import Numerics

extension Value {
  /// The number at `place`, when it is one.
  @inline(__always)
  package static func scalar(_ place: UnsafeMutablePointer<Value>) -> Tensor? {
    guard case .tensor(let tensor) = place.pointee, tensor.storage == nil else { return nil }
    return Tensor(number: tensor.scalar, meta: tensor.meta)
  }

  /// Something was assigned here.
  @inline(__always)
  var isSet: Bool {
    if case .unset = self { return false }
    return true
  }

  /// Takes the tensor out of a variable, so that nobody but the caller holds it.
  mutating func takeTensor() -> Tensor? {
    guard case .tensor(let tensor) = self else { return nil }
    self = .unset
    return tensor
  }
}

/// An operation on two tensors as a type, so that each operator's closure is compiled for it.
protocol TensorOperation {
  static func apply(_ a: Tensor, _ b: Tensor) throws -> Tensor
}

enum Addition: TensorOperation {
  @inline(__always)
  static func apply(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Operations.add(a, b) }
}

enum Subtraction: TensorOperation {
  @inline(__always)
  static func apply(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Operations.subtract(a, b) }
}

enum Product: TensorOperation {
  @inline(__always)
  static func apply(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Operations.product(a, b) }
}

enum Division: TensorOperation {
  @inline(__always)
  static func apply(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Operations.divide(a, b) }
}

enum Power: TensorOperation {
  @inline(__always)
  static func apply(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Operations.power(a, b) }
}
