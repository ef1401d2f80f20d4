// Loss and gradient norm of descents against the step, on logarithmic axes that share their steps.

/// The two panels beside the plane.
struct DescentCurves {
  let paths: [PathData]
  let animation: Animation?
  /// A step with a line through it.
  private let marked: Int?
  private let color: Paint?
  private let width: Double?
  /// The least loss seen anywhere.
  let best: Double

  /// `known` is a lower loss than any on the paths, found on the way.
  init(
    paths: [PathData], known: Double?, animation: Animation?, marked: Int? = nil, color: Paint? = nil,
    width: Double? = nil
  ) {
    self.paths = paths
    self.animation = animation
    self.marked = marked
    self.color = color
    self.width = width
    let seen = paths.flatMap(\.values).filter(\.isFinite).min() ?? 0
    best = min(seen, known ?? seen)
  }

  /// The loss above the best; what is below the rounding of the loss itself is 0.
  func gap(_ value: Double) -> Double {
    let gap = value - best
    return gap <= abs(best) * 4e-16 ? 0 : gap
  }

  private var looks: [SeriesLook] { paths.indices.map { .path($0).painted(color) } }
  private var names: [String] { PathWords.names(paths) }

  private func panel(_ name: String, _ values: [[Double]], shows: Bool, rug: RugLayer? = nil) throws -> Panel
  {
    // With nothing positive to show, the axis stays linear rather than pretend decades.
    let positive = values.contains { $0.contains { $0 > 0 && $0.isFinite } }
    // What is not 0 for good is a gap: 0 is the end of the axis.
    let series = positive ? values.map { $0.map { $0 >= 0 ? $0 : .nan } } : values
    try FigureWork.poll()
    let lines = zip(series, names).map { values, name in
      Line(x: values.indices.map { Double($0) }, y: values, label: name)
    }
    // A path that diverged may end at 1e300; three decades above the start tell that story.
    let starts = series.compactMap { $0.first { $0 > 0 } }
    let settled = zip(paths, series).filter { !$0.0.fliesOff }.flatMap { $0.1 }
      .filter(\.isFinite)
    let cap = max((starts.max() ?? 1) * 1000, settled.max() ?? 0)
    let ends = zip(paths, series).map { path, values in
      // What goes on beyond the frame needs no room in it.
      path.fliesOff ? (values.firstIndex { $0 > cap } ?? values.count - 1) : values.count - 1
    }
    let steps = Double(max(1, ends.max() ?? 1))
    var style = LayerStyle()
    style.width = width ?? 1.7
    let layer = try LineLayer(lines: lines, style: style, looks: looks, isMarked: true, cap: cap)
    var layers: [any Layer] = [layer]
    if let rug { layers.append(rug) }
    if let marked {
      layers.append(try RuleLayer(values: [Double(marked)], horizontal: false, style: LayerStyle()))
    }
    if let animation { layers.append(TravellerLayer(lines: lines, looks: looks, animation: animation)) }
    var panel = Panel(layers: layers)
    panel.options.ylabel = name
    panel.options.xlabel = "step"
    panel.options.yscale = positive ? .log : .linear
    if !positive { panel.options.ylimits = -0.1...1 }
    // A path without steps is a point, which needs room to its left.
    panel.options.xlimits = (ends.contains { $0 > 0 } ? 0 : -0.1)...steps
    panel.showsHorizontalTexts = shows
    return panel
  }

  /// `shows` says whether the steps stand below it, and not below a panel under it.
  func lossPanel(shows: Bool = false) throws -> Panel {
    try panel("loss − best loss seen", paths.map(gaps), shows: shows)
  }

  /// The losses of a path above the best. That of the best one is 0 because it is the best: where the descent went on, or
  /// would have, it has arrived nowhere, and what says so on a logarithmic axis is left out.
  private func gaps(_ path: PathData) -> [Double] {
    let gaps = path.values.map(gap)
    let arrival =
      path.status == "converged" ? gaps.count - gaps.reversed().prefix { $0 == 0 }.count : gaps.count
    return gaps.enumerated().map { $1 == 0 && $0 < arrival && $0 > 0 ? .nan : $1 }
  }

  func normPanel() throws -> Panel {
    let rises = self.rises
    let rug = rises.contains { !$0.isEmpty } ? RugLayer(steps: rises, looks: looks) : nil
    return try panel("gradient norm", paths.map(\.gradientNorms), shows: true, rug: rug)
  }

  /// For each path that converges, the steps at which its gradient norm rises.
  var rises: [[Int]] {
    paths.map { path in
      guard path.status == "converged", path.gradientNorms.count > 1 else { return [] }
      return (1..<path.gradientNorms.count).filter { path.gradientNorms[$0] > path.gradientNorms[$0 - 1] }
    }
  }

  /// What the rug marks, in words.
  var remark: String? {
    let counts = rises.map(\.count)
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    let said =
      counts.count == 1
      ? "\(counts[0])"
      : zip(names, counts).filter { $1 > 0 }.map { "\($0): \($1)" }.joined(separator: ", ")
    return "Rug: steps at which the gradient norm rises though the descent converges (\(said))."
  }
}

/// Short strokes at the bottom of a frame, a row for each path.
struct RugLayer: Layer {
  let steps: [[Int]]
  let looks: [SeriesLook]

  var extent: Extent {
    var extent = Extent()
    extent.airY = 0.1
    return extent
  }

  var leavesRoom: Bool { true }

  func obstacles(in frame: Frame) -> [[Point?]] {
    steps.filter { !$0.isEmpty }.indices.map { row in
      let y = frame.box.bottom - 4 - Double(row) * 7
      return [Point(x: frame.box.left, y: y), Point(x: frame.box.right, y: y)]
    }
  }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    canvas.moving { drawStrokes(in: frame, on: &$0) }
  }

  private func drawStrokes(in frame: Frame, on canvas: inout Canvas) {
    var row = 0.0
    for (steps, look) in zip(steps, looks) where !steps.isEmpty {
      let bottom = frame.box.bottom - 1 - row * 7
      var path = PathText()
      var last = -1.0
      for step in steps {
        guard let x = frame.x.position(Double(step)) else { continue }
        // Where steps are denser than pixels one stroke stands for many.
        if x - last < 0.7 { continue }
        last = x
        path.polyline([Point(x: x, y: bottom - 5), Point(x: x, y: bottom)])
      }
      canvas.path(path.text, Style(stroke: look.paint, width: 1))
      row += 1
    }
  }

  var sentence: String { "" }
}

/// Markers that move along lines against the step.
struct TravellerLayer: Layer {
  let lines: [Line]
  let looks: [SeriesLook]
  let animation: Animation

  var extent: Extent { Extent() }

  var leavesRoom: Bool { true }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) {
    for (line, look) in zip(lines, looks) {
      let positions = zip(line.x, line.y).map { frame.point($0, $1) }
      animation.drawTraveller(positions, in: frame.box, paint: look.paint, on: &canvas)
    }
  }

  var sentence: String { "" }
}
