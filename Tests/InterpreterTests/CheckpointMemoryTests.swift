import Numerics
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

  func testCheckpointsFitWhereRememberingDoesNot() {
    XCTAssertEqual(failure(wrap: "compose(x -> x, f -> f)")?.kind, "LimitError")
    XCTAssertNil(failure(wrap: "checkpoint"))
  }
}
