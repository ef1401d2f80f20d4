import Support

@testable import Interpreter

/// Runs a program on a thread with the interpreter's stack.
func execute(_ code: String, name: String, folder: String) -> (printed: [String], failure: Failure?) {
  let result = Result()
  onEvaluationThread {
    let host = PrintingHost()
    let session = Session(host: host, folder: folder)
    result.failure = session.runFile(code, name: name)
    result.printed = host.text
  }
  var lines = result.printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  if lines.last == "" { lines.removeLast() }
  return (lines, result.failure)
}

/// Written on the evaluation thread, read after it has ended.
private final class Result: @unchecked Sendable {
  var printed = ""
  var failure: Failure?
}

private final class PrintingHost: Host {
  private(set) var text = ""

  func write(_ text: String, to stream: OutputStream) {
    if stream == .standardOutput { self.text += text }
  }

  func display(_ bundle: Bundle, id: String?) {}
  func update(_ bundle: Bundle, id: String) {}
  func clearOutput(wait: Bool) {}
  func input(prompt: String) throws -> String { throw InputUnavailable() }
}
