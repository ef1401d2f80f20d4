import Numerics

/// Tables in text. With a line of names, columns under names; without, a matrix where all is numbers, else a list
/// of columns. A column is a vector of numbers or bools, or a list of texts.
package enum CSVFile {
  /// - Parameters:
  ///   - header: whether the first line is names; where `nil`, it is if no field of it is a number.
  ///   - isGuess: whether the separator was not said by anybody, so that another one may be meant.
  package static func read(_ bytes: [UInt8], header: Bool?, separator: UInt8, isGuess: Bool = false) throws
    -> FileContent
  {
    if isGuess { try CSVSeparators.check(bytes, separator) }
    var names: [String]?
    var width = 0
    var rows = 0
    var numbers: [Double] = []
    var isText: [Bool] = []
    var scanner = CSVScanner(bytes, separator: separator)
    let reader = scanner
    try scanner.rows { fields, line in
      if width == 0 {
        width = fields.count
        isText = Array(repeating: false, count: width)
        if header ?? hasNames(fields, reader) {
          names = try fields.enumerated().map {
            reader.isEmpty($1) ? "column\($0 + 1)" : try reader.text($1).trimmed
          }
          return
        }
      }
      guard fields.count == width else {
        throw FormatFault.fieldCount(line: line, got: fields.count, expected: width)
      }
      if numbers.count + width > numbers.capacity {
        try Memory.reserve(2 * (numbers.count + width) * MemoryLayout<Double>.stride)
      }
      for (column, field) in fields.enumerated() {
        if column & 0xFFF == 0xFFF { try NumericsInterruption.poll() }
        let number = reader.number(field)
        if number == nil { isText[column] = true }
        numbers.append(number ?? .nan)
      }
      rows += 1
    }
    guard width > 0 else { throw FormatFault.empty }
    if names == nil, !isText.contains(true) {
      return .tensor(Tensor(numbers, shape: width == 1 ? Shape(rows) : Shape(rows, width)))
    }
    let texts = try self.texts(bytes, separator, isText, skipping: names != nil)
    let columns = try (0..<width).map { column -> FileContent in
      if rows > 0xFFF || column & 0xFF == 0 { try NumericsInterruption.poll() }
      if let texts = texts[column] { return Self.column(texts) }
      return .tensor(Tensor((0..<rows).map { numbers[$0 * width + column] }))
    }
    guard let names else { return .list(columns) }
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw FormatFault.repeatedColumn(twice)
    }
    return .fields(names: names, items: columns)
  }

  /// Whether a file that begins so is a table: text whose lines have one number of fields, and no program or markup.
  package static func describes(_ beginning: [UInt8], separator: UInt8) -> Bool {
    // Of a longer file the last line is cut.
    let end = beginning.lastIndex(of: 0x0A) ?? beginning.endIndex
    let text = Array(beginning[..<end])
    guard !["#!", "<", "{", "["].contains(where: { text.starts(with: $0.utf8) }),
      text.allSatisfy({ $0 >= 0x20 || (0x09...0x0D).contains($0) && $0 != 0x0B }),
      String(validating: text, as: UTF8.self) != nil
    else { return false }
    do {
      _ = try read(text, header: nil, separator: separator)
    } catch FormatFault.openQuote {
      // It may be closed further on.
    } catch FormatFault.repeatedColumn {
    } catch {
      return false
    }
    return true
  }

  private static func hasNames(_ fields: [CSVScanner.Field], _ reader: CSVScanner) -> Bool {
    fields.allSatisfy { reader.isEmpty($0) || reader.number($0) == nil } && !fields.allSatisfy(reader.isEmpty)
  }

  /// The texts of those columns that are no numbers.
  private static func texts(_ bytes: [UInt8], _ separator: UInt8, _ isText: [Bool], skipping: Bool) throws
    -> [[String]?]
  {
    var texts: [[String]?] = isText.map { $0 ? [] : nil }
    guard isText.contains(true) else { return texts }
    var isFirst = skipping
    var held = 0
    var scanner = CSVScanner(bytes, separator: separator)
    let reader = scanner
    try scanner.rows { fields, _ in
      if !isFirst {
        for column in fields.indices where isText[column] {
          let text = try reader.text(fields[column])
          held += 64 + text.utf8.count
          texts[column]?.append(text)
        }
        try Memory.reserve(held)
      }
      isFirst = false
    }
    return texts
  }

  private static func column(_ texts: [String]) -> FileContent {
    let truths = texts.compactMap { text -> Bool? in
      switch text.trimmed {
      case "true", "True", "TRUE": true
      case "false", "False", "FALSE": false
      default: nil
      }
    }
    return truths.count == texts.count ? .tensor(Tensor(truths)) : .list(texts.map(FileContent.text))
  }

  package static func bytes(of content: FileContent, separator: UInt8) throws -> [UInt8] {
    var bytes: [UInt8] = []
    func write(_ fields: [String]) {
      let quoted = fields.map { needsQuotes($0, separator) ? "\"\($0.replacing("\"", with: "\"\""))\"" : $0 }
      // A line of one empty field would be no line.
      bytes += (quoted == [""] ? "\"\"" : quoted.joined(separator: String(Unicode.Scalar(separator)))).utf8
      bytes.append(0x0A)
    }
    if let tensor = content.tensor {
      guard tensor.rank <= 2 else { throw UnfitValue.table(content) }
      let width = tensor.rank == 2 ? tensor.shape[1] : 1
      for row in 0..<(width == 0 ? 0 : tensor.count / width) {
        if row & 0xFFF == 0 { try NumericsInterruption.poll() }
        write((0..<width).map { text(tensor, row * width + $0) })
      }
      return bytes
    }
    let columns: [[String]]
    switch content {
    case .fields(let names, let items):
      columns = try items.map(fields)
      write(names)
    case .list(let items): columns = try items.map(fields)
    default: throw UnfitValue.table(content)
    }
    guard let rows = columns.first?.count, columns.allSatisfy({ $0.count == rows }) else {
      throw UnfitValue.unequalColumns
    }
    for row in 0..<rows { write(columns.map { $0[row] }) }
    return bytes
  }

  private static func fields(_ column: FileContent) throws -> [String] {
    switch column {
    case .tensor(let tensor) where tensor.rank == 1: return (0..<tensor.count).map { text(tensor, $0) }
    case .list(let items):
      return try items.map {
        guard case .text(let text) = $0 else { throw UnfitValue.table($0) }
        return text
      }
    default: throw UnfitValue.table(column)
    }
  }

  private static func text(_ tensor: Tensor, _ position: Int) -> String {
    let value = tensor.element(position)
    if tensor.type == .bool { return value == 0 ? "false" : "true" }
    let text = tensor.type.shortestText(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func needsQuotes(_ text: String, _ separator: UInt8) -> Bool {
    text.utf8.contains { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
  }
}

extension String {
  /// Without white space at the ends.
  fileprivate var trimmed: String {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }
}
