/// Tables in text whose fields are separated by something else than their file's name says: NumPy writes spaces, a
/// spreadsheet semicolons where the comma is the decimal point. Read by commas they would be one column of names.
enum CSVSeparators {
  private static let others: [UInt8] = [0x3B, 0x09, 0x2C, 0x7C, 0x20]

  /// Throws where the first lines have no separator of this kind, but numbers between others.
  static func check(_ bytes: [UInt8], _ separator: UInt8) throws {
    var scanner = CSVScanner(bytes, separator: separator)
    var lines: [ArraySlice<UInt8>] = []
    try scanner.rows(atMost: 2) { fields, _ in
      if fields.count == 1, !fields[0].isQuoted { lines.append(bytes[fields[0].range]) } else { lines = [] }
    }
    // The first may be names.
    guard let line = lines.last else { return }
    for other in others where other != separator && line.contains(other) {
      var scanner = CSVScanner(Array(line), separator: other)
      let reader = scanner
      var areNumbers = false
      try scanner.rows(atMost: 1) { fields, _ in
        areNumbers = fields.count > 1 && fields.allSatisfy { !reader.isEmpty($0) && reader.number($0) != nil }
      }
      if areNumbers { throw FormatFault.otherSeparator(other, than: separator) }
    }
  }
}
