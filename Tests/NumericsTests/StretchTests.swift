import XCTest

@testable import Numerics

/// Who stretches, sums or reads by a shape compares shapes. Numbers of elements agree by accident, and where one is 0
/// or 1 they do so often.
final class StretchTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  /// Every shape of up to three axes of these lengths.
  private let shapes: [Shape] = {
    let lengths = [0, 1, 2, 3]
    var shapes: [[Int]] = [[]]
    var longest = shapes
    for _ in 0..<3 {
      longest = longest.flatMap { shape in lengths.map { shape + [$0] } }
      shapes += longest
    }
    return shapes.map { Shape($0) }
  }()

  private func numbered(_ shape: Shape) throws -> Tensor {
    try Operations.reshape(Tensor((0..<shape.elementCount).map { Double($0) }), shape)
  }

  func testFillTakesWhatStretches() throws {
    for value in shapes {
      for shape in shapes {
        let arguments = [try numbered(value), Tensor(shape.map { Double($0) })]
        let call = { try Operations.named("fill")!.call(positional: arguments) }
        if value.stretches(to: shape) {
          XCTAssertEqual(try call().shape, shape, "\(value) to \(shape)")
        } else {
          XCTAssertThrowsError(try call(), "\(value) to \(shape)") {
            XCTAssertEqual($0 as? Fault, .stretch(from: value, to: shape))
          }
        }
      }
    }
  }

  func testGradientOfWhatDoesNotStretch() throws {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let y = tape.variable(Tensor([1, 2, 3]))
    XCTAssertThrowsError(try Operations.named("fill")!.call(positional: [y, 200]))
    XCTAssertThrowsError(
      try Operations.named("scatteradd")!.call(positional: [Tensor([1, 2, 3]), Tensor([1, 2]), y]))
  }

  /// What came of a broadcast goes back to each operand in its shape, whichever has more elements.
  func testBroadcastsAreUndone() throws {
    for a in shapes {
      for b in shapes {
        guard let shape = try? Broadcasting.shape(a, b, "+") else { continue }
        let (x, y) = (try numbered(a), try numbered(b))
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let (p, q) = (tape.variable(x), tape.variable(y))
        let product = try Operations.multiply(p, q)
        XCTAssertEqual(product.shape, shape)
        let total = try Operations.sum(product)
        let gradients = try tape.pullback(of: total, cotangent: 1, to: [p, q])
        let expanded = try Structure.expanded(y, shape)
        XCTAssertEqual(gradients[0].shape, a)
        XCTAssertEqual(gradients[1].shape, b)
        XCTAssertEqual(
          gradients[0].doubles, try Operations.sum(expanded, to: a).doubles, "\(a) ⊙ \(b)")
      }
    }
  }

  /// The same of outer products with nothing, and for many cotangents at once.
  func testOuterProductsWithNothing() throws {
    for (empty, shape) in [
      (Shape(0, 3), Shape([2, 2, 3])), (Shape(3, 0), Shape(3, 1)), (Shape(0), Shape(4)),
    ] {
      let x = try Tensor.filled(1, shape, .f64)
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let variable = tape.variable(x)
      let outer = try Operations.outer(Tensor.zeros(empty, .f64), variable)
      let total = try Operations.sum(Operations.outer(outer, variable))
      let gradient = try tape.pullback(of: total, cotangent: 1, to: variable)
      XCTAssertEqual(gradient.doubles, [Double](repeating: 0, count: x.count))
      let jacobian = try tape.jacobian(of: total, by: variable)
      XCTAssertEqual(jacobian.count, x.count)
      let many = try Operations.stack([Tensor](repeating: total, count: 20))
      XCTAssertEqual(try tape.jacobian(of: many, by: variable).shape, Shape([20] + Array(shape)))
    }
  }

  func testDerivativesFitOrAreRefused() throws {
    for shape in shapes {
      for value in shapes {
        let (x, target) = (try numbered(shape), try numbered(value))
        if value.stretches(to: shape) || shape.stretches(to: value) {
          XCTAssertEqual(try Operations.fit(x, to: target).shape, value, "\(shape) to \(value)")
        } else {
          XCTAssertThrowsError(try Operations.fit(x, to: target), "\(shape) to \(value)")
        }
      }
    }
  }

  /// A view of a part shows that part.
  func testViewsOfParts() throws {
    let whole = Tensor((0..<12).map { Double($0) })
    let part = Tensor(Storage.part(whole.storage!, 4, 6, .f64), .f64)
    XCTAssertEqual(part.viewed(Shape(2, 3)).doubles, [4, 5, 6, 7, 8, 9])
    XCTAssertEqual(part.viewed(Shape(2, 3)).viewed(Shape(6)).doubles, [4, 5, 6, 7, 8, 9])
  }
}
