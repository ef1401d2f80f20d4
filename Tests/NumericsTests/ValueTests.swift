import XCTest

@testable import Numerics

/// What the rows of the table compute, as programs call them.
final class ValueTests: XCTestCase {
  private typealias Row = (String, [Tensor], [String: Tensor], Shape, [Double])

  private let m = Tensor([3, 1, 2, 6, 5, 4], shape: [2, 3])
  private let v = Tensor([3, 1, 2, 4])
  private let yes = Tensor(true)
  private let none = Tensor([Double]())

  private func check(_ table: [Row], file: StaticString = #filePath, line: UInt = #line) {
    for (name, positional, named, shape, values) in table {
      let label = "\(name)(\(positional); \(named))"
      do {
        guard let row = Operations.named(name) else {
          return XCTFail("no row \(name)", file: file, line: line)
        }
        let result = try row.call(positional: positional, named: named)
        XCTAssertEqual(result.shape, shape, label, file: file, line: line)
        XCTAssertEqual(result.count, values.count, label, file: file, line: line)
        for (a, b) in zip(result.doubles, values) where !(a.isNaN && b.isNaN) && a != b {
          XCTAssertEqual(a, b, accuracy: 1e-14 * max(1, abs(b)), label, file: file, line: line)
        }
      } catch { XCTFail("\(label): \(error)", file: file, line: line) }
    }
  }

  func testReductions() {
    let nan = Double.nan
    check([
      ("sum", [m], [:], [], [21]), ("sum", [m], ["axis": 1], [3], [9, 6, 6]),
      ("sum", [m], ["axis": 2], [2], [6, 15]),
      ("sum", [m], ["axis": 2, "keep": yes], [2, 1], [6, 15]),
      ("sum", [m], ["axis": Tensor([1, 2])], [], [21]),
      ("sum", [5], [:], [], [5]), ("sum", [Tensor([true, true, false])], [:], [], [2]),
      ("sum", [none], [:], [], [0]),
      ("mean", [m], ["axis": 1], [3], [4.5, 3, 3]), ("prod", [m], [:], [], [720]),
      ("prod", [m], ["axis": 2], [2], [6, 120]),
      ("prod", [none], [:], [], [1]), ("var", [v], [:], [], [1.25]),
      ("var", [v], ["correction": 1], [], [5.0 / 3.0]), ("std", [v], [:], [], [(1.25).squareRoot()]),
      ("var", [m], ["axis": 1], [3], [2.25, 4, 1]), ("median", [v], [:], [], [2.5]),
      ("median", [m], ["axis": 2], [2], [2, 5]),
      ("quantile", [v, 0.25], [:], [], [1.75]), ("quantile", [v, 1], [:], [], [4]),
      ("median", [Tensor([1, nan, 2])], [:], [], [nan]),
      ("maximum", [m], [:], [], [6]), ("maximum", [m], ["axis": 1], [3], [6, 5, 4]),
      ("minimum", [m], ["axis": 2], [2], [1, 4]),
      ("maximum", [Tensor([1, nan, 3])], [:], [], [nan]), ("argmax", [m], [:], [], [4]),
      ("argmax", [m], ["axis": 2], [2], [1, 1]),
      ("argmin", [m], ["axis": 1], [3], [1, 1, 1]), ("argmin", [v], [:], [], [2]),
      ("argmax", [Tensor([2, 7, 7])], [:], [], [2]),
      ("all", [Tensor([true, false])], [:], [], [0]), ("any", [Tensor([true, false])], [:], [], [1]),
      ("all", [Tensor([true, false, true, true], shape: [2, 2])], ["axis": 1], [2], [1, 0]),
      ("norm", [Tensor([3, 4])], [:], [], [5]), ("norm", [Tensor([3e200, 4e200])], [:], [], [5e200]),
      ("norm", [Tensor([3e-200, 4e-200])], [:], [], [5e-200]), ("norm", [-2], [:], [], [2]),
      ("cumsum", [v], [:], [4], [3, 4, 6, 10]), ("cumsum", [m], ["axis": 1], [2, 3], [3, 1, 2, 9, 6, 6]),
      ("cumprod", [Tensor([1, 2, 3, 4, 5])], [:], [5], [1, 2, 6, 24, 120]),
      ("logsumexp", [Tensor([1000, 1000])], [:], [], [1000 + log(2.0)]),
      ("logsumexp", [Tensor([-Double.infinity, 0])], [:], [], [0]),
      ("softmax", [Tensor([1000, 1000, -1000])], [:], [3], [0.5, 0.5, 0]),
      ("softmax", [Tensor([0, 0, 0, 0], shape: [2, 2])], ["axis": 1], [2, 2], [0.5, 0.5, 0.5, 0.5]),
      ("logsoftmax", [Tensor([0, 0])], [:], [2], [-log(2.0), -log(2.0)]),
      ("trace", [Tensor([1, 2, 3, 4], shape: [2, 2])], [:], [], [5]),
    ])
  }

  func testElementwise() {
    let inf = Double.infinity
    check([
      ("remainder", [Tensor([5, -5, 5, -5]), Tensor([3, 3, -3, -3])], [:], [4], [2, 1, -1, -2]),
      ("quotient", [Tensor([5, -5, 5, -5]), Tensor([3, 3, -3, -3])], [:], [4], [1, -2, -2, 1]),
      ("remainder", [5, 0], [:], [], [.nan]), ("quotient", [1, 0], [:], [], [inf]),
      ("divide", [-1, 0], [:], [], [-inf]),
      ("power", [Tensor([2, 4, -8]), Tensor([10, 0.5, 2])], [:], [3], [1024, 2, 64]),
      ("power", [-8, 0.5], [:], [], [.nan]),
      ("max", [Tensor([1, 5]), 3], [:], [2], [3, 5]), ("min", [3, 1, 2], [:], [], [1]),
      ("max", [.init(Double.nan), 1], [:], [], [.nan]),
      ("max", [1, .init(Double.nan)], [:], [], [.nan]),
      ("clamp", [Tensor([-1, 0.5, 9]), 0, 1], [:], [3], [0, 0.5, 1]),
      ("round", [Tensor([0.5, 1.5, -2.5])], [:], [3], [0, 2, -2]),
      ("round", [3.14159], ["digits": 2], [], [3.14]),
      ("round", [1234], ["digits": -2], [], [1200]), ("floor", [-1.5], [:], [], [-2]),
      ("ceil", [-1.5], [:], [], [-1]),
      ("sign", [Tensor([-2, 0, 3])], [:], [3], [-1, 0, 1]), ("abs", [Tensor([-2, 0])], [:], [2], [2, 0]),
      ("relu", [Tensor([-2, 3])], [:], [2], [0, 3]), ("leakyrelu", [Tensor([-2, 3])], [:], [2], [-0.02, 3]),
      ("leakyrelu", [-2], ["slope": 0.5], [], [-1]), ("elu", [-1], [:], [], [expm1(-1.0)]),
      ("silu", [0], [:], [], [0]),
      ("gelu", [1], [:], [], [0.8413447460685429]),
      ("sigmoid", [Tensor([-1000, 0, 1000])], [:], [3], [0, 0.5, 1]),
      ("softplus", [Tensor([-1000, 0, 1000])], [:], [3], [0, log(2.0), 1000]),
      ("isnan", [Tensor([Double.nan, 1])], [:], [2], [1, 0]),
      ("isinf", [Tensor([inf, 1, -inf])], [:], [3], [1, 0, 1]),
      ("isfinite", [Tensor([inf, 1, .nan])], [:], [3], [0, 1, 0]),
      ("where", [Tensor([true, false]), 1, Tensor([5, 6])], [:], [2], [1, 6]),
      ("atan2", [1, -1], [:], [], [0.75 * Double.pi]),
      ("exp", [Tensor([0, -inf])], [:], [2], [1, 0]), ("log", [0], [:], [], [-inf]),
      ("sqrt", [-1], [:], [], [.nan]),
      ("exp", [Tensor([true, false])], [:], [2], [exp(1.0), 1]), ("negate", [Tensor(true)], [:], [], [-1]),
    ])
  }

  func testShapes() {
    let cube = Tensor((0..<12).map(Double.init), shape: [2, 3, 2])
    check([
      ("reshape", [m, 3, 2], [:], [3, 2], [3, 1, 2, 6, 5, 4]),
      ("reshape", [m, Tensor([6])], [:], [6], [3, 1, 2, 6, 5, 4]),
      ("permute", [cube, 3, 1, 2], [:], [2, 2, 3], [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]),
      ("transpose", [m], [:], [3, 2], [3, 6, 1, 5, 2, 4]),
      ("squeeze", [Tensor([1, 2], shape: [1, 2, 1])], [:], [2], [1, 2]),
      ("squeeze", [Tensor([1, 2], shape: [1, 2, 1])], ["axis": 1], [2, 1], [1, 2]),
      ("expand", [v, 1], [:], [1, 4], [3, 1, 2, 4]), ("expand", [v, 2], [:], [4, 1], [3, 1, 2, 4]),
      ("stack", [Tensor([1, 2]), Tensor([3, 4])], [:], [2, 2], [1, 2, 3, 4]),
      ("stack", [Tensor([1, 2]), Tensor([3, 4])], ["axis": 2], [2, 2], [1, 3, 2, 4]),
      ("concat", [Tensor([1]), Tensor([2, 3])], [:], [3], [1, 2, 3]),
      ("concat", [m, m], ["axis": 2], [2, 6], [3, 1, 2, 3, 1, 2, 6, 5, 4, 6, 5, 4]),
      ("push", [Tensor([1, 2]), 3], [:], [3], [1, 2, 3]), ("push", [none, 3], [:], [1], [3]),
      ("repeat", [Tensor([1, 2]), 2], [:], [4], [1, 1, 2, 2]), ("repeat", [7, 3], [:], [3], [7, 7, 7]),
      ("repeat", [m, 2], ["axis": 2], [2, 6], [3, 3, 1, 1, 2, 2, 6, 6, 5, 5, 4, 4]),
      ("tile", [Tensor([1, 2]), 2], [:], [4], [1, 2, 1, 2]),
      ("tile", [Tensor([1, 2]), 2, 2], [:], [2, 4], [1, 2, 1, 2, 1, 2, 1, 2]),
      ("tile", [m, 2], [:], [4, 3], [3, 1, 2, 6, 5, 4, 3, 1, 2, 6, 5, 4]),
      ("flip", [v], [:], [4], [4, 2, 1, 3]), ("flip", [m], ["axis": 1], [2, 3], [6, 5, 4, 3, 1, 2]),
      ("roll", [v, 1], [:], [4], [4, 3, 1, 2]), ("roll", [v, -5], [:], [4], [1, 2, 4, 3]),
      ("pad", [Tensor([1, 2]), 1], [:], [4], [0, 1, 2, 0]),
      ("pad", [Tensor([1, 2]), Tensor([0, 2])], ["value": 9], [4], [1, 2, 9, 9]),
      ("pad", [Tensor([1], shape: [1, 1]), 1], ["axis": 2], [1, 3], [0, 1, 0]),
      ("diff", [v], [:], [3], [-2, 1, 2]), ("diff", [m], ["axis": 1], [1, 3], [3, 4, 2]),
      ("diag", [Tensor([1, 2])], [:], [2, 2], [1, 0, 0, 2]),
      ("diag", [m], [:], [2], [3, 5]), ("tril", [m], [:], [2, 3], [3, 0, 0, 6, 5, 0]),
      ("triu", [m], ["k": 1], [2, 3], [0, 1, 2, 0, 0, 4]),
      ("gather", [m, Tensor([2, 3])], [:], [2], [1, 4]),
      ("gather", [m, Tensor([1, 2, 1])], ["axis": 1], [3], [3, 5, 2]),
      ("scatteradd", [Tensor([0, 0, 0]), Tensor([1, 3, 1]), Tensor([1, 2, 4])], [:], [3], [5, 0, 2]),
      ("scatteradd", [m, Tensor([2, 1]), 10], ["axis": 2], [2, 3], [3, 11, 2, 16, 5, 4]),
      ("sort", [m], [:], [2, 3], [1, 2, 3, 4, 5, 6]),
      ("sort", [m], ["axis": 1, "rev": yes], [2, 3], [6, 5, 4, 3, 1, 2]),
      ("sort", [Tensor([2, Double.nan, 1])], [:], [3], [1, 2, .nan]),
      ("argsort", [v], [:], [4], [2, 3, 1, 4]),
      ("argsort", [Tensor([1, 1, 0])], ["rev": yes], [3], [1, 2, 3]),
      ("argsort", [m], ["axis": 1], [2, 3], [1, 1, 1, 2, 2, 2]),
      ("unique", [Tensor([3, 1, 3, 2, 1])], [:], [3], [1, 2, 3]),
      ("find", [Tensor([false, true, true])], [:], [2], [2, 3]),
      ("find", [Tensor([false, true, true, false], shape: [2, 2])], [:], [2, 2], [1, 2, 2, 1]),
    ])
  }

  func testMakers() {
    check([
      ("zeros", [2, 3], [:], [2, 3], [0, 0, 0, 0, 0, 0]), ("zeros", [], [:], [], [0]),
      ("ones", [2], [:], [2], [1, 1]),
      ("ones", [Tensor([2, 1])], [:], [2, 1], [1, 1]), ("fill", [7, 2], [:], [2], [7, 7]),
      ("eye", [2], [:], [2, 2], [1, 0, 0, 1]),
      ("linspace", [0, 1, 5], [:], [5], [0, 0.25, 0.5, 0.75, 1]),
      ("logspace", [0, 2, 3], [:], [3], [1, 10, 100]),
      ("onehot", [Tensor([2, 1]), 3], [:], [2, 3], [0, 1, 0, 1, 0, 0]),
      ("onehot", [2, 3], [:], [3], [0, 1, 0]),
      ("det", [Tensor([1, 2, 3, 4], shape: [2, 2])], [:], [], [-2]),
      ("det", [Tensor([0, 1, 1, 0], shape: [2, 2])], [:], [], [-1]),
      ("inv", [Tensor([1, 2, 3, 4], shape: [2, 2])], [:], [2, 2], [-2, 1, 1.5, -0.5]),
      ("logdet", [Tensor([2, 0, 0, 4], shape: [2, 2])], [:], [], [log(8.0)]),
      ("cholesky", [Tensor([4, 2, 2, 5], shape: [2, 2])], [:], [2, 2], [2, 0, 1, 2]),
      (
        "solve", [Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([1, 2, 0, 1], shape: [2, 2])], [:], [2, 2],
        [-2, -3, 1.5, 2.5]
      ),
      ("dot", [v, v], [:], [], [30]),
      ("outer", [Tensor([1, 2]), Tensor([3, 4])], [:], [2, 2], [3, 4, 6, 8]),
    ])
    XCTAssertEqual(try Operations.range(0, 0.1, 1).count, 11)
    XCTAssertEqual(try Operations.range(1, 1, 4).doubles, [1, 2, 3, 4])
    XCTAssertEqual(try Operations.range(4, -1, 1).doubles, [4, 3, 2, 1])
    XCTAssertEqual(try Operations.range(1, 1, 0).count, 0)
    XCTAssertEqual(try Operations.range(0, 0.3, 1).count, 4)
  }

  func testArgumentFaults() {
    let table: [(String, [Tensor], [String: Tensor], Fault)] = [
      ("sum", [m], ["axis": 3], .axis(operation: "sum", axis: 3, rank: 2)),
      ("sum", [m], ["axis": 0.5], .axis(operation: "sum", axis: 0.5, rank: 2)),
      ("sum", [], [:], .argumentCount(operation: "sum", got: 0, signature: "sum(x; axis, keep = false)")),
      ("exp", [1, 2], [:], .argumentCount(operation: "exp", got: 2, signature: "exp(x)")),
      (
        "sum", [m], ["axes": 1],
        .unknownArgument(operation: "sum", name: "axes", signature: "sum(x; axis, keep = false)")
      ),
      ("maximum", [none], [:], .emptyReduction(operation: "maximum", shape: [0])),
      ("inv", [m], [:], .notSquare(operation: "inv", shape: [2, 3])),
      ("reshape", [m, 4], [:], .reshapeCount(from: [2, 3], to: [4])),
      ("all", [m], [:], .elementType(operation: "all", got: .f64, expected: .bool)),
      ("where", [1, 2, 3], [:], .elementType(operation: "where", got: .f64, expected: .bool)),
      ("onehot", [Tensor([4]), 3], [:], .index(value: 4, length: 3, axis: 2)),
      ("concat", [m, v], [:], .differentShapes(operation: "concat", a: [2, 3], b: [4])),
    ]
    for (name, positional, named, fault) in table {
      XCTAssertThrowsError(try Operations.named(name)!.call(positional: positional, named: named), name) {
        XCTAssertEqual($0 as? Fault, fault, name)
      }
    }
  }

  func testLongShapes() throws {
    let x = Tensor((0..<64).map(Double.init), shape: [2, 2, 2, 2, 2, 2])
    XCTAssertEqual(x.shape.rank, 6)
    XCTAssertEqual(x.shape, Shape([2, 2, 2, 2, 2, 2]))
    XCTAssertEqual(try Operations.sum(x, [0, 2, 5]).shape, [2, 2, 2])
    XCTAssertEqual(try Operations.add(x, x).doubles, x.doubles.map { 2 * $0 })
    XCTAssertEqual(try Operations.transpose(x).shape, [2, 2, 2, 2, 2, 2])
    XCTAssertEqual(try gradient(x) { try Operations.sum($0) }.shape, x.shape)
  }
}
