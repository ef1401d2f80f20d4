import Interpreter

/// A host that keeps what it is told.
package final class CollectingHost: Host {
  package let canReplace: Bool
  package private(set) var output = ""
  package private(set) var errors = ""
  package private(set) var displays: [(bundle: Bundle, id: String?)] = []
  package private(set) var updates: [(bundle: Bundle, id: String)] = []
  package private(set) var clears: [Bool] = []
  package private(set) var offers: [(adjustable: any Adjustable, asResult: Bool)] = []
  package var answers: [String] = []

  package init(canReplace: Bool = true) { self.canReplace = canReplace }

  package func write(_ text: String, to stream: OutputStream) {
    if stream == .standardOutput { output += text } else { errors += text }
  }

  package func display(_ bundle: Bundle, id: String?) { displays.append((bundle, id)) }
  package func update(_ bundle: Bundle, id: String) { updates.append((bundle, id)) }
  package func clearOutput(wait: Bool) { clears.append(wait) }

  package func offer(_ adjustable: any Adjustable, asResult: Bool) { offers.append((adjustable, asResult)) }

  package func input(prompt: String) throws -> String {
    guard !answers.isEmpty else { throw InputUnavailable() }
    return answers.removeFirst()
  }

  package func takeOutput() -> String {
    defer { output = "" }
    return output
  }
}
