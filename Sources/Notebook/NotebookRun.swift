import Interpreter
import JSON

/// A notebook from top to bottom in a fresh session.
struct NotebookRun {
  let limits: Limits
  /// Seconds a cell may take.
  let timeout: Double?
  /// The notebook's folder.
  let folder: String

  /// Runs the code cells in order up to the first error and stores what they put out. What did not run is
  /// left without outputs: nothing in the document is of an earlier run.
  ///
  /// Belongs on the evaluation thread.
  func run(_ document: inout Document) -> Problem? {
    let collector = OutputCollector()
    let session = Session(host: collector, limits: limits, folder: folder)
    var executionCount = 0
    var problem: Problem?
    for index in document.cells.indices where isRun(document.cells[index]) {
      document.cells[index].clear()
      guard problem == nil, !document.cells[index].source.allSatisfy(\.isWhitespace) else { continue }
      executionCount += 1
      document.cells[index].executionCount = executionCount
      collector.begin(cell: index)
      let failure = run(document.cells[index], executionCount, in: session, collector)
      if let failure, failure.timeout != nil || !document.cells[index].tags.contains("raises-exception") {
        problem = failure
      }
    }
    for (index, outputs) in collector.outputs { document.cells[index].outputs = outputs.map(\.json) }
    document.recordLanguage()
    return problem
  }

  private func isRun(_ cell: Cell) -> Bool { cell.isCode && !cell.tags.contains("skip-execution") }

  private func run(
    _ cell: Cell, _ executionCount: Int, in session: Session, _ collector: OutputCollector
  ) -> Problem? {
    let label = "cell [\(executionCount)]"
    Interruption.clear()
    let (outcome, timedOut) = Watchdog.guarding(seconds: timeout, interrupt: Interruption.raise) {
      session.run(cell.source, label: label)
    }
    Interruption.clear()
    switch outcome {
    case .finished(let bundle):
      if let bundle { collector.append(.result(bundle, executionCount: executionCount)) }
      return nil
    case .failed(let failure):
      collector.append(.error(failure))
      return Problem(cell: label, failure: failure, timeout: timedOut ? timeout : nil)
    }
  }
}

/// What stopped a file.
public struct Problem: Error, Equatable, Sendable {
  /// "cell [3]"; `nil` in a file that has no cells.
  public var cell: String?
  public var failure: Failure
  /// The seconds it was given, where it took longer.
  public var timeout: Double?

  /// "cell [3], line 2", as far as it is known.
  public var place: String {
    [cell, failure.line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
  }
}
