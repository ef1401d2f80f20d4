// hist: how often values fall into each of some intervals.

import CVector

extension Marks {
  static let histogram = MarkRow(
    "hist",
    signatures: ["hist(x)"],
    documentation: """
      A histogram of all elements of x. What is not finite is counted in the sentence and not drawn. With \
      magnitude = true the bins are those of log₁₀|x|, and exact zeros have a bar of their own at the left.

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
    let finite = values.filter(\.isFinite)
    guard !finite.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    let zeros = magnitude ? finite.count { $0 == 0 } : 0
    let counted = magnitude ? finite.filter { $0 != 0 }.map { vector_log10_f64(abs($0)) } : finite
    let edges = try edges(arguments, counted, magnitude: magnitude)
    var counts = [Double](repeating: 0, count: edges.count - 1)
    for value in counted {
      if let bin = bin(of: value, in: edges) { counts[bin] += 1 }
    }
    if try arguments.flag("density") == true {
      let total = counts.reduce(0, +)
      for index in counts.indices {
        counts[index] /= max(total, 1) * (edges[index + 1] - edges[index])
      }
    }
    let layer = HistogramLayer(
      edges: edges, heights: counts, zeros: magnitude ? zeros : nil, total: values.count,
      missing: values.count - finite.count, span: DataRange(counted), style: try arguments.style())
    var figure = try arguments.figure([layer])
    if magnitude, case .panel(var panel) = figure.content, panel.options.xlabel == nil {
      panel.options.xlabel = "log₁₀ of the magnitude"
      figure.content = .panel(panel)
    }
    return figure
  }

  /// The edges named, or as many even ones as named or as the spread of the values asks for.
  private static func edges(_ arguments: MarkArguments, _ values: [Double], magnitude: Bool) throws
    -> [Double]
  {
    let expected = "a whole number of bins from 1 to 1000, or at least two edges that grow"
    var count: Int?
    switch arguments.options["bins"] {
    case nil: break
    case .number(let named) where named >= 1 && named <= 1000 && named == named.rounded(): count = Int(named)
    case .numbers(let edges) where edges.count > 1 && zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }):
      return edges
    default: throw arguments.bad("bins", expected)
    }
    let span = DataRange(values)
    if span.isEmpty { return [-0.5, 0.5] }
    var (low, high) = (span.low, span.high)
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    func even(_ count: Int) -> [Double] {
      (0...count).map { low + (high - low) * Double($0) / Double(count) }
    }
    // Between -1e308 and 1e308 lies more than a number can say.
    guard (high - low).isFinite else {
      let count = count ?? 2
      return (0...count).map { low * (1 - Double($0) / Double(count)) + high * (Double($0) / Double(count)) }
    }
    if let count { return even(count) }
    let sorted = values.sorted()
    let quartiles = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    let width = 2 * quartiles / vector_cbrt_f64(Double(sorted.count))
    let wanted = width > 0 ? (high - low) / width : Double(sorted.count).squareRoot()
    let bins = Int(min(max(wanted, 1), 60).rounded(.up))
    // Edges at round numbers, as the axis has them.
    let ticks = Ticks.linear(low, high, count: bins).ticks.map(\.value)
    guard ticks.count > 1 else { return even(bins) }
    let step = ticks[1] - ticks[0]
    let first = (low / step).rounded(.down)
    let last = max((high / step).rounded(.up), first + 1)
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// The bin of a value; the last holds its right edge.
  private static func bin(of value: Double, in edges: [Double]) -> Int? {
    guard let first = edges.first, let last = edges.last, value >= first, value <= last else { return nil }
    var low = 0
    var high = edges.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if value >= edges[middle] { low = middle } else { high = middle }
    }
    return low
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
  let edges: [Double]
  let heights: [Double]
  /// How many values are exactly zero, where their logarithms are counted.
  let zeros: Int?
  let total: Int
  let missing: Int
  let span: DataRange
  let style: LayerStyle

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  private var bars: [(left: Double, right: Double, height: Double, isZero: Bool)] {
    var bars = heights.indices.map { (edges[$0], edges[$0 + 1], heights[$0], false) }
    if let zeros, zeros > 0 {
      let width = edges[1] - edges[0]
      bars.insert((edges[0] - 2.5 * width, edges[0] - 1.5 * width, Double(zeros), true), at: 0)
    }
    return bars
  }

  var extent: Extent {
    var extent = Extent()
    extent.airX = 0.02
    for bar in bars {
      extent.x.include(bar.left)
      extent.x.include(bar.right)
      extent.y.include(bar.height)
    }
    extent.y.include(0)
    return extent
  }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    let zero = frame.y.position(0) ?? frame.box.bottom
    // Several histograms in one frame shine through each other.
    let opacity = style.opacity < 1 ? style.opacity : (frame.firstSeries > 0 ? 0.6 : 0.75)
    for kind in [false, true] {
      var path = PathText()
      for bar in bars where bar.height > 0 && bar.isZero == kind {
        guard let left = frame.point(bar.left, bar.height), let right = frame.point(bar.right, bar.height)
        else { continue }
        let air = right.x - left.x > 4 ? 0.5 : 0
        path.polyline(
          [
            Point(x: left.x + air, y: zero), Point(x: left.x + air, y: left.y),
            Point(x: right.x - air, y: left.y), Point(x: right.x - air, y: zero),
          ],
          closed: true)
      }
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
    let zero = zeros.map { ", \($0) of them exactly 0" } ?? ""
    let absent = missing > 0 ? ", \(missing) not finite" : ""
    let what = zeros == nil ? "values" : "log₁₀ of the magnitude"
    let range = span.isEmpty ? "" : ", \(what) from \(rangeText(span.low, span.high))"
    return "Histogram\(name) of \(total) values\(zero)\(absent)\(range), in \(heights.count) bins"
  }
}
