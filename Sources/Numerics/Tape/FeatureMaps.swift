// The last spatial feature maps of a network, for Grad-CAM.

extension Tape {
  /// The last node before `y` that holds batch × channels × height × width with more than one pixel: an
  /// elementwise one where there is any (an activation before it is pooled), else the last of all.
  public func lastFeatureMaps(before y: Tensor) -> Int? {
    let isAncestor = ancestors(of: y)
    var last: Int?
    for index in isAncestor.indices.reversed() where isAncestor[index] {
      let entry = entry(index)
      let shape = entry.value.shape
      guard let operation = entry.operation, shape.rank == 4, shape[2] * shape[3] > 1
      else { continue }
      if operation.numbers.areKnown, !entry.inputs.isEmpty { return index }
      last = last ?? index
    }
    return last
  }
}
