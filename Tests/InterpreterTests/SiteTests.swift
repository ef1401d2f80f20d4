import Support
import XCTest

@testable import Interpreter

/// How long the text of a cell is kept: as long as an error can lead back to it, and not for the life of the kernel.
final class SiteTests: XCTestCase {
  private let session = Session(host: CollectingHost(), folder: ".")

  private func run(_ code: String, _ label: String = "cell [1]") -> Failure? {
    if case .failed(let failure) = session.run(code, label: label) { return failure }
    return nil
  }

  private func lines(_ failure: Failure?) -> String {
    failure?.report.joined(separator: "\n") ?? "no error"
  }

  func testCellsAndExpressionsAreNotKeptForEver() {
    XCTAssertNil(run("f(x) = sqrt(x) + [1, 2]\nx = 1"))
    // What the cells below call of the library is compiled now.
    XCTAssertNil(run("x = f(4)"))
    _ = session.evaluate("f(x - x)")
    let sources = Machine.sites.sourceCount
    let places = Machine.sites.capacity
    for number in 0..<100_000 {
      switch number % 4 {
      case 0: XCTAssertNil(run("x = \(number) + 1", "cell [\(number)]"))
      case 1: XCTAssertNil(run("g(y) = y + \(number)", "cell [\(number)]"))
      case 2: _ = session.evaluate("g(x) * [\(number), 2]")
      default: XCTAssertNotNil(run(number % 8 == 3 ? "x = (\(number)" : "[\(number)][2]"))
      }
    }
    XCTAssertLessThanOrEqual(Machine.sites.sourceCount, sources + Session.mostSources + 1)
    XCTAssertLessThanOrEqual(Machine.sites.capacity, places + (Session.mostSources + 1) * Sites.blockLength)
    // What the first cell defined can still be called, and its text quoted.
    let report = lines(run("f([1, 2, 3])", "cell [100000]"))
    XCTAssertTrue(report.contains("1 │ f(x) = sqrt(x) + [1, 2]"), report)
    XCTAssertTrue(report.contains("in f(x), called at cell [100000] line 1"), report)
  }

  func testATensorOutlivesTheTextThatMadeIt() {
    XCTAssertNil(run("W = ones(2, 3)", "cell [1]"))
    let near = lines(run("W * [1, 2]", "cell [2]"))
    XCTAssertTrue(near.contains("made in cell [1]"), near)
    for number in 0..<Session.mostSources { XCTAssertNil(run("x = \(number)", "cell [\(number + 3)]")) }
    let far = lines(run("W * [1, 2]", "cell [2000]"))
    XCTAssertTrue(far.contains("W: 2×3"), far)
    XCTAssertFalse(far.contains("made in"), far)
  }

  func testAnErrorHoldsTheTextOfAFunctionThatIsGone() {
    // The function is held by the call alone, and the call ends with the error.
    let report = lines(run("(x -> x + [1, 2])([1, 2, 3])", "cell [1]"))
    XCTAssertTrue(report.contains("1 │ (x -> x + [1, 2])([1, 2, 3])"), report)
    XCTAssertNil(run("make() = x -> x[7]\nh = make()", "cell [2]"))
    for number in 0...Session.mostSources { XCTAssertNil(run("x = \(number)", "cell [\(number + 3)]")) }
    let gone = lines(run("k = h\nh = nothing\nmake = nothing\nfor f in (k,)\n  k = nothing\n  f([1])\nend"))
    XCTAssertTrue(gone.contains("1 │ make() = x -> x[7]"), gone)
  }

  func testAFlowShowsTheTextOfAFunctionThatIsGone() throws {
    XCTAssertNil(run("L(x) = sum(tanh(x)²)\np = flow(L, [1, 2])\nL = nothing", "cell [1]"))
    for number in 0...Session.mostSources { XCTAssertNil(run("x = \(number)", "cell [\(number + 2)]")) }
    guard case .finished(let bundle) = session.run("p", label: "cell [2000]"), let bundle else {
      return XCTFail("no figure")
    }
    XCTAssertTrue(bundle["image/svg+xml"]?.contains("cell [1]") == true)
  }
}
