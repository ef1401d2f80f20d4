import Glibc
import Synchronization
import System

/// A kernel whose evaluator trapped begins anew on the same ports: clients stay connected, and need nothing of a server
/// that restarts kernels.
///
/// The walls around a kernel let it start no program, so who begins anew is a copy of the process that was made before
/// they stood and before anything was evaluated. It waits for that, or for the end, with half a megabyte of its own: the
/// rest it shares. Then the process that clients know stays, evaluates nothing any more, hands on its signals and ends as
/// its successor does.
final class Restart: Sendable {
  /// What a kernel that begins anew is left by the one before it.
  struct Legacy: Sendable {
    /// The requests that came while nobody was there, as they came.
    var messages: [[[UInt8]]]
    /// Where the signals arrive that the process which clients know was sent, a byte each. It may send none itself: the
    /// walls around it let it signal nobody else.
    var signals: Int32

    /// Sends them to this process, for as long as the other one is there.
    func deliverSignals() {
      var number: UInt8 = 0
      while true {
        let count = read(signals, &number, 1)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return }
        kill(getpid(), Int32(number))
      }
    }
  }

  /// Looked at from the beginning: a parent that has gone cannot be told from one that was never there.
  private let parentWatch = ParentWatch.ofThisProcess()
  private let successor: Int32
  /// Where it is told.
  private let message: Int32

  /// - Parameter begin: the kernel that begins anew, by the copy; returns the code to end with.
  /// - Returns: `nil` where the system has no process or descriptor left.
  init?(_ begin: (Legacy) -> Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    let parent = getpid()
    let successor = copyProcess()
    if successor == 0 {
      close(ends[1])
      // What is sent to all processes of the group is not for one that waits.
      let usual = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
      guard endWithParent(parent), let kept = Self.readKept(ends[0]) else { _exit(0) }
      setpgid(0, 0)
      for (number, handler) in usual { signal(number, handler) }
      ProcessMemory.beginInCopy()
      _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
      exit(begin(Legacy(messages: Self.messages(in: kept), signals: ends[0])))
    }
    close(ends[0])
    guard successor > 0 else {
      close(ends[1])
      return nil
    }
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    (self.successor, message) = (successor, ends[1])
  }

  /// Nobody begins anew.
  func end() {
    close(message)
    _ = successorsEnd()
  }

  /// Hands over; the code that the successor ended with. The sockets are closed by now, and no thread but those that
  /// stand still is left.
  func beginAnew(with kept: [[[UInt8]]]) -> Int32 {
    StandardStreams.restore()
    alarm(0)
    let bytes = Self.bytes(of: kept)
    var rest = (withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) } + bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(message, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { break }
      rest = rest.dropFirst(max(count, 0))
    }
    toldBy.store(message, ordering: .releasing)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
      Signals.handle(number, SA_RESTART) { handOn(UInt8(truncatingIfNeeded: $0)) }
    }
    _ = BackgroundThread { [parentWatch] in
      while !parentWatch.hasEnded { sleep(1) }
      handOn(UInt8(truncatingIfNeeded: SIGTERM))
    }
    let status = successorsEnd()
    let number = status & 0x7F
    guard number != 0 else { return status >> 8 & 0xFF }
    // As it ended, this process ends.
    signal(number, SIG_DFL)
    kill(getpid(), number)
    return 1
  }

  private func successorsEnd() -> Int32 {
    var status: Int32 = 0
    while waitpid(successor, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// What the other process hands over; `nil` where that needs nobody any more.
  private static func readKept(_ descriptor: Int32) -> [UInt8]? {
    func read(_ count: Int) -> [UInt8]? {
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count < count {
        let got = Glibc.read(descriptor, &chunk, min(chunk.count, count - bytes.count))
        if got < 0, errno == EINTR { continue }
        if got <= 0 { return nil }
        bytes += chunk[..<got]
      }
      return bytes
    }
    return read(8).flatMap { read(Int(clamping: $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })) }
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
      for _ in 0..<count {
        guard let length = number(), length <= rest.count else { return messages }
        frames.append(Array(rest.prefix(length)))
        rest = rest.dropFirst(length)
      }
      messages.append(frames)
    }
    return messages
  }
}

/// Where the signals of this process are handed on. A handler captures nothing.
private let toldBy = Atomic<Int32>(-1)

private func handOn(_ number: UInt8) {
  let saved = errno
  var number = number
  write(toldBy.load(ordering: .acquiring), &number, 1)
  errno = saved
}
