import ArgumentParser
import Glibc
import Interpreter
import Notebook
import Numerics
import System

/// The command as a whole; its subcommands are a file each.
struct Nabla: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nabla",
    abstract: "A language for tensors and gradients: Jupyter kernel, its installer, and a runner.",
    version: "nabla \(Language.version)",
    subcommands: [
      KernelCommand.self, RunCommand.self, InstallCommand.self, UninstallCommand.self,
      CheckCommand.self, ReferenceCommand.self, LecturesCommand.self,
    ])
}

/// 0 for a clean run, 1 for a failure, 2 for wrong use.
func runCommandLine() -> Never {
  // A file that grows too large is an error like that of a full disk.
  signal(SIGXFSZ, SIG_IGN)
  ChildProcess.endWithParent()
  ProcessMemory.configure()
  do {
    try checkEnvironment()
    try SandboxSwitch.check()
    var command = try Nabla.parseAsRoot()
    try command.run()
    exit(0)
  } catch {
    let code = Nabla.exitCode(for: error)
    // A fixed width: the same text in every terminal and log.
    let message = Nabla.fullMessage(for: error, columns: 80)
    if !message.isEmpty { write(message + "\n", to: code.isSuccess ? STDOUT_FILENO : STDERR_FILENO) }
    exit(code == .validationFailure ? 2 : code.isSuccess ? 0 : 1)
  }
}

private func checkEnvironment() throws {
  do {
    try Processor.checkEnvironment()
  } catch {
    switch error {
    case .instructions(let name):
      throw ValidationError(
        "NABLA_INSTRUCTIONS is '\(name)'; this machine has \(Processor.instructionSets.joined(separator: ", "))"
      )
    case .threads(let text): throw ValidationError("NABLA_THREADS is '\(text)'; it must be a number from 1")
    }
  }
}

/// A failure whose words were not said yet.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
