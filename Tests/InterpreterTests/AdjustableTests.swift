import Support
import XCTest

@testable import Interpreter

/// What a running session shows between the states of an explorable.
final class AdjustableTests: XCTestCase {
  /// Runs a cell that shows an explorable, and tries what was offered.
  private func explore(
    _ cells: String..., body: @escaping @Sendable (Session, any Adjustable) -> Void,
    file: StaticString = #filePath,
    line: UInt = #line
  ) {
    onEvaluationThread {
      let host = CollectingHost()
      let session = Session(host: host, folder: ".")
      for (index, cell) in cells.enumerated() {
        if case .failed(let failure) = session.run(cell, label: "cell [\(index + 1)]") {
          XCTFail(failure.report.joined(separator: "\n"), file: file, line: line)
        }
      }
      guard let offer = host.offers.last else { return XCTFail("nothing is offered", file: file, line: line) }
      body(session, offer.adjustable)
    }
  }

  private func offers(_ code: String) -> [Bool] {
    nonisolated(unsafe) let host = CollectingHost()
    onEvaluationThread { _ = Session(host: host, folder: ".").run(code, label: "cell [1]") }
    return host.offers.map(\.asResult)
  }

  func testWhatIsOffered() {
    XCTAssertEqual(offers("explore(x -> x²; x = 0..1)"), [true])
    XCTAssertEqual(offers("display(explore(x -> x²; x = 0..1))\n1"), [false])
    XCTAssertEqual(offers("explore(x -> x²; x = 0..1);"), [])
    XCTAssertEqual(offers("explore(x -> x²; x = 1:4)"), [])
    XCTAssertEqual(offers("explore((x, on) -> x; x = (\"a\", \"b\"), on = true)"), [])
    XCTAssertEqual(offers("f(x) = sum(x²)\nexplore(descend(f, [1, 2]; steps = 20))"), [])
    XCTAssertEqual(
      offers("f(x) = sum(x²)\nexplore(descend(f, [1, 2]; method = sgd(rate = 0.001), steps = 400))"), [true])
  }

  func testControls() {
    explore(
      "explore((x, name, on) -> x; x = -0.5..0.49, name = (\"a\", \"b\"), on = true, start = (x = 0.2, name = \"b\"))"
    ) { _, shown in
      XCTAssertEqual(shown.controls.map(\.name), ["x", "name", "on"])
      XCTAssertEqual(shown.controls[0].kind, .range(low: -0.5, high: 0.49, step: 0.001))
      XCTAssertEqual(shown.controls[1].kind, .choice(["a", "b"]))
      XCTAssertEqual(shown.controls.map(\.start), [.number(0.2), .choice(1), .flag(true)])
    }
    explore("explore(x -> x; x = 0..3e-7)") { _, shown in
      XCTAssertEqual(shown.controls[0].kind, .range(low: 0, high: 3e-7, step: 1e-9))
    }
    explore("explore(x -> x; x = 0..50000)") { _, shown in
      XCTAssertEqual(shown.controls[0].kind, .range(low: 0, high: 50000, step: 100))
    }
  }

  func testNumbersAndErrors() {
    explore("explore(x -> x == 0.25 ? error(\"<no>\") : x; x = 0..1, steps = 2)") { session, shown in
      XCTAssertEqual(text(session.adjust(shown, to: [.number(0.123)])), "0.123")
      // A front end that counts in steps means what it shows.
      XCTAssertEqual(text(session.adjust(shown, to: [.number(0.1 + 0.2)])), "0.3")
      XCTAssertEqual(text(session.adjust(shown, to: [.number(1.0 / 3)])), "0.3333333333333333")
      guard case .finished(let bundle?) = session.adjust(shown, to: [.number(0.25)]) else { return XCTFail() }
      XCTAssertEqual(bundle["text/html"], "<pre>ValueError: &lt;no&gt;</pre>")
    }
  }

  /// The same numbers as a cell gives; nothing of the notebook changes, and nothing is printed.
  func testTheNotebookStaysAsItWas() {
    explore(
      "seed(3)\ncount = 0\nexplore(x -> begin println(x); x + rand() end; x = 0..1, steps = 2)\n"
    ) { session, shown in
      let before = text(session.run("[rand(), count]", label: "cell [2]"))
      _ = session.run("seed(3)\nexplore(x -> x + rand(); x = 0..1, steps = 2);", label: "cell [3]")
      let moved = text(session.adjust(shown, to: [.number(0.125)]))
      XCTAssertEqual(text(session.run("[rand(), count]", label: "cell [4]")), before)
      XCTAssertEqual(text(session.run("seed(3)\n0.125 + rand()", label: "cell [5]")), moved)
    }
  }

  /// A state that was computed beforehand is the same picture when it is asked for, and others have its frame.
  func testFiguresHaveTheFrameOfTheStates() {
    explore(
      "f(x, y) = (1 - x)² + 8(y - x²)²",
      "explore(β -> descent(f, descend(f, [-1.2, 1]; method = momentum(rate = 0.002, β = β), steps = 40)); β = 0..0.8, steps = 4)"
    ) { session, shown in
      guard
        case .finished(let first?) = session.run(
          "explore(β -> descent(f, descend(f, [-1.2, 1]; method = momentum(rate = 0.002, β = β), steps = 40)); β = 0..0.8, steps = 4)",
          label: "cell [3]"), case .finished(let asked?) = session.adjust(shown, to: [.number(0)]),
        case .finished(let between?) = session.adjust(shown, to: [.number(0.3)])
      else { return XCTFail() }
      let picture = asked["text/html"] ?? "nothing"
      XCTAssertTrue(first["text/html"]?.contains(picture) == true)
      XCTAssertTrue(between["text/plain"]?.contains("β = 0.3)") == true)
      XCTAssertEqual(picture.suffix(12), between["text/html"]?.suffix(12))
    }
  }

  func testInterruptionsAndLimits() {
    explore("explore(x -> begin k = 0; while x == 0.5; k += 1; end; k end; x = 0..1, steps = 1)") {
      session, shown in
      Interruption.raise()
      let outcome = session.adjust(shown, to: [.number(0.5)])
      Interruption.clear()
      XCTAssertEqual(text(outcome).prefix(11), "Interrupted")
      XCTAssertEqual(text(session.adjust(shown, to: [.number(0.25)])), "0")
    }
  }
}

private func text(_ outcome: Outcome) -> String {
  switch outcome {
  case .finished(let bundle): bundle?["text/plain"] ?? ""
  case .failed(let failure): "\(failure.kind): \(failure.message)"
  }
}
