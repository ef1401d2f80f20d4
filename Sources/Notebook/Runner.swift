import Glibc
import Interpreter
import JSON
import Synchronization

/// Runs notebooks and `.nabla` files without Jupyter.
public struct Runner: Sendable {
  public enum Destination: Equatable, Sendable {
    case nowhere
    case file(String)
    /// The file that was read.
    case inPlace
  }

  public var limits = Limits()
  /// Seconds a cell of a notebook, or a whole `.nabla` file, may take.
  public var timeout: Double?
  public var destination = Destination.nowhere
  /// Where to write the executed notebook as a page of HTML.
  public var page: String?
  /// Where to write it as a page that presents.
  public var slides: String?
  /// Variables that the command line sets.
  public var settings: [Setting] = []
  private let library: LibrarySource

  /// - Parameter library: what can be called by name.
  package init(library: @escaping LibrarySource) { self.library = library }

  /// Why a file did not run cleanly.
  public enum Trouble: Error, Sendable {
    /// Unreadable, malformed, or the result could not be written.
    case file(String)
    case problem(RunFailure)
  }

  /// Runs a notebook and writes it where it is wanted, the error included if one stopped it. `report` is told of
  /// every cell, `warn` of what the page cannot show and of settings that nothing reads.
  public func runNotebook(
    _ path: String, report: (CellResult) -> Void = { _ in }, warn: (String) -> Void = { _ in }
  ) throws(Trouble) {
    let document = try readDocument(path)
    try checkDestinations(path)
    let sources = document.cells.filter(\.isCode).map(\.source)
    settings.compactMap { $0.warning(sources) }.forEach(warn)
    let run = notebookRun(path, settings)
    let executed = run.execute(document)
    executed.results.forEach(report)
    do {
      switch destination {
      case .nowhere: break
      case .file(let output): try writeFile(output, executed.document.bytes())
      case .inPlace: try writeFile(path, executed.document.bytes())
      }
      let name = Self.stem(of: path)
      if let page {
        let written = NotebookPage(
          executed.document, name: name, file: PagePictures(folder: folderOf(path)).file)
        written.warnings.forEach(warn)
        try writeFile(page, Array(written.markup.utf8))
      }
      if let slides {
        let written = SlidePage(
          executed.document, name: name, file: PagePictures(folder: folderOf(path)).file)
        // The page has said the same.
        if page == nil { written.warnings.forEach(warn) }
        try writeFile(slides, Array(written.markup.utf8))
      }
    } catch {
      throw .file("cannot write \(error)")
    }
    if let problem = executed.problem { throw .problem(problem) }
  }

  /// What cannot be written is said before an hour was spent on it.
  private func checkDestinations(_ path: String) throws(Trouble) {
    do {
      switch destination {
      case .nowhere: break
      case .file(let output): try checkWritable(output)
      case .inPlace: try checkWritable(path)
      }
      if let page { try checkWritable(page) }
      if let slides { try checkWritable(slides) }
    } catch {
      throw .file("cannot write \(error)")
    }
  }

  /// Writes the reference page, its examples evaluated.
  public func writeReference(_ path: String) throws(Trouble) {
    do { try checkWritable(path) } catch { throw .file("cannot write \(error)") }
    let run = notebookRun(path)
    let executed = run.execute(ReferenceNotebook.document(of: run.library().reference))
    if let problem = executed.problem { throw .problem(problem) }
    do {
      try writeFile(path, executed.document.bytes())
    } catch {
      throw .file("cannot write \(error)")
    }
  }

  /// Runs a file of Nabla; what it prints goes to the terminal.
  public func runScript(_ path: String, warn: (String) -> Void = { _ in }) throws(Trouble) {
    guard let code = String(validating: try read(path), as: UTF8.self) else {
      throw .file("\(path): not UTF-8 text")
    }
    settings.compactMap { $0.warning([code]) }.forEach(warn)
    let (limits, timeout, folder, settings, library) = (limits, timeout, folderOf(path), settings, library)
    let (failure, timedOut): (Failure?, Bool) = evaluated(
      {
        Interruption.clear()
        return Watchdog.guarding(seconds: timeout, interrupt: Interruption.raise) { () -> Failure? in
          let session = Session(host: ConsoleHost(), limits: limits, folder: folder, library: library())
          for setting in settings {
            if let failure = session.runFile(setting.code, name: setting.label) { return failure }
          }
          return session.runFile(code, name: path)
        }
      }, orTrapped: { ($0, false) })
    Interruption.clear()
    if let failure {
      throw .problem(RunFailure(cell: nil, failure: failure, timeout: timedOut ? timeout : nil))
    }
  }

  func notebookRun(_ path: String, _ settings: [Setting] = []) -> NotebookRun {
    NotebookRun(
      limits: limits, timeout: timeout, folder: folderOf(path), library: library, settings: settings)
  }

  func readDocument(_ path: String) throws(Trouble) -> Document {
    let bytes = try read(path)
    do {
      let document = try Document(parsing: bytes)
      if let language = document.language, language != Language.name {
        throw DocumentError.otherLanguage(language)
      }
      return document
    } catch {
      throw .file("\(path): \(error)")
    }
  }

  private func read(_ path: String) throws(Trouble) -> [UInt8] {
    do { return try readFile(path) } catch { throw .file("cannot read \(error)") }
  }

  /// A file's name without its folder and its ending.
  public static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  func folderOf(_ path: String) -> String { folder(of: resolved(path) ?? path) }
}

/// The value of `body`, computed on the evaluation thread; what was told of it where the evaluator trapped.
func evaluated<Value: Sendable>(
  _ body: @escaping @Sendable () -> Value, orTrapped: (Failure) -> Value
) -> Value {
  let result = Handover<Value>()
  let end = onEvaluationThread {
    let value = body()
    result.value.withLock { $0 = value }
  }
  if case .trapped(let signal) = end { return orTrapped(.trapped(signal: signal)) }
  return result.value.withLock { $0 }!
}

/// Where a value waits for the thread that asked for it.
private final class Handover<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}
