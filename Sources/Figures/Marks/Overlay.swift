// overlay: a map over a picture, as opaque as its value.

extension Marks {
  static let overlay = MarkRow(
    "overlay",
    signatures: ["overlay(image, map)"],
    documentation: """
      A gray picture with a map of the same shape over it: the greater the magnitude of the map, the more opaque \
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
    guard arguments.channels.count == 2, let picture = CellMatrix(arguments.channels[0]),
      let map = CellMatrix(arguments.channels[1])
    else { throw arguments.wrongChannels }
    guard picture.rows == map.rows, picture.columns == map.columns else {
      throw FigureFault.lengths(mark: arguments.mark, x: picture.values.count, y: map.values.count)
    }
    let magnitudes = map.values.map { abs($0) }
    let greatest = DataRange(magnitudes).high
    let limits = try arguments.interval("limits") ?? 0...max(greatest.isFinite ? greatest : 1, 1e-300)
    let name = try arguments.text("colors") ?? "magma"
    guard let colors = ColorMap(rawValue: name) else {
      throw arguments.bad("colors", ColorMap.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
    }
    let layer = OverlayLayer(
      picture: picture, map: map, colors: ColorScale(colors, low: limits.lowerBound, high: limits.upperBound))
    return try arguments.pictureFigure(layer, rows: picture.rows, columns: picture.columns)
  }
}

extension MarkArguments {
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
      figure.ownSize = Size(width: width, height: layout.height(width: width, ratio: ratio))
    }
    return figure
  }
}

/// A picture and the map that lies over it.
struct OverlayLayer: Layer {
  let picture: CellMatrix
  let map: CellMatrix
  let colors: ColorScale

  var extent: Extent { .cells(columns: map.columns, rows: map.rows) }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let span = DataRange(picture.values)
    let gray =
      span.low >= 0 && span.high <= 1
      ? ColorScale(.gray, low: 0, high: 1) : ColorScale(.gray, fitting: picture.values)
    var samples: [UInt8] = []
    samples.reserveCapacity(map.values.count * 3)
    for (value, over) in zip(picture.values, map.values) {
      let below = gray.color(value)
      let share = colors.share(abs(over)) ?? 0
      // Dimmed, so that the map is the brightest thing in the picture.
      let dim = below.mixed(with: RGB(0x000000), 0.35)
      // The upper part of the colours: the lowest are as dark as the picture.
      samples += dim.mixed(with: colors.map.color(0.35 + 0.65 * share), share).bytes
    }
    canvas.image(PixelImage(samples: samples, width: map.columns, channels: 3), in: frame.box)
  }

  var sentence: String {
    let magnitudes = CellMatrix(rows: map.rows, columns: map.columns, values: map.values.map { abs($0) })
    let place = magnitudes.greatest.map { ", greatest magnitude at row \($0.row), column \($0.column)" } ?? ""
    return "A map over an image of \(map.rows)×\(map.columns)\(place)"
  }
}
