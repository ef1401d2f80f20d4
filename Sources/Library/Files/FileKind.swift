import Figures
import Formats
import Interpreter
import Numerics

/// Why a file of a kind cannot be read or written here, in words; the file's name is added where it is known.
struct FileTrouble: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

struct TableOptions {
  var header: Bool?
  var separator: UInt8?

  init(_ arguments: Arguments, function: String) throws {
    if let value = arguments["header"] {
      guard case .tensor(let tensor) = value, let truth = tensor.truth else {
        throw Problem.wrongArgument(
          function: function, expected: "header to be true or false", got: value.kindDescription)
      }
      header = truth
    }
    guard let text = try arguments["separator"]?.string(function) else { return }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte != 0x22, byte != 0x0A, byte != 0x0D else {
      throw Problem.wrongArgument(
        function: function, expected: "one character as the separator", got: Printer.quoted(text))
    }
    separator = byte
  }
}

/// What a file holds, by the end of its name.
struct FileKind {
  private enum Format {
    case npy, npz, csv, tsv, idx, png, json, svg, html

    func describes(_ beginning: [UInt8]) -> Bool {
      switch self {
      case .npy: MarkedFormat.npy.describes(beginning)
      case .npz: MarkedFormat.npz.describes(beginning)
      case .idx: MarkedFormat.idx.describes(beginning)
      case .png: MarkedFormat.png.describes(beginning)
      case .csv, .tsv: CSVFile.describes(beginning, separator: self == .tsv ? 0x09 : 0x2C)
      case .svg: MarkedFormat.svg.describes(beginning)
      case .html: MarkedFormat.html.describes(beginning)
      case .json: false
      }
    }
  }

  private let format: Format
  private let isCompressed: Bool

  init(_ path: String) throws {
    var name = path.lowercased()
    isCompressed = name.hasSuffix(".gz")
    if isCompressed { name.removeLast(3) }
    let endings: [(String, Format)] = [
      (".npy", .npy), (".npz", .npz), (".csv", .csv), (".tsv", .tsv), (".idx", .idx), ("-ubyte", .idx),
      (".png", .png), (".json", .json), (".svg", .svg), (".html", .html),
    ]
    guard let format = endings.first(where: { name.hasSuffix($0.0) })?.1 else {
      throw FileTrouble(
        "the end of its name says what a file holds: .npy, .npz, .csv, .tsv, .idx, .png or .json, also .svg and .html to save"
      )
    }
    self.format = format
  }

  /// Whether files of the kind may be what programs are configured by.
  var mayBeSettings: Bool { format == .json }

  /// Whether the beginning of a file is that of one of this kind.
  func describes(_ stored: [UInt8]) -> Bool {
    guard isCompressed else { return format.describes(stored) }
    return Deflate.beginning(of: stored).map(format.describes) ?? false
  }

  static func read(_ stored: [UInt8], _ kind: FileKind, _ options: TableOptions) throws -> Value {
    if kind.isCompressed, !stored.starts(with: [UInt8]([0x1F, 0x8B]).prefix(stored.count)) {
      throw FormatFault.otherKind(than: .gzip)
    }
    let bytes = kind.isCompressed ? try Deflate.inflate(stored[...], .gzip) : stored
    switch kind.format {
    case .npy: return .tensor(try NpyFile.read(bytes[...]))
    case .npz: return Value(try NpzFile.read(bytes))
    case .csv, .tsv:
      return Value(
        try CSVFile.read(
          bytes, header: options.header, separator: kind.separator(options), isGuess: options.separator == nil
        ))
    case .idx: return .tensor(try IdxFile.read(bytes))
    case .png: return .tensor(try PNGFile.read(bytes))
    case .json: return Value(try JSONFile.read(bytes))
    case .svg, .html: throw FileTrouble("a figure can be saved, but not loaded")
    }
  }

  static func bytes(of value: Value, _ kind: FileKind, _ options: TableOptions) throws -> [UInt8] {
    let bytes = try kind.bytes(of: value, options)
    return kind.isCompressed ? try Deflate.gzip(bytes) : bytes
  }

  private func bytes(of value: Value, _ options: TableOptions) throws -> [UInt8] {
    switch format {
    case .npy: return try NpyFile.bytes(of: try value.tensor("save"))
    case .npz: return try NpzFile.bytes(of: FileContent(value))
    case .csv, .tsv: return try CSVFile.bytes(of: FileContent(value), separator: separator(options))
    case .idx: return try IdxFile.bytes(of: try value.tensor("save"))
    case .png:
      if let figure = try FileKind.figure(in: value) { return try FigurePicture.bytes(of: figure) }
      return try PNGFile.bytes(of: try value.tensor("save"))
    case .json: return try JSONFile.bytes(of: FileContent(value))
    case .svg:
      if let figure = try FileKind.figure(in: value) { return Array(try figure.svg().utf8) }
      throw Problem.wrongArgument(
        function: "save", expected: "a figure for an svg file", got: value.kindDescription)
    case .html:
      if let page = try FigurePage.markup(of: value) { return Array(page.utf8) }
      throw Problem.wrongArgument(
        function: "save", expected: "a figure or an explorable for an html file", got: value.kindDescription)
    }
  }

  /// A comma or a tab, unless the program names another.
  private func separator(_ options: TableOptions) -> UInt8 {
    options.separator ?? (format == .tsv ? 0x09 : 0x2C)
  }

  /// The figure that a value is or shows as.
  static func figure(in value: Value) throws -> Figure? {
    if case .figure(let figure) = value { return figure.figure }
    if case .record(let record) = value { return try Display.figure(of: record)?.figure }
    return nil
  }
}
