// descent: one of the three signatures. The plane with its contours and paths, and against the step the
// loss above the best one seen and the norm of the gradient, on logarithmic axes.

extension Marks {
  static let descent = MarkRow(
    "descent",
    signatures: ["descent(f, path)", "descent(f, path₁, path₂, …)"],
    documentation: """
      Paths of descent, seen in three panels: on the contours of f (its curve in one dimension, the plane of
      two principal components in more than two), the loss minus the best loss seen, and the norm of the
      gradient, both against the step. A table names method, start, steps, final loss and gradient norm; a
      rug marks the steps at which the gradient norm rises though the descent converges. The first panel
      follows the paths, and a path that leaves it is marked there with its step; a unit is as long on both
      of its axes where they are within a factor of 3. With `animate = true` a point moves along each path once,
      in step with one along its loss and its gradient norm, and rests at the end.

      > f(x, y) = x² + 4 * y²
      > descent(f, descend(f, (1.5, 1); method = momentum()))
      Descent by momentum(rate = 0.1, β = 0.9) from (1.5, 1) converged in 364 steps: loss 1.014e-17, gradient norm 6.686e-9. Rug: steps at which the gradient norm rises though the descent converges (173).

      See also: descend, contour, track
      """,
    options: [
      OptionRow("labels", "the methods", "a name for each path"),
      OptionRow("limits", "around the paths", "the part of the plane: two intervals"),
      OptionRow("animate", "false", "whether points move along the paths once, then rest at their ends"),
      OptionRow("marked", "none", "a step to mark, on the first path and against the steps"),
      OptionRow("steady", "false", "keep room for a remark, so that a figure that is redrawn keeps its size"),
    ],
    function: .objective
  ) { arguments in
    try DescentFigure(arguments).figure()
  }
}

/// What is needed to draw a descent.
struct DescentFigure {
  let arguments: MarkArguments
  var paths: [PathData] = []
  let style: LayerStyle
  let animation: Animation?
  /// A step that is marked.
  let marked: Int?
  /// The loss, as a function of a whole point.
  let loss: ([Double]) throws -> Double
  let losses: ValuesAtOnce?
  let dimension: Int
  /// The part of the plane that figures share which are seen one after the other.
  var sharedLimits: PathLimits.Limits?

  /// The panel of the plane, or of the curve in one dimension, and what is found out on the way.
  private struct Ground {
    var panel: Panel
    /// A loss that is lower than any on the paths.
    var known: Double?
    var remark: String?
    /// For each path the step that takes it out of the frame for good.
    var exits: [Int?]
    /// The part of the plane that it shows.
    var limits: PathLimits.Limits
    /// The least value of a surface in it.
    var least: MovingPicture.Least?
  }

  init(_ arguments: MarkArguments) throws {
    self.arguments = arguments
    guard let first = arguments.channels.first, arguments.channels.count > 1 else {
      throw arguments.wrongChannels
    }
    for channel in arguments.channels.dropFirst() {
      guard case .path(let path) = channel else { throw arguments.wrongChannels }
      guard path.points.contains(where: { !$0.isEmpty && $0.allSatisfy(\.isFinite) }) else {
        throw FigureFault.emptyData(mark: arguments.mark)
      }
      paths.append(path)
    }
    if let labels = try arguments.texts("labels") {
      guard labels.count == paths.count else { throw arguments.bad("labels", "one string for each path") }
      for index in paths.indices { paths[index].label = labels[index] }
    }
    style = try arguments.style()
    marked = try arguments.number("marked").map { step in
      guard let step = Int(exactly: step), step >= 0 else { throw arguments.bad("marked", "a step, from 0") }
      return step
    }
    if let label = style.label {
      guard paths.count == 1 else {
        throw arguments.bad("label", "given as labels, one for each of the \(paths.count) paths")
      }
      paths[0].label = label
    }
    // One colour for several paths would not tell them apart.
    if style.color != nil, paths.count > 1 {
      throw arguments.bad("color", "left to the palette where there are several paths")
    }
    dimension = paths[0].dimension
    for path in paths where path.dimension != dimension {
      throw FigureFault.dimensions(
        mark: arguments.mark, path: path.dimension, expected: "paths of one dimension, here \(dimension)")
    }
    switch first {
    case .objective(let f, let atOnce): (loss, losses) = (f, atOnce)
    case .surface(let f, let atOnce):
      guard dimension == 2 else {
        throw FigureFault.dimensions(
          mark: arguments.mark, path: dimension, expected: "one of dimension 2 for a function of two numbers")
      }
      (loss, losses) = ({ try f($0[0], $0[1]) }, atOnce)
    case .curve(let f, let atOnce):
      guard dimension == 1 else {
        throw FigureFault.dimensions(
          mark: arguments.mark, path: dimension, expected: "one of dimension 1 for a function of one number")
      }
      (loss, losses) = ({ try f($0[0]) }, atOnce)
    default: throw arguments.wrongChannels
    }
    let steps = paths.map { $0.points.count - 1 }.max() ?? 0
    animation = try arguments.flag("animate") == true ? Animation(steps: steps) : nil
  }

  func figure() throws -> Figure {
    var ground = try dimension == 1 ? curvePanel() : planePanel()
    ground.panel.options = try arguments.axes().filled(from: ground.panel.options)
    let title = ground.panel.options.title
    ground.panel.options.title = nil
    let curves = DescentCurves(
      paths: paths, known: ground.known, animation: animation, marked: marked, color: style.color,
      width: style.width)
    let isLive = try arguments.flag("steady") ?? false
    // In a frame that is given the arrangement is the same anyway.
    let isSteady = isLive || sharedLimits != nil
    let layout = DescentLayout(plane: ground.panel, curves: curves, isSteady: isLive)
    var figure = try layout.figure()
    let table = DescentTable(
      paths: paths, remarks: [ground.remark, curves.remark ?? (isSteady ? "" : nil)].compactMap { $0 },
      exits: ground.exits, color: style.color)
    figure.footer = table
    figure.header = title.map { TitleNote(text: $0) }
    figure.ownSize =
      try arguments.size()
      ?? Size(
        width: DescentLayout.width,
        height: layout.height + table.height(width: DescentLayout.width)
          + (figure.header?.height(width: DescentLayout.width) ?? 0))
    figure.ownSentence = (title.map { "\($0): " } ?? "") + table.sentence
    figure.reframing = Reframing(limits: ground.limits, parts: parts(ground, title, isLive: isLive)) {
      limits in
      var other = self
      other.sharedLimits = limits
      return try other.figure()
    }
    return figure
  }

  /// What a page needs to draw another path in the place of this one; of several paths, and of those that are seen in
  /// one dimension or in a projection, more would change than the paths.
  private func parts(_ ground: Ground, _ title: String?, isLive: Bool) -> MovingPicture.Parts? {
    let isPlain = style.dash == nil && style.opacity == 1 && style.label == nil && paths[0].label == nil
    guard paths.count == 1, dimension == 2, isPlain, animation == nil, marked == nil, !isLive else {
      return nil
    }
    return MovingPicture.Parts(
      least: ground.least, limits: ground.limits, paint: style.color ?? SeriesLook.path(0).paint,
      width: style.width ?? 1.7, title: title)
  }

  /// The limits of the plane that the user named.
  private func namedLimits() throws -> PathLimits.Limits? {
    let expected = "two intervals, low..high for each axis"
    guard let ends = try arguments.numbers("limits", count: 4, expected) else { return nil }
    guard ends[0] < ends[1], ends[2] < ends[3] else { throw arguments.bad("limits", expected) }
    return (ends[0]...ends[1], ends[2]...ends[3])
  }

  /// The contours with the paths on them; in more than two dimensions those of the plane of the paths.
  private func planePanel() throws -> Ground {
    let finite = paths.flatMap { path in
      // A path that flies off must not turn the plane towards itself.
      path.points.prefix(path.fliesOff ? PathLimits.calmCount(path.values) : path.points.count)
        .filter { $0.allSatisfy { $0.isFinite && abs($0) < 1e150 } }
    }
    let projection = dimension > 2 && !finite.isEmpty ? try Projection(finite) : nil
    let loss = loss
    func value(_ x: Double, _ y: Double) throws -> Double {
      try loss(projection?.point(x, y) ?? [x, y])
    }
    let flat = paths.map { path in path.points.map { PathWords.place($0, projection) } }
    let followed = zip(paths, flat).map {
      PathLimits.Followed(
        points: $1, values: $0.values, diverged: $0.fliesOff, converged: $0.status == "converged")
    }
    var limits = try namedLimits() ?? sharedLimits
    if limits == nil {
      let around = try PathLimits.around(followed)
      let minimum = paths.contains { $0.status == "converged" } ? nil : try nearbyMinimum(value, around)
      limits = try minimum.map { try PathLimits.around(followed, including: [$0]) } ?? around
    }
    // An axis named alone has its say beside the other.
    if let x = try arguments.interval("xlimits") { limits?.x = x }
    if let y = try arguments.interval("ylimits") { limits?.y = y }
    guard let limits else { throw FigureFault.emptyData(mark: arguments.mark) }
    // In a projection the losses of the paths are not those of the plane.
    let seen = projection == nil ? paths.flatMap(\.values).filter(\.isFinite).min() : nil
    let starts = try flat.compactMap(\.first).filter(\.isFinite).prefix(4).map { try value($0.x, $0.y) }
    let map = try ContourMap(
      value, atOnce: projection == nil ? losses : nil, x: limits.x, y: limits.y,
      levels: .init(known: seen ?? .infinity, starts: Array(Set(starts)).sorted()))
    var layers: [any Layer] = []
    var optimum: Point?
    if let map {
      var contour = ContourLayer(map: map)
      contour.isLabelled = false
      layers.append(contour)
      if map.least.inside { optimum = map.least.at }
    }
    if let seen, let map, seen < map.least.value { optimum = bestPoint(flat, value: seen) ?? optimum }
    layers.append(
      try PathsLayer(
        paths: flat.enumerated().map { PlanePath(points: $1, look: .path($0)) }, optimum: optimum,
        limits: limits, style: style, ground: ContourLayer.ground, animation: animation))
    if let mark = StepMark(marked, on: flat.first) { layers.append(mark) }
    var panel = Panel(layers: layers)
    panel.framed = true
    panel.aspect = 1
    if let projection { panel.options = PathWords.axes(projection) }
    let known = projection == nil && map?.least.inside == true ? map?.least.value : nil
    return Ground(
      panel: panel, known: known,
      remark: projection.map { "Contours and paths \(PathWords.projected($0))." },
      exits: flat.map { PathLimits.exit($0, from: limits) }, limits: limits,
      least: projection == nil ? map.map { MovingPicture.Least($0.least) } : nil)
  }

  private func bestPoint(_ flat: [[Point]], value: Double) -> Point? {
    for (path, points) in zip(paths, flat) {
      for (point, own) in zip(points, path.values) where own == value && point.isFinite { return point }
    }
    return nil
  }

  /// A minimum a little beyond the limits, worth widening them for a descent that has not reached it.
  private func nearbyMinimum(
    _ value: (Double, Double) throws -> Double, _ limits: PathLimits.Limits
  ) throws -> Point? {
    func wider(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      let reach = (range.upperBound - range.lowerBound) * 0.5
      return Scale.finite(range.lowerBound - reach)...Scale.finite(range.upperBound + reach)
    }
    let surface = try SampledSurface(
      value, x: wider(limits.x), y: wider(limits.y), columns: 25, rows: 25)
    guard let least = surface.least, least.inside else { return nil }
    return Point(x: surface.x[least.column], y: surface.y[least.row])
  }

  /// In one dimension: the curve with the paths on it.
  private func curvePanel() throws -> Ground {
    let flat = paths.map { path in
      zip(path.points, path.values).map { Point(x: $0[0], y: $1) }
    }
    var x: ClosedRange<Double>
    if let named = try arguments.interval("xlimits") ?? arguments.interval("limits") ?? sharedLimits?.x {
      x = named
    } else {
      // The heights follow from the curve, so only the horizontal limits matter here.
      let followed = zip(paths, flat).map {
        PathLimits.Followed(
          points: $1.map { Point(x: $0.x, y: 0) }, values: $0.values, diverged: $0.fliesOff,
          converged: $0.status == "converged")
      }
      x = try PathLimits.around(followed).x
    }
    let loss = loss
    let curve = try CurveSampling.sample(
      { try loss([$0]) }, atOnce: losses, x.lowerBound, x.upperBound)
    var heights = DataRange(curve.y)
    // Where the curve is nowhere finite there is still a path, and a table of what became of it.
    let low = heights.low
    for point in flat.joined() where x.contains(point.x) { heights.include(point.y) }
    let domain = Scale.domain(heights, kind: .linear, padding: 0.06)
    let best = zip(curve.x, curve.y).filter { $1.isFinite }.min { $0.1 < $1.1 }
    var optimum: Point?
    if let best, best.0 > x.lowerBound, best.0 < x.upperBound { optimum = Point(x: best.0, y: best.1) }
    if let seen = paths.flatMap(\.values).filter(\.isFinite).min(), seen <= low {
      optimum = flat.joined().first { $0.y == seen } ?? optimum
    }
    var quiet = LayerStyle()
    quiet.color = .muted
    quiet.width = 1.5
    var panel = Panel(layers: [
      try LineLayer(lines: [curve], style: quiet, sampled: true),
      try PathsLayer(
        paths: flat.enumerated().map { PlanePath(points: $1, look: .path($0)) }, optimum: optimum,
        limits: (x, domain.low...domain.high), style: style, animation: animation),
    ])
    if let mark = StepMark(marked, on: flat.first) { panel.layers.append(mark) }
    return Ground(
      panel: panel, known: optimum == nil || !low.isFinite ? nil : low,
      exits: flat.map { PathLimits.exit($0, from: (x, domain.low...domain.high)) },
      limits: (x, domain.low...domain.high))
  }
}
