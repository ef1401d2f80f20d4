import CVector
import XCTest

@testable import Numerics

/// Large arrays are divided among threads: nothing may depend on how many there are.
final class WorkerTests: XCTestCase {
  override func tearDown() {
    Workers.areUsed = Workers.count > 1
    vector_choose_path(vector_path_count() - 1)
    NumericsInterruption.clear()
  }

  private func value(_ name: String, _ arguments: [Tensor], _ named: [String: Tensor] = [:]) throws
    -> [UInt64]
  {
    try Operations.named(name)!.call(positional: arguments, named: named).doubles.map(\.bitPattern)
  }

  private func tensor(_ shape: Shape, _ type: ElementType) -> Tensor {
    let count = shape.elementCount
    return Tensor((0..<count).map { Double(($0 &* 7919) % 10007) / 5003 - 1 }, shape: shape, type: type)
  }

  private func results(_ type: ElementType) throws -> [[UInt64]] {
    let x = tensor([300, 1100], type)
    let long = tensor([330_000], type)
    let tall = tensor([110_000, 3], type)
    let wide = tensor([12, 30_000], type)
    let row = tensor([1100], type)
    let column = tensor([300, 1], type)
    return try [
      value("exp", [x]), value("add", [x, row]), value("multiply", [column, x]), value("divide", [x, 3.0]),
      value("sum", [x]), value("sum", [x], ["axis": 1]), value("sum", [x], ["axis": 2]),
      value("norm", [long]),
      value("sum", [tall], ["axis": 1]), value("sum", [wide], ["axis": 1]), value("argmax", [x]),
      value("argmax", [x], ["axis": 2]), value("argmin", [x], ["axis": 1]), value("softmax", [x]),
      value("softmax", [x], ["axis": 1]), value("logsumexp", [x]), value("logsumexp", [x], ["axis": 1]),
      value("var", [x], ["axis": 2]), value("dot", [long, long]), value("power", [x, 2.5]),
    ]
  }

  func testOneThreadAndManyAgreeOnEveryPath() throws {
    for type in [ElementType.f64, .f32] {
      let expected = try results(type)
      Workers.areUsed = false
      for path in 0..<vector_path_count() {
        vector_choose_path(path)
        for (index, (a, b)) in try zip(results(type), expected).enumerated() {
          XCTAssertTrue(a == b, "result \(index) in \(type) on \(String(cString: vector_path_name(path)))")
        }
      }
      tearDown()
    }
  }

  func testEveryPartIsDoneOnce() throws {
    let count = 1000
    let done = UnsafeMutablePointer<Int32>.allocate(capacity: count)
    defer { done.deallocate() }
    for _ in 0..<50 {
      done.initialize(repeating: 0, count: count)
      try Workers.share(count, weight: 1 << 20) { done[$0] += 1 }
      XCTAssertTrue((0..<count).allSatisfy { done[$0] == 1 })
    }
  }

  func testLargeLoopsAreInterrupted() throws {
    let x = tensor([1_000_000], .f64)
    NumericsInterruption.raise()
    for name in ["exp", "sum", "norm"] {
      XCTAssertThrowsError(try Operations.named(name)!.call(x), name) {
        XCTAssertTrue($0 is NumericsInterrupted)
      }
    }
    XCTAssertThrowsError(try Operations.add(x, x)) { XCTAssertTrue($0 is NumericsInterrupted) }
  }
}
