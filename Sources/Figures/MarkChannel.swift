// What goes into a figure: arrays, functions and options, and nothing of tensors or of the language.

/// Values of a function at many places at once, which is quicker than at one after the other: from a list for each
/// coordinate, the values in their order, those of a pair one after the other.
public typealias ValuesAtOnce = (_ coordinates: [[Double]]) throws -> [Double]

/// What can be handed to a mark.
public enum Channel {
  /// A vector.
  case numbers([Double])
  /// A matrix, row by row.
  case matrix(rows: Int, columns: Int, [Double])
  /// A tensor of rank 3 or more, the last axis fastest.
  case tensor(shape: [Int], [Double])
  /// Points of the complex plane.
  case complex(real: [Double], imaginary: [Double])
  /// A function of one number.
  case curve((Double) throws -> Double, atOnce: ValuesAtOnce? = nil)
  /// A function of two numbers.
  case surface((Double, Double) throws -> Double, atOnce: ValuesAtOnce? = nil)
  /// A function of a whole point, of any dimension.
  case objective(([Double]) throws -> Double, atOnce: ValuesAtOnce? = nil)
  /// A function of two numbers whose value is a pair.
  case vectorField((Double, Double) throws -> (Double, Double), atOnce: ValuesAtOnce? = nil)
  /// Two ends.
  case interval(Double, Double)
  /// A string.
  case text(String)
  /// The path of a descent.
  case path(PathData)

  /// How many numbers it holds.
  var valueCount: Int {
    switch self {
    case .numbers(let values), .matrix(_, _, let values), .tensor(_, let values): values.count
    case .complex(let real, let imaginary): real.count + imaginary.count
    case .path(let path): path.points.count * (path.dimension + 2)
    case .curve, .surface, .objective, .vectorField, .interval, .text: 0
    }
  }

  /// The shape of what has axes and no elements: however long its other axes are, there is nothing to go through.
  var emptyShape: [Int]? {
    switch self {
    case .matrix(let rows, let columns, let values) where values.isEmpty: [rows, columns]
    case .tensor(let shape, let values) where values.isEmpty: shape
    default: nil
    }
  }

  /// The name of this kind in a message.
  public var kind: String {
    switch self {
    case .numbers: "vector"
    case .matrix: "matrix"
    case .tensor(let shape, _): "tensor of rank \(shape.count)"
    case .complex: "complex numbers"
    case .curve, .surface, .objective, .vectorField: "function"
    case .interval: "interval"
    case .text: "string"
    case .path: "path"
    }
  }
}

/// A descent as it was recorded, the start included.
public struct PathData: Sendable {
  /// One row of coordinates per iterate, `steps + 1` of them.
  public var points: [[Double]]
  /// The loss at each iterate.
  public var values: [Double]
  /// The norm of the gradient at each iterate.
  public var gradientNorms: [Double]
  /// How many steps were taken.
  public var steps: Int
  /// "converged", "diverged" or "stopped".
  public var status: String
  /// The method as it is written, say "momentum(rate = 0.1, β = 0.9)".
  public var method: String
  /// A name of the user's own for this path.
  public var label: String?

  /// Creates the record of a descent.
  public init(
    points: [[Double]], values: [Double], gradientNorms: [Double], steps: Int, status: String,
    method: String, label: String? = nil
  ) {
    self.points = points
    self.values = values
    self.gradientNorms = gradientNorms
    self.steps = steps
    self.status = status
    self.method = method
    self.label = label
  }

  /// Beyond this a value is as good as infinite.
  private static let far = 1e100

  /// Whether it flies off: it left the finite numbers, or ends a thousand times higher above its best value
  /// than it started. Such a path must not rule what is shown.
  var fliesOff: Bool {
    if status == "diverged" { return true }
    if status != "converged", abs(values.last ?? 0) > PathData.far { return true }
    let finite = values.filter(\.isFinite)
    guard status != "converged", let start = finite.first, let end = finite.last, let best = finite.min()
    else { return false }
    return end - best > 1000 * max(start - best, abs(start))
  }

  /// The number of coordinates of a point.
  var dimension: Int { points.first?.count ?? 0 }
}

/// The value of an option given by name.
public enum OptionValue: Sendable {
  case number(Double)
  case text(String)
  case texts([String])
  case flag(Bool)
  /// Numbers, or the two ends of an interval (of two: four numbers).
  case numbers([Double])
}
