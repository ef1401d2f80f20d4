import Numerics
import Support
import XCTest

@testable import Interpreter

/// What a checkpointed loop remembers: 100 blocks of 100 steps need the memory of some 200 steps, not of 10,000.
final class CheckpointMemoryTests: XCTestCase {
  private func failure(wrap: String) -> Failure? {
    let before = Memory.limit
    defer { Memory.limit = before }
    nonisolated(unsafe) var failure: Failure?
    onEvaluationThread {
      var limits = Limits()
      limits.memory = 32 << 20
      let session = Session(host: CollectingHost(), limits: limits, folder: ".")
      failure = session.runFile(
        """
        function walk(θ)
          x = θ
          for i in 1:100
            block = y -> begin
              for j in 1:100
                y = sin(θ ⊙ y)
              end
              y
            end
            x = \(wrap)(block)(x)
          end
          sum(x)
        end
        g = ∇walk(linspace(0.5, 1.5, 1000))
        """, name: "walk")
    }
    return failure
  }

  /// `blocks` blocks of as many steps, in which a variable changes from turn to turn that no block uses.
  private func fits(blocks: Int, wrap: String, bytes: Int) -> Bool {
    let before = Memory.limit
    defer { Memory.limit = before }
    nonisolated(unsafe) var failure: Failure?
    onEvaluationThread {
      var limits = Limits()
      limits.memory = Memory.live + bytes
      let session = Session(host: CollectingHost(), limits: limits, folder: ".")
      failure = session.runFile(
        """
        function walk(θ)
          x = θ
          for i in 1:\(blocks)
            other = ones(1000) * i
            block = y -> begin
              for j in 1:\(blocks)
                y = sin(θ ⊙ y)
              end
              y
            end
            x = \(wrap)(block)(x)
          end
          sum(x)
        end
        g = ∇walk(linspace(0.5, 1.5, 1000))
        """, name: "walk")
    }
    XCTAssertTrue(failure == nil || failure?.kind == "LimitError", failure?.message ?? "")
    return failure == nil
  }

  /// The least memory in which it runs, to a twentieth.
  private func needed(blocks: Int, wrap: String) -> Double {
    var (low, high) = (1000, 1 << 28)
    while high - low > low / 20 {
      let middle = (low + high) / 2
      if fits(blocks: blocks, wrap: wrap, bytes: middle) { high = middle } else { low = middle }
    }
    return Double(high)
  }

  /// Four times the steps need twice the memory with checkpoints, and four times without.
  func testMemoryGrowsAsTheRoot() {
    let same = "(f -> f)"
    let remembered = needed(blocks: 40, wrap: same) / needed(blocks: 20, wrap: same)
    let repeated = needed(blocks: 40, wrap: "checkpoint") / needed(blocks: 20, wrap: "checkpoint")
    XCTAssertEqual(remembered, 4, accuracy: 0.6)
    XCTAssertEqual(repeated, 2, accuracy: 0.4)
    XCTAssertLessThan(needed(blocks: 40, wrap: "checkpoint"), needed(blocks: 40, wrap: same) / 8)
  }

  func testCheckpointsFitWhereRememberingDoesNot() {
    XCTAssertEqual(failure(wrap: "compose(x -> x, f -> f)")?.kind, "LimitError")
    XCTAssertNil(failure(wrap: "checkpoint"))
  }
}
