import Syntax

extension LibraryBuilder {
  /// Compiles the part of the library that is written in Nabla.
  func addPrelude() {
    for bytes in [
      PackageResources.Prelude_nabla, PackageResources.PreludeLosses_nabla,
      PackageResources.PreludeLayers_nabla, PackageResources.PreludeDescent_nabla,
      PackageResources.PreludeTraining_nabla,
      PackageResources.PreludeData_nabla, PackageResources.PreludeFiguresDescent_nabla,
      PackageResources.PreludeFiguresTraining_nabla, PackageResources.PreludeSaliency_nabla,
      PackageResources.PreludeLandscapes_nabla, PackageResources.PreludeBoundaries_nabla,
      PackageResources.PreludeDynamics_nabla,
    ] { add(String(decoding: bytes, as: UTF8.self)) }
  }

  private func add(_ text: String) {
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
