/// What an operation remembers besides its inputs: axes, a shape, positions.
final class Attributes: @unchecked Sendable {
  let shape: Shape
  let integers: [Int]
  let flag: Bool
  /// The derivative that a program gave.
  let pullback: Operations.Pullback?

  init(
    shape: Shape = Shape(), integers: [Int] = [], flag: Bool = false, pullback: Operations.Pullback? = nil
  ) {
    self.shape = shape
    self.integers = integers
    self.flag = flag
    self.pullback = pullback
  }

  static let none = Attributes()
}

/// What a derivative rule sees of one application: inputs and output as the level below sees them.
struct Application {
  var first: Tensor
  var second = Tensor(0)
  /// All inputs, where there are more than two.
  var all: [Tensor] = []
  var output: Tensor
  var attributes: Attributes?
  var integer = 0

  subscript(input: Int) -> Tensor {
    all.isEmpty ? (input == 0 ? first : second) : all[input]
  }

  var shape: Shape { attributes?.shape ?? Shape() }
  var integers: [Int] { attributes?.integers ?? [] }
}

/// How an operation is differentiated. Rules are written with the same operations that programs call, so
/// that a derivative can be differentiated again. A broadcast is undone outside, in one place.
enum Rule {
  /// Piecewise constant: the result is a constant at every level.
  case constant
  /// Written with other operations, which are recorded and differentiated in its place.
  case composite
  /// Recorded by `Operations.custom`, with the derivative in the attributes.
  case given
  /// `∂output/∂input` at every element, for the input asked for.
  case elementwise((Int, Application) throws -> Tensor)
  /// A choice among the inputs: where the input asked for was taken.
  case selection((Int, Application) throws -> Tensor)
  /// Linear in all inputs together; its derivative forward is the operation itself.
  case linear(vjp: (Int, Tensor, Application) throws -> Tensor)
  /// Linear in each input by itself.
  case multilinear(vjp: (Int, Tensor, Application) throws -> Tensor)
  /// The derivative in each direction; `jvp` gets the tangent of one input, and the results are added.
  case general(
    vjp: (Int, Tensor, Application) throws -> Tensor, jvp: (Int, Tensor, Application) throws -> Tensor)
}

// A closure in an optional is called through a thunk, which is an allocation at every call; in a struct it is not.

struct NumberFunction {
  let call: (Double) -> Double
}

struct NumberPairFunction {
  let call: (Double, Double) -> Double
}

/// Arguments with which an operation is tried in the generated tests.
public struct Sample: Sendable {
  public var positional: [Tensor]
  public var named: [String: Tensor]

  init(_ positional: Tensor..., named: [String: Tensor] = [:]) {
    self.positional = positional
    self.named = named
  }
}

/// One row of the table: an operation with its kernel, its derivatives, its documentation and samples.
/// Builtins, completion, help, the reference page and the derivative tests are read from the rows.
public final class Operation: @unchecked Sendable {
  typealias Unary = (Tensor, Attributes?, Int) throws -> Tensor
  typealias Binary = (Tensor, Tensor, Attributes?) throws -> Tensor
  typealias Many = ([Tensor], Attributes?) throws -> Tensor

  /// Constant tensors in, a constant tensor out.
  enum Kernel {
    case none
    case unary(Unary)
    case binary(Binary)
    case many(Many)
  }

  /// The name in the language; operators have their ASCII name ("add").
  public let name: String
  /// How it is called: "sum(x; axis, keep = false)".
  public let signature: String
  /// What it does, its formula and shapes, its convention at a kink.
  public let documentation: String
  /// Whether programs see it; the others serve derivative rules.
  public let isPublic: Bool
  /// Other names that programs may call it by.
  public let aliases: [String]
  /// Its place in the table, which the tape's nodes hold.
  let index: UInt16
  let unary: Unary?
  let binary: Binary?
  let many: Many?
  let rule: Rule
  /// The rule's `vjp` for many cotangents at once, along one more axis in front. What is elementwise has it from
  /// its rule; `nil` elsewhere means one by one.
  let pullbackOfRows: ((Int, Tensor, Application) throws -> Tensor)?
  /// Whether the rule is `.constant`; asked for at every application.
  let isConstant: Bool
  /// The kernel on f64 numbers, where it is elementwise.
  let scalarUnary: NumberFunction?
  let scalarBinary: NumberPairFunction?
  /// The slope on f64 numbers, from the input and the output: only for speed, the rule has it too.
  let scalarSlope: NumberPairFunction?
  /// Inputs for the generated tests; none where it has no derivative.
  public let samples: [Sample]
  /// What a program gets, where that is several tensors; `call` then gives them packed in one, so that rules and
  /// tests see one output.
  public let results: (([Tensor]) throws -> Results)?
  private let invoke: ((OperationArguments) throws -> Tensor)?
  /// The same for one argument without any by name, where that is called often.
  private let callOne: ((Tensor) throws -> Tensor)?
  /// What can be passed, read from the signature.
  public let parameters: [Parameter]
  /// Called with exactly one positional argument.
  private let takesOne: Bool

  init(
    _ signature: String, _ documentation: String = "", isPublic: Bool = true, aliases: [String] = [],
    kernel: Kernel = .none,
    rule: Rule, pullbackOfRows: ((Int, Tensor, Application) throws -> Tensor)? = nil,
    scalarUnary: ((Double) -> Double)? = nil, scalarBinary: ((Double, Double) -> Double)? = nil,
    scalarSlope: ((Double, Double) -> Double)? = nil, samples: [Sample] = [],
    results: (([Tensor]) throws -> Results)? = nil, callOne: ((Tensor) throws -> Tensor)? = nil,
    call invoke: ((OperationArguments) throws -> Tensor)? = nil
  ) {
    name = String(signature.prefix { $0 != "(" })
    self.signature = signature
    self.documentation = documentation
    self.isPublic = isPublic
    self.aliases = aliases
    if case .unary(let kernel) = kernel { unary = kernel } else { unary = nil }
    if case .binary(let kernel) = kernel { binary = kernel } else { binary = nil }
    if case .many(let kernel) = kernel { many = kernel } else { many = nil }
    self.rule = rule
    self.pullbackOfRows = pullbackOfRows
    if case .constant = rule { isConstant = true } else { isConstant = false }
    self.scalarUnary = scalarUnary.map(NumberFunction.init)
    self.scalarBinary = scalarBinary.map(NumberPairFunction.init)
    self.scalarSlope = scalarSlope.map(NumberPairFunction.init)
    self.samples = samples
    self.results = results
    self.invoke = invoke
    self.callOne = callOne
    parameters = Parameter.list(of: signature)
    let positional = parameters.filter { !$0.isNamed }
    takesOne = positional.count == 1 && !positional[0].isVariadic
    index = Registry.add()
    Registry.store(self, at: index)
  }

  /// Whether it can be called by name.
  var isCallable: Bool { invoke != nil || results != nil }

  /// Whether the operation has a derivative other than zero.
  public var isDifferentiable: Bool { !isConstant }

  /// Calls it with one argument, as a program does; short where the row has nothing to read from its arguments.
  public func call(_ x: Tensor) throws -> Tensor {
    if let callOne { return try callOne(x) }
    guard let invoke else {
      if unary != nil { return try apply(x) }
      return try call(positional: [x])
    }
    guard takesOne else { return try call(positional: [x]) }
    return try invoke(OperationArguments(operation: self, positional: [x], named: [:]))
  }

  /// Calls it with two arguments.
  public func call(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    if invoke == nil, binary != nil { return try apply(x, y) }
    return try call(positional: [x, y])
  }

  /// Calls it as a program does. Counts and names of the arguments are checked against the signature.
  public func call(positional: [Tensor], named: [String: Tensor] = [:]) throws -> Tensor {
    let arguments = OperationArguments(operation: self, positional: positional, named: named)
    try arguments.check()
    if let invoke { return try invoke(arguments) }
    if unary != nil { return try apply(positional[0]) }
    if binary != nil { return try apply(positional[0], positional[1]) }
    return try apply(positional)
  }
}

/// Several tensors that one operation gives: a tuple, or where they have names a record.
public struct Results: Sendable {
  public let names: [String]
  public let tensors: [Tensor]

  init(_ tensors: Tensor..., names: [String] = []) {
    self.names = names
    self.tensors = tensors
  }
}

/// One parameter of an operation, as its signature shows it.
public struct Parameter: Sendable, Equatable {
  public let name: String
  /// Passed by name, after the semicolon.
  public let isNamed: Bool
  /// Takes the rest of the positional arguments.
  public let isVariadic: Bool
  /// The text of the default; `nil` where there is none.
  public let fallback: String?

  static func list(of signature: String) -> [Parameter] {
    guard let open = signature.firstIndex(of: "("), signature.last == ")" else { return [] }
    let inside = signature[signature.index(after: open)...].dropLast()
    var parameters: [Parameter] = []
    for (section, text) in inside.split(separator: ";", omittingEmptySubsequences: false).enumerated() {
      for item in text.split(separator: ",") {
        let parts = item.split(separator: "=", maxSplits: 1).map { trimmed($0) }
        guard var name = parts.first, !name.isEmpty else { continue }
        let isVariadic = name.hasSuffix("...")
        if isVariadic { name.removeLast(3) }
        parameters.append(
          Parameter(
            name: name, isNamed: section > 0, isVariadic: isVariadic,
            fallback: parts.count > 1 ? parts[1] : nil))
      }
    }
    return parameters
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Where rows get their numbers. A fixed table, so that looking a row up is one load.
enum Registry {
  private static let capacity = 1024
  nonisolated(unsafe) private(set) static var count: UInt16 = 0
  nonisolated(unsafe) private static var rows: UnsafeMutablePointer<Unmanaged<Operation>>?
  /// Set when the table is whole; before that, `table` makes it.
  nonisolated(unsafe) static var isComplete = false

  static func add() -> UInt16 {
    if rows == nil { rows = .allocate(capacity: capacity) }
    precondition(Int(count) < capacity)
    count += 1
    return count - 1
  }

  static func store(_ row: Operation, at index: UInt16) {
    (rows! + Int(index)).initialize(to: Unmanaged.passRetained(row))
  }

  @inline(__always)
  static subscript(index: UInt16) -> Operation {
    rows.unsafelyUnwrapped[Int(index)]._withUnsafeGuaranteedRef { $0 }
  }

  @inline(__always)
  static func row(_ code: UInt16) -> Unmanaged<Operation> { rows.unsafelyUnwrapped[Int(code)] }

  /// The slope of a row on numbers, without counting a reference to the row.
  @inline(__always)
  static func scalarSlope(_ code: UInt16) -> NumberPairFunction? {
    rows.unsafelyUnwrapped[Int(code)]._withUnsafeGuaranteedRef { $0.scalarSlope }
  }

  /// Applies a row that the tape knows by number: quicker than by name, which asks whether the table was
  /// made, and counts no reference to the row.
  @inline(__always)
  static func apply(_ code: UInt16, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    if !isComplete { _ = table }
    return try rows.unsafelyUnwrapped[Int(code)]._withUnsafeGuaranteedRef { try $0.apply(a, b) }
  }

  @inline(__always)
  static func apply(_ code: UInt16, _ x: Tensor, integer: Int = 0) throws -> Tensor {
    if !isComplete { _ = table }
    return try rows.unsafelyUnwrapped[Int(code)]._withUnsafeGuaranteedRef {
      try $0.apply(x, integer: integer)
    }
  }
}
