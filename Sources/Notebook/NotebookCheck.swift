// A notebook run again and compared with the outputs that were committed with it.

import Explorables
import Figures
import Interpreter
import JSON
import Markup

/// Where a cell no longer puts out what it did.
public struct Mismatch: Equatable, Sendable {
  /// "cell [3]", counted as Jupyter counts.
  public var cell: String
  public var what: String
  public var kept: String
  public var now: String
  /// Why it counts though it is small; nil where it counts in any case.
  public var remark: String?
}

struct NotebookCheck {
  let agreement: Agreement

  /// The differences, cell by cell.
  func mismatches(_ kept: Document, _ now: Document) -> [Mismatch] {
    var mismatches: [Mismatch] = []
    var number = 0
    for (old, new) in zip(kept.cells, now.cells) where old.isCode {
      if old.source.allSatisfy(\.isWhitespace) { continue }
      number += 1
      let (a, b) = (Self.outputs(old), Self.outputs(new))
      let found =
        a.count == b.count
        ? zip(a, b).lazy.compactMap { difference($0, $1) }.first
        : Difference("the number of outputs", Self.summary(a), Self.summary(b))
      guard let found else { continue }
      let (kept, now) = Self.shortened(found.kept, found.now)
      mismatches.append(
        Mismatch(cell: "cell [\(number)]", what: found.what, kept: kept, now: now, remark: found.remark))
    }
    return mismatches
  }

  private struct Difference {
    let what: String
    let kept: String
    let now: String
    var remark: String?

    init(_ what: String, _ kept: String, _ now: String, remark: String? = nil) {
      self.what = what
      self.kept = kept
      self.now = now
      self.remark = remark
    }
  }

  /// What is compared. Notes on the error stream come and go; a text arrives in as many pieces as the client saw.
  private static func outputs(_ cell: Cell) -> [JSONValue] {
    var joined: [JSONValue] = []
    for output in cell.outputs {
      // What a running kernel shows beside an explorable for as long as it runs.
      if output["data"]?[widgetViewType] != nil { continue }
      guard output["output_type"]?.string == "stream" else {
        joined.append(output)
        continue
      }
      if output["name"]?.string == "stderr" { continue }
      guard let last = joined.last, last["output_type"]?.string == "stream", last["name"] == output["name"]
      else {
        joined.append(output)
        continue
      }
      joined[joined.count - 1]["text"] = .string(
        (last["text"]?.string ?? "") + (output["text"]?.string ?? ""))
    }
    return joined
  }

  private static func summary(_ outputs: [JSONValue]) -> String {
    outputs.isEmpty ? "none" : outputs.compactMap { $0["output_type"]?.string }.joined(separator: ", ")
  }

  private static let shown = 160

  /// Two long texts from shortly before the place where they differ.
  private static func shortened(_ kept: String, _ now: String) -> (String, String) {
    let common = max(kept.count, now.count) > shown ? zip(kept, now).prefix { $0 == $1 }.count : 0
    let start = common > shown / 2 ? common - shown / 4 : 0
    func part(_ text: String) -> String {
      let rest = text.dropFirst(start)
      return (start > 0 ? "…" : "") + (rest.count > shown ? rest.prefix(shown - 3) + "…" : rest)
    }
    return (part(kept), part(now))
  }

  private func difference(_ kept: JSONValue, _ now: JSONValue) -> Difference? {
    func text(_ value: JSONValue?) -> String { value?.string ?? "" }
    let kind = text(kept["output_type"])
    guard kind == text(now["output_type"]) else {
      return Difference("the kind of output", kind, text(now["output_type"]))
    }
    switch kind {
    case "stream":
      // A client may have kept what the carriage returns of a progress bar left.
      return difference("the text", overwritten(text(kept["text"])), overwritten(text(now["text"])))
    case "error":
      for key in ["ename", "evalue"] {
        if let found = difference("the error", text(kept[key]), text(now[key])) { return found }
      }
      guard agreement == .exact else { return nil }
      func report(_ output: JSONValue) -> String {
        output["traceback"]?.array?.compactMap(\.string).joined(separator: "\n") ?? ""
      }
      return difference("the error's report", report(kept), report(now))
    default: return difference(of: kept["data"]?.object ?? [:], now["data"]?.object ?? [:])
    }
  }

  private func difference(of kept: JSONObject, _ now: JSONObject) -> Difference? {
    let (a, b) = (kept.map(\.key).sorted(), now.map(\.key).sorted())
    guard a == b else {
      return Difference("the media types", a.joined(separator: ", "), b.joined(separator: ", "))
    }
    // A page's markup is the figure again, in another wrapping: only to the byte it has something to add.
    let isMoving = Explorable.packed(in: Self.text(kept["text/html"])) != nil
    let leavesOut = kept["image/svg+xml"] != nil && agreement != .exact && !isMoving ? "text/html" : nil
    for key in a where key != leavesOut {
      let (old, new) = (Self.text(kept[key]), Self.text(now[key]))
      if key == "image/svg+xml" {
        guard let (x, y) = FigureComparison.difference(old, new, agreement) else { continue }
        let isClose = FigureComparison.difference(old, new, .within(.text)) == nil
        return Difference("the figure", x, y, remark: isClose ? "the figures agree within a pixel" : nil)
      }
      if key == "text/html", let found = explorables(old, new) {
        if let difference = found.difference { return difference }
        continue
      }
      if let found = difference("the \(key == "text/plain" ? "value" : key)", old, new) { return found }
    }
    return nil
  }

  /// Two explorables state by state; `nil` where they are none.
  private func explorables(_ old: String, _ new: String) -> (difference: Difference?, Void)? {
    guard let (a, b) = Self.packed(old, new) else { return nil }
    let what = "the explorable's controls"
    guard a.parameters == b.parameters else {
      func names(_ explorable: Explorable) -> String {
        explorable.parameters.map { "\($0.name) = \($0.stops.joined(separator: ", "))" }.joined(
          separator: "; ")
      }
      return (Difference(what, names(a), names(b)), ())
    }
    for (index, (kept, now)) in zip(a.states, b.states).enumerated() {
      let place = "the state at \(a.position(of: index))"
      switch (kept, now) {
      case (.figure(let old, _), .figure(let new, _)):
        if let (x, y) = FigureComparison.difference(old, new, agreement) {
          return (Difference(place, x, y), ())
        }
      case (.text(let old), .text(let new)):
        if let found = difference(place, old, new) { return (found, ()) }
      default: return (Difference(place, kept.sentence, now.sentence), ())
      }
    }
    return (nil, ())
  }

  private static func packed(_ old: String, _ new: String) -> (Explorable, Explorable)? {
    guard let first = Explorable.packed(in: old), let second = Explorable.packed(in: new),
      let a = Explorable(packed: first), let b = Explorable(packed: second)
    else { return nil }
    return (a, b)
  }

  /// A media type's data; what JSON is, as JSON.
  private static func text(_ value: JSONValue?) -> String {
    value.map { $0.string ?? String(decoding: $0.bytes(.notebook), as: UTF8.self) } ?? ""
  }

  private func difference(_ what: String, _ kept: String, _ now: String) -> Difference? {
    guard let (x, y) = TextComparison.difference(kept, now, agreement) else { return nil }
    guard agreement == .exact, TextComparison.difference(kept, now, .within(.text)) == nil,
      let distance = TextComparison.distance(x, y)
    else { return Difference(what, x, y) }
    let remark =
      distance == 0
      ? "the same numbers, written in another way" : "apart by \(significantText(distance, digits: 1))"
    return Difference(what, x, y, remark: remark)
  }
}

extension Runner {
  /// Runs a notebook again and says where its outputs differ from those in the file. Nothing is written.
  ///
  /// Compared exactly where the file says that this version wrote all it shows, else within a tolerance: what another
  /// version computed may differ in its last digits. A tolerance that is given decides for every file.
  public func checkNotebook(_ path: String, tolerance: Tolerance? = nil) throws(Trouble) -> [Mismatch] {
    let document = try readDocument(path)
    let run = notebookRun(path)
    let executed = run.execute(document)
    if let problem = executed.problem { throw .problem(problem) }
    let isOwn = document.writer == Language.version
    let agreement = tolerance.map(Agreement.within) ?? (isOwn ? .exact : .within(.text))
    return NotebookCheck(agreement: agreement).mismatches(document, executed.document)
  }
}
