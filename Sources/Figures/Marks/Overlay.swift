// overlay: a map over a picture, as opaque as its value.

extension Marks {
  static let overlay = MarkRow(
    "overlay",
    signatures: ["overlay(image, map)"],
    documentation: """
      A picture in gray with a map of its height and width over it: the greater the magnitude of the map, the more opaque \
      its colour. Beyond limits it is wholly opaque.

      > overlay(eye(3), [0 0 0; 0 1 0; 0 0 0])
      A map over an image of 3×3, greatest magnitude at row 2, column 2.

      See also: image, heatmap, saliency
      """,
    options: [
      OptionRow("colors", "\"magma\"", "\"viridis\", \"cividis\", \"magma\", \"gray\" or \"signed\""),
      OptionRow("limits", "from 0 to the greatest magnitude", "an interval low..high of magnitudes"),
    ]
  ) { arguments in
    guard arguments.channels.count == 2 else { throw arguments.wrongChannels }
    let picture = try arguments.grayPicture(0)
    let map = try arguments.matrix(1)
    guard picture.rows == map.rows, picture.columns == map.columns else {
      throw FigureFault.shapes(
        mark: arguments.mark, image: [picture.rows, picture.columns], map: [map.rows, map.columns])
    }
    let span = try DataRange(all: map.values)
    let greatest = max(abs(span.low), abs(span.high))
    let limits = try arguments.interval("limits") ?? 0...(greatest > 0 && !span.isEmpty ? greatest : 1)
    let name = try arguments.text("colors") ?? "magma"
    guard let colors = ColorMap(rawValue: name) else {
      throw arguments.bad("colors", ColorMap.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
    }
    let layer = try OverlayLayer(
      picture: picture, map: map, colors: ColorScale(colors, low: limits.lowerBound, high: limits.upperBound))
    return try arguments.pictureFigure(layer, rows: picture.rows, columns: picture.columns)
  }
}

extension MarkArguments {
  /// A matrix, or the means of the colours of an h×w×3 picture.
  func grayPicture(_ index: Int) throws -> CellMatrix {
    guard case .tensor(let shape, let values) = channels[index], shape.count == 3, shape[2] == 3,
      !values.isEmpty
    else { return try matrix(index) }
    let third = 1.0 / 3
    var means = [Double](repeating: 0, count: values.count / 3)
    for index in values.indices.prefix(3 * means.count) { means[index / 3] += values[index] * third }
    return CellMatrix(rows: shape[0], columns: shape[1], values: means)
  }

  /// The figure of a picture without axes, in its own proportions.
  func pictureFigure(_ layer: any Layer, rows: Int, columns: Int) throws -> Figure {
    var panel = Panel(layers: [layer])
    panel.options = try axes()
    panel.aspect = 1
    panel.keepsAspect = true
    panel.framed = true
    panel.isTopDown = true
    panel.showsAxes = false
    var figure = Figure(panel, size: try size())
    if figure.ownSize == nil {
      let ratio = Double(rows) / Double(columns)
      let width = min(640, max(180, 280 / max(ratio, 0.1))).rounded()
      var layout = Layout(figure)
      figure.ownSize = Size(width: width, height: try layout.height(width: width, ratio: ratio))
    }
    return figure
  }
}

/// A picture and the map that lies over it.
struct OverlayLayer: Layer {
  let picture: CellMatrix
  let map: CellMatrix
  let colors: ColorScale
  private let summary: CellSummary

  init(picture: CellMatrix, map: CellMatrix, colors: ColorScale) throws {
    self.picture = picture
    self.map = map
    self.colors = colors
    summary = try CellSummary(map, of: abs)
  }

  var valueCount: Int { 2 * map.values.count }

  var extent: Extent { .cells(columns: map.columns, rows: map.rows) }

  func draw(in frame: Frame, on canvas: inout Canvas) throws {
    let span = try DataRange(all: picture.values)
    let gray =
      span.low >= 0 && span.high <= 1
      ? ColorScale(.gray, low: 0, high: 1) : ColorScale(.gray, fitting: span)
    let below = try picture.reduced(to: CellMatrix.mostPixels)
    let above = try map.reduced(to: CellMatrix.mostPixels, of: abs)
    var samples: [UInt8] = []
    samples.reserveCapacity(above.values.count * 3)
    try FigureWork.each(above.values.count) { index in
      let share = colors.share(above.values[index]) ?? 0
      // Dimmed, so that the map is the brightest thing in the picture.
      let dim = gray.color(below.values[index]).mixed(with: RGB(0x000000), 0.35)
      // The upper part of the colours: the lowest are as dark as the picture.
      samples += dim.mixed(with: colors.map.color(0.35 + 0.65 * share), share).bytes
    }
    canvas.image(PixelImage(samples: samples, width: above.columns, channels: 3), in: frame.box)
  }

  var sentence: String {
    let place = summary.greatest.map { ", greatest magnitude at row \($0.row), column \($0.column)" } ?? ""
    return "A map over an image of \(map.rows)×\(map.columns)\(place)"
  }
}
