import JSON

/// One cell of a notebook.
public struct Cell: Equatable, Sendable {
  private var json: JSONObject

  /// `nil` where the JSON is not a cell.
  init?(_ value: JSONValue) {
    guard var json = value.object, json["cell_type"]?.string != nil else { return nil }
    let source = json["source"].map(joinedLines) ?? ""
    guard source.string != nil else { return nil }
    json["source"] = source
    json["metadata"] = json["metadata"] ?? [:]
    json["metadata"]?["trusted"] = nil  // Whether this computer trusts it is not the file's to say.
    if let attachments = json["attachments"]?.object {
      json["attachments"] = .object(JSONObject(attachments.map { ($0.key, joinedBundle($0.value)) }))
    }
    self.json = json
    if isCode { outputs = (json["outputs"]?.array ?? []).map(joinedOutput) }
    if isCode, json["execution_count"] == nil { executionCount = nil }
  }

  public var isCode: Bool { json["cell_type"]?.string == "code" }

  var isMarkdown: Bool { json["cell_type"]?.string == "markdown" }

  public var source: String { json["source"]?.string ?? "" }

  public var id: String? {
    get { json["id"]?.string }
    set { json["id"] = newValue.map(JSONValue.string) }
  }

  public var tags: [String] {
    json["metadata"]?["tags"]?.array?.compactMap(\.string) ?? []
  }

  /// Its source is folded away until a reader asks for it.
  var isSourceHidden: Bool { json["metadata"]?["jupyter"]?["source_hidden"]?.bool == true }

  var areOutputsHidden: Bool {
    json["metadata"]?["jupyter"]?["outputs_hidden"]?.bool == true
      || json["metadata"]?["collapsed"]?.bool == true
  }

  /// Its part in a presentation, as JupyterLab writes it.
  var slideName: String? { json["metadata"]?["slideshow"]?["slide_type"]?.string }

  /// The media type and the data of a file that is kept within the cell.
  func attachment(_ name: String) -> (type: String, data: String)? {
    let bundle = json["attachments"]?[name]?.object
    return bundle?.first.flatMap { type, data in data.string.map { (type, $0) } }
  }

  /// Outputs as `nbformat` describes them, texts whole.
  public var outputs: [JSONValue] {
    get { json["outputs"]?.array ?? [] }
    set { json["outputs"] = .array(newValue) }
  }

  public var executionCount: Int? {
    get { json["execution_count"]?.int }
    set { json["execution_count"] = newValue.map { .integer(Int64($0)) } ?? .null }
  }

  /// Forgets what an earlier run left: outputs, number, and the times that other runners record.
  mutating func clear() {
    outputs = []
    executionCount = nil
    json["metadata"]?["execution"] = nil
  }

  /// The cell as files have it: texts as lists of lines.
  var stored: JSONValue {
    var stored = json
    stored["source"] = splitLines(json["source"] ?? "")
    if let attachments = json["attachments"]?.object {
      stored["attachments"] = .object(JSONObject(attachments.map { ($0.key, splitBundle($0.value)) }))
    }
    if isCode { stored["outputs"] = .array(outputs.map(splitOutput)) }
    return .object(stored)
  }
}
