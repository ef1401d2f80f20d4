// The bars of a histogram; those of one panel are counted in the same bins.

/// What a histogram counts.
struct HistogramData: Sendable {
  /// As they are counted: of magnitudes the logarithms, and nothing that has no bin.
  var values: [Double]
  let kind: ScaleKind
  let isOfMagnitudes: Bool
  let isDensity: Bool
  let tally: HistogramTally

  var measure: HistogramBins.Measure { .init(kind, DataRange(values)) }
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
  /// What the user said of the bins.
  enum Named: Sendable {
    case count(Int)
    case edges([Double])
  }

  let data: HistogramData
  let named: Named?
  let style: LayerStyle
  let extent: Extent
  let edges: [Double]
  private let bars: [Bar]
  private let tally: HistogramTally
  private let span: DataRange

  private struct Bar {
    let left: Double
    let right: Double
    let height: Double
    var isZero = false
  }

  /// Nil where no number says how dense the bins are.
  init?(_ data: HistogramData, named: Named?, style: LayerStyle) throws {
    let bins =
      switch named {
      case .edges(let edges): try HistogramBins(data.values, edges: edges)
      case .count(let count): try HistogramBins(data.values, count: count, measure: data.measure)
      case nil: try HistogramBins(data.values, count: nil, measure: data.measure)
      }
    try self.init(data, bins, named: named, style: style)
  }

  private init?(_ data: HistogramData, _ bins: HistogramBins, named: Named?, style: LayerStyle) throws {
    guard let heights = data.isDensity ? bins.densities : bins.counts else { return nil }
    self.data = data
    self.named = named
    self.style = style
    edges = bins.edges
    var tally = data.tally
    tally.outside = bins.outside
    self.tally = tally
    span = try DataRange(all: data.values)
    var bars = heights.indices.map {
      Bar(left: bins.edges[$0], right: bins.edges[$0 + 1], height: heights[$0])
    }
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

  // MARK: Bins of several

  /// Histograms of one panel counted in the same bins: in those named first, else in bins as narrow as the narrowest.
  static func onSharedBins(_ layers: [any Layer]) throws -> [any Layer] {
    let places = layers.indices.filter { layers[$0] is HistogramLayer }
    let all = places.compactMap { layers[$0] as? HistogramLayer }
    guard all.count > 1, let first = all.first else { return layers }
    for other in all
    where other.data.kind != first.data.kind || other.data.isOfMagnitudes != first.data.isOfMagnitudes {
      return layers
    }
    var edges = first.edges
    let named = all.lazy.compactMap { layer in if case .edges(let edges)? = layer.named { edges } else { nil }
    }
    if let named = named.first {
      edges = named
    } else {
      try FigureWork.reserve(all.reduce(0) { $0 + $1.data.values.count } * 24)
      var pooled = first.data
      pooled.values = all.flatMap(\.data.values)
      let counts = all.compactMap { layer in if case .count(let count)? = layer.named { count } else { nil } }
      edges =
        try HistogramBins(
          pooled.values, count: counts.max(), about: try narrowest(all, pooled), measure: pooled.measure
        ).edges
    }
    var shared = layers
    for (place, layer) in zip(places, all) {
      if case .edges? = layer.named { continue }
      let bins = try HistogramBins(layer.data.values, edges: edges)
      shared[place] = try HistogramLayer(layer.data, bins, named: layer.named, style: layer.style) ?? layer
    }
    return shared
  }

  /// How many bins of the narrowest width any of them has there are over all values.
  private static func narrowest(_ all: [HistogramLayer], _ pooled: HistogramData) throws -> Int {
    let measure = pooled.measure
    let span = try DataRange(all: pooled.values)
    let length = measure.forward(span.high) - measure.forward(span.low)
    let widths = try all.map { layer in
      let own = try HistogramBins(layer.data.values, count: nil, measure: layer.data.measure)
      return (measure.forward(own.edges[own.edges.count - 1]) - measure.forward(own.edges[0]))
        / Double(max(own.counts.count, 1))
    }
    let least = widths.filter { $0 > 0 && $0.isFinite }.min() ?? length
    return Int(clamping: (length / least).rounded(.up), to: 1...mostShared)
  }

  private static let mostShared = 90

  var valueCount: Int { 4 * bars.count + data.values.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    // Several histograms in one frame shine through each other.
    let opacity = style.opacity < 1 ? style.opacity : (frame.firstSeries > 0 ? 0.6 : 0.75)
    let empty = BarBoxes(in: frame, air: 0.5)
    for kind in [false, true] {
      var boxes = empty
      try FigureWork.each(bars.count) { index in
        let bar = bars[index]
        guard bar.height > 0, bar.isZero == kind else { return }
        boxes.include(from: bar.left, to: bar.right, height: bar.height)
      }
      boxes.draw(Style(fill: kind ? .vermillion : paint, opacity: opacity), on: &canvas)
    }
    canvas.line(
      Point(x: frame.box.left, y: empty.zero), Point(x: frame.box.right, y: empty.zero), Style(stroke: .axis))
    guard let bar = bars.first, bar.isZero, let top = frame.point((bar.left + bar.right) / 2, bar.height)
    else { return }
    canvas.text(
      "exactly 0", at: Point(x: max(top.x, frame.box.left + 28), y: max(top.y - 5, frame.box.top + 10)),
      TextStyle(anchor: .middle, paint: .vermillion, halo: .card))
  }

  var sentence: String {
    let name = style.label.map { " of \($0)" } ?? ""
    let zero = data.isOfMagnitudes ? ", \(tally.zeros) of them exactly 0" : ""
    let what = data.isOfMagnitudes ? "log₁₀ of the magnitude" : "values"
    let range = span.isEmpty ? "" : ", \(what) from \(rangeText(span.low, span.high))"
    return
      "Histogram\(name) of \(tally.total) values\(zero)\(tally.words)\(range), in \(edges.count - 1) \(edges.count == 2 ? "bin" : "bins")"
  }
}
