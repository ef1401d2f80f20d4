import Interpreter
import JSON

/// A notebook file: format 4, any minor version. Whatever the runner does not know it keeps.
public struct Document: Equatable, Sendable {
  public var cells: [Cell]
  public var metadata: JSONObject
  /// Format numbers, and what else stands on the top level.
  private var rest: JSONObject

  public init(parsing bytes: [UInt8]) throws(DocumentError) {
    let json: JSONValue
    do { json = try JSONValue(parsingFile: bytes) } catch { throw .notJSON(error) }
    guard let root = json.object else { throw .notANotebook }
    guard let version = root["nbformat"]?.int else { throw .notANotebook }
    guard version == 4 else { throw .unsupportedFormat(version) }
    guard let cells = root["cells"]?.array else { throw .notANotebook }

    self.rest = root
    self.metadata = root["metadata"]?.object ?? [:]
    // What belongs to one computer or one conversion, not to the file.
    for transient in ["orig_nbformat", "orig_nbformat_minor", "signature"] { metadata[transient] = nil }
    rest["cells"] = nil
    rest["metadata"] = nil
    self.cells = []
    for (number, cell) in cells.enumerated() {
      guard let cell = Cell(cell) else { throw .malformedCell(number + 1) }
      self.cells.append(cell)
    }
    if minorVersion >= Self.firstMinorWithIDs { completeIDs() }
  }

  private static let firstMinorWithIDs = 5

  private var minorVersion: Int { rest["nbformat_minor"]?.int ?? 0 }

  /// From 4.5 on every cell has an id of its own. Those that lack one, have one that is none or that of a cell before
  /// them, get it from their place, so that two runs of one notebook agree.
  private mutating func completeIDs() {
    var kept: Set<String> = []
    let isKept = cells.map { $0.id.map { Self.isID($0) && kept.insert($0).inserted } ?? false }
    for index in cells.indices where !isKept[index] {
      var id = "cell-\(index + 1)"
      while !kept.insert(id).inserted { id += "-1" }
      cells[index].id = id
    }
  }

  /// What nbformat allows.
  private static func isID(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// The language the notebook says it is written in.
  public var language: String? {
    (metadata["kernelspec"]?["language"] ?? metadata["language_info"]?["name"])?.string
  }

  /// What Jupyter records when a notebook has run in this language.
  public mutating func recordLanguage() {
    metadata["language_info"] = .object(Language.info)
    if metadata["kernelspec"] == nil {
      metadata["kernelspec"] = [
        "display_name": .string(Language.displayName), "language": .string(Language.name),
        "name": .string(Language.name),
      ]
    }
  }

  /// The version of Nabla that ran the whole notebook last, as far as the file can be trusted.
  ///
  /// `language_info` alone does not say it: every client writes the version of the kernel it talked to, though only
  /// one cell may have run. But where another kernel was at work since, the two no longer agree.
  public var writer: String? {
    guard let version = metadata[Self.ownKey]?["version"]?.string else { return nil }
    return version == metadata["language_info"]?["version"]?.string ? version : nil
  }

  /// Says which version ran all of it; nil where a part did not run, or not as the file has it.
  mutating func recordWriter(_ version: String?) {
    var own = metadata[Self.ownKey]?.object ?? [:]
    own["version"] = version.map(JSONValue.string)
    metadata[Self.ownKey] = own.isEmpty ? nil : .object(own)
  }

  /// What the runner itself records, as papermill and jupytext do under their names.
  private static let ownKey = "nabla"

  /// The file's bytes, those that `nbformat.write` makes of the same content.
  public func bytes() -> [UInt8] {
    var root = rest
    root["metadata"] = .object(metadata)
    root["nbformat_minor"] = root["nbformat_minor"] ?? .integer(Int64(minorVersion))
    root["cells"] = .array(cells.map { $0.stored })
    return JSONValue.object(root).bytes(.notebook) + [0x0A]
  }
}

/// Why a file is not a notebook that can be run.
public enum DocumentError: Error, Equatable, Sendable {
  case notJSON(JSONError)
  case notANotebook
  case unsupportedFormat(Int)
  case malformedCell(Int)
  case otherLanguage(String)
}

extension DocumentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notJSON(let error): "not a notebook: \(error)"
    case .notANotebook: "not a notebook: it has no list of cells and no format number"
    case .unsupportedFormat(let version): "written in notebook format \(version); only format 4 is read"
    case .malformedCell(let number): "entry \(number) of its list of cells is not a cell"
    case .otherLanguage(let name): "a notebook in \(name), not in Nabla"
    }
  }
}
