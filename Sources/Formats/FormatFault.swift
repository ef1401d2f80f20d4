import JSON
import Numerics

/// Why bytes are not what a file of their kind holds, or a value cannot be written as one: as data. The words, and
/// the file's name, are added where both are known.
package indirect enum FormatFault: Error {
  // What any file may be
  case tooShort
  case longerThanItsHeader
  /// The bytes do not begin as those of that kind do.
  case otherKind(than: FileFormat)
  case damagedHeader
  case impossibleLength
  case impossibleShape
  /// A whole number that f64 does not hold exactly.
  case inexact(String)
  // Tensors
  case unknownVersion(Int)
  case elementType(String)
  case elementCode(Int)
  case elementsAreRecords
  case rankZero(in: FileFormat)
  /// More axes, or longer ones, than the header has room for.
  case tooManyAxes(in: FileFormat)
  // Archives
  case damagedDirectory
  case encrypted(member: String)
  case unknownCompression(member: String, method: Int)
  case wrongChecksum(member: String)
  case memberIsNoArray(String)
  case repeatedArray(String)
  /// What is wrong with one array of several.
  case inArray(String, FormatFault)
  case archiveTooLarge
  // Compressed bytes
  case cannotDecompress
  case longerThanSaid
  case damagedCompression
  case cannotCompress
  // Tables
  case empty
  case fieldCount(line: Int, got: Int, expected: Int)
  case repeatedColumn(String)
  case openQuote(line: Int)
  case textAfterQuote(line: Int)
  case notUTF8
  // JSON
  case json(JSONError)
  case tooDeep(limit: Int)
  // Pictures
  case picture(String)
  case pictureTooLarge

  // Values that a file of a kind cannot hold
  case unfit(FileFormat, FileContent)
  /// One part of several that an archive of tensors cannot hold.
  case unfitPart(FileFormat, FileContent)
  case unequalColumns
  /// JSON has numbers for finite ones alone.
  case noJSONNumber(Double)
  /// The first value of a picture outside 0 … 1.
  case outsidePicture(Double)
}
