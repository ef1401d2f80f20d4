import CZeroMQ

/// The five sockets of a kernel, bound.
public struct KernelSockets: Sendable {
  public let shell: Socket
  public let control: Socket
  public let stdin: Socket
  public let iopub: Socket
  public let heartbeat: Socket

  /// Binds exactly the address and the ports of the connection. Another port would be of no use: nobody
  /// would know it.
  public init(binding connection: Connection, in context: SocketContext) throws(BindingError) {
    func bound(_ channel: Channel, _ kind: Socket.Kind) throws(BindingError) -> Socket {
      do {
        let socket = try Socket(kind, in: context)
        try Self.configure(socket, kind, for: connection)
        try socket.bind(connection.endpoint(channel))
        return socket
      } catch {
        throw BindingError(channel: channel, cause: error)
      }
    }
    shell = try bound(.shell, .router)
    control = try bound(.control, .router)
    stdin = try bound(.stdin, .router)
    iopub = try bound(.iopub, .extendedPublisher)
    heartbeat = try bound(.heartbeat, .router)
  }

  private static func configure(
    _ socket: Socket, _ kind: Socket.Kind, for connection: Connection
  ) throws(SocketError) {
    socket.set(ZMQ_LINGER, 1000)
    // No bound on what waits: a bound on IOPub would lose output silently, one on the shell would hide
    // queued requests from an abort. What a cell prints is coalesced before it comes here.
    socket.set(ZMQ_SNDHWM, 0)
    socket.set(ZMQ_RCVHWM, 0)
    if connection.ip.contains(":") { socket.set(ZMQ_IPV6, 1) }
    if kind == .router {
      // A client that comes back under its identity gets its messages.
      socket.set(ZMQ_ROUTER_HANDOVER, 1)
    } else {
      // Report a second client's subscription too: it waits for its welcome.
      socket.set(ZMQ_XPUB_VERBOSE, 1)
    }
    if let keys = connection.curve {
      socket.set(ZMQ_CURVE_SERVER, 1)
      try socket.set(ZMQ_CURVE_PUBLICKEY, keys.publicKey)
      try socket.set(ZMQ_CURVE_SECRETKEY, keys.secretKey)
    }
  }
}

/// A channel that could not be bound, most often because its port is taken.
public struct BindingError: Error, CustomStringConvertible {
  public let channel: Channel
  public let cause: SocketError

  public var description: String { "the \(channel.rawValue) channel: \(cause)" }
}
