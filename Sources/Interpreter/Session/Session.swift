// The interpreter as its users see it: a notebook's state that cells are evaluated in.

import Figures
import Numerics
import Syntax
import System

/// The state of one notebook. Not thread-safe: everything but `Interruption.raise()` belongs on the
/// evaluation thread (`onEvaluationThread`).
public final class Session {
  private let host: any Host
  private let limits: Limits
  package let files: FileAccess
  package let globals: Globals
  package let library: any SessionLibrary
  /// Where its random numbers are between cells: those of another session do not disturb them.
  private var random = Random.State()
  private var displays = 0
  /// What the process had in memory before this session.
  private let ownMemory: Int
  /// The cell that is running and the last ones before, so that errors can say where a tensor was made.
  private var sources: [CompiledSource] = []
  /// More cells than a reader goes through.
  static let mostSources = 1000
  /// A value that a live display shows already in this cell.
  package var shown = Value.unset
  /// Bytes that the cell has put out: what it printed, and what its displays show.
  private var putOut = 0
  /// How much of it each display that may change has shown at most.
  private var shownMost: [String: Int] = [:]
  /// What the cell began and has not brought to its end: the bars of loops.
  private var unfinished: [any Unfinished] = []

  /// - Parameters:
  ///   - host: where output goes.
  ///   - limits: what an evaluation may use.
  ///   - folder: the notebook's folder, the only one whose files may be touched.
  ///   - library: what can be called by name.
  package init(host: any Host, limits: Limits = Limits(), folder: String, library: any SessionLibrary) {
    self.host = host
    self.library = library
    ownMemory = MemoryWatch.own
    self.limits = limits
    files = FileAccess(folder: folder, readable: limits.readable, writable: limits.writable)
    globals = Globals(over: library.globals)
    FigureWork.poll = { try Machine.poll() }
    FigureWork.reserve = { try Memory.reserve($0) }
  }

  deinit { globals.clear() }

  /// Evaluates a cell. `label` is how error reports name it: "cell [3]".
  public func run(_ code: String, label: String) -> Outcome { run(code, label: label, isCell: true) }

  private func run(_ code: String, label: String, isCell: Bool) -> Outcome {
    guarded {
      let program = try parse(Source(code, name: label))
      var value = Value.nothing
      try execute(program.tree, program.source, isCell: isCell) { value = $0 }
      if program.tree.isSilenced || isShown(value) { return nil }
      return try atLastStatement(of: program.tree, program.source) {
        guard let bundle = try Display.bundle(of: value) else { return nil }
        try count(bundle.size)
        if isCell, let adjustable = library.adjustable(value) { host.offer(adjustable, asResult: true) }
        return bundle
      }
    }
  }

  /// What is wrong with showing a value is the matter of the statement that has it.
  private func atLastStatement<Answer>(
    of program: Program, _ source: Source, _ body: () throws -> Answer
  ) throws -> Answer {
    do {
      return try body()
    } catch {
      let inner = error as? RuntimeError
      // What drew it may be of the library alone.
      guard inner == nil || ErrorPlace(error).line == nil, let span = program.statements.last?.span else {
        throw error
      }
      let compiled = CompiledSource(source, isLibrary: false)
      throw RuntimeError(cause: inner?.cause ?? error, site: compiled.add(span, [span]), operands: [])
    }
  }

  /// Evaluates a whole file: parsed whole, run statement by statement, nothing shown by itself.
  /// Returns the first error that was not caught.
  public func runFile(_ code: String, name: String) -> Failure? {
    let outcome = guarded {
      let program = try parse(Source(code, name: name))
      try execute(program.tree, program.source) { _ in }
      return nil
    }
    if case .failed(let failure) = outcome { return failure }
    return nil
  }

  /// Evaluates one expression for its value (`user_expressions`).
  public func evaluate(_ expression: String) -> Outcome {
    run(expression, label: "expression", isCell: false)
  }

  /// Whether a text is a whole cell, the beginning of one, or wrong.
  public static func completeness(of code: String) -> Completeness {
    switch Parser.completeness(of: Source(code, name: "cell")) {
    case .complete: return .complete
    case .incomplete(let indent): return .incomplete(indent: indent)
    case .invalid: return .invalid
    }
  }

  /// What Tab offers at `cursor`, a count of Unicode scalars.
  public func complete(_ code: String, at cursor: Int) -> Completion {
    library.complete(code, cursor, globals)
  }

  /// Documentation and value of the name at `cursor`; `nil` where there is none.
  /// `detail` 1 adds the source.
  public func inspect(_ code: String, at cursor: Int, detail: Int) -> Bundle? {
    library.inspect(code, cursor, detail, globals)
  }

  // MARK: Running

  private func parse(_ source: Source) throws -> (tree: Program, source: Source) {
    let result = Parser.parse(source)
    if let first = result.diagnostics.first {
      throw Session.syntaxError(first, in: source, isLibrary: false)
    }
    return (result.program ?? Program(statements: [], isSilenced: true), source)
  }

  static func syntaxError(_ diagnostic: Diagnostic, in source: Source, isLibrary: Bool) -> RuntimeError {
    let compiled = CompiledSource(source, isLibrary: isLibrary)
    return RuntimeError(
      cause: Problem.syntax(diagnostic), site: compiled.add(diagnostic.span, [diagnostic.span]), operands: [])
  }

  /// Compiles all statements, then runs them; `last` receives the value of the last one.
  private func execute(
    _ program: Program, _ source: Source, isCell: Bool = true, last: (Value) -> Void
  ) throws {
    let compiler = Compiler(source: source, globals: globals, isLibrary: false)
    sources.append(compiler.compiled)
    // A front end may ask for many expressions after each cell.
    defer { if !isCell { sources.removeLast() } }
    if sources.count > Session.mostSources { sources.removeFirst() }
    let count = program.statements.count
    let compiled = program.statements.enumerated().map { index, statement in
      compiler.statement(statement, keepsValue: index == count - 1)
    }
    let frame = Frame(count: compiler.scope.layout.count, parent: nil)
    frame.result = .nothing
    for run in compiled {
      if Interruption.isRaised { throw Interruption.cause }
      let flow = try run(frame)
      if flow != .next { break }
    }
    last(frame.result)
  }

  /// Sets the machine up for this session, and turns whatever is thrown into a failure.
  func guarded(_ body: () throws -> Bundle?) -> Outcome {
    Machine.session = self
    Machine.depth = 0
    Machine.repetitions = 0
    Machine.hasNotedNonFinite = false
    Machine.hasNotedCut = false
    Tape.cut = nil
    Machine.depthLimit = limits.depth
    Random.state = random
    defer { random = Random.state }
    putOut = 0
    shownMost = [:]
    shown = .unset
    defer {
      shown = .unset
      FrameCycles.collect()
    }
    defer { finishAll() }
    Memory.limit = limits.memory ?? Memory.machineShare
    Memory.reclaim = {
      Staging.forgetPlans()
      FrameCycles.collect()
    }
    NumericsInterruption.clearLimits()
    defer { NumericsInterruption.clearLimits() }
    let watch: TimeLimit?
    do {
      watch = try limits.time.map(TimeLimit.init)
    } catch { return .failed(Report.failure(for: error)) }
    defer { watch?.cancel() }
    MemoryWatch.begin(limit: Memory.limit, own: ownMemory)
    defer {
      MemoryWatch.end()
      EvaluationStack.giveBack()
    }
    defer { Staging.forgetAll() }
    do {
      let bundle = try body()
      return .finished(bundle)
    } catch {
      Tape.closeAll()
      if let seconds = watch?.passed { return .failed(Report.failure(for: Problem.time(seconds))) }
      let failure = Report.failure(for: error)
      // Who met a limit may have filled the pool as well; the machine has other uses for that.
      if failure.kind == ErrorKind.limit.rawValue {
        Memory.trim()
        ProcessMemory.giveBack()
      }
      do {
        try count(failure.report.reduce(0) { $0 + $1.utf8.count })
      } catch  where failure.kind != ErrorKind.limit.rawValue {
        return .failed(Report.failure(for: error))
      } catch {}
      return .failed(failure)
    }
  }

  // MARK: Output

  private func isShown(_ value: Value) -> Bool {
    if case .record(let record) = value, case .record(let live) = shown { return record === live }
    return false
  }

  package func print(_ text: String, to stream: OutputStream = .standardOutput) throws {
    guard Machine.repetitions == 0 else { return }
    try count(text.utf8.count)
    host.write(text, to: stream)
  }

  func count(_ bytes: Int) throws {
    guard let limit = limits.output else { return }
    putOut = min(putOut, limit) + bytes
    if putOut > limit { throw Problem.output(limit) }
  }

  /// What takes another's place counts only as far as it is larger than all before it there.
  private func count(_ bundle: Bundle, id: String) throws {
    let (before, now) = (shownMost[id] ?? 0, bundle.size)
    guard now > before else { return }
    shownMost[id] = now
    try count(now - before)
  }

  package var canReplace: Bool { host.canReplace }

  /// A cell that ends with an error leaves a bar where it stopped, not where it was shown last.
  package func finishLater(_ one: any Unfinished) {
    if unfinished.last === one { return }
    unfinished.removeAll { $0 === one || $0.isFinished }
    unfinished.append(one)
  }

  private func finishAll() {
    Machine.repetitions = 0
    for one in unfinished { try? one.finish() }
    unfinished = []
  }

  package func newDisplayID() -> String {
    displays += 1
    return "display-\(displays)"
  }

  package func display(_ bundle: Bundle, id: String) throws {
    guard Machine.repetitions == 0 else { return }
    try count(bundle, id: id)
    host.display(bundle, id: id)
  }

  /// Tells of controls that what was just displayed has.
  package func offerControls(of value: Value) {
    guard Machine.repetitions == 0, let adjustable = library.adjustable(value) else { return }
    host.offer(adjustable, asResult: false)
  }

  package func update(_ bundle: Bundle, id: String) throws {
    guard Machine.repetitions == 0 else { return }
    try count(bundle, id: id)
    host.update(bundle, id: id)
  }

  package func clearOutput(wait: Bool) {
    if Machine.repetitions == 0 { host.clearOutput(wait: wait) }
  }

  package func input(prompt: String) throws -> String { try host.input(prompt: prompt) }
}
