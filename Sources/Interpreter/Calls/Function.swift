// Everything that can be called: functions of the notebook, functions of the library, and functions
// that functions make (∇f, f ∘ g).

import Numerics
import Syntax

/// What a call hands over.
package struct Arguments {
  package var positional: [Value]
  package var named: [(name: String, value: Value)]

  package init(_ positional: [Value], named: [(name: String, value: Value)] = []) {
    self.positional = positional
    self.named = named
  }

  /// The same with other values.
  func mapped(_ body: (Value) -> Value) -> Arguments {
    Arguments(positional.map(body), named: named.map { ($0.name, body($0.value)) })
  }
}

/// What a function says about its parameters: for calls, help and completion.
package struct Signature {
  package var name: String
  package var positional: [String]
  /// `dims...`
  package var rest: String?
  package var named: [String]
  /// The defaults of named parameters, as they are written.
  package var fallbacks: [String: String] = [:]

  /// `f(x; T = 1)`, as help shows it.
  package var usage: String {
    var signature = self
    signature.named = named.map { name in fallbacks[name].map { "\(name) = \($0)" } ?? name }
    return signature.description
  }

  /// `f(x, y; T)` as a function prints.
  package var description: String {
    var text = name + "(" + (positional + (rest.map { ["\($0)..."] } ?? [])).joined(separator: ", ")
    if !named.isEmpty { text += "; " + named.joined(separator: ", ") }
    return text + ")"
  }
}

/// Subclasses override `call`; the two short forms spare the array where they can.
package class Function {
  package var signature: Signature { Signature(name: "function", positional: [], rest: "args", named: []) }

  /// What `?name` shows; the comment lines above the definition.
  package var documentation: String { "" }

  /// How it is called, a line for each way, under a name that may be another than its own.
  package func usage(as name: String) -> [String] {
    var signature = signature
    signature.name = name
    return [signature.usage]
  }

  /// The text that `@code` shows; `nil` for functions that are not written in Nabla.
  package var source: String? { nil }

  /// Begins the documentation of what the library defines for itself: neither completed nor in the reference.
  static let internalPrefix = "For the library: "

  /// Whether it serves the library alone.
  package var isInternal: Bool { documentation.hasPrefix(Function.internalPrefix) }

  /// How it prints: its signature if it is the notebook's, its name if it is the library's.
  package var description: String { signature.name }

  /// Where recordings of its gradient are kept; `nil` where they are not.
  var staged: StagedFunction? { nil }
  /// The frame that the function holds, and the functions that it was made from: once each.
  var heldFrame: Frame? { nil }
  var heldFunctions: [Function] { [] }

  /// The function whose definition says what the named parameters are where they are not given.
  var underlying: Function { self }

  package func call(_ arguments: Arguments) throws -> Value { .nothing }

  package func call(_ argument: Value) throws -> Value { try call(Arguments([argument])) }

  package func call(_ first: Value, _ second: Value) throws -> Value { try call(Arguments([first, second])) }

  package func call(_ first: Value, _ second: Value, _ third: Value, _ fourth: Value) throws -> Value {
    try call(Arguments([first, second, third, fourth]))
  }

  /// How many positional arguments it wants; `nil` where it takes any number.
  package var positionalCount: Int? { nil }
}

extension Function {
  /// A function of the library that a plan sees through says which others it calls.
  package func willBeCalledByLibrary() {
    if Staging.isOn { Staging.enter(self) }
  }
}

/// A function of the library that is written in Swift.
package final class Builtin: Function {
  package let header: Signature
  package let text: String
  package let arity: ClosedRange<Int>
  private let body: (Arguments) throws -> Value
  private let unary: ((Value) throws -> Value)?
  private let binary: ((Value, Value) throws -> Value)?
  private let usages: [String]
  /// What can be seen of what it does with numbers.
  package enum NumberUse {
    /// It may look at them.
    case none
    /// Operations of the table alone look at them, which a plan sees.
    case untraced
    /// It works on them one by one, and a tape sees all that it does.
    case traced
  }

  package let numberUse: NumberUse
  /// Whether a tape sees all that it does with tensors, or it looks at their shapes alone.
  package let isFollowed: Bool

  /// - Parameters:
  ///   - arity: how many positional arguments are legal.
  ///   - usages: the ways to call it, where they are more than its header says.
  ///   - unary: a short way for the call with exactly one positional argument.
  package init(
    _ header: Signature, arity: ClosedRange<Int>, documentation: String, usages: [String] = [],
    numberUse: NumberUse = .none, isFollowed: Bool = false, unary: ((Value) throws -> Value)? = nil,
    binary: ((Value, Value) throws -> Value)? = nil,
    body: @escaping (Arguments) throws -> Value
  ) {
    self.header = header
    self.arity = arity
    self.text = documentation
    self.usages = usages
    self.numberUse = numberUse
    self.isFollowed = isFollowed
    self.unary = unary
    self.binary = binary
    self.body = body
  }

  package override var signature: Signature { header }
  package override var documentation: String { text }
  package override func usage(as name: String) -> [String] { usages.isEmpty ? super.usage(as: name) : usages }
  package override var positionalCount: Int? { arity.lowerBound == arity.upperBound ? arity.lowerBound : nil }

  package override func call(_ arguments: Arguments) throws -> Value {
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

  package override func call(_ argument: Value) throws -> Value {
    if let unary { return try bounded(unary(argument)) }
    return try call(Arguments([argument]))
  }

  package override func call(_ first: Value, _ second: Value) throws -> Value {
    if let binary { return try bounded(binary(first, second)) }
    return try call(Arguments([first, second]))
  }
}

/// A function that another function made, with the parameters of the one it was made from.
package final class Derived: Function {
  private let name: String
  private let origin: Function
  private let partner: Function
  private let body: (Function, Function, Arguments) throws -> Value
  /// Whether it says itself what it calls, where a run is watched for a plan.
  let isFollowed: Bool
  /// What it is of the function that it was made from; `nil` where it depends on more.
  private var kind: DerivativeKind?

  /// `body` is given the functions, so that it need not hold them.
  package init(
    _ name: String, from origin: Function, and partner: Function, isFollowed: Bool = false,
    body: @escaping (Function, Function, Arguments) throws -> Value
  ) {
    self.name = name
    self.origin = origin
    self.partner = partner
    self.isFollowed = isFollowed
    self.body = body
    super.init()
    Memory.hold(128 + name.utf8.count)
  }

  package convenience init(
    _ name: String, from origin: Function, isFollowed: Bool = false,
    body: @escaping (Function, Arguments) throws -> Value
  ) {
    self.init(name, from: origin, and: origin, isFollowed: isFollowed) { origin, _, arguments in
      try body(origin, arguments)
    }
  }

  /// - Parameter kind: what it is of the function.
  convenience init(
    _ name: String, from origin: Function, isFollowed: Bool = false, kind: DerivativeKind,
    body: @escaping (Function, Arguments) throws -> Value
  ) {
    self.init(name, from: origin, isFollowed: isFollowed, body: body)
    self.kind = kind
  }

  deinit { Memory.release(128 + name.utf8.count) }

  package override var signature: Signature {
    var signature = origin.signature
    signature.name = name
    return signature
  }

  package override var documentation: String { origin.documentation }
  package override var description: String { name }
  package override var positionalCount: Int? { origin.positionalCount }
  override var heldFunctions: [Function] { [origin, partner] }
  override var underlying: Function { origin.underlying }
  override var staged: StagedFunction? { kind.flatMap { origin.staged?.derived($0) } }
  package override func call(_ arguments: Arguments) throws -> Value { try body(origin, partner, arguments) }
}
