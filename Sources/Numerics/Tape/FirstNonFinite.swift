// Where NaN or Inf enters a gradient.

extension Tape {
  /// The first node on the way back from `y` that makes a cotangent which is not finite of one that is.
  /// Runs the backward pass again.
  public func firstNonFinite(
    from y: Tensor, cotangent: Tensor, selection: Tensor? = nil
  ) throws -> Int? {
    guard let top = index(of: y) else { return nil }
    let kept = keepsAdjoints
    keepsAdjoints = true
    defer { keepsAdjoints = kept }
    try pullback(of: y, cotangent: cotangent, selection: selection)
    let recording = Tape.recordings! + level
    var overflow: Int?
    for index in stride(from: top, through: 0, by: -1) {
      guard recording.pointee.nodes[index].operation > Code.variable,
        let adjoint = recording.pointee.adjoint(of: index), adjoint.isFinite,
        recording.pointee.inputs(of: index).contains(where: { recording.pointee.isOverflowing($0) })
      else { continue }
      // Each part may be finite and only their sum not: then the last of them is the one to name.
      overflow = index
      let application = recording.pointee.application(at: index)
      let selections = recording.pointee.selections
      let selection = index < selections.count ? selections[index] : nil
      var isSource = false
      try application.visitInputs(SelectedDerivative(adjoint, selection)) { input, contribution in
        guard let contribution, let target = application.target(input) else { return }
        isSource = isSource || recording.pointee.isOverflowing(target) && !contribution.value.isFinite
      }
      if isSource { return index }
    }
    return overflow
  }
}

extension Tape {
  /// The first node of a forward tape whose velocity is not finite though its value is.
  public var firstNonFiniteTangent: Int? {
    let recording = Tape.recordings! + level
    return (0..<recording.pointee.count).first { node in
      recording.pointee.nodes[node].operation > Code.variable && recording.pointee.nodes[node].value.isFinite
        && recording.pointee.tangent(of: node)?.value.isFinite == false
    }
  }
}

extension Recording {
  /// Whether the cotangent of a node is not finite.
  fileprivate func isOverflowing(_ index: Int) -> Bool {
    nodes[index].operation != Code.constant && adjoint(of: index)?.isFinite == false
  }
}
