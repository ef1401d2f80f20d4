import Interpreter
import JSON
import Support
import Wire
import XCTest

@testable import Kernel

// XCTest brings Foundation's types of these names.
typealias Host = Interpreter.Host
typealias Bundle = Interpreter.Bundle
typealias OutputStream = Interpreter.OutputStream

/// An interpreter whose cells say what it is to do, a word first:
/// `print x`, `warn x`, `value x`, `fail x`, `display x`, `update x`, `clear`, `ask x`, `interrupt`, `offer x` (a value
/// with controls, as is what is displayed as `offered`); anything else is a cell without a value.
final class FakeEvaluator: Evaluator {
  let host: any Host
  var adjustable: (any Adjustable)?
  private(set) var ran: [String] = []
  private(set) var labels: [String] = []
  private(set) var cursors: [Int] = []

  init(host: any Host) { self.host = host }

  func run(_ code: String, label: String) -> Outcome {
    ran.append(code)
    labels.append(label)
    var result: Outcome = .finished(nil)
    for line in code.split(separator: "\n") { result = step(String(line)) }
    return result
  }

  private func step(_ line: String) -> Outcome {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1] : ""
    switch words.first {
    case "print": host.write(rest + "\n", to: .standardOutput)
    case "warn": host.write(rest + "\n", to: .standardError)
    case "display":
      host.display(Bundle(plain: rest), id: "id")
      if rest == "offered", let adjustable { host.offer(adjustable, asResult: false) }
    case "offer":
      if let adjustable { host.offer(adjustable, asResult: true) }
      return .finished(Bundle(plain: rest))
    case "update": host.update(Bundle(plain: rest), id: "id")
    case "clear": host.clearOutput(wait: true)
    case "value":
      return .finished(Bundle([.init("text/plain", rest), .init("application/x+json", "{\"n\":1}")]))
    case "fail": return .failed(Self.failure("ValueError", rest))
    case "interrupt": return .failed(Self.failure("Interrupted", "stopped"))
    case "ask":
      do {
        host.write(try host.input(prompt: rest), to: .standardOutput)
      } catch is InputUnavailable {
        return .failed(Self.failure("InputError", "nobody can answer"))
      } catch {
        return .failed(Self.failure("Interrupted", "stopped while waiting"))
      }
    default: break
    }
    return .finished(nil)
  }

  static func failure(_ kind: String, _ message: String) -> Failure {
    Failure(kind: kind, message: message, report: ["plain"], colouredReport: ["\(kind): \(message)"], line: 1)
  }

  func evaluate(_ expression: String) -> Outcome { step(expression) }

  func adjust(_ value: any Adjustable, to positions: [AdjustablePosition]) -> Outcome {
    do { return .finished(try value.bundle(at: positions)) } catch {
      return .failed(Self.failure("ValueError", "\(error)"))
    }
  }

  func completeness(of code: String) -> Completeness {
    switch code {
    case "open": .incomplete(indent: "  ")
    case "wrong": .invalid
    default: .complete
    }
  }

  func complete(_ code: String, at cursor: Int) -> Completion {
    cursors.append(cursor)
    return Completion(matches: [.init(text: "sum", type: "function")], start: 0, end: cursor)
  }

  func inspect(_ code: String, at cursor: Int, detail: Int) -> Bundle? {
    cursors.append(cursor)
    return code.isEmpty ? nil : Bundle(plain: "\(code) \(detail)")
  }
}

/// A kernel without sockets whose interpreter is the one above.
@dynamicMemberLookup
final class FakeKernel {
  private let whole: SocketlessKernel
  private weak var made: FakeEvaluator?
  var evaluator: FakeEvaluator! { made }

  init(history: History = History(file: nil)) {
    whole = SocketlessKernel(history: history, evaluator: FakeEvaluator.init)
    made = whole.kernel.evaluator as? FakeEvaluator
  }

  subscript<Value>(dynamicMember path: KeyPath<SocketlessKernel, Value>) -> Value { whole[keyPath: path] }

  subscript<Value>(dynamicMember path: ReferenceWritableKeyPath<SocketlessKernel, Value>) -> Value {
    get { whole[keyPath: path] }
    set { whole[keyPath: path] = newValue }
  }

  /// Sends a request and returns what it made the kernel send.
  @discardableResult
  func ask(
    _ type: String, _ content: JSONValue = [:], metadata: JSONValue = [:], on channel: Channel = .shell,
    arrival: Int = 0
  ) -> [OutgoingMessage] {
    let header = "{\"msg_id\":\"\(type) \(arrival)\",\"msg_type\":\"\(type)\"}"
    let message = Message(
      type: type, identities: [[1], [2]], header: Array(header.utf8), content: content, metadata: metadata)
    let sent = whole.take(message, on: channel, arrival: arrival)
    XCTAssertEqual(SocketlessKernel.disorder(in: sent, to: message, on: channel), [], type)
    return sent
  }

  @discardableResult
  func execute(_ code: String, _ options: JSONValue = [:], arrival: Int = 0) -> [OutgoingMessage] {
    var content: JSONValue = ["code": .string(code)]
    for (key, value) in options.object ?? [:] { content[key] = value }
    return ask("execute_request", content, arrival: arrival)
  }
}

extension OutgoingMessage {
  var state: String? { type == "status" ? content["execution_state"]?.string : nil }
}

extension [OutgoingMessage] {
  /// The types between busy and idle.
  var kinds: [String] { map(\.type).filter { $0 != "status" } }

  func first(_ type: String) -> JSONValue? { first { $0.type == type }?.content }

  /// All text of a stream.
  func text(_ stream: String) -> String {
    filter { $0.type == "stream" && $0.content["name"]?.string == stream }
      .compactMap { $0.content["text"]?.string }.joined()
  }
}
