// hline and vline: a line across the frame at a value.

extension Marks {
  static let horizontalLine = MarkRow(
    "hline",
    signatures: ["hline(y)"],
    documentation: """
      A horizontal line across the frame at y, or one at each element of y.

      > plot([1, 2, 3]) + hline(2)
      A line of 3 points, y from 1 to 3 over x from 1 to 3. A horizontal line at 2.

      See also: vline, plot
      """,
    options: nameOptions
  ) { try rule($0, horizontal: true) }

  static let verticalLine = MarkRow(
    "vline",
    signatures: ["vline(x)"],
    documentation: """
      A vertical line across the frame at x, or one at each element of x.

      > plot([1, 2, 3]) + vline(2)
      A line of 3 points, y from 1 to 3 over x from 1 to 3. A vertical line at 2.

      See also: hline, plot
      """,
    options: nameOptions
  ) { try rule($0, horizontal: false) }

  private static let nameOptions = [
    OptionRow("names", "the numbers", "names on the axis for 1, 2, …, one for each line")
  ]

  private static func rule(_ arguments: MarkArguments, horizontal: Bool) throws -> Figure {
    guard arguments.channels.count == 1, case .numbers(let values) = arguments.channels[0] else {
      throw arguments.wrongChannels
    }
    let finite = values.filter(\.isFinite)
    guard !finite.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    var layer = try RuleLayer(values: finite, horizontal: horizontal, style: try arguments.style())
    let names = try arguments.names("names", count: values.count)
    layer.tickNames = horizontal ? TickNames(y: names) : TickNames(x: names)
    return try arguments.figure([layer])
  }
}

/// Lines from one side of the frame to the other.
struct RuleLayer: Layer {
  let values: [Double]
  let horizontal: Bool
  let style: LayerStyle
  var tickNames = TickNames()
  let extent: Extent

  init(values: [Double], horizontal: Bool, style: LayerStyle) throws {
    self.values = values
    self.horizontal = horizontal
    self.style = style
    var span = DataRange()
    try FigureWork.each(values.count) { span.include(values[$0]) }
    var extent = Extent()
    if horizontal { extent.y = span } else { extent.x = span }
    self.extent = extent
  }

  var valueCount: Int { values.count }

  private var paint: Paint { style.color ?? .muted }

  /// More lines than this are drawn once in each half of a pixel.
  private static let most = 1000

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let box = frame.box
    var path = PathText()
    var taken = Set<Int>()
    try FigureWork.each(values.count) { index in
      guard let place = (horizontal ? frame.y : frame.x).position(values[index]), place.isFinite else {
        return
      }
      if values.count > RuleLayer.most, !taken.insert(Int(place: place * 2)).inserted { return }
      if horizontal {
        path.polyline([Point(x: box.left, y: place), Point(x: box.right, y: place)])
      } else {
        path.polyline([Point(x: place, y: box.top), Point(x: place, y: box.bottom)])
      }
    }
    canvas.path(
      path.text,
      Style(stroke: paint, width: style.width ?? 1.2, dash: style.dash ?? .dash, opacity: style.opacity))
  }

  func obstacles(in frame: Frame) -> [[Point?]] {
    let box = frame.box
    return values.prefix(100).map { value in
      horizontal
        ? [box.left, box.right].map { x in frame.y.position(value).map { Point(x: x, y: $0) } }
        : [box.top, box.bottom].map { y in frame.x.position(value).map { Point(x: $0, y: y) } }
    }
  }

  var leavesRoom: Bool { true }

  func endLabels(in frame: Frame) -> [EndLabel] {
    guard horizontal, let label = style.label, !label.isEmpty, let last = values.last,
      let y = frame.y.position(last), y >= frame.box.top, y <= frame.box.bottom
    else { return [] }
    return [EndLabel(text: label, paint: paint, end: Point(x: frame.box.right, y: y))]
  }

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard !horizontal, let label = style.label, !label.isEmpty else { return [] }
    return [KeyEntry(glyph: .line(paint, style.dash ?? .dash), text: label)]
  }

  var sentence: String {
    let name = style.label.map { " (\($0))" } ?? ""
    let kind = horizontal ? "horizontal" : "vertical"
    if values.count > 3 { return "\(values.count) \(kind) lines\(name)" }
    return "A \(kind) line at \(plainTexts(values).joined(separator: ", "))\(name)"
  }
}
