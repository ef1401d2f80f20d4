import CZeroMQ
import Glibc

/// The ZeroMQ library's state and its input-output thread.
public final class SocketContext: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer

  public init() {
    guard let handle = zmq_ctx_new() else { preconditionFailure("ZeroMQ cannot make a context") }
    self.handle = handle
  }

  /// Ends every wait on a socket of this context, on whatever thread.
  public func interruptWaits() { zmq_ctx_shutdown(handle) }

  /// Waits until all sockets are closed and what they had to send is sent, or their time for that is over.
  public func terminate() { while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {} }
}

/// One socket. It belongs to the thread that uses it; only before its first use it may be handed on.
public final class Socket: @unchecked Sendable {
  public enum Kind: Sendable { case router, extendedPublisher, dealer, subscriber, request }

  let handle: UnsafeMutableRawPointer
  /// ZeroMQ keeps short messages inside this structure, so it needs an address of its own.
  private let part: UnsafeMutablePointer<zmq_msg_t>
  private var isOpen = true

  public init(_ kind: Kind, in context: SocketContext) throws(SocketError) {
    let type =
      switch kind {
      case .router: ZMQ_ROUTER
      case .extendedPublisher: ZMQ_XPUB
      case .dealer: ZMQ_DEALER
      case .subscriber: ZMQ_SUB
      case .request: ZMQ_REQ
      }
    guard let handle = zmq_socket(context.handle, type) else { throw SocketError("make a socket") }
    self.handle = handle
    part = .allocate(capacity: 1)
  }

  deinit {
    close()
    part.deallocate()
  }

  public func set(_ option: Int32, _ value: Int32) {
    var value = value
    zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
  }

  public func set(_ option: Int32, _ value: String) throws(SocketError) {
    guard zmq_setsockopt(handle, option, value, value.utf8.count) == 0 else {
      throw SocketError("set an option of a socket")
    }
  }

  public func bind(_ endpoint: String) throws(SocketError) {
    guard zmq_bind(handle, endpoint) == 0 else { throw SocketError("bind \(endpoint)") }
  }

  public func connect(_ endpoint: String) throws(SocketError) {
    guard zmq_connect(handle, endpoint) == 0 else { throw SocketError("connect to \(endpoint)") }
  }

  /// The frames of the next message; `nil` when there is none and `waiting` is false. Throws when the context
  /// ends.
  public func receive(waiting: Bool) throws(SocketError) -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    var hasMore = true
    while hasMore {
      zmq_msg_init(part)
      defer { zmq_msg_close(part) }
      // The frames after the first are already there.
      let flags = waiting || !frames.isEmpty ? 0 : ZMQ_DONTWAIT
      while zmq_msg_recv(part, handle, flags) < 0 {
        switch zmq_errno() {
        case EINTR: continue
        case EAGAIN: return nil
        default: throw SocketError("receive")
        }
      }
      frames.append(
        Array(UnsafeRawBufferPointer(start: zmq_msg_data(part), count: zmq_msg_size(part))))
      hasMore = zmq_msg_more(part) != 0
    }
    return frames
  }

  /// Sends a message; one whose receiver has gone is dropped.
  public func send(_ frames: [[UInt8]]) throws(SocketError) {
    for (position, frame) in frames.enumerated() {
      let flags = position + 1 < frames.count ? ZMQ_SNDMORE : 0
      while zmq_send(handle, frame, frame.count, flags) < 0 {
        guard zmq_errno() == EINTR else { throw SocketError("send") }
      }
    }
  }

  /// Closes the socket. What it has not sent is sent in the background, for `linger` milliseconds at most.
  public func close(linger: Int32? = nil) {
    guard isOpen else { return }
    isOpen = false
    if let linger { set(ZMQ_LINGER, linger) }
    zmq_close(handle)
  }
}

/// A call to ZeroMQ that failed, and why.
public struct SocketError: Error, CustomStringConvertible {
  /// What was tried: "bind tcp://127.0.0.1:5555".
  public let action: String
  public let code: Int32

  init(_ action: String) {
    self.action = action
    code = zmq_errno()
  }

  public var isEnd: Bool { code == ETERM }

  public var description: String { "cannot \(action): \(String(cString: zmq_strerror(code)))" }
}
