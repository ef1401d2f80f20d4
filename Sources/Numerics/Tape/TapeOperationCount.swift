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
      if row === table.products.matrix, let left = inputs.first {
        let isTransposed = node.attributes?.integers.first == 1
        total += 2 * node.value.count * left.shape[left.rank - (isTransposed ? 2 : 1)]
      } else if !Tape.rearrangements.contains(where: { $0 === row }) {
        total += max(node.value.count, inputs.map(\.count).max() ?? 0)
      }
    }
    return total
  }

  private static let rearrangements: [Operation] = [
    table.parts.element, table.parts.row, table.structure.expand, table.structure.reshape,
    table.structure.permute, table.structure.narrow, table.structure.widen, table.structure.take,
    table.structure.put, table.structure.replace, table.structure.concatenate, table.structure.stack,
    table.structure.convert,
  ]
}
