import Glibc
import Interpreter
import Synchronization

/// What libraries write past the interpreter to file descriptors 1 and 2, read through pipes so that it shows in the
/// notebook. The log goes to the stderr that the process was started with.
final class StandardStreams: Sendable {
  private struct Capture {
    let stream: OutputStream
    let descriptor: Int32
    /// The beginning of a character whose end has not come yet.
    var rest: [UInt8] = []
  }

  /// Readable when there is something to collect.
  let descriptors: [Int32]
  /// Held from reading to delivering, so that a second collector finds nothing left undelivered.
  private let captures: Mutex<[Capture]>

  /// Redirects both descriptors, where `isCapturing`.
  init(isCapturing: Bool) {
    guard isCapturing else {
      descriptors = []
      captures = Mutex([])
      return
    }
    outputDescriptor.store(fcntl(1, F_DUPFD_CLOEXEC, 3), ordering: .releasing)
    let original = fcntl(2, F_DUPFD_CLOEXEC, 3)
    logDescriptor.store(original, ordering: .releasing)
    let all = [(OutputStream.standardOutput, Int32(1)), (.standardError, 2)].compactMap { stream, target in
      Self.redirect(target).map { Capture(stream: stream, descriptor: $0) }
    }
    descriptors = all.map(\.descriptor)
    if let errors = all.last?.descriptor { errorPipe.store(errors, ordering: .releasing) }
    captures = Mutex(all)
    Self.keepLastWords()
  }

  /// Both descriptors as the process was started with, for a program that takes its place.
  static func restore() {
    let output = outputDescriptor.load(ordering: .acquiring)
    if output >= 0 { dup2(output, 1) }
    dup2(logDescriptor.load(ordering: .acquiring), 2)
  }

  /// Delivers everything that has been written.
  ///
  /// - Parameter flushing: also what C's buffers still hold. Only for the thread that runs the libraries: any other
  ///   would wait for a library that waits for the pipe to be emptied.
  func collect(flushing: Bool, _ deliver: (String, OutputStream) -> Void) {
    guard !descriptors.isEmpty else { return }
    if flushing { fflush(nil) }
    captures.withLock { captures in
      for place in captures.indices {
        let text = Self.read(&captures[place])
        if text.isEmpty { continue }
        // Errors are the administrator's business, too; and the process may be about to crash over this one.
        if captures[place].stream == .standardError { writeLog(text) }
        deliver(text, captures[place].stream)
      }
    }
  }

  private static func redirect(_ target: Int32) -> Int32? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    dup2(ends[1], target)
    close(ends[1])
    return ends[0]
  }

  private static func read(_ capture: inout Capture) -> String {
    var bytes = capture.rest
    capture.rest = []
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      while true {
        let count = Glibc.read(capture.descriptor, buffer.baseAddress!, buffer.count)
        guard count > 0 else { break }
        bytes.append(contentsOf: buffer[..<count])
      }
    }
    let whole = bytes.count - incompleteSuffix(bytes)
    capture.rest = Array(bytes[whole...])
    return String(decoding: bytes[..<whole], as: UTF8.self)
  }

  /// A crash must not take its message with it: what is in the pipe goes to the original stderr first.
  private static func keepLastWords() {
    for signal in [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE] {
      Signals.handle(signal, Int32(bitPattern: UInt32(SA_RESETHAND))) { signal in
        let original = logDescriptor.load(ordering: .acquiring)
        let pipe = errorPipe.load(ordering: .acquiring)
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
          var count = Glibc.read(pipe, buffer.baseAddress!, buffer.count)
          while count > 0 {
            write(original, buffer.baseAddress!, count)
            count = Glibc.read(pipe, buffer.baseAddress!, buffer.count)
          }
        }
        // The front desk may have taken the message out of the pipe just now, and is writing it.
        usleep(10_000)
        kill(getpid(), signal)
      }
    }
  }
}

/// The stdout that the process was started with.
private let outputDescriptor = Atomic<Int32>(-1)

/// The stderr that the process was started with.
private let logDescriptor = Atomic<Int32>(2)
private let errorPipe = Atomic<Int32>(-1)

/// Writes a line for the administrator; drops it where nobody reads, rather than wait.
@Sendable func logLine(_ text: String) { writeLog("nabla kernel: \(text)\n") }

private func writeLog(_ text: String) {
  let descriptor = logDescriptor.load(ordering: .acquiring)
  var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
  guard poll(&state, 1, 0) == 1 else { return }
  let bytes = Array(text.utf8)
  write(descriptor, bytes, bytes.count)
}

/// How many bytes at the end begin a character without ending it.
func incompleteSuffix(_ bytes: [UInt8]) -> Int {
  for length in 1...3 where length <= bytes.count {
    let byte = bytes[bytes.count - length]
    if byte & 0b1100_0000 == 0b1000_0000 { continue }
    let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
    return needed > length ? length : 0
  }
  return 0
}
