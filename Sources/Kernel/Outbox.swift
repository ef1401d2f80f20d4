import Glibc
import Interpreter
import JSON
import Synchronization
import Wire

/// The one ordered way out. Whatever the threads send leaves in the order of their calls, except that
///
/// - text is gathered into larger messages, and
/// - of the updates of one display, and of the outputs that a clear follows, only the last within a short time
///   is sent: nobody would have seen the others, and a server drops what comes faster.
///
/// Everything held back is sent before any reply or status, so the last state always arrives, in time.
package final class Outbox: Sendable {
  /// How long output may be held, and the least time between two updates: 20 a second.
  static let period: UInt64 = 50_000_000
  /// Bytes of text that are sent without waiting for more.
  static let textLimit = 1 << 14

  private struct State {
    /// The header of the request that output belongs to.
    var parent = OutgoingMessage.noParent
    var isBusy = false
    var text: [UInt8] = []
    var stream = OutputStream.standardOutput
    var textSince: UInt64 = 0
    var updates: [(id: String, message: OutgoingMessage)] = []
    /// Outputs since a clear that came too early to be shown.
    var frame: [OutgoingMessage]?
    var lastChange: UInt64 = 0
  }

  private let state = Mutex(State())
  private let now: @Sendable () -> UInt64
  private let deliver: @Sendable (OutgoingMessage) -> Void

  /// - Parameters:
  ///   - now: a clock in nanoseconds.
  ///   - deliver: takes the messages, in order; called on any thread, never on two at once.
  package init(
    now: @escaping @Sendable () -> UInt64 = monotonicTime,
    deliver: @escaping @Sendable (OutgoingMessage) -> Void
  ) {
    self.now = now
    self.deliver = deliver
  }

  /// Output belongs to this request from now on, also output that comes after its end.
  func beginRequest(parent: [UInt8]) {
    state.withLock {
      flush(&$0)
      $0.parent = parent
      $0.isBusy = true
    }
  }

  func endRequest() { state.withLock { $0.isBusy = false } }

  package func send(_ message: OutgoingMessage) {
    state.withLock {
      flush(&$0)
      deliver(message)
    }
  }

  /// Sends a message of another request than the one that runs; that one's output need not be flushed for it.
  func sendAside(_ message: OutgoingMessage) { state.withLock { _ in deliver(message) } }

  package func write(_ text: String, to stream: OutputStream) {
    state.withLock {
      prepareText(&$0, stream)
      $0.text.append(contentsOf: text.utf8)
      if $0.text.count >= Self.textLimit { flushText(&$0) }
    }
  }

  func display(_ message: OutgoingMessage) {
    state.withLock {
      flushText(&$0)
      flushUpdates(&$0)
      put(message, &$0)
    }
  }

  func update(_ message: OutgoingMessage, id: String) {
    let time = now()
    state.withLock {
      if $0.updates.isEmpty && $0.frame == nil && time >= $0.lastChange + Self.period {
        flushText(&$0)
        $0.lastChange = time
        deliver(message)
      } else if let place = $0.updates.firstIndex(where: { $0.id == id }) {
        $0.updates[place].message = message
      } else {
        $0.updates.append((id, message))
      }
    }
  }

  func clear(_ message: OutgoingMessage) {
    let time = now()
    state.withLock {
      if $0.frame != nil {
        // What was shown since the last clear has not left yet, and never will.
        $0.text.removeAll(keepingCapacity: true)
        $0.updates.removeAll()
        $0.frame = [message]
      } else {
        flushText(&$0)
        flushUpdates(&$0)
        if time >= $0.lastChange + Self.period {
          $0.lastChange = time
          deliver(message)
        } else {
          $0.frame = [message]
        }
      }
    }
  }

  /// Sends all that is held.
  func flush() { state.withLock { flush(&$0) } }

  /// Sends what has been held long enough. Returns the milliseconds after which to call again; `nil` when
  /// nothing can become due by itself.
  func flushDue() -> Int? {
    let time = now()
    return state.withLock { state in
      if !state.text.isEmpty && time >= state.textSince + Self.period { flushText(&state) }
      if (!state.updates.isEmpty || state.frame != nil) && time >= state.lastChange + Self.period {
        flush(&state)
        state.lastChange = time
      }
      let holds = state.isBusy || !state.text.isEmpty || !state.updates.isEmpty || state.frame != nil
      return holds ? Int(Self.period / 1_000_000) : nil
    }
  }

  private func prepareText(_ state: inout State, _ stream: OutputStream) {
    if state.stream != stream { flushText(&state) }
    if state.text.isEmpty {
      state.stream = stream
      state.textSince = now()
    }
  }

  private func flush(_ state: inout State) {
    flushText(&state)
    if let frame = state.frame {
      state.frame = nil
      frame.forEach(deliver)
    }
    flushUpdates(&state)
  }

  private func flushText(_ state: inout State) {
    guard !state.text.isEmpty else { return }
    let text = String(decoding: state.text, as: UTF8.self)
    state.text.removeAll(keepingCapacity: true)
    put(
      OutgoingMessage(
        "stream", on: .iopub, parent: state.parent,
        content: ["name": .string(state.stream.rawValue), "text": .string(text)]), &state)
  }

  private func flushUpdates(_ state: inout State) {
    let updates = state.updates
    state.updates.removeAll()
    for update in updates { put(update.message, &state) }
  }

  private func put(_ message: OutgoingMessage, _ state: inout State) {
    if state.frame == nil { deliver(message) } else { state.frame?.append(message) }
  }
}

/// Nanoseconds of a clock that is never set.
@Sendable package func monotonicTime() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
