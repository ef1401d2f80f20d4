// What a turn that is written down does without a step: elements that move are other places of the same registers.

extension Operation {
  /// Whether each element of the result is one of the inputs, or 0, whatever the numbers are.
  func isMovement(_ attributes: Attributes?) -> Bool {
    let structure = table.structure
    switch index {
    case Code.element, Code.row, Code.narrow, structure.expand.index, structure.reshape.index,
      structure.permute.index, structure.widen.index, structure.concatenate.index, structure.stack.index,
      structure.take.index:
      return true
    case structure.put.index:
      let places = attributes?.integers ?? []
      return Set(places).count == places.count
    default: return false
    }
  }
}
