// contour: a function of two numbers as bands and isolines.

extension Marks {
  static let contour = MarkRow(
    "contour",
    signatures: ["contour(f, a..b, c..d)", "contour(A, a..b, c..d)"],
    documentation: """
      Bands and isolines of a function of two numbers. Where the function is steep (its height above its
      least value spans more than two decades) the levels are logarithmic in that height. A matrix holds the \
      values at the nodes of a regular grid, a row for each y, the lowest first.

      > contour((x, y) -> x² + y², -1..1, -1..1)
      Contours over (-1..1) × (-1..1): 9 logarithmic levels, least 0 at (0, 0), greatest 2.

      See also: track, descent
      """,
    options: [
      OptionRow("levels", "about 12", "how many levels to aim for when they are linear"),
      OptionRow("levelscale", "by the values", "\"linear\" for levels at equal steps however steep it is"),
      OptionRow("values", "true", "whether lines hold their values"),
    ],
    function: .surface
  ) { arguments in
    let (x, y) = try arguments.rectangle()
    let count = try arguments.number("levels").map { count in
      guard (1...60).contains(count) else { throw arguments.bad("levels", "a number from 1 to 60") }
      return Int(clamping: count, to: 1...60)
    }
    let f: (Double, Double) throws -> Double
    var atOnce: ValuesAtOnce?
    switch arguments.channels[0] {
    case .surface(let surface, let many): (f, atOnce) = (surface, many)
    case .objective(let objective, let many): (f, atOnce) = ({ try objective([$0, $1]) }, many)
    case .matrix(let rows, let columns, let values) where rows > 1 && columns > 1:
      f = SampledSurface(values, x: x, y: y, columns: columns, rows: rows).interpolated
    case .matrix(let rows, let columns, _):
      throw FigureFault.smallMatrix(mark: arguments.mark, rows: rows, columns: columns)
    default: throw arguments.wrongChannels
    }
    let axes = try arguments.axes()
    let kinds = (x: axes.xscale ?? .linear, y: axes.yscale ?? .linear)
    if kinds.x == .log, x.lowerBound <= 0 { throw FigureFault.logOfNonPositive(axis: "x") }
    if kinds.y == .log, y.lowerBound <= 0 { throw FigureFault.logOfNonPositive(axis: "y") }
    let levelScale = try arguments.text("levelscale")
    guard levelScale == nil || levelScale == "linear" else { throw arguments.bad("levelscale", "\"linear\"") }
    let map = try ContourMap(
      f, atOnce: atOnce, x: x, y: y, kinds: kinds,
      levels: .init(count: count, isLinear: levelScale == "linear"))
    guard let map else { throw FigureFault.emptyData(mark: arguments.mark) }
    var layer = ContourLayer(map: map, label: try arguments.style().label)
    layer.isLabelled = try arguments.flag("values") ?? true
    let linear = kinds == (.linear, .linear)
    return try arguments.figure([layer], aspect: linear ? 1 : nil, framed: true)
  }
}
