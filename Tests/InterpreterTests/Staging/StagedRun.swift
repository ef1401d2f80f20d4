import Interpreter
import Support

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
      turns: 0, valueReplays: 0
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
        LoopPlanner.plannedTurns, StagedDirections.replays, StagedValues.replays
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
    }
    (
      output, errors, failure, replays, tensorReplays, directionReplays, failedTrials, turns, valueReplays
    ) = run
  }

  /// Whether they cannot be told apart from outside.
  static func == (a: StagedRun, b: StagedRun) -> Bool {
    a.output == b.output && a.errors == b.errors && a.failure == b.failure
  }
}

/// Keeps what is written, and interrupts when there is enough of it.
private final class InterruptingHost: Host {
  private(set) var output = ""
  private(set) var errors = ""
  private var left: Int?

  init(after writes: Int?) { left = writes }

  func write(_ text: String, to stream: OutputStream) {
    if stream == .standardOutput { output += text } else { errors += text }
    guard let count = left else { return }
    left = count - 1
    if count == 1 { Interruption.raise() }
  }

  func display(_ bundle: Bundle, id: String?) {}
  func update(_ bundle: Bundle, id: String) {}
  func clearOutput(wait: Bool) {}
  func input(prompt: String) throws -> String { throw InputUnavailable() }
}
