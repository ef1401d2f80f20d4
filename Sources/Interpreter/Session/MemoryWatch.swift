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

  /// Watches from now on. What the process has in memory when its first cell begins is its own.
  static func begin(limit: Int) {
    _ = baseline
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

  private static let baseline = ProcessMemory.resident

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

  /// The next poll throws where too much is held, after what is free has been given back.
  private static func look(_ limit: Int) {
    func excess() -> Bool { ProcessMemory.resident - baseline - slack - Memory.kept > limit }
    guard excess() else { return }
    ProcessMemory.giveBack()
    guard excess(), current.limit.load(ordering: .acquiring) > 0 else { return }
    NumericsInterruption.raiseOverdraft()
    // The cell may have ended just now: the flag is not to stop the next one.
    if current.limit.load(ordering: .acquiring) == 0 { NumericsInterruption.clearLimits() }
  }
}

private final class WatchState: Sendable {
  /// What the running cell may hold; 0 between cells.
  let limit = Atomic<Int>(0)
  let sleeps = Atomic<Bool>(true)
  let isStarted = Atomic<Bool>(false)
  nonisolated(unsafe) let wake = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(wake, 0, 0) }
}

private let current = WatchState()
