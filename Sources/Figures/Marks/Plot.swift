// plot: lines through values, or the graph of a function.

extension Marks {
  static let plot = MarkRow(
    "plot",
    signatures: ["plot(y)", "plot(x, y)", "plot(f, a..b)"],
    documentation: """
      Lines: y against its index or against x, or the graph of a function over an interval. The columns of
      a matrix are lines of their own. What is not finite is a gap. A label stands at the end of its line.

      > plot([1, 4, 9])
      A line of 3 points, y from 1 to 9 over x from 1 to 3.

      See also: scatter, bars, hline
      """,
    options: [OptionRow("labels", "none", "a label for each column")],
    function: .curve
  ) { arguments in
    var lines: [Line] = []
    var sampled = false
    switch arguments.channels.count {
    case 1:
      switch arguments.channels[0] {
      case .numbers(let y): lines = [Line(x: indices(y.count), y: y)]
      case .matrix(let rows, let columns, let data):
        lines = columnsOf(data, rows: rows, columns: columns).map { Line(x: indices(rows), y: $0) }
      default: throw arguments.wrongChannels
      }
    case 2:
      switch (arguments.channels[0], arguments.channels[1]) {
      case (.numbers(let x), .numbers(let y)):
        guard x.count == y.count else {
          throw FigureFault.lengths(mark: arguments.mark, x: x.count, y: y.count)
        }
        lines = [Line(x: x, y: y)]
      case (.numbers(let x), .matrix(let rows, let columns, let data)):
        guard x.count == rows else {
          throw FigureFault.lengths(mark: arguments.mark, x: x.count, y: rows)
        }
        lines = columnsOf(data, rows: rows, columns: columns).map { Line(x: x, y: $0) }
      case (.curve(let f, let atOnce), .interval(let low, let high)):
        guard low < high, low.isFinite, high.isFinite else {
          throw FigureFault.emptyInterval(mark: arguments.mark, low, high)
        }
        let scale = try arguments.text("xscale")
        lines = [
          try CurveSampling.sample(
            f, atOnce: atOnce, low, high, logarithmic: scale == "log" && low > 0)
        ]
        sampled = true
      default: throw arguments.wrongChannels
      }
    default: throw arguments.wrongChannels
    }
    guard lines.contains(where: \.isVisible) else { throw FigureFault.emptyData(mark: arguments.mark) }
    if let labels = try arguments.texts("labels") {
      guard labels.count == lines.count else { throw arguments.bad("labels", "one string for each line") }
      for index in lines.indices { lines[index].label = labels[index] }
    }
    let style = try arguments.style()
    if let label = style.label {
      guard lines.count == 1 else {
        throw arguments.bad("label", "given as labels, one for each of the \(lines.count) lines")
      }
      lines[0].label = label
    }
    return try arguments.figure([try LineLayer(lines: lines, style: style, sampled: sampled)])
  }

  /// 1, 2, …: elements count from one.
  static func indices(_ count: Int) -> [Double] { (0..<count).map { Double($0 + 1) } }

  static func columnsOf(_ data: [Double], rows: Int, columns: Int) -> [[Double]] {
    (0..<columns).map { column in (0..<rows).map { data[$0 * columns + column] } }
  }
}

/// Points that a line goes through in their order.
struct Line: Sendable {
  var x: [Double]
  var y: [Double]
  var label: String?

  var isVisible: Bool { zip(x, y).contains { $0.isFinite && $1.isFinite } }
}

/// Lines, each in its own look, each with its label at its end.
struct LineLayer: Layer {
  let lines: [Line]
  let style: LayerStyle
  /// Whether the lines are the graph of a function, whose poles must not rule the axis.
  let sampled: Bool
  /// Looks that replace those of the palette, one for each line.
  let looks: [SeriesLook]?
  /// Whether lines are told apart by markers instead of dashes, which swallow fine detail.
  let isMarked: Bool
  let extent: Extent

  /// `cap` is the greatest value the axis need cover.
  init(
    lines: [Line], style: LayerStyle, sampled: Bool = false, looks: [SeriesLook]? = nil,
    isMarked: Bool = false,
    cap: Double = .infinity
  ) throws {
    self.lines = lines
    self.style = style
    self.sampled = sampled
    self.looks = looks
    self.isMarked = isMarked
    var extent = Extent()
    extent.airX = sampled ? 0 : 0.015
    for line in lines {
      try FigureWork.each(line.x.count) { index in
        let (x, y) = (line.x[index], line.y[index])
        guard x.isFinite, y.isFinite else { return }
        extent.x.include(x)
        if y <= cap { extent.y.include(y) }
      }
    }
    if sampled, let robust = try CurveSampling.withoutPoles(lines.flatMap(\.y)) { extent.y = robust }
    self.extent = extent
  }

  var valueCount: Int { lines.reduce(0) { $0 + 2 * $1.x.count } }

  /// Whether there are so many lines that some colours are near each other, so that a label says its marker too.
  private var saysMarkers: Bool { isMarked && lines.count > 5 }

  var seriesCount: Int { style.color == nil && looks == nil ? lines.count : 0 }

  private func look(_ index: Int, _ frame: Frame) -> (paint: Paint, dash: Dash) {
    let look = looks?[index] ?? SeriesLook(frame.firstSeries + index)
    if isMarked { return (look.paint, .solid) }
    guard let color = style.color else { return (look.paint, style.dash ?? look.dash) }
    let dash = lines.count > 1 ? SeriesLook(index).dash : .solid
    return (color, style.dash ?? dash)
  }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    try canvas.moving { try drawLines(in: frame, on: &$0) }
  }

  private func drawLines(in frame: Frame, on canvas: inout Canvas) throws {
    let width = style.width ?? 2
    let strokes = try strokes(in: frame)
    for (index, line) in lines.enumerated() {
      let (paint, dash) = look(index, frame)
      let width = width + frame.overlap(index).rim
      var path = PathText()
      for point in try lonely(line, in: frame) {
        canvas.circle(
          point, radius: max(isMarked ? 3 : 1.8, width), Style(fill: paint, opacity: style.opacity))
      }
      for stroke in strokes[index] { path.polyline(stroke) }
      canvas.path(path.text, Style(stroke: paint, width: width, dash: dash, opacity: style.opacity))
      if isMarked, lines.count > 1, let look = looks?[index] {
        let places = LineLayer.sparse(
          try positions(line, in: frame), in: frame.box, shift: index, of: lines.count)
        look.marker.draw(places, radius: 3, paint: paint, on: &canvas)
      }
    }
  }

  /// Points between gaps, which no line reaches.
  private func lonely(_ line: Line, in frame: Frame) throws -> [Point] {
    let points = Polyline.runs(try positions(line, in: frame)).filter { $0.count == 1 }.map { $0[0] }
    guard points.count > LineLayer.mostLonely else { return points }
    return try Thinning.spread(
      points.filter { frame.box.contains($0, margin: 0.5) }, in: frame.box, most: LineLayer.mostLonely)
  }

  /// Circles are elements of their own; more than these nobody counts.
  private static let mostLonely = 2000

  /// What is drawn of each line. Of lines too many to be told apart, only what others do not cover.
  private func strokes(in frame: Frame) throws -> [[[Point]]] {
    let all = try lines.map { line in
      try Polyline.runs(positions(line, in: frame)).filter { $0.count > 1 }
        .flatMap { try Polyline.clipped($0, near: frame.box) }
        .flatMap { try Polyline.thinned($0, width: frame.box.width) }
    }
    let isCrowded = all.joined().reduce(0) { $0 + $1.count } > 2 * Polyline.mostPoints
    let isBroken = all.contains { $0.count > Polyline.mostPoints }
    guard isBroken || (isCrowded && lines.count > 1) else { return all }
    var covered = Set<Cell>()
    // The last line lies on top.
    return try all.reversed().map { line in
      try line.flatMap { try Polyline.uncovered($0, cell: 4, covered: &covered) }
    }.reversed()
  }

  /// A point every 48 pixels, at other places on each line.
  private static func sparse(_ points: [Point?], in box: Rectangle, shift: Int, of count: Int) -> [Point] {
    var next = box.left + 8 + 48 * Double(shift) / Double(count)
    var places: [Point] = []
    for case let point? in points where box.contains(point) && point.x >= next {
      places.append(point)
      next = max(next, point.x - 47) + 48
    }
    return places
  }

  /// In pixels; the two sides of a pole are not joined.
  private func positions(_ line: Line, in frame: Frame) throws -> [Point?] {
    var points: [Point?] = []
    points.reserveCapacity(line.x.count)
    try FigureWork.each(line.x.count) { index in
      let point = frame.pointOrZero(line.x[index], line.y[index])
      if sampled, let last = points.last, let last, let point {
        let box = frame.box
        let leaps =
          last.y < box.top && point.y > box.bottom || last.y > box.bottom && point.y < box.top
        if leaps { points.append(nil) }
      }
      points.append(point)
    }
    return points
  }

  func courses(in frame: Frame) throws -> [[Point?]] { try lines.map { try positions($0, in: frame) } }

  var leavesRoom: Bool { true }

  func obstacles(in frame: Frame) throws -> [[Point?]] {
    try courses(in: frame) + zeros(in: frame).map(ZeroMark.obstacle)
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws {
    for (index, zeros) in try zeros(in: frame).enumerated() {
      canvas.moving { ZeroMark.draw(zeros, in: frame, paint: look(index, frame).paint, on: &$0) }
    }
  }

  /// Where each line is 0 and the axis has no place for it.
  private func zeros(in frame: Frame) throws -> [[Point]] {
    guard frame.y.kind == .log else { return [] }
    return try lines.map { line in
      var zeros: [Point] = []
      try FigureWork.each(line.y.count) { place in
        guard frame.isZero(line.y[place]), let point = frame.pointOrZero(line.x[place], line.y[place])
        else { return }
        zeros.append(point)
      }
      return zeros
    }
  }

  func endLabels(in frame: Frame) throws -> [EndLabel] {
    try lines.enumerated().compactMap { index, line in
      guard let label = line.label, !label.isEmpty else { return nil }
      // The end is where the line goes furthest right: a line may run to and fro.
      var farthest: Point?
      var visible: Point?
      try FigureWork.each(line.x.count) { place in
        guard let point = frame.pointOrZero(line.x[place], line.y[place]) else { return }
        if point.x > farthest?.x ?? -.infinity { farthest = point }
        if point.x > visible?.x ?? -.infinity, frame.box.contains(point, margin: 0.5) { visible = point }
      }
      guard let end = visible ?? farthest else { return nil }
      return EndLabel(
        text: label, paint: look(index, frame).paint, end: end,
        marker: saysMarkers ? looks?[index].marker : nil)
    }
  }

  var sentence: String {
    let extent = extent
    let names = lines.compactMap(\.label)
    let what: String
    if names.isEmpty {
      what = lines.count == 1 ? (sampled ? "A curve" : "A line") : "\(lines.count) lines"
    } else {
      what = (lines.count == 1 ? "The line " : "The lines ") + names.joined(separator: ", ")
    }
    let count = sampled ? "" : " of \(lines[0].x.count) points"
    return "\(what)\(count), y from \(rangeText(extent.y.low, extent.y.high))"
      + " over x from \(rangeText(extent.x.low, extent.x.high))"
  }
}
