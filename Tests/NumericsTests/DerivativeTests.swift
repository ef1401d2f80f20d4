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
    let row: Numerics.Operation
    let parameter: String
    let label: String
    let x: Tensor
    let f: (Tensor) throws -> Tensor
  }

  /// Samples in which what is passed by name is differentiated by.
  private static let named: [(row: String, sample: Sample)] = [
    ("max", Sample(1.5, Tensor([0.5, 2]), 1.75)), ("min", Sample(1.5, Tensor([0.5, 2]), 1.25)),
    ("leakyrelu", Sample(Tensor([-1.2, 0.3, 2.1]), named: ["slope": 0.2])),
    ("var", Sample(Tensor([0.5, -1.5, 2]), named: ["correction": 0.5])),
    ("std", Sample(Tensor([0.5, -1.5, 2]), named: ["correction": 0.5])),
    (
      "conv2d",
      Sample(
        Tensor((0..<16).map { Double($0 * 7 % 11) / 4 - 1 }, shape: [1, 4, 4]),
        Tensor([1, -2, 0.5, 1, 2, 1, -1, 3], shape: [2, 1, 2, 2]), named: ["b": Tensor([0.5, -1])])
    ),
    ("conv1d", Sample(Tensor([1, -2, 0.5, 3]), Tensor([0.5, 1.5]), named: ["b": 0.25])),
    (
      "maxpool", Sample(Tensor((0..<16).map { Double($0 * 7 % 11) }, shape: [4, 4]), 2, named: ["stride": 1])
    ),
  ]

  private func cases() -> [Case] {
    _ = Operations.all
    var cases: [Case] = []
    func add(_ row: Numerics.Operation, _ sample: Sample, _ number: String) {
      let positional = row.parameters.filter { !$0.isNamed }
      for input in sample.positional.indices
      where sample.positional[input].type == .f64 && row.isVariable(input) {
        let x = sample.positional[input]
        let parameter = positional[min(input, positional.count - 1)].name
        cases.append(
          Case(row: row, parameter: parameter, label: "\(row.name), sample \(number), \(parameter)", x: x) {
            variable in
            var positional = sample.positional
            positional[input] = variable
            return try row.call(positional: positional, named: sample.named)
          })
      }
      for (name, x) in sample.named where x.type == .f64 && !row.constants.contains(name) {
        cases.append(
          Case(row: row, parameter: name, label: "\(row.name), sample \(number), \(name)", x: x) { variable in
            try row.call(
              positional: sample.positional, named: sample.named.merging([name: variable]) { $1 })
          })
      }
    }
    for row in (0..<Registry.count).map({ Registry[$0] }) where row.isDifferentiable {
      for (number, sample) in row.samples.enumerated() { add(row, sample, "\(number)") }
    }
    for (name, sample) in Self.named { add(Operations.named(name)!, sample, "by name") }
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

  /// Every parameter of every row is differentiated by here, or declared in its row as one that no gradient goes
  /// through.
  func testEveryParameterIsTried() {
    let tried = Set(cases().map { "\($0.row.name).\($0.parameter)" })
    XCTAssertGreaterThan(cases().count, 270)
    for row in Operations.all where row.isDifferentiable {
      for parameter in row.parameters where !row.constants.contains(parameter.name) {
        XCTAssertTrue(tried.contains("\(row.name).\(parameter.name)"), "\(row.name): \(parameter.name)")
      }
    }
  }

  /// Differentiating by what no gradient goes through gives 0, and is remembered.
  func testCutsAreRemembered() throws {
    Tape.cut = nil
    defer { Tape.cut = nil }
    let calls: [(String, String, (Tensor) throws -> Tensor)] = [
      (
        "round", "digits",
        { try Operations.named("round")!.call(positional: [1.2345], named: ["digits": $0]) }
      ),
      ("linspace", "n", { try Operations.named("linspace")!.call(positional: [0, 1, $0]) }),
      ("eye", "n", { try Operations.named("eye")!.call($0) }),
      ("fill", "dims", { try Operations.named("fill")!.call(1, $0) }),
      ("gather", "positions", { try Operations.named("gather")!.call(Tensor([3, 4, 5]), $0) }),
      ("maxpool", "k", { try Operations.named("maxpool")!.call(Tensor([1, 2, 3, 4], shape: [2, 2]), $0) }),
    ]
    for (name, parameter, f) in calls {
      Tape.cut = nil
      XCTAssertEqual(try gradient(2) { try Operations.sum(f($0)) }.value(), 0, name)
      XCTAssertEqual(Tape.cut?.operation, name)
      XCTAssertEqual(Tape.cut?.parameter, parameter)
      Tape.cut = nil
      _ = try f(2)
      XCTAssertNil(Tape.cut, name)
    }
    _ = try gradient(0.5) { try Operations.named("quantile")!.call(Tensor([1, 2, 4, 8]), $0) }
    XCTAssertNil(Tape.cut)
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
