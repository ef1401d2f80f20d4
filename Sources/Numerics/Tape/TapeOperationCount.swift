extension Tape {
  /// The operations on numbers recorded so far: an elementwise operation or a reduction counts once for each
  /// element, a product of matrices twice for each term of its sums, moving elements about not at all.
  public var operationCount: Int {
    let recording = Tape.recordings! + level
    var total = 0
    for index in 0..<recording.pointee.count {
      let node = recording.pointee.nodes[index]
      guard node.operation > Code.variable else { continue }
      let row = Registry[node.operation]
      let inputs = recording.pointee.inputs(of: index).map { recording.pointee.nodes[$0].value }
      switch row.kind {
      case .movement: break
      case .product(let terms): total += 2 * node.value.count * terms(inputs, node.attributes)
      case .elementwise, .reduction, .other: total += max(node.value.count, inputs.map(\.count).max() ?? 0)
      }
    }
    return total
  }
}
