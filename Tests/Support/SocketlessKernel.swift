import Interpreter
import JSON
import Kernel
import Synchronization
import Wire

/// A kernel without sockets: what it sends is kept in order, and whoever has it says what has arrived.
package final class SocketlessKernel: Surroundings {
  /// A place that is Sendable, for the outbox may be called on any thread.
  package final class Record: Sendable {
    package let messages = Mutex<[OutgoingMessage]>([])
    package let interrupts = Atomic<Int>(0)
    package let stops = Atomic<Int>(0)
    package let log = Mutex<[String]>([])
  }

  package let record = Record()
  package var arrivals = 0
  package var answers: [String] = []
  package var stray = ""
  package private(set) var kernel: Kernel!

  package init(history: History = History(file: nil), evaluator: @escaping (any Host) -> any Evaluator) {
    let record = record
    let services = Services(
      outbox: Outbox { message in record.messages.withLock { $0.append(message) } },
      log: { line in record.log.withLock { $0.append(line) } },
      interruptEvaluation: { record.interrupts.add(1, ordering: .relaxed) },
      stop: { record.stops.add(1, ordering: .relaxed) })
    kernel = Kernel(services: services, surroundings: self, history: history, makeEvaluator: evaluator)
    kernel.prepare()
  }

  package func lastArrival(quiet milliseconds: UInt32) -> Int { arrivals }

  /// What has arrived and waits.
  package var waiting: [Message] = []

  package func hasWaiting(_ isSuch: (Message) -> Bool) -> Bool { waiting.contains(where: isSuch) }

  package func answer(to question: OutgoingMessage) throws -> String {
    kernel.outbox.send(question)
    guard !answers.isEmpty else { throw Interruption.Raised() }
    return answers.removeFirst()
  }

  package func collectStrayOutput() {
    kernel.outbox.write(stray, to: .standardOutput)
    stray = ""
  }

  /// Hands a request over and returns what it made the kernel send.
  package func take(_ message: Message, on channel: Channel, arrival: Int = 0) -> [OutgoingMessage] {
    kernel.respond(to: Request(channel: channel, message: message, arrival: arrival))
    return record.messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }

  /// What does not hold of an answer, though it holds for every request, whatever it is.
  package static func disorder(
    in sent: [OutgoingMessage], to message: Message, on channel: Channel
  ) -> [String] {
    var wrong: [String] = []
    func state(_ message: OutgoingMessage) -> String? {
      message.type == "status" ? message.content["execution_state"]?.string : nil
    }
    if sent.map({ state($0) == "busy" }) != sent.indices.map({ $0 == 0 }) {
      wrong.append("busy is not first")
    }
    if sent.map({ state($0) == "idle" }) != sent.indices.map({ $0 == sent.count - 1 }) {
      wrong.append("idle is not last")
    }
    for one in sent {
      if one.parent != message.header { wrong.append("\(one.type) has another parent") }
      if one.channel != .iopub, one.identities != message.identities {
        wrong.append("\(one.type) goes to somebody else")
      }
    }
    if let reply = sent.firstIndex(where: { $0.channel == channel }), reply != sent.count - 2 {
      wrong.append("the reply does not stand right before idle")
    }
    return wrong
  }
}
