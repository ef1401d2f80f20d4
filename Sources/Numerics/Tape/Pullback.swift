import CVector

// The backward pass: from an output down to the variables, in the order opposite to the recording.

extension Tape {
  /// The gradient of `⟨cotangent, y⟩` with respect to each of `variables`; zeros where `y` does not depend
  /// on one. May be called any number of times.
  public func pullback(of y: Tensor, cotangent: Tensor, to variables: [Tensor]) throws -> [Tensor] {
    try run(from: y, cotangent, nil)
    var results: [Tensor] = []
    results.reserveCapacity(variables.count)
    for variable in variables { results.append(try gradient(of: variable, y)) }
    return results
  }

  /// The same for one variable.
  ///
  /// - Parameter selection: Where anything depends on the cotangent; elsewhere it must be 0. `nil` is everywhere.
  public func pullback(
    of y: Tensor, cotangent: Tensor, selection: Tensor? = nil, to variable: Tensor
  ) throws -> Tensor {
    try run(from: y, cotangent, selection)
    return try gradient(of: variable, y)
  }

  /// The same with masks, for a cotangent of which only a part counts; `nil` where nothing reaches a variable.
  func pullback(
    of y: Tensor, selected cotangent: SelectedDerivative, to variables: [Tensor]
  ) throws -> [SelectedDerivative?] {
    guard let top = node(of: y) else { return variables.map { _ in nil } }
    let recording = Tape.recordings! + level
    try recording.pointee.pullSelected(from: top, cotangent)
    return variables.map { variable in
      let node = Int(variable.meta >> 36)
      guard node <= top, let adjoint = recording.pointee.adjoint(of: node) else { return nil }
      return SelectedDerivative(adjoint, recording.pointee.selections[node])
    }
  }

  /// The backward pass alone; `cotangent(of:from:)` reads the results until the next one.
  public func pullback(of y: Tensor, cotangent: Tensor, selection: Tensor? = nil) throws {
    try run(from: y, cotangent, selection)
  }

  /// What the last pullback from `y` left at a variable; zeros where `y` does not depend on it.
  public func cotangent(of variable: Tensor, from y: Tensor) throws -> Tensor {
    try gradient(of: variable, y)
  }

  private func run(from y: Tensor, _ cotangent: Tensor, _ selection: Tensor?) throws {
    let recording = Tape.recordings! + level
    recording.pointee.gradients = GradientSurvey()
    guard let top = node(of: y) else { return }
    let seed = value(of: cotangent)
    let site = Tape.site
    // Where it fails, the site is that of the operation at fault.
    try recording.pointee.backward(from: top, seed, selection)
    // What is beneath another tape is settled there.
    if level == 1, recording.pointee.gradients.holdNaN, !Tape.isWrittenDown {
      try recording.pointee.settle(from: top, seed, selection)
    }
    Tape.site = site
  }

  /// What the last pullback left at the variables: whether all of it is finite.
  public var hasFiniteGradients: Bool { Tape.recordings![level].gradients.areFinite }

  /// A gradient as a program is to see it: a zero has no sign.
  public func settled(_ gradient: Tensor) throws -> Tensor {
    guard Tape.recordings![level].gradients.holdNegativeZero || Tape.isWrittenDown else { return gradient }
    return try Operations.withoutNegativeZero(gradient)
  }

  private func gradient(of variable: Tensor, _ y: Tensor) throws -> Tensor {
    guard let node = node(of: variable) else { return try Tensor.zeros(variable.shape, variable.type) }
    if let top = self.node(of: y), node <= top, let gradient = Tape.recordings![level].adjoint(of: node) {
      return gradient
    }
    return try Tensor.zeros(variable.shape, variable.type.arithmetic)
  }

  /// The node that holds a value of this tape.
  public func index(of x: Tensor) -> Int? { node(of: x) }
}

extension Recording {
  func adjoint(of node: Int) -> Tensor? {
    if node < adjointsCount, let adjoint = adjoints[node] { return adjoint }
    guard usesNumbers, node < numbersCapacity, nodes[node].value.storage == nil,
      nodes[node].value.type == .f64
    else { return nil }
    return Tensor(numbers[node] + 0)
  }

  /// Whether cotangents of numbers lie among the numbers, and not with those of tensors.
  private var usesNumbers: Bool { !isNested && !followsSelection }

  /// Fills the cotangents of every node below `top` that it depends on.
  mutating func backward(from top: Int, _ seed: Tensor, _ selection: Tensor? = nil) throws {
    if seed.liveLevel != 0 { isNested = true }
    followsSelection = isNested && !passesWhole
    if !followsSelection {
      try passBack(from: top, seed)
      survey(top)
      // What was not selected may have met an infinite slope.
      followsSelection = gradients.holdNaN && !passesWhole
    }
    guard followsSelection else { return }
    try passBackSelected(from: top, seed, selection)
    survey(top)
  }

  /// The way back with masks, which stay readable.
  mutating func pullSelected(from top: Int, _ cotangent: SelectedDerivative) throws {
    followsSelection = true
    keepsAdjoints = true
    try passBackSelected(from: top, cotangent.value, cotangent.selection)
  }

  /// The way back without masks.
  private mutating func passBack(from top: Int, _ seed: Tensor) throws {
    if numbersCapacity <= top {
      try Memory.reserve((capacity - numbersCapacity) * MemoryLayout<Double>.stride)
      Memory.live += (capacity - numbersCapacity) * MemoryLayout<Double>.stride
      numbers.deallocate()
      numbersCapacity = capacity
      numbers = UnsafeMutablePointer<Double>.allocate(capacity: numbersCapacity)
    }
    numbers.update(repeating: 0, count: top + 1)
    // A tape of numbers alone needs no room for tensors.
    try prepareAdjoints(holdsReferences || !usesNumbers ? top + 1 : 0)
    try accumulate(Operations.fit(seed, to: nodes[top].value), into: top)
    var steps = 0
    var index = top
    let hasNumbers = usesNumbers
    while index >= 0 {
      let node = nodes + index
      let code = node.pointee.operation
      if code > Code.variable, barriers.isEmpty || index == top || !barriers.contains(index) {
        if node.pointee.flags & TapeNode.plain != 0, hasNumbers {
          // Also where it is 0: what follows from a 0 at an infinite slope is no number.
          try pullPlain(node, numbers[index])
        } else {
          // A tensor's step may be of less than a block, and not look by itself.
          try NumericsInterruption.poll()
          Tape.site = node.pointee.site
          if isGuided { try guide(index) }
          if let bottom = try pullInBlocks(index) { index = bottom } else { try pull(index) }
        }
        steps &+= 1
        if steps & 0xFFF == 0 { try NumericsInterruption.poll() }
      }
      index -= 1
    }
  }

  /// The way back with masks of what anything depends on.
  private mutating func passBackSelected(from top: Int, _ seed: Tensor, _ selection: Tensor?) throws {
    // A tape of arithmetic on numbers may have come about without the table.
    if !Registry.isComplete { _ = table }
    try prepareAdjoints(top + 1)
    start = (top, seed)
    defer { start = nil }
    selections = [Tensor?](repeating: nil, count: top + 1)
    try add(SelectedDerivative(Operations.fit(seed, to: nodes[top].value), selection), to: top)
    for index in stride(from: top, through: 0, by: -1) where nodes[index].operation > Code.variable {
      guard barriers.isEmpty || index == top || !barriers.contains(index) else { continue }
      Tape.site = nodes[index].site
      if isGuided { try guide(index) }
      try pullSelected(index)
      if index & 0xFFF == 0 { try NumericsInterruption.poll() }
    }
    if !keepsAdjoints { selections = [] }
  }

  private mutating func pullSelected(_ index: Int) throws {
    guard let cotangent = takeAdjoint(index) else { return }
    let application = application(at: index)
    if let matrix = application.target(0), let part = try cotangentAtEqualEigenvalues(index, cotangent) {
      return try add(SelectedDerivative(part), to: matrix)
    }
    try application.visitInputs(SelectedDerivative(cotangent, selections[index])) { input, part in
      guard let part, let target = application.target(input) else { return }
      let value = (nodes + target).pointee.value
      try add(
        SelectedDerivative(
          Operations.fit(part.value, to: value), SelectionMask.fit(part.selection, to: value)), to: target)
    }
  }

  private mutating func add(_ part: SelectedDerivative, to target: Int) throws {
    let isFirst = adjoints[target] == nil
    try accumulate(part.value, into: target)
    selections[target] =
      isFirst ? part.selection : try SelectionMask.either(selections[target], part.selection)
  }

  /// Looks at what the pass left at the variables.
  mutating func survey(_ top: Int) {
    gradients = GradientSurvey()
    if keepsAdjoints {
      for node in 0...top where nodes[node].operation != Code.constant { survey(node: node) }
      return
    }
    for variable in variables where variable <= top { survey(node: Int(variable)) }
  }

  private mutating func survey(node: Int) {
    if usesNumbers, nodes[node].value.storage == nil, nodes[node].value.type == .f64 {
      gradients.include(numbers[node])
    } else if node < adjointsCount, let adjoint = adjoints[node] {
      gradients.include(adjoint)
    }
  }

  /// Takes away what is negative before it passes a relu.
  @inline(never)
  private mutating func guide(_ index: Int) throws {
    let relu = table.activation.relu
    guard nodes[index].operation == relu.index, index < adjointsCount, let adjoint = adjoints[index] else {
      return
    }
    adjoints[index] = try relu.apply(adjoint)
  }

  /// The step for a number computed from plain numbers.
  @inline(__always)
  private mutating func pullPlain(_ node: UnsafeMutablePointer<TapeNode>, _ c: Double) throws {
    let step = NumberStep(node, among: nodes)
    let (first, second) = (Int(step.first), Int(step.second))
    try step.pull(
      c, nodes[first].value.scalar, nodes[second].value.scalar, node.pointee.value.scalar, numbers + first,
      numbers + second)
  }

  /// The step for any node.
  private mutating func pull(_ index: Int) throws {
    guard let cotangent = takeAdjoint(index) else { return }
    if let place = place(of: index) { return try add(cotangent, at: place, of: input(0, of: index)) }
    let application = application(at: index)
    if nodes[index].operation == table.products.matrix.index, !isNested,
      let first = application.target(0), let second = application.target(1),
      let parts = try MatrixProduct.cotangents(cotangent, application.values)
    {
      try accumulate(parts.0, into: first)
      return try accumulate(parts.1, into: second)
    }
    try application.visitInputs(cotangent) { input, contribution in
      guard let contribution, let target = application.target(input) else { return }
      try accumulate(Operations.fit(contribution, to: (nodes + target).pointee.value), into: target)
    }
  }

  private mutating func add(_ cotangent: Tensor, at place: PartPlace, of target: Int) throws {
    let whole = nodes + target
    guard whole.pointee.operation != Code.constant else { return }
    if adjoints[target] == nil {
      adjoints[target] = try Tensor.zeros(whole.pointee.value.shape, whole.pointee.value.type.arithmetic)
    }
    try adjoints[target]!.addInPlace(cotangent, at: place)
  }

  /// The cotangent of a node, which is released unless it is to stay readable.
  private mutating func takeAdjoint(_ index: Int) -> Tensor? {
    if usesNumbers, nodes[index].value.storage == nil, nodes[index].value.type == .f64 {
      // A program's own derivative is not asked about what nothing was computed from.
      if numbers[index] == 0, nodes[index].attributes?.pullback != nil, !isUsed(index) { return nil }
      return Tensor(numbers[index])
    }
    guard index < adjointsCount, let adjoint = adjoints[index] else { return nil }
    if !keepsAdjoints { adjoints[index] = nil }
    return adjoint
  }

  /// Whether something on the tape was computed from a node.
  private func isUsed(_ index: Int) -> Bool {
    (index + 1..<count).contains { inputs(of: $0).contains(index) }
  }

  mutating func accumulate(_ contribution: Tensor, into target: Int) throws {
    let value = (nodes + target).pointee.value
    if usesNumbers, value.storage == nil, value.type == .f64 {
      numbers[target] += contribution.scalar
      return
    }
    guard adjoints[target] != nil else {
      adjoints[target] = contribution
      return
    }
    if !isNested, contribution.storage != nil {
      try adjoints[target]!.addInPlace(contribution, at: 0)
    } else {
      adjoints[target] = try Operations.add(adjoints[target]!, contribution)
    }
  }
}

/// An operation on one or two numbers on its way back.
struct NumberStep {
  let operation: UInt16
  let isBinary: Bool
  let firstIsConstant: Bool
  let secondIsConstant: Bool
  let site: Int32
  /// The nodes of its inputs; a single one is both.
  let first: Int32
  let second: Int32

  @inline(__always)
  init(_ node: UnsafePointer<TapeNode>, among nodes: UnsafePointer<TapeNode>) {
    operation = node.pointee.operation
    isBinary = node.pointee.flags & TapeNode.binary != 0
    site = node.pointee.site
    first = node.pointee.first
    second = isBinary ? node.pointee.second : first
    firstIsConstant = nodes[Int(first)].operation == Code.constant
    secondIsConstant = nodes[Int(second)].operation == Code.constant
  }

  /// Adds what the cotangent `c` of `y`, computed from `a` and `b`, brings to theirs. What a constant is given
  /// counts for nothing; it is left out where finding it costs much.
  @inline(__always)
  func pull(
    _ c: Double, _ a: Double, _ b: Double, _ y: Double, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) throws {
    switch operation {
    case Code.add:
      first.pointee += c
      second.pointee += c
    case Code.subtract:
      first.pointee += c
      second.pointee += -c
    case Code.multiply:
      first.pointee += c * b
      second.pointee += c * a
    case Code.divide:
      first.pointee += c / b
      if !secondIsConstant { second.pointee += c * -(y / b) }
    case Code.power:
      if b == 2, secondIsConstant {
        first.pointee += c * (2 * a)
        return
      }
      if !firstIsConstant { first.pointee += (b == 0 ? 0 : annihilated(b, c * Power.call(a, b - 1))) }
      if !secondIsConstant { second.pointee += c * Powers.timesLogarithms(y, a, 1) }
    case Code.negate:
      first.pointee += -c
    default:
      if let slope = Registry.scalarSlope(operation) {
        first.pointee += c * slope(a, y)
      } else {
        try pullByRule(c, a, b, y, first, second)
      }
    }
  }

  /// The cotangent that the rule of a row gives an input, for a plan: the code of the row and the input, the cotangent
  /// of the output, the inputs and the output. NaN where the rule fails; then no plan stands for the program.
  static func cotangent(_ code: UInt32, _ c: Double, _ a: Double, _ b: Double, _ y: Double) -> Double {
    let row = Registry[UInt16(truncatingIfNeeded: code >> 1)]
    var application = Application(first: Tensor(a), output: Tensor(y))
    if row.numbers.binary != nil { application.second = Tensor(b) }
    return (try? row.cotangent(of: Int(code & 1), Tensor(c), application).scalar) ?? .nan
  }

  @inline(never)
  private func pullByRule(
    _ c: Double, _ a: Double, _ b: Double, _ y: Double, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) throws {
    let row = Registry[operation]
    Tape.site = site
    var application = Application(first: Tensor(a), output: Tensor(y))
    if isBinary { application.second = Tensor(b) }
    if !firstIsConstant { first.pointee += try row.cotangent(of: 0, Tensor(c), application).scalar }
    if isBinary, !secondIsConstant {
      second.pointee += try row.cotangent(of: 1, Tensor(c), application).scalar
    }
  }
}

/// A product that is 0 where either factor is.
@inline(__always)
func annihilated(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
