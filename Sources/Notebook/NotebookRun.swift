import Interpreter
import JSON

/// A notebook from top to bottom in a fresh session.
struct NotebookRun {
  let limits: Limits
  /// Seconds a cell may take.
  let timeout: Double?
  /// The notebook's folder.
  let folder: String
  /// What can be called by name.
  let library: LibrarySource
  /// What is set after the cell tagged `parameters`, or before the first cell where there is none.
  var settings: [Setting] = []

  /// Runs the code cells in order up to the first error and stores what they put out. What did not run is
  /// left without outputs: nothing in the document is of an earlier run.
  ///
  /// Belongs on the evaluation thread.
  func run(_ document: inout Document, report: (CellResult) -> Void = { _ in }) -> RunFailure? {
    let collector = OutputCollector()
    let session = Session(host: collector, limits: limits, folder: folder, library: library())
    var executionCount = 0
    let parameters = settings.isEmpty ? nil : document.cells.firstIndex { $0.tags.contains("parameters") }
    var problem = parameters == nil ? set(in: session) : nil
    for index in document.cells.indices where isRun(document.cells[index]) {
      document.cells[index].clear()
      guard problem == nil, !document.cells[index].source.allSatisfy(\.isWhitespace) else { continue }
      executionCount += 1
      document.cells[index].executionCount = executionCount
      collector.begin(cell: index)
      let clock = ContinuousClock()
      let start = clock.now
      let failure = run(document.cells[index], executionCount, in: session, collector)
      if let failure, failure.timeout != nil || !document.cells[index].tags.contains("raises-exception") {
        problem = failure
      }
      let duration = start.duration(to: clock.now).components
      report(
        CellResult(
          name: "cell [\(executionCount)]",
          seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18,
          failure: problem))
      if index == parameters, problem == nil { problem = set(in: session) }
    }
    for (index, outputs) in collector.outputs { document.cells[index].outputs = outputs.map(\.json) }
    document.recordLanguage()
    document.recordWriter(problem == nil && settings.isEmpty ? Language.version : nil)
    return problem
  }

  /// Gives the variables of the command line their values.
  private func set(in session: Session) -> RunFailure? {
    for setting in settings {
      if case .failed(let failure) = session.run(setting.code, label: setting.label) {
        return RunFailure(cell: setting.label, failure: failure, timeout: nil)
      }
    }
    return nil
  }

  private func isRun(_ cell: Cell) -> Bool { cell.isCode && !cell.tags.contains("skip-execution") }

  private func run(
    _ cell: Cell, _ executionCount: Int, in session: Session, _ collector: OutputCollector
  ) -> RunFailure? {
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
      return RunFailure(cell: label, failure: failure, timeout: timedOut ? timeout : nil)
    }
  }
}

/// What stopped a file.
public struct RunFailure: Error, Equatable, Sendable {
  /// "cell [3]"; `nil` in a file that has no cells.
  public var cell: String?
  public var failure: Failure
  /// The seconds it was given, where it took longer.
  public var timeout: Double?

  public init(cell: String?, failure: Failure, timeout: Double?) {
    self.cell = cell
    self.failure = failure
    self.timeout = timeout
  }

  /// "cell [3], line 2", as far as it is known.
  public var place: String {
    [cell, failure.line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
  }
}
