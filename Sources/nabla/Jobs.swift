import Glibc
import Notebook

/// Several of this program at once.
enum Jobs {
  /// Runs it with each list of arguments, so many at a time; whether any ended with another code than 0.
  static func run(_ calls: [[String]], atOnce: Int) throws -> Bool {
    var waiting = calls[...]
    var running: [ChildProcess] = []
    var hasFailed = false
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < atOnce, let arguments = waiting.popFirst() {
        running.append(
          try ChildProcess(["/proc/self/exe"] + arguments, output: STDOUT_FILENO, inheritsErrors: true))
      }
      var left: [ChildProcess] = []
      for child in running {
        guard let status = child.exitStatus() else {
          left.append(child)
          continue
        }
        if status != 0 { hasFailed = true }
      }
      if left.count == running.count { usleep(2000) }
      running = left
    }
    return hasFailed
  }
}

/// A folder that nobody else has.
struct TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/nabla-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileProblem("a temporary folder", errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes it with the files in it.
  func remove() {
    for name in (try? filesInFolder(path)) ?? [] { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
