import ArgumentParser
import Glibc
import Interpreter
import Notebook
import System

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run notebooks and .nabla files without Jupyter.",
    discussion: """
      A notebook stops at its first error, unless the cell is tagged raises-exception; the next file still \
      runs. Exit codes: 0 when all ran cleanly, 1 when one did not, 2 for wrong use.
      """)

  @Argument(help: ArgumentHelp("Files that end in .ipynb or .nabla.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("Write the executed notebook here.", valueName: "file"))
  var output: String?

  @Flag(help: "Write each executed notebook over its file.")
  var inplace = false

  @Option(
    help: ArgumentHelp(
      "Seconds a cell, or a whole .nabla file, may take before it is stopped.", valueName: "seconds"))
  var timeout: PositiveSeconds?

  @Option(help: ArgumentHelp("Files that run at once.", valueName: "number"))
  var jobs = 1

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Give a variable a value, after the cell tagged parameters or before the first; can be repeated.",
      valueName: "name=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Write a report that CI systems read, a case for each cell.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Write the executed notebook as a page that opens without Jupyter and without a network; several as pages in a folder.",
      valueName: "file or folder"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Write it as a page that presents: a slide at a time by the arrow keys, speaker's notes with s; several as pages in a folder.",
      valueName: "file or folder"))
  var slides: String?

  @OptionGroup(title: "Limits")
  var limitOptions: LimitOptions

  @OptionGroup(title: "Limits")
  var confinement: Confinement

  @Option(help: .private)
  var reportDescriptor: Int32?

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs needs a number from 1") }
    for setting in settings where Setting(setting) == nil {
      throw ValidationError("--set needs name=value, not '\(setting)'")
    }
    for file in files where !isNotebook(file) && !file.hasSuffix(".nabla") {
      throw ValidationError("'\(file)' ends neither in .ipynb nor in .nabla")
    }
    try checkOutputs()
    guard output != nil || inplace || html != nil || slides != nil else { return }
    if output != nil && inplace { throw ValidationError("--output and --inplace exclude each other") }
    if output != nil && files.count > 1 {
      throw ValidationError("--output takes one notebook; use --inplace")
    }
    if let script = files.first(where: { !isNotebook($0) }) {
      throw ValidationError("'\(script)' is no notebook: there is nothing to write back")
    }
    let names = files.map(Runner.stem)
    if html != nil || slides != nil,
      let twice = names.first(where: { name in names.count { $0 == name } > 1 })
    {
      throw ValidationError("two notebooks would have the page \(twice).html")
    }
  }

  /// What is written beside the notebooks themselves.
  private var outputs: [(option: String, path: String)] {
    ([("--output", output), ("--junit", junit)] + files.map { ("--html", page(of: $0, html)) }
      + files.map { ("--slides", page(of: $0, slides)) })
      .compactMap { option, path in path.map { (option, $0) } }
  }

  /// Nothing is written over what is read, nor over what was written just before.
  private func checkOutputs() throws {
    var taken: [FileIdentity: String] = [:]
    for file in files { if let identity = FileIdentity(of: file) { taken[identity] = file } }
    var paths: Set<NewFile> = []
    for (option, path) in outputs {
      let identity = FileIdentity(of: path)
      if let file = identity.flatMap({ taken[$0] }) {
        let isInput = files.contains(file)
        throw ValidationError(
          isInput
            ? "\(option) would write over '\(file)', which is run; --inplace is for that"
            : "\(option) would write over '\(file)', which is written, too")
      }
      if !paths.insert(NewFile(path)).inserted { throw ValidationError("'\(path)' would be written twice") }
      if let identity { taken[identity] = path }
    }
  }

  /// Where a notebook's page goes: the file itself, or a file in the folder.
  private func page(of file: String, _ place: String?) -> String? {
    guard let place else { return nil }
    guard files.count > 1 || place.hasSuffix("/") || isFolder(place) else { return place }
    return place + (place.hasSuffix("/") ? "" : "/") + Runner.stem(of: file) + ".html"
  }

  /// The folders of the pages are there before the first is written.
  private func makeFolders() throws {
    for place in [html, slides].compactMap({ $0 })
    where (files.count > 1 || place.hasSuffix("/")) && !isFolder(place) {
      guard mkdir(place, 0o777) == 0 else {
        throw CommandFailure("cannot make the folder \(FileProblem(place, errno: errno))")
      }
    }
  }

  private func isNotebook(_ file: String) -> Bool { file.hasSuffix(".ipynb") }

  func run() throws {
    if let junit {
      do { try checkWritable(junit) } catch { throw CommandFailure("cannot write \(error)") }
    }
    try makeFolders()
    let (hasFailed, suites) =
      jobs > 1 && files.count > 1 ? try runAtOnce(files[...], jobs: jobs) : try runInTurn()
    try writeReport(suites)
    if hasFailed { throw ExitCode(1) }
  }

  private func runInTurn() throws -> (hasFailed: Bool, suites: [String]) {
    let successor = files.count < 2 ? nil : Successor { goOn($0) }
    defer { successor?.end() }
    try confinement.enter(files: files, limits: limitOptions.limits, outputs: outputs.map(\.path))
    var runner = Runner(library: nablaLibrary)
    runner.limits = limitOptions.limits
    runner.timeout = timeout?.seconds
    runner.destination = inplace ? .inPlace : output.map(Runner.Destination.file) ?? .nowhere
    runner.settings = settings.compactMap(Setting.init)
    var hasFailed = false
    var suites: [String] = []
    for (index, file) in files.enumerated() {
      var results: [CellResult] = []
      var isOver = false
      do {
        if isNotebook(file) {
          runner.page = page(of: file, html)
          runner.slides = page(of: file, slides)
          try runner.runNotebook(
            file, report: { results.append($0) }, warn: { warn($0, file) })
        } else {
          try runner.runScript(file) { warn($0, file) }
          results.append(CellResult(name: file, seconds: 0, failure: nil))
        }
      } catch {
        hasFailed = true
        report(error, in: file)
        if case .problem(let problem) = error { isOver = problem.isOfTheProcess }
        if !results.contains(where: { $0.failure != nil }) { results.append(failed(file, error)) }
      }
      suites.append(JUnitReport.suite(file, results))
      if isOver, index + 1 < files.count, let successor {
        Glibc.exit(
          successor.takeOver(saying: Array(([String(index + 1)] + suites).joined(separator: "\n").utf8)))
      }
    }
    return (hasFailed, suites)
  }

  /// What a process whose evaluator trapped leaves to the next: the number of the first file, and what it has to report
  /// of those before.
  private func goOn(_ said: [UInt8]) -> Int32 {
    let parts = String(decoding: said, as: UTF8.self).split(separator: "\n", maxSplits: 1)
    let first = parts.first.flatMap { Int($0) } ?? files.count
    do {
      let rest = try runAtOnce(files[min(first, files.count)...], jobs: 1)
      try writeReport(parts.dropFirst().map(String.init) + rest.suites)
    } catch { write("nabla: \(error)\n", to: STDERR_FILENO) }
    return 1
  }

  private func warn(_ words: String, _ file: String) {
    write("nabla: warning: \(file): \(words)\n", to: STDERR_FILENO)
  }

  /// The case of a file that failed as a whole.
  private func failed(_ file: String, _ trouble: Runner.Trouble) -> CellResult {
    switch trouble {
    case .problem(let problem): return CellResult(name: problem.cell ?? file, seconds: 0, failure: problem)
    case .file(let reason):
      let failure = Failure(
        kind: ErrorKind.file.rawValue, message: reason, report: [reason], colouredReport: [reason], line: nil)
      return CellResult(
        name: file, seconds: 0, failure: RunFailure(cell: nil, failure: failure, timeout: nil))
    }
  }

  private func writeReport(_ suites: [String]) throws {
    if let reportDescriptor { write(suites.joined(), to: reportDescriptor) }
    guard let junit else { return }
    do {
      try writeFile(junit, Array(JUnitReport.document(suites).utf8))
    } catch { throw CommandFailure("cannot write \(error)") }
  }

  /// Each file in a process of its own: an evaluation has its process to itself.
  private func runAtOnce(_ files: ArraySlice<String>, jobs: Int) throws -> (hasFailed: Bool, suites: [String])
  {
    var options = settings.flatMap { ["--set", $0] } + limitOptions.arguments + confinement.arguments
    if let timeout { options += ["--timeout", "\(timeout.seconds)"] }
    if inplace { options.append("--inplace") }
    if junit != nil { options += ["--report-descriptor", "\(Self.childReport)"] }
    var suites: [String] = []
    let hasFailed = try Jobs.run(
      files.map { file in
        let pages = [("--html", html), ("--slides", slides)].flatMap { option, place in
          page(of: file, place).map { [option, $0] } ?? []
        }
        return ["run", file] + options + pages
      },
      atOnce: jobs, descriptor: junit == nil ? nil : Self.childReport,
      take: { suites.append(String(decoding: $0, as: UTF8.self)) })
    return (hasFailed, suites)
  }

  /// Where each of several processes writes its part of the report: a file without a name, of which nothing is left
  /// however they end.
  private static let childReport: Int32 = 3

  private func report(_ trouble: Runner.Trouble, in file: String) {
    switch trouble {
    case .file(let reason): write("nabla: \(reason)\n", to: STDERR_FILENO)
    case .problem(let problem): write(text(of: problem, in: file), to: STDERR_FILENO)
    }
  }

  private func text(of problem: RunFailure, in file: String) -> String {
    var heading = problem.place.isEmpty ? file : "\(file): \(problem.place)"
    if let seconds = problem.timeout { heading += ": stopped after \(seconds) s (--timeout)" }
    // What `Jobs` passes on to a terminal was not written to one.
    let isWanted = isatty(STDERR_FILENO) == 1 || getenv("CLICOLOR_FORCE") != nil
    let isColoured = isWanted && getenv("NO_COLOR") == nil
    let report = isColoured ? problem.failure.colouredReport : problem.failure.report
    return ([heading] + report).joined(separator: "\n") + "\n"
  }
}

/// A file that may not be there yet: its folder, however that is spelled, and its name.
private struct NewFile: Hashable {
  private let folder: FileIdentity?
  private let name: String

  init(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let above = parts.dropLast().joined(separator: "/")
    folder = FileIdentity(of: above.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : above)
    name = folder == nil ? path : parts.last.map(String.init) ?? path
  }
}
