import Interpreter
import JSON
import Wire

/// What the handlers need that belong to no thread, and the frame around every handler.
package struct Services: Sendable {
  let outbox: Outbox
  let log: @Sendable (String) -> Void
  /// Interrupts what runs or waits; returns when that is settled.
  let interruptEvaluation: @Sendable () -> Void
  /// Makes the process end soon.
  let stop: @Sendable () -> Void
  let comms = OpenComms()

  package init(
    outbox: Outbox, log: @escaping @Sendable (String) -> Void,
    interruptEvaluation: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void
  ) {
    (self.outbox, self.log) = (outbox, log)
    (self.interruptEvaluation, self.stop) = (interruptEvaluation, stop)
  }

  /// Answers a request: busy, what the handler publishes, the reply, idle.
  ///
  /// - Parameters:
  ///   - publish: takes the statuses.
  ///   - answer: takes the reply.
  ///   - handle: finds the reply, where there is one.
  func respond(
    to request: Request, publish: (OutgoingMessage) -> Void, answer: (OutgoingMessage) -> Void,
    handle: (MessageType) -> Reply?
  ) {
    publish(request.publication("status", ["execution_state": "busy"]))
    var reply: Reply?
    if let type = MessageType.named(request.message.type, on: request.channel) {
      reply = handle(type)
      if let reply { answer(request.answer(type.replyName, reply.content)) }
    } else {
      log("ignored a message of type '\(request.message.type)' on \(request.channel.rawValue)")
    }
    publish(request.publication("status", ["execution_state": "idle"]))
    reply?.afterwards?()
  }
}

extension Services {
  func interrupt(_ request: Request) -> Reply {
    interruptEvaluation()
    return Reply(["status": "ok"])
  }

  func shutDown(_ request: Request) -> Reply {
    let stop = stop
    return Reply(["status": "ok", "restart": .bool(request.bool("restart", or: false))]) { stop() }
  }

  func commInfo(_ request: Request) -> Reply {
    Reply(["status": "ok", "comms": comms.list(target: request["target_name"]?.string)])
  }

  func kernelInfo(_ request: Request) -> Reply {
    Reply([
      "status": "ok",
      "protocol_version": .string(MessageCodec.protocolVersion),
      "implementation": .string(Language.name),
      "implementation_version": .string(Language.version),
      "language_info": .object(Language.info),
      "banner": .string("Nabla \(Language.version): tensors and gradients as on the blackboard"),
      "help_links": [
        ["text": "Jupyter documentation", "url": "https://docs.jupyter.org/en/latest/"]
      ],
      "supported_features": [],
      "debugger": false,
    ])
  }
}
