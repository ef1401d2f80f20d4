// Runs with the library as the program puts it together.

import Interpreter
import Library
import Support

@testable import Notebook

extension NotebookRun {
  init(limits: Limits, timeout: Double?, folder: String, settings: [Setting] = []) {
    self.init(
      limits: limits, timeout: timeout, folder: folder, library: { Library.whole }, settings: settings)
  }
}

extension ReferenceNotebook {
  static func document() -> Document { document(of: Library.whole.reference) }
}
