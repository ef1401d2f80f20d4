import ArgumentParser
import Glibc
import Notebook

/// Where a kernelspec goes, and under which name.
struct InstallLocation: ParsableArguments {
  @Flag(help: "For this user (the default).")
  var user = false

  @Flag(help: "Into the active Python environment.")
  var sysPrefix = false

  @Option(help: ArgumentHelp("Under a prefix such as /usr/local.", valueName: "path"))
  var prefix: String?

  @Option(help: ArgumentHelp("The kernel's name: letters, digits, '-', '.' and '_'.", valueName: "name"))
  var name = "nabla"

  func validate() throws {
    if [user, sysPrefix, prefix != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--user, --sys-prefix and --prefix exclude each other")
    }
    if prefix?.isEmpty == true { throw ValidationError("--prefix needs a path") }
    guard isValidKernelName(name) else {
      throw ValidationError(
        "'\(name)' cannot name a kernel: ASCII letters, digits, '-', '.' and '_' can, a '.' not at the beginning"
      )
    }
  }

  /// Jupyter compares names without case.
  var kernelName: String { name.lowercased() }

  func installation() throws -> Installation {
    Installation(
      folder: "\(try dataFolder())/kernels/\(kernelName)", binaries: "\(try root())/bin", name: kernelName)
  }

  private func dataFolder() throws -> String {
    if prefix == nil && !sysPrefix {
      if let folder = environment("JUPYTER_DATA_DIR") { return absolute(folder) }
      if let folder = environment("XDG_DATA_HOME") { return absolute(folder) + "/jupyter" }
    }
    return "\(try root())/share/jupyter"
  }

  /// The folder that has `bin` and `share`.
  private func root() throws -> String {
    if let prefix { return absolute(prefix) }
    if sysPrefix { return try pythonPrefix() }
    guard let home = environment("HOME") else { throw CommandFailure("HOME is not set; use --prefix") }
    return absolute(home) + "/.local"
  }

  private func pythonPrefix() throws -> String {
    if let prefix = environment("VIRTUAL_ENV") ?? environment("CONDA_PREFIX") { return absolute(prefix) }
    let answer = try? ChildProcess.output(of: ["python3", "-c", "import sys; print(sys.prefix)"])
    guard let prefix = answer?.split(separator: "\n").first, prefix.hasPrefix("/") else {
      throw CommandFailure("there is no active Python environment; use --user or --prefix")
    }
    return String(prefix)
  }
}

private func isValidKernelName(_ name: String) -> Bool {
  !name.isEmpty && !name.hasPrefix(".")
    && name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        true
      default: false
      }
    }
}

/// The value of an environment variable that is set and not empty.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value[0] != 0 else { return nil }
  return String(cString: value)
}

private func absolute(_ path: String) -> String {
  var path = path
  while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
  if path.hasPrefix("/") { return path }
  return (resolved(".") ?? ".") + "/" + path
}
