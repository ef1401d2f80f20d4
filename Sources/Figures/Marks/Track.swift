// track: a path in the plane, its start and its end marked.

extension Marks {
  static let track = MarkRow(
    "track",
    signatures: ["track(path)", "track(points)"],
    documentation: """
      The path of a descent in the plane, a dot an iterate, its start and end marked; lay it over a contour
      with +, and others over it: each has a colour of its own, and its label stands in the key. A path in one dimension is drawn against the step, one in more than two in the plane of its
      principal components, which the axes then say.

      > f(x, y) = x² + 4 * y²
      > contour(f, -2..2, -2..2) + track(descend(f, (1.5, 1)))
      Contours over (-2..2) × (-2..2): 9 logarithmic levels, least 0 at (0, 0), greatest 20. sgd(rate = 0.1) in 88 steps from (1.5, 1) to (4.446e-9, 3.095e-62).

      See also: contour, descent, descend
      """
  ) { arguments in
    guard arguments.channels.count == 1 else { throw arguments.wrongChannels }
    let points: [[Double]]
    var name = "path"
    switch arguments.channels[0] {
    case .path(let path):
      points = path.points
      name = path.label ?? path.method
    case .matrix(let rows, let columns, let data):
      points = (0..<rows).map { row in Array(data[row * columns..<(row + 1) * columns]) }
    default: throw arguments.wrongChannels
    }
    let finite = points.filter { $0.allSatisfy(\.isFinite) }
    guard let start = finite.first, let end = finite.last, !start.isEmpty else {
      throw FigureFault.emptyData(mark: arguments.mark)
    }
    let style = try arguments.style()
    if start.count == 1 {
      let line = Line(x: points.indices.map { Double($0) }, y: points.map { $0[0] }, label: style.label)
      var figure = try arguments.figure([try LineLayer(lines: [line], style: style)])
      if case .panel(var panel) = figure.content {
        panel.options.xlabel = panel.options.xlabel ?? "step"
        figure.content = .panel(panel)
      }
      return figure
    }
    let plane = start.count > 2 ? try Projection(finite) : nil
    let flat = points.map { PathWords.place($0, plane) }
    let said =
      "\(style.label ?? name) in \(points.count - 1) steps from \(PathWords.tuple(start))"
      + " to \(PathWords.tuple(end))" + (plane.map { ", " + PathWords.projected($0) } ?? "")
    let layer = try PathsLayer(
      paths: [PlanePath(points: flat, look: .path(0))], style: style, isTrack: true, said: said)
    var figure = try arguments.figure([layer], aspect: 1)
    if let plane, case .panel(var panel) = figure.content {
      panel.options = panel.options.filled(from: PathWords.axes(plane))
      figure.content = .panel(panel)
    }
    return figure
  }
}
