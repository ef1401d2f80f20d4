import CPlan
import XCTest

@testable import Numerics

/// The code of a plan against the register machine: the same bits, guards and memory, whatever steps there are, however
/// many numbers are needed at once.
final class MachineCodeTests: XCTestCase {
  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 2, 3, 0.5, -3.25, 0x1p-1063, .leastNonzeroMagnitude, 1e308, -1e308, .infinity, -.infinity,
    .nan, .pi,
  ]

  /// What a run came to.
  private struct Outcome {
    var turns = 0
    var numbers: [Double] = []

    func isSame(as other: Outcome) -> Bool {
      turns == other.turns && numbers.count == other.numbers.count
        && zip(numbers, other.numbers).allSatisfy { a, b in
          a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
        }
    }
  }

  func testRandomTurnsAreTheSame() throws {
    var turns = 0
    for seed in 1...3000 as ClosedRange<UInt64> {
      let steps = outcome(seed, asCode: false)
      let code = outcome(seed, asCode: true)
      XCTAssertTrue(steps.isSame(as: code), "seed \(seed): \(steps) \(code)")
      turns += steps.turns
    }
    XCTAssertGreaterThan(turns, 3000)
  }

  private func outcome(_ seed: UInt64, asCode: Bool) -> Outcome {
    let before = (MachineCode.isEnabled, NumberPlan.stepsBeforeCode)
    defer { (MachineCode.isEnabled, NumberPlan.stepsBeforeCode) = before }
    (MachineCode.isEnabled, NumberPlan.stepsBeforeCode) = (asCode, 0)
    var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    return Turn(&dice).run(&dice)
  }

  func testThereIsCodeOnThisProcessor() {
    #if arch(x86_64)
      let before = NumberPlan.stepsBeforeCode
      defer { NumberPlan.stepsBeforeCode = before }
      NumberPlan.stepsBeforeCode = 0
      var builder = NumberPlanBuilder()
      let x = builder.input()
      let sum = builder.add(x, builder.constant(1))
      let plan = builder.plan([sum])
      XCTAssertFalse(plan.hasCode)
      XCTAssertTrue(plan.run(nil))
      XCTAssertTrue(plan.hasCode)
    #endif
  }

  /// A random turn of a loop.
  private struct Turn {
    private var builder: NumberPlanBuilder
    private var places: [PlanRegister] = []
    private var loop = PlanLoop()
    private let source: [Double]
    /// Calls take every register of the processor.
    private let hasCalls: Bool

    init(_ dice: inout Dice) {
      source = (0..<6).map { _ in MachineCodeTests.numbers[dice.below(MachineCodeTests.numbers.count)] }
      var builder = NumberPlanBuilder()
      hasCalls = dice.below(2) == 0
      let carried = (0..<1 + dice.below(20)).map { _ in builder.input() }
      let item = builder.input()
      self.builder = builder
      places = carried + [item]
      for _ in 0..<3 {
        places.append(
          self.builder.constant(MachineCodeTests.numbers[dice.below(MachineCodeTests.numbers.count)]))
      }
      for _ in 0..<dice.below(90) { append(&dice, item) }
      loop.carried = carried.map { $0.index }
      loop.item = item.index
      // Variables may change places, or stay.
      loop.results = carried.map { _ in
        (dice.below(4) == 0 ? carried[dice.below(carried.count)] : places[dice.below(places.count)]).index
      }
    }

    private mutating func append(_ dice: inout Dice, _ item: PlanRegister) {
      func any() -> PlanRegister { places[dice.below(places.count)] }
      let (a, b) = (any(), any())
      let kind = dice.below(24)
      guard hasCalls || !(14...17).contains(kind) && kind != 20 else { return }
      switch kind {
      case 0...3: places.append(builder.add(a, b))
      case 4...6: places.append(builder.subtract(a, b))
      case 7...10: places.append(builder.multiply(a, b))
      case 11: places.append(builder.divide(a, b))
      case 12: places.append(builder.negate(a))
      case 13: places.append(builder.squareRoot(a))
      case 14: places.append(builder.unary({ $0 + 0.25 }, a))
      case 15: places.append(builder.binary({ $0 - 2 * $1 }, a, b))
      case 16: places.append(builder.powerSlope(a, b, any()))
      case 17: places.append(builder.cotangent(of: 0, Code.divide, a, b, any(), any()))
      case 18:
        builder.guardIndex(item, last: 3)
        places.append(builder.load(0, at: item, stride: 2, offset: Int32(dice.below(2))))
      case 19:
        builder.guardIndex(item, last: 3)
        builder.store(a, 0, at: item, stride: 2, offset: Int32(dice.below(2)))
      case 20:
        let sum = builder.call(
          table.reductions.sum, [(Shape([3]), [a, b, any()])], Attributes(integers: [0]), 0, Shape([]),
          isNumber: true)
        places += sum
      case 21: places.append(builder.load(0, dice.below(6)))
      case 22: if dice.below(6) == 0 { builder.guardFinite(a, is: dice.below(2) == 0) }
      default:
        // Comparisons with a number that is seldom met, which do not end every run.
        let limit = builder.constant(dice.below(2) == 0 ? 1e300 : -7.5)
        let comparison = Comparison.allCases[dice.below(Comparison.allCases.count)]
        if dice.below(3) == 0 { builder.guardThat(comparison, a, limit, is: dice.below(2) == 0) }
      }
    }

    func run(_ dice: inout Dice) -> Outcome {
      let plan = NumberPlan(builder.program(loop.results), needed: [], loop)
      var state = loop.carried.map { _ in MachineCodeTests.numbers[dice.below(MachineCodeTests.numbers.count)]
      }
      let items: [Double] = dice.below(3) == 0 ? [1, 2, 3, 4, 1] : [3, 1, 2, 1.5]
      var target = [Double](repeating: 0, count: 6)
      var outcome = Outcome()
      // Twice: the registers are those of the first run.
      for _ in 0..<2 {
        items.withUnsafeBufferPointer { items in
          source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
              let (inputs, outputs) = ([source.baseAddress], [target.baseAddress])
              inputs.withUnsafeBufferPointer { inputs in
                outputs.withUnsafeBufferPointer { outputs in
                  outcome.turns += plan.run(
                    items,
                    PlanMemory(inputs: inputs.baseAddress, outputs: outputs.baseAddress, call: PlanCall.run),
                    &state)
                }
              }
            }
          }
        }
        outcome.numbers += state + target
      }
      return outcome
    }
  }
}
