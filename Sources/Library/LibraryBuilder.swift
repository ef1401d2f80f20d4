import Interpreter

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
    _ signature: String, _ documentation: String, optional: Int = 0, numberUse: Builtin.NumberUse = .none,
    isFollowed: Bool = false, unary: ((Value) throws -> Value)? = nil,
    binary: ((Value, Value) throws -> Value)? = nil,
    _ body: @escaping (Arguments) throws -> Value
  ) {
    let header = Signature(parsing: signature)
    let count = header.positional.count
    let arity = (count - optional)...(header.rest == nil ? count : Int.max)
    set(
      header.name,
      .function(
        Builtin(
          header, arity: arity, documentation: documentation, numberUse: numberUse,
          isFollowed: isFollowed, unary: unary, binary: binary, body: body)))
  }

  /// Adds a function of one argument.
  func add1(
    _ signature: String, _ documentation: String, numberUse: Builtin.NumberUse = .none,
    isFollowed: Bool = false, _ body: @escaping (Value) throws -> Value
  ) {
    add(signature, documentation, numberUse: numberUse, isFollowed: isFollowed, unary: body) {
      try body($0.positional[0])
    }
  }

  /// Adds a function of two arguments.
  func add2(_ signature: String, _ documentation: String, _ body: @escaping (Value, Value) throws -> Value) {
    add(signature, documentation, binary: body) { try body($0.positional[0], $0.positional[1]) }
  }
}
