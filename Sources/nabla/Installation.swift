import Glibc
import Interpreter
import JSON
import Kernelspec
import Notebook

/// A kernelspec in the file system: `kernel.json`, the program and the logos in one folder, and a link to the
/// program where shells look for it.
struct Installation {
  /// The kernelspec's folder.
  let folder: String
  /// The folder for the shell's command.
  let binaries: String
  let name: String

  var program: String { "\(folder)/\(Kernelspec.program)" }
  var command: String { "\(binaries)/\(Kernelspec.program)" }
  private var descriptionFile: String { "\(folder)/kernel.json" }

  /// Libraries that came with the program, as a wheel brings them; it looks for them in this folder beside itself.
  private var libraries: String { "\(folder)/libraries" }

  private var files: [String] {
    [descriptionFile, program] + Kernelspec.logos.map { "\(folder)/\($0.name)" }
      + contents(of: libraries).map { "\(libraries)/\($0)" }
  }

  var exists: Bool { access(descriptionFile, F_OK) == 0 }

  /// Writes all files; those of an earlier version are replaced, those of another kernel are not.
  func write(displayName: String) throws {
    try refuseForeign()
    try makeFolder(folder)
    try writeFile(program, try readFile("/proc/self/exe"), mode: 0o755)
    let brought = folderOfProgram() + "/libraries"
    for library in contents(of: brought) {
      try makeFolder(libraries)
      try writeFile("\(libraries)/\(library)", try readFile("\(brought)/\(library)"), mode: 0o755)
    }
    for logo in Kernelspec.logos { try writeFile("\(folder)/\(logo.name)", logo.bytes, mode: 0o644) }
    // Last, because it is what makes Jupyter see the kernel.
    try writeFile(descriptionFile, Kernelspec.description(displayName: displayName), mode: 0o644)
  }

  /// Links the command to the program. A command that somebody else put there stays: `false`.
  func linkCommand() throws -> Bool {
    try makeFolder(binaries)
    if let target = linkTarget(command) {
      guard isProgramOfKernelspec(target) else { return false }
      unlink(command)
    } else if access(command, F_OK) == 0 {
      return false
    }
    guard symlink(program, command) == 0 else { throw FileProblem(command, errno: errno) }
    return true
  }

  /// Removes what `write` and `linkCommand` made and nothing else. Answers what was left in the folder.
  func remove() throws -> [String] {
    guard exists else { throw CommandFailure("no kernel '\(name)' is installed: there is no \(folder)") }
    try refuseForeign()
    if linkTarget(command) == program { unlink(command) }
    for file in files where unlink(file) != 0 && errno != ENOENT { throw FileProblem(file, errno: errno) }
    rmdir(libraries)
    if rmdir(folder) == 0 { return [] }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw FileProblem(folder, errno: errno) }
    return contents(of: folder)
  }

  /// The command line that starts the kernel, as Jupyter makes it from `kernel.json`.
  func arguments(connectionFile: String) throws -> [String] {
    let description = try JSONValue(parsing: try readFile(descriptionFile))
    return (description["argv"]?.array ?? []).compactMap(\.string).map { argument in
      argument.replacing("{resource_dir}", with: folder).replacing("{connection_file}", with: connectionFile)
    }
  }

  private func refuseForeign() throws {
    guard exists else { return }
    let description = try? JSONValue(parsing: try readFile(descriptionFile))
    guard description?["language"]?.string == Language.name else {
      throw CommandFailure("\(folder) holds a kernel of another language; choose another --name")
    }
  }

  private func isProgramOfKernelspec(_ path: String) -> Bool {
    path.hasSuffix("/\(Kernelspec.program)") && path.contains("/kernels/")
  }
}

/// Where the running program stands.
func folderOfProgram() -> String { folder(of: resolved("/proc/self/exe") ?? "") }

func makeFolder(_ path: String) throws {
  var status = stat()
  if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
  let parent = folder(of: path)
  if parent != path && parent != "." { try makeFolder(parent) }
  guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileProblem(path, errno: errno) }
}

/// What a symbolic link says; `nil` where there is none.
private func linkTarget(_ path: String) -> String? {
  var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
  let count = buffer.withUnsafeMutableBytes { bytes in
    readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
  }
  return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
}

func contents(of folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}
