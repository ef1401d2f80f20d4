import Numerics

/// The flag that stops an evaluation. Any thread or signal handler may raise it; every loop and every
/// long kernel polls it, and the evaluation ends with `Interrupted`, the notebook's variables kept.
public enum Interruption {
  /// Thrown where the flag was seen.
  public typealias Raised = NumericsInterrupted

  /// Async-signal-safe.
  public static func raise() { NumericsInterruption.raise() }

  public static func clear() { NumericsInterruption.clear() }

  public static var isRaised: Bool { NumericsInterruption.isRaised }

  /// What to throw where the flag is up: `Raised`, or the limit that a value has passed.
  package static var cause: any Error { NumericsInterruption.cause() }
}
