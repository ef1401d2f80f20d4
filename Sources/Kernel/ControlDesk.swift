import Wire

/// The thread that owns the control socket. It answers while a cell runs, and sees to it that the kernel does not
/// outlive the process that started it.
struct ControlDesk: Sendable {
  let socket: Socket
  let codec: MessageCodec
  let services: Services
  let parent: ParentWatch
  /// Signalled when the kernel ends for another reason.
  let wakeUp: WakeUp

  func run(until isOver: () -> Bool) {
    let poller = Poller(sockets: [socket], descriptors: [wakeUp.descriptor])
    do {
      while !isOver() {
        try poller.wait(milliseconds: 1000)
        if parent.hasEnded {
          services.log("the process that started this kernel has ended")
          services.stop()
        }
        while !isOver(), let frames = try socket.receive(waiting: false) { try respond(to: frames) }
      }
    } catch {
      services.log("the control socket failed: \(error)")
      services.stop()
    }
  }

  private func respond(to frames: [[UInt8]]) throws(SocketError) {
    let message: Message
    do {
      message = try codec.decode(frames)
    } catch {
      return services.log("dropped a message on control: \(error)")
    }
    let request = Request(channel: .control, message: message)
    var failure: SocketError?
    services.respond(to: request, publish: services.outbox.sendAside) { reply in
      do throws(SocketError) {
        try socket.send(codec.encode(reply))
      } catch {
        failure = error
      }
    } handle: { type in
      guard case .atOnce(let handle) = type.handler else { return nil }
      return handle(services, request)
    }
    if let failure { throw failure }
  }
}

/// The thread that echoes what comes on the heartbeat socket until the sockets' context ends.
func echoHeartbeats(on socket: Socket) {
  while let frames = try? socket.receive(waiting: true) {
    guard (try? socket.send(frames)) != nil else { break }
  }
  socket.close(linger: 0)
}
