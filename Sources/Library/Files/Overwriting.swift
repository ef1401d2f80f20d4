import Formats
import Glibc
import Interpreter
import System

/// Which files a notebook may replace. What it made is its own. Of what others made it replaces data of the same format,
/// never what a program may be configured by: whoever could write that could have a command run.
enum Overwriting {
  /// The mark of what `save` wrote as JSON, so that a notebook may run again. Data and settings look alike in it.
  static let mark = "user.nabla.saved"

  private static let beginning = 1 << 16

  /// Throws where the file may not be written; answers the mark that it is to have.
  static func check(_ target: String, named path: String, _ kind: FileKind, _ access: FileAccess) throws
    -> String?
  {
    if access.isNamed(target) { return nil }
    let wayOut = "save under another name, or let --allow-write name this file"
    guard !kind.mayBeSettings || !SettingsName.isOne(target) else {
      throw FileTrouble("programs keep their settings under this name; \(wayOut)")
    }
    let mark = kind.mayBeSettings ? Self.mark : nil
    let descriptor = openWithoutLinks(target, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    // What cannot be opened is not there, or is refused when it is to be written.
    guard descriptor >= 0 else {
      if errno == ENOENT { return mark }
      throw FileTrouble(SystemReason.words(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return mark }
    if access.written.contains(FileVersion(status)) { return mark }
    if kind.mayBeSettings {
      guard hasMark(descriptor, Self.mark) else {
        throw FileTrouble("it is there already and may be the settings of a program; \(wayOut)")
      }
    } else if status.st_size > 0, !kind.describes(bytes(of: descriptor)) {
      throw FileTrouble("what is there is of another format, and stays; \(wayOut)")
    }
    return mark
  }

  private static func bytes(of descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: beginning) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }
}

/// Names under which programs look for their settings: packages and their tools, editors, containers, Jupyter itself,
/// which reads such files in the folder that it is started in.
enum SettingsName {
  private static let names: Set<String> = [
    "angular", "app", "biome", "bower", "cmakepresets", "cmakeuserpresets", "components", "composer", "deno",
    "devcontainer", "renovate", "rush", "vcpkg",
    "extensions",
    "firebase", "global", "kernel", "launch", "lerna", "manifest", "mcp", "nodemon", "now", "nx", "package",
    "package-lock", "page_config", "project", "tasks", "turbo", "vercel", "wrangler",
  ]

  private static let endings = ["config", "settings", "workspace"]

  static func isOne(_ path: String) -> Bool {
    let file = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    // `babel.config.json`, `package.json.gz`
    let stem = String(file.prefix(upTo: file.firstRange(of: ".json")?.lowerBound ?? file.endIndex))
    return names.contains(stem) || endings.contains { stem.hasSuffix($0) }
  }
}
