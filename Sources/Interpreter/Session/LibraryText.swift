import Syntax

/// Text in Nabla that belongs to the library.
package enum LibraryText {
  /// Compiles and runs definitions: their names are looked up among the library's alone.
  ///
  /// - Returns: what is wrong with it, as a report; `nil` where all is well.
  package static func define(_ text: String, in globals: Globals) -> [String]? {
    let source = Source(text, name: "the library")
    do {
      let result = Parser.parse(source)
      if let first = result.diagnostics.first {
        throw Session.syntaxError(first, in: source, isLibrary: true)
      }
      let compiler = Compiler(source: source, globals: globals, isLibrary: true)
      let statements = (result.program?.statements ?? []).map { compiler.statement($0, keepsValue: false) }
      let frame = Frame(count: compiler.scope.layout.count, parent: nil)
      for run in statements { _ = try run(frame) }
      return nil
    } catch { return Report.failure(for: error).report }
  }
}
