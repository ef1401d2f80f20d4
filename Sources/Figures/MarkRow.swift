// A mark is one row: builtins, completion, help and the reference page are read from it.

/// What a function handed to a mark is called with.
public enum FunctionKind: Sendable {
  /// One number: `Channel.curve`.
  case curve
  /// Two numbers: `Channel.surface`.
  case surface
  /// A whole point: `Channel.objective`.
  case objective
  /// Two numbers, for a pair: `Channel.vectorField`.
  case vectorField
}

/// An option of a mark.
public struct OptionRow: Sendable {
  /// The name it is given by.
  public let name: String
  /// Its default, in words.
  public let defaultText: String
  /// What it does, in a sentence.
  public let documentation: String

  init(_ name: String, _ defaultText: String, _ documentation: String) {
    self.name = name
    self.defaultText = defaultText
    self.documentation = documentation
  }
}

/// A mark: its name, its documentation, its options, and how it makes a figure.
public struct MarkRow: Sendable {
  /// The name it is called by.
  public let name: String
  /// The ways to call it.
  public let signatures: [String]
  /// What it shows.
  public let documentation: String
  /// Its own options, then the common ones.
  public let options: [OptionRow]
  /// What a function among its arguments is called with; nil when it takes none.
  public let function: FunctionKind?
  /// Whether a matrix is handed over as its eigenvalues, a record (re = …, im = …) as the points it holds.
  public let takesEigenvalues: Bool
  private let make: @Sendable (MarkArguments) throws -> Figure

  init(
    _ name: String, signatures: [String], documentation: String, options: [OptionRow] = [],
    function: FunctionKind? = nil, takesEigenvalues: Bool = false,
    make: @escaping @Sendable (MarkArguments) throws -> Figure
  ) {
    self.name = name
    self.signatures = signatures
    self.documentation = documentation
    let own = Set(options.map(\.name))
    self.options = options + CommonOptions.rows.filter { !own.contains($0.name) }
    self.function = function
    self.takesEigenvalues = takesEigenvalues
    self.make = make
  }

  /// Makes the figure. Errors thrown by the user's own functions pass through.
  public func build(_ channels: [Channel], _ options: [String: OptionValue]) throws -> Figure {
    let known = self.options.map(\.name)
    for name in options.keys.sorted() where !known.contains(name) {
      throw FigureFault.unknownOption(name: name, mark: self.name, known: known)
    }
    for channel in channels {
      if let shape = channel.emptyShape { throw FigureFault.noElements(mark: self.name, shape: shape) }
    }
    // Beside what was given a mark keeps indices, and puts values in order on the way.
    try FigureWork.reserve(channels.reduce(0) { $0 + $1.valueCount } * 24)
    return try make(
      MarkArguments(mark: self.name, signatures: signatures, channels: channels, options: options))
  }
}

/// What a mark was called with.
struct MarkArguments {
  let mark: String
  let signatures: [String]
  let channels: [Channel]
  let options: [String: OptionValue]

  var wrongChannels: FigureFault {
    .wrongChannels(mark: mark, given: channels.map(\.kind), signatures: signatures)
  }

  /// The second and the third channel as the sides of a rectangle.
  func rectangle() throws -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    guard channels.count == 3, case .interval(let x0, let x1) = channels[1],
      case .interval(let y0, let y1) = channels[2]
    else { throw wrongChannels }
    for (low, high) in [(x0, x1), (y0, y1)] where !(low < high && (high - low).isFinite) {
      throw FigureFault.emptyInterval(mark: mark, low, high)
    }
    return (x0...x1, y0...y1)
  }

  /// One vector against 1, 2, … or two against each other, with a point that can be drawn.
  func points() throws -> Line {
    guard case .numbers(let last)? = channels.last else { throw wrongChannels }
    let points: Line
    switch channels.count {
    case 1: points = Line(x: Marks.indices(last.count), y: last)
    case 2:
      guard case .numbers(let x) = channels[0] else { throw wrongChannels }
      guard x.count == last.count else { throw FigureFault.lengths(mark: mark, x: x.count, y: last.count) }
      points = Line(x: x, y: last)
    default: throw wrongChannels
    }
    guard points.isVisible else { throw FigureFault.emptyData(mark: mark) }
    return points
  }

  /// Points given whole: a point of the plane, or a row for each of several; nil where the channel is something else.
  func wholePoints(_ index: Int) -> [Point]? {
    switch channels[index] {
    case .numbers(let values) where values.count == 2: return [Point(x: values[0], y: values[1])]
    case .matrix(let rows, 2, let values):
      return (0..<rows).map { Point(x: values[2 * $0], y: values[2 * $0 + 1]) }
    default: return nil
    }
  }

  func bad(_ name: String, _ expected: String) -> FigureFault {
    .badOption(name: name, mark: mark, expected: expected)
  }

  func number(_ name: String) throws -> Double? {
    switch options[name] {
    case nil: return nil
    case .number(let value) where value.isFinite: return value
    default: throw bad(name, "a number")
    }
  }

  func text(_ name: String) throws -> String? {
    switch options[name] {
    case nil: return nil
    case .text(let value): return value
    default: throw bad(name, "a string")
    }
  }

  func texts(_ name: String) throws -> [String]? {
    switch options[name] {
    case nil: return nil
    case .text(let value): return [value]
    case .texts(let values): return values
    default: throw bad(name, "one string for each")
    }
  }

  func flag(_ name: String) throws -> Bool? {
    switch options[name] {
    case nil: return nil
    case .flag(let value): return value
    default: throw bad(name, "true or false")
    }
  }

  func numbers(_ name: String, count: Int, _ expected: String) throws -> [Double]? {
    switch options[name] {
    case nil: return nil
    case .numbers(let values) where values.count == count && values.allSatisfy(\.isFinite): return values
    default: throw bad(name, expected)
    }
  }

  /// Two ends, the lower first.
  func interval(_ name: String) throws -> ClosedRange<Double>? {
    let expected = "an interval low..high"
    guard let ends = try numbers(name, count: 2, expected) else { return nil }
    guard ends[0] < ends[1] else { throw bad(name, expected) }
    return ends[0]...ends[1]
  }
}
