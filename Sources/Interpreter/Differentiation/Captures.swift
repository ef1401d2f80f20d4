// What a function can see besides its arguments. A function that is to be evaluated again later, or on other
// values, needs the variables around it as they were; those that a tape follows are inputs like its arguments.

import Numerics

/// The variables that functions see, as they were at one moment.
struct Captures {
  private struct Variable {
    let frame: Frame
    let slot: Int
  }

  private struct Key: Hashable {
    let frame: ObjectIdentifier
    let slot: Int
  }

  private var variables: [Variable] = []
  private(set) var values: [Value] = []
  private var seen: Set<Key> = []

  /// The variables that the functions use of those around them, and those that the functions in these use. What they
  /// do not use would be kept for nothing: in a loop, once for every turn.
  init(of functions: [Function]) {
    for function in functions { add(function) }
  }

  private mutating func add(_ function: Function) {
    guard let closure = function as? Closure else { return }
    for use in closure.code.outerUses {
      var next = closure.parent
      for _ in 1..<use.hops { next = next?.parent }
      guard let frame = next, seen.insert(Key(frame: ObjectIdentifier(frame), slot: use.slot)).inserted
      else { continue }
      let value = frame.slots[use.slot]
      if case .unset = value { continue }
      variables.append(Variable(frame: frame, slot: use.slot))
      values.append(value)
      addFunctions(in: value)
    }
  }

  /// Functions in a value have variables of their own.
  mutating func addFunctions(in value: Value) {
    value.forEachLeaf { if case .function(let function) = $0 { add(function) } }
  }

  /// Runs `body` while the variables have these values.
  func with<Result>(_ values: [Value], _ body: () throws -> Result) rethrows -> Result {
    var present: [Value] = []
    present.reserveCapacity(variables.count)
    for (variable, value) in zip(variables, values) {
      present.append(variable.frame.slots[variable.slot])
      variable.frame.slots[variable.slot] = value
    }
    defer {
      for (variable, value) in zip(variables, present) { variable.frame.slots[variable.slot] = value }
    }
    return try body()
  }
}

/// One call of a function with everything it depends on, taken apart into the tensors that tapes follow and
/// the rest.
final class CapturedCall {
  /// A value of the call, and which of its tensors are inputs, from left to right.
  private struct Part {
    let value: Value
    var isInput: [Bool] = []
  }

  private let names: [String]
  private let positionalCount: Int
  private let captures: Captures
  private var parts: [Part]
  /// All tensors of the arguments and of the captured variables that a tape follows.
  private(set) var inputs: [Tensor] = []

  /// - Parameter functions: Those that will be called.
  init(_ functions: [Function], _ arguments: Arguments) {
    names = arguments.named.map(\.name)
    positionalCount = arguments.positional.count
    let given = arguments.positional + arguments.named.map(\.value)
    var captures = Captures(of: functions)
    for value in given { captures.addFunctions(in: value) }
    self.captures = captures
    parts = (given + captures.values).map { Part(value: $0) }
    for index in parts.indices {
      let before = inputs.count
      note(parts[index].value, &parts[index].isInput)
      if inputs.count == before { parts[index].isInput = [] }
    }
  }

  private func note(_ value: Value, _ isInput: inout [Bool]) {
    value.forEachLeaf { leaf in
      guard case .tensor(let tensor) = leaf else { return }
      isInput.append(tensor.isFollowed)
      if tensor.isFollowed { inputs.append(tensor) }
    }
  }

  /// Calls `body` with the arguments, the captured variables in their places, where `replacements` stand for
  /// the inputs.
  func call<Result>(_ replacements: [Tensor], _ body: (Arguments) throws -> Result) rethrows -> Result {
    var next = 0
    let values = parts.map { part -> Value in
      part.isInput.isEmpty ? part.value : replaced(part, replacements, &next)
    }
    let given = positionalCount + names.count
    let named = zip(names, values[positionalCount..<given]).map { (name: $0, value: $1) }
    return try captures.with(Array(values[given...])) {
      try body(Arguments(Array(values[..<positionalCount]), named: named))
    }
  }

  private func replaced(_ part: Part, _ replacements: [Tensor], _ next: inout Int) -> Value {
    var index = 0
    return part.value.mapLeaves(keepsTags: true) { leaf in
      guard case .tensor = leaf else { return leaf }
      index += 1
      guard part.isInput[index - 1] else { return leaf }
      next += 1
      return .tensor(replacements[next - 1])
    }
  }

  /// Where the inputs are that belong to each positional argument: their number and, per tensor, whether it
  /// is one.
  func isInput(inArgument index: Int) -> [Bool] { parts[index].isInput }

  /// The named arguments that hold inputs, and whether captured variables do, as a reader knows them.
  var inputsBesidesPositional: [String] {
    parts.indices.dropFirst(positionalCount).filter { !parts[$0].isInput.isEmpty }.map { index in
      index - positionalCount < names.count
        ? names[index - positionalCount] : "a variable around the function"
    }
  }
}
