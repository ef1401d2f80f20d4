import Interpreter
import Syntax

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

  /// What to say where no name in these sources is this one: most likely it is misspelled.
  func warning(_ sources: [String]) -> String? {
    let names = sources.reduce(into: Set<String>()) { $0.formUnion(Source($1, name: "").names) }
    guard names.isDisjoint(with: Source(name, name: "").names) else { return nil }
    let suggestion = Suggestion.line(for: name, among: names.sorted()).map { "; \($0)" } ?? ""
    return "\(label): no cell has the name \(name)\(suggestion)"
  }

  /// What is evaluated.
  var code: String { "\(name) = \(value)" }
  /// How an error in it is named.
  var label: String { "--set \(name)" }
}
