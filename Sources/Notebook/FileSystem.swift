import Glibc
import Interpreter
import System

/// A call to the system that failed, with its reason.
public struct FileProblem: Error, CustomStringConvertible, Sendable {
  public var path: String
  public var reason: String

  public init(_ path: String, errno code: Int32) {
    self.path = path
    self.reason = String(cString: strerror(code))
  }

  public init(_ path: String, reason: String) { (self.path, self.reason) = (path, reason) }

  public var description: String { "\(path): \(reason)" }
}

/// More bytes than any file has that is read whole.
private let mostBytes = 1 << 30

/// The bytes of a regular file: a folder of others' notebooks may have a pipe in it, which would be waited for.
public func readFile(_ path: String) throws(FileProblem) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw FileProblem(path, errno: errno) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw FileProblem(path, errno: errno) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw FileProblem(path, errno: EISDIR)
  default: throw FileProblem(path, reason: WriteFault.notRegular.reason)
  }
  guard status.st_size <= mostBytes else { throw FileProblem(path, errno: EFBIG) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileProblem(path, errno: errno) }
    if count == 0 { return bytes }
    // It may have grown.
    guard bytes.count < mostBytes else { throw FileProblem(path, errno: EFBIG) }
    bytes += chunk[..<count]
  }
}

/// The bytes of a regular file of at most so many, on a path no part of which is a link; `nil` for any other.
func readRegularFile(_ path: String, atMost limit: Int) -> [UInt8]? {
  // A pipe would be waited for without O_NONBLOCK.
  let descriptor = openWithoutLinks(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
    return nil
  }
  return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, filled in
    while filled < buffer.count {
      let count = read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      filled += count
    }
  }
}

/// Replaces a file in one step, and returns when it has reached the disk. Only a regular file is replaced, and none that
/// is write-protected.
public func writeFile(_ path: String, _ bytes: [UInt8], mode: mode_t? = nil) throws(FileProblem) {
  do {
    // A link stays a link: what it leads to is replaced.
    let target = try FileReplacement.target(of: path)
    try FileReplacement.write(bytes, to: target, mode: mode, isKept: true)
  } catch let fault as WriteFault {
    throw FileProblem(path, reason: fault.reason)
  } catch {
    throw FileProblem(path, reason: "\(error)")
  }
}

/// Throws what `writeFile` would, as far as it can be known before there is something to write.
public func checkWritable(_ path: String) throws(FileProblem) {
  do { _ = try FileReplacement.target(of: path) } catch { throw FileProblem(path, reason: error.reason) }
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
