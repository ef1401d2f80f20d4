import Interpreter

/// A host that keeps what a reader would see below a cell.
final class Screen: Host {
  private var parts: [(id: String?, text: String)] = []
  private var clearsLater = false

  func write(_ text: String, to stream: OutputStream) { add(nil, text) }
  func display(_ bundle: Bundle, id: String?) { add(id, (bundle["text/plain"] ?? "") + "\n") }

  func update(_ bundle: Bundle, id: String) {
    for index in parts.indices where parts[index].id == id {
      parts[index].text = (bundle["text/plain"] ?? "") + "\n"
    }
  }

  func clearOutput(wait: Bool) {
    if wait { clearsLater = true } else { parts = [] }
  }

  func input(prompt: String) throws -> String { throw InputUnavailable() }

  private func add(_ id: String?, _ text: String) {
    if clearsLater { parts = [] }
    clearsLater = false
    parts.append((id, text))
  }

  /// What stands below the cell, which is then cleared for the next.
  func show(_ outcome: Outcome) -> String {
    switch outcome {
    case .finished(let bundle?): add(nil, bundle["text/plain"] ?? "")
    case .finished(nil): break
    case .failed(let failure): add(nil, "\(failure.kind): \(failure.message)")
    }
    var text = parts.map(\.text).joined()
    while text.last == "\n" { text.removeLast() }
    parts = []
    return text
  }
}
