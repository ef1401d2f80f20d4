import JSON
import Wire

/// One type of message that clients may send. The kernel's whole vocabulary is `table`; everything around a
/// handler (busy, output before the reply, idle last) is the same for all.
struct MessageType: Sendable {
  enum Handler: Sendable {
    /// Needs the notebook's state: runs on the evaluation thread when its turn has come.
    case inTurn(@Sendable (Kernel, Request) -> Reply?)
    /// Needs only what all threads share: the control channel calls it while a cell runs.
    case atOnce(@Sendable (Services, Request) -> Reply?)
  }

  let name: String
  let channels: Set<Channel>
  let handler: Handler

  init(_ name: String, on channels: Set<Channel>, _ handler: Handler) {
    self.name = name
    self.channels = channels
    self.handler = handler
  }

  /// The type of the answer: `kernel_info_request` is answered by `kernel_info_reply`.
  var replyName: String {
    name.hasSuffix("_request") ? name.dropLast("_request".count) + "_reply" : name
  }
}

extension MessageType {
  static var table: [MessageType] {
    [
      MessageType("execute_request", on: [.shell], .inTurn { $0.execute($1) }),
      MessageType("complete_request", on: [.shell], .inTurn { $0.complete($1) }),
      MessageType("inspect_request", on: [.shell], .inTurn { $0.inspect($1) }),
      MessageType("is_complete_request", on: [.shell], .inTurn { $0.isComplete($1) }),
      MessageType("history_request", on: [.shell], .inTurn { $0.remember($1) }),
      MessageType("comm_open", on: [.shell], .inTurn { $0.openComm($1) }),
      MessageType("comm_msg", on: [.shell], .inTurn { $0.receiveComm($1) }),
      MessageType("comm_close", on: [.shell], .inTurn { $0.closeComm($1) }),
      MessageType("comm_info_request", on: [.shell, .control], .atOnce { $0.commInfo($1) }),
      MessageType("kernel_info_request", on: [.shell, .control], .atOnce { $0.kernelInfo($1) }),
      MessageType("interrupt_request", on: [.control], .atOnce { $0.interrupt($1) }),
      MessageType("shutdown_request", on: [.shell, .control], .atOnce { $0.shutDown($1) }),
    ]
  }

  static func named(_ name: String, on channel: Channel) -> MessageType? {
    index[name].flatMap { $0.channels.contains(channel) ? $0 : nil }
  }

  private static let index = Dictionary(uniqueKeysWithValues: table.map { ($0.name, $0) })
}
