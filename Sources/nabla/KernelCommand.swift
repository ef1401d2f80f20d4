import ArgumentParser
import Glibc
import Kernel

struct KernelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Serve Jupyter; Jupyter itself starts this.",
    discussion: """
      Cells are remembered for later kernels in $XDG_STATE_HOME/nabla/history.jsonl (~/.local/state by \
      default), readable by you alone, unless NABLA_HISTORY=off.
      """)

  @Option(help: ArgumentHelp("The file that says where to listen.", valueName: "file"))
  var connectionFile: String

  @Flag(inversion: .prefixedNo, help: "Remember cells for later kernels.")
  var history = true

  @OptionGroup(title: "Limits")
  var limitOptions: LimitOptions

  func run() throws {
    var options = KernelServer.Options(library: nablaLibrary)
    options.limits = limitOptions.limits
    options.keepsHistory = history
    options.isConfined = !SandboxSwitch.isOff
    Glibc.exit(KernelServer.run(connectionFile: connectionFile, options: options))
  }
}
