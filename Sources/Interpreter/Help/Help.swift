import Numerics
import Syntax

/// What `?name` shows, and what a front end shows beside a name.
enum Help {
  static let macros = ["assert", "code", "show", "time"]

  /// A record that shows as text: how it is called and what it does, or what a variable holds.
  static func page(_ name: String, _ globals: Globals) throws -> Value {
    guard let text = text(of: name, globals) else {
      throw Problem.unknownName(name, known: globals.known)
    }
    return .record(Record(names: ["name", "text"], items: [.text(name), .text(text)], tag: "Help"))
  }

  /// The source that `@code` shows.
  static func source(of function: Function) -> String {
    if let source = function.source {
      let lines = function.documentation.split(separator: "\n", omittingEmptySubsequences: false)
      guard !function.documentation.isEmpty else { return source }
      return lines.map { $0.isEmpty ? "#" : "# " + $0 }.joined(separator: "\n") + "\n" + source
    }
    var text = "\(function.signature.description) is written in Swift, not in Nabla."
    if !function.documentation.isEmpty { text += "\n" + function.documentation }
    return text
  }

  /// The page as text; `nil` where there is nothing of that name.
  static func text(of name: String, _ globals: Globals) -> String? {
    if let value = globals.value(of: name) { return text(name, value) }
    return Notation.entries[name].map { "\(name)\n  \($0)" }
  }

  static func text(_ name: String, _ value: Value) -> String {
    if case .function(let function) = value { return text(name, function) }
    var lines = ["\(name): \(description(of: value))"]
    if case .nothing = value { return lines[0] }
    lines += Printer.block(value).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if case .tensor(let tensor) = value, tensor.isScalar {
      lines = ["\(name) = \(lines[1])", "  " + description(of: value)]
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ name: String, _ function: Function) -> String {
    var signature = function.signature
    // A name that stands for another function says so.
    let isOwn = signature.name == name || signature.name.isEmpty
    signature.name = isOwn ? name : signature.name
    var lines = [isOwn ? signature.description : "\(name) = \(function.description)"]
    let documentation = function.documentation.split(separator: "\n", omittingEmptySubsequences: false)
    lines += documentation.map { $0.isEmpty ? "" : "  " + $0 }
    if let closure = function as? Closure, !closure.code.isLibrary {
      let source = Machine.sites.sources[closure.code.source].source
      lines.append("  defined in \(source.name) line \(source.line(of: closure.code.literal.span.start))")
    }
    return lines.joined(separator: "\n")
  }

  /// "a number, f32"; "a 2×3 tensor of f64".
  private static func description(of value: Value) -> String {
    guard case .tensor(let tensor) = value else { return value.kindDescription }
    if tensor.isScalar { return tensor.type == .bool ? "a bool" : "a number, \(tensor.type.name)" }
    return "\(value.kindDescription), \(tensor.type.name)"
  }
}

extension Globals {
  /// The value of a name of the notebook or, beneath it, of the library. Makes no cell, so asking changes nothing.
  func value(of name: String) -> Value? {
    if let value = cells[name]?.value {
      if case .unset = value {} else { return value }
    }
    return beneath?.value(of: name)
  }
}
