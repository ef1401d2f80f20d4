// What can be wrong with a request for a figure: data first, words in one place.

/// A figure that cannot be drawn, and why.
public enum FigureFault: Error, Equatable {
  case wrongChannels(mark: String, given: [String], signatures: [String])
  case lengths(mark: String, x: Int, y: Int)
  case otherLength(mark: String, name: String, count: Int, x: Int)
  case shapes(mark: String, image: [Int], map: [Int])
  case smallMatrix(mark: String, rows: Int, columns: Int)
  case noElements(mark: String, shape: [Int])
  case unknownOption(name: String, mark: String, known: [String])
  case badOption(name: String, mark: String, expected: String)
  case emptyData(mark: String)
  case logOfNonPositive(axis: String)
  case emptyInterval(mark: String, Double, Double)
  case dimensions(mark: String, path: Int, expected: String)
  case unknownMark(name: String)
  /// Of what a function was given came something that no figure shows.
  case drawing(function: String, given: [String])
}

extension FigureFault {
  /// The same fault as one of the function that drew by means of the mark, which is what the user called.
  package func of(_ function: String) -> FigureFault {
    switch self {
    case .wrongChannels(_, let given, _), .drawing(_, let given): .drawing(function: function, given: given)
    case .lengths(_, let x, let y): .lengths(mark: function, x: x, y: y)
    case .otherLength(_, let name, let count, let x):
      .otherLength(mark: function, name: name, count: count, x: x)
    case .shapes(_, let image, let map): .shapes(mark: function, image: image, map: map)
    case .smallMatrix(_, let rows, let columns): .smallMatrix(mark: function, rows: rows, columns: columns)
    case .noElements(_, let shape): .noElements(mark: function, shape: shape)
    case .unknownOption(let name, _, let known): .unknownOption(name: name, mark: function, known: known)
    case .badOption(let name, _, let expected): .badOption(name: name, mark: function, expected: expected)
    case .emptyData: .emptyData(mark: function)
    case .emptyInterval(_, let low, let high): .emptyInterval(mark: function, low, high)
    case .dimensions(_, let path, let expected): .dimensions(mark: function, path: path, expected: expected)
    case .logOfNonPositive, .unknownMark: self
    }
  }
}

private func sizes(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }

extension FigureFault: CustomStringConvertible {
  /// The fault in words.
  public var description: String {
    switch self {
    case .wrongChannels(let mark, let given, let signatures):
      let got = given.isEmpty ? "nothing" : given.joined(separator: ", ")
      return "\(mark) was given \(got); it takes \(signatures.joined(separator: " or "))"
    case .lengths(let mark, let x, let y):
      return "\(mark) needs as many x as y: x has \(x), y has \(y)"
    case .otherLength(let mark, let name, let count, let x):
      return "\(mark) needs as many \(name) as x: there are \(x) x and \(count) \(name)"
    case .shapes(let mark, let image, let map):
      return "\(mark) needs an image and a map of one shape, not \(sizes(image)) and \(sizes(map))"
    case .smallMatrix(let mark, let rows, let columns):
      return "\(mark) needs a matrix of at least two rows and two columns, not \(sizes([rows, columns]))"
    case .noElements(let mark, let shape):
      return "\(mark) has nothing to show: what it was given, \(sizes(shape)), has no elements"
    case .unknownOption(let name, let mark, let known):
      func distance(_ option: String) -> Int {
        editDistance(Array(name.unicodeScalars), Array(option.unicodeScalars))
      }
      if let near = known.min(by: { distance($0) < distance($1) }), distance(near) <= 2 {
        return "\(mark) has no option \(name) (did you mean \(near)?)"
      }
      return "\(mark) has no option \(name); it has \(known.joined(separator: ", "))"
    case .badOption(let name, let mark, let expected):
      return "the option \(name) of \(mark) must be \(expected)"
    case .emptyData(let mark):
      return "\(mark) has nothing to show: no number among its data is finite"
    case .logOfNonPositive(let axis):
      return "no value on the \(axis) axis is positive, so it has no logarithmic scale"
        + " (\(axis)scale = \"symlog\" takes any sign)"
    case .emptyInterval(let mark, let low, let high):
      return "\(mark) needs an interval from low to high, got \(plainText(low))..\(plainText(high))"
    case .dimensions(let mark, let path, let expected):
      return "\(mark) was given a path of dimension \(path); it takes \(expected)"
    case .drawing(let function, let given):
      return "\(function) has no figure for what comes of its arguments: \(given.joined(separator: ", "))"
    case .unknownMark(let name):
      return "there is no mark \(name)"
    }
  }
}
