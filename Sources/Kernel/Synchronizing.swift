import Glibc
import Synchronization
import Wire

/// A counting semaphore. `signal` is async-signal-safe and costs nothing when nobody waits.
final class Semaphore: @unchecked Sendable {
  private let handle = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(handle, 0, 0) }

  deinit {
    sem_destroy(handle)
    handle.deallocate()
  }

  func signal() { sem_post(handle) }

  func wait() { while sem_wait(handle) != 0 && errno == EINTR {} }
}

/// A thread of the kernel that runs until its body ends.
struct BackgroundThread {
  private let thread: pthread_t

  init(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(status == 0, "the system has no thread left")
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }
}

/// The requests that wait for the evaluation thread, and the rule for interrupting them.
///
/// An interrupt means what runs or waits when it comes. So the flag is raised only while there is such a
/// request, and lowered when the last one is done: an interrupt of an idle kernel has no effect on the next cell.
final class Inbox: Sendable {
  private struct State {
    var requests: [Request] = []
    var next = 0
    var arrivals = 0
    /// Requests that wait or run.
    var open = 0
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
        if state.next == state.requests.count {
          state.requests.removeAll(keepingCapacity: state.next < 1024)
          state.next = 0
        }
        return (request, false)
      }
      if isClosed { return nil }
      if let request { return request }
    }
  }

  /// To be called after each request.
  func finished() {
    state.withLock {
      $0.open -= 1
      if $0.open == 0 && !$0.isClosed { interruption(false) }
    }
  }

  /// False when there was nothing to interrupt.
  func interrupt() -> Bool {
    state.withLock {
      guard $0.open > 0 else { return false }
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
