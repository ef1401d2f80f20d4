import Syntax

extension LibraryBuilder {
  /// The part of the library that is written in Nabla. Each definition is compiled when its name is first asked for:
  /// a session that calls none does not wait for them.
  func addPrelude() {
    for bytes in [
      PackageResources.Prelude_nabla, PackageResources.PreludeLosses_nabla,
      PackageResources.PreludeLayers_nabla, PackageResources.PreludeDescent_nabla,
      PackageResources.PreludeTraining_nabla,
      PackageResources.PreludeData_nabla, PackageResources.PreludeFiguresDescent_nabla,
      PackageResources.PreludeFiguresTraining_nabla, PackageResources.PreludeSaliency_nabla,
      PackageResources.PreludeLandscapes_nabla, PackageResources.PreludeBoundaries_nabla,
      PackageResources.PreludeDynamics_nabla,
    ] {
      for definition in PreludeDefinition.all(in: bytes) {
        let globals = globals
        globals.deferred[definition.name] = { PreludeDefinition.compile(definition.text, into: globals) }
      }
    }
  }
}

/// A definition at the top of a prelude file: the lines from its comment to the next one's.
struct PreludeDefinition {
  let name: String
  let text: ArraySlice<UInt8>

  /// Found without parsing: a definition begins a line with its name, or with `function` and its name; whatever else
  /// begins a line with a letter is `end`.
  static func all(in bytes: [UInt8]) -> [PreludeDefinition] {
    var found: [(name: String, start: Int)] = []
    var line = bytes.startIndex
    /// Where the comment lines right above began.
    var comment: Int?
    while line < bytes.endIndex {
      let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      if bytes[line] == UInt8(ascii: "#") {
        comment = comment ?? line
      } else {
        if let name = name(definedIn: bytes[line..<end]) { found.append((name, comment ?? line)) }
        comment = nil
      }
      line = end + 1
    }
    return found.indices.map { index in
      let end = index + 1 < found.count ? found[index + 1].start : bytes.endIndex
      return PreludeDefinition(name: found[index].name, text: bytes[found[index].start..<end])
    }
  }

  private static func name(definedIn line: ArraySlice<UInt8>) -> String? {
    var rest = line
    let keyword = Array("function ".utf8)
    if rest.starts(with: keyword) { rest = rest.dropFirst(keyword.count) }
    let ends: [UInt8] = [UInt8(ascii: "("), UInt8(ascii: " "), UInt8(ascii: "=")]
    let name = rest.prefix { !ends.contains($0) }
    guard let first = name.first, first != UInt8(ascii: ")"), first != UInt8(ascii: "]"),
      name.count < rest.count, !name.elementsEqual("end".utf8)
    else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  static func compile(_ text: ArraySlice<UInt8>, into globals: Globals) {
    let source = Source(String(decoding: text, as: UTF8.self), name: "the library")
    let result = Parser.parse(source)
    guard let program = result.program, result.diagnostics.isEmpty else {
      preconditionFailure("the prelude: \(result.diagnostics)")
    }
    let compiler = Compiler(source: source, globals: globals, isLibrary: true)
    let statements = program.statements.map { compiler.statement($0, keepsValue: false) }
    let frame = Frame(count: compiler.scope.layout.count, parent: nil)
    for run in statements {
      do {
        _ = try run(frame)
      } catch { preconditionFailure("the prelude: \(error)") }
    }
  }
}
