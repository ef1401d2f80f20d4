import JSON
import Wire

/// What was run, in this kernel and in those before it.
package final class History {
  struct Entry: Equatable {
    var session: Int
    var line: Int
    var source: String
    /// Of this kernel's cells only: results are not written to disk.
    var output: String?
  }

  /// Longer texts are remembered only in part.
  static let longestOutput = 4096

  private let file: HistoryFile?
  private var own: [Entry] = []

  /// - Parameter file: where cells are remembered beyond this kernel; `nil` when they are not.
  package init(file: HistoryFile?) { self.file = file }

  /// The number of this kernel among all whose cells are remembered.
  private var session: Int { file?.session ?? 1 }

  func append(line: Int, source: String, output: String?) {
    guard !source.allSatisfy(\.isWhitespace) else { return }
    file?.append(line: line, source: source)
    let output = output.map { String($0.prefix(Self.longestOutput)) }
    own.append(Entry(session: session, line: line, source: source, output: output))
  }

  /// The last `count` cells, oldest first.
  func tail(_ count: Int) -> [Entry] { Array(all().suffix(max(count, 0))) }

  /// Cells `start` to before `stop` of a session: 0 is this one, -1 the one before it.
  func range(session number: Int, start: Int, stop: Int?) -> [Entry] {
    let sought = number > 0 ? number : session + number
    return (sought == session ? own : all()).filter {
      $0.session == sought && $0.line >= start && $0.line < stop ?? .max
    }
  }

  /// The last `count` cells whose whole text fits the pattern; with `unique` each text once, where it was last.
  func search(_ pattern: String, count: Int?, unique: Bool) -> [Entry] {
    let glob = Glob(pattern)
    var found: [Entry] = []
    var texts: Set<String> = []
    for entry in all().reversed() {
      if found.count >= count ?? .max { break }
      guard glob.matches(entry.source), !unique || texts.insert(entry.source).inserted else { continue }
      found.append(entry)
    }
    return found.reversed()
  }

  private func all() -> [Entry] { (file?.entriesOfOthers() ?? []) + own }
}

extension Kernel {
  func remember(_ request: Request) -> Reply {
    let count = request["n"]?.int
    let entries =
      switch request["hist_access_type"]?.string {
      case "range":
        history.range(
          session: request["session"]?.int ?? 0, start: request["start"]?.int ?? 0, stop: request["stop"]?.int
        )
      case "search":
        history.search(
          request["pattern"]?.string ?? "*", count: count, unique: request.bool("unique", or: false))
      default: history.tail(count ?? 10)
      }
    let withOutput = request.bool("output", or: false)
    let rows = entries.map { entry -> JSONValue in
      let source = JSONValue.string(entry.source)
      let output = entry.output.map { JSONValue.string($0) } ?? nil
      return [
        .integer(Int64(entry.session)), .integer(Int64(entry.line)), withOutput ? [source, output] : source,
      ]
    }
    return Reply(["status": "ok", "history": .array(rows)])
  }
}
