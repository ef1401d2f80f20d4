import Numerics
import Syntax

/// What `?name` shows, and what a front end shows beside a name.
enum Help {
  static let macros = ["assert", "code", "show", "time"]

  /// A record that shows as text: how it is called and what it does, or what a variable holds.
  static func page(_ name: String, _ globals: Globals) throws -> Value {
    guard let page = find(name, globals) else {
      throw Problem.unknownName(name, known: globals.known + Notation.names)
    }
    return .record(
      Record(
        names: ["name", "markdown", "text"],
        items: [.text(name), .text(page.markdown), .text(page.plain)], tag: "Help"))
  }

  /// The source that `@code` shows.
  static func source(of function: Function) -> String {
    // The prose of a documentation; its examples would push the code out of sight.
    let lines = Documentation(function.documentation).prose
    if let source = function.source {
      if lines.isEmpty { return source }
      return lines.map { $0.isEmpty ? "#" : "# " + $0 }.joined(separator: "\n") + "\n" + source
    }
    var text = "\(function.signature.description) is written in Swift, not in Nabla."
    if !lines.isEmpty { text += "\n" + lines.joined(separator: "\n") }
    return text
  }

  /// The page of a name, a field, an operator or a symbol; `nil` where there is nothing of that name.
  static func find(_ name: String, _ globals: Globals) -> HelpPage? {
    if let value = globals.value(at: name.split(separator: ".").map(String.init)) {
      return page(name, value, globals)
    }
    if let entry = Notation.entry(of: name) { return page(name, entry) }
    // `?\nabla`: the symbol that has this LaTeX name.
    if name.hasPrefix("\\"), let symbol = Symbols.symbol(named: String(name.dropFirst())) {
      return find(symbol, globals)
    }
    let typing = Notation.typing(of: name)
    // A letter with its mark or index; a longer name is one that somebody misspelt.
    guard !typing.isEmpty, name.unicodeScalars.count <= 2 else { return nil }
    return HelpPage(name: name, usage: [], documentation: Documentation(""), notes: typing)
  }

  static func page(_ name: String, _ entry: Notation.Entry) -> HelpPage {
    HelpPage(
      name: name, usage: [], documentation: Documentation(entry.documentation),
      notes: Notation.typing(of: name))
  }

  static func page(_ name: String, _ value: Value, _ globals: Globals) -> HelpPage {
    if case .function(let function) = value { return page(name, function) }
    var page = HelpPage(
      name: name, usage: ["\(name): \(description(of: value))"],
      documentation: Documentation(globals.documentation(of: name)),
      // How a variable is typed, not how each of its fields is.
      notes: name.contains(".") ? [] : Notation.typing(of: name))
    switch value {
    case .nothing: break
    case .tensor(let tensor) where tensor.isScalar:
      let text = Printer.block(value)
      page.usage = [text == name ? name : "\(name) = \(text)"]
      page.notes.insert(description(of: value), at: 0)
    default:
      page.usage += Printer.block(value).split(separator: "\n", omittingEmptySubsequences: false).map(
        String.init)
    }
    return page
  }

  private static func page(_ name: String, _ function: Function) -> HelpPage {
    // A name that stands for another function says so.
    let isOwn = function.signature.name == name || function.signature.name.isEmpty
    var notes: [String] = []
    if let closure = function as? Closure, !closure.code.isLibrary {
      let source = closure.code.source.source
      notes.append("defined in \(source.name) line \(source.line(of: closure.code.literal.span.start))")
    }
    return HelpPage(
      name: name, usage: isOwn ? function.usage(as: name) : ["\(name) = \(function.description)"],
      documentation: Documentation(function.documentation), notes: notes + Notation.typing(of: name))
  }

  /// "a number, f32"; "a 2×3 tensor, f64".
  private static func description(of value: Value) -> String {
    guard case .tensor(let tensor) = value else { return value.kindDescription }
    if tensor.isScalar { return tensor.type == .bool ? "a bool" : "a number, \(tensor.type.name)" }
    return "\(value.kindDescription), \(tensor.type.name)"
  }
}

extension Globals {
  /// The value of a name of the notebook or, beneath it, of the library. Makes no cell, so asking changes nothing.
  func value(of name: String) -> Value? {
    if deferred[name] != nil { _ = cell(name) }
    if let value = cells[name]?.value {
      if case .unset = value {} else { return value }
    }
    return beneath?.value(of: name)
  }

  /// The value of a name with fields after it; `nil` where there is none.
  func value(at path: [String]) -> Value? {
    guard let first = path.first, var value = value(of: first) else { return nil }
    for name in path.dropFirst() {
      guard case .record(let record) = value, let field = record[name] else { return nil }
      value = field
    }
    return value
  }
}
