// The library as the program puts it together, for the tests of what uses it.

import Interpreter
import Library
import Prelude

extension Library {
  package nonisolated(unsafe) static let whole = Library(digits: Prelude.digits, prelude: Prelude.define)
}

extension Reference {
  package static var groups: [Group] { Library.whole.reference }
}

extension Session {
  package convenience init(host: any Host, limits: Limits = Limits(), folder: String) {
    self.init(host: host, limits: limits, folder: folder, library: Library.whole)
  }
}
