// heatmap: a matrix as coloured cells.

extension Marks {
  static let heatmap = MarkRow(
    "heatmap",
    signatures: ["heatmap(A)"],
    documentation: """
      A matrix as coloured cells, row 1 at the top, with a bar that says what the colours mean. Values of both \
      signs go from blue over the colour of the card at zero to orange, others from dark to light. Up to 12×12 the cells hold \
      their numbers. What is not finite is grey. A vector is a matrix of one row.

      > heatmap([1 2; 3 4])
      Heatmap, 2×2, from 1 to 4, greatest at row 2, column 2.

      See also: image, spectrum, contour
      """,
    options: matrixOptions + [
      OptionRow("xnames", "1, 2, …", "a name for each column"),
      OptionRow("ynames", "1, 2, …", "a name for each row"),
      OptionRow("numbers", "where there is room", "whether cells hold their numbers"),
      OptionRow("square", "true", "whether cells are square"),
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
    let ratio = Double(matrix.rows) / Double(matrix.columns)
    let isSquare = try arguments.flag("square") ?? (0.1...4).contains(ratio)
    var panel = Panel(layers: [layer])
    panel.options = try arguments.axes()
    panel.aspect = isSquare ? 1 : nil
    panel.keepsAspect = isSquare
    panel.framed = true
    panel.isTopDown = true
    return Figure(panel, size: try arguments.size())
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
