import Glibc
import Interpreter
import Numerics
import System

/// Whole files, read and replaced. Paths are those that `FileAccess` answered.
enum Disk {
  /// The bytes of a regular file; `path` is how the program named it.
  static func read(_ target: String, named path: String) throws -> [UInt8] {
    // Without O_NONBLOCK a pipe would be waited for.
    let descriptor = openWithoutLinks(target, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    if status.st_mode & S_IFMT == S_IFDIR { throw Problem.file(path: path, reason: "this is a folder") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Problem.file(path: path, reason: "this is no ordinary file")
    }
    let size = Int(status.st_size)
    try Memory.reserve(size)
    var position = 0
    var failed: (any Error)?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      while position < size, failed == nil {
        let count = Glibc.read(descriptor, buffer.baseAddress! + position, min(size - position, 1 << 24))
        if count > 0 {
          position += count
        } else if count == 0 {
          break
        } else if errno != EINTR {
          failed = failure(path)
        }
        if Interruption.isRaised { failed = Interruption.cause }
      }
      initialized = position
    }
    if let failed { throw failed }
    return bytes
  }

  /// Replaces a file in one step.
  static func write(_ bytes: [UInt8], to target: String, named path: String, mark: String?) throws
    -> FileVersion
  {
    do {
      return try FileReplacement.write(bytes, to: target, mark: mark) {
        if Interruption.isRaised { throw Interruption.cause }
      }
    } catch let fault as WriteFault { throw Problem.file(path: path, reason: fault.reason) }
  }

  private static func failure(_ path: String) -> Problem {
    .file(path: path, reason: SystemReason.words(errno))
  }
}
