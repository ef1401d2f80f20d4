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
          let parameters = row.parameters.filter { !$0.isNamed }
          let variables = sample.positional.indices.filter { input in
            let parameter = parameters[min(input, parameters.count - 1)].name
            return sample.positional[input].type == .f64
              && !["dims", "axes", "axis", "n", "k", "positions", "q"].contains(parameter)
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
      XCTAssertEqual(y.type, type, label)
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
}
