import CPlan
import CVector

/// A plan of numbers for many points at once: a register is a column of numbers, one for each point of a block, and a step
/// a loop over columns, with the same bits as number by number. A guard takes out the points for which it does not hold.
public final class PointPlan {
  /// One step; its operands are columns.
  struct Step {
    let step: PlanStep
    /// The loop in CVector of the function that it calls, or of the comparison; below 0 where there is none.
    let loop: Int32
  }

  /// An operation by its kernel, point by point.
  struct Call {
    let call: PlanCall
    let operands: [(register: Int32, column: Int32)]
    let results: [(register: Int32, column: Int32)]
  }

  private let steps: [Step]
  private let calls: [Call]
  private let constants: [(column: Int32, value: Double)]
  /// The column of each element of a point; below 0 where no step reads it.
  private let inputs: [Int32]
  private let results: [Int32]
  private let columnCount: Int
  private let registerCount: Int
  /// What is read by index; held, so that nobody writes into it.
  private let storages: [Storage]
  /// Points that go together: columns of 256 kB in all, which stay in the processor's cache. Measured on a tower of fifty
  /// sigmoids and its gradient, 10,000 points: in blocks of 32 1.8 ms, of 128 1.34, of 512 1.21, of 4096 1.32.
  private let block: Int

  /// Numbers that a point gives.
  public var width: Int { results.count }

  /// - Parameters:
  ///   - inputs: what was marked at the beginning, numbers and small tensors.
  ///   - result: what came of it.
  /// - Returns: `nil` where something was done that is no step, or is one that other points could see.
  public convenience init?(_ trace: PlanTrace, inputs: [Tensor], result: Tensor) {
    guard !trace.gaveUp, result.type == .f64, let results = trace.registers(of: result) else { return nil }
    var from: [PlanRegister] = []
    for input in inputs {
      guard let registers = trace.registers(of: input) else { return nil }
      from += registers
    }
    self.init(
      trace.builder.program(results.map(\.index)), inputs: from.map(\.index), results: results.map(\.index),
      trace.inputs)
  }

  /// - Parameter storages: what is read by index.
  init?(_ program: PlanProgram, inputs: [Int32], results: [Int32], _ storages: [Storage]) {
    var columns = PointColumns(program, inputs: inputs, results: results)
    guard columns.assign() else { return nil }
    steps = columns.steps
    calls = columns.calls
    constants = columns.constants
    self.inputs = columns.inputs
    self.results = columns.results
    columnCount = columns.count
    registerCount = program.registers.count
    self.storages = storages
    block = max(32, min(512, (1 << 15) / max(1, columnCount)))
    Memory.hold(bytes)
  }

  deinit { Memory.release(bytes) }

  private var bytes: Int { steps.count * MemoryLayout<Step>.stride + constants.count * 16 }

  /// How many steps there are, guards included.
  public var count: Int { steps.count }

  /// Where the elements of a point are: those of the next lie `stride` numbers further, or are the same where that is 0.
  public struct Input {
    let elements: UnsafePointer<Double>
    let stride: Int
    let count: Int

    public init(_ elements: UnsafePointer<Double>, stride: Int, count: Int) {
      self.elements = elements
      self.stride = stride
      self.count = count
    }
  }

  /// Computes the points that are not done yet, as far as the guards hold for them, on as many threads as pay.
  ///
  /// - Parameters:
  ///   - values: the numbers of each point, one point after the other.
  ///   - isDone: for each point whether it has its numbers.
  /// - Throws: an interruption; some points are done then.
  public func run(
    _ points: [Input], count: Int, _ values: UnsafeMutablePointer<Double>,
    _ isDone: UnsafeMutablePointer<Bool>
  ) throws {
    let part = max(block, min(4096, (1 << 20) / max(1, steps.count)) / block * block)
    let parts = (count + part - 1) / part
    // A step costs about as much as an addition or two; those by functions more. Kernels and rules of operations are the
    // evaluation's own.
    let isPure = calls.isEmpty && !steps.contains { $0.step.kind == UInt32(PLAN_rule) }
    let weight = isPure ? part * steps.count * 2 : 0
    try Workers.share(parts, weight: weight) { index in
      run(points, index * part..<min(count, (index + 1) * part), values, isDone)
    }
  }

  private func run(
    _ points: [Input], _ range: Range<Int>, _ values: UnsafeMutablePointer<Double>,
    _ isDone: UnsafeMutablePointer<Bool>
  ) {
    let room = (columnCount + 2) * block
    Scratch.withDoubles(room) { scratch in
      let numbers = scratch.run(room)
      let memory = PointBlock(numbers, block: block, columns: columnCount)
      for (column, value) in constants { memory[column].update(repeating: value, count: block) }
      for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        if NumericsInterruption.isRaised { return }
        let count = min(block, range.upperBound - start)
        for i in 0..<count { memory.isAlive[i] = isDone[start + i] ? 0 : 1 }
        guard memory.hasAlive(count) else { continue }
        fill(points, start, count, memory)
        guard run(memory, count) else { continue }
        for i in 0..<count where memory.isAlive[i] != 0 {
          for (place, column) in results.enumerated() {
            values[(start + i) * results.count + place] = memory[column][i]
          }
          isDone[start + i] = true
        }
      }
    }
  }

  private func fill(_ points: [Input], _ start: Int, _ count: Int, _ memory: PointBlock) {
    var place = 0
    for point in points {
      for element in 0..<point.count {
        defer { place += 1 }
        guard inputs[place] >= 0 else { continue }
        let column = memory[inputs[place]]
        let first = point.elements + start * point.stride + element
        for i in 0..<count { column[i] = first[i * point.stride] }
      }
    }
  }

  /// Answers false where no point is left.
  private func run(_ memory: PointBlock, _ count: Int) -> Bool {
    var registers: [Double] = []
    for step in steps {
      switch Int(step.step.kind) {
      case PLAN_loadAt:
        memory.load(step.step, storages[Int(step.step.b)], count)
      case PLAN_call:
        if registers.isEmpty { registers = [Double](repeating: 0, count: registerCount) }
        memory.call(calls[Int(step.step.argument)], &registers, count)
        guard memory.hasAlive(count) else { return false }
      case PLAN_equal, PLAN_unequal, PLAN_less, PLAN_lessEqual, PLAN_greater, PLAN_greaterEqual, PLAN_finite,
        PLAN_index:
        memory.keep(step, count)
        guard memory.hasAlive(count) else { return false }
      default: memory.compute(step, count)
      }
    }
    return true
  }
}
