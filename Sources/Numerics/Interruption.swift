import Synchronization

private let flag = Atomic<Bool>(false)

/// One flag for the process: there is one evaluation at a time.
public enum NumericsInterruption {
  /// Async-signal-safe: one relaxed store.
  public static func raise() { flag.store(true, ordering: .relaxed) }

  public static func clear() { flag.store(false, ordering: .relaxed) }

  public static var isRaised: Bool { flag.load(ordering: .relaxed) }

  /// Throws `NumericsInterrupted` when the flag is up. Long kernels call it between blocks.
  public static func poll() throws {
    if isRaised { throw NumericsInterrupted() }
  }
}

/// The evaluation was told to stop.
public struct NumericsInterrupted: Error {
  public init() {}
}
