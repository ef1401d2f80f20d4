// Where NaN or Inf enters a gradient.

extension Tensor {
  /// Whether no element is NaN or infinite.
  public var isFinite: Bool {
    guard let storage else { return scalar.isFinite }
    // All bits of the exponent are set where a number is not finite. Counted without a branch, so that the
    // loop runs in vectors.
    var count = 0
    switch type {
    case .f64:
      let mask: UInt64 = 0x7FF0_0000_0000_0000
      for index in 0..<self.count where storage.f64[index].bitPattern & mask == mask { count &+= 1 }
    case .f32:
      let mask: UInt32 = 0x7F80_0000
      for index in 0..<self.count where storage.f32[index].bitPattern & mask == mask { count &+= 1 }
    case .f16:
      for index in 0..<self.count where storage.f16[index].bits & 0x7C00 == 0x7C00 { count &+= 1 }
    case .bool: break
    }
    return count == 0
  }
}

extension Tape {
  /// The first node on the way back from `y` that makes a cotangent which is not finite of one that is.
  /// Runs the backward pass again.
  public func firstNonFinite(from y: Tensor, cotangent: Tensor) throws -> Int? {
    guard let top = index(of: y) else { return nil }
    let kept = keepsAdjoints
    keepsAdjoints = true
    defer { keepsAdjoints = kept }
    try pullback(of: y, cotangent: cotangent)
    let recording = Tape.recordings! + level
    var overflow: Int?
    for index in stride(from: top, through: 0, by: -1) {
      let node = recording.pointee.nodes[index]
      guard node.operation > Code.variable, let adjoint = recording.pointee.adjoint(of: index),
        adjoint.isFinite
      else { continue }
      let inputs = recording.pointee.inputs(of: node)
      for (position, input) in inputs.enumerated() {
        guard recording.pointee.nodes[input].operation != Code.constant,
          let reached = recording.pointee.adjoint(of: input), !reached.isFinite
        else { continue }
        // Each part may be finite and only their sum not: then the last of them is the one to name.
        overflow = index
        if try !recording.pointee.contribution(of: node, inputs, adjoint, to: position).isFinite {
          return index
        }
      }
    }
    return overflow
  }
}

extension Recording {
  fileprivate func contribution(
    of node: TapeNode, _ inputs: [Int], _ adjoint: Tensor, to position: Int
  ) throws -> Tensor {
    let values = inputs.map { nodes[$0].value }
    if let pullback = node.attributes?.pullback {
      return try pullback(adjoint, node.value, values)[position] ?? Tensor(0)
    }
    if adjoint.isScalar, adjoint.scalar == 0 { return Tensor(0) }
    var application = Application(
      first: values[0], output: node.value, attributes: node.attributes, integer: Int(node.second))
    if values.count > 1 { application.second = values[1] }
    if node.flags & TapeNode.many != 0 { application.all = values }
    return try Registry[node.operation].cotangent(of: position, adjoint, application)
  }
}
