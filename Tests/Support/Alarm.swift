import Glibc
import Interpreter
import Synchronization

/// Interrupts what runs for long. What an interrupted program would have done next remains untried; nothing that is
/// asserted depends on it.
package final class Alarm: Sendable {
  private static let patience: UInt32 = 50_000
  private let turn = Atomic<Int>(0)
  private let isOver = Atomic<Bool>(false)

  package init() {
    _ = startDetached { [self] in
      var seen = 0
      while !isOver.load(ordering: .relaxed) {
        usleep(Alarm.patience)
        let now = turn.load(ordering: .relaxed)
        if now == seen, now & 1 == 1 { Interruption.raise() }
        seen = now
      }
    }
  }

  package func watching<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    turn.add(1, ordering: .relaxed)
    defer {
      turn.add(1, ordering: .relaxed)
      Interruption.clear()
    }
    return try body()
  }

  package func end() { isOver.store(true, ordering: .relaxed) }
}
