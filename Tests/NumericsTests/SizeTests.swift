import XCTest

@testable import Numerics

/// Every row with shapes and numbers at the ends: tensors without elements, axes longer than memory, numbers that are no
/// lengths. What comes is a value or a fault, soon. Where the process ends, the last line names the row; where it does not
/// end, that row counts through what is not there.
final class SizeTests: XCTestCase {
  private let limit = Memory.limit

  override func setUp() { Memory.limit = Memory.live + 1 << 26 }

  override func tearDown() {
    Tape.closeAll()
    Memory.limit = limit
    Random.seed(0)
  }

  private var awkward: [Tensor] {
    get throws {
      let shapes: [Shape] = [
        [0], [1], [3], [0, 3], [3, 0], [1, 1], [2, 2], [1 << 40, 0], [0, 1 << 40], [0, 1 << 20, 1 << 20],
        [2, 0, 2],
        [0, 1, 4, 4], [1, 2, 0, 1 << 50],
      ]
      let tensors = try shapes.map { try Tensor.filled(1, $0, .f64) }
      let numbers = [
        0, -0.0, 1, 2, -1, 0.5, 0x1p31, 0x1p40, 0x1p53, 0x1p62, 0x1p63, -0x1p63, 1e308, -1e308,
        .leastNonzeroMagnitude,
        .infinity,
        -.infinity, .nan,
      ]
      return try tensors + numbers.map { Tensor($0) } + [Tensor(true), Tensor.zeros(Shape(0), .bool)]
    }
  }

  /// Calls and pulls back or pushes forward, and takes no more than so many polls.
  private func attempt(_ row: Numerics.Operation, _ arguments: [Tensor], _ named: [String: Tensor]) {
    func call(_ mode: Tape.Mode?) throws {
      guard let mode, row.isDifferentiable else {
        _ = try row.call(positional: arguments, named: named)
        return
      }
      let tape = try Tape.open(mode)
      defer { tape.close() }
      let variables = try arguments.enumerated().map { place, x in
        x.type != .f64 || !row.isVariable(place)
          ? x : mode == .reverse ? tape.variable(x) : tape.dual(x, try Tensor.filled(1, x.shape, .f64))
      }
      let y = try row.call(positional: variables, named: named)
      guard tape.follows(y) else { return }
      if mode == .forward {
        _ = try tape.tangent(of: y)
      } else {
        let ones = try Tensor.filled(1, y.shape, y.type.arithmetic)
        for (x, gradient) in zip(variables, try tape.pullback(of: y, cotangent: ones, to: variables)) {
          XCTAssertEqual(gradient.shape, x.shape, row.name)
        }
      }
    }
    for mode in [nil, Tape.Mode.reverse, .forward] {
      do {
        _ = try NumericsInterruption.measured(patience: 1000) { try call(mode) }
      } catch is NumericsInterrupted {
        XCTFail("\(row.name) of \(arguments.map(\.shape)), \(named) is long in coming")
      } catch {
        XCTAssertTrue(error is Fault, "\(row.name): \(error)")
      }
      Tape.closeAll()
    }
  }

  /// All pairs of the first two arguments, the others being each of them.
  func testEveryRow() throws {
    let awkward = try awkward
    for row in Operations.all where row.isCallable || row.unary != nil || row.binary != nil || row.many != nil
    {
      print("sizes of \(row.name)")
      fflush(nil)
      let count = row.parameters.count { !$0.isNamed && !$0.isVariadic }
      let isVariadic = row.parameters.contains { $0.isVariadic }
      for length in Set([count, isVariadic ? count + 1 : count, isVariadic ? max(count + 2, 2) : count])
        .sorted()
      {
        guard length > 1 else {
          for x in length == 0 ? [0] : awkward { attempt(row, length == 0 ? [] : [x], [:]) }
          continue
        }
        for x in awkward {
          for y in awkward {
            attempt(row, [x] + [Tensor](repeating: y, count: length - 1), [:])
            if length > 2 { attempt(row, [Tensor](repeating: x, count: length - 1) + [y], [:]) }
          }
        }
      }
    }
  }

  /// Each parameter that is passed by name, with ordinary arguments and with none of elements.
  func testEveryNamedParameter() throws {
    let awkward = try awkward
    for row in Operations.all {
      for parameter in row.parameters where parameter.isNamed {
        print("sizes of \(row.name), \(parameter.name)")
        fflush(nil)
        let empty = try Tensor.zeros([0, 3], .f64)
        let samples = row.samples.map(\.positional) + [[3], [empty], [empty, 2], [empty, empty]]
        for value in awkward {
          for sample in samples { attempt(row, sample, [parameter.name: value]) }
        }
      }
    }
  }

  /// Lengths that multiply to more than there can be are a fault even beside a length of 0, wherever they come together.
  func testExtents() throws {
    let long = try Tensor.zeros([0, 1 << 40], .f64)
    let other = try Tensor.zeros([1 << 40, 0], .f64)
    let calls: [(String, () throws -> Tensor)] = [
      ("zeros", { try Operations.named("zeros")!.call(positional: [0, 0x1p40, 0x1p40]) }),
      ("outer", { try Operations.outer(long, long) }),
      ("product", { try Operations.product(other, long) }),
      ("reshape", { try Operations.reshape(long, Shape([1 << 40, 0, 1 << 40])) }),
      ("repeat", { try Operations.named("repeat")!.call(positional: [long, 0x1p50]) }),
      ("tile", { try Operations.named("tile")!.call(positional: [long, 0x1p50, 0x1p50]) }),
      ("onehot", { try Operations.named("onehot")!.call(positional: [long, 0x1p40]) }),
      (
        "add",
        { try Operations.add(Tensor.zeros([0, 1, 1 << 40], .f64), Tensor.zeros([0, 1 << 40, 1], .f64)) }
      ),
      ("concat", { try Operations.concatenate([Tensor](repeating: other, count: 1 << 17), axis: 0) }),
      ("pad", { try Operations.named("pad")!.call(positional: [other, 0x1p55]) }),
    ]
    for (name, call) in calls {
      XCTAssertThrowsError(try call(), name) { error in
        guard case .extent = error as? Fault else { return XCTFail("\(name): \(error)") }
      }
    }
    XCTAssertEqual(try Tensor.zeros([0, 1 << 40], .f64).count, 0)
    XCTAssertThrowsError(try Tensor.zeros([1 << 40, 1 << 40], .f64)) {
      XCTAssertEqual($0 as? Fault, .extent(shape: [1 << 40, 1 << 40]))
    }
  }
}
