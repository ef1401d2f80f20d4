import Synchronization

/// A question to the user that the evaluation waits for.
final class Question: Sendable {
  private enum State {
    /// Nobody waits: an answer that comes now is a stale one.
    case closed
    case open
    case answered(String)
    case withdrawn
  }

  private let state = Mutex(State.closed)
  private let settled = Semaphore()

  /// The question has left; answers count from now on. Does nothing when it was withdrawn before.
  func open() {
    state.withLock { if case .closed = $0 { $0 = .open } }
  }

  func answer(_ text: String) {
    let counts = state.withLock { state -> Bool in
      guard case .open = state else { return false }
      state = .answered(text)
      return true
    }
    if counts { settled.signal() }
  }

  /// The evaluation is to stop waiting.
  func withdraw() {
    state.withLock { $0 = .withdrawn }
    settled.signal()
  }

  /// The answer; `nil` when the question was withdrawn.
  func wait() -> String? {
    settled.wait()
    return state.withLock { state in
      guard case .answered(let text) = state else { return nil }
      return text
    }
  }
}
