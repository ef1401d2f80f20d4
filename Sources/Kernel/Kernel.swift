import Interpreter
import JSON
import Wire

/// What the state machine asks of the world around it; the tests give it one without sockets. Messages leave
/// through the outbox.
package protocol Surroundings: AnyObject {
  /// Takes in everything that has been sent, until nothing came for some milliseconds; returns the place of the
  /// last request in the queue.
  func lastArrival(quiet milliseconds: UInt32) -> Int
  /// Sends a question to the user and waits for the answer.
  func answer(to question: OutgoingMessage) throws -> String
  /// Whether a message that has arrived and waits is such a one.
  func hasWaiting(_ isSuch: (Message) -> Bool) -> Bool
  /// Brings what was written past the interpreter, straight to the process's output, into the outbox.
  func collectStrayOutput()
}

/// The state of a kernel. It lives on the evaluation thread and answers the shell's requests one by one.
package final class Kernel {
  let services: Services
  /// They own the kernel, or are owned by who does.
  unowned let surroundings: any Surroundings
  let history: History
  private let makeEvaluator: (any Host) -> any Evaluator

  /// The number of the last cell that counted.
  var executionCount = 0
  /// Cells that arrived up to here are not run: one before them failed.
  var abortedThrough = 0
  /// The cell being run, for its host.
  var cell: ExecutedCell?

  package init(
    services: Services, surroundings: any Surroundings, history: History,
    makeEvaluator: @escaping (any Host) -> any Evaluator
  ) {
    self.services = services
    self.surroundings = surroundings
    self.history = history
    self.makeEvaluator = makeEvaluator
  }

  package var outbox: Outbox { services.outbox }

  private(set) lazy var widgets = Widgets(comms: services.comms, outbox: outbox)

  package private(set) lazy var evaluator = makeEvaluator(CellHost(kernel: self))

  /// Loads the library before it is needed, while nobody waits.
  package func prepare() { _ = evaluator }

  package func respond(to request: Request) {
    outbox.beginRequest(parent: request.message.header)
    services.respond(to: request, publish: outbox.send, answer: outbox.send) { type in
      switch type.handler {
      case .atOnce(let handle): return handle(services, request)
      case .inTurn(let handle):
        defer { surroundings.collectStrayOutput() }
        return handle(self, request)
      }
    }
    outbox.endRequest()
  }
}
