import Glibc
import Interpreter
import Library
import Support

/// Where inputs are tried: a folder, a library, and a clock that stops what goes on for long.
final class Trial {
  /// Seconds a cell may take by itself.
  static let time = 0.5
  static let memory = 64 << 20
  /// What the process may hold besides: the library, pooled buffers, the stack of deep recursion, and in a build with
  /// a sanitizer its shadow.
  private static let slack = LastWords.isSanitized ? 3 << 30 : 512 << 20

  let folder: String
  let board: Board
  /// Every check of an input, not only those that its turn brings.
  let isThorough: Bool
  private let alarm = Alarm()

  init(folder: String, board: Board, isThorough: Bool) {
    self.folder = folder
    self.board = board
    self.isThorough = isThorough
    mkdir(folder, 0o700)
    LoopPlanner.isEager = true
    // What all sessions share is made before the first is measured.
    _ = Library.whole
  }

  func session(_ host: any Host, time: Double? = Trial.time) -> Session {
    var limits = Limits()
    limits.memory = Trial.memory
    limits.output = 100_000
    limits.time = time
    return Session(host: host, limits: limits, folder: folder)
  }

  /// Something that has a time of its own before it counts as hanging.
  func step<Answer, Failure: Error>(
    interrupted isInterrupted: Bool = false, _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    board.step += 1
    Interruption.clear()
    return isInterrupted ? try alarm.watching(body) : try body()
  }

  /// Removes what a program wrote.
  func tidy() {
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { unlink("\(folder)/\(name)") }
    }
  }

  /// Whether the process has held more than it may. It is to end then, since the greatest amount is what is known.
  var hasGrown: Bool {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10 > Trial.memory + Trial.slack
  }

  func end() {
    alarm.end()
    tidy()
    rmdir(folder)
  }
}
