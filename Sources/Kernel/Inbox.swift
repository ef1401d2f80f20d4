import Synchronization
import Wire

/// The requests that wait for the evaluation thread, and the rule for interrupting them.
///
/// An interrupt means what runs or waits when it comes. So the flag is raised only while there is such a
/// request, and lowered when the last of them is done: an interrupt of an idle kernel has no effect on the next cell, nor
/// has one that comes when a request has been answered and is not yet counted as done.
final class Inbox: Sendable {
  private struct State {
    var requests: [Request] = []
    var next = 0
    var arrivals = 0
    /// Requests that wait or run.
    var open = 0
    /// The last that had arrived when the last interrupt came.
    var interrupted = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let available = Semaphore()
  /// Raises and lowers the flag that the evaluation polls.
  private let interruption: @Sendable (_ isRaised: Bool) -> Void

  init(interruption: @escaping @Sendable (_ isRaised: Bool) -> Void) { self.interruption = interruption }

  func put(_ message: Message) {
    state.withLock {
      $0.arrivals += 1
      $0.open += 1
      $0.requests.append(Request(channel: .shell, message: message, arrival: $0.arrivals))
    }
    available.signal()
  }

  /// The next request, waited for; `nil` when the kernel ends.
  func take() -> Request? {
    while true {
      available.wait()
      let (request, isClosed) = state.withLock { state -> (Request?, Bool) in
        guard !state.isClosed, state.next < state.requests.count else { return (nil, state.isClosed) }
        let request = state.requests[state.next]
        state.next += 1
        if request.arrival > state.interrupted { interruption(false) }
        // Rarely, so that taking costs the same however many wait.
        if state.next == state.requests.count || state.next == 1024 {
          state.requests.removeFirst(state.next)
          state.next = 0
        }
        return (request, false)
      }
      if isClosed { return nil }
      if let request { return request }
    }
  }

  /// Whether one of those that wait is such a one; of a long queue the next are looked at.
  func contains(_ isSuch: (Message) -> Bool) -> Bool {
    state.withLock { $0.requests[$0.next...].prefix(Self.mostLookedAt).contains { isSuch($0.message) } }
  }

  private static let mostLookedAt = 200

  /// To be called after each request.
  func finished() {
    state.withLock {
      $0.open -= 1
      if $0.open == 0 && !$0.isClosed { interruption(false) }
    }
  }

  /// Ends the queue without touching what runs; what still waited.
  func withdraw() -> [Request] {
    state.withLock {
      $0.isClosed = true
      let waiting = Array($0.requests[$0.next...])
      $0.requests = []
      $0.next = 0
      return waiting
    }
  }

  /// False when there was nothing to interrupt.
  func interrupt() -> Bool {
    state.withLock {
      guard $0.open > 0 else { return false }
      $0.interrupted = $0.arrivals
      interruption(true)
      return true
    }
  }

  /// Ends the queue, and what runs.
  func close() {
    state.withLock {
      $0.isClosed = true
      interruption(true)
    }
    available.signal()
  }

  var isEmpty: Bool { state.withLock { $0.next == $0.requests.count } }
  var arrivals: Int { state.withLock { $0.arrivals } }
}
