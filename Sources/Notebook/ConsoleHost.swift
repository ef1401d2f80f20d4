import Glibc
import Interpreter

/// The host of a `.nabla` file: what is printed goes straight to the terminal, pictures in words.
final class ConsoleHost: Host {
  /// Nobody watches a file or a pipe.
  let canReplace = isatty(STDOUT_FILENO) == 1

  func write(_ text: String, to stream: OutputStream) {
    Notebook.write(text, to: stream == .standardOutput ? STDOUT_FILENO : STDERR_FILENO)
  }

  func display(_ bundle: Bundle, id: String?) {
    if let text = bundle["text/plain"] { write(text + "\n", to: .standardOutput) }
  }

  func update(_ bundle: Bundle, id: String) { display(bundle, id: id) }

  /// What a terminal or a log has shown stays.
  func clearOutput(wait: Bool) {}

  func input(prompt: String) throws -> String { try readLineFromTerminal(prompt: prompt) }
}
