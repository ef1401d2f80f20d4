import Interpreter
import JSON

/// The reference page: every name of the language in its group, with its documentation as text and its examples as
/// cells. All of it is read from where the names are declared.
enum ReferenceNotebook {
  /// The page, not yet run.
  static func document(of groups: [Reference.Group]) -> Document {
    var cells = [markdown("reference", introduction + contents(groups))]
    for group in groups {
      cells.append(markdown(identifier(group.title), "## \(group.title)"))
      for entry in group.entries { cells += self.cells(of: entry) }
    }
    let root: JSONObject = [
      "cells": .array(cells), "metadata": [:], "nbformat": 4, "nbformat_minor": 5,
    ]
    guard var document = try? Document(parsing: JSONValue.object(root).bytes(.notebook)) else {
      preconditionFailure("the reference page is no notebook")
    }
    document.recordLanguage()
    return document
  }

  private static let introduction = """
    # Reference

    Every name of Nabla, with an example of each. In a notebook `?name` shows the same entry, Shift-Tab shows it beside
    the cursor, and `@code name` the source of what is written in Nabla itself.

    This page is written by `nabla reference`.


    """

  private static func contents(_ groups: [Reference.Group]) -> String {
    groups.map { group in
      let anchor = String(group.title.map { $0 == " " ? "-" : $0 })
      let names = group.entries.map { $0.names.map { "`\($0)`" }.joined(separator: " ") }
      return "- [\(group.title)](#\(anchor)): " + names.joined(separator: " · ")
    }.joined(separator: "\n")
  }

  private static func cells(of entry: Reference.Entry) -> [JSONValue] {
    let identifier = identifier(entry.names[0])
    var text = ["### " + entry.names.map { "`\($0)`" }.joined(separator: " ")]
    if !entry.usage.isEmpty { text.append("```julia\n" + entry.usage.joined(separator: "\n") + "\n```") }
    text += entry.paragraphs
    var cells: [JSONValue] = []
    for (number, example) in entry.examples.enumerated() {
      if example.isRepeatable {
        cells.append(code("\(identifier)-\(number + 1)", example))
      } else {
        text.append("```julia\n\(example.code)\n```")
        if !example.output.isEmpty { text.append("```text\n\(example.output)\n```") }
      }
    }
    return [markdown(identifier, text.joined(separator: "\n\n"))] + cells
  }

  private static func markdown(_ identifier: String, _ text: String) -> JSONValue {
    ["cell_type": "markdown", "id": .string(identifier), "metadata": [:], "source": .string(text)]
  }

  private static func code(_ identifier: String, _ example: Reference.Example) -> JSONValue {
    let metadata: JSONObject = example.isError ? ["tags": ["raises-exception"]] : [:]
    return [
      "cell_type": "code", "execution_count": .null, "id": .string(identifier),
      "metadata": .object(metadata), "outputs": [], "source": .string(example.code),
    ]
  }

  /// What nbformat allows in the id of a cell; signs by their code.
  private static func identifier(_ name: String) -> String {
    name.unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": String(scalar)
      case " ": "-"
      default: "-" + String(scalar.value, radix: 16)
      }
    }.joined()
  }
}
