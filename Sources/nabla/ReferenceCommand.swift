import ArgumentParser
import Interpreter
import Notebook

struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Write the reference page as a notebook, its examples evaluated.",
    discussion: "Every name of the language with its documentation, as ?name shows it.")

  @Option(help: ArgumentHelp("Where to write the notebook.", valueName: "file"))
  var output: String

  func validate() throws {
    if !output.hasSuffix(".ipynb") { throw ValidationError("'\(output)' does not end in .ipynb") }
  }

  func run() throws {
    do {
      try Runner(library: nablaLibrary).writeReference(output)
    } catch {
      switch error {
      case .file(let reason): throw CommandFailure(reason)
      case .problem(let problem): throw CommandFailure(problem.failure.report.joined(separator: "\n"))
      }
    }
  }
}
