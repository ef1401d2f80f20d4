// What a notebook may touch: files under its own folder and under those that the command line allows. Links
// and `..` are followed before a path is judged, so no spelling of a path leads out.

import Glibc

package struct FileAccess {
  package enum Purpose {
    case reading
    case writing
  }

  private let folder: String
  private let readable: [String]
  private let writable: [String]

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
    guard let place = target ?? Self.nearestFolder(of: absolute), isAllowed(place, for: purpose) else {
      throw Problem.file(path: path, reason: Self.outside(purpose))
    }
    if let target { return target }
    guard purpose == .writing else {
      throw Problem.missingFile(path: path, siblings: Self.siblings(of: absolute, named: path))
    }
    return try newFile(absolute, named: path)
  }

  /// A file that is not there yet, in a folder that is.
  private func newFile(_ absolute: String, named path: String) throws -> String {
    let (parent, name) = Self.split(absolute)
    var status = stat()
    guard !name.isEmpty, name != ".", name != "..", lstat(absolute, &status) != 0 else {
      throw Problem.file(path: path, reason: "it is a link that leads nowhere, or no name of a file")
    }
    guard let parent = Self.canonical(parent) else {
      throw Problem.file(path: path, reason: "the folder it would stand in does not exist")
    }
    return parent == "/" ? "/" + name : parent + "/" + name
  }

  private func isAllowed(_ place: String, for purpose: Purpose) -> Bool {
    let roots = [folder] + (purpose == .reading ? readable : writable)
    return roots.contains { root in
      guard let root = Self.canonical(root) else { return false }
      return root == "/" || place == root || place.hasPrefix(root + "/")
    }
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

  /// The folder, without links, that a path whose last parts do not exist comes nearest to. A link that leads
  /// nowhere counts as what it leads to.
  private static func nearestFolder(of path: String, links: Int = 0) -> String? {
    var path = path
    var isLast = true
    while true {
      if let target = linkTarget(path), canonical(path) == nil {
        guard links < 40 else { return nil }
        return nearestFolder(
          of: target.hasPrefix("/") ? target : split(path).parent + "/" + target, links: links + 1)
      }
      if !isLast, let found = canonical(path) { return found }
      let (parent, name) = split(path)
      // What does not exist has no parent to go back to.
      if name == ".." || parent == path { return nil }
      path = parent
      isLast = false
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
