// ∇ and its relatives, all from the two ways through a tape: pull a cotangent back, push a tangent forward.

import Numerics

package enum Differentiation {
  /// `∇f`: the gradient with respect to the positional arguments, a tuple where there are several.
  package static func gradient(_ f: Function) -> Function { GradientFunction(f, keepsValue: false) }

  /// `grad(f, 2)`: with respect to one positional argument alone. `position` counts from 0.
  package static func gradient(_ f: Function, position: Int) -> Function {
    Derived("grad(\(f.description), \(position + 1))", from: f, isFollowed: true) { f, arguments in
      guard position < arguments.positional.count else {
        throw Problem.noSuchPosition(position + 1, signature: f.signature, given: arguments.positional.count)
      }
      return try gradientAndValue(f, arguments, only: position).gradient
    }
  }

  package static func valueAndGradient(_ f: Function) -> Function { GradientFunction(f, keepsValue: true) }

  /// One run of `f` and one pass back.
  package static func gradientAndValue(
    _ f: Function, _ arguments: Arguments, only: Int?
  ) throws -> (value: Value, gradient: Value) {
    guard !arguments.positional.isEmpty else {
      throw nothingGiven(f)
    }
    if PlanTrace.isOn, !Tape.isWrittenDown {
      let found = try derivativeOfTurn(arguments) {
        let (value, gradient) = try gradientAndValue(f, $0, only: only)
        return (value, gradient)
      }
      if let found { return (found.value, found.tangent) }
    }
    Staging.enterGradientOfSome()
    let staged = Tape.depth == 0 || arguments.areConstant ? StagedFunction.kept(of: f) : nil
    if let pair = try staged?.replay(arguments, only: only) { return pair }
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    var handed = arguments
    for index in handed.positional.indices where only == nil || only == index {
      handed.positional[index] = try handed.positional[index].traced(on: tape, parameter: index, of: f)
    }
    let y = try recorded(f, staged, on: tape, handed, given: arguments, only) { try f.call(handed) }
    try onWayBack { try tape.pullback(of: y, cotangent: Tensor(1, type: y.type)) }
    var gradients: [Value] = []
    for index in handed.positional.indices where only == nil || only == index {
      gradients.append(try handed.positional[index].cotangents(on: tape, from: y))
    }
    let gradient = gradients.count == 1 ? gradients[0] : .items(gradients)
    try inspect(gradient, of: f, y, on: tape)
    let value = Value.tensor(tape.value(of: y))
    staged?.judge(value, gradient)
    return (value, gradient)
  }

  /// `∇f()`
  static func nothingGiven(_ f: Function) -> Problem {
    guard let count = f.positionalCount, count > 0 else {
      return .nothingToDifferentiate(signature: f.signature)
    }
    return .argumentCount(signature: f.signature, given: 0, count...count)
  }

  /// The same for one or two positional arguments, without arrays; by a recording where one is kept.
  package static func gradientAndValue(_ f: Function, _ x: Value) throws -> (value: Value, gradient: Value) {
    if PlanTrace.isOn, !Tape.isWrittenDown, let pair = try gradientOfTurn(f, [x]) { return pair }
    let staged = Tape.depth == 0 || x.isConstant ? StagedFunction.kept(of: f) : nil
    if let pair = try staged?.replay(x) { return pair }
    return try gradientAndValue(f, x, staged)
  }

  package static func gradientAndValue(
    _ f: Function, _ first: Value, _ second: Value
  ) throws -> (value: Value, gradient: Value) {
    if PlanTrace.isOn, !Tape.isWrittenDown, let pair = try gradientOfTurn(f, [first, second]) { return pair }
    let staged =
      Tape.depth == 0 || first.isConstant && second.isConstant ? StagedFunction.kept(of: f) : nil
    if let pair = try staged?.replay(first, second) { return pair }
    return try gradientAndValue(f, first, second, staged)
  }

  private static func gradientAndValue(
    _ f: Function, _ x: Value, _ staged: StagedFunction?
  ) throws -> (value: Value, gradient: Value) {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let traced = try x.traced(on: tape, parameter: 0, of: f)
    let y = try recorded(f, staged, on: tape, Arguments([traced]), given: Arguments([x]), nil) {
      try f.call(traced)
    }
    try onWayBack { try tape.pullback(of: y, cotangent: Tensor(1, type: y.type)) }
    let gradient = try traced.cotangents(on: tape, from: y)
    try inspect(gradient, of: f, y, on: tape)
    let value = Value.tensor(tape.value(of: y))
    staged?.judge(value, gradient)
    return (value, gradient)
  }

  private static func gradientAndValue(
    _ f: Function, _ first: Value, _ second: Value, _ staged: StagedFunction?
  ) throws -> (value: Value, gradient: Value) {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let a = try first.traced(on: tape, parameter: 0, of: f)
    let b = try second.traced(on: tape, parameter: 1, of: f)
    let y = try recorded(f, staged, on: tape, Arguments([a, b]), given: Arguments([first, second]), nil) {
      try f.call(a, b)
    }
    try onWayBack { try tape.pullback(of: y, cotangent: Tensor(1, type: y.type)) }
    let gradient = Value.tuple(
      Tuple(try a.cotangents(on: tape, from: y), try b.cotangents(on: tape, from: y)))
    try inspect(gradient, of: f, y, on: tape)
    let value = Value.tensor(tape.value(of: y))
    staged?.judge(value, gradient)
    return (value, gradient)
  }

  /// A fault of a rule is placed where the program computed what the rule belongs to.
  static func onWayBack<Result>(_ body: () throws -> Result) throws -> Result {
    let site = Tape.site
    do {
      return try body()
    } catch {
      let found = Tape.site
      Tape.site = site
      throw error is Fault ? located(error, site: found, []) : error
    }
  }

  /// The number that `call` gives, its recording kept where that may pay.
  @inline(__always)
  private static func recorded(
    _ f: Function, _ staged: StagedFunction?, on tape: Tape, _ traced: @autoclosure () -> Arguments,
    given: @autoclosure () -> Arguments, _ only: Int?, _ call: () throws -> Value
  ) throws -> Tensor {
    guard let staged, let watch = staged.begin(on: tape) else {
      // Only a watch for effects is still on here.
      if Staging.isOn { Staging.enter(f) }
      return try number(f, try call())
    }
    do {
      Staging.enter(f)
      let y = try number(f, try call())
      staged.end(watch, f, traced(), given: given(), only: only, y)
      return y
    } catch {
      Staging.end()
      throw error
    }
  }

  /// What can be differentiated: a number.
  package static func number(_ f: Function, _ result: Value) throws -> Tensor {
    guard case .tensor(let y) = result, y.isScalar, y.type != .bool else { throw nonNumber(f, result) }
    return y
  }

  package static func nonNumber(_ f: Function, _ result: Value) -> Problem {
    var isTensor = false
    if case .tensor(let tensor) = result { isTensor = !tensor.isScalar }
    return .gradientOfNonNumber(function: headName(f), kind: result.kindDescription, isTensor: isTensor)
  }

  /// What can be differentiated element by element: a tensor, or a tree of them as one vector.
  static func numbers(_ f: Function, _ result: Value) throws -> Tensor {
    if case .tensor(let tensor) = result { return tensor }
    for leaf in Trees.leaves(result) {
      if case .tensor = leaf { continue }
      throw Problem.derivativeOfNonNumbers(function: headName(f), kind: leaf.kindDescription)
    }
    return try Trees.flatten(result)
  }

  /// How a function stands behind ∇: its name, or its text in parentheses.
  package static func headName(_ f: Function) -> String {
    let name = f.signature.name
    if !name.isEmpty && name != "function" { return name.contains(" ") ? "(\(name))" : name }
    return "(\(f.description))"
  }

  // MARK: Forward

  /// `f′`: `jvp(f, x, ones_like(x))`.
  package static func derivative(_ f: Function) -> Function {
    Derived("\(headName(f))′", from: f, isFollowed: true, kind: .slope) { f, arguments in
      guard arguments.positional.count == 1 else {
        if arguments.positional.isEmpty {
          throw Problem.argumentCount(signature: f.signature, given: 0, 1...1)
        }
        throw Problem.derivativeOfSeveral(signature: f.signature, given: arguments.positional.count)
      }
      let x = arguments.positional[0]
      let ones = try Trees.map(x) { leaf -> Value in
        guard case .tensor(let tensor) = leaf else { return leaf }
        return .tensor(try Differentiation.ones(like: tensor))
      }
      return try pushForward(f, x, ones, named: arguments.named).tangent
    }
  }

  package static func ones(like tensor: Tensor) throws -> Tensor {
    Tensor([Double](repeating: 1, count: tensor.count), shape: tensor.shape, type: tensor.type)
  }

  /// The value and the directional derivative of `f` at `x` along `v`, leaf by leaf.
  package static func pushForward(
    _ f: Function, _ x: Value, _ v: Value, named: [(name: String, value: Value)], operation: String = "jvp"
  ) throws -> (value: Value, tangent: Value) {
    // What a reader asks for is the plan of a gradient, not of one on the way.
    StagedFunction.asked = nil
    let compute = { (handed: Arguments) in
      try pushedForward(
        f, handed.positional[0], handed.positional[1], named: handed.named, operation: operation)
    }
    if PlanTrace.isOn, !Tape.isWrittenDown,
      let pair = try derivativeOfTurn(Arguments([x, v], named: named), along: f, compute)
    {
      return pair
    }
    guard Tape.depth == 0, !Staging.isOn, let staged = f.staged?.directions else {
      return try pushedForward(f, x, v, named: named, operation: operation)
    }
    return try staged.found(
      of: f, named.isEmpty ? .two(x, v) : .many(Arguments([x, v], named: named)), compute)
  }

  private static func pushedForward(
    _ f: Function, _ x: Value, _ v: Value, named: [(name: String, value: Value)], operation: String
  ) throws -> (value: Value, tangent: Value) {
    let tape = try Tape.open(.forward)
    defer { tape.close() }
    let pairs = try Trees.map2(x, v, operation: operation) { leaf, direction in
      guard case .tensor(let primal) = leaf, primal.type != .bool else {
        throw Problem.notDifferentiable(
          argument: f.parameterName(0), kind: leaf.kindForDerivative, named: f.signature.named)
      }
      guard case .tensor(let tangent) = direction, tangent.shape == primal.shape else {
        throw unfit(direction, "the direction", to: leaf, "the point", operation)
      }
      return .tensor(tape.dual(primal, try Operations.convert(tangent, to: primal.type)))
    }
    let repetition = Repetition()
    f.willBeCalledByLibrary()
    let result = try f.call(at: pairs, named: named)
    let value = Trees.map(result) { leaf in
      guard case .tensor(let tensor) = leaf else { return leaf }
      return .tensor(tape.value(of: tensor))
    }
    var tangent = try Trees.map(result) { leaf -> Value in
      guard case .tensor(let tensor) = leaf else {
        throw Problem.derivativeOfNonNumbers(function: headName(f), kind: leaf.kindDescription)
      }
      return .tensor(try Operations.withoutNegativeZero(tape.tangent(of: tensor)))
    }
    tangent = try settled(tangent, on: tape, at: x, along: v.leafTensors, repetition) {
      try f.call(at: $0, named: named)
    }
    try inspect(tangent: tangent, of: "derivative of \(headName(f))", value, on: tape)
    return (value, tangent)
  }

  /// A direction, a cotangent that does not go with the tensor it belongs to.
  package static func unfit(
    _ part: Value, _ partName: String, to whole: Value, _ wholeName: String, _ operation: String
  ) -> Problem {
    guard case .tensor(let a) = part, case .tensor(let b) = whole else {
      return .differentStructure(operation: operation, Trees.structure(whole), Trees.structure(part))
    }
    return .unfit(
      "\(operation): \(partName) is \(Wording.describe(a.shape)), \(wholeName) \(Wording.describe(b.shape))")
  }

  // MARK: Partial derivatives

  /// `∂f/∂x`: with respect to the parameter of that name, named ones too.
  package static func partial(_ f: Function, _ name: String) throws -> Function {
    let signature = f.signature
    let position = signature.positional.firstIndex(of: name)
    guard position != nil || signature.named.contains(name) else {
      throw Problem.unknownParameter(name, signature: signature)
    }
    return Derived("∂\(headName(f))/∂\(name)", from: f, isFollowed: true) { f, arguments in
      if let position {
        guard position < arguments.positional.count else {
          throw Problem.argumentCount(
            signature: signature, given: arguments.positional.count,
            signature.positional.count...signature.positional.count)
        }
        return try gradientAndValue(f, arguments, only: position).gradient
      }
      var rest = arguments
      let given = rest.named.firstIndex { $0.name == name }
      let value =
        if let given { rest.named.remove(at: given).value } else { try fallback(f, name, arguments) }
      let slice = Derived(f.signature.name, from: f, isFollowed: true) { f, inner in
        f.willBeCalledByLibrary()
        return try f.call(Arguments(rest.positional, named: rest.named + [(name, inner.positional[0])]))
      }
      return try gradientAndValue(slice, Arguments([value]), only: nil).gradient
    }
  }

  /// The value that a named parameter has when it is not given.
  private static func fallback(_ f: Function, _ name: String, _ arguments: Arguments) throws -> Value {
    guard let closure = f.underlying as? Closure else {
      throw Problem.missingArgument(name, signature: f.signature)
    }
    return try closure.fallback(of: name, arguments)
  }
}

/// `∇f` and `value_and_grad(f)`.
final class GradientFunction: Function {
  private let f: Function
  private let keepsValue: Bool

  init(_ f: Function, keepsValue: Bool) {
    self.f = f
    self.keepsValue = keepsValue
  }

  override var signature: Signature {
    var signature = f.signature
    signature.name = description
    return signature
  }

  override var documentation: String { f.documentation }
  override var heldFunctions: [Function] { [f] }
  override var underlying: Function { f.underlying }
  override var positionalCount: Int? { f.positionalCount }
  override var staged: StagedFunction? { f.staged?.derived(keepsValue ? .valueAndGradient : .gradient) }

  override var description: String {
    keepsValue ? "value_and_grad(\(f.description))" : "∇\(Differentiation.headName(f))"
  }

  private func result(_ pair: (value: Value, gradient: Value)) -> Value {
    keepsValue ? .tuple(Tuple(pair.value, pair.gradient)) : pair.gradient
  }

  override func call(_ argument: Value) throws -> Value {
    result(try Differentiation.gradientAndValue(f, argument))
  }

  override func call(_ first: Value, _ second: Value) throws -> Value {
    result(try Differentiation.gradientAndValue(f, first, second))
  }

  override func call(_ arguments: Arguments) throws -> Value {
    // The quick ways, which have plans.
    if arguments.named.isEmpty, arguments.positional.count == 1 { return try call(arguments.positional[0]) }
    if arguments.named.isEmpty, arguments.positional.count == 2 {
      return try call(arguments.positional[0], arguments.positional[1])
    }
    return result(try Differentiation.gradientAndValue(f, arguments, only: nil))
  }
}

extension Arguments {
  /// Whether no tape ever followed a part of them.
  fileprivate var areConstant: Bool {
    positional.allSatisfy(\.isConstant) && named.allSatisfy { $0.value.isConstant }
  }
}
