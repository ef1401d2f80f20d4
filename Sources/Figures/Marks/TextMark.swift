// text: words at a point of the panel.

extension Marks {
  static let text = MarkRow(
    "text",
    signatures: ["text(x, y, s)", "text(point, s)"],
    documentation: """
      The string s, centred at (x, y) or at a point given whole.

      > plot([1, 2, 3]) + text(2, 2, "here")
      A line of 3 points, y from 1 to 3 over x from 1 to 3. The text “here” at (2, 2).

      See also: plot, scatter
      """,
    options: [OptionRow("fontsize", "12", "the size of the letters in pixels")]
  ) { arguments in
    guard case .text(let text)? = arguments.channels.last else { throw arguments.wrongChannels }
    let place: Point
    if arguments.channels.count == 2, let whole = arguments.wholePoints(0), whole.count == 1 {
      place = whole[0]
    } else if arguments.channels.count == 3, case .numbers(let x) = arguments.channels[0],
      case .numbers(let y) = arguments.channels[1], x.count == 1, y.count == 1
    {
      place = Point(x: x[0], y: y[0])
    } else {
      throw arguments.wrongChannels
    }
    guard place.isFinite else { throw FigureFault.emptyData(mark: arguments.mark) }
    let size = try arguments.number("fontsize") ?? 12
    guard (4...100).contains(size) else {
      throw arguments.bad("fontsize", "a number of pixels from 4 to 100")
    }
    return try arguments.figure([
      TextLayer(x: place.x, y: place.y, text: text, fontSize: size, style: try arguments.style())
    ])
  }
}

/// A text that stays inside the frame.
struct TextLayer: Layer {
  let x: Double
  let y: Double
  let text: String
  let fontSize: Double
  let style: LayerStyle

  private static let mostLines = 1000
  private static let widest = 8000.0

  var extent: Extent {
    var extent = Extent()
    extent.x.include(x)
    extent.y.include(y)
    return extent
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) {
    guard let point = frame.point(x, y), frame.box.contains(point, margin: 0.5) else { return }
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    // More is outside of any page.
    let lines = all.prefix(TextLayer.mostLines).map {
      TextWidth.elided(String($0), size: fontSize, limit: TextLayer.widest)
    }
    let half = (lines.map { TextWidth.of($0, size: fontSize) }.max() ?? 0) / 2
    let lowest = frame.box.left + half + 2
    let center = max(lowest, min(point.x, frame.box.right - half - 2))
    let top = point.y - Double(lines.count - 1) * fontSize * 0.6
    for (index, line) in lines.enumerated() {
      canvas.text(
        line, at: Point(x: center, y: top + fontSize * (0.35 + 1.2 * Double(index))),
        TextStyle(size: fontSize, anchor: .middle, paint: style.color ?? .ink, halo: .card))
    }
  }

  func obstacles(in frame: Frame) -> [[Point?]] {
    guard let point = frame.point(x, y) else { return [] }
    let half = min(TextWidth.of(text, size: fontSize), TextLayer.widest) / 2
    return [-0.4, 0, 0.4].map { line in
      [-half, half].map { Point(x: point.x + $0, y: point.y + line * fontSize) }
    }
  }

  var sentence: String { "The text “\(text)” at (\(plainText(x)), \(plainText(y)))" }
}
