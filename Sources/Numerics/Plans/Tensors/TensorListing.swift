/// The steps of a plan of tensors, for readers.
public struct TensorListing {
  /// What a step reads, or a run ends in.
  public struct Operand {
    public enum Source {
      /// By the number that `set` gives it.
      case input(Int)
      case step(Int)
      case constant(Tensor)
    }

    public let source: Source
    public let shape: Shape
    /// Of a part of a tensor: the first of its elements, and the shape of the whole.
    public let start: Int
    public let whole: Shape

    init(source: Source, shape: Shape, start: Int, whole: Shape) {
      self.source = source
      self.shape = shape
      self.start = start
      self.whole = whole
    }

    /// A part of nothing in particular.
    public init(_ shape: Shape, startingAt start: Int, of whole: Shape) {
      self.init(source: .step(0), shape: shape, start: start, whole: whole)
    }
  }

  public enum Work {
    /// An operation of the table.
    case operation(Operation)
    /// A cotangent times the slope of an operation.
    case slope(Operation)
    case power(Double)
    /// A product of matrices, each as it is or transposed.
    case product(transposed: (Bool, Bool))
    /// A sum over axes, counted from 0; none where it is over all of them.
    case sum(axes: [Int])
    /// A sum of products.
    case dot
    /// The same elements in a shape where they are used more than once.
    case stretched
    case copied
    case converted(ElementType)
    case transposed
    case filled(Double)
    /// The first operand added to a part of the second, from an element on.
    case added(start: Int)
    case compared(Comparison)
    /// The second operand where the first, a mask, is true, else 0.
    case selected
    /// Of each row the element that a label names.
    case picked
    /// The same back: zeros, but where the labels say.
    case put
    /// What a cotangent, the first operand, brings to an input of an operation; then its inputs and its output.
    case cotangent(Operation, input: Int)
  }

  public struct Step {
    public let work: Work
    public let operands: [Operand]
    public let shape: Shape
    public let type: ElementType
    /// Whether one number stands for all elements.
    public let isSingle: Bool
    /// Whether the result lies where one of the operands did.
    public let overwrites: Bool
  }

  public private(set) var steps: [Step] = []
  /// How many of them lead to the value; the others lead back.
  public private(set) var there = 0
  /// The value, or what else the way there ends in.
  public private(set) var outputs: [Operand] = []
  /// What comes back to the inputs that are differentiated by; `nil` for zero.
  public private(set) var gradients: [Operand?] = []
  /// What is given before each run.
  public let inputs: [(shape: Shape, type: ElementType)]
  /// How many tensors lie in the plan's memory, how long they are together, and how long it is.
  public private(set) var buffers = (count: 0, bytes: 0, memory: 0)
  /// Where tensors are larger than the caches: how many elements they have, how many of them pass through the steps
  /// together, and how often all do.
  public internal(set) var passes: (elements: Int, piece: Int, count: Int)?

  /// By buffer: what was written to it last, and in which shape.
  private var sources: [Int32: Operand] = [:]
  /// Where kernels have their operands.
  private var kernelBuffers: Set<Int32> = []

  /// - Parameters:
  ///   - there: how many entries of the builder lead to the value.
  init(
    _ builder: TensorPlanBuilder, _ inputs: [TensorPlan.Input], there: Int,
    outputs: [TensorPlanBuilder.Value], gradients: [TensorPlan.Gradient], _ layout: TensorMemory
  ) {
    self.inputs = inputs.map { ($0.shape, $0.type) }
    for (index, input) in inputs.enumerated() {
      sources[Int32(truncatingIfNeeded: input.buffer)] = Operand(
        source: .input(index), shape: input.shape, start: 0, whole: input.shape)
    }
    for (index, buffer) in builder.buffers.enumerated() {
      switch buffer {
      case .constant(let tensor):
        sources[Int32(truncatingIfNeeded: index)] = Operand(
          source: .constant(tensor), shape: tensor.shape, start: 0, whole: tensor.shape)
      case .room(let bytes) where layout.offsets[index] != nil:
        buffers.count += 1
        buffers.bytes += bytes
      case .storage: kernelBuffers.insert(Int32(truncatingIfNeeded: index))
      default: break
      }
    }
    buffers.memory = layout.bytes
    for (index, entry) in builder.entries.enumerated() {
      if index == there { self.there = steps.count }
      append(entry, layout)
    }
    if there >= builder.entries.count { self.there = steps.count }
    self.outputs = outputs.compactMap(operand)
    self.gradients = gradients.map { gradient in
      gradient.place.flatMap {
        operand(
          TensorPlanBuilder.Value(shape: gradient.shape, type: gradient.type, place: $0, isSingle: false))
      }
    }
  }

  private mutating func append(_ entry: TensorPlanBuilder.Entry, _ layout: TensorMemory) {
    let operands = entry.operands.compactMap(operand)
    guard operands.count == entry.operands.count, let work = TensorListing.work(entry, operands) else {
      return
    }
    // Kernels have their operands in tensors of their own; the names stay.
    if case .copied = work, kernelBuffers.contains(entry.writes) {
      sources[entry.writes] = operands[0]
      return
    }
    let place = layout.offsets[Int(entry.writes)]
    let overwrites =
      place != nil && entry.mayOverwrite.contains { $0 != entry.writes && layout.offsets[Int($0)] == place }
    steps.append(
      Step(
        work: work, operands: operands, shape: entry.result.shape, type: entry.result.type,
        isSingle: entry.result.isSingle && entry.result.shape.rank > 0, overwrites: overwrites))
    sources[entry.writes] = Operand(
      source: .step(steps.count - 1), shape: entry.result.shape, start: 0, whole: entry.result.shape)
  }

  private func operand(_ value: TensorPlanBuilder.Value) -> Operand? {
    guard let found = sources[value.place.buffer] else { return nil }
    let start = found.start + Int(value.place.offset) / max(1, value.type.size)
    return Operand(source: found.source, shape: value.shape, start: start, whole: found.whole)
  }
}

extension TensorListing {
  /// The way there of what `tape` recorded from `inputs` to `outputs`; `nil` where it holds more than a plan of tensors can
  /// do.
  public init?(_ tape: Tape, from inputs: [Tensor], to outputs: [Tensor]) {
    guard let recording = Tape.recordings?[tape.level], !TensorLabels.areLost,
      recording.isPlannable(TapeTensors.mostNodes)
    else { return nil }
    let nodes = inputs.compactMap { tape.node(of: $0) }
    let tops = outputs.compactMap { tape.node(of: $0) }
    guard nodes.count == inputs.count, tops.count == outputs.count,
      let lowering = TapeTensors(
        recording, nodes, differentiated: nodes.count, wide: TensorBlocks.extent(recording))
    else { return nil }
    let (builder, values) = (lowering.builder, tops.map { lowering.values[$0] })
    var rooms = builder.buffers
    var passes: (elements: Int, piece: Int, count: Int)?
    if let count = builder.wide {
      guard let phases = TensorPhases(builder, count) else { return nil }
      passes = TensorBlocks.passes(phases, count)
      for index in rooms.indices where builder.extents[index].count == count { rooms[index] = .input }
    }
    let layout = TensorMemory(builder.entries, rooms, kept: Set(values.map(\.place.buffer)))
    guard layout.bytes <= TensorPlan.mostBytes else { return nil }
    self.init(
      builder, lowering.inputs, there: builder.entries.count, outputs: values, gradients: [], layout)
    self.passes = passes
  }
}
