// What a notebook may touch: files under its own folder and under those that the command line allows, but none that is
// hidden there, since in hidden files and folders programs keep their settings. Links and `..` are followed before a
// path is judged, so no spelling of a path leads out.

import Glibc
import System

package struct FileAccess {
  package enum Purpose {
    case reading
    case writing
  }

  /// The files that the session wrote: it may write them again.
  package final class WrittenFiles {
    private var files: Set<FileVersion> = []

    package func insert(_ file: FileVersion) { files.insert(file) }

    package func contains(_ file: FileVersion) -> Bool { files.contains(file) }
  }

  private let folder: String
  private let readable: [String]
  private let writable: [String]
  package let written = WrittenFiles()

  package init(folder: String, readable: [String], writable: [String]) {
    self.folder = folder
    self.readable = readable
    self.writable = writable
  }

  /// The path of the file itself, without links. Throws where the notebook may not touch it, in the same words
  /// whether or not it exists.
  package func resolve(_ path: String, for purpose: Purpose) throws -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Problem.file(
        path: Printer.quoted(path.replacing("\0", with: "␀")), reason: "this is not the name of a file")
    }
    let absolute = path.hasPrefix("/") ? path : folder + "/" + path
    let target = Self.canonical(absolute)
    guard let place = target ?? Self.place(of: absolute) else {
      throw Problem.file(path: path, reason: Self.outside(purpose))
    }
    switch permission(place, for: purpose, name: Self.split(path).name) {
    case .granted: break
    case .hidden: throw Problem.file(path: path, reason: Self.hidden(purpose))
    case .outside: throw Problem.file(path: path, reason: Self.outside(purpose))
    }
    if let target { return target }
    guard purpose == .writing else {
      throw Problem.missingFile(path: path, siblings: Self.siblings(of: absolute, named: path))
    }
    return try newFile(place, absolute, named: path)
  }

  /// Whether `--allow-write` names this very file, not a folder that it stands in.
  package func isNamed(_ target: String) -> Bool {
    writable.contains { (Self.canonical($0) ?? Self.place(of: $0)) == target }
  }

  /// A file that is not there yet, in a folder that is. The answer is the place that was judged: what the path leads to
  /// by now may be another one.
  private func newFile(_ place: String, _ absolute: String, named path: String) throws -> String {
    let name = Self.split(absolute).name
    var status = stat()
    guard !name.isEmpty, name != ".", name != "..", lstat(absolute, &status) != 0 else {
      throw Problem.file(path: path, reason: "it is a link that leads nowhere, or no name of a file")
    }
    let parent = Self.split(place).parent
    guard Self.canonical(parent) == parent else {
      throw Problem.file(path: path, reason: WriteFault.noFolder.reason)
    }
    return place
  }

  private enum Permission {
    case granted, hidden, outside
  }

  /// - Parameters:
  ///   - place: the path without links.
  ///   - name: how the program named the file: a link may be hidden, too.
  private func permission(_ place: String, for purpose: Purpose, name: String) -> Permission {
    var answer = Permission.outside
    for (index, root) in ([folder] + (purpose == .reading ? readable : writable)).enumerated() {
      guard let root = Self.canonical(root) ?? Self.place(of: root) else { continue }
      if place == root, index > 0 { return .granted }
      guard root == "/" || place == root || place.hasPrefix(root + "/") else { continue }
      let names = place.dropFirst(root.count).split(separator: "/") + (index == 0 ? [Substring(name)] : [])
      guard names.contains(where: { $0.hasPrefix(".") && $0 != "." && $0 != ".." }) else { return .granted }
      answer = .hidden
    }
    return answer
  }

  private static func hidden(_ purpose: Purpose) -> String {
    let (done, option) = purpose == .reading ? ("read", "--allow-read") : ("written", "--allow-write")
    return "files and folders whose names begin with a dot are not \(done) (\(option) names one that is)"
  }

  private static func outside(_ purpose: Purpose) -> String {
    purpose == .reading
      ? "it is outside the notebook's folder, and only files there may be read (--allow-read adds a folder)"
      : "it is outside the notebook's folder, and only files there may be written (--allow-write adds a folder)"
  }

  private static func canonical(_ path: String) -> String? {
    guard let result = realpath(path, nil) else { return nil }
    defer { free(result) }
    return String(cString: result)
  }

  /// Where a file would be, without links, whose path's last parts do not exist. A link that leads nowhere counts as
  /// what it leads to.
  private static func place(of path: String, links: Int = 0) -> String? {
    var path = path
    var rest = ""
    while true {
      if let target = linkTarget(path), canonical(path) == nil {
        guard links < 40 else { return nil }
        return place(
          of: target.hasPrefix("/") ? target : split(path).parent + "/" + target, links: links + 1
        ).map { $0 + rest }
      }
      if !rest.isEmpty, let found = canonical(path) { return found == "/" ? rest : found + rest }
      let (parent, name) = split(path)
      // What does not exist has no parent to go back to.
      if name == ".." || parent == path { return nil }
      if name != "." { rest = "/" + name + rest }
      path = parent
    }
  }

  /// More names than this are not compared with the one that was not found. It is all or none: a folder lists its
  /// names in an order of its own.
  private static let mostSiblings = 10_000

  /// What stands in the folder of a path, written as the program wrote the path.
  private static func siblings(of absolute: String, named path: String) -> [String] {
    guard let folder = opendir(split(absolute).parent) else { return [] }
    defer { closedir(folder) }
    let prefix = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(prefix + name) }
      if names.count > mostSiblings { return [] }
    }
    return names
  }

  private static func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes {
      readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  private static func split(_ path: String) -> (parent: String, name: String) {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    guard let slash = path.lastIndex(of: "/") else { return (".", String(path)) }
    let name = String(path[path.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }
}
