// image: a picture, or a sheet of several.

extension Marks {
  static let image = MarkRow(
    "image",
    signatures: ["image(A)"],
    documentation: """
      A picture: a matrix of gray values, 0 black and 1 white unless limits says otherwise, or an h×w×3 tensor \
      of red, green and blue from 0 to 1. Any other tensor of rank 3 is a sheet of pictures over its first axis.

      > image(eye(4))
      Image, 4×4, from 0 to 1, greatest at row 1, column 1.

      See also: heatmap, load
      """,
    options: matrixOptions.filter { $0.name != "colorscale" } + [
      OptionRow("columns", "about square", "how many pictures stand in a row of the sheet")
    ]
  ) { arguments in
    guard arguments.channels.count == 1 else { throw arguments.wrongChannels }
    let layer: any Layer
    let columns: Int
    let rows: Int
    if case .tensor(let shape, let values) = arguments.channels[0], shape.count == 3, shape[2] == 3,
      !shape.contains(0)
    {
      layer = PictureLayer(rows: shape[0], columns: shape[1], values: values)
      (rows, columns) = (shape[0], shape[1])
    } else {
      let matrix = try sheet(arguments)
      let span = try DataRange(all: matrix.values)
      var colors = try arguments.colors(of: matrix.values, usual: span.low < 0 ? nil : .gray)
      if try arguments.interval("limits") == nil, span.low >= 0, span.high <= 1, colors.map == .gray {
        colors = ColorScale(.gray, low: 0, high: 1)
      }
      var cells = try MatrixLayer(matrix: matrix, colors: colors)
      cells.isPicture = true
      cells.showsBar = try arguments.flag("colorbar") ?? (colors.map != .gray)
      cells.opacity = try arguments.style().opacity
      cells.label = try arguments.style().label
      cells.kind = "Image"
      if case .tensor = arguments.channels[0] { cells.hasGaps = true }
      layer = cells
      (rows, columns) = (matrix.rows, matrix.columns)
    }
    return try arguments.pictureFigure(layer, rows: rows, columns: columns)
  }

  /// A matrix as it is; pictures over the first axis side by side, with a gap between them.
  private static func sheet(_ arguments: MarkArguments) throws -> CellMatrix {
    guard case .tensor(let shape, let values) = arguments.channels[0], shape.count == 3, !shape.contains(0)
    else { return try arguments.matrix(0) }
    let (count, height, width) = (shape[0], shape[1], shape[2])
    let square = (Double(count) * Double(height) / Double(width)).rounded(.down).squareRoot()
    var across = Int(clamping: square.rounded(.up), to: 1...count)
    if let named = try arguments.number("columns") {
      guard named >= 1, named == named.rounded() else {
        throw arguments.bad("columns", "a whole number from 1")
      }
      across = Int(clamping: named, to: 1...count)
    }
    let down = (count + across - 1) / across
    let columns = across * (width + 1) - 1
    let rows = down * (height + 1) - 1
    try FigureWork.reserve(rows * columns * 8)
    var cells = [Double](repeating: .nan, count: rows * columns)
    for picture in 0..<count {
      try FigureWork.poll()
      let top = picture / across * (height + 1)
      let left = picture % across * (width + 1)
      for row in 0..<height {
        for column in 0..<width {
          cells[(top + row) * columns + left + column] = values[(picture * height + row) * width + column]
        }
      }
    }
    return CellMatrix(rows: rows, columns: columns, values: cells)
  }
}

/// A picture in its own colours.
struct PictureLayer: Layer {
  let rows: Int
  let columns: Int
  /// Red, green and blue of each pixel, from 0 to 1.
  let values: [Double]

  var extent: Extent { .cells(columns: columns, rows: rows) }

  var valueCount: Int { values.count }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    guard let first = frame.point(0.5, 0.5),
      let last = frame.point(Double(columns) + 0.5, Double(rows) + 0.5)
    else { return }
    let shown = try (0..<3).map { channel in
      let plane = stride(from: channel, to: values.count, by: 3).map { values[$0] }
      return try CellMatrix(rows: rows, columns: columns, values: plane).reduced(to: CellMatrix.mostPixels)
    }
    let samples = shown[0].values.indices.flatMap { index in
      shown.map { UInt8(nearest: ($0.values[index].isNaN ? 0.5 : min(max($0.values[index], 0), 1)) * 255) }
    }
    canvas.image(
      PixelImage(samples: samples, width: shown[0].columns, channels: 3),
      in: Rectangle(left: first.x, top: first.y, width: last.x - first.x, height: last.y - first.y))
  }

  var sentence: String { "Image of \(rows)×\(columns) pixels in colour" }
}
