import XCTest

@testable import Numerics

/// Every differentiable row of the table at its samples, in both directions and to the second order, against
/// central differences. (`ShortTypeTests` has the same in f32 and f16.)
final class DerivativeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  /// Weights that make a number of any result, all different so that no error cancels.
  private func weigh(_ y: Tensor) throws -> Tensor {
    let values = (0..<y.count).map { i -> Double in
      let up = 0.17 * Double(i % 7)
      let down = 0.05 * Double(i % 3)
      return 0.3 + up - down
    }
    let weights = Tensor(values, shape: y.shape)
    return try Operations.sum(Operations.multiply(y, weights))
  }

  private func direction(_ x: Tensor) -> Tensor {
    Tensor((0..<x.count).map { 0.7 - 0.31 * Double($0 % 5) }, shape: x.shape)
  }

  /// Operation, sample and one of its inputs, as a function of that input.
  private struct Case {
    let label: String
    let x: Tensor
    let f: (Tensor) throws -> Tensor
  }

  private func cases() -> [Case] {
    _ = Operations.all
    var cases: [Case] = []
    for row in (0..<Registry.count).map({ Registry[$0] }) where row.isDifferentiable {
      for (number, sample) in row.samples.enumerated() {
        for input in sample.positional.indices
        where sample.positional[input].type == .f64 && row.isVariable(input) {
          let x = sample.positional[input]
          cases.append(
            Case(label: "\(row.name), sample \(number), input \(input)", x: x) { variable in
              var positional = sample.positional
              positional[input] = variable
              return try row.call(positional: positional, named: sample.named)
            })
        }
      }
    }
    return cases
  }

  private func slope(_ c: Case, _ f: (Tensor) throws -> Tensor) throws -> Double {
    let step = 1e-5
    let v = direction(c.x)
    let up = try f(Operations.add(c.x, Operations.multiply(v, Tensor(step)))).value()
    let down = try f(Operations.subtract(c.x, Operations.multiply(v, Tensor(step)))).value()
    return (up - down) / (2 * step)
  }

  private func assertClose(_ a: Double, _ b: Double, _ label: String, tolerance: Double = 2e-7) {
    XCTAssertEqual(a, b, accuracy: tolerance * max(1, abs(a), abs(b)), label)
  }

  func testEveryRowIsTried() {
    let tried = Set(cases().map { $0.label.prefix { $0 != "," } })
    XCTAssertGreaterThan(cases().count, 250)
    for row in Operations.all where row.isDifferentiable && row.name != "fill" {
      XCTAssertTrue(tried.contains(row.name[...]), "\(row.name) has no samples")
    }
  }

  func testReverse() throws {
    for c in cases() {
      let g = try gradient(c.x) { try weigh(c.f($0)) }
      XCTAssertEqual(g.shape, c.x.shape, c.label)
      let along = try Operations.inner(g, direction(c.x)).value()
      assertClose(along, try slope(c) { try weigh(c.f($0)) }, c.label)
    }
  }

  func testForward() throws {
    for c in cases() {
      let t = try velocity(c.x, direction(c.x)) { try weigh(c.f($0)) }
      assertClose(t.value(), try slope(c) { try weigh(c.f($0)) }, c.label)
    }
  }

  /// The derivative along a direction, differentiated again in reverse.
  func testSecondOrderReverseOverForward() throws {
    for c in cases() {
      let v = direction(c.x)
      let first: (Tensor) throws -> Tensor = { x in
        try velocity(x, v) { try self.weigh(Operations.multiply(c.f($0), c.f($0))) }
      }
      let g = try gradient(c.x) { try first($0) }
      let along = try Operations.inner(g, v).value()
      assertClose(along, try slope(c, first), c.label, tolerance: 2e-6)
    }
  }

  func testSecondOrderForwardOverReverse() throws {
    for c in cases() {
      let v = direction(c.x)
      let first: (Tensor) throws -> Tensor = { x in
        try Operations.inner(
          gradient(x) { try self.weigh(Operations.multiply(c.f($0), c.f($0))) }, v)
      }
      let t = try velocity(c.x, v) { try first($0) }
      assertClose(t.value(), try slope(c, first), c.label, tolerance: 2e-6)
    }
  }

  func testReverseOverReverse() throws {
    for c in cases() {
      let v = direction(c.x)
      let first: (Tensor) throws -> Tensor = { x in
        try Operations.inner(
          gradient(x) { try self.weigh(Operations.multiply(c.f($0), c.f($0))) }, v)
      }
      let g = try gradient(c.x) { try first($0) }
      assertClose(
        try Operations.inner(g, v).value(), try slope(c, first), c.label, tolerance: 2e-6)
    }
  }
}
