// A file replaced in one step, by everything that writes one: a reader sees the old bytes or the new ones, never half of
// them, and what ends the process meanwhile leaves the old file whole and no pieces.

import CLinux
import Glibc

/// Why a file is not written.
package enum WriteFault: Error, Equatable {
  case folder
  /// A device, a pipe, a socket.
  case notRegular
  /// A link that leads nowhere: what it means to replace is not there.
  case deadLink
  case readOnly
  /// The folder it would stand in is not there, or is no folder.
  case noFolder
  /// A call failed with this `errno`.
  case system(Int32)
}

/// What identifies a file, whatever it is called.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let number: UInt

  package init(_ status: stat) { (device, number) = (UInt(status.st_dev), UInt(status.st_ino)) }

  /// The file that a path leads to; `nil` where there is none.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// A file with what it held when it was written: numbers of files that are gone are given again.
package struct FileVersion: Hashable, Sendable {
  private let file: FileIdentity
  private let seconds: Int
  private let nanoseconds: Int
  private let size: Int

  package init(_ status: stat) {
    file = FileIdentity(status)
    (seconds, nanoseconds, size) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size))
  }
}

/// Opens a path no part of which is a link; a descriptor, or -1 and `errno`.
package func openWithoutLinks(_ path: String, _ flags: Int32) -> Int32 {
  linux_open_without_links(AT_FDCWD, path, flags, 0)
}

/// Whether a file bears the mark that `FileReplacement.write` was given.
package func hasMark(_ descriptor: Int32, _ mark: String) -> Bool { linux_has_mark(descriptor, mark) != 0 }

package enum FileReplacement {
  /// Where writing to `path` would write: links are followed, and only what may be replaced is answered.
  package static func target(of path: String) throws(WriteFault) -> String {
    var status = stat()
    if stat(path, &status) == 0 {
      try check(status)
      // /dev/stdout leads to whatever this process writes to: to replace that would be something else.
      guard linux_has_magic_link(path) == 0 else { throw .notRegular }
      if access(path, W_OK) != 0 { throw .system(errno) }
      return try canonical(path)
    }
    guard errno == ENOENT || errno == ENOTDIR else { throw .system(errno) }
    if lstat(path, &status) == 0 { throw .deadLink }
    let (parent, name) = split(path)
    guard stat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, !name.isEmpty else {
      throw .noFolder
    }
    let folder = try canonical(parent)
    return folder == "/" ? "/" + name : "\(folder)/\(name)"
  }

  private static func canonical(_ path: String) throws(WriteFault) -> String {
    guard let resolved = realpath(path, nil) else { throw .system(errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func check(_ status: stat) throws(WriteFault) {
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .folder
    case S_IFREG: break
    default: throw .notRegular
    }
    // To an administrator every file is writable; it was protected all the same.
    if status.st_mode & 0o222 == 0 { throw .readOnly }
  }

  /// Writes `bytes` to the file of that name, which may be there or not; a link in its path is none of ours.
  ///
  /// - Parameters:
  ///   - mode: its permissions; those of the file that it replaces, or the usual ones, where `nil`.
  ///   - isKept: whether the bytes have reached the disk when this returns.
  ///   - mark: the name of a mark that tells the file from others.
  ///   - isHidden: whether the bytes have no name until they are whole, where the file system can do that.
  ///   - poll: asked between parts, and may throw.
  /// - Returns: what tells the new file from others.
  @discardableResult
  package static func write(
    _ bytes: [UInt8], to target: String, mode: mode_t? = nil, isKept: Bool = false, mark: String? = nil,
    isHidden: Bool = true, poll: () throws -> Void = {}
  ) throws -> FileVersion {
    let (parent, name) = split(target)
    let folder = linux_open_folder(parent)
    guard folder >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? WriteFault.noFolder : WriteFault.system(errno)
    }
    defer { close(folder) }
    var old = stat()
    let exists = fstatat(folder, name, &old, AT_SYMLINK_NOFOLLOW) == 0
    if exists { try check(old) }
    var piece = try Piece(in: folder, isHidden)
    defer { piece.abandon() }
    try piece.put(bytes, poll)
    let usual = 0o666 & ~currentUmask()
    guard fchmod(piece.descriptor, mode ?? (exists ? old.st_mode & 0o7777 : usual)) == 0 else {
      throw WriteFault.system(errno)
    }
    if let mark { _ = linux_set_mark(piece.descriptor, mark) }
    if isKept, fsync(piece.descriptor) != 0 { throw WriteFault.system(errno) }
    var new = stat()
    guard fstat(piece.descriptor, &new) == 0 else { throw WriteFault.system(errno) }
    try piece.take(the: name, isNew: !exists)
    if isKept { keep(folder) }
    return FileVersion(new)
  }

  /// The name, too, reaches the disk; where the folder cannot be read, when the system sees fit.
  private static func keep(_ folder: Int32) {
    let readable = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard readable >= 0 else { return }
    fsync(readable)
    close(readable)
  }

  private static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let name = String(path[path.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }

  private static func currentUmask() -> mode_t {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }
}

/// A file that is being written: without a name where the file system can, so that nothing is left of it however the
/// process ends; else under one of its own.
private struct Piece {
  let descriptor: Int32
  private let folder: Int32
  /// The name it has for the time being.
  private var name: String?

  nonisolated(unsafe) private static var count = 0

  init(in folder: Int32, _ isHidden: Bool) throws(WriteFault) {
    self.folder = folder
    let nameless = isHidden ? linux_open_nameless(folder) : -1
    if nameless >= 0 {
      descriptor = nameless
      return
    }
    let name = Self.newName()
    descriptor = linux_open_without_links(
      folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system(errno) }
    self.name = name
  }

  /// Short, since the name of the file itself may be as long as names can be.
  private static func newName() -> String {
    count += 1
    return ".nabla-\(getpid())-\(count).partial"
  }

  func put(_ bytes: [UInt8], _ poll: () throws -> Void) throws {
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + position, min($0.count - position, 1 << 24))
      }
      if count >= 0 { position += count } else if errno != EINTR { throw WriteFault.system(errno) }
      try poll()
    }
  }

  /// Becomes the file of that name.
  mutating func take(the name: String, isNew: Bool) throws(WriteFault) {
    if self.name == nil {
      if isNew, linux_give_name(descriptor, folder, name) == 0 { return }
      let own = Self.newName()
      guard linux_give_name(descriptor, folder, own) == 0 else { throw .system(errno) }
      self.name = own
    }
    guard renameat(folder, self.name!, folder, name) == 0 else { throw .system(errno) }
    self.name = nil
  }

  /// Leaves nothing that has not become the file.
  func abandon() {
    if let name { unlinkat(folder, name, 0) }
    close(descriptor)
  }
}
