import Numerics

/// The state of the one evaluation that a process runs at a time; only the evaluation thread touches it.
enum Machine {
  /// Places of everything compiled that can still be reached. Shared by all sessions of the process.
  nonisolated(unsafe) static let sites = Sites()
  /// Levels of calls now.
  nonisolated(unsafe) static var depth = 0
  nonisolated(unsafe) static var depthLimit = 10_000
  /// The session that is evaluating; library functions reach the host through it.
  nonisolated(unsafe) static weak var session: Session?
  /// How many evaluations are going on that only repeat an earlier one; they show and print nothing.
  nonisolated(unsafe) static var replays = 0
  /// Whether this cell has been told of a gradient that is not finite.
  nonisolated(unsafe) static var hasNotedNonFinite = false

  /// Called at every turn of a loop and every call.
  @inline(__always)
  static func poll() throws {
    if Interruption.isRaised { throw Interruption.cause }
  }
}
