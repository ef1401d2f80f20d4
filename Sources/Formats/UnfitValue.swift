/// Why a value cannot be written as a file of a kind, as data.
package enum UnfitValue: Error {
  case table(FileContent)
  case json(FileContent)
  case archive(FileContent)
  /// One part of several is no tensor.
  case archivePart(FileContent)
  case picture(FileContent)
  case unequalColumns
  /// JSON has numbers for finite ones alone.
  case noJSONNumber(Double)
  /// The first value of a picture outside 0 … 1.
  case outsidePicture(Double)
}
