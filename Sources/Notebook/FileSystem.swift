import Glibc

/// A call to the system that failed, with its reason.
public struct FileProblem: Error, CustomStringConvertible, Sendable {
  public var path: String
  public var reason: String

  public init(_ path: String, errno code: Int32) {
    self.path = path
    self.reason = String(cString: strerror(code))
  }

  public var description: String { "\(path): \(reason)" }
}

/// The bytes of a file.
public func readFile(_ path: String) throws(FileProblem) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileProblem(path, errno: errno) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileProblem(path, errno: errno) }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

/// Replaces a file in one step: a reader sees the old bytes or the new ones, never half of them.
public func writeFile(_ path: String, _ bytes: [UInt8], mode: mode_t? = nil) throws(FileProblem) {
  // A link stays a link: what it leads to is replaced.
  let target = resolved(path) ?? path
  var status = stat()
  let mode = mode ?? (stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o666 & ~currentUmask())
  let temporary = "\(target).\(getpid()).partial"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw FileProblem(path, errno: errno) }
  var failure: Int32 = 0
  var position = 0
  while position < bytes.count, failure == 0 {
    let count = bytes[position...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 { position += count } else if errno != EINTR { failure = errno }
  }
  if failure == 0, fchmod(descriptor, mode) != 0 { failure = errno }
  if close(descriptor) != 0, failure == 0 { failure = errno }
  if failure == 0, rename(temporary, target) != 0 { failure = errno }
  if failure != 0 {
    unlink(temporary)
    throw FileProblem(path, errno: failure)
  }
}

private func currentUmask() -> mode_t {
  let mask = umask(0o022)
  umask(mask)
  return mask
}

/// The absolute path with links followed; `nil` where there is no such file.
public func resolved(_ path: String) -> String? {
  guard let result = realpath(path, nil) else { return nil }
  defer { free(result) }
  return String(cString: result)
}

/// The folder a path stands in.
public func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Whether the path leads to a folder.
public func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The names in a folder, in no order.
public func filesInFolder(_ path: String) throws(FileProblem) -> [String] {
  guard let folder = opendir(path) else { throw FileProblem(path, errno: errno) }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}
