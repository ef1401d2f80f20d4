// A panel on the canvas: its texts are measured first, then its frame is set, then all is drawn.

/// Sizes of type and the distances between texts, in pixels.
enum Type {
  static let tick = 11.0
  static let axis = 12.0
  static let title = 14.0
  static let keyLine = 18.0
  static let axisLine = 18.0
  static let titleLine = 19.0
  static let uprightLimit = 90.0
  /// A name beside the vertical axis.
  static let nameLimit = 240.0
  /// The name of an axis: nobody reads beyond the widest page there is.
  static let axisNameLimit = 4000.0
  static let mostTitleLines = 12
  static let mostKeyRows = 12
}

/// A panel measured for a frame of a certain size.
struct PanelDrawing {
  let panel: Panel
  let frame: Frame
  /// What there is for the frame, which the ratio of its axes may leave unused to the sides.
  private let outer: Rectangle
  private let horizontal: Ticks
  private let vertical: Ticks
  private let titleLines: [String]
  private let keyRows: [[KeyEntry]]
  private let endLabels: EndLabels
  private let tickWidth: Double
  private let inset: Double
  /// How high the names on the horizontal axis are where they stand upright, for want of room; else 0.
  private let uprightHeight: Double

  /// - Parameters:
  ///   - inset: How far left of the frame the texts above it begin, for panels that share a column.
  ///   - room: The width of the panel with all around its frame.
  ///   - inside: The labels of lines that stand within the frame, where that is settled.
  init(
    _ panel: Panel, box: Rectangle, inset: Double? = nil, room: Double = .infinity,
    inside: Set<Int>? = nil
  ) throws {
    try FigureWork.poll()
    self.panel = panel
    outer = box
    let box = panel.fitted(box)
    let axes = panel.frame(box)
    frame = axes
    let names = panel.tickNames
    let across = names.x?.map { TextWidth.elided($0, size: Type.tick, limit: Type.uprightLimit) }
    let isCrowded = across.map { Ticks.named($0, axes.x, spacing: nil).ticks.count < $0.count } ?? false
    uprightHeight =
      isCrowded && panel.showsAxes
      ? (across ?? []).map { TextWidth.of($0, size: Type.tick) }.max() ?? 0 : 0
    if panel.showsAxes {
      horizontal =
        across.map { Ticks.named($0, axes.x, spacing: isCrowded ? Type.tick + 3 : nil) }
        ?? PanelDrawing.fitting(axes.x, pixels: box.width)
      vertical =
        names.y.map { names in
          let short = names.map { TextWidth.elided($0, size: Type.tick, limit: Type.nameLimit) }
          return Ticks.named(short, axes.y, spacing: Type.tick + 3)
        }
        ?? Ticks.of(axes.y, count: Int(clamping: box.height / 35, to: 3...200))
    } else {
      horizontal = Ticks(ticks: [])
      vertical = Ticks(ticks: [])
    }
    tickWidth = vertical.ticks.map { TextWidth.of($0.text, size: Type.tick) }.max() ?? 0
    self.inset = inset ?? (tickWidth > 0 ? tickWidth + 8 : 0)
    let width = outer.width + self.inset
    titleLines =
      panel.options.title.map {
        TextWidth.wrapped($0, size: Type.title, limit: width, bold: true, most: Type.mostTitleLines)
      } ?? []
    keyRows = PanelDrawing.rows(panel.keys, width: width)
    let labels = try panel.endLabels(in: frame)
    let mayStandInside =
      inside?.isEmpty == false
      || (panel.layers.allSatisfy(\.leavesRoom) && labels.contains { EndLabels.endsEarly($0, in: box) })
    endLabels = EndLabels(
      labels, box: box, room: room, inside: inside,
      obstacles: mayStandInside ? try Courses.boxes(panel.obstacles(in: frame), in: box) : nil)
  }

  /// The labels of lines that stand within the frame.
  var insideLabels: Set<Int> { endLabels.inside }

  /// One tick per 80 pixels, fewer where the texts would touch.
  private static func fitting(_ scale: Scale, pixels: Double) -> Ticks {
    var count = Int(clamping: pixels / 80, to: 2...100)
    while true {
      let ticks = Ticks.of(scale, count: count)
      let named = ticks.ticks.filter { !$0.text.isEmpty }
      let touches = zip(named, named.dropFirst()).contains { a, b in
        guard let left = scale.position(of: a), let right = scale.position(of: b) else { return false }
        let widths = TextWidth.of(a.text, size: Type.tick) + TextWidth.of(b.text, size: Type.tick)
        return right - left < widths / 2 + 6
      }
      if !touches || count <= 1 { return ticks }
      count -= 1
    }
  }

  private static func rows(_ keys: [KeyEntry], width: Double) -> [[KeyEntry]] {
    var rows: [[KeyEntry]] = []
    var used = 0.0
    for (index, key) in keys.enumerated() {
      var key = key
      key.text = TextWidth.elided(key.text, size: Type.tick, limit: max(width - KeyEntry.glyphWidth, 120))
      let own = KeyEntry.glyphWidth + TextWidth.of(key.text, size: Type.tick) + KeyEntry.gap
      if rows.isEmpty || used + own > width {
        if rows.count == Type.mostKeyRows {
          rows.append([KeyEntry(glyph: .none, text: "and \(keys.count - index) more")])
          break
        }
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(key)
      used += own
    }
    return rows
  }

  // MARK: Measuring

  /// The line above the frame that names the vertical axis.
  private var verticalName: String { named(panel.options.ylabel, vertical) }
  /// Whether a line right above the frame is taken: by that name, or by what the colours are.
  private var hasNameLine: Bool {
    !verticalName.isEmpty || panel.colorBars.contains { $0.heading(height: frame.box.height) != nil }
  }
  private var horizontalName: String {
    panel.showsHorizontalTexts ? named(panel.options.xlabel, horizontal) : ""
  }

  /// What was taken out of the texts of the ticks is said in the axis' name.
  private func named(_ name: String?, _ ticks: Ticks) -> String {
    let name = name.map { TextWidth.elided($0, size: Type.axis, limit: Type.axisNameLimit) }
    guard let added = ticks.offsetText else { return name ?? "" }
    guard let name, !name.isEmpty else { return added }
    return "\(name)  (\(added))"
  }

  private var namesHeight: Double { uprightHeight > 0 ? uprightHeight + 10 : 16 }

  var margins: Margins {
    var margins = Margins(left: 12, right: 14, top: 12, bottom: 10)
    if tickWidth > 0 { margins.left += tickWidth + 8 }
    margins.top += Double(titleLines.count) * Type.titleLine
    margins.top += Double(keyRows.count) * Type.keyLine
    if hasNameLine { margins.top += Type.axisLine }
    if panel.showsHorizontalTexts, panel.showsAxes {
      margins.bottom += namesHeight
      if uprightHeight == 0, let last = horizontal.ticks.last, let position = frame.x.position(of: last) {
        let overhang = position + TextWidth.of(last.text, size: Type.tick) / 2 - frame.box.right
        margins.right = max(margins.right, overhang + 6)
      }
    }
    if !horizontalName.isEmpty { margins.bottom += 17 }
    margins.right = max(margins.right, endLabels.width)
    for bar in panel.colorBars { margins.right += bar.width(height: frame.box.height) }
    return margins
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas) throws {
    drawAxes(on: &canvas)
    let numbered = try panel.framedLayers(in: frame)
    try canvas.clipped(to: frame.box) { canvas in
      for (layer, frame) in numbered {
        try FigureWork.poll()
        try layer.draw(in: frame, on: &canvas)
      }
    }
    if panel.framed {
      canvas.rectangle(frame.box, Style(stroke: .axis))
    }
    for (layer, frame) in numbered {
      try FigureWork.poll()
      try layer.drawAbove(in: frame, on: &canvas)
    }
    for (index, (layer, frame)) in numbered.enumerated() where layer.placesTexts {
      let courses = try numbered.enumerated().filter { $0.offset != index }.flatMap {
        try $0.element.layer.obstacles(in: $0.element.frame)
      }
      try layer.drawTexts(in: frame, clearOf: courses, on: &canvas)
    }
    endLabels.draw(on: &canvas)
    drawColorBars(on: &canvas)
    drawHead(on: &canvas)
  }

  private func drawColorBars(on canvas: inout Canvas) {
    var left = frame.box.right + endLabels.width
    for bar in panel.colorBars {
      bar.draw(left: left, frame: frame.box, on: &canvas)
      left += bar.width(height: frame.box.height)
    }
  }

  private func drawAxes(on canvas: inout Canvas) {
    let box = frame.box
    var grid = PathText()
    var marks = PathText()
    let bottom = box.bottom
    for tick in horizontal.ticks {
      guard let x = frame.x.position(of: tick) else { continue }
      let length = tick.text.isEmpty ? 2.0 : 4.0
      marks.polyline([Point(x: x, y: bottom), Point(x: x, y: bottom + length)])
      if tick.text.isEmpty { continue }
      grid.polyline([Point(x: x, y: box.top), Point(x: x, y: box.bottom)])
      if panel.showsHorizontalTexts {
        if uprightHeight > 0 {
          canvas.text(
            tick.text, at: Point(x: x + 4, y: bottom + 8),
            TextStyle(anchor: .end, paint: .muted, isUpright: true))
        } else {
          canvas.text(
            tick.text, at: Point(x: x, y: bottom + 16), TextStyle(anchor: .middle, paint: .muted))
        }
      }
    }
    for tick in vertical.ticks {
      guard let y = frame.y.position(of: tick) else { continue }
      let length = tick.text.isEmpty ? 2.0 : 4.0
      marks.polyline([Point(x: box.left - length, y: y), Point(x: box.left, y: y)])
      if tick.text.isEmpty { continue }
      grid.polyline([Point(x: box.left, y: y), Point(x: box.right, y: y)])
      canvas.text(
        tick.text, at: Point(x: box.left - 8, y: y + 4), TextStyle(anchor: .end, paint: .muted))
    }
    if !panel.framed {
      canvas.path(grid.text, Style(stroke: .grid))
      marks.polyline([
        Point(x: box.left, y: box.top), Point(x: box.left, y: box.bottom),
        Point(x: box.right, y: box.bottom),
      ])
    }
    canvas.path(marks.text, Style(stroke: .axis))
    let middle = Point(
      x: box.left + box.width / 2,
      y: box.bottom + (panel.showsHorizontalTexts && panel.showsAxes ? namesHeight + 17 : 17))
    canvas.text(horizontalName, at: middle, TextStyle(size: Type.axis, anchor: .middle))
  }

  /// Title, key and the name of the vertical axis, upwards from the frame.
  private func drawHead(on canvas: inout Canvas) {
    let left = outer.left - inset
    var baseline = frame.box.top - 9
    if hasNameLine {
      canvas.text(
        verticalName, at: Point(x: frame.box.left - inset, y: baseline), TextStyle(size: Type.axis))
      baseline -= Type.axisLine
    }
    for row in keyRows.reversed() {
      var x = left
      for key in row {
        key.drawGlyph(at: Point(x: x + 8, y: baseline - 4), on: &canvas)
        x += KeyEntry.glyphWidth
        canvas.text(key.text, at: Point(x: x, y: baseline))
        x += TextWidth.of(key.text, size: Type.tick) + KeyEntry.gap
      }
      baseline -= Type.keyLine
    }
    for line in titleLines.reversed() {
      canvas.text(line, at: Point(x: left, y: baseline), TextStyle(size: Type.title, bold: true))
      baseline -= Type.titleLine
    }
  }
}
