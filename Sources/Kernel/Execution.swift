import Interpreter
import JSON
import Wire

/// What the running cell may do.
struct ExecutedCell {
  var request: Request
  var allowsInput: Bool
  /// What can be asked more of than the cell's result shows.
  var offered: (any Adjustable)?
}

extension Kernel {
  /// "Run All" sends its cells one by one, on their way some through a web server, and the first may fail before the
  /// second arrives. So the reply of a cell that failed waits until nothing more comes; the error itself is shown at
  /// once. Only what was sent before the reply left can be caught: no cell that someone typed in answer to it.
  private static let quietAfterError: UInt32 = 20
  /// Who interrupts has sent everything before.
  private static let quietAfterInterrupt: UInt32 = 1
  static let interruptedKind = ErrorKind.interrupted.rawValue

  func execute(_ request: Request) -> Reply {
    if request.arrival > 0 && request.arrival <= abortedThrough { return abort() }

    let silent = request.bool("silent", or: false)
    let counts = !silent && request.bool("store_history", or: true)
    if counts { executionCount += 1 }
    if !silent {
      widgets.forgetOutputs(before: request)
      outbox.send(
        request.publication(
          "execute_input", ["code": .string(request.code), "execution_count": count]))
    }

    cell = ExecutedCell(request: request, allowsInput: request.bool("allow_stdin", or: false))
    defer { cell = nil }
    switch run(request.code) {
    case .finished(let bundle):
      if let bundle, !silent {
        outbox.send(
          request.publication(
            "execute_result", ["execution_count": count, "data": bundle.json, "metadata": [:]]))
        if let offered = cell?.offered { widgets.show(offered, for: request) }
      }
      let reply: JSONValue = [
        "status": "ok", "execution_count": count, "payload": [],
        "user_expressions": userExpressions(of: request),
      ]
      return Reply(reply, afterwards: record(request, counts, output: bundle?["text/plain"]))
    case .failed(let failure):
      outbox.send(request.publication("error", .object(failure.json)))
      var reply: JSONValue = ["status": "error", "execution_count": count]
      for (key, value) in failure.json { reply[key] = value }
      if !silent && request.bool("stop_on_error", or: true) {
        surroundings.collectStrayOutput()
        outbox.flush()
        abortedThrough = surroundings.lastArrival(
          quiet: failure.kind == Self.interruptedKind ? Self.quietAfterInterrupt : Self.quietAfterError)
      }
      return Reply(reply, afterwards: record(request, counts, output: nil))
    }
  }

  private var count: JSONValue { .integer(Int64(executionCount)) }

  private func run(_ code: String) -> Outcome {
    // An interrupt may have come while the cell stood in the queue.
    let outcome =
      Interruption.isRaised ? .failed(interrupted) : evaluator.run(code, label: "cell [\(executionCount)]")
    if case .failed(let failure) = outcome, failure.kind == Self.interruptedKind { Interruption.clear() }
    return outcome
  }

  var interrupted: Failure {
    let heading = "Interrupted: the cell was stopped before it began"
    return Failure(
      kind: Self.interruptedKind, message: "the cell was stopped before it began", report: [heading],
      colouredReport: [heading], line: nil)
  }

  /// The answer to a cell that stood in the queue behind one that failed. Clients and validators disagree
  /// about a status of its own; an error with all its fields is what every one of them accepts.
  func abort() -> Reply {
    Reply([
      "status": "error", "execution_count": count, "ename": "ExecutionAborted",
      "evalue": "not run, because a cell before it failed", "traceback": [],
    ])
  }

  /// The answer to a request in the middle of which the evaluator trapped, and what is published of it. The thread
  /// that the kernel belongs to stands still.
  func giveUp(_ request: Request, _ failure: Failure) {
    outbox.flush()
    var reply: JSONValue = ["status": "error", "execution_count": count]
    for (key, value) in failure.json { reply[key] = value }
    if cell != nil {
      outbox.send(request.publication("error", .object(failure.json)))
      history.append(line: executionCount, source: request.code, output: nil)
    }
    if let type = MessageType.named(request.message.type, on: request.channel) {
      outbox.send(request.answer(type.replyName, reply))
    }
    outbox.send(request.publication("status", ["execution_state": "idle"]))
  }

  private func record(_ request: Request, _ counts: Bool, output: String?) -> (() -> Void)? {
    guard counts else { return nil }
    let line = executionCount
    return { [history] in history.append(line: line, source: request.code, output: output) }
  }

  /// The values of the expressions that came with a cell; one that fails fails alone.
  private func userExpressions(of request: Request) -> JSONValue {
    var results: JSONObject = [:]
    for (name, expression) in request["user_expressions"]?.object ?? [:] {
      switch evaluator.evaluate(expression.string ?? "") {
      case .finished(let bundle):
        results[name] = [
          "status": "ok", "data": bundle?.json ?? ["text/plain": ""], "metadata": [:],
        ]
      case .failed(let failure):
        var result: JSONValue = ["status": "error"]
        for (key, value) in failure.json { result[key] = value }
        results[name] = result
      }
    }
    return .object(results)
  }
}
