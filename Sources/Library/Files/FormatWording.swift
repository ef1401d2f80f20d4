import Formats
import Interpreter

extension UnfitValue {
  /// The problem as a program meets it.
  var problem: Problem {
    switch self {
    case .table(let content): misfit("a matrix, or columns in a record or tuple, for a csv file", content)
    case .json(let content):
      misfit("numbers, bools, strings, tuples and records for a JSON file", content)
    case .archive(let content): misfit("a record of tensors for an npz file", content)
    case .archivePart(let content):
      .wrongArgument(
        function: "save", expected: "a record of tensors for an npz file",
        got: "one with \(content.kindDescription)")
    case .picture(let content): misfit("an h×w or h×w×3 tensor for a picture", content)
    case .unequalColumns:
      .badValue(function: "save", reason: "the columns of a csv file need equal lengths")
    case .noJSONNumber(let number):
      .badValue(function: "save", reason: "JSON has no number \(Printer.number(number))")
    case .outsidePicture(let value):
      .badValue(
        function: "save",
        reason: "a picture's values lie in 0 … 1, and one here is \(Printer.number(value)); "
          + "clamp(x, 0, 1) cuts them off")
    }
  }

  private func misfit(_ expected: String, _ content: FileContent) -> Problem {
    .wrongArgument(function: "save", expected: expected, got: content.kindDescription)
  }
}

extension FormatFault {
  /// What is wrong, behind the name of the file.
  var reason: String {
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
    case .idxOfRankZero: "an idx file holds tensors of rank 1 or more"
    case .idxOfTooManyAxes: "an idx file has no room for so many axes, or such long ones"
    case .damagedDirectory: "its directory is damaged"
    case .encrypted(let member): "its member \(member) is encrypted"
    case .unknownCompression(let member, let method):
      "its member \(member) is compressed by the unknown method \(method)"
    case .wrongChecksum(let member): "the checksum of its member \(member) is wrong"
    case .overlappingMembers: "its members overlap, so that it holds less than it says"
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
    case .otherSeparator(let separator, let expected):
      "its fields seem to be separated by \(Self.plural(separator)), not by \(Self.plural(expected)): load(…, separator = \(Self.written(separator))) reads it so"
    case .openQuote(let line): "the quote opened in line \(line) is never closed"
    case .textAfterQuote(let line): "in line \(line) text follows a closing quote"
    case .notUTF8: "its text is not UTF-8"
    case .json(let error): "\(error.kind), at byte \(error.offset + 1)"
    case .tooDeep(let limit): "the value is nested more than \(limit) levels deep"
    case .picture(let message): "it is damaged (libpng: \(message))"
    case .pictureTooLarge: "a picture has at most 1,000,000 rows and columns"
    }
  }

  private static func plural(_ separator: UInt8) -> String {
    switch separator {
    case 0x20: "spaces"
    case 0x09: "tabs"
    case 0x2C: "commas"
    case 0x3B: "semicolons"
    default: "\(written(separator))"
    }
  }

  /// As a program writes it.
  private static func written(_ separator: UInt8) -> String {
    separator == 0x09 ? "\"\\t\"" : Printer.quoted(String(Unicode.Scalar(separator)))
  }
}
