// Which elements of a derivative anything depends on.
//
// What a program did not select (by `where`, `max`, `relu`, an index) gets no gradient: not a number that is small, but
// nothing, so that an infinite slope behind it counts for nothing too. A 0 that arithmetic made is a number like any
// other, and times an infinite slope it is NaN. The value 0 does not tell the two apart; a mask beside it does.
//
// Masks follow from the rules. They are made where they can matter: on a tape above another, in a forward tape, and on
// the way back once more where it ended in NaN. A way back that ends in numbers would be the same with them.

/// A derivative with respect to something, or of it, and which of its elements count.
struct SelectedDerivative {
  var value: Tensor
  /// True where anything depends on the element; `nil` where that holds everywhere. The others are exactly 0.
  var selection: Tensor?

  init(_ value: Tensor, _ selection: Tensor? = nil) {
    self.value = value
    self.selection = selection
  }
}

/// Masks over the elements of a derivative; `nil` selects all.
enum SelectionMask {
  /// What is left of a mask: nothing at all, everything, or the mask itself.
  enum Extent {
    case none
    case all
    case some(Tensor)
  }

  static func extent(_ mask: Tensor?) -> Extent {
    guard let mask else { return .all }
    let trues = mask.countOfNonzero
    return trues == mask.count ? .all : trues == 0 ? .none : .some(mask)
  }

  /// 1 where the mask is true, else 0: what a rule is tried on.
  static func indicator(_ mask: Tensor?, _ shape: Shape) throws -> Tensor {
    guard let mask else { return try Tensor.filled(1, shape, .f64) }
    return try Elementwise.converted(mask, .f64)
  }

  /// Where a rule left anything of an indicator. None of the rules that are tried takes differences.
  static func mask(_ indicator: Tensor) throws -> Tensor {
    try Operations.compare(.notEqual, indicator, 0)
  }

  static func both(_ a: Tensor?, _ b: Tensor?) throws -> Tensor? {
    guard let a, let b else { return a ?? b }
    return try Operations.and(a, b)
  }

  static func either(_ a: Tensor?, _ b: Tensor?) throws -> Tensor? {
    guard let a, let b else { return nil }
    return try Operations.or(a, b)
  }

  /// What `Operations.fit` does to the derivative itself.
  static func fit(_ mask: Tensor?, to value: Tensor) throws -> Tensor? {
    guard let mask, mask.shape != value.shape else { return mask }
    let counts = try Elementwise.converted(mask, .f64)
    return try self.mask(
      value.shape.stretches(to: counts.shape)
        ? Operations.sum(counts, to: value.shape) : Operations.expand(counts, to: value.shape))
  }

  /// A mask that may be of fewer elements, in the shape of what it belongs to.
  static func spread(_ mask: Tensor, over shape: Shape) throws -> Tensor {
    mask.shape == shape ? mask : try Operations.expand(mask, to: shape)
  }
}

// MARK: The way back

extension Operation {
  /// The cotangent of one input for one of the output of which only a part counts, before broadcasts are undone;
  /// `nil` where nothing reaches the input.
  func cotangent(
    of input: Int, _ cotangent: Tensor, _ selection: Tensor?, _ application: Application
  ) throws -> SelectedDerivative? {
    var application = application
    application.selection = selection
    let reached: Tensor
    switch SelectionMask.extent(try self.selection(of: input, selection, application)) {
    case .none: return nil
    case .all: return SelectedDerivative(try whole(of: input, cotangent, selection, application))
    case .some(let mask): reached = mask
    }
    let value = try whole(of: input, cotangent, selection, application)
    switch rule {
    // A choice has left out the rest itself, and of zeros sums and moves make zeros.
    case .selection, .linear: return SelectedDerivative(value, reached)
    default: return SelectedDerivative(try Operations.select(reached, value), reached)
    }
  }

  /// The rule, without what the mask takes away afterwards.
  private func whole(
    of input: Int, _ cotangent: Tensor, _ selection: Tensor?, _ application: Application
  ) throws -> Tensor {
    guard selection != nil else { return try self.cotangent(of: input, cotangent, application) }
    switch rule {
    // Not summed up yet.
    case .elementwise(let slope): return try Operations.multiply(cotangent, slope(input, application))
    // What no cotangent that counts meets must not come into a sum.
    case .multilinear(let vjp):
      let other = 1 - input
      let met = try vjp(other, SelectionMask.indicator(selection, cotangent.shape), application.ones)
      return try self.cotangent(of: input, cotangent, application.keeping(other, where: met))
    default: return try self.cotangent(of: input, cotangent, application)
    }
  }

  /// Which elements of an input's cotangent anything depends on.
  private func selection(of input: Int, _ selection: Tensor?, _ x: Application) throws -> Tensor? {
    if case .selection(let mask) = rule {
      let taken = try SelectionMask.spread(mask(input, x), over: x.output.shape)
      return try SelectionMask.both(taken, selection)
    }
    if let constancy, let mask = try constancy(input, x) {
      return try SelectionMask.both(SelectionMask.spread(mask, over: x.output.shape), selection)
    }
    if isElementwise { return selection }
    guard selection != nil || isPartial else { return nil }
    switch rule {
    case .linear(let vjp):
      return try SelectionMask.mask(vjp(input, SelectionMask.indicator(selection, x.output.shape), x.plain))
    case .multilinear(let vjp):
      return try SelectionMask.mask(vjp(input, SelectionMask.indicator(selection, x.output.shape), x.ones))
    case .general where isReduction && !x.output.isScalar:
      return try SelectionMask.mask(
        Operations.spread(SelectionMask.indicator(selection, x.output.shape), x))
    default: return try selection.flatMap { try sliced($0, x, to: x[input].shape) }
    }
  }

  /// The mask of whole parts, those of which some element counts; `nil` where the operation has no parts.
  private func sliced(_ mask: Tensor, _ x: Application, to shape: Shape) throws -> Tensor? {
    guard let slices else { return nil }
    let indicator = try SelectionMask.indicator(mask, mask.shape)
    switch slices {
    case .axes:
      return try SelectionMask.mask(
        Operations.expand(Operations.sum(indicator, x.integers, keep: true), to: shape))
    case .matrices:
      let leading = Array(x.first.shape.dropLast(2))
      guard !leading.isEmpty else { return nil }
      let counts = try Operations.sum(indicator, Array(leading.count..<mask.rank))
      let ones = [Int](repeating: 1, count: shape.rank - leading.count)
      return try SelectionMask.mask(
        Operations.expand(Operations.reshape(counts, Shape(leading + ones)), to: shape))
    }
  }
}

// MARK: The way forward

extension Operation {
  /// The velocity of the output; `nil` where no input moves that counts.
  func tangent(_ x: Application, _ tangents: [SelectedDerivative?]) throws -> SelectedDerivative? {
    guard tangents.contains(where: { $0 != nil }) else { return nil }
    if case .linear = rule { return try linearTangent(x, tangents) }
    var sum: Tensor?
    var selection: Tensor?
    var isWhole = false
    for (input, tangent) in tangents.enumerated() {
      guard let tangent else { continue }
      let extent = SelectionMask.extent(try self.selection(onFrom: input, tangent.selection, x))
      if case .none = extent { continue }
      var term = try self.term(of: input, tangent, x)
      if case .some(let mask) = extent {
        if tangent.selection != nil || constancy != nil { term = try Operations.select(mask, term) }
        selection = sum == nil ? mask : try SelectionMask.either(selection, mask)
      } else {
        isWhole = true
      }
      sum = try sum.map { try Operations.add($0, term) } ?? term
    }
    return try sum.map { try fitted($0, isWhole ? nil : selection, x) }
  }

  private func fitted(_ sum: Tensor, _ selection: Tensor?, _ x: Application) throws -> SelectedDerivative {
    SelectedDerivative(
      try Operations.fit(sum, to: x.output), try SelectionMask.fit(selection, to: x.output))
  }

  /// What the velocity of one input brings.
  private func term(of input: Int, _ tangent: SelectedDerivative, _ x: Application) throws -> Tensor {
    switch rule {
    case .constant, .composite, .given, .linear: preconditionFailure("\(name) has no rule of its own here")
    case .elementwise(let slope): return try Operations.multiply(tangent.value, slope(input, x))
    case .selection(let mask): return try Operations.select(mask(input, x), tangent.value)
    case .multilinear(let vjp):
      var x = x
      if let selection = tangent.selection {
        let other = 1 - input
        let indicators = try x.ones.replacing(input, by: SelectionMask.indicator(selection, selection.shape))
        let all = try Tensor.filled(1, x.output.shape, .f64)
        x = try x.keeping(other, where: vjp(other, all, indicators))
      }
      return try reapply(x, x.replacing(input, by: tangent.value))
    case .general(_, let jvp):
      var x = x
      x.selection = tangent.selection
      return try jvp(input, tangent.value, x)
    }
  }

  /// Which elements of the output move with an input of which only a part counts.
  private func selection(onFrom input: Int, _ selection: Tensor?, _ x: Application) throws -> Tensor? {
    if case .selection(let mask) = rule {
      return try SelectionMask.both(
        SelectionMask.spread(mask(input, x), over: x.output.shape),
        selection.map { try SelectionMask.spread($0, over: x.output.shape) })
    }
    if let constancy, let mask = try constancy(input, x) {
      return try SelectionMask.both(
        SelectionMask.spread(mask, over: x.output.shape),
        selection.map { try SelectionMask.spread($0, over: x.output.shape) })
    }
    guard let selection else { return nil }
    if isElementwise { return try SelectionMask.spread(selection, over: x.output.shape) }
    let indicator = try SelectionMask.indicator(selection, selection.shape)
    switch rule {
    case .multilinear: return try SelectionMask.mask(reapply(x, x.ones.replacing(input, by: indicator)))
    case .general where isReduction && !x.output.isScalar:
      return try SelectionMask.mask(table.reductions.sum.apply(indicator, x.attributes))
    default: return try sliced(selection, x, to: x.output.shape)
    }
  }

  /// Linear in all inputs together: the operation itself of their velocities.
  private func linearTangent(
    _ x: Application, _ tangents: [SelectedDerivative?]
  ) throws -> SelectedDerivative? {
    var velocities = x
    for (input, tangent) in tangents.enumerated() {
      let value = try tangent?.value ?? Tensor.zeros(x[input].shape, x[input].type)
      velocities = velocities.replacing(input, by: value)
    }
    let value = try reapply(x, velocities)
    let isWhole = tangents.allSatisfy { $0 != nil && $0!.selection == nil }
    guard !isWhole || isPartial else { return try fitted(value, nil, x) }
    if isElementwise {
      var selection: Tensor?
      var isFirst = true
      for tangent in tangents {
        guard let tangent else { continue }
        guard let mask = tangent.selection else { return try fitted(value, nil, x) }
        let whole = try SelectionMask.spread(mask, over: x.output.shape)
        selection = isFirst ? whole : try SelectionMask.either(selection, whole)
        isFirst = false
      }
      return try fitted(value, selection, x)
    }
    var indicators = x
    for (input, tangent) in tangents.enumerated() {
      let indicator =
        try tangent == nil
        ? Tensor.zeros(x[input].shape, .f64) : SelectionMask.indicator(tangent!.selection, x[input].shape)
      indicators = indicators.replacing(input, by: indicator)
    }
    // A change of type keeps what it is given.
    let reached = self === table.structure.convert ? indicators.first : try reapply(x, indicators)
    switch SelectionMask.extent(try SelectionMask.mask(reached)) {
    case .none: return nil
    case .all: return try fitted(value, nil, x)
    case .some(let mask): return try fitted(value, mask, x)
    }
  }

  /// The operation of other inputs.
  private func reapply(_ x: Application, _ inputs: Application) throws -> Tensor {
    if unary != nil { return try apply(inputs.first, x.attributes, integer: x.integer) }
    if binary != nil { return try apply(inputs.first, inputs.second, x.attributes) }
    return try apply(inputs.all, x.attributes)
  }
}

extension Operations {
  /// Terms of a sum without those that do not count.
  static func selected(_ terms: Tensor, _ x: Application) throws -> Tensor {
    guard let selection = x.selection else { return terms }
    return try select(selection, terms)
  }
}

extension Application {
  /// The same with another input.
  fileprivate func replacing(_ input: Int, by value: Tensor) -> Application {
    var result = self
    if !all.isEmpty { result.all[input] = value }
    if input == 0 { result.first = value } else if all.isEmpty { result.second = value }
    return result
  }

  /// Ones in the place of two inputs.
  fileprivate var ones: Application {
    get throws {
      var result = self
      result.first = try Tensor.filled(1, first.shape, .f64)
      result.second = try Tensor.filled(1, second.shape, .f64)
      return result
    }
  }

  /// The inputs without their tapes, for rules that ask for shapes alone.
  fileprivate var plain: Application {
    var result = self
    result.first = first.primal
    result.second = second.primal
    result.all = all.map(\.primal)
    return result
  }

  /// An input without the elements that meet nothing.
  fileprivate func keeping(_ input: Int, where met: Tensor) throws -> Application {
    let mask = try SelectionMask.mask(met)
    guard case .some = SelectionMask.extent(mask) else { return self }
    return replacing(input, by: try Operations.select(mask, self[input]))
  }
}
