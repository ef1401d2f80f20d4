// A panel: layers over each other in one pair of axes.

/// Layers that share their axes.
struct Panel: Sendable {
  var layers: [any Layer]
  var options = AxesOptions()
  /// How many pixels a unit of y should have for each of a unit of x, where the size is free.
  var aspect: Double?
  /// Whether the aspect holds in a grid too, where the cell's frame is made smaller for it.
  var keepsAspect = false
  /// Whether the vertical axis grows downwards, as the rows of a matrix do.
  var isTopDown = false
  /// False where the axes say nothing, as beside an image.
  var showsAxes = true
  /// A box around the frame and no grid lines, for what fills the frame.
  var framed = false
  /// False where the panel below has the same horizontal axis.
  var showsHorizontalTexts = true

  /// Whether the kinds of the axes suit the data.
  func check() throws {
    let extent = mergedExtent
    if options.xscale == .log, !extent.x.isEmpty, !extent.x.leastPositive.isFinite {
      throw FigureFault.logOfNonPositive(axis: "x")
    }
    if options.yscale == .log, !extent.y.isEmpty, !extent.y.leastPositive.isFinite {
      throw FigureFault.logOfNonPositive(axis: "y")
    }
  }

  /// What all layers cover together.
  var mergedExtent: Extent {
    guard var merged = layers.first?.extent else { return Extent() }
    for layer in layers.dropFirst() {
      let extent = layer.extent
      merged.x.include(extent.x)
      merged.y.include(extent.y)
      merged.airX = max(merged.airX, extent.airX)
      merged.airY = max(merged.airY, extent.airY)
      merged.fixedX = union(merged.fixedX, extent.fixedX)
      merged.fixedY = union(merged.fixedY, extent.fixedY)
    }
    return merged
  }

  private func union(_ a: ClosedRange<Double>?, _ b: ClosedRange<Double>?) -> ClosedRange<Double>? {
    guard let a else { return b }
    guard let b else { return a }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }

  /// The ends of both axes.
  var domains: (x: (low: Double, high: Double), y: (low: Double, high: Double)) {
    let extent = mergedExtent
    return (
      domain(options.xlimits ?? extent.fixedX, extent.x, options.xscale ?? .linear, extent.airX),
      domain(options.ylimits ?? extent.fixedY, extent.y, options.yscale ?? .linear, extent.airY)
    )
  }

  private func domain(
    _ limits: ClosedRange<Double>?, _ span: DataRange, _ kind: ScaleKind, _ air: Double
  ) -> (low: Double, high: Double) {
    if let limits, kind != .log || limits.lowerBound > 0 {
      return (limits.lowerBound, limits.upperBound)
    }
    return Scale.domain(span, kind: kind, padding: air)
  }

  /// The axes of the panel in a rectangle.
  func frame(_ box: Rectangle) -> Frame {
    let extent = mergedExtent
    let (x, y) = domains
    return Frame(
      box: box,
      x: Scale(
        kind: options.xscale ?? .linear, low: x.low, high: x.high, start: box.left, end: box.right,
        threshold: Scale.threshold(extent.x)),
      y: Scale(
        kind: options.yscale ?? .linear, low: y.low, high: y.high, start: isTopDown ? box.top : box.bottom,
        end: isTopDown ? box.bottom : box.top,
        threshold: Scale.threshold(extent.y)))
  }

  /// Up to here a plane has one scale on both axes unless the user says otherwise; beyond, one of them would be a strip.
  static let mostEqualRatio = 3.0

  /// The height of the frame over its width where that is free.
  var freeRatio: Double? {
    guard let aspect = options.equal == true ? 1 : aspect else { return nil }
    return lengthRatio.map { $0 * aspect }
  }

  /// The length of the vertical axis over that of the horizontal one, in their own measure; nil where they are of two
  /// kinds.
  private var lengthRatio: Double? {
    guard options.xscale ?? .linear == options.yscale ?? .linear else { return nil }
    let frame = frame(Rectangle(left: 0, top: 0, width: 1, height: 1))
    func length(_ scale: Scale) -> Double { scale.measure(scale.high) - scale.measure(scale.low) }
    let ratio = length(frame.y) / length(frame.x)
    return ratio.isFinite && ratio > 0 ? ratio : nil
  }

  /// The height of the frame over its width where that holds at any size.
  private var heldRatio: Double? {
    guard options.equal != false, let ratio = freeRatio else { return nil }
    if options.equal == true || keepsAspect { return ratio }
    let isPlane = layers.contains(where: \.spansPlane) || layers.allSatisfy { $0 is ArrowLayer }
    guard isPlane, options.xscale ?? .linear == .linear else { return nil }
    // What the limits miss by rounding is no reason.
    let most = Panel.mostEqualRatio * (1 + 1e-9)
    return (1 / most...most).contains(ratio) ? ratio : nil
  }

  /// The part of a box whose sides have the ratio that the axes ask for, in its middle.
  func fitted(_ box: Rectangle) -> Rectangle {
    guard let ratio = heldRatio else { return box }
    var result = box
    // However long and thin, it is to be seen.
    result.width = min(box.width, max(box.height / ratio, 4))
    result.height = min(box.height, max(box.width * ratio, 4))
    result.left += ((box.width - result.width) / 2).rounded()
    result.top += ((box.height - result.height) / 2).rounded()
    return result
  }

  /// The bars that say what the colours of the layers mean.
  var colorBars: [ColorBar] { layers.compactMap(\.colorBar) }

  /// Names on the axes; those of the first layer that has some.
  var tickNames: TickNames {
    TickNames(
      x: layers.lazy.compactMap(\.tickNames.x).first, y: layers.lazy.compactMap(\.tickNames.y).first)
  }

  /// Each layer with the place of its first series in the palette.
  var numberedLayers: [(layer: any Layer, firstSeries: Int)] {
    var next = 0
    return layers.map { layer in
      defer { next += layer.seriesCount }
      return (layer, next)
    }
  }

  /// The entries of all layers; what several of them have in common (a start, an end) stands once, in ink, at the end.
  var keys: [KeyEntry] {
    let all = numberedLayers.flatMap { $0.layer.keys(firstSeries: $0.firstSeries) }
    // What may stand for all is a start or an end: there are two of them, of however many paths.
    var seen: [KeyEntry] = []
    var common: [KeyEntry] = []
    for shared in all.compactMap(\.inInk) where !common.contains(shared) {
      if seen.contains(shared) { common.append(shared) } else { seen.append(shared) }
    }
    return all.filter { entry in entry.inInk.map { !common.contains($0) } ?? true } + common
  }

  /// Each layer with the frame as it sees it.
  func framedLayers(in frame: Frame) throws -> [(layer: any Layer, frame: Frame)] {
    // Of more values nobody can follow the lines, and to find out where they run would take as long as to draw them.
    let isMany = layers.reduce(0) { $0 + $1.valueCount } > 2 * Courses.mostPoints
    let courses = isMany ? layers.map { _ in [] } : try layers.map { try $0.courses(in: frame) }
    var overlaps = try Courses.overlaps(courses.flatMap(\.self), in: frame.box)[...]
    return zip(numberedLayers, courses).map { numbered, own in
      var seen = frame
      seen.firstSeries = numbered.firstSeries
      seen.overlaps = Array(overlaps.prefix(own.count))
      overlaps = overlaps.dropFirst(own.count)
      return (numbered.layer, seen)
    }
  }

  /// What texts keep clear of.
  func obstacles(in frame: Frame) throws -> [[Point?]] {
    try layers.flatMap { try $0.obstacles(in: frame) }
  }

  func endLabels(in frame: Frame) throws -> [EndLabel] {
    try numberedLayers.flatMap { layer, firstSeries in
      try FigureWork.poll()
      var own = frame
      own.firstSeries = firstSeries
      return try layer.endLabels(in: own)
    }
  }

  var sentence: String {
    let said = layers.map(\.sentence).filter { !$0.isEmpty }.joined(separator: ". ")
    guard let title = options.title, !title.isEmpty else { return said }
    return "\(title): \(said)"
  }
}
