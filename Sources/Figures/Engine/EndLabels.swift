// The names of lines, where they end: beside the frame, or within it for a line that ends early.

/// A text at the end of a line.
struct EndLabel: Sendable {
  var text: String
  var paint: Paint
  /// Where the line ends.
  var end: Point
  /// What the line is marked with, where its colour alone does not tell it apart.
  var marker: Marker?

  static let markerWidth = 12.0
}

/// The labels of a panel, broken into lines and placed for a frame.
struct EndLabels {
  /// A label beside the frame.
  private struct Label {
    var label: EndLabel
    var lines: [String]
    var height: Double { Double(lines.count) * EndLabels.spacing }
    var width: Double {
      (lines.map { TextWidth.of($0, size: Type.axis) }.max() ?? 0)
        + (label.marker == nil ? 0 : EndLabel.markerWidth)
    }
  }

  private let box: Rectangle
  private var beside: [Label] = []
  private var within: [(label: EndLabel, at: Point, anchor: TextAnchor)] = []
  /// The places of those within the frame among all.
  private(set) var inside: Set<Int> = []

  private static let spacing = 14.0
  /// From the frame to the labels, with leaders between, and after them.
  private static let air = 26.0
  /// What labels may take of the width that a panel has with all around it.
  private static let share = 0.25
  private static let limits = 64.0...150.0

  /// - Parameters:
  ///   - room: The width of the panel with all around its frame.
  ///   - inside: Those that stand within the frame, where that is settled.
  ///   - obstacles: What those keep clear of; nil where there is no room for them.
  init(
    _ labels: [EndLabel], box: Rectangle, room: Double, inside settled: Set<Int>?, obstacles: [Rectangle]?
  ) {
    self.box = box
    var taken = Occupancy()
    for obstacle in obstacles ?? [] { taken.take(obstacle) }
    let limit = min(max(room * EndLabels.share, EndLabels.limits.lowerBound), EndLabels.limits.upperBound)
    for (index, label) in labels.enumerated() {
      if settled?.contains(index) ?? (obstacles != nil && EndLabels.endsEarly(label, in: box)),
        let place = EndLabels.place(label, in: box, taken: &taken, always: settled != nil)
      {
        within.append((label, place.at, place.anchor))
        inside.insert(index)
      } else {
        beside.append(
          Label(label: label, lines: TextWidth.wrapped(label.text, size: Type.axis, limit: limit, most: 2)))
      }
    }
    // Where the lines of all do not fit under each other, a name is one line.
    if beside.reduce(0, { $0 + $1.height }) > box.height + EndLabels.spacing {
      for index in beside.indices {
        beside[index].lines = [TextWidth.elided(beside[index].label.text, size: Type.axis, limit: limit)]
      }
    }
  }

  /// What the labels need right of the frame.
  var width: Double {
    let widest = beside.map(\.width).max() ?? 0
    return widest > 0 ? widest + EndLabels.air : 0
  }

  /// Whether a leader to the label would be long, and there is room beside the end.
  static func endsEarly(_ label: EndLabel, in box: Rectangle) -> Bool {
    box.right - label.end.x > max(50, 0.25 * box.width) && box.contains(label.end, margin: 0.5)
  }

  private static func place(
    _ label: EndLabel, in box: Rectangle, taken: inout Occupancy, always: Bool
  ) -> (at: Point, anchor: TextAnchor)? {
    for gap in [9.0, 15, 22] {
      if let place = taken.place(label.text, size: Type.axis, around: label.end, gap: gap, within: box) {
        return place
      }
    }
    guard always else { return nil }
    var free = Occupancy()
    return free.place(label.text, size: Type.axis, around: label.end, gap: 9, within: box)
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas) {
    canvas.moving { drawAll(on: &$0) }
  }

  private func drawAll(on canvas: inout Canvas) {
    for (label, at, anchor) in within {
      canvas.text(
        label.text, at: at, TextStyle(size: Type.axis, anchor: anchor, paint: label.paint, halo: .card))
    }
    if beside.isEmpty { return }
    let room = Int(clamping: box.height / EndLabels.spacing, to: 0...1000) + 1
    var shown = beside
    if shown.count > room {
      shown = Array(beside.prefix(max(1, room - 1)))
      let rest = "and \(beside.count - shown.count) more"
      let end = Point(x: box.right, y: box.bottom)
      shown.append(Label(label: EndLabel(text: rest, paint: .muted, end: end), lines: [rest]))
    }
    let placed = LabelPlacement.spread(
      shown.map(\.label.end.y), heights: shown.map(\.height), spacing: EndLabels.spacing,
      within: box.top...max(box.top, box.bottom))
    // Without a leader the labels stand right at the frame.
    let leads = zip(shown, placed).map { label, y in
      abs(y - label.label.end.y) > 6 || box.right - label.label.end.x > 30
    }
    for (index, label) in shown.enumerated() {
      if leads[index] { drawLeader(from: label.label.end, to: placed[index], on: &canvas) }
      draw(label, at: Point(x: box.right + (leads.contains(true) ? 22 : 8), y: placed[index]), on: &canvas)
    }
  }

  private func drawLeader(from end: Point, to y: Double, on canvas: inout Canvas) {
    let from = Point(x: min(end.x, box.right) + 3, y: min(max(end.y, box.top), box.bottom))
    var leader = PathText()
    leader.polyline([
      from, Point(x: max(from.x, box.right + 3), y: abs(y - from.y) > 6 ? from.y : y),
      Point(x: box.right + 16, y: y), Point(x: box.right + 19, y: y),
    ])
    canvas.path(leader.text, Style(stroke: .axis, width: 0.8))
  }

  private func draw(_ label: Label, at start: Point, on canvas: inout Canvas) {
    var x = start.x
    if let marker = label.label.marker {
      marker.draw([Point(x: x + 4, y: start.y)], radius: 3, paint: label.label.paint, on: &canvas)
      x += EndLabel.markerWidth
    }
    var y = start.y - (label.height - EndLabels.spacing) / 2
    for line in label.lines {
      canvas.text(line, at: Point(x: x, y: y + 4), TextStyle(size: Type.axis, paint: label.label.paint))
      y += EndLabels.spacing
    }
  }
}
