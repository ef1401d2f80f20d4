import Interpreter
import Numerics
import Syntax

/// What Tab offers and what a front end shows beside a name. Nothing is evaluated: a field is found where
/// its record is in a variable.
enum Completer {
  /// - Parameter cursor: Unicode scalars before the cursor; what lies outside the text is clamped.
  static func complete(_ code: String, _ cursor: Int, _ globals: Globals) -> Completion {
    let source = Source(code, name: "")
    let position = max(0, min(cursor, source.rawCount))
    switch Parser.completionContext(in: source, at: position) {
    case .name(let prefix, let range):
      return completion(names(prefix, globals, source, range), range)
    case .namedArgument(let function, let prefix, let range):
      let parameters = parameters(of: globals.value(at: function), prefix)
      return completion(parameters + names(prefix, globals, source, range), range)
    case .field(let base, let prefix, let range):
      return completion(fields(of: globals.value(at: base), prefix), range)
    case .symbol(let prefix, let range):
      return completion(symbols(prefix).map { .init(text: $0, type: "symbol") }, range)
    case .string, .none: return Completion(matches: [], start: position, end: position)
    }
  }

  private static func completion(_ matches: [Completion.Match], _ range: Range<Int>) -> Completion {
    var seen = Set<String>()
    return Completion(
      matches: matches.filter { seen.insert($0.text).inserted }, start: range.lowerBound,
      end: range.upperBound)
  }

  // MARK: Candidates

  /// The notebook's names, those of this text, the library's, the keywords; each group in order.
  private static func names(
    _ prefix: String, _ globals: Globals, _ source: Source, _ range: Range<Int>
  ) -> [Completion.Match] {
    var matches = matches(in: globals, prefix)
    let known = Set(matches.map(\.text))
    // What this cell assigns but has not run yet; a prefix keeps the list short.
    if !prefix.isEmpty {
      let here = namesWritten(in: source, besides: range).filter {
        $0.hasScalarPrefix(prefix) && !known.contains($0)
      }
      matches += here.sorted().map { .init(text: $0, type: "variable") }
    }
    if let library = globals.beneath { matches += self.matches(in: library, prefix) }
    matches += Parser.keywords.filter { $0.hasScalarPrefix(prefix) }.map { .init(text: $0, type: "keyword") }
    return matches
  }

  private static func matches(in globals: Globals, _ prefix: String) -> [Completion.Match] {
    var matches: [Completion.Match] = []
    for name in globals.deferred.keys.sorted() where name.hasScalarPrefix(prefix) { _ = globals.cell(name) }
    for cell in globals.cells.values where cell.name.hasScalarPrefix(prefix) {
      switch cell.value {
      case .unset: continue
      case .function(let function) where function.isInternal: continue
      case .function: matches.append(.init(text: cell.name, type: "function"))
      default: matches.append(.init(text: cell.name, type: "variable"))
      }
    }
    return matches.sorted { $0.text < $1.text }
  }

  /// Names in the text, the one at the cursor left out.
  private static func namesWritten(in source: Source, besides range: Range<Int>) -> Set<String> {
    let cursor = source.normalizedOffset(ofRaw: range.upperBound)
    var names = Set<String>()
    var start: Int?
    for (offset, scalar) in (source.scalars + ["\n"]).enumerated() {
      if scalar.isOfName, start != nil || scalar.properties.numericType == nil {
        start = start ?? offset
      } else if let from = start {
        if cursor < from || cursor > offset { names.insert(source.text(Span(from, offset))) }
        start = nil
      }
    }
    return names
  }

  /// The symbols whose LaTeX names begin so; of a whole name that symbol alone.
  private static func symbols(_ prefix: String) -> [String] {
    if let exact = Symbols.symbol(named: prefix) { return [exact] }
    return Symbols.matching(prefix: prefix).map(\.symbol)
  }

  private static func fields(of value: Value?, _ prefix: String) -> [Completion.Match] {
    guard case .record(let record)? = value else { return [] }
    return record.names.filter { $0.hasScalarPrefix(prefix) }.map { .init(text: $0, type: "field") }
  }

  private static func parameters(of value: Value?, _ prefix: String) -> [Completion.Match] {
    guard case .function(let function)? = value else { return [] }
    return function.signature.named.filter { $0.hasScalarPrefix(prefix) }
      .map { .init(text: $0 + " = ", type: "parameter") }
  }

  // MARK: Inspection

  /// Documentation and value of the name at the cursor; `detail` 1 adds the source of a function.
  static func inspect(_ code: String, _ cursor: Int, _ detail: Int, _ globals: Globals) -> Bundle? {
    let source = Source(code, name: "")
    let position = max(0, min(cursor, source.rawCount))
    guard let subject = Parser.nameAt(position, in: source) else { return nil }
    let name = subject.chain.joined(separator: ".")
    guard var page = Help.find(name, globals) else { return nil }
    if detail > 0, case .function(let function)? = globals.value(at: subject.chain), function.source != nil {
      page.source = Help.source(of: function)
    }
    return page.bundle
  }
}

extension String {
  /// By scalars: `x` begins `x̂`, which as characters it does not.
  fileprivate func hasScalarPrefix(_ prefix: String) -> Bool {
    unicodeScalars.starts(with: prefix.unicodeScalars)
  }
}

extension Unicode.Scalar {
  /// Roughly what names are made of; enough to list the words of a text.
  fileprivate var isOfName: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .nonspacingMark:
      return true
    default: return self == "_" || (0x2080...0x209C).contains(value)
    }
  }
}
