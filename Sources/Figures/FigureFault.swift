// What can be wrong with a request for a figure: data first, words in one place.

/// A figure that cannot be drawn, and why.
public enum FigureFault: Error, Equatable {
  case wrongChannels(mark: String, given: [String], signatures: [String])
  case lengths(mark: String, x: Int, y: Int)
  case unknownOption(name: String, mark: String, known: [String])
  case badOption(name: String, mark: String, expected: String)
  case emptyData(mark: String)
  case logOfNonPositive(axis: String)
  case emptyInterval(mark: String, Double, Double)
  case dimensions(mark: String, path: Int, expected: String)
  case unknownMark(name: String)
}

extension FigureFault: CustomStringConvertible {
  /// The fault in words.
  public var description: String {
    switch self {
    case .wrongChannels(let mark, let given, let signatures):
      let got = given.isEmpty ? "nothing" : given.joined(separator: ", ")
      return "\(mark) was given \(got); it takes \(signatures.joined(separator: " or "))"
    case .lengths(let mark, let x, let y):
      return "\(mark) needs as many x as y: x has \(x), y has \(y)"
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
    case .unknownMark(let name):
      return "there is no mark \(name)"
    }
  }
}
