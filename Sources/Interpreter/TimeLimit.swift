import Glibc
import Synchronization

/// Raises the interruption flag when a cell has run for its time. The thread sleeps in the meantime.
final class TimeLimit: Sendable {
  private let seconds: Double
  private let state: State

  private final class State: Sendable {
    let isOver = Atomic<Bool>(false)
    let hasPassed = Atomic<Bool>(false)
  }

  init(_ seconds: Double) {
    self.seconds = seconds
    let state = State()
    self.state = state
    let deadline = Clock.seconds + seconds
    startDetached { TimeLimit.wait(state, until: deadline) }
  }

  /// The limit in seconds, when it was what stopped the cell.
  var passed: Double? { state.hasPassed.load(ordering: .acquiring) ? seconds : nil }

  func cancel() {
    state.isOver.store(true, ordering: .releasing)
    if passed != nil { Interruption.clear() }
  }

  private static func wait(_ state: State, until deadline: Double) {
    while !state.isOver.load(ordering: .acquiring) {
      let left = deadline - Clock.seconds
      if left <= 0 {
        state.hasPassed.store(true, ordering: .releasing)
        Interruption.raise()
        return
      }
      usleep(UInt32(min(left, 0.05) * 1e6))
    }
  }
}
