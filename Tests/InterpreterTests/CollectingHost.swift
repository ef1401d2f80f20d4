import Interpreter

/// A host that keeps what it is told.
final class CollectingHost: Host {
  let canReplace: Bool
  private(set) var output = ""
  private(set) var errors = ""
  private(set) var displays: [(bundle: Bundle, id: String?)] = []
  private(set) var updates: [(bundle: Bundle, id: String)] = []
  private(set) var clears: [Bool] = []
  var answers: [String] = []

  init(canReplace: Bool = true) { self.canReplace = canReplace }

  func write(_ text: String, to stream: OutputStream) {
    if stream == .standardOutput { output += text } else { errors += text }
  }

  func display(_ bundle: Bundle, id: String?) { displays.append((bundle, id)) }
  func update(_ bundle: Bundle, id: String) { updates.append((bundle, id)) }
  func clearOutput(wait: Bool) { clears.append(wait) }

  func input(prompt: String) throws -> String {
    guard !answers.isEmpty else { throw InputUnavailable() }
    return answers.removeFirst()
  }

  func takeOutput() -> String {
    defer { output = "" }
    return output
  }
}
