import CVector

/// The nodes of a reverse tape of tensors as steps of a plan: first the way there, then the way back, each operation
/// by the kernels that it runs. Nodes that depend on nothing that is differentiated by are what constants are to a
/// tape: nothing goes back to them.
struct TapeTensors {
  typealias Value = TensorPlanBuilder.Value

  var builder: TensorPlanBuilder
  let recording: Recording
  /// By node.
  private(set) var values: [Value] = []
  private(set) var isActive: [Bool] = []
  private(set) var inputs: [TensorPlan.Input] = []
  var cotangents: [Value?]
  /// Where the tensor of each cotangent was made, and which of them are one.
  var origins: [(site: Int32, identity: Int)]
  var identities = 0
  /// Buffers that parts are added to where they are.
  var writable: Set<Int32> = []
  /// Of a cotangent that goes on as it is.
  var passed: (site: Int32, identity: Int)?

  /// Longer recordings are not kept: the memory that they would hold is that of their tensors.
  static let mostNodes = 1 << 10

  /// The way there.
  ///
  /// - Parameters:
  ///   - variables: the nodes that are given before each run.
  ///   - count: how many of them, from the first on, are differentiated by.
  ///   - wide: how many elements the large tensors have, where they may be large.
  init?(_ recording: Recording, _ variables: [Int], differentiated count: Int, wide: Int? = nil) {
    self.recording = recording
    builder = TensorPlanBuilder(wide: wide)
    cotangents = [Value?](repeating: nil, count: recording.count)
    origins = .init(repeating: (0, 0), count: recording.count)
    var places: [Int: Int] = [:]
    for (place, node) in variables.enumerated() {
      places[node] = place
      guard let value = builder.input(recording.nodes[node].value) else { return nil }
      inputs.append(TensorPlan.Input(buffer: Int(value.place.buffer), shape: value.shape, type: value.type))
    }
    for index in 0..<recording.count {
      let node = recording.nodes[index]
      if node.operation == Code.variable {
        guard let place = places[index] else { return nil }
        let input = inputs[place]
        values.append(
          Value(
            shape: input.shape, type: input.type,
            place: TensorPlace(buffer: Int32(truncatingIfNeeded: input.buffer), offset: 0),
            isSingle: input.shape.rank == 0))
        isActive.append(place < count)
      } else if node.operation == Code.constant {
        guard let value = builder.constant(node.value) else { return nil }
        values.append(value)
        isActive.append(false)
      } else {
        guard builder.fits(node.value), let value = output(of: index),
          value.shape == node.value.shape, value.type == node.value.type
        else { return nil }
        values.append(value)
        isActive.append(recording.inputs(of: index).contains { isActive[$0] })
      }
    }
  }

  // MARK: The way there

  private mutating func output(of index: Int) -> Value? {
    let node = recording.nodes[index]
    let row = Registry[node.operation]
    guard node.attributes?.pullback == nil else { return nil }
    let nodes = recording.inputs(of: index)
    let x = nodes.map { values[$0] }
    let integers = node.attributes?.integers ?? []
    switch node.operation {
    case Code.power:
      guard let exponent = constant(nodes[1]), x[1].type == .f64 || x[1].type == x[0].type else {
        return called(index, x)
      }
      return builder.power(x[0], exponent)
    case Code.element: return builder.part(x[0], from: Int(node.second), Shape())
    case Code.row:
      return builder.part(x[0], from: Int(node.second) * node.value.count, node.value.shape)
    case table.products.matrix.index:
      return builder.product(x[0], x[1], integers[0] != 0, integers[1] != 0)
    case table.products.dot.index:
      return x[0].isNumber ? builder.binary(VECTOR_multiply, x[0], x[1]) : builder.dot(x[0], x[1])
    case table.reductions.sum.index: return builder.sum(x[0], integers, node.value.shape)
    case table.structure.sum.index: return builder.sum(x[0], to: node.value.shape)
    case table.structure.expand.index: return builder.expanded(x[0], node.value.shape)
    case table.structure.reshape.index: return builder.reshaped(x[0], node.value.shape)
    case table.structure.convert.index: return builder.converted(x[0], node.value.type)
    case table.structure.permute.index where integers == [1, 0]: return builder.transposed(x[0])
    case Code.select: return x[0].type == .bool ? builder.select(x[0], x[1]) : nil
    case table.structure.take.index:
      guard let labels = labels(of: index) else { break }
      return isActive[labels] ? nil : builder.picked(x[0], values[labels], node.value.shape)
    default: break
    }
    if case .elementwise = row.kind {
      if let loop = row.numbers.loop {
        return x.count == 2 ? builder.binary(loop, x[0], x[1]) : builder.unary(loop, x[0])
      }
      if x.count == 1, let function = row.numbers.unary { return builder.unary(function, x[0], as: row) }
    }
    return called(index, x)
  }

  /// The node of the labels that decide what a node picks; `nil` where its attributes do.
  func labels(of node: Int) -> Int? { TensorLabels.found?[node] }

  /// The number of a constant.
  func constant(_ node: Int) -> Double? {
    let node = recording.nodes[node]
    return node.operation == Code.constant && node.value.isScalar ? node.value.scalar : nil
  }

  /// The operation by its kernel.
  private mutating func called(_ index: Int, _ x: [Value]) -> Value? {
    let node = recording.nodes[index]
    let row = Registry[node.operation]
    guard builder.wide == nil, row.isCalledByPlans else { return nil }
    let integer = x.count == 1 ? Int(node.second) : 0
    return builder.call(row, x, node.attributes, integer, node.value.shape, node.value.type)
  }
}

extension Operation {
  /// Whether a plan of tensors may leave it to its kernel: all that it makes of tensors follows from their elements and
  /// from attributes that no element decides.
  fileprivate var isCalledByPlans: Bool {
    if case .elementwise = kind { return numbers.areKnown }
    let rows = [
      table.normalised.softmax, table.normalised.logsoftmax, table.normalised.logsumexp,
      table.reductions.norm,
      table.structure.narrow, table.structure.permute, table.structure.concatenate, table.structure.stack,
      table.structure.take, table.reductions.sum,
    ]
    return rows.contains { $0 === self }
  }

  /// Whether a tape sees all that it does with tensors, so that a plan may stand for it.
  public var isTensorFunction: Bool {
    let rows = [
      table.reductions.sum, table.reductions.mean, table.reductions.norm, table.products.dot,
      table.products.product,
      table.normalised.softmax, table.normalised.logsoftmax, table.normalised.logsumexp,
      table.picking.labelled, table.layers.entropy,
    ]
    return rows.contains { $0 === self }
  }
}

extension TensorPlan {
  /// A plan of what `tape` recorded from `variables` to `output`; `nil` where that is more than operations on f64 and
  /// f32 tensors of fixed shapes, or larger ones than a plan is for.
  ///
  /// - Parameters:
  ///   - variables: what is differentiated by.
  ///   - data: what else is given before each run. The numbers of `set` go through the variables and then through these.
  ///   - isListed: whether the steps are wanted for readers.
  public convenience init?(
    _ tape: Tape, from variables: [Tensor], data: [Tensor], to output: Tensor, isListed: Bool = false
  ) {
    guard let recording = Tape.recordings?[tape.level] else { return nil }
    guard !TensorLabels.areLost, recording.isPlannable(TapeTensors.mostNodes), output.isScalar,
      let top = tape.node(of: output)
    else {
      return nil
    }
    let nodes = (variables + data).compactMap { tape.node(of: $0) }
    guard nodes.count == variables.count + data.count,
      var lowering = TapeTensors(
        recording, nodes, differentiated: variables.count, wide: TensorBlocks.extent(recording)),
      lowering.isActive[top]
    else { return nil }
    let there = lowering.builder.entries.count
    guard lowering.pullBack(from: top) else { return nil }
    var gradients: [Gradient] = []
    var results: Set<Int32> = []
    for node in nodes.prefix(variables.count) { gradients.append(lowering.gradient(of: node, &results)) }
    self.init(
      lowering.builder, lowering.inputs, gradients,
      output: (lowering.values[top].place, lowering.values[top].type),
      listed: isListed ? (lowering.values[top], there) : nil)
  }

  /// A plan of the way there alone, to the values that `takeGradient` gives then.
  ///
  /// - Parameters:
  ///   - inputs: what is given before each run, followed by the tape.
  ///   - outputs: what came of them.
  public convenience init?(_ tape: Tape, of inputs: [Tensor], to outputs: [Tensor]) {
    guard let recording = Tape.recordings?[tape.level], !TensorLabels.areLost,
      recording.isPlannable(TapeTensors.mostNodes)
    else { return nil }
    let nodes = inputs.compactMap { tape.node(of: $0) }
    let tops = outputs.compactMap { tape.node(of: $0) }
    guard nodes.count == inputs.count, tops.count == outputs.count, let first = tops.first,
      var lowering = TapeTensors(
        recording, nodes, differentiated: nodes.count, wide: TensorBlocks.extent(recording))
    else { return nil }
    var results: Set<Int32> = []
    let made = zip(tops, outputs).map { lowering.result(of: $0, madeAt: $1.origin ?? 0, &results) }
    let value = lowering.values[first]
    guard outputs.allSatisfy({ $0.type == .f64 || $0.type == .f32 }) else { return nil }
    self.init(
      lowering.builder, lowering.inputs, made, output: (made[0].place ?? value.place, value.type),
      isGradient: false)
  }
}
