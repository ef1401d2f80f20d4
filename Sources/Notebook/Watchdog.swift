import Glibc
import Synchronization

/// Interrupts an evaluation that takes longer than it may.
final class Watchdog: Sendable {
  /// A pipe whose writing end is closed when the evaluation is over.
  private let readingEnd: Int32
  private let writingEnd: Int32
  private let seconds: Double
  private let interrupt: @Sendable () -> Void
  private let hasBitten = Atomic<Bool>(false)

  private init?(seconds: Double, interrupt: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    (readingEnd, writingEnd) = (ends[0], ends[1])
    self.seconds = seconds
    self.interrupt = interrupt
  }

  /// Runs `body`; after `seconds`, when given, `interrupt` is called from another thread. Answers also
  /// whether that happened.
  static func guarding<Value>(
    seconds: Double?, interrupt: @escaping @Sendable () -> Void, _ body: () -> Value
  ) -> (value: Value, timedOut: Bool) {
    guard let seconds, let watchdog = Watchdog(seconds: seconds, interrupt: interrupt) else {
      return (body(), false)
    }
    let thread = watchdog.start()
    let value = body()
    close(watchdog.writingEnd)
    if let thread { pthread_join(thread, nil) }
    close(watchdog.readingEnd)
    return (value, watchdog.hasBitten.load(ordering: .acquiring))
  }

  private func start() -> pthread_t? {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Watchdog>.fromOpaque(argument!).takeRetainedValue().watch()
        return nil
      }, argument.toOpaque())
    guard status == 0 else {
      argument.release()
      return nil
    }
    return thread
  }

  private func watch() {
    // A century is as good as for ever, and cannot overflow.
    let deadline = ContinuousClock.now + .seconds(min(max(seconds, 0), 3e9))
    var descriptor = pollfd(fd: readingEnd, events: Int16(POLLIN), revents: 0)
    while true {
      let rest = deadline - .now
      guard rest > .zero else { break }
      // `poll` counts milliseconds in 32 bits, and a signal may end it early.
      if poll(&descriptor, 1, Int32(clamping: Int(clamping: min(rest / .milliseconds(1), 1e6)) + 1)) > 0 {
        return
      }
    }
    hasBitten.store(true, ordering: .releasing)
    interrupt()
  }
}
