import Numerics

/// A tensor as a header and rows, its columns aligned on the decimal point, the middle of long ones left out.
struct TensorBlock {
  /// Above this many entries, the middle rows and slices are left out.
  private static let entryLimit = 1000
  /// Rows and slices that stay at either end when the middle is left out.
  private static let rowEdge = 5
  private static let sliceEdge = 3
  /// Columns of text; wider rows leave out their middle.
  private static let widthLimit = 100

  private let tensor: Tensor
  private let rows: Int
  private let columns: Int
  private let isLong: Bool
  private let pointed: Bool

  init(_ tensor: Tensor) {
    self.tensor = tensor
    let rank = tensor.rank
    columns = rank == 0 ? 1 : tensor.shape[rank - 1]
    rows = rank < 2 ? 1 : tensor.shape[rank - 2]
    isLong = tensor.count > Self.entryLimit
    pointed = tensor.type != .bool && !tensor.allSatisfy { Printer.isWhole($0) }
  }

  var text: String {
    var lines = [Printer.header(tensor)]
    guard tensor.count > 0 else { return lines[0] }
    let slices = tensor.count / (rows * columns)
    guard tensor.rank > 2 else { return (lines + slice(at: 0)).joined(separator: "\n") }
    for index in kept(slices, edge: Self.sliceEdge, isElided: isLong) {
      guard let index else {
        lines.append("…")
        continue
      }
      lines.append(heading(index))
      lines += slice(at: index * rows * columns)
    }
    return lines.joined(separator: "\n")
  }

  /// `[1, :, :]`.
  private func heading(_ slice: Int) -> String {
    var rest = slice
    var parts = [":", ":"]
    for axis in (0..<(tensor.rank - 2)).reversed() {
      parts.insert(String(rest % tensor.shape[axis] + 1), at: 0)
      rest /= tensor.shape[axis]
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }

  /// The positions that are shown; `nil` stands for those left out.
  private func kept(_ count: Int, edge: Int, isElided: Bool) -> [Int?] {
    guard isElided, count > 2 * edge + 1 else { return (0..<count).map { $0 } }
    return (0..<edge).map { $0 } + [nil] + ((count - edge)..<count).map { $0 }
  }

  /// The rows of the matrix that begins at an entry.
  private func slice(at start: Int) -> [String] {
    let shown = kept(rows, edge: Self.rowEdge, isElided: isLong)
    let chosen = columnsThatFit(shown.compactMap { $0 }, start)
    return shown.map { row in
      guard let row else { return " …" }
      var line = ""
      for column in chosen {
        line += line.isEmpty ? " " : "  "
        if let column { line += column.padded(cell(start, row, column.index)) } else { line += "…" }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private func cell(_ start: Int, _ row: Int, _ column: Int) -> TextCell {
    TextCell(Printer.number(tensor.element(start + row * columns + column), tensor.type, pointed: pointed))
  }

  /// From both ends inwards, as many columns as a line holds; `nil` stands for those left out.
  private func columnsThatFit(_ rows: [Int], _ start: Int) -> [Column?] {
    func column(_ index: Int) -> Column {
      var column = Column(index: index)
      for row in rows { column.include(cell(start, row, index)) }
      return column
    }
    var head: [Column] = []
    var tail: [Column] = []
    // A column of its own for `…`, unless everything fits.
    var width = -1
    while head.count + tail.count < columns {
      let takesHead = head.count <= tail.count
      let next = column(takesHead ? head.count : columns - 1 - tail.count)
      let isLast = head.count + tail.count == columns - 1
      let needed = width + next.width + 2 + (isLast ? 0 : 3)
      if needed > Self.widthLimit && head.count + tail.count >= 2 {
        return head + [nil] + tail.reversed()
      }
      width += next.width + 2
      if takesHead { head.append(next) } else { tail.append(next) }
    }
    return head + tail.reversed()
  }

  /// A number as text: what stands before the point and what from it on.
  private struct TextCell {
    let text: String
    let before: Int

    init(_ text: String) {
      self.text = text
      let utf8 = text.utf8
      before =
        utf8.firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
        .flatMap { text.first!.isLetter ? nil : utf8.distance(from: utf8.startIndex, to: $0) } ?? utf8.count
    }

    var after: Int { text.utf8.count - before }
  }

  private struct Column {
    let index: Int
    var before = 0
    var after = 0

    init(index: Int) { self.index = index }

    var width: Int { before + after }

    mutating func include(_ cell: TextCell) {
      before = max(before, cell.before)
      after = max(after, cell.after)
    }

    func padded(_ cell: TextCell) -> String {
      String(repeating: " ", count: before - cell.before) + cell.text
        + String(repeating: " ", count: after - cell.after)
    }
  }
}
