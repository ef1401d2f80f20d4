/// Labels that name an element of each row: places that data decides, which the attributes of a node do not say.
/// While a run is recorded for a plan, what they pick is noted with the node that they came from.
enum TensorLabels {
  /// By the node of what was picked; `nil` where nothing is noted.
  nonisolated(unsafe) static var found: [Int: Int]?
  /// Whether labels picked from something that no tape follows.
  nonisolated(unsafe) static var areLost = false

  /// Whether an operation may be given labels that a tape follows.
  @inline(__always)
  static func follow(_ operation: Operation) -> Bool {
    found != nil && (operation === table.picking.labelled || operation === table.layers.entropy)
  }

  static func note(_ picked: Tensor, by labels: Tensor) {
    guard found != nil, labels.isFollowed else { return }
    if picked.isFollowed, picked.liveLevel == labels.liveLevel {
      found?[Int(picked.meta >> 36)] = Int(labels.meta >> 36)
    } else {
      areLost = true
    }
  }
}

extension TensorPlan {
  /// Runs `body`, in which labels may be followed by a tape, and makes a plan of what it recorded.
  public static func followingLabels<Result>(_ body: () throws -> Result?) rethrows -> Result? {
    TensorLabels.found = [:]
    defer { (TensorLabels.found, TensorLabels.areLost) = (nil, false) }
    return try body()
  }
}

extension TensorPlanBuilder {
  /// The element of each row that a label names, from 1. A run ends where a label names none.
  mutating func picked(_ x: Value, _ labels: Value, _ shape: Shape) -> Value? {
    guard let classes = x.shape.last, let x = whole(x), let labels = whole(labels),
      x.count == labels.count * classes,
      shape.elementCount == labels.count
    else { return nil }
    return labelled(.pick, x, at: converted(labels, .f64), classes, shape)
  }

  /// Zeros of a shape with `x` in the places that labels name.
  mutating func put(_ x: Value, at labels: Value, _ shape: Shape) -> Value? {
    guard let classes = shape.last, let labels = whole(labels), shape.elementCount == labels.count * classes,
      x.count == labels.count
    else { return nil }
    return labelled(.put, x, at: converted(labels, .f64), classes, shape)
  }
}

extension TensorStep {
  /// Answers false where a label names no element of its row.
  @inline(__always)
  func pick<E: PlanElement>(_ buffers: UnsafePointer<UnsafeMutableRawPointer>, _: E.Type) -> Bool {
    let (x, y) = (a.elements(buffers, E.self), y.elements(buffers, E.self))
    let labels = b.elements(buffers, Double.self)
    for row in 0..<rows {
      let label = labels[row]
      guard label >= 1, label <= Double(columns), label == label.rounded() else { return false }
      y[row] = x[row * columns + Int(clamping: label) - 1]
    }
    return true
  }

  /// The way back; the labels are those that `pick` has seen.
  @inline(__always)
  func put<E: PlanElement>(_ buffers: UnsafePointer<UnsafeMutableRawPointer>, _: E.Type) -> Bool {
    let (x, y) = (a.elements(buffers, E.self), y.elements(buffers, E.self))
    let labels = b.elements(buffers, Double.self)
    y.update(repeating: 0, count: rows * columns)
    for row in 0..<rows { y[row * columns + Int(clamping: labels[row]) - 1] = 0 + x[row * stepA] }
    return true
  }
}
