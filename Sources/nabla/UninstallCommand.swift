import ArgumentParser

struct UninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall", abstract: "Remove what install put there.")

  @OptionGroup
  var location: InstallLocation

  func run() throws {
    let installation = try location.installation()
    let left = try installation.remove()
    print("Removed the kernel '\(installation.name)' from \(installation.folder)")
    if !left.isEmpty { print("Left there, because install did not make it: \(left.joined(separator: ", "))") }
  }
}
