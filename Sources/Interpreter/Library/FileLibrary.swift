import Figures
import Numerics

extension LibraryBuilder {
  func addFiles() {
    add(
      "load(path; header, separator)",
      """
      What a file under the notebook's folder holds, by the end of its name:
      `.npy` a tensor, `.npz` a record of tensors, `.idx` (or `-ubyte`, MNIST's name) a tensor, `.png` a picture,
      `.json` a value, `.csv` and `.tsv` a table; with `.gz` behind it, the same compressed.
      Whole numbers are read as f64, fractions as f64, f32 or f16 as their length asks, bools as bool. A picture is h×w if it is
      grey, else h×w×3, in 0 … 1; what is transparent lies over white. JSON arrays become what `[ ]` makes of their
      items, objects records, null `nothing`.
      A table whose first line holds no number is a record of its columns by name; otherwise it is a matrix (a
      vector, if it has one column), or a tuple of columns if some are text. A column is a vector of numbers, a
      missing one NaN, or of bools, or a tuple of strings. `header = true` or `false` says whether the first line is
      names, `separator = ";"` what stands between the fields.

      > save("squares.csv", [1 1; 2 4])
      > load("squares.csv")
      2×2 f64
       1  1
       2  4

      See also: save, digits
      """
    ) {
      let path = try $0.positional[0].string("load")
      let options = try TableOptions($0, function: "load")
      return try naming(path) {
        let kind = try FileKind(path)
        let target = try access().resolve(path, for: .reading)
        return try FileKind.read(try Disk.read(target, named: path), kind, options)
      }
    }
    add(
      "save(path, x; separator)",
      """
      Writes a file under the notebook's folder, as the end of its name says: `.npy` a tensor, `.npz` a record of
      tensors, `.idx` a tensor (bytes, where all its elements are whole numbers of 0 … 255), `.png` a picture of 8
      bits from an h×w or h×w×3 tensor in 0 … 1, `.json` any value of numbers, bools, strings, tuples and records,
      `.csv` and `.tsv` a matrix, or columns in a record or tuple, `.svg` a figure; with `.gz` behind it, the same
      compressed. A file that exists is replaced.

      > save("weights.npz", (W = [1 2; 3 4], b = 5))
      > load("weights.npz")
      (W = [1 2; 3 4], b = 5)

      See also: load
      """
    ) {
      let path = try $0.positional[0].string("save")
      let options = try TableOptions($0, function: "save")
      let value = $0.positional[1]
      try naming(path) {
        let kind = try FileKind(path)
        let target = try access().resolve(path, for: .writing)
        try Disk.write(try FileKind.bytes(of: value, kind, options), to: target, named: path)
      }
      return .nothing
    }
    add1("digits_data(part)", "For the library: the images or the labels of `digits()`, as they are stored.")
    {
      let part = try $0.string("digits_data")
      guard case .record(let record) = try NpzFile.read(PackageResources.digits_npz), let value = record[part]
      else {
        throw Problem.badValue(function: "digits_data", reason: "there is no part \(Printer.quoted(part))")
      }
      return value
    }
  }
}

private func access() throws -> FileAccess {
  guard let session = Machine.session else {
    return FileAccess(folder: "/dev/null", readable: [], writable: [])
  }
  return session.files
}

/// Puts the file's name to what is wrong with its bytes.
private func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as Malformed {
    throw Problem.file(path: path.isEmpty ? "\"\"" : path, reason: error.reason)
  }
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
  enum Format {
    case npy, npz, csv, tsv, idx, png, json, svg
  }

  private let format: Format
  private let isCompressed: Bool

  init(_ path: String) throws {
    var name = path.lowercased()
    isCompressed = name.hasSuffix(".gz")
    if isCompressed { name.removeLast(3) }
    let endings: [(String, Format)] = [
      (".npy", .npy), (".npz", .npz), (".csv", .csv), (".tsv", .tsv), (".idx", .idx), ("-ubyte", .idx),
      (".png", .png), (".json", .json), (".svg", .svg),
    ]
    guard let format = endings.first(where: { name.hasSuffix($0.0) })?.1 else {
      throw Malformed(
        "the end of its name says what a file holds: .npy, .npz, .csv, .tsv, .idx, .png or .json, also .svg to save"
      )
    }
    self.format = format
  }

  static func read(_ stored: [UInt8], _ kind: FileKind, _ options: TableOptions) throws -> Value {
    if kind.isCompressed, !stored.starts(with: [UInt8]([0x1F, 0x8B]).prefix(stored.count)) {
      throw Malformed("this is no gzip file")
    }
    let bytes = kind.isCompressed ? try Deflate.inflate(stored[...], .gzip) : stored
    switch kind.format {
    case .npy: return .tensor(try NpyFile.read(bytes[...]))
    case .npz: return try NpzFile.read(bytes)
    case .csv: return try CSVFile.read(bytes, header: options.header, separator: options.separator ?? 0x2C)
    case .tsv: return try CSVFile.read(bytes, header: options.header, separator: options.separator ?? 0x09)
    case .idx: return .tensor(try IdxFile.read(bytes))
    case .png: return .tensor(try PNGFile.read(bytes))
    case .json: return try JSONFile.read(bytes)
    case .svg: throw Malformed("a figure can be saved, but not loaded")
    }
  }

  static func bytes(of value: Value, _ kind: FileKind, _ options: TableOptions) throws -> [UInt8] {
    let bytes = try kind.bytes(of: value, options)
    return kind.isCompressed ? try Deflate.gzip(bytes) : bytes
  }

  private func bytes(of value: Value, _ options: TableOptions) throws -> [UInt8] {
    switch format {
    case .npy: return try NpyFile.bytes(of: try value.tensor("save"))
    case .npz: return try NpzFile.bytes(of: value)
    case .csv: return try CSVFile.bytes(of: value, separator: options.separator ?? 0x2C)
    case .tsv: return try CSVFile.bytes(of: value, separator: options.separator ?? 0x09)
    case .idx: return try IdxFile.bytes(of: try value.tensor("save"))
    case .png:
      if let figure = try FileKind.figure(in: value) { return try FigurePicture.bytes(of: figure) }
      return try PNGFile.bytes(of: try value.tensor("save"))
    case .json: return try JSONFile.bytes(of: value)
    case .svg:
      if let figure = try FileKind.figure(in: value) { return Array(figure.svg().utf8) }
      throw Problem.wrongArgument(
        function: "save", expected: "a figure for an svg file", got: value.kindDescription)
    }
  }

  /// The figure that a value is or shows as.
  private static func figure(in value: Value) throws -> Figure? {
    if case .figure(let figure) = value { return figure.figure }
    if case .record(let record) = value { return try Library.figure(of: record)?.figure }
    return nil
  }
}
