import Numerics
import Support
import XCTest

@testable import Interpreter

/// What a session held is given back when it is dropped: a process may have many, one after the other.
final class DroppedSessionTests: XCTestCase {
  private func held(after code: String) -> Int {
    func once() {
      let session = Session(host: CollectingHost(), folder: ".")
      _ = session.run(code, label: "cell [1]")
    }
    for _ in 0..<3 { once() }
    FrameCycles.collect()
    let before = Memory.live
    for _ in 0..<20 { once() }
    FrameCycles.collect()
    return Memory.live - before
  }

  func testNothingIsLeftOfADroppedSession() {
    for code in [
      "x = ones(1000)", "f(x) = x^2", "f(x) = x^2\nf(3)", "g = x -> x + 1", "s = string(\"a\", 1)",
      "p = descend(x -> x^2, 1; steps = 20)", "f(x) = sum(x^2)\n∇f(ones(100))", "plot(1:100)",
      "p = plot(1:100)", "make(n) = begin\n  g(x) = x + n\n  g\nend\nh = make(3)",
      "t = (1, (2, 3), (a = 4,))",
      "error(\"stop\")", "f(n) = f(n + 1)\nf(0)", "h = hessian(x -> sum(x^3))(ones(5))", "1 +",
      "zeros(1e15)", "fl = flow(x -> sum(x^2), [1, 2])", "for i in progress(1:3)\n  i\nend",
      "m = adam()", "c = [x -> x + k for k in 1:10]", "f(θ; X) = sum(X * θ)\n∇f(ones(3); X = ones(2, 3))",
    ] {
      // Frames that nobody reaches are looked for when there are many of them: a few may be left.
      XCTAssertLessThan(held(after: code), 15_000, code)
    }
  }
}
