// Applying an operation: find the highest live level among the inputs; without one, run the kernel; else
// compute on the values one level down, by this same function, and record.
//
// Where the tape has no other below it, the values one level down are the concrete ones that every traced
// value carries, and kernels look at nothing else: they are given the traced values as they are.

extension Operation {
  @inline(never)
  func apply(_ x: Tensor, _ attributes: Attributes? = nil, integer: Int = 0) throws -> Tensor {
    let level = x.isPlain ? 0 : x.liveLevel
    if level == 0 {
      if !x.isPlain, let trace = PlanTrace.current {
        return try trace.applied(self, [x], attributes, integer) {
          try apply($0[0], attributes, integer: integer)
        }
      }
      if x.storage == nil, x.meta & 0xF == 0, let function = numbers.unary {
        return Tensor(function(x.scalar))
      }
      guard let unary else { preconditionFailure(name) }
      return try unary(x, attributes, integer)
    }
    let recording = Tape.recordings! + level
    guard !recording.pointee.isNested, recording.pointee.mode == .reverse else {
      return try applyNested(x, attributes, integer, level)
    }
    let node = Int32(truncatingIfNeeded: x.meta >> 36)
    if x.storage == nil, x.meta & 0xF == 0, let function = numbers.unary {
      let y = function(x.scalar)
      if isConstant {
        Tape.makeConstant(at: level)
        return Tensor(y)
      }
      return try recording.pointee.recordPlain(index, node, -1, TapeNode.plain, y, level: level)
    }
    guard let unary else { preconditionFailure(name) }
    let y = try unary(x, attributes, integer)
    if isConstant {
      Tape.makeConstant(at: level)
      return y
    }
    return try recording.pointee.record(
      index, y, node, Int32(truncatingIfNeeded: integer), 0, attributes, level: level)
  }

  @inline(never)
  func apply(_ a: Tensor, _ b: Tensor, _ attributes: Attributes? = nil) throws -> Tensor {
    let levelA = a.isPlain ? 0 : a.liveLevel
    let levelB = b.isPlain ? 0 : b.liveLevel
    let level = max(levelA, levelB)
    let areNumbers = a.storage == nil && b.storage == nil && (a.meta | b.meta) & 0xF == 0
    if level == 0 {
      if !(a.isPlain && b.isPlain), let trace = PlanTrace.current {
        return try trace.applied(self, [a, b], attributes, 0) { try apply($0[0], $0[1], attributes) }
      }
      if areNumbers, let function = numbers.binary { return Tensor(function(a.scalar, b.scalar)) }
      guard let binary else { preconditionFailure(name) }
      return try binary(a, b, attributes)
    }
    let recording = Tape.recordings! + level
    guard !recording.pointee.isNested, recording.pointee.mode == .reverse,
      levelA == level || levelA == 0, levelB == level || levelB == 0
    else { return try applyNested(a, b, attributes, level) }
    if areNumbers, let function = numbers.binary {
      let y = function(a.scalar, b.scalar)
      if isConstant {
        Tape.makeConstant(at: level)
        return Tensor(y)
      }
      let nodeA = try recording.pointee.numberInput(a, at: levelA)
      let nodeB = try recording.pointee.numberInput(b, at: levelB)
      return try recording.pointee.recordPlain(
        index, nodeA, nodeB, TapeNode.plain | TapeNode.binary, y, level: level)
    }
    guard let binary else { preconditionFailure(name) }
    let y = try binary(a, b, attributes)
    if isConstant {
      Tape.makeConstant(at: level)
      return y
    }
    let nodeA = try recording.pointee.input(a, at: levelA, level: level)
    let nodeB = try recording.pointee.input(b, at: levelB, level: level)
    return try recording.pointee.record(index, y, nodeA, nodeB, TapeNode.binary, attributes, level: level)
  }

  @inline(never)
  func apply(_ inputs: [Tensor], _ attributes: Attributes? = nil) throws -> Tensor {
    var level = 0
    for input in inputs { level = max(level, input.liveLevel) }
    if level == 0 {
      if let trace = PlanTrace.current, !inputs.allSatisfy(\.isPlain) {
        return try trace.applied(self, inputs, attributes, 0) { try apply($0, attributes) }
      }
      guard let many else { preconditionFailure(name) }
      return try many(inputs.map(\.primal), attributes)
    }
    let recording = Tape.recordings! + level
    let inner = recording.pointee.lowered(inputs, level)
    let y = try apply(inner, attributes)
    if isConstant {
      Tape.makeConstant(at: level)
      return y
    }
    Tape.apply(self, inner, at: level)
    if recording.pointee.mode == .forward {
      return try recording.pointee.recordForward(
        self, Application(first: inner[0], all: inner, output: y, attributes: attributes),
        recording.pointee.tangents(of: inputs, level), level: level)
    }
    return try recording.pointee.recordMany(index, inputs, y, attributes, level: level)
  }

  private func applyNested(
    _ x: Tensor, _ attributes: Attributes?, _ integer: Int, _ level: Int
  ) throws -> Tensor {
    let recording = Tape.recordings! + level
    let node = Int(x.meta >> 36)
    let inner = recording.pointee.nodes[node].value
    let y = try apply(inner, attributes, integer: integer)
    if isConstant {
      Tape.makeConstant(at: level)
      return y
    }
    Tape.apply(self, [inner], at: level)
    if recording.pointee.mode == .forward {
      return try recording.pointee.recordForward(
        self, Application(first: inner, output: y, attributes: attributes, integer: integer),
        [recording.pointee.tangent(of: node)], level: level)
    }
    return try recording.pointee.record(
      index, y, Int32(node), Int32(truncatingIfNeeded: integer), 0, attributes, level: level)
  }

  private func applyNested(
    _ a: Tensor, _ b: Tensor, _ attributes: Attributes?, _ level: Int
  ) throws -> Tensor {
    let recording = Tape.recordings! + level
    let inner = recording.pointee.lowered([a, b], level)
    let y = try apply(inner[0], inner[1], attributes)
    if isConstant {
      Tape.makeConstant(at: level)
      return y
    }
    Tape.apply(self, inner, at: level)
    if recording.pointee.mode == .forward {
      return try recording.pointee.recordForward(
        self, Application(first: inner[0], second: inner[1], output: y, attributes: attributes),
        recording.pointee.tangents(of: [a, b], level), level: level)
    }
    let nodeA = try recording.pointee.input(a, at: a.liveLevel, level: level)
    let nodeB = try recording.pointee.input(b, at: b.liveLevel, level: level)
    return try recording.pointee.record(index, y, nodeA, nodeB, TapeNode.binary, attributes, level: level)
  }
}

extension Recording {
  /// The inputs as the level below sees them.
  func lowered(_ inputs: [Tensor], _ level: Int) -> [Tensor] {
    inputs.map { $0.liveLevel == level ? nodes[Int($0.meta >> 36)].value : $0 }
  }

  func tangents(of inputs: [Tensor], _ level: Int) -> [SelectedDerivative?] {
    inputs.map { $0.liveLevel == level ? tangent(of: Int($0.meta >> 36)) : nil }
  }

  @inline(__always)
  mutating func recordPlain(
    _ operation: UInt16, _ first: Int32, _ second: Int32, _ flags: UInt16, _ y: Double, level: Int
  ) throws -> Tensor {
    let node = try append(
      NumberNode(
        operation: operation, flags: flags, site: Tape.site, first: first, second: second, number: y))
    return Tensor(
      scalar: y, storage: nil, meta: UInt64(node) << 36 | generation << 12 | UInt64(level) << 4)
  }

  @inline(__always)
  mutating func record(
    _ operation: UInt16, _ y: Tensor, _ first: Int32, _ second: Int32, _ flags: UInt16,
    _ attributes: Attributes?, level: Int
  ) throws -> Tensor {
    if y.storage != nil || y.meta & 0xF != 0 || attributes != nil { holdsReferences = true }
    if !y.isPlain, y.liveLevel != 0 { isNested = true }
    let node = try append(
      TapeNode(
        operation: operation, flags: flags, site: Tape.site, first: first, second: second, value: y,
        attributes: attributes))
    return traced(y, node: node, level: level)
  }

  mutating func recordMany(
    _ operation: UInt16, _ inputs: [Tensor], _ y: Tensor, _ attributes: Attributes?, level: Int
  ) throws -> Tensor {
    var nodes: [Int32] = []
    nodes.reserveCapacity(inputs.count)
    for input in inputs { nodes.append(try self.input(input, at: input.liveLevel, level: level)) }
    let place = Int32(lists.count)
    lists.append(contentsOf: nodes)
    return try record(operation, y, place, Int32(inputs.count), TapeNode.many, attributes, level: level)
  }

  /// Records a value together with its velocity.
  mutating func recordForward(
    _ operation: Operation, _ application: Application, _ tangents: [SelectedDerivative?], level: Int
  ) throws -> Tensor {
    guard let tangent = try operation.tangent(application, tangents) else { return application.output }
    return try recordForward(operation, application.output, tangent, level: level)
  }

  mutating func recordForward(
    _ operation: Operation, _ y: Tensor, _ tangent: SelectedDerivative, level: Int
  ) throws -> Tensor {
    holdsReferences = true
    if y.liveLevel != 0 || tangent.value.liveLevel != 0 { isNested = true }
    let node = try append(
      TapeNode(
        operation: operation.index, flags: 0, site: Tape.site, first: -1, second: -1, value: y,
        attributes: nil))
    setTangent(tangent, of: node)
    return traced(y, node: node, level: level)
  }
}
