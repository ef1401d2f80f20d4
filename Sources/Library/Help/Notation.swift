import Interpreter
import Syntax

/// What is part of the notation, not a name of the library: operators, keywords, macros, kinds of error.
enum Notation {
  /// The spellings that share a page, and the page.
  struct Entry {
    var names: [String]
    var documentation: String

    init(_ names: String, _ documentation: String) {
      self.names = names.split(separator: " ").map(String.init)
      self.documentation = documentation
    }
  }

  /// What a section of the reference page shows.
  struct Section {
    var title: String
    var entries: [Entry]
  }

  static let sections: [Section] = [
    Section(title: "Operators", entries: operators),
    Section(title: "Keywords", entries: keywords),
    Section(title: "Macros", entries: macros),
    Section(title: "Kinds of error", entries: errorKinds),
  ]

  static let errorKinds = ErrorKind.allCases.map { Entry($0.rawValue, $0.documentation) }

  /// Every spelling that has a page.
  static let names: [String] = sections.flatMap(\.entries).flatMap(\.names)

  static func entry(of name: String) -> Entry? { byName[name] }

  private static let byName: [String: Entry] = Dictionary(
    sections.flatMap(\.entries).flatMap { entry in entry.names.map { ($0, entry) } },
    uniquingKeysWith: { first, _ in first })

  /// How the symbols of a name are typed, a sentence each; empty for plain letters.
  static func typing(of name: String) -> [String] {
    var told = Set<String>()
    return name.unicodeScalars.filter { !$0.isASCII }.compactMap { scalar in
      let symbol = String(scalar)
      let names = Symbols.all.filter { $0.symbol == symbol }
      guard let first = names.first, told.insert(symbol).inserted else { return nil }
      var text = "`\(symbol)` is typed `\\\(first.name)` and Tab"
      if scalar.properties.canonicalCombiningClass != .notReordered {
        text = "The mark on a letter is typed behind it, `\\\(first.name)` and Tab"
      }
      // The word of a plain keyboard, where it says the same; Greek letters are names like any other.
      if let plain = names.compactMap(\.ascii).first, plain != first.name || name == symbol, plain != name,
        !isGreek(scalar) || name == "π"
      {
        text += "; on a plain keyboard write `\(plain)`"
      }
      return text + "."
    }
  }

  private static func isGreek(_ scalar: Unicode.Scalar) -> Bool { (0x370...0x3FF).contains(scalar.value) }
}
