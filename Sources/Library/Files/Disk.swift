import Glibc
import Interpreter
import Numerics

/// Whole files, read and replaced. Paths are those that `FileAccess` answered.
enum Disk {
  /// The bytes of a regular file; `path` is how the program named it.
  static func read(_ target: String, named path: String) throws -> [UInt8] {
    // Without O_NONBLOCK a pipe would be waited for.
    let descriptor = open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
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

  /// Replaces a file in one step: a reader sees the old bytes or the new ones, never half of them.
  static func write(_ bytes: [UInt8], to target: String, named path: String) throws {
    var status = stat()
    let exists = lstat(target, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw Problem.file(path: path, reason: isFolder ? "this is a folder" : "this is no ordinary file")
    }
    if exists, access(target, W_OK) != 0 { throw failure(path) }
    let temporary = "\(target).\(getpid()).partial"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      defer { close(descriptor) }
      try put(bytes, descriptor, path)
      if exists, fchmod(descriptor, status.st_mode & 0o777) != 0 { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, target) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  private static func put(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws {
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + position, min($0.count - position, 1 << 24))
      }
      if count >= 0 { position += count } else if errno != EINTR { throw failure(path) }
      if Interruption.isRaised { throw Interruption.cause }
    }
  }

  private static func failure(_ path: String) -> Problem {
    let words: [Int32: String] = [
      ENOENT: "there is no such file", EACCES: "this user may not open it", EISDIR: "this is a folder",
      ENOSPC: "the disk is full", EROFS: "the disk cannot be written", ENAMETOOLONG: "its name is too long",
    ]
    return .file(path: path, reason: words[errno] ?? String(cString: strerror(errno)))
  }
}
