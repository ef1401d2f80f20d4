import XCTest

@testable import Numerics

/// Many cotangents pulled back together give what they give one by one: for every differentiable row, each of its
/// inputs, and for the gradient of a row, whose tape holds what derivative rules are written with.
final class BatchedPullbackTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private struct Case {
    let label: String
    let row: Numerics.Operation
    let sample: Sample
    let input: Int

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      var positional = sample.positional
      positional[input] = x
      return try row.call(positional: positional, named: sample.named)
    }
  }

  private func cases() -> [Case] {
    _ = Operations.all
    var cases: [Case] = []
    for row in (0..<Registry.count).map({ Registry[$0] }) where row.isDifferentiable && row.name != "convert"
    {
      for (number, sample) in row.samples.enumerated() {
        for input in sample.positional.indices
        where sample.positional[input].type == .f64 && row.isVariable(input) {
          let label = "\(row.name), sample \(number), input \(input)"
          cases.append(Case(label: label, row: row, sample: sample, input: input))
        }
      }
    }
    return cases
  }

  /// The Jacobian of `y` in both ways. Answers whether `y` depends on `x`.
  @discardableResult
  private func compare(_ tape: Tape, _ y: Tensor, _ x: Tensor, _ label: String) throws -> Bool {
    guard let top = tape.node(of: y), let target = tape.node(of: x) else { return false }
    var units: [Double] = []
    var expected: [Double] = []
    for element in 0..<y.count {
      var unit = [Double](repeating: 0, count: y.count)
      unit[element] = 1
      units += unit
      expected += try tape.pullback(of: y, cotangent: Tensor(unit, shape: y.shape), to: x).doubles
    }
    let rows = Tensor(units, shape: Shape([y.count] + Array(y.shape)))
    let recording = Tape.recordings! + tape.level
    guard let result = try recording.pointee.backward(from: top, rows: rows, to: target) else {
      XCTAssert(expected.allSatisfy { $0 == 0 }, label)
      return false
    }
    XCTAssertEqual(result.shape, Shape([y.count] + Array(x.shape)), label)
    let tolerance = 1e-12 * max(1, expected.map(abs).max() ?? 0)
    for (a, b) in zip(result.doubles, expected) where !(abs(a - b) <= tolerance) && !(a.isNaN && b.isNaN) {
      XCTFail("\(label): \(a) is not \(b)")
      return true
    }
    return true
  }

  func testEveryRow() throws {
    var depending = 0
    for one in cases() {
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let x = tape.variable(one.sample.positional[one.input])
      if try compare(tape, one(x), x, one.label) { depending += 1 }
    }
    XCTAssertGreaterThan(depending, 250)
  }

  func testTheGradientOfEveryRow() throws {
    var depending = 0
    for one in cases() {
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let x = tape.variable(one.sample.positional[one.input])
      let inner = try Tape.open(.reverse)
      let variable = inner.variable(x)
      let y = try one(variable)
      let weights = Tensor((0..<y.count).map { 0.3 + 0.17 * Double($0 * 3 % 7) }, shape: y.shape)
      let square = try Operations.multiply(Operations.multiply(y, y), weights)
      let gradient = try inner.pullback(
        of: square, cotangent: Tensor(Self.ones(y), shape: y.shape), to: variable)
      inner.close()
      if try compare(tape, gradient, x, "gradient of \(one.label)") { depending += 1 }
    }
    XCTAssertGreaterThan(depending, 250)
  }

  private static func ones(_ y: Tensor) -> [Double] { [Double](repeating: 1, count: y.count) }

  /// The Jacobian as programs get it, wide enough to be computed in several parts and with a remainder.
  func testPartsOfAWideJacobian() throws {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let count = 700
    let x = tape.variable(Tensor((0..<count).map { Double($0) / 100 - 3 }))
    let y = try Operations.multiply(Operations.sum(x), Operations.sin(x))
    XCTAssertLessThan(Tape.recordings![tape.level].rowsAtOnce(tape.node(of: y)!, count), count)
    let whole = try tape.jacobian(of: y, by: x)
    XCTAssertEqual(whole.shape, Shape(count, count))
    for row in [0, 1, 92, 93, 94, 350, 698, 699] {
      var unit = [Double](repeating: 0, count: count)
      unit[row] = 1
      XCTAssertEqual(
        try whole.row(row).doubles, try tape.pullback(of: y, cotangent: Tensor(unit), to: x).doubles)
    }
  }
}
