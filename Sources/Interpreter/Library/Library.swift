// The scope beneath every notebook. Its functions come from four places, each declared once: the
// operation table of the numeric core, the marks of the figures, the Swift files of this folder, and the
// prelude, which is written in Nabla.

import Figures
import Numerics
import Syntax

enum Library {
  /// Built on first use, once a process.
  nonisolated(unsafe) static let globals: Globals = {
    let globals = Globals(over: nil)
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
    library.addMarks()
    library.addDescription()
    library.addFiles()
    library.addPrelude()
    return globals
  }()

  static func function(_ name: String) -> Function? {
    if case .function(let function) = globals.cell(name).value { return function }
    return nil
  }
}

/// Puts names into the library.
struct LibraryBuilder {
  let globals: Globals

  init(_ globals: Globals) { self.globals = globals }

  func set(_ name: String, _ value: Value) { globals.cell(name).value = value }

  /// Adds what is no function.
  func constant(_ name: String, _ value: Value, _ documentation: String) {
    set(name, value)
    globals.documentation[name] = documentation
  }

  /// Adds a function. The signature says everything about its parameters: "map(f, θ, trees...; k = 1)".
  func add(
    _ signature: String, _ documentation: String, optional: Int = 0,
    unary: ((Value) throws -> Value)? = nil, binary: ((Value, Value) throws -> Value)? = nil,
    _ body: @escaping (Arguments) throws -> Value
  ) {
    let header = Signature(parsing: signature)
    let count = header.positional.count
    let arity = (count - optional)...(header.rest == nil ? count : Int.max)
    set(
      header.name,
      .function(
        Builtin(
          header, arity: arity, documentation: documentation, unary: unary, binary: binary, body: body)))
  }

  /// Adds a function of one argument.
  func add1(_ signature: String, _ documentation: String, _ body: @escaping (Value) throws -> Value) {
    add(signature, documentation, unary: body) { try body($0.positional[0]) }
  }

  /// Adds a function of two arguments.
  func add2(_ signature: String, _ documentation: String, _ body: @escaping (Value, Value) throws -> Value) {
    add(signature, documentation, binary: body) { try body($0.positional[0], $0.positional[1]) }
  }
}

extension Signature {
  /// Reads "f(x, y, rest...; a, b = 1)".
  init(parsing text: String) {
    let open = text.firstIndex(of: "(") ?? text.endIndex
    name = String(text[..<open])
    positional = []
    named = []
    guard open < text.endIndex else { return }
    let inside = text[text.index(after: open)...].dropLast()
    for (section, part) in inside.split(separator: ";", omittingEmptySubsequences: false).enumerated() {
      for item in part.split(separator: ",") {
        let parts = item.split(separator: "=", maxSplits: 1)
        let word = parts[0].filter { $0 != " " }
        if parts.count > 1 { fallbacks[word] = String(parts[1].drop { $0 == " " }) }
        if word.hasSuffix("...") {
          rest = String(word.dropLast(3))
        } else if section > 0 {
          named.append(word)
        } else {
          positional.append(word)
        }
      }
    }
  }
}

extension Arguments {
  subscript(name: String) -> Value? { named.first { $0.name == name }?.value }

  func tensor(_ position: Int, _ function: String) throws -> Tensor {
    try positional[position].tensor(function)
  }

  func function(_ position: Int, _ name: String) throws -> Function {
    if case .function(let function) = positional[position] { return function }
    throw Problem.wrongArgument(
      function: name, expected: "a function", got: positional[position].kindDescription)
  }

  func number(_ name: String, function: String, default fallback: Double) throws -> Double {
    guard let value = self[name] else { return fallback }
    return try value.number(function)
  }
}

extension Value {
  func tensor(_ function: String) throws -> Tensor {
    if case .tensor(let tensor) = self { return tensor }
    throw Problem.wrongArgument(function: function, expected: "a number or a tensor", got: kindDescription)
  }

  func number(_ function: String) throws -> Double {
    if case .tensor(let tensor) = self, tensor.isScalar { return tensor.value() }
    throw Problem.wrongArgument(function: function, expected: "a number", got: kindDescription)
  }

  /// A whole number of at least `least`.
  func whole(_ function: String, from least: Int = 0) throws -> Int {
    let number = try number(function)
    guard let whole = Int(exactly: number), whole >= least else {
      throw Problem.badValue(
        function: function, reason: "\(Printer.inline(self)) is not a whole number from \(least)")
    }
    return whole
  }

  func string(_ function: String) throws -> String {
    if case .string(let text) = self { return text.string }
    throw Problem.wrongArgument(function: function, expected: "a string", got: kindDescription)
  }

  func asFunction(_ name: String) throws -> Function {
    if case .function(let function) = self { return function }
    throw Problem.wrongArgument(function: name, expected: "a function", got: kindDescription)
  }
}
