import Glibc
import Interpreter

/// What a worker is at, in memory that its driver sees too: it is there when the worker is not any more.
struct Board {
  /// Longer inputs are kept in part.
  static let room = 8 << 20
  private static let heading = 64

  private let memory: UnsafeMutableRawPointer
  let path: String

  /// - Parameter path: the file behind it, which is made where there is none.
  init(path: String) {
    self.path = path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let size = Board.heading + Board.room
    guard descriptor >= 0, ftruncate(descriptor, size) == 0,
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
    else { quit("cannot use \(path)") }
    close(descriptor)
    self.memory = memory
  }

  private func word(_ place: Int) -> UnsafeMutablePointer<Int> {
    memory.assumingMemoryBound(to: Int.self) + place
  }

  /// The number of the input that is tried; -1 before the first.
  var number: Int {
    get { word(0).pointee }
    nonmutating set { word(0).pointee = newValue }
  }

  /// How many inputs have come to their end.
  var done: Int {
    get { word(1).pointee }
    nonmutating set { word(1).pointee = newValue }
  }

  /// Counts the steps of an input; each has a time of its own.
  var step: Int {
    get { word(2).pointee }
    nonmutating set { word(2).pointee = newValue }
  }

  /// Faults that were found without the process ending.
  var faults: Int {
    get { word(3).pointee }
    nonmutating set { word(3).pointee = newValue }
  }

  /// How many programs came to their end, how many were none, how many were stopped.
  var outcomes: Outcomes {
    get { Outcomes(finished: word(5).pointee, unread: word(6).pointee, stopped: word(7).pointee) }
    nonmutating set {
      (word(5).pointee, word(6).pointee, word(7).pointee) = (
        newValue.finished, newValue.unread, newValue.stopped
      )
    }
  }

  /// The input, once it is made.
  var input: [UInt8] {
    get {
      let bytes = (memory + Board.heading).assumingMemoryBound(to: UInt8.self)
      return Array(UnsafeBufferPointer(start: bytes, count: min(max(word(4).pointee, 0), Board.room)))
    }
    nonmutating set {
      let count = min(newValue.count, Board.room)
      newValue.withUnsafeBytes { bytes in
        if count > 0 { (memory + Board.heading).copyMemory(from: bytes.baseAddress!, byteCount: count) }
      }
      word(4).pointee = count
    }
  }

  func begin(_ next: Int) {
    word(4).pointee = 0
    number = next
    step += 1
  }

  func reset() {
    (number, done, step, faults, outcomes) = (-1, 0, 0, 0, Outcomes())
    word(4).pointee = 0
  }
}

/// What became of programs; an error is told of the rest.
struct Outcomes {
  var finished = 0
  var unread = 0
  var stopped = 0

  var text: String {
    finished + unread + stopped == 0
      ? "" : "; \(finished) without an error, \(unread) no programs, \(stopped) stopped"
  }

  static func += (all: inout Outcomes, more: Outcomes) {
    all.finished += more.finished
    all.unread += more.unread
    all.stopped += more.stopped
  }
}

func quit(_ message: String) -> Never {
  say("fuzz: \(message)\n", to: STDERR_FILENO)
  exit(2)
}

func say(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno != EINTR { return }
    rest = rest.dropFirst(max(count, 0))
  }
}
