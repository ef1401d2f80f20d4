/// One row of the table: an operation with its kernel, its derivatives, its documentation and samples.
/// Builtins, completion, help, the reference page and the derivative tests are read from the rows.
public final class Operation: @unchecked Sendable {
  typealias Unary = (Tensor, Attributes?, Int) throws -> Tensor
  typealias Binary = (Tensor, Tensor, Attributes?) throws -> Tensor
  typealias Many = ([Tensor], Attributes?) throws -> Tensor
  typealias Call = (OperationArguments) throws -> Tensor

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
  /// Other names that programs may call it by.
  public private(set) var aliases: [String] = []
  /// What it does with elements.
  let kind: OperationKind
  /// How formulas write it.
  public let notation: Notation
  /// Its place in the table, which the tape's nodes hold.
  let index: UInt16
  let unary: Unary?
  let binary: Binary?
  let many: Many?
  let rule: Rule
  /// The rule's `vjp` for many cotangents at once, along one more axis in front. What is elementwise has it from
  /// its rule; `nil` elsewhere means one by one.
  private(set) var pullbackOfRows: ((Int, Tensor, Application) throws -> Tensor)?
  /// Whether it reads or fills only a part of a tensor, so that something has no derivative though all else has.
  private(set) var isPartial = false
  /// What of a tensor goes together, the rest apart; `nil` is everything.
  private(set) var slices: OperationSlices?
  /// Where the output depends on the input at all, if that is not everywhere: a power does not on its base where
  /// the exponent is the constant 0.
  private(set) var constancy: ((Int, Application) throws -> Tensor?)?
  /// Whether the rule is `.constant`; asked for at every application.
  let isConstant: Bool
  /// What it does with f64 numbers, where it is elementwise.
  let numbers: NumberForms
  /// Inputs for the generated tests; none where it has no derivative.
  public let samples: [Sample]
  /// What a program gets, where that is several tensors; `call` then gives them packed in one, so that rules and
  /// tests see one output.
  public private(set) var results: (([Tensor]) throws -> Results)?
  let invoke: Call?
  /// The same for one argument without any by name, where that is called often.
  private var callOne: ((Tensor) throws -> Tensor)?
  /// What can be passed, read from the signature.
  public let parameters: [OperationSignature.Parameter]
  /// Parameters through which no gradient goes, since they name a shape, a place or a kind.
  private(set) var constants: Set<String> = ["axis", "keep", "dtype", "rev"]
  /// Whether any of them is passed by position.
  private var hasConstantPositions = false
  /// Called with exactly one positional argument.
  private let takesOne: Bool

  init(
    _ signature: String, _ documentation: String = "", kind: OperationKind = .other,
    notation: Notation = .name,
    kernel: Kernel = .none, numbers: NumberForms = NumberForms(), rule: Rule, samples: [Sample] = [],
    call invoke: Call? = nil
  ) {
    let parsed = OperationSignature(signature)
    name = parsed.name
    parameters = parsed.parameters
    self.signature = signature
    self.documentation = documentation
    self.kind = kind
    self.notation = notation
    if case .unary(let kernel) = kernel { unary = kernel } else { unary = nil }
    if case .binary(let kernel) = kernel { binary = kernel } else { binary = nil }
    if case .many(let kernel) = kernel { many = kernel } else { many = nil }
    self.rule = rule
    isConstant = rule.isConstant
    self.numbers = numbers
    self.samples = samples
    self.invoke = invoke
    takesOne = parsed.positional.count == 1 && parsed.rest == nil
    index = Registry.add()
    Registry.store(self, at: index)
  }

  // What few rows have stands behind them.

  /// Other names.
  func aliased(_ names: String...) -> Operation {
    aliases = names
    return self
  }

  /// Parameters through which no gradient goes.
  func constant(_ names: String...) -> Operation {
    constants.formUnion(names)
    hasConstantPositions = parameters.contains { !$0.isNamed && constants.contains($0.name) }
    return self
  }

  /// No gradient goes through any parameter.
  func entirelyConstant() -> Operation {
    constants.formUnion(parameters.map(\.name))
    hasConstantPositions = true
    return self
  }

  /// The rule for many cotangents at once.
  func pullingRows(_ pullback: @escaping (Int, Tensor, Application) throws -> Tensor) -> Operation {
    pullbackOfRows = pullback
    return self
  }

  /// Reads or fills only a part.
  func partially() -> Operation {
    isPartial = true
    return self
  }

  /// Works on parts of its inputs apart.
  func working(on parts: OperationSlices) -> Operation {
    slices = parts
    return self
  }

  /// A mask of where the output depends on an input; `nil` for everywhere.
  func depending(_ mask: @escaping (Int, Application) throws -> Tensor?) -> Operation {
    constancy = mask
    return self
  }

  /// Several results.
  func giving(_ results: @escaping ([Tensor]) throws -> Results) -> Operation {
    self.results = results
    return self
  }

  /// A short way for one argument.
  func callingOne(_ call: @escaping (Tensor) throws -> Tensor) -> Operation {
    callOne = call
    return self
  }

  /// Whether programs see it; the others serve derivative rules.
  public var isPublic: Bool { !documentation.isEmpty }

  /// Whether it can be called by name.
  var isCallable: Bool { invoke != nil || results != nil }

  /// Whether the operation has a derivative other than zero.
  public var isDifferentiable: Bool { !isConstant }

  /// Whether the positional argument of that place may be a variable.
  func isVariable(_ position: Int) -> Bool { !constants.contains(positionalName(position)) }

  private func positionalName(_ position: Int) -> String {
    let positional = parameters.filter { !$0.isNamed }
    return positional[min(position, positional.count - 1)].name
  }

  /// Remembers an argument that is differentiated by though no gradient goes through it.
  private func noteCuts(_ positional: [Tensor], _ named: [String: Tensor]) {
    if TensorLabels.follow(self) { return }
    for (position, x) in positional.enumerated()
    where hasConstantPositions && x.isFollowed && !isVariable(position) {
      Tape.noteCut(
        GradientCut(operation: symbol ?? name, parameter: positionalName(position), site: Tape.site))
    }
    for (name, x) in named where x.isFollowed && constants.contains(name) {
      Tape.noteCut(GradientCut(operation: symbol ?? self.name, parameter: name, site: Tape.site))
    }
  }

  /// A turn that is written down does not see what is read from a count, an axis, a digit.
  private func check(_ trace: PlanTrace, _ positional: [Tensor], _ named: [String: Tensor]) {
    let isHidden = positional.enumerated().contains { trace.isMarkedBeneath($1) && !isVariable($0) }
    if isHidden || named.values.contains(where: trace.isMarkedBeneath) { trace.giveUp() }
  }

  /// Calls it with one argument, as a program does; short where the row has nothing to read from its arguments.
  public func call(_ x: Tensor) throws -> Tensor {
    if let callOne { return try callOne(x) }
    guard let invoke else {
      if unary != nil { return try apply(x) }
      return try call(positional: [x])
    }
    guard takesOne, !isConstant || Tape.depth == 0 else { return try call(positional: [x]) }
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
    if Tape.depth > 0 { noteCuts(positional, named) }
    // What has a name is read as it is now.
    if let trace = PlanTrace.current { check(trace, positional, named) }
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
