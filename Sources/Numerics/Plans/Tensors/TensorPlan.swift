import CVector

/// The value and the gradient of what a reverse tape recorded, as steps on tensors of fixed shapes: no tape, no
/// allocation but that of the gradients, no counted reference. Each step is a kernel that the operations ran, on the
/// same operands in the same order, so that the bits are the same.
public final class TensorPlan {
  /// A tensor that is given before each run.
  struct Input {
    var buffer: Int
    var shape: Shape
    var type: ElementType
  }

  /// A gradient that is made before each run.
  struct Gradient {
    /// `nil` where it is a number, which lies at a place, or 0.
    var buffer: Int?
    var place: TensorPlace?
    var shape: Shape
    var type: ElementType
    /// Where its tensor is made.
    var site: Int32
  }

  private let steps: UnsafeMutableBufferPointer<TensorStep>
  private let buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let memory: UnsafeMutableRawPointer
  private let inputs: [Input]
  private let gradients: [Gradient]
  /// Whether what is made is a gradient, which is finite and whose zeros have no sign.
  private let isGradient: Bool
  private let output: (place: TensorPlace, type: ElementType)
  /// What steps hold without counting.
  private let held: [TensorCall]
  private let constants: [Tensor]
  private let bytes: Int
  /// What runs the steps where tensors are larger than the caches.
  private let blocks: TensorBlocks?
  /// Those of the run that comes.
  private var made: [Tensor]
  /// The steps for readers, where they were asked for.
  public private(set) var listing: TensorListing?

  /// Plans that need more memory are not made, so that what a session keeps in them is bounded. Those of networks within
  /// `TensorPlanBuilder.mostElements` that were measured need less.
  static let mostBytes = 1 << 20

  /// The most elements of a tensor in it.
  public static let mostElements = TensorPlanBuilder.mostElements

  /// - Parameters:
  ///   - inputs: by the number that `set` gives them.
  ///   - gradients: of the first inputs.
  ///   - isGradient: whether `gradients` are that; else they are values, whatever they are.
  ///   - listed: the value, and how many steps lead to it, where the steps are wanted for readers.
  init?(
    _ builder: TensorPlanBuilder, _ inputs: [Input], _ gradients: [Gradient],
    output: (place: TensorPlace, type: ElementType), isGradient: Bool = true,
    listed: (value: TensorPlanBuilder.Value, there: Int)? = nil
  ) {
    let kept = Set([output.place.buffer] + gradients.compactMap { $0.place?.buffer })
    var entries = builder.wide == nil ? TensorPairs.paired(builder.entries) : builder.entries
    var rooms = builder.buffers
    var blocks: TensorBlocks?
    var passes: (elements: Int, piece: Int, count: Int)?
    if let count = builder.wide {
      let results = kept.filter { if case .result = builder.buffers[Int($0)] { false } else { true } }
      guard let phases = TensorPhases(builder, count),
        let found = TensorBlocks(builder, phases, count, kept: results)
      else { return nil }
      (entries, blocks, passes) = (phases.entries, found, TensorBlocks.passes(phases, count))
      for index in rooms.indices where builder.extents[index].count == count { rooms[index] = .input }
    }
    self.blocks = blocks
    let layout = TensorMemory(entries, rooms, kept: kept)
    bytes =
      layout.bytes + (blocks?.bytes ?? 0) + entries.count * MemoryLayout<TensorStep>.stride
      + builder.buffers.count * MemoryLayout<UnsafeMutableRawPointer>.stride
    guard bytes <= TensorPlan.mostBytes else { return nil }
    memory = .allocate(byteCount: max(layout.bytes, 64), alignment: 64)
    buffers = .allocate(capacity: builder.buffers.count)
    var constants: [Tensor] = []
    for (index, buffer) in builder.buffers.enumerated() {
      var address = memory
      switch buffer {
      case .room, .number: address = memory + (layout.offsets[index] ?? 0)
      case .storage(let storage): address = storage.pointer
      case .constant(let tensor):
        constants.append(tensor)
        if let storage = tensor.storage { address = storage.pointer }
      case .input, .result: break
      }
      (buffers + index).initialize(to: address)
    }
    self.constants = constants
    steps = .allocate(capacity: entries.count)
    _ = steps.initialize(from: entries.map(\.step))
    held = builder.calls
    self.inputs = inputs
    self.gradients = gradients
    self.isGradient = isGradient
    self.output = output
    made = [Tensor](repeating: Tensor(0), count: gradients.count)
    listing = listed.map {
      TensorListing(builder, inputs, there: $0.there, outputs: [$0.value], gradients: gradients, layout)
    }
    listing?.passes = passes
    Memory.hold(bytes)
  }

  deinit {
    Memory.release(bytes)
    steps.deallocate()
    buffers.deallocate()
    memory.deallocate()
  }

  /// Whether a tensor can be given anew before each run.
  ///
  /// - Parameter wide: how many elements the large tensors of the plan have, where it has some.
  public static func takes(_ x: Tensor, wide: Int?) -> Bool {
    x.isPlain && !x.isScalar && TensorPlanBuilder.fits(x, wide)
  }

  /// How many elements the large tensors of a plan have that is given these; `nil` where none is large.
  public static func wide(among tensors: [Tensor]) -> Int? {
    tensors.map(\.count).max().flatMap { $0 > TensorPlanBuilder.mostElements ? $0 : nil }
  }

  /// How many elements its large tensors have, where it has some.
  public var wide: Int? { blocks?.count }

  /// How many steps there are.
  public var count: Int { steps.count }

  /// Sets an input for the next run, which must come before the tensor changes. Answers false where the tensor is not of
  /// the type and the shape that was recorded, or may be followed by a tape.
  @inline(__always)
  public func set(_ index: Int, _ x: Tensor) -> Bool {
    let (buffer, type) = (inputs[index].buffer, inputs[index].type)
    guard x.meta == UInt64(type.rawValue) else { return false }
    guard let storage = x.storage?.head else {
      guard inputs[index].shape.rank == 0 else { return false }
      if type == .f32 {
        buffers[buffer].assumingMemoryBound(to: Float.self)[0] = Float(x.scalar)
      } else {
        buffers[buffer].assumingMemoryBound(to: Double.self)[0] = x.scalar
      }
      return true
    }
    guard storage.pointee.shape == inputs[index].shape else { return false }
    buffers[buffer] = storage.pointee.pointer
    return true
  }

  /// Computes value and gradients. Answers false where the program itself must run: a gradient is not finite, a kernel
  /// fails, the evaluation is to stop.
  public func run() throws -> Bool {
    let site = Tape.site
    for (index, gradient) in gradients.enumerated() {
      guard let buffer = gradient.buffer else { continue }
      Tape.site = gradient.site == 0 ? site : gradient.site
      // Where memory is short, the program meets the limit in its own place.
      guard let storage = try? Storage.allocate(gradient.shape, gradient.type) else {
        Tape.site = site
        return false
      }
      buffers[buffer] = storage.pointer
      made[index] = Tensor(storage, gradient.type)
    }
    Tape.site = site
    guard runSteps(sharing: true) else { return false }
    Tape.site = site
    for index in gradients.indices where try !settle(index) { return false }
    return true
  }

  /// The way there and back; answers false where a kernel fails, or the evaluation is to stop.
  ///
  /// - Parameter sharing: whether other threads may take a step.
  func runSteps(sharing: Bool) -> Bool {
    if let blocks { return blocks.run(buffers) }
    let places = UnsafePointer(buffers)
    let pairs = sharing && Workers.areUsed
    var step = 0
    while step < steps.count {
      if steps[step].isPaired, pairs {
        guard runPair(step, places) else { return false }
        step += 1
      } else {
        guard steps[step].run(places) else { return false }
      }
      guard !NumericsInterruption.isRaised else { return false }
      step += 1
    }
    return true
  }

  @inline(never)
  private func runPair(_ first: Int, _ places: UnsafePointer<UnsafeMutableRawPointer>) -> Bool {
    let steps = steps
    return (try? Workers.forEach(2) { _ = steps[first + $0].run(places) }) != nil
  }

  /// What a run costs, in additions.
  var work: Int {
    steps.reduce(0) { sum, step in
      let isLong = step.kind == .unary && Int(step.function) < VECTOR_LONG_COUNT
      return sum + (isLong ? 8 : 1) * max(step.rows, 1) * max(step.columns, 1) * max(step.depth / 4, 1)
    }
  }

  /// Whether other threads may run it: kernels of operations allocate, which is the evaluation's alone.
  var isPure: Bool { held.isEmpty }

  /// Sets an input that is a number.
  func set(_ index: Int, number: Double) {
    let buffer = buffers[inputs[index].buffer]
    if inputs[index].type == .f32 {
      buffer.assumingMemoryBound(to: Float.self)[0] = Float(number)
    } else {
      buffer.assumingMemoryBound(to: Double.self)[0] = number
    }
  }

  /// Makes a gradient what a program sees of it: its zeros have no sign. Answers false where it is not finite.
  private func settle(_ index: Int) throws -> Bool {
    let gradient = gradients[index]
    guard isGradient else {
      if gradient.buffer == nil, let place = gradient.place {
        made[index] = Tensor(number(place, gradient.type), type: gradient.type)
      }
      return true
    }
    guard gradient.buffer != nil else {
      let number = gradient.place.map { self.number($0, gradient.type) } ?? 0
      made[index] = Tensor(number + 0, type: gradient.type)
      return number.isFinite
    }
    guard let storage = made[index].storage?.head else { return false }
    let found =
      gradient.shape.elementCount == wide
      ? blocks?.survey(of: gradient.buffer ?? 0) ?? []
      : gradient.type == .f32
        ? Float.survey(storage.pointee.f32.address, gradient.shape.elementCount)
        : Double.survey(storage.pointee.f64.address, gradient.shape.elementCount)
    if found.contains(.nonFinite) { return false }
    if found.contains(.negativeZero) { made[index] = try Operations.withoutNegativeZero(made[index]) }
    return true
  }

  private func number(_ place: TensorPlace, _ type: ElementType) -> Double {
    type == .f32 ? Double(place.elements(buffers, Float.self)[0]) : place.elements(buffers, Double.self)[0]
  }

  /// The number that the recording ends in.
  public var value: Tensor { Tensor(number, type: output.type) }

  var number: Double { number(output.place, output.type) }

  /// What the last run left at one of the inputs that are differentiated by; it is given away.
  public func takeGradient(of index: Int) -> Tensor {
    defer { made[index] = Tensor(0) }
    return made[index]
  }

  /// Lets go of what a run made that nobody took.
  public func clear() { for index in made.indices { made[index] = Tensor(0) } }
}
