import XCTest

@testable import Interpreter

/// Outputs that change in place, and notes on the error stream.
final class LiveDisplayTests: XCTestCase {
  private func run(_ cells: String...) -> CollectingHost {
    nonisolated(unsafe) let host = CollectingHost()
    onEvaluationThread {
      let session = Session(host: host, folder: ".")
      for (index, cell) in cells.enumerated() {
        if case .failed(let failure) = session.run(cell, label: "cell [\(index + 1)]"),
          failure.kind != "ValueError"
        {
          XCTFail(failure.report.joined(separator: "\n"))
        }
      }
    }
    return host
  }

  private func last(_ host: CollectingHost) -> String? {
    (host.updates.last?.bundle ?? host.displays.last?.bundle)?["text/plain"]
  }

  func testProgressIsOneOutputAndEndsFull() {
    let host = run("for i in progress(1:5000)\nend\nprintln([x^2 for x in progress((1, 2))])")
    XCTAssertEqual(host.displays.count, 2)
    XCTAssertEqual(
      host.displays.first?.bundle["text/plain"], String(repeating: "─", count: 30) + " 0 of 5000")
    let ends = host.updates.filter { $0.id == host.displays.first?.id }.compactMap { $0.bundle["text/plain"] }
    XCTAssertEqual(ends.last, String(repeating: "━", count: 30) + " 5000 of 5000")
    XCTAssertLessThan(ends.count, 5000)
    XCTAssertEqual(host.output, "2 f64\n 1  4\n")
  }

  func testProgressStaysWhereTheLoopEnded() {
    for end in ["break", "error(\"enough\")"] {
      let host = run("for i in progress(1:10)\n  if i == 4\n    \(end)\n  end\nend")
      XCTAssertTrue(last(host)?.contains("of 10") ?? false)
      XCTAssertFalse(last(host)?.contains("10 of 10") ?? true)
    }
  }

  func testProgressInsideADerivativeShowsNothing() {
    let host = run("println(∇(x -> sum(x * i for i in progress(1:3)))(2))")
    XCTAssertTrue(host.displays.isEmpty)
    XCTAssertEqual(host.output, "6\n")
  }

  func testLiveDescentEndsWithItsLastState() {
    let host = run("p = descend(x -> x², 3; live = true, steps = 20);")
    XCTAssertEqual(host.displays.count, 1)
    XCTAssertTrue(host.displays.first?.bundle["text/plain"]?.contains("after 0 steps") ?? false)
    XCTAssertTrue(last(host)?.contains("after 20 steps") ?? false)
    XCTAssertTrue(host.updates.allSatisfy { $0.id == host.displays.first?.id })
  }

  func testALiveDescentIsNotShownASecondTimeAsTheValueOfItsCell() {
    nonisolated(unsafe) var shown: [Interpreter.Bundle?] = []
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: ".")
      for cell in [
        "descend(x -> x², 3; live = true, steps = 20)", "p = descend(x -> x², 3; live = true, steps = 20)\np",
        "p", "descend(x -> x², 3; live = true, steps = 5)\np", "descend(x -> x², 3; live = true).steps",
      ] {
        if case .finished(let bundle) = session.run(cell, label: "cell") { shown.append(bundle) }
      }
    }
    XCTAssertEqual(shown.map { $0 == nil }, [true, true, false, false, false])
    XCTAssertTrue(shown[2]?["text/plain"]?.contains("after 20 steps") ?? false)
  }

  func testLiveTrainingIsOneFigureOfConstantSizeThatEndsWithItsLastState() {
    let host = run(
      """
      L(w; X) = sum((X - w)²)
      w, h = train(L, 0; data = (; X = [1, 2, 3, 4, 5]), method = sgd(rate = 0.01), epochs = 300, live = true)
      """)
    XCTAssertEqual(host.displays.count, 1)
    XCTAssertTrue(host.displays.first?.bundle["text/plain"]?.contains("step 1 of 300") ?? false)
    XCTAssertTrue(last(host)?.contains("step 300 of 300") ?? false)
    XCTAssertTrue(host.updates.allSatisfy { $0.id == host.displays.first?.id })
    XCTAssertLessThan(host.updates.count, 300)
    for bundle in host.displays.map(\.bundle) + host.updates.map(\.bundle) {
      XCTAssertTrue(bundle["image/svg+xml"]?.contains("height=\"280\"") ?? false)
      XCTAssertTrue(bundle["image/svg+xml"]?.contains("width=\"960\"") ?? false)
    }
  }

  func testTrainShowsItsBar() {
    let host = run(
      """
      L(w; X) = sum((X - w)²)
      w, h = train(L, 0; data = (; X = [1, 2, 3, 4, 5]), method = sgd(rate = 0.01), epochs = 3, batch = 2)
      """)
    XCTAssertEqual(host.displays.count, 1)
    XCTAssertTrue(last(host)?.contains(" 9 of 9  epoch 3, loss ") ?? false)
  }

  // MARK: Gradients that are not finite

  func testNoteNamesThePlaceOncePerCell() {
    let host = run("f(x) = sum(√x)\n∇f([0, 4])\n∇f([0, 0])", "∇f([1, 4])", "∇f([0, 4])")
    let note = """
      Note: the gradient of f contains Inf, which first appears on the way back through this:
        1 │ f(x) = sum(√x)
          │             ─
          │             └ x: 2
        in cell [1]

      """
    XCTAssertEqual(host.errors, note + note)
  }

  func testNoteFindsTheFirstOfManySteps() {
    let host = run(
      """
      L(θ; X) = begin
        h = X * θ
        q = atan2(h[1] * 0, h[2] * 0)
        r = log(h + 1)
        sum(r) + q
      end
      g = ∇L([0, 0]; X = [1 2; 3 4])
      """)
    XCTAssertTrue(host.errors.contains("contains NaN"), host.errors)
    XCTAssertTrue(host.errors.contains("  3 │   q = atan2("), host.errors)
  }

  func testNoNoteWhereTheValueIsNotFiniteOrNobodyIsHurt() {
    let host = run(
      "a = ∇(x -> log(x))(0)", "b = ∇(x -> sum(where(x > 0, √x, 0)))([0, 4])", "c = ∇(x -> x^3)(2)")
    XCTAssertEqual(host.errors, "")
  }
}
