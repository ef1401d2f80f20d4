// Paths of descent over a plane: saturated lines, a dot an iterate, start, end and optimum by shape.

/// Paths, and the marks at their ends.
struct PathsLayer: Layer {
  var paths: [PlanePath]
  let optimum: Point?
  var style = LayerStyle()
  /// The colour under the texts at the exits.
  var ground = Paint.card
  var animation: Animation?
  /// Whether this is a track, which may lie over others, and not all paths of a figure.
  var isTrack = false
  var said = ""
  let extent: Extent

  init(
    paths: [PlanePath], optimum: Point? = nil, limits: PathLimits.Limits? = nil,
    style: LayerStyle = LayerStyle(),
    ground: Paint = .card, animation: Animation? = nil, isTrack: Bool = false, said: String = ""
  ) throws {
    self.paths = paths
    self.optimum = optimum
    self.style = style
    self.ground = ground
    self.animation = animation
    self.isTrack = isTrack
    self.said = said
    var extent = Extent()
    extent.airX = 0.06
    for path in paths {
      try FigureWork.each(path.points.count) { index in
        let point = path.points[index]
        guard point.isFinite else { return }
        extent.x.include(point.x)
        extent.y.include(point.y)
      }
    }
    extent.fixedX = limits?.x
    extent.fixedY = limits?.y
    self.extent = extent
  }

  var spansPlane: Bool { true }

  var valueCount: Int { paths.reduce(0) { $0 + 2 * $1.points.count } }

  func keys(firstSeries: Int) -> [KeyEntry] {
    let paint = paths.count == 1 ? look(0) : .ink
    var keys: [KeyEntry] = []
    if isTrack, let label = style.label {
      keys.append(KeyEntry(glyph: .marker(paths[0].look.marker, paint), text: label))
    }
    keys += [KeyEntry(glyph: .ring(paint), text: "start"), KeyEntry(glyph: .disc(paint), text: "end")]
    if optimum != nil { keys.append(KeyEntry(glyph: .optimum, text: "optimum")) }
    return keys
  }

  /// Gives the tracks that lie over each other looks of their own, in their order.
  static func toldApart(_ layers: [any Layer]) -> [any Layer] {
    var count = 0
    return layers.map { layer in
      guard var track = layer as? PathsLayer, track.isTrack else { return layer }
      for index in track.paths.indices {
        track.paths[index].look = .path(count)
        count += 1
      }
      return track
    }
  }

  private func look(_ index: Int) -> Paint { style.color ?? paths[index].look.paint }

  private func positions(_ path: PlanePath, in frame: Frame) throws -> [Point?] {
    var positions: [Point?] = []
    positions.reserveCapacity(path.points.count)
    try FigureWork.each(path.points.count) { index in
      positions.append(frame.point(path.points[index].x, path.points[index].y))
    }
    return positions
  }

  func courses(in frame: Frame) throws -> [[Point?]] { try paths.map { try positions($0, in: frame) } }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    try canvas.moving { try drawPaths(in: frame, on: &$0) }
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws {
    try canvas.moving { try drawEnds(in: frame, on: &$0) }
  }

  private func drawPaths(in frame: Frame, on canvas: inout Canvas) throws {
    for (index, path) in paths.enumerated() {
      let paint = look(index)
      var positions = try positions(path, in: frame)
      // After a path has left for good it would only cross the frame to and fro.
      if let exit = PlanePath.exit(positions, from: frame.box) {
        positions = Array(positions[...exit.step])
      }
      var line = PathText()
      for run in Polyline.runs(positions) {
        for part in try Polyline.clipped(run, near: frame.box) {
          let simplified = try Polyline.simplified(part)
          let seen =
            simplified.count > Polyline.mostPoints ? try Polyline.uncovered(simplified) : [simplified]
          for stroke in seen { line.polyline(stroke) }
        }
      }
      let overlap = frame.overlap(index)
      let width = (style.width ?? 1.7) + overlap.rim
      // A band of the ground keeps the path apart from the isolines and from other paths, unless it lies on one.
      if !overlap.covers { canvas.path(line.text, Style(stroke: ground, width: width + 2.2, opacity: 0.55)) }
      let dash = style.dash ?? .solid
      canvas.path(line.text, Style(stroke: paint, width: width, dash: dash, opacity: style.opacity))
      let marker = path.look.marker
      let radius = marker == .circle ? 2.3 : 2.7
      let dots = try PlanePath.dots(positions, in: frame.box, apart: 2 * radius + 0.5)
      marker.draw(dots, radius: radius, paint: paint, opacity: style.opacity, on: &canvas)
    }
  }

  private func drawEnds(in frame: Frame, on canvas: inout Canvas) throws {
    var taken = Occupancy()
    var exits: [(exit: PlanePath.Exit, paint: Paint)] = []
    let best = optimum.flatMap { frame.point($0.x, $0.y) }
    // The optimum lies below the ends: its arms are longer than they are wide.
    if let best, frame.box.contains(best) {
      PathEnds.drawOptimum(at: best, on: &canvas)
      taken.take(Rectangle(left: best.x - 7, top: best.y - 7, width: 14, height: 14))
    }
    for (index, path) in paths.enumerated() {
      let paint = look(index)
      let positions = try positions(path, in: frame)
      if let last = positions.last, let last, frame.box.contains(last, margin: 0.5) {
        PathEnds.drawEnd(at: last, paint: paint, on: &canvas)
        taken.take(Rectangle(left: last.x - 5, top: last.y - 5, width: 10, height: 10))
      }
      if let start = positions.first, let start, frame.box.contains(start, margin: 0.5) {
        PathEnds.drawStart(at: start, paint: paint, on: &canvas)
        taken.take(Rectangle(left: start.x - 6, top: start.y - 6, width: 12, height: 12))
      }
      if let exit = PlanePath.exit(positions, from: frame.box) { exits.append((exit, paint)) }
    }
    let lines =
      exits.isEmpty
      ? [] : try paths.flatMap { try PlanePath.covered(positions($0, in: frame), in: frame.box) }
    for (exit, paint) in exits { draw(exit, paint, in: frame.box, taken: &taken, lines: lines, on: &canvas) }
    if let animation {
      for (index, path) in paths.enumerated() {
        animation.drawTraveller(
          try positions(path, in: frame), in: frame.box, paint: look(index), on: &canvas)
      }
    }
  }

  /// An arrowhead where the path was last seen, and the step that took it away.
  private func draw(
    _ exit: PlanePath.Exit, _ paint: Paint, in box: Rectangle, taken: inout Occupancy, lines: [Rectangle],
    on canvas: inout Canvas
  ) {
    let d = exit.direction
    if d == Point(x: 0, y: 0) {
      Marker.cross.draw([exit.at], radius: 5, paint: paint, on: &canvas)
    } else {
      var arrow = PathText()
      let back = Point(x: exit.at.x - d.x * 10, y: exit.at.y - d.y * 10)
      arrow.polyline(
        [
          exit.at, Point(x: back.x - d.y * 5, y: back.y + d.x * 5),
          Point(x: back.x + d.y * 5, y: back.y - d.x * 5),
        ],
        closed: true)
      canvas.path(arrow.text, Style(fill: paint, stroke: ground, width: 0.8))
    }
    taken.take(Rectangle(left: exit.at.x - 6, top: exit.at.y - 6, width: 12, height: 12))
    let text = "leaves at step \(exit.step)"
    // Beside the lines if it can be, on them if not; in a narrow frame in one word less.
    for (avoided, text) in [(lines, text), ([], text), ([], "step \(exit.step)")] {
      for gap in [12.0, 18, 26, 36, 48] {
        var occupied = taken
        for line in avoided { occupied.take(line) }
        if let place = occupied.place(text, size: 11, around: exit.at, gap: gap, within: box) {
          taken.take(occupied.boxes[occupied.boxes.count - 1])
          canvas.text(text, at: place.at, TextStyle(anchor: place.anchor, paint: paint, halo: ground))
          return
        }
      }
    }
  }

  var sentence: String { said }
}

/// A marker that travels along a path once and stays at its end. All travellers of a figure are in step.
struct Animation: Sendable {
  /// The greatest number of steps of any path.
  let steps: Int

  /// At most this many stations, evenly over the steps.
  private var stations: [Int] {
    let count = min(steps, 100)
    if count < 1 { return [0] }
    return (0...count).map {
      Int(clamping: (Double($0) * Double(steps) / Double(count)).rounded(), to: 0...steps)
    }
  }

  private var duration: Double { min(8, max(2, Double(steps) * 0.1)) }

  func drawTraveller(_ positions: [Point?], in box: Rectangle, paint: Paint, on canvas: inout Canvas) {
    var last: Point?
    var places: [Point] = []
    for station in stations where !positions.isEmpty {
      if let position = positions[min(station, positions.count - 1)] {
        last = Point(
          x: min(max(position.x, box.left), box.right), y: min(max(position.y, box.top), box.bottom))
      }
      if let last { places.append(last) }
    }
    guard let end = places.last, places.count > 1 else { return }
    func animate(_ attribute: String, _ values: [Double]) -> Element {
      Element(
        "animate",
        [
          ("attributeName", attribute), ("dur", "\(pixels(duration))s"), ("fill", "freeze"),
          ("repeatCount", "1"), ("values", values.map(pixels).joined(separator: ";")),
        ])
    }
    canvas.circle(
      end, radius: 5, Style(fill: paint, stroke: .ink, width: 1.2),
      children: [animate("cx", places.map(\.x)), animate("cy", places.map(\.y))])
  }
}
