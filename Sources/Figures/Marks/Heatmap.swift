// heatmap: a matrix as coloured cells.

extension Marks {
  static let heatmap = MarkRow(
    "heatmap",
    signatures: ["heatmap(A)"],
    documentation: """
      A matrix as coloured cells, row 1 at the top, with a bar that says what the colours mean. Values of both \
      signs go from blue over the colour of the card at zero to orange, others from dark to light. Up to 12×12 the cells hold \
      their numbers. What is not finite is grey. A vector is a matrix of one row. With `x` and `y` the columns and rows \
      stand at coordinates, and the vertical axis grows upwards as it does elsewhere; what is not at equal distances, \
      as the axis measures them, names the cells.

      > heatmap([1 2; 3 4])
      Heatmap, 2×2, from 1 to 4, greatest at row 2, column 2.

      > heatmap([1 2 3; 4 5 6]; x = 0..1, y = [10, 20])
      Heatmap, 2×3, from 1 to 6, greatest at row 2, column 3.

      See also: image, spectrum, contour
      """,
    options: matrixOptions + [
      OptionRow("x", "1, 2, …", "a coordinate for each column, or an interval from the first to the last"),
      OptionRow("y", "1, 2, …", "a coordinate for each row, or an interval from the first to the last"),
      OptionRow("xnames", "1, 2, …", "a name for each column"),
      OptionRow("ynames", "1, 2, …", "a name for each row"),
      OptionRow("numbers", "where there is room", "whether cells hold their numbers"),
      OptionRow("square", "true, but where they have coordinates", "whether cells are square"),
    ]
  ) { arguments in
    guard arguments.channels.count == 1 else { throw arguments.wrongChannels }
    let matrix = try arguments.matrix(0)
    var layer = try MatrixLayer(matrix: matrix, colors: try arguments.colors(of: matrix.values))
    let style = try arguments.style()
    layer.opacity = style.opacity
    layer.label = style.label
    layer.showsBar = try arguments.flag("colorbar") ?? true
    layer.showsNumbers = try arguments.flag("numbers")
    layer.names.x = try arguments.names("xnames", count: matrix.columns)
    layer.names.y = try arguments.names("ynames", count: matrix.rows)
    let axes = try arguments.axes()
    if let middles = try arguments.coordinates("x", count: matrix.columns) {
      layer.x = CellCoordinates(middles: middles, kind: axes.xscale ?? .linear)
      if layer.x == nil { layer.names.x = layer.names.x ?? tellingTexts(middles) }
    }
    if let middles = try arguments.coordinates("y", count: matrix.rows) {
      layer.y = CellCoordinates(middles: middles, kind: axes.yscale ?? .linear)
      if layer.y == nil { layer.names.y = layer.names.y ?? tellingTexts(middles) }
    }
    let ratio = Double(matrix.rows) / Double(matrix.columns)
    let isMeasured = layer.x != nil || layer.y != nil
    let isSquare = try arguments.flag("square") ?? (!isMeasured && (0.1...4).contains(ratio))
    var panel = Panel(layers: [layer])
    panel.options = axes
    panel.aspect = isSquare ? cellAspect(layer) : nil
    panel.keepsAspect = isSquare
    panel.framed = true
    panel.isTopDown = layer.y == nil
    return Figure(panel, size: try arguments.size())
  }

  /// The pixels of a unit of y for each of a unit of x where cells are square.
  private static func cellAspect(_ layer: MatrixLayer) -> Double {
    func side(_ range: ClosedRange<Double>?, _ count: Int) -> Double {
      range.map { ($0.upperBound - $0.lowerBound) / Double(count) } ?? 1
    }
    let extent = layer.extent
    return side(extent.fixedX, layer.matrix.columns) / side(extent.fixedY, layer.matrix.rows)
  }

  /// What heatmap and image have in common.
  static let matrixOptions = [
    OptionRow("colors", "by the signs", "\"viridis\", \"cividis\", \"magma\", \"gray\" or \"signed\""),
    OptionRow("limits", "the range of the values", "an interval low..high that the colours span"),
    OptionRow("colorscale", "\"linear\"", "\"linear\" or \"log\""),
    OptionRow("colorbar", "true", "whether a bar says what the colours mean"),
  ]
}

extension MarkArguments {
  /// A matrix, or a vector as its one row.
  func matrix(_ index: Int) throws -> CellMatrix {
    switch channels[index] {
    case .matrix(let rows, let columns, let values):
      guard !values.isEmpty else { throw FigureFault.noElements(mark: mark, shape: [rows, columns]) }
      return CellMatrix(rows: rows, columns: columns, values: values)
    case .numbers(let values):
      guard !values.isEmpty else { throw FigureFault.noElements(mark: mark, shape: [0]) }
      return CellMatrix(rows: 1, columns: values.count, values: values)
    case .tensor(let shape, let values) where values.isEmpty:
      throw FigureFault.noElements(mark: mark, shape: shape)
    default: throw wrongChannels
    }
  }

  /// The colours that the options ask for, by default those that suit the signs of the values.
  func colors(of values: [Double], usual: ColorMap? = nil) throws -> ColorScale {
    let limits = try interval("limits")
    let span = try DataRange(all: values)
    var map = usual ?? (span.low < 0 && span.high > 0 ? .signed : .viridis)
    if let name = try text("colors") {
      guard let named = ColorMap(rawValue: name) else {
        throw bad("colors", ColorMap.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
      }
      map = named
    }
    var kind = ScaleKind.linear
    if let name = try text("colorscale") {
      guard let named = ScaleKind(rawValue: name), named != .symlog else {
        throw bad("colorscale", "\"linear\" or \"log\"")
      }
      kind = named
      if kind == .log, map == .signed { map = .viridis }
    }
    if let limits {
      if kind == .log, limits.lowerBound <= 0 { throw bad("limits", "above zero on a logarithmic scale") }
      return ColorScale(map, low: limits.lowerBound, high: limits.upperBound, kind: kind)
    }
    if kind == .log, !span.isEmpty, !span.leastPositive.isFinite {
      throw bad("colorscale", "\"linear\" where no value is positive")
    }
    return ColorScale(map, fitting: span, kind: kind)
  }

  /// So many strings, or nil.
  func names(_ option: String, count: Int) throws -> [String]? {
    guard let names = try texts(option) else { return nil }
    guard names.count == count else { throw bad(option, "\(count) strings, one for each") }
    return names
  }
}
