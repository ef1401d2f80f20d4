import XCTest

@testable import Numerics

final class IndexingTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private let vector = Tensor([10, 20, 30, 40])
  private let matrix = Tensor((1...6).map(Double.init), shape: [2, 3])
  private let cube = Tensor((0..<24).map(Double.init), shape: [2, 3, 4])

  func testReading() throws {
    let table: [(Tensor, [IndexItem], Shape, [Double])] = [
      (vector, [.value(2)], [], [20]), (vector, [.at(4)], [], [40]),
      (vector, [.value(Tensor([3, 1, 1]))], [3], [30, 10, 10]),
      (vector, [.range(start: 2, step: 1, count: 2)], [2], [20, 30]),
      (vector, [.range(start: 4, step: -2, count: 2)], [2], [40, 20]),
      (vector, [.range(start: 1, step: 1, count: 0)], [0], []),
      (vector, [.value(Tensor([true, false, true, false]))], [2], [10, 30]),
      (vector, [.value(Tensor([1, 2, 2, 3], shape: [2, 2]))], [2, 2], [10, 20, 20, 30]),
      (matrix, [.value(2)], [3], [4, 5, 6]), (matrix, [.value(2), .value(3)], [], [6]),
      (matrix, [.all, .value(2)], [2], [2, 5]), (matrix, [.all, .all], [2, 3], [1, 2, 3, 4, 5, 6]),
      (matrix, [.value(Tensor([2, 1])), .value(Tensor([3, 1]))], [2, 2], [6, 4, 3, 1]),
      (matrix, [.value(Tensor([2])), .value(1)], [1], [4]),
      (matrix, [.value(Tensor([2, 2], shape: [1, 2]))], [1, 2, 3], [4, 5, 6, 4, 5, 6]),
      (matrix, [.value(Tensor([true, false, false, false, true, true], shape: [2, 3]))], [3], [1, 5, 6]),
      (matrix, [.value(Tensor([false, true]))], [1, 3], [4, 5, 6]),
      (matrix, [.all, .value(Tensor([false, true, true]))], [2, 2], [2, 3, 5, 6]),
      (cube, [.at(2), .at(1)], [4], [12, 13, 14, 15]),
      (cube, [.all, .at(2), .range(start: 2, step: 2, count: 2)], [2, 2], [5, 7, 17, 19]),
      (cube, [.at(1), .value(Tensor([false, true, true])), .at(1)], [2], [4, 8]),
      (matrix, [], [2, 3], [1, 2, 3, 4, 5, 6]),
    ]
    for (number, (x, items, shape, values)) in table.enumerated() {
      for type in [ElementType.f64, .f32] {
        let part = try Operations.index(Operations.convert(x, to: type), items)
        XCTAssertEqual(part.shape, shape, "row \(number)")
        XCTAssertEqual(part.doubles, values, "row \(number)")
        XCTAssertEqual(part.type, type)
      }
      // The gradient of a sum of the part, weighted, puts the weights where the elements came from.
      let weights = Tensor((0..<shape.elementCount).map { Double($0) + 1 }, shape: shape)
      let g = try gradient(x) {
        try Operations.sum(Operations.multiply(Operations.index($0, items), weights))
      }
      XCTAssertEqual(g.shape, x.shape)
      let places = Tensor((0..<x.count).map(Double.init), shape: x.shape)
      var expected = [Double](repeating: 0, count: x.count)
      for (i, place) in try Operations.index(places, items).doubles.enumerated() {
        expected[Int(place)] += Double(i) + 1
      }
      XCTAssertEqual(g.doubles, expected, "row \(number)")
    }
  }

  func testFaults() throws {
    let table: [(Tensor, [IndexItem], Fault)] = [
      (vector, [.value(0)], .index(value: 0, length: 4, axis: 1)),
      (vector, [.value(5)], .index(value: 5, length: 4, axis: 1)),
      (vector, [.value(-1)], .index(value: -1, length: 4, axis: 1)),
      (vector, [.value(1.5)], .notWhole(value: 1.5)),
      (matrix, [.all, .value(Tensor([1, 4]))], .index(value: 4, length: 3, axis: 2)),
      (vector, [.value(1), .value(1)], .tooManyIndices(count: 2, shape: [4])),
      (Tensor(3), [.value(1)], .tooManyIndices(count: 1, shape: [])),
      (matrix, [.value(Tensor([true, false, true]))], .mask(mask: [3], shape: [2, 3], axis: 1)),
      (vector, [.range(start: 3, step: 1, count: 3)], .index(value: 5, length: 4, axis: 1)),
    ]
    for (x, items, fault) in table {
      XCTAssertThrowsError(try Operations.index(x, items)) { XCTAssertEqual($0 as? Fault, fault) }
      XCTAssertThrowsError(try Operations.replacing(x, items, with: 1)) {
        XCTAssertEqual($0 as? Fault, fault)
      }
    }
    XCTAssertThrowsError(try Operations.index(vector, 0)) {
      XCTAssertEqual($0 as? Fault, .index(value: 0, length: 4, axis: 1))
    }
    XCTAssertThrowsError(try Operations.index(vector, .init(Double.nan)))
    XCTAssertThrowsError(try Operations.index(vector, 2.5)) {
      XCTAssertEqual($0 as? Fault, .notWhole(value: 2.5))
    }
  }

  func testReplacing() throws {
    let table: [(Tensor, [IndexItem], Tensor, [Double])] = [
      (vector, [.value(2)], 7, [10, 7, 30, 40]),
      (vector, [.value(Tensor([1, 3]))], Tensor([7, 8]), [7, 20, 8, 40]),
      (vector, [.value(Tensor([2, 2]))], Tensor([7, 8]), [10, 8, 30, 40]), (vector, [.all], 0, [0, 0, 0, 0]),
      (vector, [.value(Tensor([false, true, true, false]))], 5, [10, 5, 5, 40]),
      (matrix, [.value(1)], Tensor([7, 8, 9]), [7, 8, 9, 4, 5, 6]),
      (matrix, [.all, .value(2)], Tensor([7, 8]), [1, 7, 3, 4, 8, 6]),
      (matrix, [.all, .all], Tensor([7, 8, 9]), [7, 8, 9, 7, 8, 9]),
      (matrix, [.value(1), .value(3)], 0, [1, 2, 0, 4, 5, 6]),
      (vector, [.range(start: 1, step: 1, count: 0)], 5, [10, 20, 30, 40]),
    ]
    for (number, (x, items, value, values)) in table.enumerated() {
      let result = try Operations.replacing(x, items, with: value)
      XCTAssertEqual(result.doubles, values, "row \(number)")
      XCTAssertEqual(result.shape, x.shape)
      // In place where nobody else looks, and not where somebody does.
      var own = try Operations.add(x, 0)
      try Operations.assign(&own, items, value)
      XCTAssertEqual(own.doubles, values, "row \(number)")
      let other = x
      var shared = x
      try Operations.assign(&shared, items, value)
      XCTAssertEqual(shared.doubles, values, "row \(number)")
      XCTAssertEqual(other.doubles, x.doubles)
      // By the chain rule what is replaced loses its gradient and the value gets it.
      let weights = Tensor((0..<x.count).map { Double($0) + 1 }, shape: x.shape)
      let changed = zip(values, x.doubles).map { $0 == $1 ? 1.0 : 0.0 }
      let g = try gradient(x) {
        try Operations.sum(Operations.multiply(Operations.replacing($0, items, with: value), weights))
      }
      XCTAssertEqual(g.doubles, zip(changed, weights.doubles).map { $0 * $1 }, "row \(number)")
      let h = try gradient(value) {
        try Operations.sum(Operations.multiply(Operations.replacing(x, items, with: $0), weights))
      }
      let step = try velocity(value, try Tensor.filled(1, value.shape, .f64)) {
        try Operations.sum(Operations.multiply(Operations.replacing(x, items, with: $0), weights))
      }
      XCTAssertEqual(h.doubles.reduce(0, +), step.value(), "row \(number)")
    }
    XCTAssertEqual(
      try gradient(Tensor([7, 8])) {
        try Operations.sum(Operations.replacing(vector, [.value(Tensor([2, 2]))], with: $0))
      }.doubles, [0, 1])
    XCTAssertThrowsError(
      try Operations.replacing(vector, [.value(Tensor([1, 2]))], with: Tensor([1, 2, 3]))
    ) {
      XCTAssertEqual($0 as? Fault, .assignment(part: [2], value: [3]))
    }
    XCTAssertThrowsError(try Operations.replacing(vector, [.at(1)], with: Tensor([1, 2])))
  }

  func testAssignmentWritesInPlace() throws {
    var x = try Operations.add(vector, 0)
    let before = x.storage!.pointer
    try Operations.assign(&x, at: 3, 5)
    try Operations.assign(&x, [.range(start: 1, step: 1, count: 2)], Tensor([1, 2]))
    XCTAssertEqual(x.storage!.pointer, before)
    XCTAssertEqual(x.doubles, [1, 2, 5, 40])
    let view = try Operations.reshape(x, [2, 2])
    try Operations.assign(&x, at: 1, 100)
    XCTAssertEqual(view.doubles, [1, 2, 5, 40])
    XCTAssertEqual(x.doubles, [100, 2, 5, 40])
  }

  func testAssignmentOfTypes() throws {
    let narrow = Tensor([1, 2], type: .f32)
    XCTAssertEqual(try Operations.replacing(narrow, [.at(1)], with: 0.1).doubles, [Double(Float(0.1)), 2])
    XCTAssertEqual(try Operations.replacing(Tensor([true, false]), [.at(2)], with: Tensor(true)).type, .bool)
    XCTAssertThrowsError(try Operations.replacing(narrow, [.all], with: Tensor([1, 2]))) {
      XCTAssertEqual($0 as? Fault, .elementTypes(operation: "=", a: .f32, b: .f64))
    }
  }

  func testBlocks() throws {
    XCTAssertEqual(try Operations.blocks([[1, 2, 3]]).shape, [1, 3])
    let column = Tensor([5, 6])
    let square = Tensor([1, 2, 3, 4], shape: [2, 2])
    let wide = try Operations.blocks([[square, column]])
    XCTAssertEqual(wide.doubles, [1, 2, 5, 3, 4, 6])
    let tall = try Operations.blocks([[square, column], [7, 8, 9]])
    XCTAssertEqual(tall.shape, [3, 3])
    XCTAssertEqual(tall.doubles, [1, 2, 5, 3, 4, 6, 7, 8, 9])
    let g = try gradient(column) { try Operations.sum(Operations.blocks([[square, $0], [7, 8, 9]])) }
    XCTAssertEqual(g.doubles, [1, 1])
    XCTAssertThrowsError(try Operations.blocks([[square, Tensor([1, 2, 3])]]))
  }
}
