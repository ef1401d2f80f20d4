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
  func execute(_ document: Document) -> ExecutedNotebook {
    let execution = NotebookExecution(document, self)
    let end = onEvaluationThread { execution.run() }
    if case .trapped(let signal) = end { execution.stop(.trapped(signal: signal)) }
    return execution.finished()
  }
}

/// A notebook after its run.
struct ExecutedNotebook {
  var document: Document
  /// What stopped it.
  var problem: RunFailure?
  var results: [CellResult]
}

/// A run as it stands. It belongs to the evaluation thread until that ends, or stands still because the evaluator
/// trapped: then who waits for it takes over, and nothing of what the cells before put out is lost.
private final class NotebookExecution: @unchecked Sendable {
  private let notebookRun: NotebookRun
  private var document: Document
  private let collector = OutputCollector()
  private var results: [CellResult] = []
  private var problem: RunFailure?
  private var executionCount = 0
  /// The cell that runs, and since when.
  private var running: (index: Int, since: ContinuousClock.Instant)?
  private var hasTrapped = false

  init(_ document: Document, _ run: NotebookRun) {
    self.document = document
    notebookRun = run
  }

  func run() {
    let session = Session(
      host: collector, limits: notebookRun.limits, folder: notebookRun.folder, library: notebookRun.library())
    let settings = notebookRun.settings
    let parameters = settings.isEmpty ? nil : document.cells.firstIndex { $0.tags.contains("parameters") }
    if parameters == nil { problem = set(in: session) }
    for index in document.cells.indices where isRun(document.cells[index]) {
      document.cells[index].clear()
      guard problem == nil, !document.cells[index].source.allSatisfy(\.isWhitespace) else { continue }
      begin(index)
      let failure = run(document.cells[index], in: session)
      finish(index, failure)
      if index == parameters, problem == nil { problem = set(in: session) }
    }
  }

  /// The evaluator trapped: the cell that ran has failed, and those behind it have not run.
  func stop(_ failure: Failure) {
    hasTrapped = true
    guard let (index, _) = running else {
      problem = RunFailure(cell: nil, failure: failure, timeout: nil)
      return
    }
    collector.append(.error(failure))
    finish(index, RunFailure(cell: label, failure: failure, timeout: nil))
    for later in document.cells.indices where later > index && isRun(document.cells[later]) {
      document.cells[later].clear()
    }
  }

  func finished() -> ExecutedNotebook {
    for (index, outputs) in collector.outputs { document.cells[index].outputs = outputs.map(\.json) }
    document.recordLanguage()
    document.recordWriter(problem == nil && notebookRun.settings.isEmpty ? Language.version : nil)
    return ExecutedNotebook(document: document, problem: problem, results: results)
  }

  private var label: String { "cell [\(executionCount)]" }

  private func begin(_ index: Int) {
    executionCount += 1
    document.cells[index].executionCount = executionCount
    collector.begin(cell: index)
    running = (index, ContinuousClock.now)
  }

  private func finish(_ index: Int, _ failure: RunFailure?) {
    if let failure, hasTrapped || failure.timeout != nil || !mayFail(document.cells[index]) {
      problem = failure
    }
    let duration = (running?.since ?? .now).duration(to: .now).components
    results.append(
      CellResult(
        name: label, seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18,
        failure: problem))
    running = nil
  }

  private func mayFail(_ cell: Cell) -> Bool { cell.tags.contains("raises-exception") }

  /// Gives the variables of the command line their values.
  private func set(in session: Session) -> RunFailure? {
    for setting in notebookRun.settings {
      if case .failed(let failure) = session.run(setting.code, label: setting.label) {
        return RunFailure(cell: setting.label, failure: failure, timeout: nil)
      }
    }
    return nil
  }

  private func isRun(_ cell: Cell) -> Bool { cell.isCode && !cell.tags.contains("skip-execution") }

  private func run(_ cell: Cell, in session: Session) -> RunFailure? {
    Interruption.clear()
    let (outcome, timedOut) = Watchdog.guarding(seconds: notebookRun.timeout, interrupt: Interruption.raise) {
      session.run(cell.source, label: label)
    }
    Interruption.clear()
    switch outcome {
    case .finished(let bundle):
      if let bundle { collector.append(.result(bundle, executionCount: executionCount)) }
      return nil
    case .failed(let failure):
      collector.append(.error(failure))
      return RunFailure(cell: label, failure: failure, timeout: timedOut ? notebookRun.timeout : nil)
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

  /// The evaluator trapped: what this process would evaluate now is not to be trusted.
  public var isOfTheProcess: Bool { failure.kind == ErrorKind.fault.rawValue }

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
