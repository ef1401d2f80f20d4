/// How the operands of an operation element by element go along its result: rows of columns, in which an operand
/// advances or stays.
struct TensorPattern {
  struct Advance {
    var row: Int
    var step: Int
  }

  private(set) var rows = 1
  private(set) var columns: Int
  let a: Advance
  let b: Advance

  /// `nil` where it is more than that.
  init?(_ a: TensorPlanBuilder.Value, _ b: TensorPlanBuilder.Value, _ shape: Shape) {
    guard let first = Extent(a, shape), let second = Extent(b, shape) else { return nil }
    columns = shape.elementCount
    for extent in [first, second] {
      guard let width = extent.width else { continue }
      if rows > 1, columns != width { return nil }
      columns = width
      rows = shape.elementCount / width
    }
    self.a = first.advance(columns)
    self.b = second.advance(columns)
  }

  /// What of the result an operand is.
  private enum Extent {
    /// One element, for all.
    case single
    case whole
    /// A row of so many, again and again.
    case row(Int)
    /// An element for each row of so many.
    case column(Int)

    init?(_ x: TensorPlanBuilder.Value, _ shape: Shape) {
      if x.isSingle || x.count == 1 || shape.elementCount == 0 {
        self = .single
        return
      }
      if x.count == shape.elementCount {
        self = .whole
        return
      }
      let offset = shape.rank - x.shape.rank
      let long = x.shape.indices.filter { x.shape[$0] != 1 }
      guard let first = long.first, let last = long.last else { return nil }
      if (first..<x.shape.rank).allSatisfy({ x.shape[$0] == shape[$0 + offset] }) {
        self = .row(x.count)
      } else if (0..<last + offset + 1).allSatisfy({ $0 >= offset && x.shape[$0 - offset] == shape[$0] }) {
        self = .column(shape.elementCount / x.count)
      } else {
        return nil
      }
    }

    var width: Int? {
      switch self {
      case .single, .whole: nil
      case .row(let width), .column(let width): width
      }
    }

    func advance(_ columns: Int) -> Advance {
      switch self {
      case .single: Advance(row: 0, step: 0)
      case .whole: Advance(row: columns, step: 1)
      case .row: Advance(row: 0, step: 1)
      case .column: Advance(row: 1, step: 0)
      }
    }
  }
}
