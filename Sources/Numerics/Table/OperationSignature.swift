/// A signature as its text says it: "sum(x; axis, keep = false)", "max(a, b, rest...)".
public struct OperationSignature: Sendable, Equatable {
  /// One parameter.
  public struct Parameter: Sendable, Equatable {
    public let name: String
    /// Passed by name, after the semicolon.
    public let isNamed: Bool
    /// Takes the rest of the positional arguments.
    public let isVariadic: Bool
    /// The text of the default; `nil` where there is none.
    public let fallback: String?
  }

  /// The name of what is called.
  public let name: String
  /// All parameters, in the order of the text.
  public let parameters: [Parameter]

  public init(_ text: String) {
    name = String(text.prefix { $0 != "(" })
    var parameters: [Parameter] = []
    let inside = text.dropFirst(name.count + 1).dropLast()
    for (section, part) in inside.split(separator: ";", omittingEmptySubsequences: false).enumerated() {
      for item in part.split(separator: ",") {
        let sides = item.split(separator: "=", maxSplits: 1).map(OperationSignature.trimmed)
        guard var word = sides.first, !word.isEmpty else { continue }
        let isVariadic = word.hasSuffix("...")
        if isVariadic { word.removeLast(3) }
        parameters.append(
          Parameter(
            name: word, isNamed: section > 0, isVariadic: isVariadic,
            fallback: sides.count > 1 ? sides[1] : nil))
      }
    }
    self.parameters = parameters
  }

  /// The names of what is passed by position, without the one that takes the rest.
  public var positional: [String] { parameters.filter { !$0.isNamed && !$0.isVariadic }.map(\.name) }

  /// The name of what takes the rest of the positional arguments.
  public var rest: String? { parameters.first { $0.isVariadic }?.name }

  /// The names of what is passed by name.
  public var named: [String] { parameters.filter { $0.isNamed && !$0.isVariadic }.map(\.name) }

  /// The texts of the defaults, by name.
  public var fallbacks: [String: String] {
    var fallbacks: [String: String] = [:]
    for parameter in parameters { fallbacks[parameter.name] = parameter.fallback }
    return fallbacks
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
