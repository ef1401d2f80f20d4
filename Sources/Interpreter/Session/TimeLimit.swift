import Glibc
import Synchronization

/// Raises the interruption flag when a cell has run for its time. The thread sleeps in the meantime.
final class TimeLimit: Sendable {
  private let seconds: Double
  private let state: State

  private final class State: Sendable {
    /// Where the cell is. Only one of the two threads leaves `running`, so that a flag that was raised is always
    /// seen by who must take it down, and none is raised after that.
    let phase = Atomic<UInt8>(Phase.running)
  }

  private enum Phase {
    static let running: UInt8 = 0
    /// The cell ended in time.
    static let over: UInt8 = 1
    /// Its time has passed, and the flag is about to be raised.
    static let passing: UInt8 = 2
    static let passed: UInt8 = 3
  }

  /// - Throws: where the system has no thread for it: a limit that nothing watches is none.
  init(_ seconds: Double) throws {
    self.seconds = seconds
    let state = State()
    self.state = state
    let deadline = Clock.seconds + seconds
    guard startDetached({ TimeLimit.wait(state, until: deadline) }) else { throw Problem.unwatched }
  }

  /// The limit in seconds, when it was what stopped the cell.
  var passed: Double? { state.phase.load(ordering: .acquiring) >= Phase.passing ? seconds : nil }

  /// The cell has ended: no flag of this limit is up afterwards.
  func cancel() {
    if state.phase.compareExchange(
      expected: Phase.running, desired: Phase.over, ordering: .acquiringAndReleasing
    ).exchanged {
      return
    }
    while state.phase.load(ordering: .acquiring) == Phase.passing { sched_yield() }
    if passed != nil { Interruption.clear() }
  }

  private static func wait(_ state: State, until deadline: Double) {
    while state.phase.load(ordering: .acquiring) == Phase.running {
      let left = deadline - Clock.seconds
      if left > 0 {
        usleep(UInt32(clamping: Int(clamping: min(left, 0.05) * 1e6)))
        continue
      }
      if state.phase.compareExchange(
        expected: Phase.running, desired: Phase.passing, ordering: .acquiringAndReleasing
      ).exchanged {
        Interruption.raise()
        state.phase.store(Phase.passed, ordering: .releasing)
      }
    }
  }
}
