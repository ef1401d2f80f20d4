import Support
import System
import XCTest

@testable import Interpreter

/// What a notebook keeps from cell to cell, and what ends a cell.
final class SessionTests: XCTestCase {
  private let host = CollectingHost()
  private lazy var session = Session(host: host, folder: ".")

  /// What a cell shows as plain text, or its error's heading.
  private func shown(_ code: String, _ session: Session? = nil) -> String? {
    switch run(code, session) {
    case .finished(let bundle): return bundle?["text/plain"]
    case .failed(let failure): return "\(failure.kind): \(failure.message)"
    }
  }

  /// On a stack that carries 10,000 levels.
  private func run(_ code: String, _ session: Session?) -> Outcome {
    nonisolated(unsafe) let session = session ?? self.session
    nonisolated(unsafe) var outcome = Outcome.finished(nil)
    onEvaluationThread { outcome = session.run(code, label: "cell [1]") }
    return outcome
  }

  private func kind(_ code: String, _ session: Session? = nil) -> String? {
    if case .failed(let failure) = run(code, session) { return failure.kind }
    return nil
  }

  func testShowsTheLastValueUnlessSilencedOrAssigned() {
    XCTAssertEqual(shown("1 + 1"), "2")
    XCTAssertNil(shown("1 + 1;"))
    XCTAssertNil(shown("x = 3"))
    XCTAssertEqual(shown("x"), "3")
    XCTAssertNil(shown("f(x) = x"))
    XCTAssertNil(shown(""))
    XCTAssertNil(shown("nothing"))
  }

  /// A cell may end just as its time passes: the flag must not stop the next one.
  func testTheFlagOfALimitNeverOutlivesItsCell() throws {
    for turn in 0..<2000 {
      let limit = try TimeLimit(turn % 2 == 0 ? 0 : 1e-5)
      for _ in 0..<turn % 300 { sched_yield() }
      limit.cancel()
      XCTAssertFalse(Interruption.isRaised)
    }
    usleep(60_000)
    XCTAssertFalse(Interruption.isRaised)
  }

  func testSessionsDrawTheirOwnRandomNumbers() {
    func draws(_ session: Session) -> String? {
      guard case .finished(let bundle) = session.run("rand(3)", label: "cell [1]") else { return nil }
      return bundle?["text/plain"]
    }
    func session() -> Session { Session(host: CollectingHost(), folder: ".") }
    let alone = session()
    let expected = [draws(alone), draws(alone), draws(alone)]
    let (first, second) = (session(), session())
    var found: [[String?]] = [[], []]
    for turn in [0, 1, 1, 0, 0, 1] {
      found[turn].append(draws(turn == 0 ? first : second))
      _ = session().run("seed(5); randn(7)", label: "cell [1]")
    }
    XCTAssertEqual(found[0], expected)
    XCTAssertEqual(found[1], expected)
  }

  func testAnErrorKeepsWhatWasAssignedBefore() {
    XCTAssertEqual(kind("a = 1; b = [1, 2] * [3, 4]; c = 3"), "ShapeError")
    XCTAssertEqual(shown("a"), "1")
    XCTAssertEqual(kind("b"), "NameError")
    XCTAssertEqual(
      kind("s = 0\nfor i in 1:5\n  s = s + i\n  if i == 3; error(\"stop\") end\nend"), "ValueError")
    XCTAssertEqual(shown("s"), "6")
    XCTAssertEqual(kind("v = [1, 2, 3]\nv[2] = 7\nv[9] = 1"), "IndexError")
    XCTAssertEqual(shown("v == [1, 7, 3]"), shown("[true, true, true]"))
  }

  func testValuesAreNotAliased() {
    XCTAssertEqual(shown("p = [1, 2]; q = p; q[1] = 9; p[1]"), "1")
    XCTAssertEqual(shown("r = (a = [1, 2],); t = r; t.a[1] = 5; (r.a[1], t.a[1])"), "(1, 5)")
    XCTAssertEqual(shown("g(x) = begin x[1] = 100; sum(x) end\nz = [1, 2]\n(g(z), z[1])"), "(102, 1)")
  }

  func testClosuresKeepTheirTurn() {
    XCTAssertEqual(shown("fs = [() -> i for i in 1:3]; [h() for h in fs]"), shown("[1, 2, 3]"))
    XCTAssertEqual(
      shown("hs = ()\nfor i in 1:3\n  hs = (hs..., x -> x * i)\nend\n(hs[1](10), hs[3](10))"), "(10, 30)")
  }

  func testFunctionsSeeLaterDefinitionsAndOwnTheirAssignments() {
    XCTAssertEqual(shown("u(x) = k * x\nk = 2\na1 = u(3)\nk = 5\n(a1, u(3))"), "(6, 15)")
    XCTAssertEqual(shown("n = 1\nfunction bump()\n  n = n + 1\n  n\nend\n(bump(), bump(), n)"), "(2, 2, 1)")
    XCTAssertEqual(
      shown("even(n) = n == 0 ? true : odd(n - 1)\nodd(n) = n == 0 ? false : even(n - 1)\neven(11)"), "false")
  }

  func testANotebookMayUseTheLibrarysNames() {
    XCTAssertNil(shown("norm = 3; sgd = 4; value_and_grad = 5"))
    XCTAssertEqual(shown("descend(x -> (x - 2)², 0.0).converged"), "true")
  }

  func testRecursionEndsInALimit() {
    XCTAssertEqual(kind("down(n) = down(n + 1) + 1\ndown(0)"), "LimitError")
    XCTAssertEqual(shown("depth(n) = n == 0 ? 0 : depth(n - 1) + 1\ndepth(9000)"), "9000")
    XCTAssertEqual(shown("try\n  down(0)\ncatch e\n  e.kind\nend"), "LimitError")
  }

  /// A cell that went deep leaves its stack to the system, so that the next one has all its memory.
  func testTheStackOfADeepCellIsGivenBack() {
    nonisolated(unsafe) var grown = Int.max
    nonisolated(unsafe) var value: String?
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: ".")
      func run(_ depth: Int) -> String? {
        let calls = String(repeating: "abs(", count: 40) + "f(n - 1)" + String(repeating: ")", count: 40)
        let code = "f(n) = n == 0 ? 0 : 1 + \(calls)\nf(\(depth))"
        guard case .finished(let bundle) = session.run(code, label: "cell [1]") else { return nil }
        return bundle?["text/plain"]
      }
      _ = run(5)
      let before = ProcessMemory.resident
      value = run(9000)
      grown = ProcessMemory.resident - before
    }
    XCTAssertEqual(value, "9000")
    XCTAssertLessThan(grown, 20 << 20)
  }

  func testLimitsOnTimeAndOutputEndTheCellAndNothingElse() {
    var limits = Limits()
    limits.time = 0.05
    limits.output = 100
    let host = CollectingHost()
    let limited = Session(host: host, limits: limits, folder: ".")
    XCTAssertEqual(kind("while true; 1 end", limited), "LimitError")
    XCTAssertEqual(kind("try\n  while true; 1 end\ncatch e\n  1\nend", limited), "LimitError")
    XCTAssertEqual(kind("for i in 1:1000; println(i) end", limited), "LimitError")
    XCTAssertEqual(shown("2 + 2", limited), "4")
  }

  /// What cannot be shown is the matter of the statement whose value it is.
  func testAValueThatCannotBeShownHasItsPlace() {
    var limits = Limits()
    limits.output = 10
    let limited = Session(host: CollectingHost(), limits: limits, folder: ".")
    guard case .failed(let failure) = limited.run("x = 1\n[\n  x, x,\n x, x]", label: "cell [1]") else {
      return XCTFail("shown")
    }
    XCTAssertEqual(failure.kind, "LimitError")
    XCTAssertEqual(failure.line, 2)
    guard case .failed(let other) = limited.evaluate("[1, 2, 3, 4]") else { return XCTFail("shown") }
    XCTAssertEqual(other.line, 1)
  }

  func testInterruptedFromAnotherThread() {
    let thread = Thread {
      usleep(50_000)
      Interruption.raise()
    }
    thread.start()
    XCTAssertEqual(kind("kept = 1\nwhile true\n  kept = kept + 1\nend"), "Interrupted")
    Interruption.clear()
    XCTAssertEqual(shown("kept > 1"), "true")
  }

  func testDisplayUpdateAndInput() {
    XCTAssertNil(shown("d = display(1); update(d, 2)"))
    XCTAssertEqual(host.displays.map { $0.bundle["text/plain"] }, ["1"])
    XCTAssertEqual(host.updates.map { $0.bundle["text/plain"] }, ["2"])
    XCTAssertEqual(host.displays[0].id, host.updates[0].id)
    host.answers = ["7"]
    XCTAssertEqual(shown("parse(input(\"n? \")) + 1"), "8")
    XCTAssertEqual(kind("input()"), "ValueError")
  }

  func testFilesStopAtTheFirstError() {
    let failure = session.runFile("println(1)\n[1, 2] * [3, 4]\nprintln(2)", name: "a.nabla")
    XCTAssertEqual(failure?.kind, "ShapeError")
    XCTAssertEqual(failure?.line, 2)
    XCTAssertEqual(host.takeOutput(), "1\n")
    XCTAssertEqual(session.runFile("println(1)\nx = = 2", name: "b.nabla")?.kind, "SyntaxError")
    XCTAssertEqual(host.takeOutput(), "", "a file is parsed whole before anything runs")
  }

  /// Whatever a cell puts out counts: text, displays, figures, its value, the report of its error.
  func testAllOutputCounts() {
    func kind(_ code: String, _ limit: Int) -> String? {
      var limits = Limits()
      limits.output = limit
      let session = Session(host: CollectingHost(), limits: limits, folder: ".")
      guard case .failed(let failure) = session.run(code, label: "cell [1]") else { return nil }
      if limit < 5000 { XCTAssertLessThan(failure.report.reduce(0) { $0 + $1.utf8.count }, 1000, code) }
      return failure.kind
    }
    let text = String(repeating: "x", count: 5000)
    for code in [
      "println(\"\(text)\")", "display(\"\(text)\");", "\"\(text)\"", "error(\"\(text)\")", "plot(rand(100))",
      "display(plot(rand(100)));", "d = display(1);\nupdate(d, \"\(text)\");",
      "for i in 1:2000\n display(i)\nend",
      "@show \"\(text)\";", "eprintln(\"\(text)\")", "try println(\"\(text)\") catch e; end\n\"\(text)\"",
    ] {
      XCTAssertEqual(kind(code, 2000), "LimitError", code.prefix(40).description)
      XCTAssertNotEqual(kind(code, 1_000_000), "LimitError", code.prefix(40).description)
    }
    // What replaces something takes its room.
    XCTAssertNil(
      kind(
        "d = display(\"\(text.prefix(500))\");\nfor i in 1:100\n update(d, \"\(text.prefix(500))\")\nend",
        2000))
  }
}
