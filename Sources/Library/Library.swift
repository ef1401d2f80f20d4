// Everything that is called by a name. The functions come from four places, each declared once: the operation table
// of the numeric core, the marks of the figures, the Swift files of `Functions`, and the prelude, which is written in
// Nabla and handed in.

import Interpreter

/// The library of a process: the names beneath every notebook, and what is said about them.
package final class Library: SessionLibrary {
  package let globals = Globals(over: nil)

  /// - Parameters:
  ///   - digits: the bytes of the file of `digits()`.
  ///   - prelude: defines what is written in Nabla.
  package init(digits: @escaping () -> [UInt8], prelude: (Globals) -> Void) {
    let library = LibraryBuilder(globals)
    library.addOperations()
    library.addConstants()
    library.addTrees()
    library.addSequences()
    library.addShapes()
    library.addEinsum()
    library.addRandomNumbers()
    library.addDerivatives()
    library.addFlow()
    library.addSaliency()
    library.addText()
    library.addNotebook()
    library.addProgress()
    library.addTime()
    library.addMarks()
    library.addExplore()
    library.addDescription()
    library.addFiles(digits: digits)
    prelude(globals)
  }

  package func figure(of record: Record) throws -> FigureValue? {
    guard let shown = record.payload as? any ShownAsFigure else { return nil }
    return try shown.figure(of: record)
  }

  package func bundle(of record: Record) throws -> Bundle? {
    try (record.payload as? Exploration)?.bundle()
  }

  package func adjustable(_ value: Value) -> (any Adjustable)? {
    guard case .record(let record) = value, let exploration = record.payload as? Exploration else {
      return nil
    }
    return exploration.isAdjustable ? exploration : nil
  }

  package func help(on name: String, _ globals: Globals) throws -> Value { try Help.page(name, globals) }

  package func source(of function: Function) -> String { Help.source(of: function) }

  package func plan(of call: CallOutline) -> String { PlanWriter(call).text }

  package func complete(_ code: String, _ cursor: Int, _ globals: Globals) -> Completion {
    Completer.complete(code, cursor, globals)
  }

  package func inspect(_ code: String, _ cursor: Int, _ detail: Int, _ globals: Globals) -> Bundle? {
    Completer.inspect(code, cursor, detail, globals)
  }
}

/// What stands behind a record that shows as a figure.
protocol ShownAsFigure: AnyObject {
  func figure(of record: Record) throws -> FigureValue?
}
