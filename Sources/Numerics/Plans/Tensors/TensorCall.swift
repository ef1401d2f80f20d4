/// What a plan of tensors leaves to a kernel: an operation, or the rule of its row for one of its inputs. The same
/// bits as ever, since it is the same code.
final class TensorCall {
  /// A tensor that the kernel reads, in memory of its own, which a step before fills; a number is read where it is.
  struct Operand {
    var storage: Storage?
    var type: ElementType
    var place: TensorPlace

    @inline(__always)
    fileprivate func tensor(_ buffers: UnsafePointer<UnsafeMutableRawPointer>) -> Tensor {
      if let storage { return Tensor(storage, type) }
      return Tensor(
        type == .f32
          ? Double(place.elements(buffers, Float.self)[0]) : place.elements(buffers, Double.self)[0],
        type: type)
    }
  }

  let operation: Operation
  /// The input whose cotangent is computed, from that of the output, the inputs and the output; `nil` for the output.
  let input: Int?
  private let operands: [Operand]
  private let attributes: Attributes?
  private let integer: Int
  private let shape: Shape
  private let type: ElementType

  init(
    _ operation: Operation, cotangentOf input: Int?, _ operands: [Operand], _ attributes: Attributes?,
    _ integer: Int, _ shape: Shape, _ type: ElementType
  ) {
    self.operation = operation
    self.input = input
    self.operands = operands
    self.attributes = attributes
    self.integer = integer
    self.shape = shape
    self.type = type
  }

  /// Runs it and puts the elements of its result to a place. Answers false where it fails, or gives another kind of
  /// tensor than it did.
  func run(_ buffers: UnsafePointer<UnsafeMutableRawPointer>, _ y: TensorPlace) -> Bool {
    guard let result = try? result(operands.map { $0.tensor(buffers) }), result.type == type else {
      return false
    }
    guard let storage = result.storage else {
      if type == .f32 {
        y.elements(buffers, Float.self)[0] = Float(result.scalar)
      } else {
        y.elements(buffers, Double.self)[0] = result.scalar
      }
      return shape.rank == 0
    }
    guard storage.shape == shape else { return false }
    y.address(buffers).copyMemory(from: storage.pointer, byteCount: storage.count * type.size)
    return true
  }

  private func result(_ x: [Tensor]) throws -> Tensor {
    guard let input else {
      if operation.unary != nil { return try operation.apply(x[0], attributes, integer: integer) }
      if operation.binary != nil { return try operation.apply(x[0], x[1], attributes) }
      return try operation.apply(x, attributes)
    }
    // Operands: the cotangent, the inputs, the output.
    let count = x.count - 2
    var application = Application(
      first: x[1], output: x[x.count - 1], attributes: attributes, integer: integer)
    if count == 2 { application.second = x[2] }
    if operation.many != nil { application.all = Array(x[1..<x.count - 1]) }
    return try operation.cotangent(of: input, x[0], application)
  }
}
