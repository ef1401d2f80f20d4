import JSON
import Numerics

/// Why bytes are not what a file of their kind holds, or are too many for one: as data. The words, and the file's
/// name, are added where both are known.
package indirect enum FormatFault: Error {
  // What any file may be
  case tooShort
  case longerThanItsHeader
  /// The bytes do not begin as those of that kind do.
  case otherKind(than: MarkedFormat)
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
  case idxOfRankZero
  /// More axes, or longer ones, than the header has room for.
  case idxOfTooManyAxes
  // Archives
  case damagedDirectory
  case encrypted(member: String)
  case unknownCompression(member: String, method: Int)
  case wrongChecksum(member: String)
  /// Two members are in part the same bytes.
  case overlappingMembers
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
  /// The fields are not separated by what was looked for, but, it seems, by this.
  case otherSeparator(UInt8, than: UInt8)
  case openQuote(line: Int)
  case textAfterQuote(line: Int)
  case notUTF8
  // JSON
  case json(JSONError)
  case tooDeep(limit: Int)
  // Pictures
  case picture(String)
  case pictureTooLarge
}
