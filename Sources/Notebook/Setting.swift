/// A variable that the command line sets: `--set rate=0.1`.
public struct Setting: Equatable, Sendable {
  public let name: String
  /// An expression of the language.
  public let value: String

  /// `nil` where the text is not `name=value`.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    name = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
    guard let first = name.first, first.isLetter || first == "_", !name.contains(where: \.isWhitespace),
      !value.isEmpty
    else { return nil }
  }

  /// What is evaluated.
  var code: String { "\(name) = \(value)" }
  /// How an error in it is named.
  var label: String { "--set \(name)" }
}
