import ArgumentParser
import Interpreter
import Notebook
import System

/// The walls that the system keeps around notebooks of others.
struct Confinement: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Refuse to run where the system does not keep notebooks from files of others, programs and the network.",
      discussion:
        "Without it, and where the system has neither Landlock nor seccomp, the language's own walls stand."))
  var strict = false

  /// The option as it was given, for a process that does part of the work.
  var arguments: [String] { strict ? ["--strict"] : [] }

  /// Puts them up, before a thread is started and a cell runs.
  ///
  /// - Parameters:
  ///   - files: what is run; each may touch the folder it stands in.
  ///   - outputs: what is written afterwards.
  func enter(files: [String], limits: Limits, outputs: [String]) throws {
    if SandboxSwitch.isOff {
      if strict { throw CommandFailure("--strict: \(SandboxSwitch.name) is off") }
      return
    }
    var sandbox = Sandbox()
    sandbox.writable += files.map { folder(of: resolved($0) ?? $0) }
    sandbox.readable += limits.readable
    // A file is replaced by another one, which its folder must take.
    sandbox.writable += (limits.writable + outputs).map { isFolder($0) ? $0 : folder(of: resolved($0) ?? $0) }
    let areFilesKept = sandbox.restrictFiles()
    let areCallsKept = Sandbox.restrictCalls()
    if strict, !areFilesKept || !areCallsKept {
      throw CommandFailure(
        "--strict: this system has no \(areFilesKept ? "seccomp" : "Landlock"), so it does not keep notebooks from \(areFilesKept ? "programs and the network" : "files of others")"
      )
    }
  }
}

/// The environment variable that leaves the system's walls out: to look for a fault, and to test those of the language.
enum SandboxSwitch {
  static let name = "NABLA_SANDBOX"

  static var isOff: Bool { environment(name) == "off" }

  static func check() throws {
    guard let value = environment(name), value != "off" else { return }
    throw ValidationError("\(name) is '\(value)'; it can only be off")
  }
}
