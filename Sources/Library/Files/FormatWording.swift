import Formats
import Interpreter

extension FormatFault {
  /// The problem as a program meets it.
  ///
  /// - Parameter path: the file, as the program named it.
  func problem(_ path: String) -> Problem {
    switch self {
    case .unfit(let format, let content):
      .wrongArgument(
        function: "save", expected: FormatFault.expected(format), got: content.kindDescription)
    case .unfitPart(let format, let content):
      .wrongArgument(
        function: "save", expected: FormatFault.expected(format), got: "one with \(content.kindDescription)")
    case .unequalColumns:
      .badValue(function: "save", reason: "the columns of a csv file need equal lengths")
    case .noJSONNumber(let number):
      .badValue(function: "save", reason: "JSON has no number \(Printer.number(number))")
    case .outsidePicture(let value):
      .badValue(
        function: "save",
        reason: "a picture's values lie in 0 … 1, and one here is \(Printer.number(value)); "
          + "clamp(x, 0, 1) cuts them off")
    default: .file(path: path.isEmpty ? "\"\"" : path, reason: reason)
    }
  }

  private static func expected(_ format: FileFormat) -> String {
    switch format {
    case .csv, .tsv: "a matrix, or columns in a record or tuple, for a csv file"
    case .json: "numbers, bools, strings, tuples and records for a JSON file"
    case .npz: "a record of tensors for an npz file"
    case .png: "an h×w or h×w×3 tensor for a picture"
    case .npy, .idx, .gzip: "a tensor"
    }
  }

  /// What is wrong, behind the name of the file.
  private var reason: String {
    switch self {
    case .tooShort: "it ends too early"
    case .longerThanItsHeader: "it is longer than its header says"
    case .otherKind(let format): "this is no \(format) file"
    case .damagedHeader: "its header is damaged"
    case .impossibleLength: "it gives an impossible length"
    case .impossibleShape: "it gives an impossible shape"
    case .inexact(let number): "it holds \(number), and f64 holds whole numbers exactly up to 2^53 only"
    case .unknownVersion(let version): "its version \(version) is unknown"
    case .elementType(let type):
      "its elements are of the type \(Printer.quoted(type)), and a tensor's are numbers or bools"
    case .elementCode(let code): "its elements are of the unknown type \(code)"
    case .elementsAreRecords: "its elements are records, and a tensor's are numbers or bools"
    case .rankZero(let format): "an \(format) file holds tensors of rank 1 or more"
    case .tooManyAxes(let format): "an \(format) file has no room for so many axes, or such long ones"
    case .damagedDirectory: "its directory is damaged"
    case .encrypted(let member): "its member \(member) is encrypted"
    case .unknownCompression(let member, let method):
      "its member \(member) is compressed by the unknown method \(method)"
    case .wrongChecksum(let member): "the checksum of its member \(member) is wrong"
    case .memberIsNoArray(let member): "its member \(member) is no array"
    case .repeatedArray(let name): "it has two arrays named \(name)"
    case .inArray(let name, let fault): "in its array \(name): \(fault.reason)"
    case .archiveTooLarge: "an npz file holds at most 4 GB; save the tensors in npy files of their own"
    case .cannotDecompress: "it cannot be decompressed"
    case .longerThanSaid: "it holds more than it says"
    case .damagedCompression: "its compressed bytes are damaged"
    case .cannotCompress: "it cannot be compressed"
    case .empty: "it is empty"
    case .fieldCount(let line, let got, let expected):
      "line \(line) has \(Wording.count(got, "field")), the first \(expected)"
    case .repeatedColumn(let name): "two columns are named \(Printer.quoted(name))"
    case .openQuote(let line): "the quote opened in line \(line) is never closed"
    case .textAfterQuote(let line): "in line \(line) text follows a closing quote"
    case .notUTF8: "its text is not UTF-8"
    case .json(let error): "\(error.kind), at byte \(error.offset + 1)"
    case .tooDeep(let limit): "the value is nested more than \(limit) levels deep"
    case .picture(let message): "it is damaged (libpng: \(message))"
    case .pictureTooLarge: "a picture has at most 1,000,000 rows and columns"
    case .unfit, .unfitPart, .unequalColumns, .noJSONNumber, .outsidePicture: "the value does not fit"
    }
  }
}
