import Numerics

/// What a call did with tensors, straight down: for `@plan`. Of a derivative it is the plan that a gradient asked for again
/// runs by; of another function the way there.
package struct TensorOutline {
  package let listing: TensorListing
  /// The arguments that may be others in another run, by their names, in the order of the listing's inputs.
  package private(set) var inputs: [String] = []
  /// How many of them are differentiated by: the first.
  package private(set) var variables = 0
  /// Arguments that must be the same value.
  package private(set) var same: [String] = []
  /// The variables around the function that have a name.
  package let around: [(name: String, value: Value)]

  /// What a call of a function does that did nothing but compute.
  ///
  /// - Returns: `nil` where there is no such plan.
  init?(_ function: Function, _ arguments: Arguments) {
    let outline =
      function is GradientFunction
      ? (try? TensorOutline.gradient(function, arguments))?.outline
      : TensorOutline(function, arguments, followingNumbers: true)
        ?? TensorOutline(function, arguments, followingNumbers: false)
    guard let outline else { return nil }
    self = outline
  }

  /// Calls a derivative, with what it would keep for the next time if this were the second.
  static func gradient(
    _ function: Function, _ arguments: Arguments
  ) throws -> (result: Value, outline: TensorOutline?) {
    let asked = StagedFunction(isListed: true)
    StagedFunction.asked = asked
    defer {
      StagedFunction.asked = nil
      Tape.cut = nil
    }
    let result = try function.call(arguments)
    guard let (f, outline) = asked.outline, f === function.heldFunctions.first else { return (result, nil) }
    return (result, outline)
  }

  /// The way there.
  ///
  /// - Parameter followingNumbers: whether numbers may be others in another run; in shapes they may not.
  private init?(_ f: Function, _ arguments: Arguments, followingNumbers: Bool) {
    guard let tape = try? Tape.open(.reverse), let watch = Staging.begin(on: tape) else { return nil }
    defer {
      Staging.end()
      tape.close()
      Tape.cut = nil
    }
    var inputs: [Tensor] = []
    let given = (arguments.positional + arguments.named.map(\.value)).flatMap(\.leafTensors)
    let wide = TensorPlan.wide(among: given)
    var (names, same): ([String], [String]) = ([], [])
    func followed(_ value: Value, _ name: String) -> Value {
      switch value {
      case .tensor(let tensor)
      where TensorPlan.takes(tensor, wide: wide)
        || followingNumbers && tensor.isPlain && tensor.isScalar && tensor.isReal:
        let variable = tape.variable(tensor)
        inputs.append(variable)
        names.append(name)
        return .tensor(variable)
      case .tuple(let tuple) where value.isTree:
        return .tuple(Tuple((0..<tuple.count).map { followed(tuple[$0], "\(name)[\($0 + 1)]") }))
      case .record(let record) where record.tag == nil && value.isTree:
        return .record(
          Record(
            names: record.names, items: zip(record.names, record.items).map { followed($1, "\(name).\($0)") })
        )
      default:
        same.append(name)
        return value
      }
    }
    var handed = arguments
    for (index, argument) in arguments.positional.enumerated() {
      handed.positional[index] = followed(argument, f.parameterName(index) ?? "x" + (index + 1).subscripted)
    }
    for (index, argument) in arguments.named.enumerated() {
      handed.named[index].value = followed(argument.value, argument.name)
    }
    Staging.enter(f)
    let listing = TensorPlan.followingLabels { () -> TensorListing? in
      guard let result = try? f.call(handed), watch.isWhole,
        result.allLeaves(satisfy: { if case .tensor = $0 { true } else { false } })
      else { return nil }
      return TensorListing(tape, from: inputs, to: result.leafTensors)
    }
    guard let listing else { return nil }
    self.listing = listing
    (self.inputs, self.same) = (names, same)
    around = watch.variables.named
  }

  /// Of a gradient's plan.
  ///
  /// - Parameters:
  ///   - given: the arguments.
  ///   - only: the positional argument that alone is differentiated by; `nil` for all.
  init(
    _ listing: TensorListing, _ f: Function, _ given: Arguments, only: Int?, _ watched: [WatchedVariable]
  ) {
    self.listing = listing
    around = watched.named
    let names = given.positional.indices.map { f.parameterName($0) ?? "x" + ($0 + 1).subscripted }
    for (index, argument) in given.positional.enumerated() where only == nil || only == index {
      inputs += Paths.of(argument, names[index]).map(\.path)
    }
    variables = inputs.count
    for (index, argument) in given.positional.enumerated() where only != nil && only != index {
      add(argument, names[index])
    }
    for argument in given.named { add(argument.value, argument.name) }
  }

  /// The parts of an argument that is not differentiated by, as `StagedData` takes them.
  private mutating func add(_ value: Value, _ name: String) {
    switch value {
    case .tensor(let tensor) where TensorPlan.takes(tensor, wide: listing.passes?.elements):
      inputs.append(name)
    case .tuple(let tuple) where value.isTree:
      for (index, item) in tuple.items.enumerated() { add(item, "\(name)[\(index + 1)]") }
    case .record(let record) where record.tag == nil && value.isTree:
      for (field, item) in zip(record.names, record.items) { add(item, "\(name).\(field)") }
    default: same.append(name)
    }
  }
}

extension [WatchedVariable] {
  /// Those that have a name, each once.
  fileprivate var named: [(name: String, value: Value)] {
    var seen: Set<String> = []
    return compactMap(\.named).filter { seen.insert($0.name).inserted }
  }
}

extension WatchedVariable {
  /// With the name that the notebook has for it; what belongs to the library does not change.
  fileprivate var named: (name: String, value: Value)? {
    guard case .cell(let cell, let value) = self else { return nil }
    switch value {
    case .unset: return nil
    case .function(let function) where (function as? Closure)?.definition == nil: return nil
    default: return (cell.name, value)
    }
  }
}

extension Tensor {
  fileprivate var isReal: Bool { type == .f64 || type == .f32 }
}
