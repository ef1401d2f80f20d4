import Numerics
import Support
import XCTest

@testable import Interpreter

/// Functions in variables of the call that made them keep nothing alive once nobody can reach them.
final class FrameCycleTests: XCTestCase {
  /// Bytes that values hold more after `turns` runs of a cell than after a few.
  private func growth(_ setup: String, _ cell: String, turns: Int = 300) -> Int {
    let session = Session(host: CollectingHost(), folder: ".")
    func run(_ text: String) {
      guard case .finished = session.run(text, label: "cell") else { return XCTFail(text) }
    }
    run("x = ones(1000)\n" + setup)
    run("for i in 1:10\n\(cell)\nend")
    let before = Memory.live
    run("for i in 1:\(turns)\n\(cell)\nend")
    return Memory.live - before
  }

  private func assertFreed(_ setup: String, _ cell: String, line: UInt = #line) {
    XCTAssertLessThan(growth(setup, cell), 20_000, line: line)
  }

  func testFunctionsOfACall() {
    assertFreed("f(x) = begin\n  y = x + 1\n  g = z -> sum(y) * z\n  g(2)\nend", "f(x)")
    assertFreed("f(x) = begin\n  y = x + 1\n  g(z) = z > 0 ? g(z - 1) : sum(y)\n  g(3)\nend", "f(x)")
    assertFreed(
      "f(x) = begin\n  y = x + 1\n  a(z) = z > 0 ? b(z - 1) : sum(y)\n  b(z) = a(z)\n  a(3)\nend", "f(x)")
  }

  func testFunctionsMadeOfFunctions() {
    for maker in ["∇", "value_and_grad", "derivative", "jacobian", "hessian", "checkpoint", "vmap"] {
      assertFreed(
        "f(x) = begin\n  y = x + 1\n  g = \(maker)(z -> sum(y) * z^2)\n  y[1] > 1\nend", "f(x)")
    }
    assertFreed("f(x) = begin\n  y = x + 1\n  h = (z -> z) ∘ (z -> sum(y) * z)\n  1\nend", "f(x)")
  }

  func testFunctionsInTuplesAndRecords() {
    assertFreed(
      "f(x) = begin\n  y = x + 1\n  t = (z -> sum(y), (a = z -> z * sum(y), b = 1))\n  t[1](1)\nend", "f(x)")
  }

  func testTurnsOfLoops() {
    assertFreed("", "  y = x + i\n  g = z -> sum(x) * z + i\n  g(1)")
    assertFreed("f(x) = sum([begin h = z -> z * sum(x) + k; h(1) end for k in 1:3])", "f(x)")
    assertFreed(
      "f(x) = begin\n  for k in 1:3\n    y = x + k\n    h = z -> z * sum(y)\n    h(1)\n  end\nend", "f(x)")
    assertFreed("f(x) = try\n  error(\"no\")\ncatch e\n  g = z -> (z, e, x)\n  1\nend", "f(x)")
  }

  /// What was handed out keeps its frame for as long as it is held, and no longer.
  func testWhatIsHeldStays() {
    let setup =
      "make(x) = begin\n  y = x + 1\n  total() = sum(y)\n  twice() = 2total()\n  (; total, twice)\nend"
    assertFreed(setup, "c = make(x)\n@assert c.twice() == 4000 && c.total() == 2000")
    XCTAssertGreaterThan(growth(setup + "\nkept = ()", "kept = (kept..., make(x))"), 300 * 8000)
    let session = Session(host: CollectingHost(), folder: ".")
    for text in [
      "x = ones(1000)\n" + setup, "c = make(x).twice", "for i in 1:3000\n  make(x).total()\nend",
      "@assert c() == 4000",
    ] {
      guard case .finished = session.run(text, label: "cell") else { return XCTFail(text) }
    }
  }

  /// An error leaves frames behind as a return does.
  func testErrors() {
    assertFreed(
      "f(x) = begin\n  y = x + 1\n  g = z -> sum(y) * z\n  error(\"no\")\nend",
      "try\n  f(x)\ncatch e\nend")
  }

  /// Before a limit is met, what nobody can reach is freed.
  func testTheLimitOnMemoryCountsWhatCanBeReached() {
    var limits = Limits()
    limits.memory = Memory.live + 3_000_000
    let session = Session(host: CollectingHost(), limits: limits, folder: ".")
    defer { Memory.limit = Int.max }
    let program = """
      make(x) = begin
        y = x + 1
        total() = sum(y)
        twice() = 2total()
        (; total, twice)
      end
      x = ones(1000)
      for i in 1:5000
        c = make(x)
        c.twice()
      end
      """
    guard case .finished = session.run(program, label: "cell") else { return XCTFail("met the limit") }
  }
}
