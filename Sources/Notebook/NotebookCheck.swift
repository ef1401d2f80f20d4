// A notebook run again and compared with the outputs that were committed with it.

import Interpreter
import JSON

/// Where a cell no longer puts out what it did.
public struct Mismatch: Equatable, Sendable {
  /// "cell [3]", counted as Jupyter counts.
  public var cell: String
  public var what: String
  public var kept: String
  public var now: String
}

enum NotebookCheck {
  /// The differences, cell by cell.
  static func mismatches(_ kept: Document, _ now: Document) -> [Mismatch] {
    var mismatches: [Mismatch] = []
    var number = 0
    for (old, new) in zip(kept.cells, now.cells) where old.isCode {
      if old.source.allSatisfy(\.isWhitespace) { continue }
      number += 1
      let cell = "cell [\(number)]"
      let (a, b) = (outputs(old), outputs(new))
      guard a.count == b.count else {
        mismatches.append(
          Mismatch(
            cell: cell, what: "the number of outputs", kept: summary(a), now: summary(b)))
        continue
      }
      for (first, second) in zip(a, b) {
        if let (what, kept, now) = difference(first, second) {
          mismatches.append(Mismatch(cell: cell, what: what, kept: shortened(kept), now: shortened(now)))
          break
        }
      }
    }
    return mismatches
  }

  /// What is compared: notes on the error stream come and go.
  private static func outputs(_ cell: Cell) -> [JSONValue] {
    cell.outputs.filter { $0["output_type"]?.string != "stream" || $0["name"]?.string != "stderr" }
  }

  private static func summary(_ outputs: [JSONValue]) -> String {
    outputs.isEmpty ? "none" : outputs.compactMap { $0["output_type"]?.string }.joined(separator: ", ")
  }

  private static func shortened(_ text: String) -> String {
    text.count > 160 ? String(text.prefix(157)) + "…" : text
  }

  private static func difference(_ kept: JSONValue, _ now: JSONValue) -> (String, String, String)? {
    func text(_ value: JSONValue?) -> String { value?.string ?? "" }
    let kind = text(kept["output_type"])
    guard kind == text(now["output_type"]) else {
      return ("the kind of output", kind, text(now["output_type"]))
    }
    switch kind {
    case "stream":
      return TextComparison.difference(text(kept["text"]), text(now["text"]), .text).map {
        ("the text", $0.0, $0.1)
      }
    case "error":
      for key in ["ename", "evalue"] {
        if let (a, b) = TextComparison.difference(text(kept[key]), text(now[key]), .text) {
          return ("the error", a, b)
        }
      }
      return nil
    default: return difference(of: kept["data"]?.object ?? [:], now["data"]?.object ?? [:])
    }
  }

  private static func difference(of kept: JSONObject, _ now: JSONObject) -> (String, String, String)? {
    let (a, b) = (kept.map(\.key).sorted(), now.map(\.key).sorted())
    guard a == b else { return ("the media types", a.joined(separator: ", "), b.joined(separator: ", ")) }
    let hasFigure = kept["image/svg+xml"] != nil
    for (key, value) in kept {
      let (old, new) = (value.string ?? "", now[key]?.string ?? "")
      switch key {
      // The figure again, in another wrapping.
      case "text/html" where hasFigure: continue
      case "image/svg+xml":
        if let (x, y) = FigureComparison.difference(old, new) { return ("the figure", x, y) }
      default:
        if let (x, y) = TextComparison.difference(old, new, .text) {
          return ("the \(key == "text/plain" ? "value" : key)", x, y)
        }
      }
    }
    return nil
  }
}

extension Runner {
  /// Runs a notebook again and says where its outputs differ from those in the file. Nothing is written.
  public func checkNotebook(_ path: String) throws(Trouble) -> [Mismatch] {
    let document = try readDocument(path)
    let run = NotebookRun(limits: limits, timeout: timeout, folder: folderOf(path))
    let (executed, problem) = evaluated {
      var document = document
      let problem = run.run(&document)
      return (document, problem)
    }
    if let problem { throw .problem(problem) }
    return NotebookCheck.mismatches(document, executed)
  }
}
