import XCTest

@testable import Interpreter

/// Loops that run again by the plans of the time before: as the program, whatever has changed in between.
final class LoopMemoryTests: XCTestCase {
  private func planned(_ code: String, file: StaticString = #filePath, line: UInt = #line) -> Int {
    let plain = StagedRun(code, name: "again", staged: false)
    let planned = StagedRun(code, name: "again", staged: true, loops: true)
    XCTAssertEqual(planned, plain, code, file: file, line: line)
    return planned.turns
  }

  /// Of ten runs of five turns all but the first are planned from their beginning: 48 turns, or 45 where the end is found by
  /// the program. Without plans that are kept there are 30.
  private func isKept(_ definitions: String, _ call: String) -> Bool {
    planned(definitions + "\n" + [String](repeating: call, count: 10).joined(separator: "\n")) > 40
  }

  private let sum = "f(n, a) = begin\nt = 0\nfor i in 1:n\nt = t + a * i * k\nend\nprintln(t)\nend\nk = 2"

  func testPlansAreKept() {
    XCTAssert(isKept(sum, "f(5, 2)"))
    let root = "f(t) = begin\nwhile t < 32\nt = 2t + 1\nend\nprintln(t)\nend"
    XCTAssert(isKept(root, "f(1)"))
    // Functions of the same text with the same variables around them.
    let descent = """
      method(rate) = (x, g) -> x - rate * g
      f(update) = begin
      x = [1.0, 2.0]
      for i in 1:5
      x = update(x, 2x)
      end
      println(x)
      end
      """
    XCTAssert(isKept(descent, "f(method(0.1))"))
  }

  func testWhatHasChangedIsSeen() {
    _ = planned("\(sum)\nf(30, 2)\nk = 3\nf(30, 2)\nf(30, 2)\nk = [1.0]\nf(30, 2)")
    _ = planned("\(sum)\nf(30, 2)\nf(30, 3)\nf(30, 4)\nf(30, 5)\nf(20, 5)\nf(30, [1.0, 2.0])\nf(30, 2)")
    let called = "g(x) = k * x\nk = 1\nf() = begin\nt = 0\nfor i in 1:30\nt = t + g(i)\nend\nprintln(t)\nend"
    _ = planned("\(called)\nf()\nk = 2\nf()\ng(x) = x^2\nf()\nk = \"a\"\nf()\ng(x) = x * k\nf()")
    // A variable that the function assigns hides the notebook's from its second turn on.
    let hidden =
      "f(n) = begin\nt = 0\nfor i in 1:n\nt = t + (i > 25 ? 1 : x)\nif i > 25\nx = 5\nend\nend\nprintln(t)\nend"
    _ = planned("\(hidden)\nx = 1\nf(30)\nx = 3\nf(30)\nf(30)\nx = 4\nf(30)")
    let entries =
      "w = [1.0, 2.0]\nf() = begin\nt = 0\nfor i in 1:30\nt = t + w[2] * w[1 + i % 2]\nend\nprintln(t)\nend"
    _ = planned("\(entries)\nf()\nw[2] = 5\nf()\nf()\nw = [3.0, 5.0, 7.0]\nf()")
  }

  /// Variables of another shape: the plans are new, and those of the first shape are not taken for them.
  func testOtherShapes() {
    let function =
      "f(x, n) = begin\nfor i in 1:n\nx = x / 2 + h(i)\nend\nprintln(x)\nend\nh(i) = k * i\nk = 1"
    let calls =
      "f([1.0, 2.0], 30)\nf([1.0, 2.0, 3.0], 30)\nk = 2\nf([1.0, 2.0, 3.0], 30)\nk = 3\nf(1, 30)\nf([1.0, 2.0], 30)"
    XCTAssertGreaterThan(planned("\(function)\n\(calls)"), 5 * 26)
  }

  func testLoopsWithinThemselves() {
    XCTAssertGreaterThan(
      planned(
        """
        f(n, d) = begin
        t = 0
        for i in 1:n
        t = t + i * d
        end
        if d > 0
        t = t + f(n, d - 1)
        end
        for i in 1:n
        t = t / 2 + i
        end
        t
        end
        println(f(30, 5), f(30, 4))
        g(n) = begin
        t = 0
        for i in 1:n
        t = t + (i == 20 ? g(n - 1) : i)
        end
        t
        end
        println(g(25))
        """), 100)
  }

  func testRandomRepeats() {
    var turns = 0
    for seed in 1...1500 {
      var writer = RandomLoops(seed: UInt64(seed) &+ 77_777)
      turns += planned(writer.repeats())
    }
    XCTAssertGreaterThan(turns, 30_000)
  }
}
