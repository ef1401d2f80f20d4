import ArgumentParser
import Glibc
import Interpreter
import Notebook

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

  @OptionGroup(title: "Limits")
  var limitOptions: LimitOptions

  func validate() throws {
    for file in files where !isNotebook(file) && !file.hasSuffix(".nabla") {
      throw ValidationError("'\(file)' ends neither in .ipynb nor in .nabla")
    }
    guard output != nil || inplace else { return }
    if output != nil && inplace { throw ValidationError("--output and --inplace exclude each other") }
    if output != nil && files.count > 1 {
      throw ValidationError("--output takes one notebook; use --inplace")
    }
    if let script = files.first(where: { !isNotebook($0) }) {
      throw ValidationError("'\(script)' is no notebook: there is nothing to write back")
    }
  }

  private func isNotebook(_ file: String) -> Bool { file.hasSuffix(".ipynb") }

  func run() throws {
    var runner = Runner()
    runner.limits = limitOptions.limits
    runner.timeout = timeout?.seconds
    runner.destination = inplace ? .inPlace : output.map(Runner.Destination.file) ?? .nowhere
    var hasFailed = false
    for file in files {
      do {
        try isNotebook(file) ? runner.runNotebook(file) : runner.runScript(file)
      } catch {
        hasFailed = true
        report(error, in: file)
      }
    }
    if hasFailed { throw ExitCode(1) }
  }

  private func report(_ trouble: Runner.Trouble, in file: String) {
    switch trouble {
    case .file(let reason): write("nabla: \(reason)\n", to: STDERR_FILENO)
    case .problem(let problem): write(text(of: problem, in: file), to: STDERR_FILENO)
    }
  }

  private func text(of problem: Problem, in file: String) -> String {
    var heading = problem.place.isEmpty ? file : "\(file): \(problem.place)"
    if let seconds = problem.timeout { heading += ": stopped after \(seconds) s (--timeout)" }
    let isColoured = isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil
    let report = isColoured ? problem.failure.colouredReport : problem.failure.report
    return ([heading] + report).joined(separator: "\n") + "\n"
  }
}
