import Syntax

extension LibraryBuilder {
  /// Compiles the part of the library that is written in Nabla.
  func addPrelude() {
    let text = String(decoding: PackageResources.Prelude_nabla, as: UTF8.self)
    let source = Source(text, name: "the library")
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
