// Everything that can be called: functions of the notebook, functions of the library, and functions
// that functions make (∇f, f ∘ g).

import Numerics
import Syntax

/// What a call hands over.
struct Arguments {
  var positional: [Value]
  var named: [(name: String, value: Value)]

  init(_ positional: [Value], named: [(name: String, value: Value)] = []) {
    self.positional = positional
    self.named = named
  }
}

/// What a function says about its parameters: for calls, help and completion.
struct Signature {
  var name: String
  var positional: [String]
  /// `dims...`
  var rest: String?
  var named: [String]
  /// The defaults of named parameters, as they are written.
  var fallbacks: [String: String] = [:]

  /// `f(x; T = 1)`, as help shows it.
  var usage: String {
    var signature = self
    signature.named = named.map { name in fallbacks[name].map { "\(name) = \($0)" } ?? name }
    return signature.description
  }

  /// `f(x, y; T)` as a function prints.
  var description: String {
    var text = name + "(" + (positional + (rest.map { ["\($0)..."] } ?? [])).joined(separator: ", ")
    if !named.isEmpty { text += "; " + named.joined(separator: ", ") }
    return text + ")"
  }
}

/// Subclasses override `call`; the two short forms spare the array where they can.
class Function {
  var signature: Signature { Signature(name: "function", positional: [], rest: "args", named: []) }

  /// What `?name` shows; the comment lines above the definition.
  var documentation: String { "" }

  /// How it is called, a line for each way, under a name that may be another than its own.
  func usage(as name: String) -> [String] {
    var signature = signature
    signature.name = name
    return [signature.usage]
  }

  /// The text that `@code` shows; `nil` for functions that are not written in Nabla.
  var source: String? { nil }

  /// Whether it serves the library alone.
  var isInternal: Bool { documentation.hasPrefix(Documentation.internalPrefix) }

  /// How it prints: its signature if it is the notebook's, its name if it is the library's.
  var description: String { signature.name }

  /// Where recordings of its gradient are kept; `nil` where they are not.
  var staged: StagedFunction? { nil }
  /// The frame that the function holds, and the functions that it was made from: once each.
  var heldFrame: Frame? { nil }
  var heldFunctions: [Function] { [] }

  func call(_ arguments: Arguments) throws -> Value { .nothing }

  func call(_ argument: Value) throws -> Value { try call(Arguments([argument])) }

  func call(_ first: Value, _ second: Value) throws -> Value { try call(Arguments([first, second])) }

  func call(_ first: Value, _ second: Value, _ third: Value, _ fourth: Value) throws -> Value {
    try call(Arguments([first, second, third, fourth]))
  }

  /// How many positional arguments it wants; `nil` where it takes any number.
  var positionalCount: Int? { nil }
}

/// A function of the library that is written in Swift.
final class Builtin: Function {
  let header: Signature
  let text: String
  let arity: ClosedRange<Int>
  private let body: (Arguments) throws -> Value
  private let unary: ((Value) throws -> Value)?
  private let binary: ((Value, Value) throws -> Value)?
  private let usages: [String]
  /// Whether a tape sees all that it does with numbers.
  let isScalarFunction: Bool

  /// - Parameters:
  ///   - arity: how many positional arguments are legal.
  ///   - usages: the ways to call it, where they are more than its header says.
  ///   - unary: a short way for the call with exactly one positional argument.
  init(
    _ header: Signature, arity: ClosedRange<Int>, documentation: String, usages: [String] = [],
    isScalarFunction: Bool = false, unary: ((Value) throws -> Value)? = nil,
    binary: ((Value, Value) throws -> Value)? = nil,
    body: @escaping (Arguments) throws -> Value
  ) {
    self.header = header
    self.arity = arity
    self.text = documentation
    self.usages = usages
    self.isScalarFunction = isScalarFunction
    self.unary = unary
    self.binary = binary
    self.body = body
  }

  override var signature: Signature { header }
  override var documentation: String { text }
  override func usage(as name: String) -> [String] { usages.isEmpty ? super.usage(as: name) : usages }
  override var positionalCount: Int? { arity.lowerBound == arity.upperBound ? arity.lowerBound : nil }

  override func call(_ arguments: Arguments) throws -> Value {
    let given = arguments.positional.count
    guard arity.contains(given) else {
      throw Problem.wrongArguments(arguments, header, arity)
    }
    for argument in arguments.named where !header.named.contains(argument.name) {
      throw Problem.unknownArgument(argument.name, signature: header)
    }
    return try bounded(body(arguments))
  }

  /// A tree or a text may have passed the limit on memory, which its making cannot say.
  @inline(__always)
  private func bounded(_ value: Value) throws -> Value {
    if case .tensor = value { return value }
    try Machine.poll()
    return value
  }

  override func call(_ argument: Value) throws -> Value {
    if let unary { return try bounded(unary(argument)) }
    return try call(Arguments([argument]))
  }

  override func call(_ first: Value, _ second: Value) throws -> Value {
    if let binary { return try bounded(binary(first, second)) }
    return try call(Arguments([first, second]))
  }
}

/// A function that another function made, with the parameters of the one it was made from.
final class Derived: Function {
  private let name: String
  private let origin: Function
  private let partner: Function
  private let body: (Function, Function, Arguments) throws -> Value

  /// `body` is given the functions, so that it need not hold them.
  init(
    _ name: String, from origin: Function, and partner: Function,
    body: @escaping (Function, Function, Arguments) throws -> Value
  ) {
    self.name = name
    self.origin = origin
    self.partner = partner
    self.body = body
    super.init()
    Memory.hold(128 + name.utf8.count)
  }

  convenience init(
    _ name: String, from origin: Function, body: @escaping (Function, Arguments) throws -> Value
  ) {
    self.init(name, from: origin, and: origin) { origin, _, arguments in try body(origin, arguments) }
  }

  deinit { Memory.release(128 + name.utf8.count) }

  override var signature: Signature {
    var signature = origin.signature
    signature.name = name
    return signature
  }

  override var documentation: String { origin.documentation }
  override var description: String { name }
  override var positionalCount: Int? { origin.positionalCount }
  override var heldFunctions: [Function] { [origin, partner] }
  override func call(_ arguments: Arguments) throws -> Value { try body(origin, partner, arguments) }
}
