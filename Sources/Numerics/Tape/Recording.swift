/// The memory of one level: nodes, and what a pass over them computes. It is recycled from one tape of the
/// level to the next, so that opening one costs no allocation.
struct Recording {
  var generation: UInt64 = 1
  var mode = Tape.Mode.reverse
  var nodes: UnsafeMutablePointer<TapeNode>
  var count = 0
  var capacity = 0
  /// Input lists of nodes with more than two inputs.
  var lists: [Int32] = []
  /// Whether a value on the tape is followed by a tape below.
  var isNested = false
  /// Whether a node holds anything but an f64 number: something to release, a cotangent that is a tensor.
  var holdsReferences = false
  /// In a forward tape, the velocity of each node.
  var tangents: [SelectedDerivative?] = []
  /// The nodes that are differentiated by.
  var variables: [Int32] = []
  /// What the last way back left at them.
  var gradients = GradientSurvey()
  /// Whether the last way back had masks, and those that stay readable.
  var followsSelection = false
  /// Where a way back with masks that is going on began.
  var start: (node: Int, seed: Tensor)?
  var selections: [Tensor?] = []
  /// Cotangents of numbers and of tensors, by node.
  var numbers: UnsafeMutablePointer<Double>
  var numbersCapacity = 0
  var adjoints: UnsafeMutablePointer<Tensor?>
  var adjointsCapacity = 0
  /// How many of them the last pass may have filled; the others are `nil`.
  var adjointsCount = 0
  /// Whether cotangents stay readable after the pass.
  var keepsAdjoints = false
  /// Whether compound operations show their formulas, for someone who looks at what was recorded.
  var showsFormulas = false
  /// Whether a plan is made of it.
  var isWatched = false
  /// Whether its way back has no masks though it is nested: it stands for the outermost tape of a program.
  var passesWhole = false
  /// Whether only positive cotangents pass a relu: guided backpropagation.
  var isGuided = false
  /// Nodes whose cotangents are not pulled further, while the parts of a gradient are told apart.
  var barriers: Set<Int> = []

  init() {
    nodes = UnsafeMutablePointer<TapeNode>.allocate(capacity: 1)
    numbers = UnsafeMutablePointer<Double>.allocate(capacity: 1)
    adjoints = UnsafeMutablePointer<Tensor?>.allocate(capacity: 1)
  }

  mutating func start(_ mode: Tape.Mode, level: Int) {
    self.mode = mode
    // The marks of a turn have no level.
    isNested = Tape.writing.level == 0
    passesWhole = level == Tape.writing.first
    keepsAdjoints = false
    showsFormulas = false
    isWatched = false
    isGuided = false
  }

  mutating func finish() {
    showsFormulas = false
    isWatched = false
    if holdsReferences {
      for index in 0..<count {
        let node = nodes + index
        if node.pointee.value.storage != nil || node.pointee.attributes != nil {
          node.deinitialize(count: 1)
        }
      }
      holdsReferences = false
    }
    count = 0
    if !lists.isEmpty { lists.removeAll(keepingCapacity: true) }
    if !tangents.isEmpty { tangents.removeAll(keepingCapacity: true) }
    variables.removeAll(keepingCapacity: true)
    if !selections.isEmpty { selections = [] }
    clearAdjoints()
    isNested = false
    generation = (generation + 1) & 0xFF_FFFF
    // One long tape must not hold its memory, 48 MB of nodes and more, for the rest of the session.
    if capacity > 1 << 20 {
      nodes.deallocate()
      Memory.live -= capacity * MemoryLayout<TapeNode>.stride
      Memory.live -= numbersCapacity * MemoryLayout<Double>.stride
      Memory.live -= adjointsCapacity * MemoryLayout<Tensor?>.stride
      capacity = 0
      nodes = UnsafeMutablePointer<TapeNode>.allocate(capacity: 1)
      numbers.deallocate()
      numbersCapacity = 0
      numbers = UnsafeMutablePointer<Double>.allocate(capacity: 1)
      adjoints.deallocate()
      adjointsCapacity = 0
      adjoints = UnsafeMutablePointer<Tensor?>.allocate(capacity: 1)
    }
  }

  /// The largest number of nodes that a value's `meta` can name.
  private static let mostNodes = 1 << 28

  private var grownCapacity: Int { Swift.max(256, capacity * 2) }

  private func checkGrowth() throws {
    let bytes = grownCapacity * MemoryLayout<TapeNode>.stride
    guard grownCapacity <= Recording.mostNodes else {
      throw Fault.memory(bytes: bytes, limit: Memory.limit)
    }
    // Up to 3 MB nobody is asked for.
    if grownCapacity > 1 << 16 { try Memory.reserve(bytes) }
  }

  private mutating func grow() {
    let wanted = grownCapacity
    Memory.live += (wanted - capacity) * MemoryLayout<TapeNode>.stride
    let larger = UnsafeMutablePointer<TapeNode>.allocate(capacity: wanted)
    larger.moveInitialize(from: nodes, count: count)
    nodes.deallocate()
    nodes = larger
    capacity = wanted
  }

  @inline(__always)
  mutating func append(_ node: TapeNode) throws -> Int {
    if count == capacity {
      try checkGrowth()
      grow()
    }
    (nodes + count).initialize(to: node)
    count += 1
    return count - 1
  }

  @inline(__always)
  mutating func append(_ node: NumberNode) throws -> Int {
    if count == capacity {
      try checkGrowth()
      grow()
    }
    UnsafeMutableRawPointer(nodes + count).storeBytes(of: node, as: NumberNode.self)
    count += 1
    return count - 1
  }

  /// The node of an f64 number: its own, else a new leaf for the constant.
  @inline(__always)
  mutating func numberInput(_ x: Tensor, at inputLevel: Int) throws -> Int32 {
    if inputLevel != 0 { return Int32(truncatingIfNeeded: x.meta >> 36) }
    var node = NumberNode(
      operation: Code.constant, flags: 0, site: Tape.site, first: -1, second: -1, number: x.scalar)
    // A constant to the tape may have a register of the turn that is written down.
    if PlanTrace.isOn { node.meta = x.meta }
    return Int32(truncatingIfNeeded: try append(node))
  }

  mutating func leaf(_ value: Tensor, isVariable: Bool, level: Int) -> Tensor {
    if value.storage != nil || value.meta & 0xF != 0 { holdsReferences = true }
    if value.liveLevel != 0 { isNested = true }
    let node = TapeNode(
      operation: isVariable ? Code.variable : Code.constant, flags: 0, site: Tape.site, first: -1,
      second: -1, value: value, attributes: nil)
    if count == capacity { grow() }
    (nodes + count).initialize(to: node)
    if isVariable { variables.append(Int32(truncatingIfNeeded: count)) }
    count += 1
    return traced(value, node: count - 1, level: level)
  }

  @inline(__always)
  func traced(_ value: Tensor, node: Int, level: Int) -> Tensor {
    Tensor(
      scalar: value.scalar, storage: value.storage,
      meta: UInt64(node) << 36 | generation << 12 | UInt64(level) << 4 | (value.meta & 0xF))
  }

  /// The node of an input: its own on this level, else a new leaf for the constant.
  @inline(__always)
  mutating func input(_ x: Tensor, at inputLevel: Int, level: Int) throws -> Int32 {
    if inputLevel == level { return Int32(truncatingIfNeeded: x.meta >> 36) }
    if x.storage != nil || x.meta & 0xF != 0 { holdsReferences = true }
    if inputLevel != 0 { isNested = true }
    return Int32(
      truncatingIfNeeded: try append(
        TapeNode(
          operation: Code.constant, flags: 0, site: Tape.site, first: -1, second: -1,
          value: inputLevel == 0 && !PlanTrace.isOn ? x.primal : x, attributes: nil)))
  }

  /// Room for `wanted` cotangents of tensors, all `nil`.
  mutating func prepareAdjoints(_ wanted: Int) throws {
    clearAdjoints()
    if wanted > adjointsCapacity {
      let more = (max(capacity, wanted) - adjointsCapacity) * MemoryLayout<Tensor?>.stride
      try Memory.reserve(more)
      Memory.live += more
      adjoints.deallocate()
      adjointsCapacity = max(capacity, wanted)
      adjoints = UnsafeMutablePointer<Tensor?>.allocate(capacity: adjointsCapacity)
      adjoints.initialize(repeating: nil, count: adjointsCapacity)
    }
    adjointsCount = wanted
  }

  private mutating func clearAdjoints() {
    for index in 0..<adjointsCount where adjoints[index] != nil { adjoints[index] = nil }
    adjointsCount = 0
  }

  mutating func setTangent(_ tangent: SelectedDerivative?, of node: Int) {
    while tangents.count <= node { tangents.append(nil) }
    tangents[node] = tangent
  }

  func tangent(of node: Int) -> SelectedDerivative? { node < tangents.count ? tangents[node] : nil }
}
