import XCTest

@testable import Numerics

/// How element types and shapes meet.
final class ElementTypeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private let shapes: [(String, (ElementType) -> Tensor)] = [
    ("number", { Tensor(2, type: $0) }), ("vector", { Tensor([2, 3], type: $0) }),
  ]

  func testMeetingsInArithmetic() throws {
    for (shapeA, makeA) in shapes {
      for (shapeB, makeB) in shapes {
        for typeA in ElementType.allCases {
          for typeB in ElementType.allCases {
            let expected: ElementType?
            if typeA == .bool {
              expected = typeB == .bool ? .f64 : typeB
            } else if typeB == .bool || typeA == typeB {
              expected = typeA
            } else if typeA == .f64 && shapeA == "number" {
              expected = typeB
            } else if typeB == .f64 && shapeB == "number" {
              expected = typeA
            } else {
              expected = nil
            }
            let label = "\(typeA) \(shapeA) + \(typeB) \(shapeB)"
            if let expected {
              XCTAssertEqual(try Operations.add(makeA(typeA), makeB(typeB)).type, expected, label)
            } else {
              XCTAssertThrowsError(try Operations.add(makeA(typeA), makeB(typeB)), label) {
                XCTAssertEqual($0 as? Fault, .elementTypes(operation: "+", a: typeA, b: typeB), label)
              }
            }
            XCTAssertEqual(try Operations.compare(.less, makeA(typeA), makeB(typeB)).type, .bool, label)
          }
        }
      }
    }
  }

  func testSinglePrecisionRoundsAtEachStep() throws {
    var x = Tensor(1, type: .f32)
    let tenth = Tensor(0.1, type: .f32)
    for _ in 0..<45 { x = try Operations.multiply(x, tenth) }
    XCTAssertEqual(x.value(), Double(Float.leastNonzeroMagnitude))
    XCTAssertEqual(try Operations.multiply(x, tenth).value(), 0)
    var vector = Tensor([1, 1, 1], type: .f32)
    for _ in 0..<45 { vector = try Operations.multiply(vector, tenth) }
    XCTAssertEqual(vector.doubles, [x.value(), x.value(), x.value()])
    XCTAssertEqual(try Operations.add(Tensor(0.1, type: .f32), 0.2).value(), Double(Float(0.1) + Float(0.2)))
    XCTAssertEqual(try Operations.convert(Tensor(1e300), to: .f32).value(), .infinity)
  }

  func testSumsAreAccumulatedWider() throws {
    let values = Tensor([Double](repeating: 0.1, count: 100_000), type: .f32)
    let exact = Double(Float(0.1)) * 100_000
    XCTAssertEqual(try Operations.sum(values).value(), Double(Float(exact)))
    // A product of matrices is not such a sum: its chains are in f32 (ProductDefinitionTests).
    XCTAssertEqual(
      try Operations.inner(Tensor([1e8, 1, -1e8], type: .f32), Tensor([1, 1, 1], type: .f32)).value(), 1)
  }

  func testComparisonsAreByValue() throws {
    XCTAssertEqual(
      try Operations.compare(.equal, Tensor([1, 0.1]), Tensor([1, 0.1], type: .f32)).doubles, [1, 0])
    XCTAssertEqual(try Operations.compare(.equal, Tensor(true), 1).truth, true)
    XCTAssertEqual(try Operations.compare(.notEqual, .init(Double.nan), .init(Double.nan)).truth, true)
  }

  func testGradientHasTheTypeOfItsVariable() throws {
    let weights = Tensor([1, 2], type: .f32)
    let g = try gradient(2) { try Operations.sum(Operations.multiply($0, weights)) }
    XCTAssertEqual(g.type, .f64)
    XCTAssertEqual(g.value(), 3)
    let narrow = try gradient(weights) { try Operations.sum(Operations.multiply(2, $0)) }
    XCTAssertEqual(narrow.type, .f32)
    XCTAssertEqual(narrow.doubles, [2, 2])
  }

  func testBroadcasting() throws {
    let table: [(Shape, Shape, Shape?, Shape?)] = [
      ([3], [3], [3], nil), ([], [2, 3], [2, 3], nil), ([2, 3], [3], [2, 3], nil),
      ([2, 3], [1, 3], [2, 3], nil),
      ([2, 1], [1, 3], [2, 3], nil), ([2, 3], [2, 1], [2, 3], nil), ([4, 2, 3], [2, 1], [4, 2, 3], nil),
      ([3], [3, 1], nil, [3, 3]), ([3, 1], [3], nil, [3, 3]), ([3], [2], nil, nil), ([2, 3], [2], nil, nil),
      ([1], [3], [3], nil), ([5, 1, 3], [2, 3], nil, [5, 2, 3]),
      ([2, 3, 4, 5, 6], [6], [2, 3, 4, 5, 6], nil),
      ([0], [1], [0], nil), ([2, 0], [0], [2, 0], nil), ([1, 3], [2], nil, nil),
    ]
    for (a, b, expected, wouldBe) in table {
      let x = Tensor((0..<a.elementCount).map(Double.init), shape: a)
      let y = Tensor((0..<b.elementCount).map { Double($0) * 10 }, shape: b)
      guard let expected else {
        XCTAssertThrowsError(try Operations.subtract(x, y), "\(a) - \(b)") {
          XCTAssertEqual(
            $0 as? Fault, .broadcast(operation: "-", a: a, b: b, wouldBe: wouldBe), "\(a) - \(b)")
        }
        continue
      }
      for type in [ElementType.f64, .f32] {
        let result = try Operations.subtract(Operations.convert(x, to: type), Operations.convert(y, to: type))
        XCTAssertEqual(result.shape, expected)
        XCTAssertEqual(result.doubles, naive(x, y, expected), "\(a) - \(b)")
      }
      let less = try Operations.compare(.less, x, y)
      XCTAssertEqual(less.shape, expected)
    }
  }

  /// The difference element by element, by the definition of broadcasting.
  private func naive(_ a: Tensor, _ b: Tensor, _ shape: Shape) -> [Double] {
    (0..<shape.elementCount).map { position in
      func pick(_ x: Tensor) -> Double {
        var place = 0
        var rest = position
        var size = 1
        for axis in (0..<shape.rank).reversed() {
          let index = rest % shape[axis]
          rest /= shape[axis]
          let own = axis - (shape.rank - x.rank)
          if own >= 0 {
            place += (x.shape[own] == 1 ? 0 : index) * size
            size *= x.shape[own]
          }
        }
        return x.element(place)
      }
      return pick(a) - pick(b)
    }
  }
}
