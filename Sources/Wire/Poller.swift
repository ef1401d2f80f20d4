import CZeroMQ
import Glibc

/// Waits for any of several sockets and file descriptors to become readable.
public final class Poller {
  private var items: [zmq_pollitem_t]

  /// - Parameters:
  ///   - sockets: known afterwards by their places, 0, 1, …
  ///   - descriptors: known by the places that follow.
  public init(sockets: [Socket], descriptors: [Int32]) {
    let readable = Int16(ZMQ_POLLIN)
    items =
      sockets.map { zmq_pollitem_t(socket: $0.handle, fd: 0, events: readable, revents: 0) }
      + descriptors.map { zmq_pollitem_t(socket: nil, fd: $0, events: readable, revents: 0) }
  }

  /// Waits, without end when no time is given. Returns early, with nothing readable, when a signal came.
  public func wait(milliseconds: Int? = nil) throws(SocketError) {
    guard zmq_poll(&items, Int32(items.count), milliseconds ?? -1) < 0 else { return }
    guard zmq_errno() == EINTR else { throw SocketError("wait for a message") }
    for position in items.indices { items[position].revents = 0 }
  }

  public func isReadable(_ place: Int) -> Bool { items[place].revents != 0 }
}

/// A file descriptor that becomes readable when another thread, or a signal handler, wants attention.
public struct WakeUp: Sendable {
  public let descriptor: Int32

  public init() {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(descriptor >= 0, "the system has no file descriptor left")
  }

  /// Async-signal-safe, and harmless to repeat.
  public func signal() {
    var one: UInt64 = 1
    write(descriptor, &one, 8)
  }

  public func reset() {
    var count: UInt64 = 0
    read(descriptor, &count, 8)
  }
}
