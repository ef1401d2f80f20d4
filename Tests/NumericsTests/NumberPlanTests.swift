import XCTest

@testable import Numerics

/// Plans of numbers against the same operations one by one: equal to the last bit, whatever the numbers are.
final class NumberPlanTests: XCTestCase {
  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 2, 0.5, -3.25, 0x1p-1063, .leastNonzeroMagnitude, 1e308, -1e308, .infinity, -.infinity,
    .nan,
    .pi,
  ]

  /// Programs of random steps, some of them of constants, some that repeat, some that nothing needs.
  func testRandomProgramsKeepTheirBits() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      let seed = UInt64.random(in: .min ... .max, using: &random)
      try check(seed)
    }
  }

  /// A slope written as steps is the slope of numbers.
  func testSlopesAsSteps() throws {
    _ = table
    let rows = (0..<Registry.count).map({ Registry[$0] }).filter { $0.numbers.slope?.steps != nil }
    XCTAssertGreaterThan(rows.count, 5)
    for row in rows {
      guard let slope = row.numbers.slope, let steps = slope.steps, let function = row.numbers.unary else {
        continue
      }
      var builder = NumberPlanBuilder()
      let (x, y) = (builder.input(), builder.input())
      let result = steps(&builder, x, y)
      let plan = builder.plan([result])
      for number in Self.numbers {
        (plan[x], plan[y]) = (number, function(number))
        XCTAssert(plan.run(nil))
        let (found, wanted) = (plan[result], slope.number(number, function(number)))
        XCTAssert(
          found.bitPattern == wanted.bitPattern || found.isNaN && wanted.isNaN, "\(row.name) at \(number)")
      }
    }
  }

  private func check(_ seed: UInt64) throws {
    var dice = Dice(state: seed | 1)
    let length = dice.below(40)
    let inputs = 3
    var builder = NumberPlanBuilder()
    var places = (0..<inputs).map { _ in builder.input() }
    var steps: [(Int, Int, Int)] = []
    let constants = (0..<2).map { _ in Self.numbers[dice.below(Self.numbers.count)] }
    for constant in constants { places.append(builder.constant(constant)) }
    for _ in 0..<length {
      var step = (dice.below(6), dice.below(places.count), dice.below(places.count))
      // The exponent of a power, from -1 on.
      if step.0 == 5 { step.2 = dice.below(5) }
      steps.append(step)
      let (a, b) = (places[step.1], step.0 == 5 ? places[0] : places[step.2])
      let result =
        switch step.0 {
        case 0: builder.add(a, b)
        case 1: builder.subtract(a, b)
        case 2: builder.multiply(a, b)
        case 3: builder.divide(a, b)
        case 4: builder.negate(a)
        default: builder.power(a, builder.constant(Double(step.2) - 1))
        }
      places.append(result)
    }
    let results = (0..<3).map { _ in places[dice.below(places.count)] }
    let wanted = results.map { result in places.lastIndex(of: result)! }
    let plan = builder.plan(results)
    for _ in 0..<4 {
      var values = (0..<inputs).map { _ in Self.numbers[dice.below(Self.numbers.count)] }
      for index in 0..<inputs { plan[places[index]] = values[index] }
      values += constants
      for step in steps {
        let (a, b) = (values[step.1], step.0 == 5 ? 0 : values[step.2])
        let result =
          switch step.0 {
          case 0: a + b
          case 1: a - b
          case 2: a * b
          case 3: a / b
          case 4: -a
          default: Power.call(a, Double(step.2) - 1)
          }
        values.append(result)
      }
      XCTAssertTrue(plan.run(nil))
      for (result, place) in zip(results, wanted) {
        let (found, value) = (plan[result], values[place])
        XCTAssertTrue(Self.areSame(found, value), "seed \(seed): \(found), not \(value)")
      }
    }
  }

  /// A NaN has no sign that anybody sees.
  private static func areSame(_ a: Double, _ b: Double) -> Bool {
    a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
  }

  func testWhatRepeatsOrIsNotNeededIsNoStep() {
    var builder = NumberPlanBuilder()
    let (x, y) = (builder.input(), builder.input())
    let product = builder.multiply(x, y)
    XCTAssertEqual(builder.multiply(y, x), product)
    XCTAssertEqual(builder.multiply(builder.constant(1), x), x)
    let five = builder.add(builder.constant(2), builder.constant(3))
    XCTAssertEqual(builder.value(five), 5)
    _ = builder.divide(x, y)
    let sum = builder.add(product, builder.negate(x))
    // One step: x y - x.
    let plan = builder.plan([sum])
    XCTAssertEqual(plan.count, 1)
    (plan[x], plan[y]) = (3, 4)
    XCTAssertTrue(plan.run(nil))
    XCTAssertEqual(plan[sum], 9)
  }

  func testGuardsHoldWhereTheDecisionFallsAsItDid() {
    for comparison in Comparison.allCases {
      for outcome in [false, true] {
        var builder = NumberPlanBuilder()
        let (x, y) = (builder.input(), builder.input())
        builder.guardThat(comparison, x, y, is: outcome)
        let plan = builder.plan([x])
        for a in Self.numbers {
          for b in Self.numbers {
            (plan[x], plan[y]) = (a, b)
            XCTAssertEqual(plan.run(nil), comparison.holds(a, b) == outcome, "\(a) \(comparison) \(b)")
          }
        }
      }
    }
  }

  func testASquareRoot() {
    var builder = NumberPlanBuilder()
    let x = builder.input()
    let root = builder.squareRoot(x)
    let plan = builder.plan([root])
    for number in Self.numbers {
      plan[x] = number
      XCTAssertTrue(plan.run(nil))
      XCTAssertTrue(Self.areSame(plan[root], number.squareRoot()), "\(number)")
    }
  }

  func testAFiniteGuard() {
    var builder = NumberPlanBuilder()
    let x = builder.input()
    builder.guardFinite(x)
    let plan = builder.plan([x])
    for number in Self.numbers {
      plan[x] = number
      XCTAssertEqual(plan.run(nil), number.isFinite)
    }
  }
}

/// Numbers that a seed decides.
struct Dice {
  var state: UInt64

  mutating func below(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(count))
  }
}
