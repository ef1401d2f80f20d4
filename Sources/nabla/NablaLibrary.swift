import Interpreter
import Library
import Prelude

/// The library and the prelude as every session has them; made on the evaluation thread, once.
@Sendable
func nablaLibrary() -> any SessionLibrary { library }

nonisolated(unsafe) private let library = Library(digits: Prelude.digits, prelude: Prelude.define)
