// Applying an operation: find the highest live level among the inputs; without one, run the kernel; else
// compute on the values one level down, by this same function, and record.

extension Operation {
  @inline(never)
  func apply(_ x: Tensor, _ attributes: Attributes? = nil, integer: Int = 0) throws -> Tensor {
    let level = x.liveLevel
    if level == 0 {
      if let scalarUnary, x.storage == nil, x.meta & 0xF == 0 { return Tensor(scalarUnary(x.scalar)) }
      switch kernel {
      case .unary(let kernel): return try kernel(x, attributes, integer)
      default: preconditionFailure(name)
      }
    }
    let recording = Tape.recordings! + level
    let node = Int(x.meta >> 36)
    let inner = recording.pointee.nodes[node].value
    if let scalarUnary, inner.isPlainNumber, recording.pointee.mode == .reverse, isDifferentiable {
      let y = scalarUnary(inner.scalar)
      return try recording.pointee.recordPlain(
        self, Int32(truncatingIfNeeded: node), -1, Node.plain, y, level: level)
    }
    let y = try apply(inner, attributes, integer: integer)
    if case .constant = rule { return y }
    if recording.pointee.mode == .forward {
      let tangent = recording.pointee.tangent(of: node)
      return try recording.pointee.recordForward(
        self, Application(first: inner, output: y, attributes: attributes, integer: integer), [tangent],
        level: level)
    }
    return try recording.pointee.record(
      self, y, Int32(truncatingIfNeeded: node), Int32(truncatingIfNeeded: integer), 0, attributes,
      level: level)
  }

  @inline(never)
  func apply(_ a: Tensor, _ b: Tensor, _ attributes: Attributes? = nil) throws -> Tensor {
    let levelA = a.liveLevel
    let levelB = b.liveLevel
    let level = max(levelA, levelB)
    if level == 0 {
      if let scalarBinary, a.storage == nil, b.storage == nil, (a.meta | b.meta) & 0xF == 0 {
        return Tensor(scalarBinary(a.scalar, b.scalar))
      }
      switch kernel {
      case .binary(let kernel): return try kernel(a, b, attributes)
      default: preconditionFailure(name)
      }
    }
    let recording = Tape.recordings! + level
    let innerA = levelA == level ? recording.pointee.nodes[Int(a.meta >> 36)].value : a
    let innerB = levelB == level ? recording.pointee.nodes[Int(b.meta >> 36)].value : b
    if let scalarBinary, innerA.storage == nil, innerB.storage == nil,
      innerA.isConstantNumber(at: levelA, level), innerB.isConstantNumber(at: levelB, level),
      recording.pointee.mode == .reverse, isDifferentiable
    {
      let y = scalarBinary(innerA.scalar, innerB.scalar)
      let nodeA = try recording.pointee.input(a, at: levelA, level: level)
      let nodeB = try recording.pointee.input(b, at: levelB, level: level)
      return try recording.pointee.recordPlain(
        self, nodeA, nodeB, Node.plain | Node.binary, y, level: level)
    }
    let y = try apply(innerA, innerB, attributes)
    if case .constant = rule { return y }
    if recording.pointee.mode == .forward {
      let tangentA = levelA == level ? recording.pointee.tangent(of: Int(a.meta >> 36)) : nil
      let tangentB = levelB == level ? recording.pointee.tangent(of: Int(b.meta >> 36)) : nil
      return try recording.pointee.recordForward(
        self, Application(first: innerA, second: innerB, output: y, attributes: attributes),
        [tangentA, tangentB], level: level)
    }
    let nodeA = try recording.pointee.input(a, at: levelA, level: level)
    let nodeB = try recording.pointee.input(b, at: levelB, level: level)
    return try recording.pointee.record(self, y, nodeA, nodeB, Node.binary, attributes, level: level)
  }

  @inline(never)
  func apply(_ inputs: [Tensor], _ attributes: Attributes? = nil) throws -> Tensor {
    var level = 0
    for input in inputs { level = max(level, input.liveLevel) }
    if level == 0 {
      switch kernel {
      case .many(let kernel): return try kernel(inputs.map(\.primal), attributes)
      case .unary(let kernel): return try kernel(inputs[0], attributes, 0)
      case .binary(let kernel): return try kernel(inputs[0], inputs[1], attributes)
      case .none: preconditionFailure(name)
      }
    }
    let recording = Tape.recordings! + level
    let inner = inputs.map { input in
      input.liveLevel == level ? recording.pointee.nodes[Int(input.meta >> 36)].value : input
    }
    let y = try apply(inner, attributes)
    if case .constant = rule { return y }
    if recording.pointee.mode == .forward {
      let tangents = inputs.map { input in
        input.liveLevel == level ? recording.pointee.tangent(of: Int(input.meta >> 36)) : nil
      }
      return try recording.pointee.recordForward(
        self,
        Application(first: inner[0], all: inner, output: y, attributes: attributes), tangents, level: level)
    }
    var nodes: [Int32] = []
    nodes.reserveCapacity(inputs.count)
    for input in inputs {
      nodes.append(try recording.pointee.input(input, at: input.liveLevel, level: level))
    }
    let place = Int32(recording.pointee.lists.count)
    recording.pointee.lists.append(contentsOf: nodes)
    return try recording.pointee.record(
      self, y, place, Int32(inputs.count), Node.many, attributes, level: level)
  }
}

extension Tensor {
  /// Whether a value unwrapped from `level` (if it was on it) is a plain f64 number that no lower tape
  /// follows.
  @inline(__always)
  func isConstantNumber(at own: Int, _ level: Int) -> Bool {
    meta & 0xF == 0 && (own == level ? meta == 0 || liveLevel == 0 : own == 0)
  }
}

extension Recording {
  @inline(__always)
  mutating func recordPlain(
    _ operation: Operation, _ first: Int32, _ second: Int32, _ flags: UInt16, _ y: Double, level: Int
  ) throws -> Tensor {
    let node = try append(
      Node(
        operation: operation.index, flags: flags, site: Tape.site, first: first, second: second,
        value: Tensor(y), attributes: nil))
    return Tensor(
      scalar: y, storage: nil, meta: UInt64(node) << 36 | generation << 12 | UInt64(level) << 4)
  }

  mutating func record(
    _ operation: Operation, _ y: Tensor, _ first: Int32, _ second: Int32, _ flags: UInt16,
    _ attributes: Attributes?, level: Int
  ) throws -> Tensor {
    if y.storage != nil || attributes != nil { holdsReferences = true }
    if y.liveLevel != 0 { isNested = true }
    let node = try append(
      Node(
        operation: operation.index, flags: flags, site: Tape.site, first: first, second: second, value: y,
        attributes: attributes))
    return traced(y, node: node, level: level)
  }

  /// Records a value together with its velocity.
  mutating func recordForward(
    _ operation: Operation, _ application: Application, _ tangents: [Tensor?], level: Int
  ) throws -> Tensor {
    guard let tangent = try operation.tangent(application, tangents) else { return application.output }
    let y = application.output
    holdsReferences = true
    if y.liveLevel != 0 || tangent.liveLevel != 0 { isNested = true }
    let node = try append(
      Node(
        operation: operation.index, flags: 0, site: Tape.site, first: -1, second: -1, value: y,
        attributes: nil))
    setTangent(tangent, of: node)
    return traced(y, node: node, level: level)
  }
}
