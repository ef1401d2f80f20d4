import ArgumentParser
import Glibc
import Interpreter
import Notebook

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run notebooks again and compare with the outputs in the files.",
    discussion: """
      A notebook that this version ran as a whole (its metadata say so) must show the same to the letter, its figures \
      to the byte. In others numbers may differ by 1e-6 of themselves and places in figures by a pixel; --tolerance \
      compares every notebook so. Whole numbers are always compared exactly, times never. Nothing is written. Exit \
      codes: 0 when all agree, 1 when a cell differs or fails, 2 for wrong use.
      """)

  @Argument(help: ArgumentHelp("Notebooks, or folders of them.", valueName: "file or folder"))
  var paths: [String]

  @Option(
    defaultAsFlag: RelativeTolerance(1e-6), parsing: .next,
    help: ArgumentHelp(
      "Let numbers differ by this part of themselves, and places in figures by a pixel.",
      valueName: "relative"))
  var tolerance: RelativeTolerance?

  @Option(help: ArgumentHelp("Notebooks that run at once.", valueName: "number"))
  var jobs = 1

  @Option(help: ArgumentHelp("Seconds a cell may take before it is stopped.", valueName: "seconds"))
  var timeout: PositiveSeconds?

  @OptionGroup(title: "Limits")
  var limitOptions: LimitOptions

  @OptionGroup(title: "Limits")
  var confinement: Confinement

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs needs a number from 1") }
    // Whatever follows `--tolerance` and is no tolerance is a file; behind `=` it can only be a mistake.
    for argument in CommandLine.arguments where argument.hasPrefix("--tolerance=") {
      let value = String(argument.dropFirst("--tolerance=".count))
      if RelativeTolerance(argument: value) == nil {
        throw ValidationError("--tolerance needs a number from 0 to 1, not '\(value)'")
      }
    }
  }

  func run() throws {
    let files = try paths.flatMap(notebooks)
    let hasFailed =
      jobs > 1 && files.count > 1 ? try checkAtOnce(files[...], jobs: jobs) : try checkInTurn(files)
    if hasFailed { throw ExitCode(1) }
  }

  /// A notebook itself, or all in a folder in the order of their names.
  private func notebooks(_ path: String) throws -> [String] {
    guard isFolder(path) else {
      guard path.hasSuffix(".ipynb") else {
        throw CommandFailure("'\(path)' is neither a notebook nor a folder")
      }
      return [path]
    }
    let names = try filesInFolder(path).filter { $0.hasSuffix(".ipynb") && !$0.hasPrefix(".") }.sorted()
    if names.isEmpty { throw CommandFailure("there is no notebook in '\(path)'") }
    return names.map { (path.hasSuffix("/") ? path : path + "/") + $0 }
  }

  private func checkInTurn(_ files: [String]) throws -> Bool {
    let successor = files.count < 2 ? nil : Successor { goOn(files, $0) }
    defer { successor?.end() }
    try confinement.enter(files: files, limits: limitOptions.limits, outputs: [])
    var runner = Runner(library: nablaLibrary)
    runner.limits = limitOptions.limits
    runner.timeout = timeout?.seconds
    var hasFailed = false
    for (index, file) in files.enumerated() {
      do {
        let mismatches = try runner.checkNotebook(file, tolerance: tolerance?.tolerance)
        if mismatches.isEmpty { write("\(file): agrees\n", to: STDOUT_FILENO) }
        for mismatch in mismatches {
          hasFailed = true
          write(report(mismatch, in: file), to: STDERR_FILENO)
        }
      } catch {
        hasFailed = true
        switch error {
        case .file(let reason): write("nabla: \(reason)\n", to: STDERR_FILENO)
        case .problem(let problem):
          write(
            ([problem.place.isEmpty ? file : "\(file): \(problem.place)"] + problem.failure.report)
              .joined(separator: "\n") + "\n", to: STDERR_FILENO)
          if problem.isOfTheProcess, index + 1 < files.count {
            _ = successor?.takeOver(saying: Array("\(index + 1)".utf8))
            Glibc.exit(1)
          }
        }
      }
    }
    return hasFailed
  }

  /// What a process whose evaluator trapped leaves to the next: the files from this one on.
  private func goOn(_ files: [String], _ said: [UInt8]) -> Int32 {
    let first = Int(String(decoding: said, as: UTF8.self)) ?? files.count
    _ = try? checkAtOnce(files[min(first, files.count)...], jobs: 1)
    return 1
  }

  private func report(_ mismatch: Mismatch, in file: String) -> String {
    var lines = [
      "\(file): \(mismatch.cell): \(mismatch.what) differs", "  kept: \(mismatch.kept)",
      "  now:  \(mismatch.now)",
    ]
    if let remark = mismatch.remark { lines.append("  \(remark); --tolerance takes that for the same") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Each in a process of its own: an evaluation has its process to itself.
  private func checkAtOnce(_ files: ArraySlice<String>, jobs: Int) throws -> Bool {
    var options = limitOptions.arguments + confinement.arguments
    if let timeout { options += ["--timeout", "\(timeout.seconds)"] }
    if let tolerance { options += ["--tolerance", "\(tolerance.relative)"] }
    return try Jobs.run(files.map { ["check", $0] + options }, atOnce: jobs)
  }
}

/// The part of itself by which a number may differ.
struct RelativeTolerance: ExpressibleByArgument, CustomStringConvertible {
  let relative: Double

  init(_ relative: Double) { self.relative = relative }

  init?(argument: String) {
    guard let relative = Double(argument), (0...1).contains(relative) else { return nil }
    self.relative = relative
  }

  var tolerance: Tolerance { Tolerance(relative: relative) }

  var description: String { "\(relative)" }
}
