/// An operation on small tensors as a step of a plan: its kernel, on tensors made of registers. The same bits as ever,
/// since it is the same kernel; measured 90 to 140 ns for the norm of 2 to 32 elements.
final class PlanCall {
  let operation: Operation
  /// Numbers have no shape.
  private let inputs: [(shape: Shape?, registers: [Int32])]
  private let attributes: Attributes?
  private let integer: Int
  private let first: Int
  private let shape: Shape?

  /// - Parameters:
  ///   - first: the first of the registers that the elements of the result are put into.
  ///   - shape: the result's; `nil` for a number.
  init(
    _ operation: Operation, _ inputs: [(shape: Shape?, registers: [Int32])], _ attributes: Attributes?,
    _ integer: Int, first: Int, shape: Shape?
  ) {
    self.operation = operation
    self.inputs = inputs
    self.attributes = attributes
    self.integer = integer
    self.first = first
    self.shape = shape
  }

  /// The registers that it reads.
  var operands: [Int32] { inputs.flatMap(\.registers) }

  /// The same, input by input.
  var inputRegisters: [[Int32]] { inputs.map(\.registers) }

  /// The registers that it writes.
  var results: [Int32] {
    (0..<(shape?.elementCount ?? 1)).map { Int32(truncatingIfNeeded: first + $0) }
  }

  /// Runs the call that a step names; 0 where the operation fails, or its result has another shape.
  static let run: @convention(c) (UnsafeRawPointer?, UnsafeMutablePointer<Double>?) -> Int32 = {
    call, registers in
    guard let call, let registers else { return 0 }
    return Unmanaged<PlanCall>.fromOpaque(call)._withUnsafeGuaranteedRef { $0.run(registers) } ? 1 : 0
  }

  /// The same on these registers.
  func run(_ registers: UnsafeMutablePointer<Double>) -> Bool {
    guard let result = try? result(registers), result.type == .f64 else { return false }
    guard let shape else {
      registers[first] = result.scalar
      return result.isScalar
    }
    guard let storage = result.storage, storage.shape == shape else { return false }
    (registers + first).update(from: storage.f64.run(storage.count), count: storage.count)
    return true
  }

  private func result(_ registers: UnsafeMutablePointer<Double>) throws -> Tensor {
    if operation.unary != nil {
      return try operation.apply(input(0, registers), attributes, integer: integer)
    }
    if operation.binary != nil {
      return try operation.apply(input(0, registers), input(1, registers), attributes)
    }
    return try operation.apply(inputs.indices.map { try input($0, registers) }, attributes)
  }

  private func input(_ place: Int, _ registers: UnsafeMutablePointer<Double>) throws -> Tensor {
    let (shape, places) = inputs[place]
    guard let shape else { return Tensor(registers[Int(places[0])]) }
    let storage = try Storage.allocate(shape, .f64)
    let elements = storage.f64.run(places.count)
    for (element, register) in places.enumerated() { elements[element] = registers[Int(register)] }
    return Tensor(storage, .f64)
  }
}
