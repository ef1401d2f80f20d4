// The numbers of a descent under its picture: method and rate, start, steps, final loss, gradient norm.

/// A table with a row for each path, and remarks below it.
struct DescentTable: Note {
  let paths: [PathData]
  let remarks: [String]
  /// For each path the step that took it out of the frame for good, if one did.
  let exits: [Int?]
  /// The colour the user named for a single path.
  var color: Paint?
  /// What the columns hold in other states of the figure.
  private var leastWidths = [Double](repeating: 0, count: heads.count)

  init(paths: [PathData], remarks: [String], exits: [Int?], color: Paint? = nil) {
    (self.paths, self.remarks, self.exits, self.color) = (paths, remarks, exits, color)
  }

  private static let line = 17.0
  private static let side = 12.0
  private static let heads = ["", "start", "ended", "loss", "gradient norm"]

  private func cells(_ index: Int, loss: String, norm: String) -> [String] {
    let path = paths[index]
    let name = path.label.map { $0 == path.method ? $0 : "\($0): \(path.method)" } ?? path.method
    return [
      name, PathWords.tuple(path.points.first ?? [], forLabel: true),
      PathWords.ending(path, left: exits[index]),
      loss, norm,
    ]
  }

  private func wrappedRemarks(_ width: Double) -> [String] {
    remarks.flatMap { TextWidth.wrapped($0, size: Type.tick, limit: width - 2 * DescentTable.side) }
  }

  func height(width: Double) -> Double {
    DescentTable.height(lines: paths.count + 1 + wrappedRemarks(width).count)
  }

  static func height(lines: Int) -> Double { Double(lines) * line + 14 }

  private var rows: [[String]] {
    // What ended near each other is told apart; what agrees to seven digits has ended at the same.
    func told(_ value: Double?) -> Double { numeral(value ?? .nan, digits: 7).said }
    let losses = tellingTexts(paths.map { told($0.values.last) }, digits: 4)
    let norms = tellingTexts(paths.map { told($0.gradientNorms.last) }, digits: 4)
    return paths.indices.map { cells($0, loss: losses[$0], norm: norms[$0]) }
  }

  private func widths(_ rows: [[String]]) -> [Double] {
    DescentTable.heads.indices.map { column in
      ([DescentTable.heads[column]] + rows.map { $0[column] })
        .map { TextWidth.of($0, size: Type.tick) }.max() ?? 0
    }
  }

  func steadied(among others: [any Note]) -> any Note {
    var result = self
    for case let other as DescentTable in others {
      let widths = zip(other.widths(other.rows), other.leastWidths).map(max)
      result.leastWidths = zip(result.leastWidths, widths).map(max)
    }
    return result
  }

  func draw(in box: Rectangle, on canvas: inout Canvas) {
    let size = Type.tick
    let rows = rows
    var widths = zip(widths(rows), leastWidths).map(max)
    let left = box.left + DescentTable.side
    // When the row is too long the gaps give way first, then the name.
    let space = box.width - 2 * DescentTable.side - 24
    let gap = min(16, max(8, (space - widths.reduce(0, +)) / Double(widths.count - 1)))
    let rest = widths.dropFirst().reduce(0) { $0 + $1 + gap }
    let room = max(60, space - rest)
    widths[0] = min(widths[0], room)
    // Beside a short name the numbers move out, but not to the far end of the page.
    let extra = min(14, max(0, room - widths[0]) / Double(widths.count - 1))
    var starts: [Double] = []
    var x = left + 24
    for width in widths {
      starts.append(x)
      x += width + gap + extra
    }
    var y = box.top + 14
    for (column, head) in DescentTable.heads.enumerated() {
      canvas.moving {
        $0.text(head, at: Point(x: starts[column], y: y), TextStyle(size: size, paint: .muted))
      }
    }
    for (index, row) in rows.enumerated() {
      y += DescentTable.line
      let look = SeriesLook.path(index).painted(color)
      let middle = Point(x: left + 8, y: y - 4)
      KeyEntry(glyph: .line(look.paint, .solid), text: "").drawGlyph(at: middle, on: &canvas)
      look.marker.draw([middle], radius: 3, paint: look.paint, on: &canvas)
      for (column, cell) in row.enumerated() {
        let text = column == 0 ? TextWidth.elided(cell, size: size, limit: widths[0]) : cell
        canvas.moving { $0.text(text, at: Point(x: starts[column], y: y), TextStyle(size: size)) }
      }
    }
    for remark in wrappedRemarks(box.width) {
      y += DescentTable.line
      canvas.moving { $0.text(remark, at: Point(x: left, y: y), TextStyle(size: size, paint: .muted)) }
    }
  }

  var sentence: String {
    let losses = plainTexts(paths.map { $0.values.last ?? .nan })
    let norms = plainTexts(paths.map { $0.gradientNorms.last ?? .nan })
    let said = paths.enumerated().map { index, path in
      let name = path.label.map { $0 == path.method ? "" : " “\($0)”" } ?? ""
      return
        "\(index == 0 ? "Descent" : "descent")\(name) by \(path.method) from \(PathWords.tuple(path.points.first ?? [])) \(PathWords.ending(path, left: exits[index])): loss"
        + " \(losses[index]), gradient norm \(norms[index])"
    }
    return ([said.joined(separator: "; ") + "."] + remarks.filter { !$0.isEmpty }).joined(separator: " ")
  }
}
