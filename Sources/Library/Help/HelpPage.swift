import Interpreter
import Syntax

/// What `?name` shows: as plain text for terminals, as Markdown for front ends that read it.
struct HelpPage {
  var name: String
  /// How it is called, a line for each way; empty for what is not called.
  var usage: [String]
  var documentation: Documentation
  /// Facts that are not documentation: where it is defined, how its symbol is typed.
  var notes: [String] = []
  /// The source of a function, where it is asked for.
  var source: String?

  var bundle: Bundle {
    Bundle([Bundle.Entry("text/markdown", markdown), Bundle.Entry("text/plain", plain)])
  }

  var plain: String {
    var lines = usage.isEmpty ? [name] : usage
    lines += documentation.prose.map(indented)
    lines += (documentation.derivatives + notes).map(indented)
    for example in documentation.examples {
      lines.append("")
      lines += example.code.lines.map { "  > " + $0 }
      if !example.output.isEmpty { lines += example.output.lines.map { "  " + $0 } }
    }
    if !documentation.related.isEmpty {
      lines += ["", "  See also: " + documentation.related.joined(separator: ", ")]
    }
    if let source { lines += ["", source] }
    return lines.joined(separator: "\n")
  }

  var markdown: String {
    var blocks: [String] = []
    blocks.append(usage.isEmpty ? "**`\(name)`**" : Markdown.code(usage.joined(separator: "\n")))
    blocks += proseBlocks
    for example in documentation.examples {
      blocks.append(Markdown.code(example.code))
      if !example.output.isEmpty { blocks.append(Markdown.output(example.output)) }
    }
    if let related { blocks.append(related) }
    if let source { blocks.append(Markdown.code(source)) }
    return blocks.joined(separator: "\n\n")
  }

  /// The words of the page without its examples, as Markdown.
  var proseBlocks: [String] {
    var blocks: [String] = []
    if !documentation.prose.isEmpty {
      blocks.append(documentation.prose.map(Markdown.prose).joined(separator: "\n"))
    }
    let facts = documentation.derivatives + notes
    if !facts.isEmpty { blocks.append(facts.map(Markdown.prose).joined(separator: "  \n")) }
    return blocks
  }

  /// "See also: …", as Markdown.
  var related: String? {
    guard !documentation.related.isEmpty else { return nil }
    return "See also: " + documentation.related.map { "`\($0)`" }.joined(separator: ", ")
  }

  private func indented(_ line: String) -> String { line.isEmpty ? "" : "  " + line }
}

enum Markdown {
  /// Code, coloured as the notebook's cells are.
  static func code(_ text: String) -> String { "```julia\n\(text)\n```" }

  static func output(_ text: String) -> String { "```text\n\(text)\n```" }

  /// Prose whose characters mean themselves, except for backticks, which enclose code.
  static func prose(_ line: String) -> String {
    var isCode = false
    var text = ""
    for character in line {
      if character == "`" { isCode.toggle() }
      if !isCode, "*_<$[]".contains(character) { text += "\\" }
      text.append(character)
    }
    return text
  }
}

extension String {
  fileprivate var lines: [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
