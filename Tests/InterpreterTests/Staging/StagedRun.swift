import Interpreter
import Support
import XCTest

@testable import class Interpreter.LoopPlanner
@testable import class Interpreter.StagedDirections
@testable import class Interpreter.StagedFunction
@testable import class Interpreter.StagedValues

/// What a program shows and how it ends.
struct StagedRun: Equatable {
  var output = ""
  var errors = ""
  var failure: Failure?
  /// How often a recording stood for a function.
  var replays = 0
  /// How often one for tensors did, and how often one on trial disagreed with its function.
  var tensorReplays = 0
  var failedTrials = 0
  /// How often one stood for a derivative along a direction.
  var directionReplays = 0
  /// How often that was one of all that tapes compute.
  var wholeReplays = 0
  /// How often one stood for a value.
  var valueReplays = 0
  /// How many turns of loops ran as plans.
  var turns = 0

  /// Runs a program with recordings, which are kept from the first gradient on, or without any.
  ///
  /// - Parameters:
  ///   - loops: whether turns of loops run as plans too.
  ///   - values: whether values of functions are planned from their first call on.
  ///   - interrupting: raises the interrupt when so many lines are written.
  init(
    _ code: String, name: String, staged: Bool, loops: Bool = false, values: Bool = false,
    folder: String = ".", interrupting: Int? = nil
  ) {
    nonisolated(unsafe) var run = (
      output: "", errors: "", failure: Failure?.none, replays: 0, tensorReplays: 0, directionReplays: 0,
      failedTrials: 0,
      turns: 0, valueReplays: 0, wholeReplays: 0
    )
    onEvaluationThread {
      let before = (
        StagedFunction.isEnabled, StagedFunction.warmUp, LoopPlanner.isEnabled, LoopPlanner.isEager,
        StagedValues.isEager
      )
      defer {
        (
          StagedFunction.isEnabled, StagedFunction.warmUp, LoopPlanner.isEnabled, LoopPlanner.isEager,
          StagedValues.isEager
        ) = before
      }
      (StagedFunction.isEnabled, StagedFunction.warmUp, LoopPlanner.isEnabled) = (staged, 0, loops)
      (LoopPlanner.isEager, StagedValues.isEager) = (true, values)
      let start = (
        StagedFunction.replays, StagedFunction.tensorReplays, StagedFunction.failedTrials,
        LoopPlanner.plannedTurns, StagedDirections.replays, StagedValues.replays,
        StagedDirections.wholeReplays
      )
      let host = InterruptingHost(after: interrupting)
      let session = Session(host: host, folder: folder)
      run.failure = session.runFile(code, name: name)
      Interruption.clear()
      run.output = host.output
      run.errors = host.errors
      run.replays = StagedFunction.replays - start.0
      run.tensorReplays = StagedFunction.tensorReplays - start.1
      run.failedTrials = StagedFunction.failedTrials - start.2
      run.turns = LoopPlanner.plannedTurns - start.3
      run.directionReplays = StagedDirections.replays - start.4
      run.valueReplays = StagedValues.replays - start.5
      run.wholeReplays = StagedDirections.wholeReplays - start.6
    }
    (
      output, errors, failure, replays, tensorReplays, directionReplays, failedTrials, turns, valueReplays,
      wholeReplays
    ) = run
  }

  /// Fails where a run with plans can be told from one without any, where nothing is shown, or where plans stood for
  /// something less or more often than they must.
  ///
  /// - Parameters:
  ///   - counter: what is counted, and `counts` how often it must be at least and at most; `0...0` is never.
  ///   - options: of the run with plans, besides the code.
  static func compare(
    _ code: String, _ counter: KeyPath<StagedRun, Int>, _ counts: ClosedRange<Int>,
    options: (loops: Bool, values: Bool) = (false, false), interrupting: Int? = nil, file: StaticString,
    line: UInt
  ) {
    let plain = StagedRun(code, name: "program", staged: false, interrupting: interrupting)
    let staged = StagedRun(
      code, name: "program", staged: true, loops: options.loops, values: options.values,
      interrupting: interrupting)
    XCTAssertEqual(plain[keyPath: counter], 0, file: file, line: line)
    XCTAssertEqual(staged.output, plain.output, file: file, line: line)
    XCTAssertEqual(staged.errors, plain.errors, file: file, line: line)
    XCTAssertEqual(staged.failure, plain.failure, file: file, line: line)
    XCTAssertFalse(plain.output.isEmpty && plain.failure == nil, "shows nothing", file: file, line: line)
    XCTAssertEqual(staged.failedTrials, 0, code, file: file, line: line)
    let count = staged[keyPath: counter]
    XCTAssert(counts.contains(count), "\(count) by plans: \(code)", file: file, line: line)
  }

  /// Whether they cannot be told apart from outside.
  static func == (a: StagedRun, b: StagedRun) -> Bool {
    a.output == b.output && a.errors == b.errors && a.failure == b.failure
  }
}

/// Keeps what is written, and interrupts when there is enough of it.
private final class InterruptingHost: Interpreter.Host {
  private(set) var output = ""
  private(set) var errors = ""
  private var left: Int?

  init(after writes: Int?) { left = writes }

  func write(_ text: String, to stream: Interpreter.OutputStream) {
    if stream == .standardOutput { output += text } else { errors += text }
    guard let count = left else { return }
    left = count - 1
    if count == 1 { Interruption.raise() }
  }

  func display(_ bundle: Interpreter.Bundle, id: String?) {}
  func update(_ bundle: Interpreter.Bundle, id: String) {}
  func clearOutput(wait: Bool) {}
  func input(prompt: String) throws -> String { throw InputUnavailable() }
}
