import Numerics

/// The state of the one evaluation that a process runs at a time; only the evaluation thread touches it.
package enum Machine {
  /// Places of everything compiled that can still be reached. Shared by all sessions of the process.
  package nonisolated(unsafe) static let sites = Sites()
  /// Levels of calls now.
  package nonisolated(unsafe) static var depth = 0
  nonisolated(unsafe) static var depthLimit = 10_000
  /// The session that is evaluating; library functions reach the host through it.
  package nonisolated(unsafe) static weak var session: Session?
  /// How many evaluations are going on that only repeat an earlier one; they show and print nothing.
  package nonisolated(unsafe) static var repetitions = 0
  /// Whether this cell has been told of a gradient that is not finite.
  package nonisolated(unsafe) static var hasNotedNonFinite = false
  /// Whether it has been told of an argument through which no gradient goes.
  nonisolated(unsafe) static var hasNotedCut = false

  /// Called at every turn of a loop and every call.
  @inline(__always)
  package static func poll() throws {
    if Interruption.isRaised { throw Interruption.cause }
  }
}
