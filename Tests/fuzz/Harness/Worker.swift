import Foundation
import Glibc
import Interpreter

/// What a worker is told by its driver.
struct Job: Codable {
  var kind: String
  var seed: UInt64
  /// The numbers of the inputs it tries: from here on, so far apart, below the end.
  var first = 0
  var stride = 1
  var end = 0
  /// When it is to stop, as `Clock` counts.
  var deadline: Double?
  /// Kept inputs to try in the place of new ones.
  var replayed: [String] = []
  /// Every check of each.
  var isThorough = false
  /// What is only for this process: its folder, and files that its driver reads.
  var folder: String
  var board: String
  var faults: String
}

/// A fault as a worker writes it down.
struct FoundFault: Codable {
  var number: Int
  var fault: Fault
  var input: Data
}

/// A process that tries inputs one by one.
enum Worker {
  /// The code of one that has held too much memory to be measured further.
  static let grown: Int32 = 77

  static func run(_ job: Job) -> Never {
    endWithDriver()
    onEvaluationThread {
      LastWords.listen()
      let code = tryAll(job)
      fflush(nil)
      _exit(code)
    }
    _exit(2)
  }

  /// A driver that was stopped leaves nobody behind.
  private static func endWithDriver() {
    let driver = getppid()
    _ = startDetached {
      while getppid() == driver { usleep(500_000) }
      _exit(2)
    }
  }

  private static func tryAll(_ job: Job) -> Int32 {
    guard let kind = Kind.named(job.kind) else { return 2 }
    let board = Board(path: job.board)
    let trial = Trial(folder: job.folder, board: board, isThorough: job.isThorough)
    defer { trial.end() }
    var number = job.first
    let end = job.replayed.isEmpty ? job.end : job.replayed.count
    while number < end {
      if let deadline = job.deadline, Clock.seconds >= deadline { break }
      board.begin(number)
      let input: [UInt8]
      if job.replayed.isEmpty {
        var dice = Dice(seed: job.seed, of: kind.name, number: number)
        input = kind.fuzzer.input(number, &dice)
      } else {
        input = (try? Data(contentsOf: URL(fileURLWithPath: job.replayed[number]))).map(Array.init) ?? []
      }
      board.input = input
      let before = trial.mostHeld
      var faults = kind.fuzzer.faults(of: input, trial)
      let hasGrown = trial.hasGrown
      if hasGrown, trial.mostHeld - before > Trial.sudden {
        faults.append(Fault("more memory than the limit and what else is needed"))
      }
      for fault in faults { note(FoundFault(number: number, fault: fault, input: Data(input)), job, board) }
      board.done += 1
      number += job.stride
      if hasGrown { return grown }
    }
    return 0
  }

  /// Appends a line to the file that the driver reads.
  private static func note(_ found: FoundFault, _ job: Job, _ board: Board) {
    board.faults += 1
    guard let line = try? JSONEncoder().encode(found) else { return }
    let descriptor = open(job.faults, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    say(String(decoding: line, as: UTF8.self) + "\n", to: descriptor)
  }
}
