// Looking at a backward pass from outside: which nodes the result depends on, what one node hands to others
// directly, and how flat an activation is where it stands.

extension Tape {
  /// For each node up to `y`, whether `y` was computed from it.
  public func ancestors(of y: Tensor) -> [Bool] {
    guard let top = index(of: y) else { return [] }
    let recording = Tape.recordings! + level
    var isAncestor = [Bool](repeating: false, count: top + 1)
    isAncestor[top] = true
    for index in stride(from: top, through: 0, by: -1) where isAncestor[index] {
      for input in recording.pointee.inputs(of: index) { isAncestor[input] = true }
    }
    return isAncestor
  }

  /// What the cotangent of the node `source` adds to the cotangents of `targets` along paths that meet no
  /// other of them on the way. Replaces the results of the last pullback.
  public func contributions(
    of source: Int, cotangent: Tensor, to targets: Set<Int>
  ) throws -> [Int: Tensor] {
    let recording = Tape.recordings! + level
    recording.pointee.barriers = targets
    defer { recording.pointee.barriers = [] }
    try recording.pointee.backward(from: source, cotangent)
    var parts: [Int: Tensor] = [:]
    for target in targets where target < source {
      if let part = recording.pointee.adjoint(of: target) { parts[target] = part }
    }
    return parts
  }
}

extension Operation {
  /// Where an elementwise function of one number flattens out at an end though it is nowhere steep, it is an
  /// activation; this is its greatest slope. Found by trying it on −60 … 60; nil for other operations.
  private var greatestSlope: Double? {
    let points = (0...1200).map { Double($0 - 600) / 10 }
    guard let slopes = try? slopes(at: Tensor(points, shape: Shape([points.count]))),
      slopes.count == points.count, slopes.isFinite
    else { return nil }
    let magnitudes = slopes.doubles.map(abs)
    let inner = magnitudes[300...900].max() ?? 0
    let ends = [magnitudes[0], magnitudes[1200]]
    let isBounded = ends.allSatisfy { $0 <= inner * 1.01 } && inner > 0
    // What is exactly flat at one end and constant at the other switches units off; it does not saturate.
    let isSwitch = Set(magnitudes.map { ($0 * 1e9).rounded() }).count <= 3
    return isBounded && !isSwitch && ends.contains { $0 < inner * 5e-3 } ? inner : nil
  }

  /// The slope of an elementwise function of one number at every element; nil for other operations.
  private func slopes(at x: Tensor) throws -> Tensor? {
    guard numbers.unary != nil, !isConstant else { return nil }
    let tape = try Tape.open(.forward)
    defer { tape.close() }
    let ones = try Operations.convert(
      Tensor([Double](repeating: 1, count: x.count), shape: x.shape), to: x.type.arithmetic)
    return try tape.tangent(of: try apply(tape.dual(x, ones)))
  }

  /// The share of elements at which the slope of an activation is under 5 % of its greatest; nil for an
  /// operation that does not saturate.
  public func saturation(at x: Tensor) throws -> Double? {
    guard x.count > 0, let greatest = Activations.slope(of: self), let slopes = try slopes(at: x)?.doubles
    else { return nil }
    let flat = slopes.count { abs($0) < 0.05 * greatest }
    return Double(flat) / Double(max(slopes.count, 1))
  }

  fileprivate func measuredSlope() -> Double? { greatestSlope }
}

/// What has been found of operations so far.
private enum Activations {
  nonisolated(unsafe) private static var known: [UInt16: Double?] = [:]

  static func slope(of operation: Operation) -> Double? {
    if let slope = known[operation.index] { return slope }
    let slope = operation.measuredSlope()
    known[operation.index] = slope
    return slope
  }
}
