import Glibc
import JSON

/// The cells of all kernels of a user, a line of JSON each, the newest last.
///
/// Kernels write at the same time: every write is one append under a lock, and nobody waits long for the lock,
/// since a cell is worth more than its memory. A line that cannot be read is skipped.
package final class HistoryFile {
  /// Past this many bytes the older half is forgotten: some 20,000 cells, which are read whole when they are searched.
  static let sizeLimit = 4 << 20
  private static let greatestNumber = 1 << 40
  /// Longer cells are not remembered.
  static let longestLine = 1 << 16

  private let path: String
  /// This kernel's number, taken when its first cell is written.
  private(set) var session = 0
  private var others: [History.Entry] = []
  /// What `others` was read from, and up to where.
  private var readFile: UInt = 0
  private var readOffset = 0

  package init(path: String) { self.path = path }

  /// The place the XDG rules give it; `nil` when the user switched the history off or has no home.
  static func standardPath(environment: (String) -> String?) -> String? {
    if environment("NABLA_HISTORY") == "off" { return nil }
    if let folder = environment("XDG_STATE_HOME"), folder.hasPrefix("/") {
      return folder + "/nabla/history.jsonl"
    }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/nabla/history.jsonl"
  }

  func append(line: Int, source: String) {
    guard source.utf8.count < Self.longestLine / 2, let descriptor = openLocked() else { return }
    defer { close(descriptor) }
    if session == 0 {
      trim(descriptor)
      session = 1 + lastSession(descriptor)
    }
    let entry: JSONValue = [
      "session": .integer(Int64(session)), "line": .integer(Int64(line)), "source": .string(source),
    ]
    var bytes = entry.bytes()
    guard bytes.count < Self.longestLine else { return }
    bytes.append(newline)
    // A kernel that ended while it wrote left a line without its end, which is not to take this one with it.
    if !endsWithLine(descriptor) { bytes.insert(newline, at: 0) }
    _ = write(descriptor, bytes, bytes.count)
  }

  /// The cells of the other kernels. Only what was written since the last call is read.
  func entriesOfOthers() -> [History.Entry] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return others }
    let size = Int(status.st_size)
    if status.st_ino != readFile || size < readOffset {
      (readFile, readOffset, others) = (status.st_ino, 0, [])
    }
    let bytes = read(descriptor, from: readOffset, count: size - readOffset)
    // The last line may still be on its way.
    guard let end = bytes.lastIndex(of: newline) else { return others }
    for line in bytes[...end].split(separator: newline) {
      if let entry = Self.entry(line), entry.session != session { others.append(entry) }
    }
    readOffset += end + 1
    return others
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> History.Entry? {
    // Numbers that no kernel counts to were not written by one.
    guard let value = try? JSONValue(parsing: Array(line)), let session = value["session"]?.int,
      let number = value["line"]?.int, let source = value["source"]?.string,
      (1...greatestNumber).contains(session), (1...greatestNumber).contains(number)
    else { return nil }
    return History.Entry(session: session, line: number, source: source)
  }

  /// Opens the file and locks it; `nil` when that is not possible soon.
  private func openLocked() -> Int32? {
    for attempt in 0..<20 {
      var descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
      if descriptor < 0 && errno == ENOENT {
        Self.makeFolders(for: path)
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
      }
      guard descriptor >= 0 else { return nil }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        // Another kernel may have put a shorter file in its place meanwhile.
        var own = stat()
        var current = stat()
        if fstat(descriptor, &own) == 0, stat(path, &current) == 0, own.st_ino == current.st_ino {
          return descriptor
        }
      }
      close(descriptor)
      if attempt > 0 { usleep(1000) }
    }
    return nil
  }

  /// Makes the folders that a history stands in, where they are not there.
  static func makeFolders(for path: String) {
    for slash in path.indices where path[slash] == "/" && slash != path.startIndex {
      mkdir(String(path[..<slash]), 0o700)
    }
  }

  private func endsWithLine(_ descriptor: Int32) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return true }
    return read(descriptor, from: Int(status.st_size) - 1, count: 1) == [newline]
  }

  /// The greatest session number near the end of the file.
  private func lastSession(_ descriptor: Int32) -> Int {
    var status = stat()
    fstat(descriptor, &status)
    let start = max(0, Int(status.st_size) - 2 * Self.longestLine)
    let bytes = read(descriptor, from: start, count: Int(status.st_size) - start)
    return bytes.split(separator: newline).compactMap { Self.entry($0)?.session }.max() ?? 0
  }

  /// Keeps the newer half of a file that has grown too large. It is replaced as a whole, so that a crash loses
  /// nothing; the lock that is held stays on the old file, whose readers notice.
  private func trim(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) > Self.sizeLimit else { return }
    let half = read(descriptor, from: Int(status.st_size) - Self.sizeLimit / 2, count: Self.sizeLimit / 2)
    guard let start = half.firstIndex(of: newline) else { return }
    let kept = Array(half[(start + 1)...])
    let temporary = "\(path).\(getpid())"
    let replacement = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard replacement >= 0 else { return }
    let written = write(replacement, kept, kept.count)
    close(replacement)
    guard written == kept.count, rename(temporary, path) == 0 else {
      unlink(temporary)
      return
    }
    // The cell goes to the file that now bears the name.
    let renewed = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
    if renewed >= 0 {
      flock(renewed, LOCK_EX | LOCK_NB)
      dup2(renewed, descriptor)
      close(renewed)
    }
  }

  private func read(_ descriptor: Int32, from offset: Int, count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      while filled < count {
        let got = pread(descriptor, bytes.baseAddress! + filled, count - filled, offset + filled)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        filled += got
      }
    }
  }
}

private let newline = UInt8(ascii: "\n")
