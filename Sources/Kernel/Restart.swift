import Glibc

/// A kernel whose evaluator trapped begins anew, under the same number of process and on the same ports: clients stay
/// connected, and need nothing of a server that restarts kernels.
///
/// Requests that came while it did so are handed on as they came, in a file without a name.
enum Restart {
  /// Names the descriptor of that file.
  private static let mark = "NABLA_KERNEL_BEGUN_ANEW"

  /// What the kernel before this one, in the same process, had not looked at; `nil` where there was none.
  static let inherited: [[[UInt8]]]? = {
    guard let text = getenv(mark).map({ String(cString: $0) }) else { return nil }
    // Programs that this one starts are no kernels begun anew.
    unsetenv(mark)
    guard let descriptor = Int32(text), let file = fdopen(descriptor, "r") else { return [] }
    defer { fclose(file) }
    rewind(file)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return messages(in: bytes)
  }()

  /// The sockets are closed, and no thread but those that stand still is left. Returns only where the system does not
  /// let the process begin anew.
  static func beginAnew(with kept: [[[UInt8]]]) {
    StandardStreams.restore()
    alarm(0)
    if let file = tmpfile() {
      let bytes = bytes(of: kept)
      if fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0 {
        _ = fcntl(fileno(file), F_SETFD, 0)
        setenv(mark, "\(fileno(file))", 1)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
      }
    }
    logLine("cannot begin anew: \(String(cString: strerror(errno)))")
  }

  /// Each message as the number of its frames, and each frame as its length and its bytes.
  static func bytes(of messages: [[[UInt8]]]) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ number: Int) { withUnsafeBytes(of: UInt64(number).littleEndian) { bytes += $0 } }
    for frames in messages {
      append(frames.count)
      for frame in frames {
        append(frame.count)
        bytes += frame
      }
    }
    return bytes
  }

  /// The same backwards; what is torn is left out.
  static func messages(in bytes: [UInt8]) -> [[[UInt8]]] {
    var rest = bytes[...]
    func number() -> Int? {
      guard rest.count >= 8 else { return nil }
      let value = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      rest = rest.dropFirst(8)
      return Int(exactly: value)
    }
    var messages: [[[UInt8]]] = []
    while let count = number() {
      var frames: [[UInt8]] = []
      for _ in 0..<min(count, rest.count) {
        guard let length = number(), length <= rest.count else { return messages }
        frames.append(Array(rest.prefix(length)))
        rest = rest.dropFirst(length)
      }
      messages.append(frames)
    }
    return messages
  }
}
