import Foundation
import Support
import XCTest

@testable import Interpreter

/// Outputs that change in place, and notes on the error stream.
final class LiveDisplayTests: XCTestCase {
  private func run(_ cells: String..., canReplace: Bool = true) -> CollectingHost {
    nonisolated(unsafe) let host = CollectingHost(canReplace: canReplace)
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
    // The turn that ends a loop is done, the one that fails is not.
    for (end, shown) in [("break", bar(12) + " 4 of 10"), ("error(\"enough\")", bar(9) + " 3 of 10")] {
      let host = run("for i in progress(1:10)\n  if i == 4\n    \(end)\n  end\nend")
      XCTAssertEqual(last(host), shown)
    }
  }

  private func bar(_ full: Int) -> String {
    String(repeating: "━", count: full) + String(repeating: "─", count: 30 - full)
  }

  func testATrainingThatFailsLeavesItsBarWhereItStopped() {
    let host = run(
      """
      L(w; X) = sum((X - w)²)
      train(L, 0; data = (; X = [1, 2, 3]), epochs = 10, batch = 3, on_step = s -> s.step == 4 ? error("no") : nothing)
      """)
    XCTAssertEqual(host.displays.count, 1)
    XCTAssertTrue(last(host)?.hasPrefix(bar(12) + " 4 of 10  epoch 4, loss ") ?? false, last(host) ?? "")
  }

  /// How often it is drawn is a matter of the clock.
  func testWhatIsDrawnLeavesNothingBehind() {
    let program = """
      noisy(x) = begin
        println("called")
        x² + rand()
      end
      p = descend(noisy, 3; steps = 3, live = LIVE);
      println(rand())
      """
    let live = run(program.replacingOccurrences(of: "LIVE", with: "true"))
    let quiet = run(program.replacingOccurrences(of: "LIVE", with: "false"))
    XCTAssertEqual(live.output, quiet.output)
    XCTAssertFalse(live.displays.isEmpty)
  }

  func testWhereNothingCanBeReplacedOnlyTheLastStateIsShown() {
    let host = run(
      "for i in progress(1:10)\nend\ndescend(x -> x², 3; live = true, steps = 20);\nfor i in progress(1:10)\nbreak\nend",
      canReplace: false)
    XCTAssertTrue(host.updates.isEmpty)
    let texts = host.displays.compactMap { $0.bundle["text/plain"] }
    XCTAssertEqual(texts.count, 3)
    XCTAssertEqual([texts.first, texts.last], [bar(30) + " 10 of 10", bar(3) + " 1 of 10"])
    XCTAssertTrue(texts[1].contains("after 20 steps"))
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
