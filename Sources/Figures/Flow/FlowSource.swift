// Gradient flow in the source: each line with a bar for its adjoint, a loop as a strip with a cell a turn.

import CVector

/// The lines of the functions and what flows back through them.
struct FlowSource: Note {
  let data: FlowData
  let title: String?

  private static let row = 20.0
  private static let side = 14.0
  private static let head = 58.0
  private static let gap = 10.0
  private static let longestCode = 52
  private static let line = 17.0
  /// A loop of more turns is drawn as one picture.
  private static let mostCells = 64
  private static let mostPooled = 1024

  var sentence: String { (title.map { "\($0): " } ?? "") + data.sentence + "." }

  /// A row of the table: text at the left, an item at the right.
  private enum Row {
    case section(String)
    case code(number: Int?, text: String, item: FlowData.Item?)
    case variable(FlowData.Item)
  }

  private var rows: [Row] {
    var rows: [Row] = []
    for section in data.sections {
      rows.append(.section(section.place))
      for line in section.lines {
        rows.append(.code(number: line.number, text: line.text, item: line.items.first))
        for item in line.items.dropFirst() { rows.append(.code(number: nil, text: "", item: item)) }
      }
    }
    if !data.variables.isEmpty {
      rows.append(.section("variables"))
      rows += data.variables.map(Row.variable)
    }
    return rows
  }

  private var titleHeight: Double { title == nil ? 0 : Type.titleLine + 4 }

  func height(width: Double) -> Double {
    FlowSource.head + titleHeight + Double(rows.count) * FlowSource.row + 17
      + Double(foot(width: width).count) * FlowSource.line
  }

  /// Where the columns begin.
  private struct Columns {
    let code: Double
    let name: Double
    let bars: Double
    let barsEnd: Double
    let note: Double
    let end: Double
    let decades: ClosedRange<Double>

    var colors: ColorScale {
      ColorScale(.viridis, low: powers.low, high: powers.high, kind: .log)
    }

    /// The ends of the decades as numbers: of the least and the greatest there are none that are whole.
    var powers: (low: Double, high: Double) {
      (
        max(vector_pow_f64(10, decades.lowerBound), .leastNonzeroMagnitude),
        Scale.finite(vector_pow_f64(10, decades.upperBound))
      )
    }

    func position(_ size: Double) -> Double {
      let share = (vector_log10_f64(size) - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
      return bars + min(max(share, 0), 1) * (barsEnd - bars)
    }
  }

  private func columns(in box: Rectangle) -> Columns {
    let names = (data.allItems + data.variables).map { TextWidth.of($0.name, size: Type.tick) }.max() ?? 0
    let longest = data.sections.flatMap { $0.lines.map { $0.text.count } }.max() ?? 0
    let codeWidth = Double(min(longest, FlowSource.longestCode)) * FlowSource.letter + 30
    let code = box.left + FlowSource.side
    let name = code + max(codeWidth, 90) + FlowSource.gap
    let bars = name + min(names, 110) + FlowSource.gap
    let notes =
      (data.allItems + data.variables).map { TextWidth.of(self.note($0), size: Type.tick) }.max() ?? 0
    let note = box.right - FlowSource.side - min(max(notes, 168), 230)
    return Columns(
      code: code, name: name, bars: bars, barsEnd: max(bars + 60, note - FlowSource.gap), note: note,
      end: box.right - FlowSource.side, decades: data.decades)
  }

  private static let codeSize = 11.0
  /// The advance of a letter of equal width.
  private static let letter = 6.65

  func draw(in box: Rectangle, on canvas: inout Canvas) {
    let columns = columns(in: box)
    var top = box.top
    if let title {
      canvas.text(
        title, at: Point(x: columns.code, y: top + 24), TextStyle(size: Type.title, bold: true))
      top += titleHeight
    }
    drawHead(
      top: top, bottom: top + FlowSource.head + Double(rows.count) * FlowSource.row, columns, on: &canvas)
    var y = top + FlowSource.head
    for row in rows {
      let baseline = y + 14
      switch row {
      case .section(let place):
        canvas.text(place, at: Point(x: columns.code, y: baseline), TextStyle(paint: .muted, bold: true))
        canvas.line(
          Point(x: columns.code, y: y + FlowSource.row - 1), Point(x: columns.end, y: y + FlowSource.row - 1),
          Style(stroke: .grid))
      case .code(let number, let text, let item):
        if let number {
          canvas.text(
            String(number), at: Point(x: columns.code + 18, y: baseline),
            TextStyle(anchor: .end, paint: .axis))
        }
        let shown =
          text.count > FlowSource.longestCode ? text.prefix(FlowSource.longestCode - 1) + "…" : text[...]
        canvas.text(
          String(shown), at: Point(x: columns.code + 26, y: baseline),
          TextStyle(size: FlowSource.codeSize, isCode: true))
        if let item { draw(item, at: y, columns, on: &canvas) }
      case .variable(let item): draw(item, at: y, columns, on: &canvas)
      }
      y += FlowSource.row
    }
    for (index, text) in foot(width: box.width).enumerated() {
      canvas.text(
        text, at: Point(x: columns.code, y: y + 20 + Double(index) * FlowSource.line),
        TextStyle(paint: .muted))
    }
  }

  /// The axis of the bars, above and through them.
  private func drawHead(top: Double, bottom: Double, _ columns: Columns, on canvas: inout Canvas) {
    let y = top + FlowSource.head - 6
    let what = "root mean square"
    let kinds = [(Paint.vermillion, "adjoint"), (.blue, "value")]
    let width =
      TextWidth.of(what, size: Type.axis) + 14
      + kinds.reduce(0) { $0 + 28 + TextWidth.of($1.1, size: Type.tick) }
    // Short bars leave no room above them: the words begin further left.
    let left = max(columns.code, min(columns.bars, columns.note - width))
    canvas.text(what, at: Point(x: left, y: y - 32), TextStyle(size: Type.axis))
    var x = left + TextWidth.of(what, size: Type.axis) + 14
    for (paint, text) in kinds {
      canvas.rectangle(
        Rectangle(left: x, top: y - 41, width: 12, height: paint == .blue ? 3 : 9), Style(fill: paint))
      canvas.text(text, at: Point(x: x + 16, y: y - 32), TextStyle(paint: .muted))
      x += 28 + TextWidth.of(text, size: Type.tick)
    }
    let scale = Scale(
      kind: .log, low: columns.powers.low, high: columns.powers.high, start: columns.bars,
      end: columns.barsEnd)
    var grid = PathText()
    for tick in Ticks.of(scale, count: Int(clamping: (columns.barsEnd - columns.bars) / 55, to: 2...100))
      .ticks
    where !tick.text.isEmpty {
      guard let x = scale.position(of: tick) else { continue }
      grid.polyline([Point(x: x, y: y), Point(x: x, y: bottom)])
      canvas.text(tick.text, at: Point(x: x, y: y - 6), TextStyle(anchor: .middle, paint: .muted))
    }
    canvas.path(grid.text, Style(stroke: .grid))
    if data.allItems.contains(where: { $0.adjoints.count > 1 }) { drawStripKey(y: y, columns, on: &canvas) }
  }

  private func draw(_ item: FlowData.Item, at y: Double, _ columns: Columns, on canvas: inout Canvas) {
    let middle = y + FlowSource.row / 2
    canvas.text(
      TextWidth.elided(item.name, size: Type.tick, limit: columns.bars - columns.name - 4),
      at: Point(x: columns.name, y: y + 14))
    if item.adjoints.count > 1 {
      drawStrip(item, at: y, columns, on: &canvas)
    } else {
      let adjoint = item.adjoints.first ?? .nan
      if adjoint > 0 {
        let right = adjoint.isFinite ? columns.position(adjoint) : columns.barsEnd
        canvas.rectangle(
          Rectangle(left: columns.bars, top: middle - 6, width: max(1.5, right - columns.bars), height: 8),
          Style(fill: .vermillion))
      }
      if let value = item.values.first, value > 0 {
        let right = value.isFinite ? columns.position(value) : columns.barsEnd
        canvas.rectangle(
          Rectangle(left: columns.bars, top: middle + 4, width: max(1.5, right - columns.bars), height: 2.5),
          Style(fill: .blue))
      }
    }
    item.mark?.draw(at: Point(x: columns.bars + 6, y: middle), on: &canvas)
    var isBroken = false
    if case .notFinite(let isFirst) = item.mark {
      isBroken = true
      if isFirst {
        canvas.rectangle(
          Rectangle(
            left: columns.name - 5, top: y + 0.5, width: columns.end - columns.name + 8,
            height: FlowSource.row - 1),
          Style(stroke: .vermillion, width: 2), radius: 3)
      }
    }
    canvas.text(
      TextWidth.elided(note(item), size: Type.tick, limit: columns.end - columns.note),
      at: Point(x: columns.note, y: y + 14),
      TextStyle(paint: isBroken ? .vermillion : .muted))
  }

  /// A cell for each turn, first turn left: above the adjoint, below it the value; the darker, the smaller.
  private func drawStrip(_ item: FlowData.Item, at y: Double, _ columns: Columns, on canvas: inout Canvas) {
    let colors = columns.colors
    for (all, top, height) in [(item.adjoints, y + 3, 9.0), (item.values, y + 14, 3.0)] {
      let sizes = FlowSource.pooled(all)
      let box = Rectangle(left: columns.bars, top: top, width: columns.barsEnd - columns.bars, height: height)
      if sizes.count > FlowSource.mostCells {
        let indices = sizes.map { $0.isFinite ? colors.index($0) : UInt8(255) }
        colors.draw(indices, width: indices.count, in: box, on: &canvas)
        continue
      }
      let width = box.width / Double(sizes.count)
      for (turn, size) in sizes.enumerated() {
        let left = box.left + Double(turn) * width
        canvas.rectangle(
          Rectangle(left: left, top: top, width: max(1, width - (width > 4 ? 1 : 0)), height: height),
          Style(fill: colors.paint(size)))
      }
    }
  }

  /// More turns than a picture is wide share cells: of each the greatest, or one that is not finite.
  private static func pooled(_ sizes: [Double]) -> [Double] {
    let step = (sizes.count + mostPooled - 1) / mostPooled
    guard step > 1 else { return sizes }
    return stride(from: 0, to: sizes.count, by: step).map { start in
      let block = sizes[start..<min(start + step, sizes.count)]
      return block.first { !$0.isFinite } ?? block.max() ?? .nan
    }
  }

  /// What the colours of a strip mean, where there is one.
  private func drawStripKey(y: Double, _ columns: Columns, on canvas: inout Canvas) {
    let text = "loop: a cell a turn"
    canvas.text(text, at: Point(x: columns.note, y: y - 32), TextStyle(paint: .muted))
    // Clear of the last label of the axis.
    var x = columns.note + 14
    let ends = [columns.decades.lowerBound, columns.decades.upperBound].map {
      powerOfTen(Int(clamping: $0, to: -400...400))
    }
    canvas.text(ends[0], at: Point(x: x, y: y - 14), TextStyle(paint: .muted))
    x += TextWidth.of(ends[0], size: Type.tick) + 6
    for step in 0..<8 {
      canvas.rectangle(
        Rectangle(left: x, top: y - 23, width: 7, height: 9),
        Style(fill: columns.colors.map.paint(Double(step) / 7)))
      x += 8
    }
    canvas.text(ends[1], at: Point(x: x + 5, y: y - 14), TextStyle(paint: .muted))
  }

  private func note(_ item: FlowData.Item) -> String {
    var parts: [String] = []
    switch item.mark {
    case .noPath: parts.append("no path to the loss")
    case .underflow(let share): parts.append("\(percent(share)) underflowed")
    case .zero: parts.append("exactly 0")
    case .notFinite(let isFirst): parts.append(isFirst ? "first NaN or Inf" : "NaN or Inf")
    case nil:
      if item.adjoints.count > 1, let first = item.adjoints.first, let last = item.adjoints.last {
        parts.append("\(labelText(first, digits: 2)) … \(labelText(last, digits: 2))")
      } else {
        parts.append(labelText(item.adjoint, digits: 3))
      }
    }
    if let saturated = item.saturated, saturated >= 0.05 { parts.append("\(percent(saturated)) saturated") }
    if item.dead > 0 { parts.append("\(percent(item.dead)) dead") }
    return parts.joined(separator: ", ")
  }

  private func foot(width: Double) -> [String] {
    let said =
      "\(data.function) = \(labelText(data.loss)); the gradient flows from the last line to the first"
    let broken = data.firstNotFinite.map { "NaN or Inf first at \($0)" }
    return [said, data.ends, broken].compactMap { $0 }.flatMap {
      TextWidth.wrapped($0, size: Type.tick, limit: width - 2 * FlowSource.side)
    }
  }
}
