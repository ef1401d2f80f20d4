import Glibc
import System

/// A copy of this process, made before it evaluates anything, that takes over the files which are left when the
/// evaluator trapped: what this process would evaluate then is not to be trusted, and the walls around it let it start
/// no other.
struct Successor {
  private let process: pid_t
  private let message: Int32

  /// - Parameter takeOver: does what is left, by the copy; gets what this process says of its work and returns the code
  ///   to end with.
  /// - Returns: `nil` where the system has no process or descriptor left.
  init?(_ takeOver: ([UInt8]) -> Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    let parent = getpid()
    let process = copyProcess()
    if process == 0 {
      close(ends[1])
      // Nobody is to be succeeded any more.
      guard endWithParent(parent) else { _exit(1) }
      let said = readAll(ends[0])
      if said.isEmpty { _exit(0) }
      exit(takeOver(said))
    }
    close(ends[0])
    guard process > 0 else {
      close(ends[1])
      return nil
    }
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    (self.process, message) = (process, ends[1])
  }

  /// Hands over; the code that the copy ended with.
  func takeOver(saying bytes: [UInt8]) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(message, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { break }
      rest = rest.dropFirst(max(count, 0))
    }
    return end()
  }

  /// It is not needed.
  @discardableResult
  func end() -> Int32 {
    close(message)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 1
  }
}

private func readAll(_ descriptor: Int32) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    if count <= 0 { return bytes }
    bytes += chunk[..<count]
  }
}
