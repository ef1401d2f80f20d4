import Figures
import Formats
import JSON

// How the states of an explorable travel: of each kind the first whole, the others as lines that differ, all of it JSON,
// packed by gzip, in base 64. `Explore.js` unpacks it.

extension Explorable {
  /// More than a page can do anything with.
  private static let mostStates = 10_000
  private static let mostBytes = 256 << 20

  /// What names within all pictures begin with: they are pictures of their own, which may have the same names in them.
  var name: Substring? { states[start].name ?? states.lazy.compactMap(\.name).first }

  /// The text that the page's script reads.
  ///
  /// - Throws: where memory is short or the evaluation is interrupted.
  public func packed() throws -> String {
    let name = name
    let states = states.map { $0.named(name) }
    var bases: [String: [Substring]] = [:]
    for state in [states[start]] + states where bases[state.kind] == nil { bases[state.kind] = state.lines }
    var json = JSONValue.object([
      "parameters": .array(
        parameters.map { parameter in
          .object([
            "name": .string(parameter.name), "kind": .string(parameter.control.rawValue),
            "stops": .array(parameter.stops.map(JSONValue.string)), "start": .integer(Int64(parameter.start)),
          ])
        }),
      "base": .object(
        JSONObject(bases.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map(Explorable.text))) })),
      "states": .array(
        states.map { state in
          let edits = LineEdits(from: bases[state.kind] ?? [], to: state.lines)
          return .object([
            "kind": .string(state.kind), "alt": .string(state.sentence),
            "edits": edits.json,
          ])
        }),
    ])
    json["recomputed"] = recomputed?.json
    return base64(try Deflate.gzip(Array(json.bytes())))
  }

  fileprivate static func text(_ line: Substring) -> JSONValue { .string(String(line)) }

  /// What was packed; `nil` where a text is nothing of the kind, or more than a page holds.
  public init?(packed: some StringProtocol) {
    guard let bytes = Explorable.bytes(base64: packed),
      let text = try? Deflate.inflate(bytes[...], .gzip), text.count <= Explorable.mostBytes,
      let json = try? JSONValue(parsing: text)
    else { return nil }
    var parameters: [Parameter] = []
    for entry in json["parameters"]?.array ?? [] {
      guard let name = entry["name"]?.string, let control = entry["kind"]?.string.flatMap(Control.init),
        let stops = entry["stops"]?.array?.compactMap({ $0.string }), let start = entry["start"]?.int,
        stops.indices.contains(start)
      else { return nil }
      parameters.append(Parameter(name, control, stops, start: start))
    }
    let count = parameters.reduce(1) { min(Explorable.mostStates + 1, $0 * $1.stops.count) }
    guard !parameters.isEmpty, count <= Explorable.mostStates, let all = json["states"]?.array,
      all.count == count
    else { return nil }
    var bases: [String: [Substring]] = [:]
    for kind in ["svg", "text"] {
      bases[kind] = json["base"]?[kind]?.array?.compactMap { $0.string.map { $0[...] } }
    }
    var states: [State] = []
    var total = 0
    for entry in all {
      guard let kind = entry["kind"]?.string, let base = bases[kind], let list = entry["edits"]?.array else {
        return nil
      }
      var edits: [LineEdits.Edit] = []
      for edit in list {
        guard let start = edit[0]?.int, let count = edit[1]?.int, let lines = edit[2]?.array, start >= 0
        else { return nil }
        edits.append(
          LineEdits.Edit(start: start, count: count, lines: lines.compactMap { $0.string.map { $0[...] } }))
      }
      guard let lines = LineEdits(edits).applied(to: base) else { return nil }
      let text = lines.joined(separator: "\n")
      total += text.utf8.count
      guard total <= Explorable.mostBytes else { return nil }
      states.append(kind == "svg" ? .figure(svg: text, sentence: entry["alt"]?.string ?? "") : .text(text))
    }
    self.init(parameters, states)
    recomputed = json["recomputed"].map(Recomputed.init(json:))
  }

  private static func bytes(base64 text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, held): (UInt32, Int) = (0, 0)
    for digit in text.utf8 {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit + 4
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      case UInt8(ascii: "="), 9, 10, 13, 32: continue
      default: return nil
      }
      bits = bits << 6 | UInt32(value)
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
        bits &= (1 << UInt32(held)) - 1
      }
    }
    return bytes
  }
}

extension LineEdits {
  var json: JSONValue {
    .array(
      edits.map {
        .array([.integer(Int64($0.start)), .integer(Int64($0.count)), .array($0.lines.map(Explorable.text))])
      })
  }
}

extension Explorable.State {
  fileprivate var kind: String { if case .figure = self { "svg" } else { "text" } }

  var lines: [Substring] {
    switch self {
    case .figure(let svg, _): svg.split(separator: "\n", omittingEmptySubsequences: false)
    case .text(let text): text.split(separator: "\n", omittingEmptySubsequences: false)
    }
  }

  /// What the names within a picture begin with: `n` and the hash of its content.
  var name: Substring? {
    guard case .figure(let svg, _) = self, let start = svg.firstRange(of: "aria-describedby=\"") else {
      return nil
    }
    let name = svg[start.upperBound...].prefix { $0 != "-" && $0 != "\"" }
    return name.count > 8 ? name : nil
  }

  /// The same picture with other names in it.
  func named(_ new: Substring?) -> Explorable.State {
    guard case .figure(let svg, let sentence) = self, let new, let old = name else { return self }
    return .figure(svg: svg.replacing(old, with: new), sentence: sentence)
  }

  /// What a reader of the picture is told.
  public var sentence: String {
    switch self {
    case .figure(_, let sentence): sentence
    case .text(let text): text
    }
  }
}
