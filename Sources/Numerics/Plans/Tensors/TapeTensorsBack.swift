import CVector

// The way back through a tape of tensors, written down: what `Recording.passBack` and the rules of the rows do.

extension TapeTensors {
  /// Answers false where a rule is more than a plan can do.
  mutating func pullBack(from top: Int) -> Bool {
    guard let seed = builder.number(1, values[top].type), accumulate(seed, into: top, 0) else { return false }
    for index in stride(from: top, through: 0, by: -1)
    where recording.nodes[index].operation > Code.variable && isActive[index] {
      guard let cotangent = cotangents[index] else { continue }
      cotangents[index] = nil
      guard pull(index, cotangent) else { return false }
    }
    return true
  }

  private mutating func pull(_ index: Int, _ c: Value) -> Bool {
    let node = recording.nodes[index]
    let nodes = recording.inputs(of: index)
    switch node.operation {
    case Code.element, Code.row: return add(c, to: nodes[0], from: Int(node.second) * c.count, node.site)
    default: break
    }
    for (input, target) in nodes.enumerated() where isActive[target] {
      guard let part = contribution(input, index, nodes, c) else { return false }
      let isPassed = part.place == c.place && part.shape == c.shape
      if isPassed { passed = origins[index] }
      guard let fitted = fit(part, to: target), accumulate(fitted, into: target, node.site) else {
        return false
      }
      passed = nil
    }
    return true
  }

  /// A part of a tensor that was read: added at its place, without a tensor of zeros for each.
  private mutating func add(_ c: Value, to target: Int, from start: Int, _ site: Int32) -> Bool {
    guard isActive[target] else { return true }
    let whole = values[target]
    guard whole.type == c.type else { return false }
    if let old = cotangents[target] {
      if isShared(target) || !builder.isOwn(old) { setOrigin(of: target, site) }
      if !isWritable(target, old) {
        let copy = builder.copied(old)
        writable.insert(copy.place.buffer)
        cotangents[target] = copy
      }
    } else {
      let zeros = builder.zeros(whole.shape, whole.type)
      writable.insert(zeros.place.buffer)
      cotangents[target] = zeros
      setOrigin(of: target, site)
    }
    guard let sum = cotangents[target] else { return false }
    builder.add(c, to: sum, from: start)
    return true
  }

  /// As `Operations.fit`.
  private mutating func fit(_ x: Value, to target: Int) -> Value? {
    let value = values[target]
    var result = x
    if result.shape != value.shape {
      guard
        let fitted = value.shape.stretches(to: result.shape)
          ? builder.sum(result, to: value.shape) : builder.expanded(result, value.shape)
      else { return nil }
      result = fitted
    }
    return builder.converted(result, value.type)
  }

  /// As `Recording.accumulate`: numbers begin with 0, tensors with what comes first.
  private mutating func accumulate(_ x: Value, into target: Int, _ site: Int32) -> Bool {
    if let old = cotangents[target] {
      guard let sum = builder.binary(VECTOR_add, old, x) else { return false }
      if isShared(target) || !builder.isOwn(old) { setOrigin(of: target, site) }
      cotangents[target] = sum
    } else if x.isNumber, x.type == .f64 {
      guard let zero = builder.number(0, .f64), let sum = builder.binary(VECTOR_add, zero, x) else {
        return false
      }
      cotangents[target] = sum
    } else {
      cotangents[target] = x
      if let passed { origins[target] = passed } else { setOrigin(of: target, site) }
    }
    return true
  }

  private mutating func setOrigin(of node: Int, _ site: Int32) {
    identities += 1
    origins[node] = (site, identities)
  }

  /// Whether the tensor of a cotangent is that of another, too: then adding to it makes a new one.
  private func isShared(_ node: Int) -> Bool {
    let identity = origins[node].identity
    return cotangents.indices.contains {
      $0 != node && cotangents[$0] != nil && origins[$0].identity == identity
    }
  }

  /// Whether nothing else reads the buffer of a cotangent from now on.
  private func isWritable(_ node: Int, _ cotangent: Value) -> Bool {
    let buffer = cotangent.place.buffer
    return writable.contains(buffer) && builder.isOwn(cotangent)
      && !cotangents.indices.contains { $0 != node && cotangents[$0]?.place.buffer == buffer }
  }

  // MARK: The rules

  /// What the cotangent of a node brings to one of its inputs, before broadcasts are undone.
  private mutating func contribution(_ input: Int, _ index: Int, _ nodes: [Int], _ c: Value) -> Value? {
    let node = recording.nodes[index]
    let (x, y) = (nodes.map { values[$0] }, values[index])
    let integers = node.attributes?.integers ?? []
    switch node.operation {
    case Code.add: return c
    case Code.subtract: return input == 0 ? c : builder.unary(VECTOR_negate, c)
    case Code.negate: return builder.unary(VECTOR_negate, c)
    case Code.multiply: return times(c, x[1 - input], x[input])
    case Code.divide:
      if input == 0 { return builder.binary(VECTOR_divide, c, x[1]) }
      return builder.binary(VECTOR_divide, y, x[1]).flatMap {
        builder.binary(VECTOR_multiply, c, builder.unary(VECTOR_negate, $0))
      }
    case Code.power:
      guard input == 0, let exponent = constant(nodes[1]) else { break }
      return powerSlope(c, x[0], exponent)
    case table.products.matrix.index:
      return matrix(input, c, x[0], x[1], integers[0] != 0, integers[1] != 0)
    case table.products.dot.index: return builder.binary(VECTOR_multiply, c, x[1 - input])
    case table.reductions.sum.index:
      let kept = ReductionPlan(x[0].shape, axes: integers, keep: true).kept
      return builder.reshaped(c, kept).flatMap { builder.expanded($0, x[0].shape) }
    case table.structure.sum.index: return builder.expanded(c, x[0].shape)
    case table.structure.expand.index: return builder.sum(c, to: x[0].shape)
    case table.structure.reshape.index: return builder.reshaped(c, x[0].shape)
    case table.structure.convert.index: return builder.converted(c, x[0].type)
    case table.structure.permute.index where integers == [1, 0]: return builder.transposed(c)
    case Code.select: return input == 1 ? builder.select(x[0], c) : nil
    case table.structure.take.index:
      guard let labels = labels(of: index) else { break }
      return builder.put(c, at: values[labels], x[0].shape)
    case table.activation.logisticLoss.index:
      return logisticSlope(input, x[0], x[1]).flatMap { times(c, $0, x[input]) }
    default:
      if x.count == 1, let slope = TapeTensors.slopes[node.operation] { return slope(&builder, c, x[0], y) }
    }
    return called(input, index, c, x, y)
  }

  /// The product with the slope of an operation element by element; what comes back to a number is summed up at once.
  private mutating func times(_ c: Value, _ slope: Value, _ x: Value) -> Value? {
    guard x.isNumber, !c.isNumber else { return builder.binary(VECTOR_multiply, c, slope) }
    if c.shape == slope.shape, c.type == slope.type { return builder.dot(c, slope) }
    return builder.binary(VECTOR_multiply, c, slope).flatMap {
      builder.sum($0, Array(0..<$0.shape.rank), Shape())
    }
  }

  /// As `Powers.derivative`.
  private mutating func powerSlope(_ c: Value, _ x: Value, _ exponent: Double) -> Value? {
    if exponent == 2 { return builder.binary(VECTOR_squareSlope, c, x) }
    guard let number = builder.number(exponent, .f64),
      let product = builder.binary(VECTOR_multiply, c, builder.power(x, exponent - 1))
    else { return nil }
    return builder.binary(VECTOR_annihilate, number, product)
  }

  private mutating func logisticSlope(_ input: Int, _ z: Value, _ t: Value) -> Value? {
    let opposite = builder.unary(VECTOR_negate, z)
    if input == 1 { return opposite }
    guard let one = builder.number(1, .f64), let rest = builder.binary(VECTOR_subtract, one, t),
      let first = builder.binary(VECTOR_multiply, rest, builder.unary(VECTOR_sigmoid, z)),
      let second = builder.binary(VECTOR_multiply, t, builder.unary(VECTOR_sigmoid, opposite))
    else { return nil }
    return builder.binary(VECTOR_subtract, first, second)
  }

  /// As `Products.cotangent`.
  private mutating func matrix(
    _ input: Int, _ c: Value, _ a: Value, _ b: Value, _ transposedA: Bool, _ transposedB: Bool
  ) -> Value? {
    if a.shape.rank == 1 {
      if input == 0 { return builder.product(c, b, false, !transposedB) }
      return transposedB ? outer(c, a) : outer(a, c)
    }
    if b.shape.rank == 1 {
      if input == 1 { return builder.product(a, c, !transposedA, false) }
      return transposedA ? outer(b, c) : outer(c, b)
    }
    if input == 0 {
      return transposedA
        ? builder.product(b, c, transposedB, true) : builder.product(c, b, false, !transposedB)
    }
    return transposedB
      ? builder.product(c, a, true, transposedA) : builder.product(a, c, !transposedA, false)
  }

  private mutating func outer(_ a: Value, _ b: Value) -> Value? {
    guard let left = builder.reshaped(a, Shape(a.count, 1)),
      let right = builder.reshaped(b, Shape(1, b.count))
    else { return nil }
    return builder.binary(VECTOR_multiply, left, right)
  }

  /// By the rule of the row itself. What kind of tensor it gives is found by asking it once.
  private mutating func called(_ input: Int, _ index: Int, _ c: Value, _ x: [Value], _ y: Value) -> Value? {
    let node = recording.nodes[index]
    let row = Registry[node.operation]
    let application = recording.application(at: index).values
    guard builder.wide == nil, let seed = try? Tensor.filled(1, c.shape, c.type),
      let sample = try? row.cotangent(of: input, seed, application)
    else { return nil }
    let integer = x.count == 1 ? Int(node.second) : 0
    return builder.call(
      row, cotangentOf: input, [c] + x + [y], node.attributes, integer, sample.shape, sample.type)
  }

  private typealias SlopeRule = @Sendable (inout TensorPlanBuilder, Value, Value, Value) -> Value?

  /// The rules of functions of one number, from cotangent, input and output.
  private static let slopes: [UInt16: SlopeRule] = {
    func loop(_ function: Int) -> SlopeRule {
      { builder, c, x, _ in builder.binary(VECTOR_multiply, c, builder.unary(function, x)) }
    }
    func over(_ number: Double, _ shift: Double?, output: Bool) -> SlopeRule {
      { builder, c, x, y in
        guard let top = builder.number(number, .f64) else { return nil }
        var bottom: Value? = output ? y : x
        if let shift, let number = builder.number(shift, .f64) {
          bottom = builder.binary(VECTOR_add, number, x)
        }
        guard let bottom, let slope = builder.binary(VECTOR_divide, top, bottom) else { return nil }
        return builder.binary(VECTOR_multiply, c, slope)
      }
    }
    let (elementwise, activation) = (table.elementwise, table.activation)
    return [
      table.hyperbolic.tanh.index: { builder, c, _, y in builder.binary(VECTOR_tanhSlope, c, y) },
      activation.sigmoid.index: { builder, c, _, y in builder.binary(VECTOR_sigmoidSlope, c, y) },
      activation.softplus.index: loop(VECTOR_sigmoid),
      activation.relu.index: { builder, c, x, _ in
        guard let zero = builder.number(0, x.type),
          let mask = builder.binary(VECTOR_greater, x, zero, isComparison: true)
        else { return nil }
        return builder.select(mask, c)
      },
      activation.silu.index: { builder, c, x, y in
        let share = builder.unary(VECTOR_sigmoid, x)
        guard let one = builder.number(1, .f64), let rest = builder.binary(VECTOR_subtract, one, share),
          let product = builder.binary(VECTOR_multiply, y, rest),
          let slope = builder.binary(VECTOR_add, share, product)
        else { return nil }
        return builder.binary(VECTOR_multiply, c, slope)
      },
      elementwise.exp.index: { builder, c, _, y in builder.binary(VECTOR_multiply, c, y) },
      elementwise.expm1.index: loop(VECTOR_exp),
      elementwise.log.index: over(1, nil, output: false),
      elementwise.log1p.index: over(1, 1, output: false),
      elementwise.sqrt.index: over(0.5, nil, output: true),
      elementwise.abs.index: loop(VECTOR_sign),
      elementwise.sin.index: loop(VECTOR_cos),
      elementwise.cos.index: { builder, c, x, _ in
        let slope = builder.unary(VECTOR_negate, builder.unary(VECTOR_sin, x))
        return builder.binary(VECTOR_multiply, c, slope)
      },
    ]
  }()

  // MARK: The end

  /// The gradient that the way back left at a variable, in a buffer that is made before each run.
  mutating func gradient(of node: Int, _ results: inout Set<Int32>) -> TensorPlan.Gradient {
    let value = values[node]
    let found = cotangents[node]
    if value.isNumber {
      return TensorPlan.Gradient(buffer: nil, place: found?.place, shape: Shape(), type: value.type, site: 0)
    }
    var whole = found ?? builder.zeros(value.shape, value.type)
    if !builder.isOwn(whole) || results.contains(whole.place.buffer) { whole = builder.copied(whole) }
    results.insert(whole.place.buffer)
    builder.buffers[Int(whole.place.buffer)] = .result
    return TensorPlan.Gradient(
      buffer: Int(whole.place.buffer), place: whole.place, shape: value.shape, type: value.type,
      site: found == nil ? 0 : origins[node].site)
  }

  /// The value of a node, in a buffer that is made before each run.
  mutating func result(
    of node: Int, madeAt site: Int32, _ results: inout Set<Int32>
  ) -> TensorPlan.Gradient {
    var whole = values[node]
    guard !whole.isNumber else {
      return TensorPlan.Gradient(
        buffer: nil, place: whole.place, shape: Shape(), type: whole.type, site: 0)
    }
    if !builder.isOwn(whole) || results.contains(whole.place.buffer) { whole = builder.copied(whole) }
    results.insert(whole.place.buffer)
    builder.buffers[Int(whole.place.buffer)] = .result
    return TensorPlan.Gradient(
      buffer: Int(whole.place.buffer), place: whole.place, shape: whole.shape, type: whole.type, site: site)
  }
}
