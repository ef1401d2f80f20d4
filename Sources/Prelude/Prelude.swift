// The part of the library that is written in Nabla, and the data that comes with it: bytes within the program, or in
// development the files of a folder, so that a change to them is tried without a build.

import Glibc
import Interpreter

package enum Prelude {
  /// The environment variable that names a folder to read instead of what is within the program.
  package static let variable = "NABLA_PRELUDE"

  /// Puts the definitions into the library's names. Each is compiled when its name is first asked for: a session that
  /// calls none does not wait for them.
  package static func define(in globals: Globals) {
    for (name, bytes) in files() {
      for definition in PreludeDefinition.all(in: bytes) {
        globals.deferred[definition.name] = {
          let text = String(decoding: definition.text, as: UTF8.self)
          if let report = LibraryText.define(text, in: globals) {
            stop("\(name): " + report.joined(separator: "\n"))
          }
        }
      }
    }
  }

  /// The file of the handwritten digits, a test set: see Sources/README.md.
  package static func digits() -> [UInt8] {
    folder.map { contents(of: "\($0)/digits.npz") } ?? PackageResources.digits_npz
  }

  private static var folder: String? {
    getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func files() -> [(name: String, bytes: [UInt8])] {
    guard let folder else { return embedded.map { ("a file within the program", $0) } }
    return names(in: folder).map { ($0, contents(of: "\(folder)/\($0)")) }
  }

  private static var embedded: [[UInt8]] {
    [
      PackageResources.Core_nabla, PackageResources.Losses_nabla, PackageResources.Layers_nabla,
      PackageResources.Descent_nabla, PackageResources.Training_nabla, PackageResources.Time_nabla,
      PackageResources.Data_nabla, PackageResources.FiguresDescent_nabla,
      PackageResources.FiguresTraining_nabla, PackageResources.FiguresRuns_nabla,
      PackageResources.Saliency_nabla, PackageResources.Landscapes_nabla, PackageResources.Boundaries_nabla,
      PackageResources.Dynamics_nabla,
    ]
  }

  /// The prelude's files in a folder, in the order of their names.
  private static func names(in folder: String) -> [String] {
    var names: [String] = []
    if let entries = opendir(folder) {
      defer { closedir(entries) }
      while let entry = readdir(entries) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasSuffix(".nabla"), !name.hasPrefix(".") { names.append(name) }
      }
    }
    guard !names.isEmpty else { stop("there is no .nabla file in \(folder), which \(variable) names") }
    return names.sorted()
  }

  private static func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { stop("\(path) cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  /// Nothing works without a prelude, and only its author changes it.
  private static func stop(_ reason: String) -> Never {
    let message = Array("nabla: the prelude: \(reason)\n".utf8)
    write(STDERR_FILENO, message, message.count)
    exit(2)
  }
}
