import XCTest

@testable import Numerics

/// Every differentiable row of the table at its samples with all operands in f32 and in f16, its value and its
/// gradients against those in f64 at the same, rounded, numbers.
final class ShortTypeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private struct Case {
    let label: String
    let row: Numerics.Operation
    let sample: Sample
    /// Which operands are values; the others name a shape or a place.
    let variables: [Int]

    /// Whether the row computes element by element. `where` only chooses, so that bools stay bools.
    var isElementwise: Bool { row.isElementwise && row.many == nil }

    func operands(_ type: ElementType) throws -> [Tensor] {
      try sample.positional.enumerated().map { input, x in
        variables.contains(input) ? try Operations.convert(x, to: type) : x
      }
    }

    func call(_ operands: [Tensor]) throws -> Tensor {
      try row.call(positional: operands, named: sample.named)
    }
  }

  private func cases() -> [Case] {
    _ = Operations.all
    return (0..<Registry.count).map { Registry[$0] }.filter { $0.isDifferentiable && $0.name != "convert" }
      .flatMap { row in
        row.samples.enumerated().map { number, sample in
          let variables = sample.positional.indices.filter {
            sample.positional[$0].type == .f64 && row.isVariable($0)
          }
          return Case(label: "\(row.name), sample \(number)", row: row, sample: sample, variables: variables)
        }
      }
  }

  private func weigh(_ y: Tensor) throws -> Tensor {
    let weights = Tensor((0..<y.count).map { 0.3 + 0.125 * Double($0 % 7) }, shape: y.shape)
    return try Operations.sum(Operations.multiply(Operations.convert(y, to: .f64), weights))
  }

  /// Within `tolerance` of the greatest entry: what cancels is lost in any arithmetic of so many digits.
  private func assertClose(_ a: Tensor, _ b: Tensor, _ label: String, tolerance: Double) {
    XCTAssertEqual(a.shape, b.shape, label)
    let scale = b.doubles.reduce(1) { max($0, $1.magnitude) }
    for (p, q) in zip(a.doubles, b.doubles) where p != q {
      XCTAssertEqual(p, q, accuracy: tolerance * scale, label)
    }
  }

  private func check(_ type: ElementType, tolerance: Double) throws {
    for c in cases() {
      let label = "\(c.label) in \(type)"
      let narrow = try c.operands(type)
      let wide = try narrow.enumerated().map { input, x in
        c.variables.contains(input) ? try Operations.convert(x, to: .f64) : x
      }
      let y = try c.call(narrow)
      // What makes tensors makes them of f64 unless it is told otherwise.
      let makes = c.row.parameters.contains { $0.name == "dtype" && $0.fallback == "f64" }
      XCTAssertEqual(y.type, makes ? .f64 : type, label)
      assertClose(y, try c.call(wide), label, tolerance: tolerance)
      for input in c.variables {
        let of = "\(label), input \(input)"
        func slope(_ operands: [Tensor]) throws -> Tensor {
          try gradient(operands[input]) { x in
            var operands = operands
            operands[input] = x
            return try self.weigh(c.call(operands))
          }
        }
        func speed(_ operands: [Tensor]) throws -> Tensor {
          let v = Tensor(
            (0..<operands[input].count).map { 0.75 - 0.25 * Double($0 % 5) }, shape: operands[input].shape,
            type: operands[input].type)
          return try velocity(operands[input], v) { x in
            var operands = operands
            operands[input] = x
            return try self.weigh(c.call(operands))
          }
        }
        let back = try slope(narrow)
        XCTAssertEqual(back.type, type, of)
        assertClose(back, try slope(wide), of, tolerance: 3 * tolerance)
        assertClose(try speed(narrow), try speed(wide), of, tolerance: 3 * tolerance)
      }
    }
  }

  func testSinglePrecision() throws { try check(.f32, tolerance: 2e-6) }

  func testHalfPrecision() throws { try check(.f16, tolerance: 1.5e-3) }

  // MARK: Bools, and meetings

  private func bools(_ x: Tensor) throws -> Tensor { try Operations.compare(.greater, x, 0.5) }

  private func same(_ a: Tensor, _ b: Tensor, _ label: String) {
    XCTAssertEqual(a.shape, b.shape, label)
    for (p, q) in zip(a.doubles, b.doubles) {
      XCTAssertTrue(p == q || p.isNaN && q.isNaN, "\(label): \(p), \(q)")
    }
  }

  /// Bools count as 0 and 1 of f64, in every row that takes them.
  func testBoolsAreNumbers() throws {
    var tried = 0
    for c in cases() where !c.variables.isEmpty {
      let truths = try c.sample.positional.enumerated().map {
        c.variables.contains($0) ? try bools($1) : $1
      }
      let numbers = try truths.enumerated().map {
        c.variables.contains($0) ? try Operations.convert($1, to: .f64) : $1
      }
      // A matrix of them may be singular.
      guard let expected = try? c.call(numbers) else { continue }
      let y = try c.call(truths)
      same(y, expected, c.label)
      if c.isElementwise {
        XCTAssertEqual(y.type, .f64, c.label)
        tried += 1
      }
    }
    XCTAssertGreaterThan(tried, 40)
  }

  /// Of two operands one a half: plain numbers and bools become halves before they meet, tensors of other
  /// floating-point types do not meet it.
  func testHalvesAmongOthers() throws {
    var tried = 0
    for c in cases() where c.isElementwise && c.variables.count == 2 {
      let halves = try c.operands(.f16)
      for input in 0..<2 {
        let label = "\(c.label), f16 as operand \(input)"
        func meeting(_ other: Tensor) throws -> Tensor {
          try c.call(input == 0 ? [halves[0], other] : [other, halves[1]])
        }
        let other = c.sample.positional[1 - input]
        let truths = try bools(other)
        let met = try meeting(truths)
        XCTAssertEqual(met.type, .f16, label)
        same(met, try meeting(Operations.convert(truths, to: .f16)), label)
        let number = try meeting(Tensor(0.1))
        XCTAssertEqual(number.type, .f16, label)
        same(number, try meeting(Tensor(0.1, type: .f16)), label)
        for wrong in [Tensor(0.1, type: .f32), Tensor([0.1, 0.2]), Tensor([0.1, 0.2], type: .f32)] {
          XCTAssertThrowsError(try meeting(wrong), label) {
            guard case .elementTypes(_, let a, let b)? = $0 as? Fault else {
              return XCTFail("\(label): \($0)")
            }
            XCTAssertEqual([a, b], input == 0 ? [.f16, wrong.type] : [wrong.type, .f16], label)
          }
        }
        tried += 1
      }
    }
    XCTAssertGreaterThan(tried, 40)
  }
}
