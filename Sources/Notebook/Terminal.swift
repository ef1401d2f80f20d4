import Glibc
import Interpreter

/// Writes all of a text to a file descriptor.
public func write(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { utf8 in
    var rest = UnsafeRawBufferPointer(utf8)
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// Asks whoever sits at the terminal. Where nobody does, as in CI, there is no input, even from a pipe: a
/// notebook must not depend on how it was started.
func readLineFromTerminal(prompt: String) throws -> String {
  guard isatty(STDIN_FILENO) == 1 else { throw InputUnavailable() }
  write(prompt, to: STDERR_FILENO)
  var line: [UInt8] = []
  while true {
    try waitForInput()
    var byte: UInt8 = 0
    let count = read(STDIN_FILENO, &byte, 1)
    if count < 0, errno == EINTR { continue }
    if count <= 0 && line.isEmpty { throw InputUnavailable() }
    if count <= 0 || byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
    line.append(byte)
  }
}

/// Waits in slices, so that an interruption is noticed.
private func waitForInput() throws {
  var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
  while poll(&descriptor, 1, 50) <= 0 {
    if Interruption.isRaised { throw Interruption.Raised() }
  }
}
