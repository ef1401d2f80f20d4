import Glibc
import Numerics
import Synchronization
import System

/// Counts towards the limit on memory what nobody counts one by one: texts, figures, files on their way, what libraries
/// hold. While a cell runs, a thread looks now and then at what the process has in memory.
enum MemoryWatch {
  /// Microseconds between two looks, in which a program can fill some 40 MB; a look takes 2 µs.
  private static let period: UInt32 = 20_000
  /// Looks without a cell after which the thread sleeps until there is one.
  private static let patience = 50
  /// Bytes that may be held without being counted by the session: code, the library, what is kept for reuse.
  private static let slack = 16 << 20

  /// Watches from now on.
  ///
  /// - Parameter own: what the process had in memory before the session that runs.
  static func begin(limit: Int, own: Int) {
    current.own.store(own, ordering: .relaxed)
    current.cell.add(1, ordering: .relaxed)
    current.limit.store(limit, ordering: .releasing)
    if current.sleeps.compareExchange(expected: true, desired: false, ordering: .acquiringAndReleasing)
      .exchanged
    {
      if current.isStarted.exchange(true, ordering: .relaxed) {
        sem_post(current.wake)
      } else {
        _ = startDetached { watch() }
      }
    }
  }

  static func end() { current.limit.store(0, ordering: .releasing) }

  /// What the process has in memory besides the values of sessions.
  static var own: Int { ProcessMemory.resident - Memory.live - Memory.kept }

  private static func watch() {
    var idle = 0
    while true {
      usleep(period)
      let limit = current.limit.load(ordering: .acquiring)
      idle = limit == 0 ? idle + 1 : 0
      if limit > 0 { look(limit) }
      if idle > patience {
        idle = 0
        current.sleeps.store(true, ordering: .releasing)
        // A cell that began in between has woken nobody.
        if current.limit.load(ordering: .acquiring) > 0,
          current.sleeps.compareExchange(expected: true, desired: false, ordering: .acquiringAndReleasing)
            .exchanged
        {
          continue
        }
        while sem_wait(current.wake) != 0 && errno == EINTR {}
      }
    }
  }

  /// Whether frames that nobody can reach are to be looked for: they may be what is too much.
  static var wantsReview: Bool {
    current.review.load(ordering: .relaxed) && current.review.exchange(false, ordering: .relaxed)
  }

  /// The next poll throws where too much is held, after there was a chance to find what is held for nothing, and what
  /// is free has been given back.
  private static func look(_ limit: Int) {
    let own = current.own.load(ordering: .relaxed)
    func excess() -> Bool { ProcessMemory.resident - own - slack - Memory.kept > limit }
    let cell = current.cell.load(ordering: .relaxed)
    guard excess() else { return }
    current.review.store(true, ordering: .relaxed)
    usleep(period)
    current.review.store(false, ordering: .relaxed)
    // What one cell held is nothing to the next.
    guard current.cell.load(ordering: .relaxed) == cell, excess() else { return }
    ProcessMemory.giveBack()
    func isRunning() -> Bool {
      current.limit.load(ordering: .acquiring) > 0 && current.cell.load(ordering: .acquiring) == cell
    }
    guard excess(), isRunning() else { return }
    NumericsInterruption.raiseOverdraft()
    // The cell may have ended just now: the flag is not to stop the next one.
    if !isRunning() { NumericsInterruption.clearLimits() }
  }
}

private final class WatchState: Sendable {
  /// What the running cell may hold; 0 between cells.
  let limit = Atomic<Int>(0)
  /// What the process had in memory before the session had any values.
  let own = Atomic<Int>(0)
  /// Which cell it is.
  let cell = Atomic<Int>(0)
  let review = Atomic<Bool>(false)
  let sleeps = Atomic<Bool>(true)
  let isStarted = Atomic<Bool>(false)
  nonisolated(unsafe) let wake = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(wake, 0, 0) }
}

private let current = WatchState()
