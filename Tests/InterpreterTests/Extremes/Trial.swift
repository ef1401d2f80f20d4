import Foundation
import Support
import XCTest

@testable import Interpreter

/// Runs programs that may do anything but end the process, each in a session that the one before has left.
///
/// Where one ends it all the same, the signal is met by a message that says which.
final class Trial {
  private let kinds: Set<String> = [
    "SyntaxError", "NameError", "TypeError", "ShapeError", "IndexError", "ValueError", "LinearAlgebraError",
    "FileError", "LimitError", "AssertionError", "Interrupted",
  ]
  private let folder: URL
  private var session: Session
  private let alarm = Alarm()
  private(set) var count = 0
  /// What ended otherwise than with a value or an error of the language.
  private(set) var faults: [String] = []

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("nabla-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    session = Trial.session(folder)
    LastWords.listen()
  }

  /// Runs what others build on, however long it takes.
  func prepare(_ code: String) -> Bool {
    if case .finished = session.run(code, label: "cell [1]") { return true }
    return false
  }

  func value(of name: String) -> Value? { session.globals.cells[name]?.value }

  func end() {
    alarm.end()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func session(_ folder: URL) -> Session {
    var limits = Limits()
    limits.memory = 64 << 20
    limits.output = 100_000
    return Session(host: CollectingHost(), limits: limits, folder: folder.path)
  }

  /// Forgets what was defined.
  func startAnew() { session = Trial.session(folder) }

  /// The value of a program is shown as a cell's is. One that goes on for long is interrupted, unless it is to come
  /// `toItsEnd`.
  @discardableResult
  func run(_ code: String, toItsEnd: Bool = false) -> Outcome {
    count += 1
    LastWords.set(code)
    func outcome() -> Outcome { session.run(code, label: "cell [1]") }
    let found = toItsEnd ? outcome() : alarm.watching(outcome)
    if case .failed(let failure) = found, !kinds.contains(failure.kind) {
      faults.append("\(code)\n\(failure.kind): \(failure.message)")
    }
    return found
  }
}

/// Says which program ran when a trap ends the process.
private enum LastWords {
  private static let room = 1 << 16
  private nonisolated(unsafe) static let text = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
  private nonisolated(unsafe) static var count = 0

  static func set(_ code: String) {
    count = min(code.utf8.count, room)
    for (place, byte) in code.utf8.prefix(room).enumerated() { text[place] = byte }
  }

  static func listen() {
    for trap in [SIGILL, SIGTRAP, SIGABRT] {
      signal(trap) { trap in
        let heading: StaticString = "The process ended in this program:\n"
        _ = write(2, heading.utf8Start, heading.utf8CodeUnitCount)
        _ = write(2, LastWords.text, LastWords.count)
        signal(trap, SIG_DFL)
        raise(trap)
      }
    }
  }
}
