import ArgumentParser
import Interpreter

struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Install the kernel for Jupyter, and check that it starts.",
    discussion: """
      Jupyter itself need not be there. JUPYTER_DATA_DIR and XDG_DATA_HOME are respected. The kernelspec's \
      folder holds all that is needed, so it may be moved.
      """)

  @OptionGroup
  var location: InstallLocation

  @Option(help: ArgumentHelp("What menus show.", valueName: "text"))
  var displayName = Language.displayName

  func validate() throws {
    if displayName.allSatisfy(\.isWhitespace) { throw ValidationError("--display-name needs a text") }
  }

  func run() throws {
    let installation = try location.installation()
    let isNew = !installation.exists
    try installation.write(displayName: displayName)
    let answer: String
    do {
      answer = try KernelCheck(installation: installation).run()
    } catch {
      if isNew { _ = try? installation.remove() }
      throw error
    }
    print("Installed the kernel '\(installation.name)' in \(installation.folder)")
    print("Started it once: it is \(answer)")
    if try installation.linkCommand() {
      print("The command is \(installation.command)")
      if !isOnPath(installation.binaries) {
        print("To call it by name, add \(installation.binaries) to PATH")
      }
    } else {
      print("\(installation.command) is something else and stays; the command is \(installation.program)")
    }
  }

  private func isOnPath(_ folder: String) -> Bool {
    (environment("PATH") ?? "").split(separator: ":").contains { $0 == folder }
  }
}
