// What `flow` sees of a run: every assignment to a name and every value of a function, in the notebook's own
// code. The library's code is compiled without these looks.

import Numerics

/// The observer of one run; off, it costs one look at a flag.
package enum Watch {
  /// Something that has a name in the source.
  package struct Note {
    package var site: Int32
    package var name: String
    package var value: Value
    /// How many nodes the tape had when it was assigned.
    package var end: Int
    /// Whether it is the value of a function rather than a variable.
    package var isResult: Bool
    /// The nodes whose values `stop` made constants on the way to this one.
    package var stopped: [Int]
  }

  package nonisolated(unsafe) static var isOn = false
  nonisolated(unsafe) private static var tape: Tape?
  nonisolated(unsafe) private static var notes: [Note] = []
  nonisolated(unsafe) private static var stopped: [Int] = []
  /// What a run may remember; a loop beyond it is remembered from its beginning. At 64 bytes a note 13 MB, and more turns
  /// than a figure has room for.
  private static let most = 200_000

  /// Runs the body and returns what it noted.
  package static func over<Result>(_ tape: Tape, _ body: () throws -> Result) rethrows -> (Result, [Note]) {
    let before = (isOn, self.tape, notes, stopped)
    (isOn, self.tape, notes, stopped) = (true, tape, [], [])
    defer { (isOn, self.tape, notes, stopped) = before }
    let result = try body()
    return (result, notes)
  }

  /// Whatever is evaluated again, or beside the program, is not looked at.
  package static func paused<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = isOn
    isOn = false
    defer { isOn = before }
    return try body()
  }

  package static func note(_ site: Int32, _ name: String, _ value: Value, isResult: Bool = false) {
    // Inside a derivative of the program's own the values are those of another tape.
    guard let tape, Tape.depth == tape.level, notes.count < most else { return }
    switch value {
    case .tensor, .tuple, .record:
      notes.append(
        Note(
          site: site, name: name, value: value, end: tape.count, isResult: isResult, stopped: stopped))
      // The value of a function is on its way to a name.
      if !isResult { stopped = [] }
    default: break
    }
  }

  /// Remembers that a value became a constant: what is computed from it was cut off and is no data.
  package static func noteStop(_ tensor: Tensor) {
    if let tape, Tape.depth == tape.level, stopped.count < most, let node = tape.index(of: tensor) {
      stopped.append(node)
    }
  }
}
