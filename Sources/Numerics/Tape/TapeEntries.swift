// What a tape shows of what it has recorded.

extension Tape {
  /// How many nodes there are, leaves included.
  public var count: Int { Tape.recordings![level].count }

  /// What the tape knows of one node.
  public struct Entry {
    /// The operation; `nil` for a variable or a constant.
    public let operation: Operation?
    public let isVariable: Bool
    public let site: Int32
    public let inputs: [Int]
    public let value: Tensor
    /// The cotangent of the last pullback, where it was kept.
    public let adjoint: Tensor?
  }

  public func entry(_ index: Int) -> Entry {
    let recording = Tape.recordings! + level
    let node = recording.pointee.nodes[index]
    return Entry(
      operation: node.operation > Code.variable ? Registry[node.operation] : nil,
      isVariable: node.operation == Code.variable, site: node.site,
      inputs: recording.pointee.inputs(of: index), value: node.value,
      adjoint: recording.pointee.adjoint(of: index))
  }
}
