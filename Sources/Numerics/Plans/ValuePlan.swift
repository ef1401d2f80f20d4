import CPlan

/// What a call computed from numbers and small tensors, as a plan of numbers.
public final class ValuePlan {
  /// One of the tensors that are given before each run: its registers follow each other.
  private struct Input {
    var isNumber: Bool
    var shape: Shape
    var first: Int
  }

  private struct Result {
    var isNumber: Bool
    var shape: Shape
    var registers: [PlanRegister]
    /// Where its tensor is made.
    var site: Int32
  }

  private let plan: NumberPlan
  private let inputs: [Input]
  private let results: [Result]
  /// What is read by index; held, so that nobody writes into it.
  private let storages: [Storage]
  private let pointers: UnsafeMutablePointer<UnsafePointer<Double>?>

  /// As many steps as the recording of a gradient may have nodes.
  private static let mostSteps = 1 << 12

  /// - Parameters:
  ///   - inputs: what was marked at the beginning of the call.
  ///   - results: the tensors in its value that are no constants.
  /// - Returns: `nil` where the call cannot be run again.
  public init?(_ trace: PlanTrace, inputs: [Tensor], results: [Tensor]) {
    guard !trace.gaveUp else { return nil }
    var own: [Input] = []
    for input in inputs {
      guard let registers = trace.registers(of: input) else { return nil }
      let first = Int(registers.first?.index ?? 0)
      guard registers.enumerated().allSatisfy({ Int($1.index) == first + $0 }) else { return nil }
      own.append(Input(isNumber: input.isScalar, shape: input.shape, first: first))
    }
    var found: [Result] = []
    for result in results {
      guard result.type == .f64, let registers = trace.registers(of: result) else { return nil }
      found.append(
        Result(
          isNumber: result.isScalar, shape: result.shape, registers: registers, site: result.origin ?? 0))
    }
    self.inputs = own
    self.results = found
    plan = trace.builder.plan(found.flatMap(\.registers))
    storages = trace.inputs
    pointers = .allocate(capacity: storages.count + 1)
    pointers.initialize(repeating: nil, count: storages.count + 1)
    for (index, storage) in storages.enumerated() {
      pointers[index] = UnsafePointer(storage.f64.run(storage.count))
    }
    guard plan.count <= ValuePlan.mostSteps else { return nil }
  }

  deinit { pointers.deallocate() }

  /// How many steps there are, guards included.
  public var count: Int { plan.count }

  /// Sets an input for the next run. Answers false where the tensor is not of the kind and the shape that was written down,
  /// or may be followed by a tape.
  @inline(__always)
  public func set(_ index: Int, _ x: Tensor) -> Bool {
    guard x.meta == 0 else { return false }
    let input = inputs[index]
    guard let storage = x.storage else {
      guard input.isNumber else { return false }
      plan[PlanRegister(index: Int32(truncatingIfNeeded: input.first))] = x.scalar
      return true
    }
    guard !input.isNumber, input.shape == storage.shape else { return false }
    plan.set(from: input.first, storage.f64.run(storage.count), storage.count)
    return true
  }

  /// Answers false where a decision falls another way than it did.
  @inline(__always)
  public func run() -> Bool { plan.run(UnsafePointer(pointers)) }

  /// One of the results of the last run.
  public func result(_ index: Int) throws -> Tensor {
    let result = results[index]
    if result.isNumber { return Tensor(plan[result.registers[0]]) }
    Tape.site = result.site
    let storage = try Storage.allocate(result.shape, .f64)
    let elements = storage.f64.run(result.registers.count)
    for (element, register) in result.registers.enumerated() { elements[element] = plan[register] }
    return Tensor(storage, .f64)
  }
}
