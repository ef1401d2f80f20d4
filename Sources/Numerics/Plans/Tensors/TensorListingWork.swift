import CVector

// What the steps of a plan of tensors are called.

extension TensorListing {
  static func work(_ entry: TensorPlanBuilder.Entry, _ operands: [Operand]) -> Work? {
    let step = entry.step
    switch step.kind {
    case .unary:
      switch Int(step.function) {
      case VECTOR_square: return .power(2)
      case VECTOR_cube: return .power(3)
      case VECTOR_reciprocal: return .power(-1)
      default: return unary[Int(step.function)].map(Work.operation)
      }
    case .unaryCall: return entry.operation.map(Work.operation)
    case .binary:
      switch Int(step.function) {
      case VECTOR_tanhSlope: return .slope(table.slopes.tanh)
      case VECTOR_sigmoidSlope: return .slope(table.slopes.sigmoid)
      case VECTOR_squareSlope: return .slope(table.slopes.square)
      default: return binary[Int(step.function)].map(Work.operation)
      }
    case .power: return .power(step.number)
    case .compare: return Comparison.allCases.first { $0.loop == Int(step.function) }.map(Work.compared)
    case .choose: return .selected
    case .product:
      return .product(
        transposed: (
          isTransposed(operands[0].shape, (step.rows, step.depth), step.rowA),
          isTransposed(operands[1].shape, (step.depth, step.columns), step.rowB)
        ))
    case .sums, .columnSums: return .sum(axes: axes(step, operands[0].shape))
    case .dot: return .dot
    case .copy:
      if step.converts { return .converted(entry.result.type) }
      return entry.result.shape.elementCount == operands[0].shape.elementCount ? .copied : .stretched
    case .transpose: return .transposed
    case .fill: return .filled(step.number)
    case .add: return .added(start: Int(step.y.offset) / max(1, entry.result.type.size))
    case .pick: return .picked
    case .put: return .put
    case .kernel:
      guard let call = step.kernel else { return nil }
      return call._withUnsafeGuaranteedRef { call in
        call.input.map { .cotangent(call.operation, input: $0) } ?? .operation(call.operation)
      }
    }
  }

  /// Rows by their loops.
  private static let unary = loops { $0.unary != nil }
  private static let binary = loops { $0.binary != nil }

  private static func loops(_ fits: (Operation) -> Bool) -> [Int: Operation] {
    var found: [Int: Operation] = [:]
    let rows = (0..<Registry.count).map { Registry[$0] }
    // Of two rows with one loop the one that programs can name comes first.
    for operation in rows.filter(\.isPublic) + rows where operation.isElementwise && fits(operation) {
      if let loop = operation.numbers.loop, found[loop] == nil { found[loop] = operation }
    }
    return found
  }

  /// Whether a factor is read as its transpose.
  private static func isTransposed(_ shape: Shape, _ wanted: (rows: Int, columns: Int), _ row: Int) -> Bool {
    guard shape.rank == 2 else { return false }
    if shape[0] != wanted.rows || shape[1] != wanted.columns { return true }
    return wanted.rows == wanted.columns && wanted.rows > 1 && row == 1
  }

  /// The axes that a sum goes over, of the shape that is summed; none where it goes over all of them.
  private static func axes(_ step: TensorStep, _ shape: Shape) -> [Int] {
    if step.kind == .sums, step.rows == 1 { return [] }
    var first = 0
    var outer = 1
    while first < shape.rank, outer < step.rows {
      outer *= shape[first]
      first += 1
    }
    var last = first
    var count = 1
    while last < shape.rank, count < step.depth {
      count *= shape[last]
      last += 1
    }
    return first == 0 && last == shape.rank ? [] : Array(first..<last)
  }
}
