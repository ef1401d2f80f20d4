// hist: how often values fall into each of some intervals.

import CVector

extension Marks {
  static let histogram = MarkRow(
    "hist",
    signatures: ["hist(x)"],
    documentation: """
      A histogram of all elements of x. What is not finite is counted in the sentence and not drawn. The bins are \
      equal as the axis measures them: with xscale = "log" they span equal factors, and what is not positive is \
      counted as what is not finite is. With magnitude = true the bins are those of log₁₀|x|, and exact zeros have a bar of their own at the left.

      > hist([1, 2, 2, 3], bins = 3)
      Histogram of 4 values, values from 1 to 3, in 3 bins.

      See also: bars, scatter
      """,
    options: [
      OptionRow("bins", "by Freedman and Diaconis", "the number of bins, or their edges"),
      OptionRow("density", "false", "heights that make the area 1 instead of counts"),
      OptionRow("magnitude", "false", "bins of log₁₀|x|, zeros apart"),
    ]
  ) { arguments in
    guard arguments.channels.count == 1, let values = arguments.channels[0].allNumbers else {
      throw arguments.wrongChannels
    }
    let magnitude = try arguments.flag("magnitude") ?? false
    let kind = try arguments.axes().xscale ?? .linear
    if magnitude, kind != .linear {
      throw arguments.bad("xscale", "\"linear\" where bins are those of logarithms already")
    }
    var tally = HistogramTally()
    var counted: [Double] = []
    try FigureWork.each(values.count) { index in
      let value = values[index]
      guard value.isFinite else {
        tally.missing += 1
        return
      }
      if magnitude, value == 0 {
        tally.zeros += 1
      } else if kind == .log, value <= 0 {
        tally.notPositive += 1
      } else {
        counted.append(magnitude ? vector_log10_f64(abs(value)) : value)
      }
    }
    tally.total = values.count
    guard tally.missing < values.count else { throw FigureFault.emptyData(mark: arguments.mark) }
    if counted.isEmpty, !magnitude { throw FigureFault.logOfNonPositive(axis: "x") }
    let span = DataRange(counted)
    let bins = try bins(arguments, counted, .init(kind, span))
    tally.outside = bins.outside
    var heights = bins.counts
    if try arguments.flag("density") == true {
      guard let densities = bins.densities else {
        throw arguments.bad(
          "density", "false where bins are so narrow that no number says how dense they are")
      }
      heights = densities
    }
    let layer = try HistogramLayer(
      edges: bins.edges, heights: heights, isOfMagnitudes: magnitude, tally: tally, span: span,
      style: try arguments.style())
    var figure = try arguments.figure([layer])
    if magnitude, case .panel(var panel) = figure.content, panel.options.xlabel == nil {
      panel.options.xlabel = "log₁₀ of the magnitude"
      figure.content = .panel(panel)
    }
    return figure
  }

  /// Bins of the edges named, or as many as named or as the spread of the values asks for.
  private static func bins(
    _ arguments: MarkArguments, _ values: [Double], _ measure: HistogramBins.Measure
  ) throws -> HistogramBins {
    switch arguments.options["bins"] {
    case nil: return try HistogramBins(values, count: nil, measure: measure)
    case .number(let named) where named >= 1 && named <= 1000 && named == named.rounded():
      return try HistogramBins(values, count: Int(clamping: named, to: 1...1000), measure: measure)
    case .numbers(let edges)
    where edges.count > 1 && edges.allSatisfy(\.isFinite)
      && zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }):
      return try HistogramBins(values, edges: edges)
    default:
      throw arguments.bad("bins", "a whole number of bins from 1 to 1000, or at least two edges that grow")
    }
  }
}

/// How many values there were, and those that no bin holds.
struct HistogramTally {
  var total = 0
  var missing = 0
  /// Exact zeros, where the logarithms of magnitudes are counted.
  var zeros = 0
  /// Not positive on a logarithmic axis.
  var notPositive = 0
  var outside = 0

  /// What is said of those that no bin holds.
  var words: String {
    let kinds = [(missing, "not finite"), (notPositive, "not positive"), (outside, "outside the bins")]
    return kinds.filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }.joined()
  }
}

extension Channel {
  /// The elements of a tensor of any rank.
  var allNumbers: [Double]? {
    switch self {
    case .numbers(let values), .matrix(_, _, let values), .tensor(_, let values): values
    default: nil
    }
  }
}

/// Bars that touch.
struct HistogramLayer: Layer {
  let style: LayerStyle
  let extent: Extent
  private let bars: [Bar]
  private let bins: Int
  private let isOfMagnitudes: Bool
  private let tally: HistogramTally
  private let span: DataRange

  private struct Bar {
    let left: Double
    let right: Double
    let height: Double
    var isZero = false
  }

  init(
    edges: [Double], heights: [Double], isOfMagnitudes: Bool, tally: HistogramTally, span: DataRange,
    style: LayerStyle
  ) throws {
    self.style = style
    self.isOfMagnitudes = isOfMagnitudes
    self.tally = tally
    self.span = span
    bins = heights.count
    var bars = heights.indices.map { Bar(left: edges[$0], right: edges[$0 + 1], height: heights[$0]) }
    if tally.zeros > 0, let first = bars.first {
      let width = first.right - first.left
      bars.insert(
        Bar(
          left: first.left - 2.5 * width, right: first.left - 1.5 * width, height: Double(tally.zeros),
          isZero: true), at: 0)
    }
    self.bars = bars
    var extent = Extent()
    extent.airX = 0.02
    try FigureWork.each(bars.count) { index in
      extent.x.include(bars[index].left)
      extent.x.include(bars[index].right)
      extent.y.include(bars[index].height)
    }
    extent.y.include(0)
    self.extent = extent
  }

  var valueCount: Int { 4 * bars.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    let zero = frame.y.position(0) ?? frame.box.bottom
    // Several histograms in one frame shine through each other.
    let opacity = style.opacity < 1 ? style.opacity : (frame.firstSeries > 0 ? 0.6 : 0.75)
    for kind in [false, true] {
      var path = PathText()
      func box(_ left: Double, _ right: Double, _ top: Double, _ bottom: Double) {
        path.polyline(
          [
            Point(x: left, y: bottom), Point(x: left, y: top), Point(x: right, y: top),
            Point(x: right, y: bottom),
          ],
          closed: true)
      }
      // Bars thinner than a pixel would vanish; those of one pixel column are drawn as one.
      var columns = PixelColumns()
      try FigureWork.each(bars.count) { index in
        let bar = bars[index]
        guard bar.height > 0, bar.isZero == kind, let right = frame.point(bar.right, bar.height) else {
          return
        }
        // An edge that was named may be below zero, which a logarithmic axis has no place for.
        let left = frame.point(bar.left, bar.height) ?? Point(x: frame.box.left, y: right.y)
        if right.x < frame.box.left || left.x > frame.box.right { return }
        if right.x - left.x < 1 {
          columns.include(left.x, left.y, zero)
        } else {
          let air = right.x - left.x > 4 ? 0.5 : 0
          box(left.x + air, right.x - air, left.y, zero)
        }
      }
      for column in columns.boxes { box(column.left, column.right, column.top, column.bottom) }
      canvas.path(path.text, Style(fill: kind ? .vermillion : paint, opacity: opacity))
    }
    canvas.line(
      Point(x: frame.box.left, y: zero), Point(x: frame.box.right, y: zero), Style(stroke: .axis))
    guard let bar = bars.first, bar.isZero, let top = frame.point((bar.left + bar.right) / 2, bar.height)
    else { return }
    canvas.text(
      "exactly 0", at: Point(x: max(top.x, frame.box.left + 28), y: max(top.y - 5, frame.box.top + 10)),
      TextStyle(anchor: .middle, paint: .vermillion, halo: .card))
  }

  var sentence: String {
    let name = style.label.map { " of \($0)" } ?? ""
    let zero = isOfMagnitudes ? ", \(tally.zeros) of them exactly 0" : ""
    let what = isOfMagnitudes ? "log₁₀ of the magnitude" : "values"
    let range = span.isEmpty ? "" : ", \(what) from \(rangeText(span.low, span.high))"
    return
      "Histogram\(name) of \(tally.total) values\(zero)\(tally.words)\(range), in \(bins) \(bins == 1 ? "bin" : "bins")"
  }
}
